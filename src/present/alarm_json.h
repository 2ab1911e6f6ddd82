/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event of an alarm as JSON: in the log, to webhooks and commands, and to the page it is the same. */
#ifndef PRESENT_ALARM_JSON_H
#define PRESENT_ALARM_JSON_H

#include "engine/alarms.h"
#include "present/json.h"

/* An object, the next one of an array or the only one of all. */
void alarm_event_json(struct jw *j, const struct alarm_event *e);

#endif
