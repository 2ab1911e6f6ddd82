/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An NTP packet in a conversation: what it says the first time, and what changed later. */
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/exchange.h"
#include "present/follow_parts.h"
#include "present/text.h"
#include "present/words.h"

enum { WRAP_AT = 40 };

unsigned follow_changes(const struct ntp_header *a, const struct ntp_header *b)
{
	unsigned c = 0;

	c |= a->version != b->version ? CHANGE_VERSION : 0u;
	c |= a->mode != b->mode ? CHANGE_MODE : 0u;
	c |= a->leap != b->leap ? CHANGE_LEAP : 0u;
	c |= a->stratum != b->stratum ? CHANGE_STRATUM : 0u;
	c |= memcmp(a->refid, b->refid, 4) != 0 ? CHANGE_REFID : 0u;
	c |= a->poll_log2s != b->poll_log2s ? CHANGE_POLL : 0u;
	c |= a->precision_log2s != b->precision_log2s ? CHANGE_PRECISION : 0u;
	c |= a->root_delay != b->root_delay ? CHANGE_ROOT_DELAY : 0u;
	c |= a->reference != b->reference ? CHANGE_REFERENCE : 0u;
	return c;
}

const char *follow_change_word(unsigned bit_number)
{
	static const char *const word[N_CHANGES] = { "version",   "mode",       "leap",
						     "stratum",   "refid",      "poll",
						     "precision", "root delay", "reference" };
	return word[bit_number];
}

/* The value of one of these, for people. */
static void value_words(const struct ntp_header *h, unsigned change, char *out, size_t size)
{
	char refid[REFID_TEXT_MAX];

	switch (change) {
	case CHANGE_VERSION: snprintf(out, size, "%u", h->version); return;
	case CHANGE_MODE: snprintf(out, size, "%s", ntp_mode_name(h->mode)); return;
	case CHANGE_LEAP: snprintf(out, size, "%u", h->leap); return;
	case CHANGE_STRATUM: snprintf(out, size, "%u", h->stratum); return;
	case CHANGE_REFID:
		ntp_refid_text(h->stratum, h->refid, refid);
		snprintf(out, size, "%s", refid);
		return;
	case CHANGE_POLL: snprintf(out, size, "2^%d s", h->poll_log2s); return;
	case CHANGE_PRECISION: snprintf(out, size, "2^%d s", h->precision_log2s); return;
	case CHANGE_ROOT_DELAY:
		snprintf(out, size, "%s",
			 span_words((int64_t)((uint64_t)h->root_delay * 1000000000 >> 16)).s);
		return;
	}
	out[0] = '\0';
}

static bool is_there(const struct ntp_header *h, unsigned change)
{
	switch (change) {
	case CHANGE_LEAP: return h->leap != 0;
	case CHANGE_STRATUM: return h->stratum || h->mode != NTP_MODE_CLIENT;
	case CHANGE_REFID: return load_be32(h->refid) != 0;
	case CHANGE_POLL: return h->poll_log2s != 0;
	case CHANGE_PRECISION:
		return h->precision_log2s && h->mode != NTP_MODE_CLIENT; /* clients make it up */
	case CHANGE_ROOT_DELAY: return h->root_delay != 0;
	}
	return false; /* version and mode stand in front, the reference is told as an age */
}

static void put_state(struct text *t, const struct ntp_header *h)
{
	char value[64], item[96];

	for (unsigned i = 0; i < N_CHANGES; i++) {
		if (!is_there(h, 1u << i))
			continue;
		value_words(h, 1u << i, value, sizeof(value));
		snprintf(item, sizeof(item), "%s %s", follow_change_word(i), value);
		text_item(t, TEXT_PLAIN, "%s", item);
	}
	if (h->root_dispersion)
		text_item(t, TEXT_PLAIN, "root dispersion %s",
			  span_words((int64_t)((uint64_t)h->root_dispersion * 1000000000 >> 16)).s);
	if (h->reference && h->transmit && h->mode != NTP_MODE_CLIENT)
		text_item(t, TEXT_PLAIN, "clock set %s ago",
			  span_words(ntp_diff_ns(h->transmit, h->reference)).s);
}

static void put_changes(struct text *t, const struct ntp_header *a, const struct ntp_header *b)
{
	unsigned changes = follow_changes(a, b);
	char from[64], to[64];

	for (unsigned i = 0; i < N_CHANGES; i++) {
		if (!(changes >> i & 1))
			continue;
		if (1u << i == CHANGE_REFERENCE) {
			if (b->reference)
				text_item(t, TEXT_WARN, "clock was set %s before",
					  span_words(ntp_diff_ns(b->transmit, b->reference)).s);
			continue;
		}
		value_words(a, 1u << i, from, sizeof(from));
		value_words(b, 1u << i, to, sizeof(to));
		text_item(t, TEXT_WARN, "%s %s → %s", follow_change_word(i), from, to);
	}
}

static void put_timing(struct text *t, const struct row *row)
{
	const struct exchange *x = row->exchange;
	bool answer = row->request_in != 0;

	if (answer)
		text_item(t, TEXT_HEAD, "delta %s", span_words(row->delta_ns).s);
	if (!x)
		return;
	if (answer && x->has_turnaround)
		text_item(t, TEXT_PLAIN, "in server %s", span_words(x->turnaround_ns).s);
	if (answer && x->has_offset)
		text_item(t, TEXT_PLAIN, "offset %s", span_words(x->offset_ns).s);
	if (x->class != CLASS_ANSWERED && (answer || !x->response_frame))
		text_item(t, TEXT_WARN, "%s", exchange_class_name((enum exchange_class)x->class));
}

static void put_words(struct text *t, const struct packet_facts *facts, const struct view_ntp *v)
{
	char s[96];

	snprintf(s, sizeof(s), "v%u %s", ntp_first_version(v->payload[0]),
		 ntp_mode_name(ntp_first_mode(v->payload[0])));
	text_put(t, TEXT_PLAIN, s);
	t->has_items = true;
	if (facts->has_control) {
		const struct control_header *c = &facts->control;
		text_item(t, TEXT_PLAIN, "opcode %u (%s)", c->opcode, control_opcode_name(c->opcode));
		text_item(t, TEXT_PLAIN, "sequence %u, %u octets of data", c->sequence, c->count);
	}
	if (facts->has_private) {
		const struct private_header *p = &facts->private;
		text_item(t, TEXT_PLAIN, "implementation %u", p->implementation);
		text_item(t, TEXT_PLAIN, "request %u (%s)", p->request_code,
			  private_request_name(p->request_code));
	}
}

void follow_text_ntp(struct follow *f, struct text *t, const struct follow_event *e)
{
	struct packet_facts facts = { 0 };

	(void)f;
	packet_facts_of(e->row, &facts);
	t->indent = WRAP_AT;
	put_words(t, &facts, e->row->ntp);
	put_timing(t, e->row);
	if (facts.has_header && facts.header.mode < NTP_MODE_CONTROL) {
		if (e->before.known)
			put_changes(t, &e->before.header, &facts.header);
		else
			put_state(t, &facts.header);
	}
	for (unsigned i = 0; i < facts.n_notes; i++)
		text_item(t, TEXT_DIM, "%s", facts.notes[i]);
	text_line(t);
}
