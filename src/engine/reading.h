/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one asking of one watched server or receiver brought: numbers, which go into the history, and facts,
 * which are shown as they are now.  Whoever asks makes it (ask/), whoever keeps or shows it reads it:
 * it is complete in itself and borrowed for the time of one call.
 */
#ifndef ENGINE_READING_H
#define ENGINE_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/history_point.h"

/* The ways to know something of a target; each brings its own readings, in its own rhythm. */
enum watch_via {
	WATCH_VIA_NTP,     /* our own questions for the time */
	WATCH_VIA_MODE6,   /* ntpd, NTPsec */
	WATCH_VIA_CHRONY,  /* chronyd's commands */
	WATCH_VIA_GPSD,    /* gpsd's stream */
	WATCH_VIA_SNMP,    /* a LANTIME, any host */
	WATCH_VIA_TRAFFIC, /* what is captured here */
	WATCH_VIA_IMPORT,
	N_WATCH_VIA
};

enum { READING_NAME_MAX = 32, READING_TEXT_MAX = 200, READING_FACTS_MAX = 48, READING_SATELLITES_MAX = 72 };

struct reading_fact {
	char name[READING_NAME_MAX]; /* lower case and _: "refid", "version", "device", "telegram" */
	char text[READING_TEXT_MAX]; /* a stranger's text: to be escaped by whoever shows it */
};

/* A satellite in view; what is not known is NAN. */
struct reading_satellite {
	int gnss; /* 0 GPS, 1 SBAS, 2 Galileo, 3 BeiDou, 5 QZSS, 6 GLONASS, 7 NavIC (gpsd's gnssid); -1 */
	int prn;
	double azimuth_deg, elevation_deg, snr_dbhz;
	bool is_used;
};

struct reading {
	const char *target; /* as it is called in settings and pictures */
	const char *part; /* "" for the server itself; "GPS_NMEA(0)", "eth0", "refclock 1" for a part of it */
	enum watch_via via;
	int64_t time_ns;  /* UTC */
	int64_t every_ns; /* the next one is expected after that */
	bool is_ok;       /* it answered */
	/* So many questions does "reach_polls" count; 0: nobody knows, eight in the end. */
	uint8_t n_polls;
	const char *why; /* when it did not, in a few words; "" */
	const struct history_point *points;
	size_t n_points;
	const struct reading_fact *facts;
	size_t n_facts;
	const struct reading_satellite *satellites; /* NULL and 0: this reading does not say */
	size_t n_satellites;
};

/* Where readings go. */
struct reading_sink {
	void (*take)(void *arg, const struct reading *r);
	void *arg;
};

/* "ntp", "mode6", "chrony", "gpsd", "snmp", "traffic", "import". */
const char *watch_via_name(enum watch_via via);
/* False: there is none of that name. */
bool watch_via_find(const char *name, size_t len, enum watch_via *out);

/* After three times its interval and a minute no reading is late, it is missing.  By a clock that nobody
 * sets; heard_ns 0: none came yet, and that is late. */
int64_t reading_late_ns(int64_t every_ns);
bool reading_is_late(int64_t heard_ns, int64_t every_ns, int64_t now_ns);

/* Copies text, cut where there is no more room. */
void reading_text(char *out, size_t room, const char *text);

/* What a part is called in the history: "target" or "target/part". False when it is too long. */
bool reading_name(const char *target, const char *part, char out[HISTORY_TARGET_MAX]);

#endif
