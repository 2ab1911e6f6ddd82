/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/watch_points.h"

#include "engine/reading_made.h"
#include "proto/names.h"

struct list {
	struct history_point *at;
	size_t n;
};

static void add(struct list *l, const char *name, double value)
{
	l->at[l->n++] = (struct history_point){ .name = name, .value = value };
}

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

static void add_answer(struct list *l, const struct query_summary *s)
{
	const struct query_sample *best = s->best;

	if (best->has_times) {
		add(l, "offset_s", seconds(best->offset_ns));
		add(l, "bound_s", seconds(s->bound_ns));
		add(l, "delay_s", seconds(best->delay_ns));
	}
	add(l, "root_delay_s", seconds(s->root_delay_ns));
	add(l, "root_dispersion_s", seconds(s->root_dispersion_ns));
	add(l, "root_distance_s", seconds(s->root_dispersion_ns + s->root_delay_ns / 2));
}

size_t watch_points(const struct query_report *r, uint8_t reach, struct history_point out[HISTORY_POINTS_MAX])
{
	struct list l = { .at = out };
	const struct query_summary *s = &r->summary;

	if (r->result == QUERY_OK && s->best)
		add_answer(&l, s);
	if (s->best) {
		add(&l, "stratum", s->best->header.stratum);
		add(&l, "leap", s->best->header.leap);
	}
	add(&l, "reach_polls", __builtin_popcount(reach));
	add(&l, "result", query_result_status(r->result));
	return l.n;
}

struct facts {
	struct reading_fact *at;
	size_t n;
};

static void fact(struct facts *f, const char *name, const char *text)
{
	struct reading_fact *to = &f->at[f->n++];

	reading_text(to->name, sizeof(to->name), name);
	reading_text(to->text, sizeof(to->text), text);
}

size_t watch_facts(const struct query_report *r, uint8_t reach, struct reading_fact out[READING_FACTS_MAX])
{
	struct facts f = { .at = out };
	char addr[ADDR_TEXT_MAX], refid[REFID_TEXT_MAX], octal[READING_REACH_MAX];
	const struct query_sample *best = r->summary.best;

	if (r->result != QUERY_DNS) {
		addr_text(&r->addr, addr);
		fact(&f, "address", addr);
	}
	fact(&f, "result", query_result_name(r->result));
	reading_reach_text(reach, octal);
	fact(&f, "reach", octal);
	if (!best)
		return f.n;
	ntp_refid_text(best->header.stratum, best->header.refid, refid);
	fact(&f, "refid", refid);
	fact(&f, "version", (char[]){ (char)('0' + best->header.version), '\0' });
	return f.n;
}
