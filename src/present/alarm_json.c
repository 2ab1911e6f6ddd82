/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/alarm_json.h"

void alarm_event_json(struct jw *j, const struct alarm_event *e)
{
	jw_open(j, NULL, JW_OBJECT);
	jw_time(j, "time", e->time_ns);
	jw_text(j, "target", e->target);
	jw_text(j, "part", e->part);
	jw_text(j, "via", watch_via_name(e->via));
	jw_text(j, "rule", alarm_rule_name(e->rule));
	jw_text(j, "from", alarm_level_name(e->from));
	jw_text(j, "to", alarm_level_name(e->to));
	jw_real(j, "value", e->value, 9);
	jw_real(j, alarm_rule_limit_key(e->rule), e->limit, 9);
	jw_text(j, "text", e->text);
	jw_close(j);
}
