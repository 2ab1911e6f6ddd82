/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_alarms.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/alarm_limits.h"
#include "engine/alarm_own.h"
#include "engine/watch_spec.h"
#include "net/clock.h"
#include "store/history.h"
#include "store/history_rrd.h"

#define HOUR_NS (3600 * NS_PER_S)

/* Whether it is for all, or for a target of that name. */
static bool is_limit_of(const char *limit, const char *target)
{
	char name[HISTORY_TARGET_MAX];

	alarm_limit_name(limit, name);
	return !name[0] || alarm_own_is_of(name, target);
}

/* A name that is mistyped would let an alarm pass in silence.  Which parts a target has is seen later. */
static bool are_of_targets(const struct command *self, const struct monitor_options *o)
{
	const struct text_list *limits = &o->alarm_limits;
	bool is_known[OPTION_LIST_MAX] = { false };
	char why[WATCH_SPEC_WHY_MAX];
	struct watch_spec spec = { .name = WATCH_TRAFFIC_NAME };

	for (size_t i = 0; i <= o->watched.n; i++) {
		for (size_t k = 0; k < limits->n; k++)
			is_known[k] = is_known[k] || is_limit_of(limits->at[k], spec.name);
		if (i < o->watched.n && !watch_spec_parse(&spec, o->watched.at[i], why))
			alarm_clean(spec.name);
	}
	for (size_t k = 0; k < limits->n; k++) {
		if (is_known[k])
			continue;
		monitor_options_wrong(
			self, o, limits->at[k],
			"bad value '%.200s' for 'alarm-limit': no target of 'watch' is called so",
			limits->at[k]);
		return false;
	}
	return true;
}

/* To be released either way. */
static bool read_limits(const struct command *self, const struct monitor_options *o, struct alarm_limits *out)
{
	char why[ALARM_WHY_MAX];
	size_t wrong;

	*out = alarm_limits_default();
	if (alarm_limits_take_all(out, o->alarm_limits.at, o->alarm_limits.n, &wrong, why))
		return are_of_targets(self, o);
	monitor_options_wrong(self, o, o->alarm_limits.at[wrong], "bad value '%.200s' for 'alarm-limit': %s",
			      o->alarm_limits.at[wrong], why);
	return false;
}

bool alarming_check(const struct command *self, const struct monitor_options *o)
{
	struct alarm_limits limits;
	bool is_good = read_limits(self, o, &limits);

	alarm_limits_release(&limits);
	return is_good;
}

static int make_alarms(struct alarming *a, const struct command *self, const struct monitor_options *o)
{
	struct alarm_limits limits;
	int status = read_limits(self, o, &limits) ? STATUS_OK : STATUS_FAILED;

	if (!status && alarms_new(&limits, &a->alarms)) {
		command_error(self, "no memory");
		status = STATUS_FAILED;
	}
	alarm_limits_release(&limits);
	return status;
}

int alarming_open(struct alarming *a, const struct command *self, const struct monitor_options *o,
		  const char *folder, struct actions *actions, struct log *log)
{
	*a = (struct alarming){ .actions = actions, .log = log, .events.fd = -1 };
	snprintf(a->folder, sizeof(a->folder), "%s", folder);
	if (make_alarms(a, self, o))
		return STATUS_FAILED;
	if (!event_log_open(&a->events, folder, a->alarms))
		return STATUS_OK;
	command_error(self, "cannot write '%s/events.log': %s", folder, strerror(errno));
	return STATUS_FAILED;
}

void alarming_close(struct alarming *a)
{
	event_log_close(&a->events);
	alarms_free(a->alarms);
	a->alarms = NULL;
}

static enum log_level log_level_of(enum alarm_level level)
{
	switch (level) {
	case ALARM_OK:
	case ALARM_INFO: return LOG_LEVEL_INFO;
	case ALARM_WARN: return LOG_LEVEL_WARNING;
	case ALARM_CRITICAL: break;
	}
	return LOG_LEVEL_ERROR;
}

/* A full disk is told when it begins and when it is over. */
static void note(struct alarming *a, const struct alarm_event *e)
{
	bool is_broken = event_log_add(&a->events, a->alarms, e) != ERR_OK;

	if (is_broken && !a->is_broken)
		log_say(a->log, LOG_LEVEL_ERROR, "cannot write '%s': %s", a->events.path, strerror(errno));
	else if (!is_broken && a->is_broken)
		log_say(a->log, LOG_LEVEL_INFO, "'%s' is written again", a->events.path);
	a->is_broken = is_broken;
}

static void act(struct alarming *a, const struct alarm_event *e)
{
	if (!a->actions || a->actions->fd < 0)
		return;
	bool is_full = actions_send(a->actions, e) == ACTIONS_FULL; /* gone: actions_look() tells it */
	if (is_full && !a->is_full)
		log_say(a->log, LOG_LEVEL_WARNING,
			"alarms come faster than is acted on them: %llu lost so far",
			(unsigned long long)a->actions->n_lost);
	a->is_full = is_full;
}

static void changed(void *arg, const struct alarm_event *e)
{
	struct alarming *a = arg;

	log_say(a->log, log_level_of(e->to), "alarm: %s%s%s (%s) %s: %s", e->target, e->part[0] ? "/" : "",
		e->part, watch_via_name(e->via), alarm_level_name(e->to), e->text);
	note(a, e);
	act(a, e);
}

/* What is usual is known from the history, so that a restart does not begin a week anew.  In a
 * hurry, since nobody is asked meanwhile: without round-robin files, where a week is all journals of a week
 * for each server anew, it does begin anew.  One bucket more than hours: a week ago is within one. */
static void recall(struct alarming *a, const struct reading *r, unsigned which, const char *series)
{
	char name[HISTORY_TARGET_MAX];
	const struct history_wish wish = { .name = name,
					   .series = series,
					   .from_ns = r->time_ns - ALARM_SLOTS * HOUR_NS,
					   .to_ns = r->time_ns,
					   .most = ALARM_SLOTS + 1 };
	struct history_span span;

	if (!reading_name(r->target, r->part, name) || history_read_soon(a->folder, &wish, &span))
		return;
	for (size_t i = 0; i < span.n; i++)
		if (isfinite(span.at[i].avg))
			alarms_learn(a->alarms, r, which, alarm_median_scaled(series, span.at[i].avg),
				     span.start_ns + (int64_t)i * span.width_ns);
	history_span_release(&span);
}

void alarming_take(struct alarming *a, const struct reading *r, int64_t now_ns)
{
	const struct alarm_sink sink = { changed, a };

	for (unsigned i = 0; i < N_ALARM_MEDIANS; i++) {
		const char *series = alarms_wants_past(a->alarms, r, i);
		if (series && history_rrd_is_built())
			recall(a, r, i, series);
	}
	alarms_take(a->alarms, r, now_ns, &sink);
}

void alarming_tick(struct alarming *a, int64_t utc_ns, int64_t now_ns)
{
	const struct alarm_sink sink = { changed, a };

	if (now_ns < a->tick_ns)
		return;
	a->tick_ns = now_ns + NS_PER_S;
	alarms_tick(a->alarms, utc_ns, now_ns, &sink);
}

void alarming_forget(struct alarming *a, const char *target, const char *why)
{
	const struct alarm_sink sink = { changed, a };

	alarms_forget(a->alarms, target, why, clock_utc_ns(), &sink);
}

void alarming_ask_anew(struct alarming *a, const char *target)
{
	alarms_ask_anew(a->alarms, target);
}

bool alarming_reload(struct alarming *a, const struct command *self, const struct monitor_options *o)
{
	struct alarm_limits limits;

	if (!a->alarms)
		return true;
	bool is_good = read_limits(self, o, &limits) && !alarms_set_limits(a->alarms, &limits);
	alarm_limits_release(&limits);
	if (!is_good)
		log_say(a->log, LOG_LEVEL_ERROR, "limits of alarms stay as they were");
	return is_good;
}
