/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exchanges as a table for people; a line with the date stands where a new day begins. */
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/exchange_rows.h"
#include "present/text.h"
#include "present/words.h"

enum { FRAME = 9, TIME = 17, CLASS = 14, SPAN = 10, N_NOTES = 8 };

void exchange_table_begin(struct exchange_rows *w)
{
	struct text t;

	text_begin(&t, w->out, w->color);
	text_cell(&t, TEXT_HEAD, FRAME, "request");
	text_cell(&t, TEXT_HEAD, FRAME + 1, "response");
	text_cell(&t, TEXT_HEAD, TIME, "time (UTC)");
	text_put(&t, TEXT_PLAIN, "  ");
	text_cell(&t, TEXT_HEAD, -CLASS, "class");
	text_cell(&t, TEXT_HEAD, SPAN, "delta");
	text_cell(&t, TEXT_HEAD, SPAN, "in server");
	text_put(&t, TEXT_PLAIN, "  ");
	text_put(&t, TEXT_HEAD, "client → server");
	text_line(&t);
	w->date[0] = '\0';
}

static void day_line(struct exchange_rows *w, struct text *t, const char *date)
{
	if (memcmp(w->date, date, 10) == 0)
		return;
	memcpy(w->date, date, 10);
	w->date[10] = '\0';
	text_put(t, TEXT_DIM, w->date);
	text_line(t);
}

static void frame_cell(struct text *t, int width, uint64_t frame)
{
	char s[24];
	snprintf(s, sizeof(s), "%llu", (unsigned long long)frame);
	text_cell(t, TEXT_PLAIN, width, frame ? s : "–");
}

static enum text_style class_style(const struct exchange *x)
{
	switch ((enum exchange_class)x->class) {
	case CLASS_ANSWERED:
	case CLASS_SYMMETRIC:
	case CLASS_BROADCAST:
	case CLASS_OTHER:
	case N_CLASSES: break;
	case CLASS_LATE:
	case CLASS_DUPLICATE:
	case CLASS_KOD:
	case CLASS_RETRANSMITTED: return TEXT_WARN;
	case CLASS_UNANSWERED:
	case CLASS_UNSOLICITED:
	case CLASS_NAK:
	case CLASS_MALFORMED: return TEXT_ALARM;
	}
	return TEXT_PLAIN;
}

static void end_point(struct text *t, const struct hosts *hosts, const struct addr *a, uint16_t port)
{
	const char *name = hosts ? hosts_label(hosts, a) : NULL;
	bool brackets = !name && !addr_is_v4(a) && port != 123;
	char s[8];

	if (brackets)
		text_put(t, TEXT_DIM, "[");
	text_put(t, TEXT_ACCENT, name ? name : addr_words(a).s);
	if (brackets)
		text_put(t, TEXT_DIM, "]");
	if (port != 123) {
		snprintf(s, sizeof(s), ":%u", port);
		text_put(t, TEXT_DIM, s);
	}
}

static void remarks(struct text *t, const struct exchange *x)
{
	char s[48];

	if (x->mode != NTP_MODE_CLIENT && x->mode != NTP_MODE_SERVER) {
		snprintf(s, sizeof(s), "  mode %u", x->mode);
		text_put(t, TEXT_DIM, s);
	}
	if (x->version != 4) {
		snprintf(s, sizeof(s), "  v%u", x->version);
		text_put(t, TEXT_DIM, s);
	}
	if (x->kiss != KISS_NONE) {
		text_put(t, TEXT_DIM, "  ");
		text_put(t, TEXT_WARN, ntp_kiss_name(x->kiss));
	}
	if (x->auth != NTP_AUTH_NONE) {
		text_put(t, TEXT_DIM, "  ");
		text_put(t, TEXT_DIM, auth_word(x->auth));
	}
	for (unsigned i = 0; i < N_NOTES; i++) {
		const char *word = x->notes >> i & 1 ? note_word(1u << i) : NULL;
		if (!word)
			continue;
		text_put(t, TEXT_DIM, "  ");
		text_put(t, TEXT_DIM, word);
	}
}

void exchange_row_table(struct exchange_rows *w, const struct exchange *x)
{
	struct text t;
	char when[NSTIME_TEXT_MAX];

	text_begin(&t, w->out, w->color);
	*put_time(&w->day, when, x->request_frame ? x->request_ns : x->response_ns) = '\0';
	day_line(w, &t, when);
	when[26] = '\0'; /* microseconds are enough to read */
	frame_cell(&t, FRAME, x->request_frame);
	frame_cell(&t, FRAME + 1, x->response_frame);
	text_cell(&t, TEXT_PLAIN, TIME, when + 11);
	text_put(&t, TEXT_PLAIN, "  ");
	text_cell(&t, class_style(x), -CLASS, exchange_class_name(x->class));
	text_cell(&t, TEXT_PLAIN, SPAN, exchange_has_delta(x) ? span_words(exchange_delta_ns(x)).s : "–");
	text_cell(&t, TEXT_PLAIN, SPAN, x->has_turnaround ? span_words(x->turnaround_ns).s : "–");
	text_put(&t, TEXT_PLAIN, "  ");
	end_point(&t, w->hosts, &x->client, x->client_port);
	text_put(&t, TEXT_DIM, " → ");
	end_point(&t, w->hosts, &x->server, x->server_port);
	remarks(&t, x);
	text_line(&t);
}
