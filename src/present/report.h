/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `ntpscope report`: the whole census on one page, as text or JSON.  docs/formats.md defines every figure.
 * What has to be computed from the census first is done once by report_init(), for both.
 */
#ifndef PRESENT_REPORT_H
#define PRESENT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/census.h"
#include "present/hosts.h"
#include "present/source_info.h"

enum { REPORT_LOADS = 6, REPORT_SUBNET_KINDS = 3 };

struct report {
	const struct census *census;
	const struct hosts *hosts;
	struct source_info source;
	unsigned n_top;   /* top talkers and subnets to list */
	unsigned columns; /* of the text's page; 0: TEXT_COLUMNS */
	bool full;        /* the text says all that it can */
	bool how;         /* the text names the filters that show the packets behind its figures */
	unsigned n_worst; /* slowest exchanges a server */
	/* filled in by report_init() */
	uint32_t *top; /* indexes of the loudest clients */
	size_t n_listed;
	struct subnet *subnets[REPORT_SUBNET_KINDS]; /* /24, /48, /64; most addresses first */
	size_t n_subnets[REPORT_SUBNET_KINDS];
	struct peak *peaks;
	size_t n_peaks;
	struct load_level loads[REPORT_LOADS];
	size_t n_loads;
};

/* Set census, hosts, source, n_top and n_worst first.  ERR_MEMORY; then it is to be released all the same. */
enum err report_init(struct report *r);
void report_release(struct report *r);

void report_text(const struct report *r, struct buf *out, bool color);
void report_json(const struct report *r, struct buf *out);

/* Questions for time that one server got, and what became of them; the four add up to requests with NAKs and
 * retransmitted ones. */
struct server_outcome {
	uint64_t requests, answered, kod, nak, lost, retransmitted;
};

struct server_outcome server_outcome_of(const struct server_info *s);

/* The name of an address in the hosts file, or NULL. */
const char *report_name(const struct report *r, const struct addr *a);

/* The same as a terminal may see it. */
const char *report_label(const struct report *r, const struct addr *a);

/* What is said of a part of the time (census_span()); a sentence, and another about what it does not hold.
 * Both empty when the report is of everything. */
struct report_part {
	char when[320], what[200];
};

struct report_part report_part(const struct report *r);

/* The definitions of the figures, for `report --explain`. */
extern const char report_explanation[];

#endif
