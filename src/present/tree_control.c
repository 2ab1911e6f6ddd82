/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mode 6, control messages (RFC 9327). */
#include <string.h>

#include "present/tree_parts.h"
#include "proto/ntp_control.h"

enum { READSTAT = 1, READCLOCK = 4, WRITECLOCK = 5, TRAP = 7, PAIR_LEN = 4 };

static void system_status(struct tree *t, uint16_t w)
{
	struct system_status s = system_status_of(w);
	tree_bits(t, w, 16, 0xc000, "Leap", "%u (%s)", s.leap, leap_name(s.leap));
	tree_bits(t, w, 16, 0x3f00, "Clock source", "%u (%s)", s.source, system_source_name(s.source));
	tree_bits(t, w, 16, 0x00f0, "Events since last asked", "%u", s.count);
	tree_bits(t, w, 16, 0x000f, "Last event", "%u (%s)", s.event, system_event_name(s.event));
}

static void peer_status(struct tree *t, uint16_t w)
{
	struct peer_status s = peer_status_of(w);
	tree_flag(t, w, 16, 0x8000, "Configured");
	tree_flag(t, w, 16, 0x4000, "Authentication enabled");
	tree_flag(t, w, 16, 0x2000, "Authentic");
	tree_flag(t, w, 16, 0x1000, "Reachable");
	tree_flag(t, w, 16, 0x0800, "Broadcast");
	tree_bits(t, w, 16, 0x0700, "Selection", "%u (%s)", s.selection, peer_selection_name(s.selection));
	tree_bits(t, w, 16, 0x00f0, "Events since last asked", "%u", s.count);
	tree_bits(t, w, 16, 0x000f, "Last event", "%u (%s)", s.event, peer_event_name(s.event));
}

/* RFC 9327 has count and code in the low octet; RFC 1305 had the status in the high one. */
static void clock_status(struct tree *t, uint16_t w)
{
	struct clock_status s = clock_status_of(w);
	if (w >> 8) {
		tree_bits(t, w, 16, 0xff00, "Clock status", "%u (%s)", s.event, clock_event_name(s.event));
		return;
	}
	tree_bits(t, w, 16, 0x00f0, "Events since last asked", "%u", s.count);
	tree_bits(t, w, 16, 0x000f, "Last event", "%u (%s)", s.event, clock_event_name(s.event));
}

/* What the status word of a response is depends on what was asked (RFC 9327 section 3). */
static void status_word(struct tree *t, const struct control_header *c)
{
	tree_item(t, "Status", "0x%04x", c->status);
	t->depth++;
	if (!c->response)
		; /* means nothing in a request */
	else if (c->error)
		tree_bits(t, c->status, 16, 0xff00, "Error code", "%u (%s)", c->status >> 8,
			  control_error_name((uint8_t)(c->status >> 8)));
	else if (c->opcode == READCLOCK || c->opcode == WRITECLOCK)
		clock_status(t, c->status);
	else if (c->association == 0 || c->opcode == TRAP)
		system_status(t, c->status);
	else
		peer_status(t, c->status);
	t->depth--;
}

/* readstat of the system answers with associations and their status words. */
static void associations(struct tree *t, const struct control_header *c)
{
	for (uint32_t at = 0; at + 2 <= c->data_len; at += PAIR_LEN) {
		tree_open(t, "Peer");
		tree_item(t, "Association", "%u", load_be16(c->data + at));
		if (at + PAIR_LEN <= c->data_len) {
			uint16_t status = load_be16(c->data + at + 2);
			tree_item(t, "Status", "0x%04x", status);
			t->depth++;
			peer_status(t, status);
			t->depth--;
		}
		tree_close(t);
	}
}

/* The end of a variable: the comma that is not inside quotes, or the end. */
static uint32_t variable_len(const uint8_t *p, uint32_t len)
{
	bool quoted = false;
	uint32_t i = 0;
	for (; i < len && (quoted || p[i] != ','); i++)
		quoted ^= p[i] == '"';
	return i;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\r' || c == '\n' || c == '\t' || c == 0;
}

/* Lists of NAME=VALUE, set apart by commas and maybe line ends. */
static void variables(struct tree *t, const uint8_t *p, uint32_t len)
{
	tree_open(t, "Variables");
	while (len) {
		while (len && is_blank(*p)) {
			p++;
			len--;
		}
		uint32_t n = variable_len(p, len), shown = n;
		while (shown && is_blank(p[shown - 1]))
			shown--;
		if (shown)
			tree_quote(t, "Variable", (const char *)p, shown);
		n += n < len;
		p += n;
		len -= n;
	}
	tree_close(t);
}

static bool is_text(const uint8_t *p, uint32_t len)
{
	uint32_t n_odd = 0;
	for (uint32_t i = 0; i < len; i++)
		n_odd += (p[i] < 0x20 || p[i] > 0x7e) && !is_blank(p[i]);
	return n_odd * 8 <= len;
}

static void data(struct tree *t, const struct control_header *c)
{
	if (!c->data_len)
		return;
	if (c->opcode == READSTAT && c->association == 0)
		associations(t, c);
	else if (is_text(c->data, c->data_len))
		variables(t, c->data, c->data_len);
	else
		tree_bytes(t, "Data", c->data, c->data_len);
}

static void behind_data(struct tree *t, const struct view_ntp *v, const struct control_header *c)
{
	uint32_t end = CONTROL_HEADER_LEN + ((c->count + 3U) & ~3U);
	if (end < v->len)
		tree_bytes(t, "Authenticator (key ID, digest)", v->payload + end, v->len - end);
	if (c->data_len < c->count && v->len == v->wire_len)
		tree_fault(t, "the count says %u octets of data, %u are there", c->count, c->data_len);
}

void tree_control(struct tree *t, const struct row *row)
{
	const struct view_ntp *v = row->ntp;
	struct control_header c;
	bool whole = control_header_parse(v->payload, v->len, &c);
	tree_open(t, "NTP control message, %s %s", control_opcode_name(c.opcode),
		  c.response ? "response" : "request");
	tree_item(t, "Flags", "0x%02x", v->payload[0]);
	t->depth++;
	tree_bits(t, v->payload[0], 8, 0xc0, "Leap indicator", "%u", c.leap);
	tree_bits(t, v->payload[0], 8, 0x38, "Version", "%u", c.version);
	tree_bits(t, v->payload[0], 8, 0x07, "Mode", "6 (control)");
	t->depth--;
	if (!whole) {
		tree_fault(t, "%s",
			   v->wire_len < CONTROL_HEADER_LEN ? "shorter than a header"
							    : "the capture ends inside the header");
		return;
	}
	tree_item(t, "Flags 2", "0x%02x", v->payload[1]);
	t->depth++;
	tree_flag(t, v->payload[1], 8, 0x80, "Response");
	tree_flag(t, v->payload[1], 8, 0x40, "Error");
	tree_flag(t, v->payload[1], 8, 0x20, "More");
	tree_bits(t, v->payload[1], 8, 0x1f, "Operation", "%u (%s)", c.opcode, control_opcode_name(c.opcode));
	t->depth--;
	tree_item(t, "Sequence", "%u", c.sequence);
	status_word(t, &c);
	tree_item(t, "Association", "%u", c.association);
	tree_item(t, "Offset", "%u", c.offset);
	tree_item(t, "Count", "%u", c.count);
	data(t, &c);
	behind_data(t, v, &c);
}
