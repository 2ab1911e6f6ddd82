/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports of asking servers, made up: a good one, and others that differ in what a test says. */
#ifndef TESTS_UNIT_PRESENT_QUERY_MADE_H
#define TESTS_UNIT_PRESENT_QUERY_MADE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "present/query_rows.h"

enum { MADE_MS = 1000000, MADE_DAY_S = 86400 };

/* 2026-11-26T09:15:00Z */
#define MADE_NOW_NS (INT64_C(1795684500) * NS_PER_S)

/* What a server, a certificate's owner and a name server may try: a colour, a new line, a bar before
 * performance data, text that runs backwards, and an octet that is no UTF-8. */
#define MADE_HOSTILE "\x1b[31mred\n|x=1\xe2\x80\xae\xff\""

/* Text into one of a report's arrays. */
#define MADE_SAY(array, text) snprintf(array, sizeof(array), "%s", text)

static inline struct query_sample made_sample(int64_t offset_ns, int64_t delay_ns)
{
	return (struct query_sample){
		.has_times = true,
		.kernel_t1 = true,
		.kernel_t4 = true,
		.t1_ns = MADE_NOW_NS - NS_PER_S,
		.offset_ns = offset_ns,
		.delay_ns = delay_ns,
		.dispersion_ns = 1000,
		.header = { .version = 4,
			    .mode = 4,
			    .stratum = 2,
			    .precision_log2s = -23,
			    .poll_log2s = 6,
			    .root_delay = 0x100,
			    .root_dispersion = 0x80,
			    .refid = { 192, 0, 2, 99 } },
	};
}

static inline struct query_report made_report(const char *host, const char *addr, enum query_result result)
{
	struct query_report r = {
		.host = host, .port = 123, .result = result, .asked_ns = MADE_NOW_NS - NS_PER_S
	};
	addr_parse(addr, &r.addr);
	return r;
}

/* Into its place: the summary points into it. */
static inline void made_good(struct query_report *r, const char *host, const char *addr, int64_t offset_ns)
{
	*r = made_report(host, addr, QUERY_OK);
	r->query.n_sent = r->query.n_samples = 2;
	r->query.samples[0] = made_sample(offset_ns, 4 * MADE_MS);
	r->query.samples[1] = made_sample(offset_ns + MADE_MS, 9 * MADE_MS);
	query_summary(&r->query, &r->summary);
}

/* What was printed, to be freed. */
static inline char *made_text(struct buf *b)
{
	buf_char(b, '\0');
	char *text = strdup(b->data);
	buf_release(b);
	return text;
}

#endif
