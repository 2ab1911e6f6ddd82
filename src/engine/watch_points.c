/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/watch_points.h"

#include "base/nstime.h"
#include "proto/names.h"

static void add_answer(struct reading_made *m, const struct query_summary *s)
{
	const struct query_sample *best = s->best;

	if (best->has_times) {
		reading_point(m, "offset_s", ns_seconds(best->offset_ns));
		reading_point(m, "bound_s", ns_seconds(s->bound_ns));
		reading_point(m, "delay_s", ns_seconds(best->delay_ns));
	}
	reading_point(m, "root_delay_s", ns_seconds(s->root_delay_ns));
	reading_point(m, "root_dispersion_s", ns_seconds(s->root_dispersion_ns));
	reading_point(m, "root_distance_s", ns_seconds(s->root_dispersion_ns + s->root_delay_ns / 2));
}

static void add_header(struct reading_made *m, const struct ntp_header *h)
{
	char refid[REFID_TEXT_MAX];

	reading_point(m, "stratum", h->stratum);
	reading_point(m, "leap", h->leap);
	ntp_refid_text(h->stratum, h->refid, refid);
	reading_fact(m, "refid", refid);
	reading_fact(m, "version", (char[]){ (char)('0' + h->version), '\0' });
}

void watch_points(struct reading_made *m, const struct query_report *r, uint8_t reach)
{
	const struct query_summary *s = &r->summary;
	char addr[ADDR_TEXT_MAX];

	if (r->result == QUERY_OK && s->best)
		add_answer(m, s);
	if (r->result != QUERY_DNS) {
		addr_text(&r->addr, addr);
		reading_fact(m, "address", addr);
	}
	reading_point(m, "result", query_result_status(r->result));
	reading_fact(m, "result", query_result_name(r->result));
	reading_reach(m, reach);
	if (s->best)
		add_header(m, &s->best->header);
}
