/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The health rules of watched servers and receivers: what each looks at in a reading, its limits and how long
 * they must be exceeded.  A rule has two limits at the most, one for a warning and one that is critical.
 * What is bad is bad once it has held for so many readings and so long; it is good again only when it is
 * better than the limit by a margin, for as long.  What keeps changing has to be good for longer and
 * longer.
 *
 * No clock, no memory of its own: alarms.h keeps the states.
 */
#ifndef ENGINE_ALARM_RULES_H
#define ENGINE_ALARM_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/alarm_trip.h"
#include "engine/reading.h"

enum alarm_level { ALARM_OK, ALARM_INFO, ALARM_WARN, ALARM_CRITICAL };

enum alarm_rule {
	ALARM_SILENT,         /* it does not answer, or no reading comes */
	ALARM_REACH,          /* percent of the last eight questions that were answered */
	ALARM_OFFSET,         /* what we measure */
	ALARM_CLOCK_OFFSET,   /* what it says of itself */
	ALARM_SOURCES,        /* of its own that answer */
	ALARM_UNSYNCHRONISED, /* leap 3, stratum 0 or 16 */
	ALARM_LEAP,           /* a leap second is announced: for information */
	ALARM_ROOT_DISTANCE,
	ALARM_GPS_FIX,
	ALARM_SATELLITES,
	ALARM_SATELLITES_SHARE, /* of those in view, used: LANTIME */
	ALARM_TDOP,
	ALARM_PPS,           /* there were pulses, now there are none */
	ALARM_REFCLOCK,      /* the event of ntpd's clock status word is not "nominal" */
	ALARM_CLOCK_NOMINAL, /* the share of time in that state falls */
	ALARM_RECEIVER,      /* LANTIME: the reference clock is not synchronised */
	ALARM_ANTENNA,       /* it is disconnected, or has a short circuit */
	ALARM_NTP_STATE,     /* LANTIME: its NTP service is not synchronised */
	ALARM_CORRELATION,
	ALARM_FIELD_STRENGTH, /* falls below its median of seven days */
	ALARM_SUPPLIES,
	ALARM_FANS,
	ALARM_TEMPERATURE,
	ALARM_REQUESTS, /* times their median of seven days */
	ALARM_LOSS,     /* percent of requests without answer */
	N_ALARM_RULES
};

struct alarm_limit {
	bool is_on;
	double warn, critical; /* in base units; NAN: there is none */
	unsigned readings;     /* in a row */
	int64_t hold_ns;       /* and so long */
};

/* A limit of one target alone, or of a part of it. */
struct alarm_own {
	char name[HISTORY_TARGET_MAX]; /* "gps1", "ntpd/NMEA(0)"; "": it is for all */
	enum alarm_rule rule;
	struct alarm_limit limit;
};

struct alarm_limits {
	struct alarm_limit of[N_ALARM_RULES]; /* for all that have none of their own */
	struct alarm_own *own;                /* see alarm_own.h */
	size_t n_own;
};

/* Those of the field; see ntpscope.conf(5). */
struct alarm_limits alarm_limits_default(void);

const char *alarm_rule_name(enum alarm_rule rule);  /* "root_distance" */
const char *alarm_rule_title(enum alarm_rule rule); /* "Root distance" */
bool alarm_rule_find(const char *name, size_t len, enum alarm_rule *out);
const char *alarm_level_name(enum alarm_level level); /* "ok", "info", "warn", "critical" */
bool alarm_level_find(const char *name, enum alarm_level *out);

/* What limits of it are numbers of; states have none to choose. */
enum alarm_unit { ALARM_IN_SECONDS, ALARM_IN_PERCENT, ALARM_IN_NUMBERS, ALARM_IN_STATES };
enum alarm_unit alarm_rule_unit(enum alarm_rule rule);
/* Bad is below the limit. */
bool alarm_rule_is_below(enum alarm_rule rule);
/* What a limit of it is called where names carry units: "limit_s", "limit_percent", "limit_c", "limit". */
const char *alarm_rule_limit_key(enum alarm_rule rule);

/* The one of the two that a level is about: that which is exceeded, or kept again.  NAN: there is none. */
double alarm_limit_at_level(const struct alarm_limit *l, enum alarm_level level);

/* Whether a value says that a limit is exceeded, given whether it counts as exceeded so far. */
bool alarm_says(enum alarm_rule rule, bool is_critical, double limit, bool is_set, double value);

enum { ALARM_OF_FIELD, ALARM_OF_NOMINAL, ALARM_OF_REQUESTS, N_ALARM_MEDIANS };

/* What has to be remembered of the source of readings. */
struct alarm_memory {
	uint64_t n_readings;
	int64_t first_ns, latest_ns; /* of the first and the latest of them, by a clock that nobody sets */
	bool was_reached;            /* its reach was good once */
	unsigned n_silent;           /* in a row */
	bool had_pps;
	struct alarm_median *medians[N_ALARM_MEDIANS]; /* NULL: nothing yet */
};

/* Whether it was asked and did not answer; a server that says that it is not synchronised has answered. */
bool alarm_is_silence(const struct reading *r);
/* Whether its reach is good: seven of the last eight, or all. */
bool alarm_is_reached(const struct reading *r);
/* The value in the reading that a median is of, and its name as a series: NULL, it has none. */
const char *alarm_median_series(unsigned which, const struct reading *r, double *out);
/* In the unit of the median. */
double alarm_median_scaled(const char *series, double value);

/* The value that the rule judges; false: this reading says nothing of it. */
bool alarm_value(enum alarm_rule rule, const struct alarm_memory *m, const struct reading *r, double *out);

/* A sentence of it: "Offset -12.0 ms, limit 10.0 ms".  Controls of strangers' texts become '?'. */
void alarm_text(enum alarm_rule rule, const struct alarm_limit *l, enum alarm_level level, double value,
		const char *why, char *out, size_t room);

/* Each control character becomes '?'. */
void alarm_clean(char *text);

/* The rule's own level for its first limit: ALARM_WARN, or ALARM_INFO. */
enum alarm_level alarm_first_level(enum alarm_rule rule);

#endif
