/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/report.h"

#include <stdio.h>
#include <string.h>

#include "present/report_parts.h"
#include "present/words.h"
#include "proto/names.h"

/* "2026-03-01 00:00:00Z – 23:59:59Z": the second date only when it is another day. */
static void put_period(struct text *t, int64_t first_ns, int64_t last_ns)
{
	struct words from = moment_words(first_ns), to = moment_words(last_ns);
	const char *end = strncmp(from.s, to.s, 10) == 0 ? to.s + 11 : to.s;
	text_item(t, TEXT_PLAIN, "%s – %s (%s)", from.s, end, span_words(last_ns - first_ns).s);
}

static void title(struct text *t, const struct report *r)
{
	const struct census *c = r->census;
	char name[80];

	text_put(t, TEXT_HEAD, "ntpscope report");
	t->has_items = true;
	if (r->source.n_paths == 1) {
		text_clean(source_info_base_name(r->source.paths[0]), name, sizeof(name));
		text_item(t, TEXT_ACCENT, "%s", name);
	} else {
		text_item(t, TEXT_ACCENT, "%zu files", r->source.n_paths);
	}
	if (census_tally(c)->n_frames)
		put_period(t, census_first_ns(c), census_last_ns(c));
	text_item(t, TEXT_PLAIN, "%s NTP packets in %s frames",
		  count_words(census_tally(c)->fates[FATE_NTP]).s, count_words(r->source.n_frames).s);
	if (r->source.elapsed_s >= 0)
		text_item(t, TEXT_DIM, "read in %s", span_s_words(r->source.elapsed_s).s);
	if (r->source.filter) {
		text_clean(r->source.filter, name, sizeof(name));
		text_item(t, TEXT_PLAIN, "filter: %s", name);
	}
	if (r->source.display) {
		text_clean(r->source.display, name, sizeof(name));
		text_item(t, TEXT_PLAIN, "display filter: %s", name);
	}
	text_line(t);
}

/* A named server that the capture does not know is a typing error as a rule. */
static void absent_servers(struct text *t, const struct report *r)
{
	const struct engine_config *config = census_config(r->census);
	char address[ADDR_TEXT_MAX];

	for (unsigned i = 0; i < config->n_servers; i++) {
		bool seen = false;
		for (size_t k = 0; k < census_n_servers(r->census); k++)
			seen |= addr_equal(&census_server(r->census, k)->addr, &config->servers[i]);
		if (seen)
			continue;
		addr_text(&config->servers[i], address);
		text_put(t, TEXT_WARN, "No such server: ");
		text_put(t, TEXT_PLAIN, address);
		text_words(t, TEXT_PLAIN, ", named with --server, does not occur in this capture.");
		text_line(t);
	}
}

static void part(struct text *t, const struct report *r)
{
	struct report_part p = report_part(r);

	if (!p.when[0])
		return;
	text_put(t, TEXT_WARN, "Part of the time: ");
	text_words(t, TEXT_PLAIN, p.when);
	text_words(t, TEXT_PLAIN, " ");
	text_words(t, TEXT_PLAIN, p.what);
	text_line(t);
}

static void notices(struct text *t, const struct report *r)
{
	const struct list_summary *s = census_summary(r->census);
	char damage[TEXT_ITEM_MAX];

	part(t, r);

	if (r->source.damage[0]) {
		text_clean(r->source.damage, damage, sizeof(damage));
		text_put(t, TEXT_ALARM, "Damaged input: ");
		text_words(t, TEXT_PLAIN, damage);
		text_line(t);
	}
	absent_servers(t, r);
	if (census_one_way(r->census) &&
	    census_tally(r->census)->n_outside < census_tally(r->census)->fates[FATE_NTP]) {
		text_put(t, TEXT_WARN, "One-way capture: ");
		text_words(t, TEXT_PLAIN,
			   "it holds no packet from any server; nobody is called unanswered for that.");
		text_line(t);
	}
	if (s->n_refused_packets) {
		text_put(t, TEXT_WARN, "Client list full: ");
		text_put(t, TEXT_PLAIN, count_words(s->n_refused_packets).s);
		text_words(t, TEXT_PLAIN, " packets of about ");
		text_words(t, TEXT_PLAIN, count_words((uint64_t)s->refused_addresses).s);
		text_words(t, TEXT_PLAIN, " more addresses are in no list (raise --capacity).");
		text_line(t);
	}
	if (s->n_forgotten_requests) {
		text_put(t, TEXT_WARN, "Too many open requests: ");
		text_put(t, TEXT_PLAIN, count_words(s->n_forgotten_requests).s);
		text_words(t, TEXT_PLAIN, " were given up early (raise --capacity).");
		text_line(t);
	}
}

void report_text(const struct report *r, struct buf *out, bool color)
{
	struct text t;

	text_begin(&t, out, color);
	if (r->columns)
		t.columns = r->columns;
	title(&t, r);
	notices(&t, r);
	if (census_tally(r->census)->fates[FATE_NTP]) {
		text_blank_line(&t);
		report_text_servers(&t, r);
		text_blank_line(&t);
		report_text_clients(&t, r);
		report_text_loudest(&t, r);
		text_blank_line(&t);
		report_text_exchanges(&t, r);
		if (r->full)
			text_blank_line(&t);
		report_text_delta(&t, r);
	}
	text_blank_line(&t);
	report_text_findings(&t, r);
	report_text_file(&t, r);
	if (r->how)
		report_text_how(&t, r);
	text_line(&t);
}
