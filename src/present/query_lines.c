/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as the tools print them that operators have scripts for. */
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "present/query_rows.h"
#include "present/utf8.h"

static const char *leap_name(uint8_t leap)
{
	static const char *const names[] = { "no-leap", "add-leap", "del-leap", "unsync" };
	return names[leap & 3];
}

/* Servers choose their kiss codes: a bar among them would begin the performance data of a plugin. */
static void add_clean(struct buf *out, const char *s)
{
	char clean[QUERY_WHY_MAX * 4];
	size_t n = utf8_clean(s, strlen(s), clean, sizeof(clean));

	for (size_t i = 0; i < n; i++)
		if (clean[i] == '|')
			buf_str(out, "\\x7c");
		else
			buf_char(out, clean[i]);
}

static void add_host(struct buf *out, const struct query_report *r)
{
	add_clean(out, r->host);
}

static void add_failure(struct buf *out, const struct query_report *r)
{
	buf_printf(out, "%s: %s", query_result_name(r->result), query_result_sentence(r->result));
	if (r->query.kiss[0]) {
		buf_str(out, ", ");
		add_clean(out, r->query.kiss);
	}
	if (r->why[0]) {
		buf_str(out, " (");
		add_clean(out, r->why);
		buf_char(out, ')');
	}
}

/* "2026-03-01 00:00:00.123456 (+0000) +0.000123 +/- 0.001234 host 192.0.2.1 s2 no-leap" */
void query_sntp(const struct query_list *l, struct buf *out)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct query_report *r = &l->at[i];
		const struct query_sample *best = r->summary.best;
		char when[NSTIME_TEXT_MAX], addr[ADDR_TEXT_MAX];
		if (r->result != QUERY_OK || !best) {
			add_host(out, r);
			buf_char(out, ' ');
			add_failure(out, r);
			buf_char(out, '\n');
			continue;
		}
		int64_t t_ns = ns_plus(best->t1_ns, best->offset_ns);
		nstime_rfc3339(t_ns, when);
		addr_text(&r->addr, addr);
		buf_printf(out, "%.10s %.15s (+0000) %+.6f +/- %.6f ", when, when + 11,
			   ns_seconds(best->offset_ns), ns_seconds(r->summary.bound_ns));
		add_host(out, r);
		buf_printf(out, " %s s%u %s\n", addr, best->header.stratum, leap_name(best->header.leap));
	}
}

/* "26 Nov 09:15:00" */
static void add_ntpdate_time(struct buf *out, int64_t t_ns)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char text[NSTIME_TEXT_MAX]; /* "2026-11-26T09:15:00.000000000Z" */
	nstime_rfc3339(t_ns, text);
	buf_printf(out, "%.2s %s %.8s", text + 8, months[strtoul(text + 5, NULL, 10) - 1], text + 11);
}

/* ntpdate steps from half a second on; we say what it would do. */
void query_ntpdate(const struct query_list *l, struct buf *out)
{
	static const int64_t step_ns = NS_PER_S / 2;
	const struct query_report *best = query_best(l);
	char addr[ADDR_TEXT_MAX];

	for (size_t i = 0; i < l->n; i++) {
		const struct query_report *r = &l->at[i];
		const struct query_sample *s = r->summary.best;
		if (r->result == QUERY_DNS) {
			add_host(out, r);
			buf_char(out, ' ');
			add_failure(out, r);
			buf_char(out, '\n');
			continue;
		}
		addr_text(&r->addr, addr);
		buf_printf(out, "server %s, stratum %u, offset %+.6f, delay %.5f\n", addr,
			   s ? s->header.stratum : 0, s ? ns_seconds(s->offset_ns) : 0.0,
			   s ? ns_seconds(s->delay_ns) : 0.0);
	}
	add_ntpdate_time(out, l->now_ns);
	if (!best) {
		buf_str(out, " ntpscope: no server suitable for synchronization found\n");
		return;
	}
	int64_t offset_ns = best->summary.best->offset_ns;
	addr_text(&best->addr, addr);
	buf_printf(out, " ntpscope: %s time server %s offset %+.6f sec\n",
		   offset_ns < step_ns && offset_ns > -step_ns ? "adjust" : "step", addr,
		   ns_seconds(offset_ns));
}

/* ---- Nagios -------------------------------------------------------------------------------------- */

enum { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_CRITICAL, NAGIOS_UNKNOWN };

static const char *const nagios_words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

static int judge(const struct query_report *r, int64_t warning_ns, int64_t critical_ns)
{
	if (r->result == QUERY_LOCAL || r->result == QUERY_DNS || r->result == QUERY_NONE)
		return NAGIOS_UNKNOWN;
	if (r->result != QUERY_OK)
		return NAGIOS_CRITICAL;
	if (!r->summary.best)
		return NAGIOS_OK; /* nothing but the key establishment was wanted */
	int64_t offset_ns = r->summary.best->offset_ns;
	if (offset_ns < 0)
		offset_ns = -offset_ns;
	return offset_ns > critical_ns  ? NAGIOS_CRITICAL
	       : offset_ns > warning_ns ? NAGIOS_WARNING
					: NAGIOS_OK;
}

/* An unknown one hides a warning, but no critical one. */
static int rank(int status)
{
	static const int ranks[] = { 0, 1, 3, 2 };
	return ranks[status];
}

/* Labels of several servers have to differ; quotes and equals signs are not for names. */
static void label(struct buf *out, const struct query_list *l, const struct query_report *r, const char *what)
{
	char addr[ADDR_TEXT_MAX];

	if (l->n == 1) {
		buf_str(out, what);
	} else {
		addr_text(&r->addr, addr);
		buf_printf(out, "'%s_%s'", what, addr);
	}
}

/* The bar or blank before it, and its label; *any says what has come before. */
static void figure(struct buf *out, const struct query_list *l, const struct query_report *r,
		   const char *what, bool *any)
{
	buf_char(out, *any ? ' ' : '|');
	*any = true;
	label(out, l, r, what);
}

static void figure_seconds(struct buf *out, const struct query_list *l, const struct query_report *r,
			   const char *what, int64_t ns, bool *any)
{
	figure(out, l, r, what, any);
	buf_printf(out, "=%.9fs;;;0;", ns_seconds(ns));
}

static void performance(const struct query_list *l, int64_t warning_ns, int64_t critical_ns, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < l->n; i++) {
		const struct query_report *r = &l->at[i];
		const struct query_summary *s = &r->summary;
		if (r->result == QUERY_OK && s->best) {
			figure(out, l, r, "offset", &any);
			buf_printf(out, "=%.9fs;%.9g;%.9g;", ns_seconds(s->best->offset_ns),
				   ns_seconds(warning_ns), ns_seconds(critical_ns));
			figure_seconds(out, l, r, "delay", s->best->delay_ns, &any);
			figure_seconds(out, l, r, "bound", s->bound_ns, &any);
			if (s->n_good > 1)
				figure_seconds(out, l, r, "jitter", s->jitter_ns, &any);
			figure(out, l, r, "stratum", &any);
			buf_printf(out, "=%u;;;0;16", s->best->header.stratum);
		}
		if (r->ke.not_after_s) {
			figure(out, l, r, "certificate_days", &any);
			buf_printf(out, "=%lld;;;;", (long long)query_days_left(l, &r->ke));
		}
		if (r->ke.is_good)
			figure_seconds(out, l, r, "ke_time", r->ke.took_ns, &any);
	}
}

static void tell(const struct query_list *l, struct buf *out, const struct query_report *r, int status)
{
	buf_printf(out, "NTP %s: ", nagios_words[status]);
	if (r->result != QUERY_OK)
		add_failure(out, r);
	else if (r->summary.best)
		buf_printf(out, "Offset %.9g secs, stratum %u", ns_seconds(r->summary.best->offset_ns),
			   r->summary.best->header.stratum);
	else
		buf_printf(out, "%u cookies", r->ke.n_cookies);
	if (r->result == QUERY_OK && r->ke.not_after_s)
		buf_printf(out, ", certificate %lld days left", (long long)query_days_left(l, &r->ke));
}

int query_nagios(const struct query_list *l, int64_t warning_ns, int64_t critical_ns, struct buf *out)
{
	const struct query_report *worst = NULL;
	int status = NAGIOS_UNKNOWN;

	for (size_t i = 0; i < l->n; i++) {
		int s = judge(&l->at[i], warning_ns, critical_ns);
		if (!worst || rank(s) > rank(status)) {
			worst = &l->at[i];
			status = s;
		}
	}
	if (!worst)
		return status;
	tell(l, out, worst, status);
	if (l->n > 1) {
		buf_str(out, ", server ");
		add_host(out, worst);
	}
	performance(l, warning_ns, critical_ns, out);
	buf_char(out, '\n');
	for (size_t i = 0; l->n > 1 && i < l->n; i++) {
		tell(l, out, &l->at[i], judge(&l->at[i], warning_ns, critical_ns));
		buf_str(out, ", server ");
		add_host(out, &l->at[i]);
		buf_char(out, '\n');
	}
	return status;
}
