/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/stat_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct stat_row sysstats[] = {
	{ "ss_uptime", "uptime:", "uptime_s", STAT_SPAN, false },
	{ "ss_numctlreq", "control requests:", "control_requests", STAT_NUMBER, false },
	{ "ss_reset", "sysstats reset:", "reset_s", STAT_SPAN, true },
	{ "ss_received", "packets received:", "received", STAT_PACKETS, true },
	{ "ss_thisver", "current version:", "current_version", STAT_PACKETS, true },
	{ "ss_oldver", "older version:", "older_version", STAT_PACKETS, true },
	{ "ss_ver1", "NTPv1 total:", "version_1", STAT_PACKETS, true },
	{ "ss_ver1client", "NTPv1 clients:", "version_1_client", STAT_PACKETS, true },
	{ "ss_ver1zero", "NTPv1 mode0:", "version_1_mode_0", STAT_PACKETS, true },
	{ "ss_ver1symm", "NTPv1 symm act:", "version_1_symmetric", STAT_PACKETS, true },
	{ "ss_badformat", "bad length or format:", "bad_format", STAT_PACKETS, true },
	{ "ss_badauth", "authentication failed:", "bad_authentication", STAT_PACKETS, true },
	{ "ss_declined", "declined:", "declined", STAT_PACKETS, true },
	{ "ss_restricted", "restricted:", "restricted", STAT_PACKETS, true },
	{ "ss_limited", "rate limited:", "rate_limited", STAT_PACKETS, true },
	{ "ss_kodsent", "KoD responses:", "kod_sent", STAT_PACKETS, true },
	{ "ss_processed", "processed for time:", "processed", STAT_PACKETS, true },
};

static const struct stat_row iostats[] = {
	{ "iostats_reset", "time since reset:", "reset_s", STAT_SPAN, false },
	{ "total_rbuf", "receive buffers:", "receive_buffers", STAT_NUMBER, false },
	{ "free_rbuf", "free receive buffers:", "receive_buffers_free", STAT_NUMBER, false },
	{ "used_rbuf", "used receive buffers:", "receive_buffers_used", STAT_NUMBER, false },
	{ "rbuf_lowater", "low water refills:", "low_water_refills", STAT_NUMBER, false },
	{ "io_dropped", "dropped packets:", "dropped", STAT_PACKETS, false },
	{ "io_ignored", "ignored packets:", "ignored", STAT_PACKETS, false },
	{ "io_received", "received packets:", "received", STAT_PACKETS, false },
	{ "io_sent", "packets sent:", "sent", STAT_PACKETS, false },
	{ "io_sendfailed", "packet send failures:", "send_failures", STAT_PACKETS, false },
	{ "io_wakeups", "input wakeups:", "wakeups", STAT_NUMBER, false },
	{ "io_goodwakeups", "useful input wakeups:", "wakeups_useful", STAT_NUMBER, false },
};

static const struct stat_row monstats[] = {
	{ "mru_enabled", "enabled:", "enabled", STAT_NUMBER, false },
	{ "mru_hashslots", "hash slots in use:", "hash_slots", STAT_NUMBER, false },
	{ "mru_depth", "addresses in use:", "addresses", STAT_NUMBER, false },
	{ "mru_deepest", "peak addresses:", "addresses_peak", STAT_NUMBER, false },
	{ "mru_maxdepth", "maximum addresses:", "addresses_max", STAT_NUMBER, false },
	{ "mru_mindepth", "reclaim above count:", "reclaim_above", STAT_NUMBER, false },
	{ "mru_maxage", "reclaim maxage:", "reclaim_age_max_s", STAT_SPAN, false },
	{ "mru_minage", "reclaim minage:", "reclaim_age_min_s", STAT_SPAN, false },
	{ "mru_mem", "kilobytes:", "memory_kib", STAT_NUMBER, false },
	{ "mru_maxmem", "maximum kilobytes:", "memory_max_kib", STAT_NUMBER, false },
	{ "mru_exists", "alloc: exists:", "found", STAT_NUMBER, false },
	{ "mru_new", "alloc: new:", "new", STAT_NUMBER, false },
	{ "mru_recycleold", "alloc: recycle old:", "recycled_old", STAT_NUMBER, false },
	{ "mru_recyclefull", "alloc: recycle full:", "recycled_full", STAT_NUMBER, false },
	{ "mru_none", "alloc: none:", "turned_away", STAT_NUMBER, false },
	{ "mru_oldest_age", "age of oldest slot:", "oldest_age_s", STAT_SPAN, false },
};

#define N_OF(rows) (sizeof(rows) / sizeof((rows)[0]))
const struct stat_table stat_sysstats = { sysstats, N_OF(sysstats) };
const struct stat_table stat_iostats = { iostats, N_OF(iostats) };
const struct stat_table stat_monstats = { monstats, N_OF(monstats) };

size_t stat_names(const struct stat_table *t, size_t *from, char *out, size_t room)
{
	size_t len = 0;

	out[0] = '\0';
	for (; *from < t->n; (*from)++) {
		const struct stat_row *r = &t->rows[*from];
		size_t before = len;
		len += (size_t)snprintf(out + len, room - len, "%s%s", len ? "," : "", r->name);
		if (len < room && r->since_reset)
			len += (size_t)snprintf(out + len, room - len, ",%s_r", r->name);
		if (len >= room) {
			out[before] = '\0';
			return before;
		}
	}
	return len;
}

/* What one variable says; false: the server knows none of that name. */
static bool value_of(const struct stat_row *r, bool second, struct var_list l, uint64_t *out)
{
	char name[32];
	struct var v;

	snprintf(name, sizeof(name), "%s%s", r->name, second ? "_r" : "");
	return var_find(l, name, &v) && var_u64(&v, out);
}

/* "1D 02:03:04" */
static void span_words(uint64_t s, char out[32])
{
	char days[24] = "";

	if (s >= 86400)
		snprintf(days, sizeof(days), "%lluD ", (unsigned long long)(s / 86400));
	snprintf(out, 32, "%.16s%02u:%02u:%02u", days, (unsigned)(s % 86400 / 3600),
		 (unsigned)(s % 3600 / 60), (unsigned)(s % 60));
}

/* "    2.0p/s": packets a second or, when they are rarer, seconds a packet. */
static void put_rate(struct buf *out, uint64_t n, uint64_t over_s)
{
	double a = (double)n, b = (double)over_s;

	if (!n || !over_s)
		buf_printf(out, " %13s", "");
	else if (n > over_s)
		buf_printf(out, " %10.1fp/s", rint(a / b));
	else
		buf_printf(out, " %10.1fs/p", rint(b / a));
}

/* The spans that the latest row of that kind gave, of both columns. */
struct spans {
	uint64_t s[2];
};

static void put_row(struct buf *out, const struct stat_row *r, struct var_list l, struct spans *over)
{
	uint64_t n[2] = { 0, 0 };
	bool has[2] = { value_of(r, false, l, &n[0]), r->since_reset && value_of(r, true, l, &n[1]) };
	char text[32];

	if (!has[0])
		return;
	buf_printf(out, "%-22s", r->legend);
	for (int i = 0; i < 2 && has[i]; i++) {
		if (r->kind == STAT_SPAN) {
			over->s[i] = n[i];
			span_words(n[i], text);
		} else {
			snprintf(text, sizeof(text), "%llu", (unsigned long long)n[i]);
		}
		buf_printf(out, " %13s", text);
	}
	for (int i = 0; i < 2 && has[i] && r->kind == STAT_PACKETS; i++)
		put_rate(out, n[i], over->s[i]);
	buf_char(out, '\n');
}

void stat_text(struct buf *out, const struct stat_table *t, struct var_list l)
{
	struct spans over = { { 0, 0 } };

	for (size_t i = 0; i < t->n; i++)
		put_row(out, &t->rows[i], l, &over);
}

void stat_json(struct jw *j, const struct stat_table *t, struct var_list l)
{
	for (int second = 0; second < 2; second++) {
		bool open = false;
		for (size_t i = 0; i < t->n; i++) {
			const struct stat_row *r = &t->rows[i];
			uint64_t n;
			if ((second && !r->since_reset) || !value_of(r, second, l, &n))
				continue;
			if (second && !open)
				jw_open(j, "since_reset", JW_OBJECT | JW_LINES);
			open = true;
			jw_u64(j, r->key, n);
		}
		if (second && open)
			jw_close(j);
	}
}
