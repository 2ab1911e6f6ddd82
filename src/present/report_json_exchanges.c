/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "engine/tally.h"
#include "present/report_parts.h"
#include "proto/names.h"

static void classes(struct jw *j, const struct tally *y)
{
	uint64_t packets = 0;

	jw_open(j, "exchanges", JW_OBJECT | JW_LINES);
	for (unsigned c = 0; c < N_CLASSES; c++) {
		jw_open(j, exchange_class_name(c), JW_OBJECT);
		jw_u64(j, "exchanges", y->class_exchanges[c]);
		jw_u64(j, "packets", y->class_packets[c]);
		jw_close(j);
		packets += y->class_packets[c];
	}
	jw_u64(j, "all_packets", packets);
	jw_u64(j, "unsolicited_before_capture", y->n_before_capture);
	jw_u64(j, "unsolicited_zero_origin", y->n_zero_origin);
	jw_u64(j, "unanswered_capture_end", y->n_capture_end);
	jw_u64(j, "interleaved", y->n_interleaved);
	jw_u64(j, "reordered", y->n_reordered);
	jw_open(j, "kisses", JW_OBJECT);
	for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
		jw_u64(j, ntp_kiss_name(k), y->kisses[k]);
	jw_close(j);
	jw_close(j);
}

static void deltas(struct jw *j, const struct tally *y)
{
	jw_open(j, "delta", JW_OBJECT | JW_LINES);
	report_json_hist(j, "all", &y->delta);
	jw_open(j, "by_version", JW_OBJECT | JW_LINES);
	for (unsigned v = 0; v < 8; v++) {
		char key[2] = { (char)('0' + v), '\0' };
		if (y->delta_by_version[v].n + y->delta_by_version[v].n_negative)
			report_json_hist(j, key, &y->delta_by_version[v]);
	}
	jw_close(j);
	jw_open(j, "by_payload_bytes", JW_OBJECT | JW_LINES);
	for (unsigned i = 0; i < N_SIZES; i++)
		if (y->delta_by_size[i].n + y->delta_by_size[i].n_negative)
			report_json_hist(j, tally_size_name(i), &y->delta_by_size[i]);
	jw_close(j);
	report_json_hist(j, "turnaround", &y->turnaround);
	report_json_hist(j, "outside_server", &y->outside_server);
	jw_close(j);
}

static void loads(struct jw *j, const struct report *r)
{
	jw_open(j, "load", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < r->n_loads; i++) {
		const struct load_level *l = &r->loads[i];
		jw_open(j, NULL, JW_OBJECT);
		jw_real(j, "from_requests_per_s", l->from_per_s, 3);
		jw_real(j, "to_requests_per_s", l->to_per_s, 3);
		jw_u64(j, "exchanges", l->n);
		jw_real(j, "delta_mean_s", l->delta_mean_s, 9);
		jw_seconds(j, "delta_max_s", l->delta_max_ns);
		jw_close(j);
	}
	jw_close(j);
}

/* Only the numbers that occur, as "4": 17. */
static void numbers(struct jw *j, const char *key, const uint64_t *n, unsigned len, int first)
{
	char name[16];

	jw_open(j, key, JW_OBJECT);
	for (unsigned i = 0; i < len; i++) {
		if (!n[i])
			continue;
		snprintf(name, sizeof(name), "%d", (int)i + first);
		jw_u64(j, name, n[i]);
	}
	jw_close(j);
}

static void sizes(struct jw *j, const char *key, const uint64_t *n)
{
	jw_open(j, key, JW_OBJECT);
	for (unsigned i = 0; i < N_SIZES; i++)
		if (n[i])
			jw_u64(j, tally_size_name(i), n[i]);
	jw_close(j);
}

static void packets(struct jw *j, const struct tally *y)
{
	static const char *const side[2] = { "from_clients", "from_servers" };

	jw_open(j, "packets", JW_OBJECT | JW_LINES);
	jw_u64(j, "ipv6", y->n_ipv6);
	for (unsigned s = 0; s < 2; s++) {
		jw_open(j, side[s], JW_OBJECT | JW_LINES);
		jw_u64(j, "n", y->packets[s]);
		jw_u64(j, "payload_bytes", y->bytes[s]);
		numbers(j, "by_version", y->versions[s], 8, 0);
		numbers(j, "by_mode", y->modes[s], 8, 0);
		sizes(j, "by_payload_bytes", y->sizes[s]);
		jw_close(j);
	}
	numbers(j, "by_poll_log2s", y->polls, 256, -128);
	numbers(j, "by_stratum", y->strata, 256, 0);
	numbers(j, "by_leap", y->leaps, 4, 0);
	jw_close(j);
}

void report_json_exchanges(struct jw *j, const struct report *r)
{
	const struct tally *y = census_tally(r->census);

	classes(j, y);
	deltas(j, y);
	loads(j, r);
	packets(j, y);
}
