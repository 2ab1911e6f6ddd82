/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alarms of the servers and receivers that are watched: which stand, and which came and went. */
#include <string.h>

#include "present/alarm_json.h"
#include "web/web_private.h"

static bool is_wanted(const struct request *r, const char *target)
{
	const char *only = url_text(&r->url, "target");
	return !only || strcmp(only, target) == 0;
}

static void standing(struct jw *j, struct request *r, struct alarms *a)
{
	struct alarm_state s;
	size_t cursor = 0;

	jw_open(j, "standing", JW_ARRAY | JW_LINES);
	while (a && alarms_next(a, &cursor, ALARM_INFO, &s)) {
		if (!is_wanted(r, s.target))
			continue;
		jw_open(j, NULL, JW_OBJECT);
		jw_text(j, "target", s.target);
		jw_text(j, "part", s.part);
		jw_text(j, "via", watch_via_name(s.via));
		jw_text(j, "rule", alarm_rule_name(s.rule));
		jw_text(j, "level", alarm_level_name(s.level));
		jw_time(j, "since", s.since_ns);
		jw_real(j, "value", s.value, 9);
		jw_real(j, alarm_rule_limit_key(s.rule), s.limit, 9);
		jw_text(j, "text", s.text);
		jw_close(j);
	}
	jw_close(j);
}

static void events(struct jw *j, struct request *r, struct alarms *a, uint64_t limit)
{
	struct alarm_event e;
	uint64_t n = 0;

	jw_open(j, "events", JW_ARRAY | JW_LINES);
	for (size_t i = 0; a && n < limit && alarms_event_at(a, i, &e); i++) {
		if (!is_wanted(r, e.target))
			continue;
		alarm_event_json(j, &e);
		n++;
	}
	jw_close(j);
}

enum MHD_Result api_alarms(struct request *r)
{
	struct alarms *a = r->web->hooks.alarms;
	uint64_t limit = 200;
	struct buf b;
	struct jw j;

	url_count(&r->url, "limit", 0, ALARM_EVENTS_KEPT, &limit);
	if (r->url.wrong)
		return reply_wrong(r);
	if (buf_init(&b, -1))
		return MHD_NO;
	begin_object(&j, &b, "ntpscope-alarms-1");
	jw_time(&j, "wall_time", clock_utc_ns());
	jw_u64(&j, "refused", a ? alarms_refused(a) : 0);
	standing(&j, r, a);
	events(&j, r, a, limit);
	jw_close(&j);
	jw_end(&j);
	return reply_json(r, &b);
}
