/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "engine/tally.h"
#include "present/report_parts.h"
#include "present/words.h"

/* ---- EXCHANGES ----------------------------------------------------------------------------------- */

static void kisses(const struct tally *y, char *out, size_t size)
{
	size_t n = 0;

	for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
		if (y->kisses[k] && n < size)
			n += (size_t)snprintf(out + n, size - n, "%s%s %s", n ? ", " : "", ntp_kiss_name(k),
					      count_words(y->kisses[k]).s);
}

static void naks(const struct tally *y, char *out, size_t size)
{
	snprintf(out, size, "crypto-NAK %s, NTS NAK %s", count_words(y->auth[1][NTP_AUTH_CRYPTO_NAK]).s,
		 count_words(y->auth[1][NTP_AUTH_NTS_NAK]).s);
}

/* What is worth knowing about a class, behind its figures. */
static void remark(const struct report *r, enum exchange_class c, char *out, size_t size)
{
	const struct tally *y = census_tally(r->census);
	const struct engine_config *config = census_config(r->census);

	out[0] = '\0';
	switch (c) {
	case CLASS_UNANSWERED:
		if (y->n_capture_end)
			snprintf(out, size, "%s of them too near the end to tell",
				 count_words(y->n_capture_end).s);
		break;
	case CLASS_LATE: snprintf(out, size, "after more than %s", span_words(config->timeout_ns).s); break;
	case CLASS_DUPLICATE: snprintf(out, size, "a second answer to one request"); break;
	case CLASS_UNSOLICITED:
		snprintf(out, size, "%s possibly asked before the capture, %s with origin 0",
			 count_words(y->n_before_capture).s, count_words(y->n_zero_origin).s);
		break;
	case CLASS_KOD: kisses(y, out, size); break;
	case CLASS_NAK: naks(y, out, size); break;
	case CLASS_RETRANSMITTED: snprintf(out, size, "the same transmit timestamp again"); break;
	case CLASS_SYMMETRIC: snprintf(out, size, "between peers"); break;
	case CLASS_OTHER: snprintf(out, size, "neither question nor answer"); break;
	case CLASS_ANSWERED:
	case CLASS_BROADCAST:
	case CLASS_MALFORMED:
	case N_CLASSES: break;
	}
}

static bool is_trouble(enum exchange_class c)
{
	return c == CLASS_UNANSWERED || c == CLASS_LATE || c == CLASS_UNSOLICITED || c == CLASS_NAK ||
	       c == CLASS_MALFORMED;
}

static void class_row(struct text *t, const struct report *r, enum exchange_class c, uint64_t all_packets)
{
	const struct tally *y = census_tally(r->census);
	char text[256];

	if (!y->class_packets[c] && !y->class_exchanges[c])
		return;
	text_pad_to(t, TEXT_INDENT);
	text_cell(t, is_trouble(c) ? TEXT_WARN : TEXT_PLAIN, -14, exchange_class_name(c));
	text_cell(t, TEXT_PLAIN, 13, count_words(y->class_exchanges[c]).s);
	text_cell(t, TEXT_PLAIN, 13, count_words(y->class_packets[c]).s);
	text_cell(t, TEXT_PLAIN, 10, share_words(y->class_packets[c], all_packets, 2).s);
	remark(r, c, text, sizeof(text));
	if (*text) {
		text_put(t, TEXT_DIM, "   ");
		text_put(t, TEXT_DIM, text);
	}
	text_line(t);
}

static void modes_of_exchange(struct text *t, const struct tally *y)
{
	if (y->n_interleaved)
		text_item(t, TEXT_PLAIN, "interleaved %s", count_words(y->n_interleaved).s);
	if (y->n_reordered)
		text_item(t, TEXT_PLAIN, "captured in the wrong order %s", count_words(y->n_reordered).s);
	text_line(t);
}

void report_text_exchanges(struct text *t, const struct report *r)
{
	const struct tally *y = census_tally(r->census);
	uint64_t all = 0, rows = 0;

	for (unsigned c = 0; c < N_CLASSES; c++) {
		all += y->class_packets[c];
		rows += y->class_exchanges[c];
	}
	text_head(t, "EXCHANGES");
	text_pad_to(t, TEXT_INDENT + 14);
	text_cell(t, TEXT_DIM, 13, "exchanges");
	text_cell(t, TEXT_DIM, 13, "packets");
	text_cell(t, TEXT_DIM, 10, "share");
	text_line(t);
	for (unsigned c = 0; c < N_CLASSES; c++)
		class_row(t, r, c, all);
	text_pad_to(t, TEXT_INDENT);
	text_cell(t, TEXT_DIM, -14, "all");
	text_cell(t, TEXT_PLAIN, 13, count_words(rows).s);
	text_cell(t, TEXT_PLAIN, 13, count_words(all).s);
	text_put(t, TEXT_DIM, "             the classes add up to the NTP packets");
	text_line(t);
	modes_of_exchange(t, y);
}

/* ---- DELTA --------------------------------------------------------------------------------------- */

static void hist_row(struct text *t, const char *what, const struct hist *h)
{
	static const double shares[] = { 0.5, 0.9, 0.99, 0.999 };

	if (!h->n && !h->n_negative)
		return;
	text_pad_to(t, TEXT_INDENT);
	text_cell(t, TEXT_PLAIN, -20, what);
	text_cell(t, TEXT_PLAIN, 12, count_words(h->n + h->n_negative).s);
	for (unsigned i = 0; i < 4; i++)
		text_cell(t, TEXT_PLAIN, 10, span_words(hist_percentile(h, shares[i])).s);
	text_cell(t, TEXT_PLAIN, 10, span_words(h->max).s);
	if (h->n_negative) {
		text_put(t, TEXT_ALARM, "  negative ");
		text_put(t, TEXT_ALARM, count_words(h->n_negative).s);
	}
	text_line(t);
}

static unsigned count_used(const struct hist *h, unsigned n)
{
	unsigned used = 0;

	for (unsigned i = 0; i < n; i++)
		used += h[i].n + h[i].n_negative > 0;
	return used;
}

static void delta_rows(struct text *t, const struct tally *y)
{
	char what[48];

	hist_row(t, "all", &y->delta);
	if (count_used(y->delta_by_version, 8) > 1)
		for (unsigned v = 8; v-- > 0;) {
			snprintf(what, sizeof(what), "version %u", v);
			hist_row(t, what, &y->delta_by_version[v]);
		}
	if (count_used(y->delta_by_size, N_SIZES) > 1)
		for (unsigned i = 0; i < N_SIZES; i++) {
			snprintf(what, sizeof(what), "%s octets", tally_size_name(i));
			hist_row(t, what, &y->delta_by_size[i]);
		}
	hist_row(t, "in the server", &y->turnaround);
	hist_row(t, "outside of it", &y->outside_server);
}

static void load_rows(struct text *t, const struct report *r)
{
	int64_t most = 0;

	for (size_t i = 0; i < r->n_loads; i++)
		most = (int64_t)(r->loads[i].delta_mean_s * 1e9) > most
			       ? (int64_t)(r->loads[i].delta_mean_s * 1e9)
			       : most;
	text_head(t, "LOAD");
	text_pad_to(t, TEXT_INDENT);
	text_cell(t, TEXT_DIM, -20, "requests per second");
	text_cell(t, TEXT_DIM, 12, "exchanges");
	text_cell(t, TEXT_DIM, 12, "mean delta");
	text_cell(t, TEXT_DIM, 10, "max");
	text_line(t);
	for (size_t i = 0; i < r->n_loads; i++) {
		const struct load_level *l = &r->loads[i];
		char range[64];
		snprintf(range, sizeof(range), "%.0f – %.0f", l->from_per_s, l->to_per_s);
		text_pad_to(t, TEXT_INDENT);
		text_cell(t, TEXT_PLAIN, -20, range);
		text_cell(t, TEXT_PLAIN, 12, count_words(l->n).s);
		text_cell(t, TEXT_PLAIN, 12, span_s_words(l->delta_mean_s).s);
		text_cell(t, TEXT_PLAIN, 10, span_words(l->delta_max_ns).s);
		text_put(t, TEXT_PLAIN, "  ");
		for (int64_t b = 0; most > 0 && b < (int64_t)(l->delta_mean_s * 1e9) * 20 / most; b++)
			text_put(t, TEXT_ACCENT, "█");
		text_line(t);
	}
}

void report_text_delta(struct text *t, const struct report *r)
{
	static const char *const title[] = { "p50", "p90", "p99", "p99.9", "max" };
	const struct tally *y = census_tally(r->census);

	if (!y->delta.n && !y->delta.n_negative)
		return;
	text_blank_line(t);
	text_head(t, "DELTA");
	text_cell(t, TEXT_DIM, -20, "response - request");
	text_cell(t, TEXT_DIM, 12, "exchanges");
	for (unsigned i = 0; i < 5; i++)
		text_cell(t, TEXT_DIM, 10, title[i]);
	text_line(t);
	delta_rows(t, y);
	if (r->n_loads > 1)
		load_rows(t, r);
}
