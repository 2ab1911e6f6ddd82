/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "engine/tally.h"
#include "present/report_parts.h"
#include "proto/names.h"

static void classes(struct json *j, const struct tally *y)
{
	uint64_t packets = 0;

	json_open(j, "exchanges", JSON_OBJECT | JSON_LINES);
	for (unsigned c = 0; c < N_CLASSES; c++) {
		json_open(j, exchange_class_name(c), JSON_OBJECT);
		json_u64(j, "exchanges", y->class_exchanges[c]);
		json_u64(j, "packets", y->class_packets[c]);
		json_close(j);
		packets += y->class_packets[c];
	}
	json_u64(j, "all_packets", packets);
	json_u64(j, "unsolicited_before_capture", y->n_before_capture);
	json_u64(j, "unsolicited_zero_origin", y->n_zero_origin);
	json_u64(j, "unanswered_capture_end", y->n_capture_end);
	json_u64(j, "interleaved", y->n_interleaved);
	json_u64(j, "reordered", y->n_reordered);
	json_open(j, "kisses", JSON_OBJECT);
	for (unsigned k = KISS_NONE + 1; k < N_KISS; k++)
		json_u64(j, ntp_kiss_name(k), y->kisses[k]);
	json_close(j);
	json_close(j);
}

static void deltas(struct json *j, const struct tally *y)
{
	json_open(j, "delta", JSON_OBJECT | JSON_LINES);
	report_json_hist(j, "all", &y->delta);
	json_open(j, "by_version", JSON_OBJECT | JSON_LINES);
	for (unsigned v = 0; v < 8; v++) {
		char key[2] = { (char)('0' + v), '\0' };
		if (y->delta_by_version[v].n + y->delta_by_version[v].n_negative)
			report_json_hist(j, key, &y->delta_by_version[v]);
	}
	json_close(j);
	json_open(j, "by_payload_bytes", JSON_OBJECT | JSON_LINES);
	for (unsigned i = 0; i < N_SIZES; i++)
		if (y->delta_by_size[i].n + y->delta_by_size[i].n_negative)
			report_json_hist(j, tally_size_name(i), &y->delta_by_size[i]);
	json_close(j);
	report_json_hist(j, "turnaround", &y->turnaround);
	report_json_hist(j, "outside_server", &y->outside_server);
	json_close(j);
}

static void loads(struct json *j, const struct report *r)
{
	json_open(j, "load", JSON_ARRAY | JSON_LINES);
	for (size_t i = 0; i < r->n_loads; i++) {
		const struct load_level *l = &r->loads[i];
		json_open(j, NULL, JSON_OBJECT);
		json_real(j, "from_requests_per_s", l->from_per_s, 3);
		json_real(j, "to_requests_per_s", l->to_per_s, 3);
		json_u64(j, "exchanges", l->n);
		json_real(j, "delta_mean_s", l->delta_mean_s, 9);
		json_seconds(j, "delta_max_s", l->delta_max_ns);
		json_close(j);
	}
	json_close(j);
}

/* Only the numbers that occur, as "4": 17. */
static void numbers(struct json *j, const char *key, const uint64_t *n, unsigned len, int first)
{
	char name[16];

	json_open(j, key, JSON_OBJECT);
	for (unsigned i = 0; i < len; i++) {
		if (!n[i])
			continue;
		snprintf(name, sizeof(name), "%d", (int)i + first);
		json_u64(j, name, n[i]);
	}
	json_close(j);
}

static void sizes(struct json *j, const char *key, const uint64_t *n)
{
	json_open(j, key, JSON_OBJECT);
	for (unsigned i = 0; i < N_SIZES; i++)
		if (n[i])
			json_u64(j, tally_size_name(i), n[i]);
	json_close(j);
}

static void packets(struct json *j, const struct tally *y)
{
	static const char *const side[2] = { "from_clients", "from_servers" };

	json_open(j, "packets", JSON_OBJECT | JSON_LINES);
	json_u64(j, "ipv6", y->n_ipv6);
	for (unsigned s = 0; s < 2; s++) {
		json_open(j, side[s], JSON_OBJECT | JSON_LINES);
		json_u64(j, "n", y->packets[s]);
		json_u64(j, "payload_bytes", y->bytes[s]);
		numbers(j, "by_version", y->versions[s], 8, 0);
		numbers(j, "by_mode", y->modes[s], 8, 0);
		sizes(j, "by_payload_bytes", y->sizes[s]);
		json_close(j);
	}
	numbers(j, "by_poll_log2s", y->polls, 256, -128);
	numbers(j, "by_stratum", y->strata, 256, 0);
	numbers(j, "by_leap", y->leaps, 4, 0);
	json_close(j);
}

void report_json_exchanges(struct json *j, const struct report *r)
{
	const struct tally *y = census_tally(r->census);

	classes(j, y);
	deltas(j, y);
	loads(j, r);
	packets(j, y);
}
