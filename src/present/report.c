/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "present/words.h"

/* The prefixes of each kind with three addresses or more; 0 bits: none of that family. */
static enum err find_subnets(struct report *r)
{
	static const struct {
		unsigned v4_bits, v6_bits;
	} kinds[REPORT_SUBNET_KINDS] = {
		{ 120, 0 },
		{ 0, 48 },
		{ 0, 64 },
	};
	enum { CROWD = 3 };

	for (unsigned i = 0; i < REPORT_SUBNET_KINDS; i++) {
		enum err e = census_subnets(r->census, kinds[i].v4_bits, kinds[i].v6_bits, CROWD, r->n_top,
					    &r->subnets[i], &r->n_subnets[i]);
		if (e)
			return e;
	}
	return ERR_OK;
}

enum err report_init(struct report *r)
{
	const struct census *c = r->census;

	r->top = calloc(r->n_top ? r->n_top : 1, sizeof(*r->top));
	if (!r->top)
		return ERR_MEMORY;
	r->n_listed = census_top_clients(c, r->top, r->n_top);
	enum err e = find_subnets(r);
	if (!e)
		e = census_peaks(c, &r->peaks, &r->n_peaks);
	if (!e)
		r->n_loads = census_load_levels(c, r->loads, REPORT_LOADS);
	return e;
}

void report_release(struct report *r)
{
	free(r->top);
	for (unsigned i = 0; i < REPORT_SUBNET_KINDS; i++) {
		free(r->subnets[i]);
		r->subnets[i] = NULL;
	}
	free(r->peaks);
	r->top = NULL;
	r->peaks = NULL;
}

struct server_outcome server_outcome_of(const struct server_info *s)
{
	struct server_outcome o = {
		.requests = s->n_requests,
		.lost = s->n_lost,
		.kod = s->exchanges[CLASS_KOD],
		.nak = s->exchanges[CLASS_NAK],
		.retransmitted = s->exchanges[CLASS_RETRANSMITTED],
	};
	uint64_t others = o.kod + o.nak + o.lost + o.retransmitted;

	o.answered = o.requests > others ? o.requests - others : 0;
	return o;
}

const char *report_name(const struct report *r, const struct addr *a)
{
	return r->hosts ? hosts_name(r->hosts, a) : NULL;
}

const char *report_label(const struct report *r, const struct addr *a)
{
	return r->hosts ? hosts_label(r->hosts, a) : NULL;
}

struct report_part report_part(const struct report *r)
{
	const struct census_span *s = census_span(r->census);
	struct report_part p = { "", "" };

	if (!s)
		return p;
	snprintf(p.when, sizeof(p.when), "%s of counting, up to %s; asked for was from %s on.",
		 span_words(s->to_ns - s->from_ns).s, moment_words(s->to_ns).s, moment_words(s->asked_ns).s);
	snprintf(p.what, sizeof(p.what), "%s",
		 s->whole ? "Counting began then: it is all that there is."
		 : s->packets_known
			 ? "Clients are those that were seen in it; their packets, and those of subnets, are "
			   "of "
			   "it, what else is said of them is of all the time since each was first seen."
			 : "Clients are those that were seen in it, and what is said of them and of subnets "
			   "is of all the time since each was first seen.");
	return p;
}
