/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A conversation for people. */
#include <stdio.h>
#include <string.h>

#include "present/follow_parts.h"
#include "present/hex_dump.h"
#include "present/stream_rows.h"
#include "present/text.h"
#include "present/tree.h"
#include "present/words.h"

enum { FRAME = 8, CLOCK = 17, SINCE = 10, INDENT = 8, HEX_MOST = 512 };

/* The two sides have colours of their own, where there are colours. */
static const char *const colors[2] = { "\033[36m", "\033[35m" };

static void side_color(struct follow *f, unsigned side, bool on)
{
	if (f->color)
		buf_str(f->out, on ? colors[side] : "\033[0m");
}

void follow_text_head(struct follow *f)
{
	struct addr addr[2];
	uint16_t port[2];
	struct text t;
	char name[16];

	follow_ends(f, addr, port);
	text_begin(&t, f->out, f->color);
	snprintf(name, sizeof(name), "%s.%u", f->tcp ? "tcp" : "udp", f->number);
	text_put(&t, TEXT_HEAD, name);
	for (unsigned side = 0; side < 2; side++) {
		text_put(&t, TEXT_PLAIN, "   ");
		side_color(f, side, true);
		text_put(&t, TEXT_PLAIN, side ? "← b" : "→ a");
		side_color(f, side, false);
		text_put(&t, TEXT_PLAIN, " ");
		stream_end_text(&t, f->hosts, &addr[side], port[side]);
	}
	text_line(&t);
	text_cell(&t, TEXT_HEAD, FRAME, "frame");
	text_cell(&t, TEXT_HEAD, CLOCK, "time (UTC)");
	text_cell(&t, TEXT_HEAD, SINCE, "since");
	text_line(&t);
}

/* Frame, time, time since the event before, direction. */
static void line_head(struct follow *f, struct text *t, const struct follow_event *e)
{
	char when[PUT_TIME_MAX + 1], frame[24];

	*put_time(&f->day, when, e->time_ns) = '\0';
	if (memcmp(f->date, when, 10) != 0) {
		memcpy(f->date, when, 10);
		f->date[10] = '\0';
		text_put(t, TEXT_DIM, f->date);
		text_line(t);
	}
	when[26] = '\0'; /* microseconds are enough to read */
	snprintf(frame, sizeof(frame), "%llu", (unsigned long long)e->frame);
	text_cell(t, TEXT_DIM, FRAME, frame);
	text_cell(t, TEXT_PLAIN, CLOCK, when + 11);
	text_cell(t, TEXT_DIM, SINCE, f->n_events ? span_words(ns_minus(e->time_ns, f->before_ns)).s : "");
	text_put(t, TEXT_PLAIN, "  ");
	side_color(f, e->side, true);
	text_put(t, TEXT_PLAIN, e->side ? "←" : "→");
	side_color(f, e->side, false);
	text_put(t, TEXT_PLAIN, "  ");
}

/* ---- payload that is nothing we know -------------------------------------------------------------- */

static void put_blanks(struct buf *out, unsigned n)
{
	while (n-- > 0)
		buf_char(out, ' ');
}

/* A line of output for each line of text; what ends it is shown, but for the plain newline. */
static void put_lines(struct follow *f, unsigned side, const uint8_t *p, uint32_t len)
{
	while (len) {
		const uint8_t *newline = memchr(p, '\n', len);
		uint32_t n = newline ? (uint32_t)(newline - p) : len;
		put_blanks(f->out, INDENT);
		side_color(f, side, true);
		follow_put_escaped(f->out, p, n);
		side_color(f, side, false);
		buf_char(f->out, '\n');
		n += newline != NULL;
		p += n;
		len -= n;
	}
}

static void put_hex(struct follow *f, unsigned side, const uint8_t *p, uint32_t len)
{
	side_color(f, side, true);
	hex_dump(f->out, p, len < HEX_MOST ? len : HEX_MOST);
	side_color(f, side, false);
	if (len > HEX_MOST)
		buf_printf(f->out, "        ... and %u octets more (--format hex shows all)\n",
			   len - HEX_MOST);
}

static void put_payload(struct follow *f, unsigned side, const uint8_t *p, uint32_t len)
{
	if (follow_is_text(p, len))
		put_lines(f, side, p, len);
	else
		put_hex(f, side, p, len);
}

static void put_octets(struct text *t, const char *before, uint32_t n, const char *behind)
{
	char s[160];

	snprintf(s, sizeof(s), "%s%s octet%s%s", before, count_words(n).s, n == 1 ? "" : "s", behind);
	text_put(t, TEXT_PLAIN, s);
}

static void packet_line(struct follow *f, struct text *t, const struct follow_event *e)
{
	put_octets(t, "", e->wire_len, "");
	if (e->len < e->wire_len)
		put_octets(t, ", the capture has ", e->len, "");
	text_line(t);
	put_payload(f, e->side, e->data, e->len);
}

/* ---- TCP ----------------------------------------------------------------------------------------- */

static void repeated_words(struct text *t, const struct tcp_event *e)
{
	char s[96];

	put_octets(t, "sent again: ", e->len, "");
	if (!e->n_differ)
		return;
	snprintf(s, sizeof(s), ", %u of them DIFFERENT from the first time", e->n_differ);
	text_put(t, TEXT_ALARM, s);
}

static void gap_words(struct text *t, const struct tcp_event *e)
{
	char s[96];

	snprintf(s, sizeof(s), "%s octet%s %s", count_words(e->len).s, e->len == 1 ? "" : "s",
		 e->cut ? "cut off by the capture" : "missing in the capture");
	text_put(t, TEXT_WARN, s);
}

static void tcp_line(struct follow *f, struct text *t, const struct follow_event *e)
{
	char flags[STREAM_FLAGS_MAX];
	const struct tcp_event *tcp = e->tcp;

	switch (tcp->kind) {
	case TCP_EVENT_FLAGS:
		stream_tcp_flags(tcp->flags & (uint8_t)~TCP_FLAG_PSH, flags);
		text_put(t, tcp->flags & TCP_FLAG_RST ? TEXT_WARN : TEXT_HEAD, flags);
		break;
	case TCP_EVENT_DATA:
		put_octets(t, "", e->len, "");
		if (tcp->held)
			text_put(t, TEXT_DIM,
				 tcp->unseen ? ", held to the end: what is before it never came"
					     : ", came early");
		break;
	case TCP_EVENT_GAP: gap_words(t, tcp); break;
	case TCP_EVENT_REPEATED: repeated_words(t, tcp); break;
	case TCP_EVENT_EARLY: put_octets(t, "early: ", e->len, " beyond what is due"); break;
	case TCP_EVENT_KEEP_ALIVE: text_put(t, TEXT_DIM, "keep-alive"); break;
	}
	text_line(t);
	if (tcp->kind == TCP_EVENT_DATA)
		put_payload(f, e->side, e->data, e->len);
}

void follow_text_event(struct follow *f, const struct follow_event *e)
{
	char words[128];
	struct text t;

	text_begin(&t, f->out, f->color);
	line_head(f, &t, e);
	switch (e->kind) {
	case FOLLOW_NTP: follow_text_ntp(f, &t, e); break;
	case FOLLOW_PACKET: packet_line(f, &t, e); break;
	case FOLLOW_ERROR:
		follow_error_words(e->row, words, sizeof(words));
		text_put(&t, TEXT_WARN, words);
		text_line(&t);
		break;
	case FOLLOW_TCP: tcp_line(f, &t, e); break;
	case FOLLOW_RECORD: follow_text_record(&t, e); break;
	}
	if (f->verbose && e->row && e->kind != FOLLOW_TCP && e->kind != FOLLOW_RECORD) {
		struct tree tree;
		tree_init(&tree, f->out, f->color, f->hosts);
		tree_packet(&tree, e->row);
	}
}
