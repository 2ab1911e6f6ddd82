/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/peer_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/utf8.h"

enum { NAME_WIDTH = 15, SLACK_MAX = 24, REFID_WIDTH = 15, ASSOC_WIDTH = 7, TEXT_MAX = 256 };

/* What a terminal wider than 80 columns gives the first column, or a narrower one takes. */
static int name_width(const struct peer_table *t)
{
	int slack = (int)(t->columns < 72 ? 72 : t->columns) - 80;
	return NAME_WIDTH + (slack > SLACK_MAX ? SLACK_MAX : slack);
}

void peer_table_head(const struct peer_table *t)
{
	int width = name_width(t);

	buf_printf(t->out, "%-*s%-*sst t when poll reach   delay   offset   jitter\n", width,
		   "     remote    ", REFID_WIDTH,
		   t->associations ? "   refid   assid  " : "       refid      ");
	for (int i = 0; i < 64 + width; i++)
		buf_char(t->out, '=');
	buf_char(t->out, '\n');
}

static void clean(struct peer_text t, char out[TEXT_MAX])
{
	utf8_clean(t.p ? t.p : "", t.len, out, TEXT_MAX);
}

static bool is(struct peer_text t, const char *s)
{
	return t.len == strlen(s) && memcmp(t.p, s, t.len) == 0;
}

/* A pool, and a reference clock, has no address worth a name. */
static bool has_address(const struct peer_vars *p)
{
	return p->srcadr.len && !is(p->srcadr, "0.0.0.0") && !is(p->srcadr, "::") &&
	       !(p->srcadr.len > 7 && memcmp(p->srcadr.p, "127.127", 7) == 0);
}

static void name_of(const struct peer_table *t, const struct peer_vars *p, char out[TEXT_MAX])
{
	bool named = p->srchost.len && (!t->numeric || !has_address(p));
	clean(named ? p->srchost : p->srcadr, out);
}

/* A span as ntpq shows it: seconds, minutes, hours, days, each rounded in its way. */
static void span(int64_t s, char out[16])
{
	double n = (double)s;

	if (s <= 0)
		snprintf(out, 16, "-");
	else if (n <= 2048)
		snprintf(out, 16, "%d", (int)s);
	else if ((n = (n + 29) / 60) <= 300)
		snprintf(out, 16, "%dm", (int)n);
	else if ((n = (n + 29) / 60) <= 96)
		snprintf(out, 16, "%dh", (int)n);
	else
		snprintf(out, 16, "%.0fd", trunc((n + 11) / 24));
}

/* Milliseconds in eight columns, with as many decimals as there is room for up to three or four. */
static void put_ms(struct buf *out, bool there, int64_t ns, bool fine)
{
	double ms = (double)ns / 1e6, size = ns < 0 ? -ms * 10 : ms;
	int decimals = fine ? 4 : 3;

	if (!there) {
		buf_printf(out, " %8s", ".");
		return;
	}
	for (double room = fine ? 1000 : 10000; decimals > 0 && size >= room; room *= 10)
		decimals--;
	buf_printf(out, " %8.*f", decimals, ms);
}

static int64_t since_s(const struct peer_vars *p, int64_t now_ns)
{
	uint64_t when = p->rec ? p->rec : p->reftime;
	return when ? (now_ns - nstime_from_ntp(when, now_ns)) / NS_PER_S : -1;
}

static void put_name(const struct peer_table *t, const struct peer_vars *p)
{
	char name[TEXT_MAX];
	int width = name_width(t);

	name_of(t, p, name);
	buf_char(t->out, peer_tally(p->flags.selection));
	if (t->wide && (int)strlen(name) > width)
		buf_printf(t->out, "%s\n%*s", name, width + 2, "");
	else
		buf_printf(t->out, "%-*.*s ", width, width, name);
}

static void put_refid(const struct peer_table *t, const struct peer_vars *p)
{
	char text[TEXT_MAX], refid[TEXT_MAX + 2];

	clean(p->refid, text);
	bool address = strchr(text, '.') || strchr(text, ':');
	snprintf(refid, sizeof(refid), address ? "%s" : ".%s.", text);
	size_t len = strlen(refid);
	if (t->associations) {
		bool fits = len < REFID_WIDTH - ASSOC_WIDTH;
		buf_printf(t->out, "%-*s %-6u", REFID_WIDTH - ASSOC_WIDTH, fits ? refid : "...",
			   p->association);
	} else if (len > REFID_WIDTH) {
		buf_printf(t->out, "-%s", refid + len - REFID_WIDTH + 1);
	} else {
		buf_printf(t->out, "%-*s", REFID_WIDTH, refid);
	}
}

void peer_table_row(const struct peer_table *t, const struct peer_vars *p)
{
	char when[16], poll[16];
	bool has_jitter = p->has & PEER_JITTER;

	put_name(t, p);
	put_refid(t, p);
	span(since_s(p, t->now_ns), when);
	span(INT64_C(1) << peer_vars_poll_log2s(p), poll);
	buf_printf(t->out, " %2u %c %4.4s %4.4s  %3o",
		   (unsigned)(p->has & PEER_STRATUM ? (p->stratum & 0xff) : 20), peer_vars_type(p), when,
		   poll, (unsigned)(p->reach & 0xffff));
	put_ms(t->out, p->has & PEER_DELAY, p->delay_ns, p->is_fine);
	put_ms(t->out, p->has & PEER_OFFSET, p->offset_ns, p->is_fine);
	put_ms(t->out, p->has & (PEER_JITTER | PEER_DISPERSION), has_jitter ? p->jitter_ns : p->dispersion_ns,
	       p->is_fine);
	buf_char(t->out, '\n');
}

/* ---- JSON ------------------------------------------------------------------------------------------- */

static void json_text(struct jw *j, const char *key, struct peer_text t)
{
	if (t.len)
		jw_text_n(j, key, t.p, t.len);
	else
		jw_null(j, key);
}

static void json_seconds(struct jw *j, const char *key, const struct peer_vars *p, unsigned has, int64_t ns)
{
	if (p->has & has)
		jw_seconds(j, key, ns);
	else
		jw_null(j, key);
}

static void json_time(struct jw *j, const char *key, uint64_t ntp, int64_t now_ns)
{
	if (ntp)
		jw_time(j, key, nstime_from_ntp(ntp, now_ns));
	else
		jw_null(j, key);
}

static void json_status(struct jw *j, const struct peer_vars *p)
{
	static const char *const selections[] = { "reject",    "falsetick", "excess",   "outlier",
						  "candidate", "backup",    "sys.peer", "pps.peer" };
	const char tally[] = { peer_tally(p->flags.selection), '\0' };
	char status[8];

	snprintf(status, sizeof(status), "0x%04x", p->status);
	jw_u64(j, "association", p->association);
	jw_text(j, "status", status);
	jw_text(j, "tally", tally);
	jw_text(j, "selection", selections[p->flags.selection & 7]);
	jw_bool(j, "configured", p->flags.config);
	jw_bool(j, "authentication_enabled", p->flags.authenable);
	jw_bool(j, "authentic", p->flags.authentic);
	jw_bool(j, "reachable", p->flags.reach);
	jw_text(j, "last_event", peer_event_name(p->flags.event));
	jw_u64(j, "events", p->flags.count);
}

static void json_flash(struct jw *j, const struct peer_vars *p)
{
	if (!(p->has & PEER_FLASH)) {
		jw_null(j, "flash");
		return;
	}
	jw_open(j, "flash", JW_ARRAY);
	for (unsigned i = 0; i < 16; i++)
		if (p->flash >> i & 1)
			jw_text(j, NULL, flash_bit_name(i));
	jw_close(j);
}

void peer_json_row(struct jw *j, const struct peer_vars *p, int64_t now_ns)
{
	const char type[] = { peer_vars_type(p), '\0' };
	char reach[8];

	snprintf(reach, sizeof(reach), "%03o", (unsigned)(p->reach & 0xffff));
	jw_open(j, NULL, JW_OBJECT);
	json_status(j, p);
	json_text(j, "remote", p->srcadr);
	json_text(j, "name", p->srchost);
	json_text(j, "local", p->dstadr);
	json_text(j, "refid", p->refid);
	if (p->has & PEER_STRATUM)
		jw_u64(j, "stratum", p->stratum);
	else
		jw_null(j, "stratum");
	jw_text(j, "type", type);
	jw_u64(j, "poll_s", UINT64_C(1) << peer_vars_poll_log2s(p));
	jw_u64(j, "reach", p->reach);
	jw_text(j, "reach_octal", reach);
	json_seconds(j, "delay_s", p, PEER_DELAY, p->delay_ns);
	json_seconds(j, "offset_s", p, PEER_OFFSET, p->offset_ns);
	json_seconds(j, "jitter_s", p, PEER_JITTER, p->jitter_ns);
	json_seconds(j, "dispersion_s", p, PEER_DISPERSION, p->dispersion_ns);
	json_seconds(j, "root_delay_s", p, PEER_ROOTDELAY, p->rootdelay_ns);
	json_seconds(j, "root_dispersion_s", p, PEER_ROOTDISP, p->rootdisp_ns);
	json_time(j, "reference_time", p->reftime, now_ns);
	json_time(j, "received_time", p->rec, now_ns);
	json_flash(j, p);
	if (p->ntscookies >= 0)
		jw_i64(j, "nts_cookies", p->ntscookies);
	else
		jw_null(j, "nts_cookies");
	jw_close(j);
}
