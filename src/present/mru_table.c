/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/mru_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"

enum { RESTRICT_LIMITED = 0x20, RESTRICT_KOD = 0x400, SECONDS_MAX = 9999999 };

static double seconds(uint64_t later, uint64_t earlier)
{
	return (double)ntp_diff_ns(later, earlier) / 1e9;
}

static double average_s(const struct mru_row *r)
{
	return r->count > 1 ? seconds(r->last, r->first) / (double)(r->count - 1) : 0;
}

static size_t address(const struct mru_row *r, char out[ADDR_TEXT_MAX + MRU_SCOPE_MAX])
{
	size_t len = addr_text(&r->addr, out);

	/* the scope is a stranger's text */
	for (const char *p = r->scope; *p; p++)
		out[len++] = *p > ' ' && *p < 0x7f ? *p : '?';
	out[len] = '\0';
	return len;
}

static void score_words(const struct mru_row *r, char out[32])
{
	double score = (double)r->score_milli / 1e3;
	int decimals = score > 100000 ? 1 : score > 10000 ? 2 : 3;

	snprintf(out, 32, "%.*f", decimals, score);
	if (!r->has_score || !r->score_milli)
		snprintf(out, 32, "-");
}

void mru_table_head(struct buf *out)
{
	static const char head[] = " lstint avgint rstr r m v  count    score   drop rport remote address\n";

	buf_str(out, head);
	for (size_t i = 0; i < sizeof(head) - 2; i++)
		buf_char(out, '=');
	buf_char(out, '\n');
}

void mru_table_row(struct buf *out, const struct mru_row *r, uint64_t now)
{
	double last_s = seconds(now, r->last), every_s = average_s(r);
	int decimals = every_s > 5 || r->count <= 1 ? 0 : every_s >= 1 ? 2 : 3;
	char limit = r->restrictions & RESTRICT_KOD ? 'K' : r->restrictions & RESTRICT_LIMITED ? 'L' : '.';
	char text[ADDR_TEXT_MAX + MRU_SCOPE_MAX], score[32], dropped[24] = "-";

	address(r, text);
	score_words(r, score);
	if (r->has_dropped)
		snprintf(dropped, sizeof(dropped), "%llu", (unsigned long long)r->dropped);
	if (decimals == 0)
		every_s = floor(every_s + 0.5);
	buf_printf(out, "%7.0f %6.*f %4x %c %u %u %6llu %8s %6s %5u %s\n",
		   trunc(last_s + 0.5 < SECONDS_MAX ? last_s + 0.5 : SECONDS_MAX), decimals, every_s,
		   r->restrictions, limit, r->mode, r->version, (unsigned long long)r->count, score, dropped,
		   r->port, text);
}

void mru_csv_head(struct buf *out)
{
	buf_str(out, "address,port,last,first,last_ago_s,average_s,restrictions,mode,version,count,score,"
		     "dropped\n");
}

void mru_csv_row(struct buf *out, const struct mru_row *r, uint64_t now, int64_t now_ns)
{
	char text[ADDR_TEXT_MAX + MRU_SCOPE_MAX], last[NSTIME_TEXT_MAX], first[NSTIME_TEXT_MAX];

	address(r, text);
	nstime_rfc3339(nstime_from_ntp(r->last, now_ns), last);
	nstime_rfc3339(nstime_from_ntp(r->first, now_ns), first);
	buf_printf(out, "%s,%u,%s,%s,%.9f,%.9f,0x%x,%u,%u,%llu,", text, r->port, last, first,
		   seconds(now, r->last), average_s(r), r->restrictions, r->mode, r->version,
		   (unsigned long long)r->count);
	if (r->has_score)
		buf_printf(out, "%.3f", (double)r->score_milli / 1e3);
	buf_char(out, ',');
	if (r->has_dropped)
		buf_u64(out, r->dropped);
	buf_char(out, '\n');
}

void mru_json_row(struct jw *j, const struct mru_row *r, uint64_t now, int64_t now_ns)
{
	char text[ADDR_TEXT_MAX + MRU_SCOPE_MAX];

	address(r, text);
	jw_open(j, NULL, JW_OBJECT);
	jw_text(j, "address", text);
	jw_u64(j, "port", r->port);
	jw_time(j, "last", nstime_from_ntp(r->last, now_ns));
	jw_time(j, "first", nstime_from_ntp(r->first, now_ns));
	jw_real(j, "last_ago_s", seconds(now, r->last), 9);
	jw_real(j, "average_s", average_s(r), 9);
	jw_open(j, "restrictions", JW_ARRAY);
	for (unsigned i = 0; i < 16; i++)
		if (r->restrictions >> i & 1)
			jw_text(j, NULL, restrict_bit_name(i));
	jw_close(j);
	jw_u64(j, "mode", r->mode);
	jw_u64(j, "version", r->version);
	jw_u64(j, "count", r->count);
	if (r->has_score)
		jw_real(j, "score", (double)r->score_milli / 1e3, 3);
	else
		jw_null(j, "score");
	if (r->has_dropped)
		jw_u64(j, "dropped", r->dropped);
	else
		jw_null(j, "dropped");
	jw_close(j);
}

/* ---- order ------------------------------------------------------------------------------------------- */

static int order_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_address(const struct mru_row *a, const struct mru_row *b)
{
	int order = (int)!addr_is_v4(&a->addr) - (int)!addr_is_v4(&b->addr);

	if (!order)
		order = addr_compare(&a->addr, &b->addr);
	return order ? order : strcmp(a->scope, b->scope);
}

/* The newest of an address comes first. */
static int by_address_then_last(const void *pa, const void *pb)
{
	const struct mru_row *a = pa, *b = pb;
	int order = by_address(a, b);

	return order ? order : order_u64(b->last, a->last);
}

static int by_lstint(const void *pa, const void *pb)
{
	const struct mru_row *a = pa, *b = pb;
	int order = order_u64(b->last, a->last);
	return order ? order : by_address(a, b);
}

static int by_avgint(const void *pa, const void *pb)
{
	const struct mru_row *a = pa, *b = pb;
	double x = average_s(a), y = average_s(b);
	return x < y ? -1 : x > y ? 1 : by_lstint(pa, pb);
}

static int by_count(const void *pa, const void *pb)
{
	const struct mru_row *a = pa, *b = pb;
	int order = order_u64(b->count, a->count);
	return order ? order : by_lstint(pa, pb);
}

static int by_score(const void *pa, const void *pb)
{
	const struct mru_row *a = pa, *b = pb;
	int order = (b->score_milli > a->score_milli) - (b->score_milli < a->score_milli);
	return order ? order : by_lstint(pa, pb);
}

static int by_drop(const void *pa, const void *pb)
{
	const struct mru_row *a = pa, *b = pb;
	int order = order_u64(b->dropped, a->dropped);
	return order ? order : by_lstint(pa, pb);
}

size_t mru_sort(struct mru_row *rows, size_t n, enum mru_sort by, bool reverse)
{
	static int (*const orders[])(const void *, const void *) = {
		[MRU_BY_LSTINT] = by_lstint,
		[MRU_BY_AVGINT] = by_avgint,
		[MRU_BY_ADDR] = by_address_then_last,
		[MRU_BY_COUNT] = by_count,
		[MRU_BY_SCORE] = by_score,
		[MRU_BY_DROP] = by_drop,
	};
	size_t kept = 0;

	if (!n)
		return 0;
	qsort(rows, n, sizeof(*rows), by_address_then_last);
	for (size_t i = 1; i < n; i++)
		if (by_address(&rows[kept], &rows[i]) != 0)
			rows[++kept] = rows[i];
	n = kept + 1;
	if (by != MRU_BY_ADDR)
		qsort(rows, n, sizeof(*rows), orders[by]);
	for (size_t i = 0; reverse && i < n / 2; i++) {
		struct mru_row r = rows[i];
		rows[i] = rows[n - 1 - i];
		rows[n - 1 - i] = r;
	}
	return n;
}
