/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversations as a table for people; a line with the date stands where another day begins. */
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/stream_rows.h"
#include "present/words.h"

enum {
	STREAM = 9,
	PACKETS = 8,
	BACK = 8,
	BYTES = 9,
	TIME = 10,
	LASTS = 13,
	WHAT = 14,
	ASKED = 11,
	DELTA = 9
};

/* What goes first when the page is narrow, in this order, and the room that each gives. */
enum hideable {
	HIDE_BYTES,
	HIDE_P99,
	HIDE_LASTS,
	HIDE_MODES,
	HIDE_FIRST,
	HIDE_MAX,
	HIDE_ANSWERED,
	N_HIDEABLE
};

static const unsigned room[N_HIDEABLE] = { 2 * BYTES, DELTA, LASTS, 2 + WHAT, TIME, DELTA, ASKED };

/* Two IPv4 addresses with their ports; longer ones stick out. */
enum { ENDS = 2 + 19 + 3 + 19 };

static void hide_columns(struct stream_rows *w)
{
	unsigned width = STREAM + PACKETS + BACK + DELTA + ENDS;

	w->hidden = 0;
	for (unsigned i = 0; i < N_HIDEABLE; i++)
		width += room[i];
	for (unsigned i = 0; i < N_HIDEABLE && w->columns && width > w->columns; i++) {
		w->hidden |= 1u << i;
		width -= room[i];
	}
}

static bool shown(const struct stream_rows *w, enum hideable column)
{
	return !(w->hidden >> column & 1);
}

void stream_table_begin(struct stream_rows *w)
{
	struct text t;

	hide_columns(w);
	text_begin(&t, w->out, w->color);
	text_cell(&t, TEXT_HEAD, -STREAM, "stream");
	text_cell(&t, TEXT_HEAD, PACKETS, "packets →");
	text_cell(&t, TEXT_HEAD, BACK, "←");
	if (shown(w, HIDE_BYTES)) {
		text_cell(&t, TEXT_HEAD, BYTES, "bytes →");
		text_cell(&t, TEXT_HEAD, BYTES, "←");
	}
	if (shown(w, HIDE_FIRST))
		text_cell(&t, TEXT_HEAD, TIME, "first");
	if (shown(w, HIDE_LASTS))
		text_cell(&t, TEXT_HEAD, LASTS, "lasts");
	if (shown(w, HIDE_MODES)) {
		text_put(&t, TEXT_PLAIN, "  ");
		text_cell(&t, TEXT_HEAD, -WHAT, "modes");
	}
	if (shown(w, HIDE_ANSWERED))
		text_cell(&t, TEXT_HEAD, ASKED, "answered");
	text_cell(&t, TEXT_HEAD, DELTA, "delta p50");
	if (shown(w, HIDE_P99))
		text_cell(&t, TEXT_HEAD, DELTA, "p99");
	if (shown(w, HIDE_MAX))
		text_cell(&t, TEXT_HEAD, DELTA, "max");
	text_put(&t, TEXT_PLAIN, "  ");
	text_put(&t, TEXT_HEAD, "a → b");
	text_line(&t);
	w->date[0] = '\0';
}

static void day_line(struct stream_rows *w, struct text *t, int64_t t_ns)
{
	char when[NSTIME_TEXT_MAX];

	*put_time(&w->day, when, t_ns) = '\0';
	if (memcmp(w->date, when, 10) == 0)
		return;
	memcpy(w->date, when, 10);
	w->date[10] = '\0';
	text_put(t, TEXT_DIM, w->date);
	text_line(t);
}

void stream_end_text(struct text *t, const struct hosts *hosts, const struct addr *a, uint16_t port)
{
	const char *name = hosts && hosts->n ? hosts_label(hosts, a) : NULL;
	bool brackets = !name && !addr_is_v4(a);
	char s[8];

	if (brackets)
		text_put(t, TEXT_DIM, "[");
	text_put(t, TEXT_ACCENT, name ? name : addr_words(a).s);
	if (brackets)
		text_put(t, TEXT_DIM, "]");
	snprintf(s, sizeof(s), ":%u", port);
	text_put(t, TEXT_DIM, s);
}

static char *add_bits(char *p, uint8_t bits)
{
	for (unsigned i = 0; i < 8; i++) {
		if (!(bits >> i & 1))
			continue;
		*p++ = ' ';
		*p++ = (char)('0' + i);
	}
	return p;
}

/* "v4: 3 4", or a TCP connection's beginning and end. */
static void what_cell(struct text *t, const struct stream_info *s)
{
	enum { FIN = 1, SYN = 2, RST = 4 };
	char out[64], *p = out;

	if (s->modes) {
		*p++ = 'v';
		for (unsigned i = 0; i < 8; i++) {
			if (!(s->versions >> i & 1))
				continue;
			if (p != out + 1)
				*p++ = ',';
			*p++ = (char)('0' + i);
		}
		*p++ = ':';
		p = add_bits(p, s->modes);
		*p = '\0';
	} else if (s->tcp) {
		stream_tcp_flags(s->tcp_flags & (FIN | SYN | RST), out);
	} else {
		*p = '\0';
	}
	text_cell(t, TEXT_PLAIN, -WHAT, out);
}

static void answered_cell(struct text *t, const struct stream_info *s)
{
	char out[48];

	if (!s->exchanges) {
		text_cell(t, TEXT_PLAIN, ASKED, "–");
		return;
	}
	snprintf(out, sizeof(out), "%llu/%llu", (unsigned long long)s->answered,
		 (unsigned long long)s->exchanges);
	text_cell(t, s->answered < s->exchanges ? TEXT_WARN : TEXT_PLAIN, ASKED, out);
}

static void delta_cell(struct text *t, const struct stream_info *s, int64_t ns)
{
	text_cell(t, TEXT_PLAIN, DELTA, s->n_deltas ? span_words(ns).s : "–");
}

void stream_row_table(struct stream_rows *w, const struct stream_info *s)
{
	struct text t;
	struct addr addr;
	uint16_t port;
	char out[48];

	text_begin(&t, w->out, w->color);
	day_line(w, &t, s->first_ns);
	snprintf(out, sizeof(out), "%s.%u", s->tcp ? "tcp" : "udp", s->number);
	text_cell(&t, TEXT_PLAIN, -STREAM, out);
	text_cell(&t, TEXT_PLAIN, PACKETS + 1, count_words(s->packets[0]).s);
	text_cell(&t, TEXT_PLAIN, BACK, count_words(s->packets[1]).s);
	if (shown(w, HIDE_BYTES)) {
		text_cell(&t, TEXT_PLAIN, BYTES, bytes_words(s->bytes[0]).s);
		text_cell(&t, TEXT_PLAIN, BYTES, bytes_words(s->bytes[1]).s);
	}
	if (shown(w, HIDE_FIRST))
		text_cell(&t, TEXT_PLAIN, TIME, clock_words(s->first_ns).s);
	if (shown(w, HIDE_LASTS))
		text_cell(&t, TEXT_PLAIN, LASTS, span_words(ns_minus(s->last_ns, s->first_ns)).s);
	if (shown(w, HIDE_MODES)) {
		text_put(&t, TEXT_PLAIN, "  ");
		what_cell(&t, s);
	}
	if (shown(w, HIDE_ANSWERED))
		answered_cell(&t, s);
	delta_cell(&t, s, s->p50_ns);
	if (shown(w, HIDE_P99))
		delta_cell(&t, s, s->p99_ns);
	if (shown(w, HIDE_MAX))
		delta_cell(&t, s, s->max_ns);
	text_put(&t, TEXT_PLAIN, "  ");
	stream_info_a(s, &addr, &port);
	stream_end_text(&t, w->hosts, &addr, port);
	text_put(&t, TEXT_DIM, " → ");
	stream_info_b(s, &addr, &port);
	stream_end_text(&t, w->hosts, &addr, port);
	if (s->quoted) {
		snprintf(out, sizeof(out), "  %llu ICMP error%s", (unsigned long long)s->quoted,
			 s->quoted == 1 ? "" : "s");
		text_put(&t, TEXT_WARN, out);
	}
	text_line(&t);
}
