/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line of gpsd's stream (JSON over TCP, protocol 3): what it says of receivers is taken into a table, one
 * row a device, and merged there.  Lines that cannot be read are counted and left: long ones are cut by gpsd
 * itself, and old ones wrote `nan`.  It allocates and gives back; no I/O, no clock.
 */
#ifndef ASK_GPSD_LINE_H
#define ASK_GPSD_LINE_H

#include "engine/reading_made.h"

enum { GPSD_LINE_MAX = 10240, GPSD_DEVICES_MAX = 8, GPSD_PATH_MAX = 128, GPSD_WORD_MAX = 64 };

/* NAN and -1: not known.  Numbers since the last gpsd_receiver_begin(), but for what changes seldom: paths,
 * drivers, satellites. */
struct gpsd_receiver {
	char path[GPSD_PATH_MAX]; /* "" for a report that names none */
	char driver[GPSD_WORD_MAX], subtype[GPSD_WORD_MAX];
	bool is_active, was_heard; /* activated; something came since the last begin */
	int mode, status, ant, ant_power, jam;
	int leap_s;
	double lat, lon, altitude_m, ept_s, temperature_c;
	double gdop, pdop, hdop, vdop, tdop;
	double pps_offset_s, toff_s; /* receiver minus system clock */
	bool has_sky;
	size_t n_satellites, n_used, n_seen;
	struct reading_satellite satellites[READING_SATELLITES_MAX];
};

struct gpsd_table {
	char release[GPSD_WORD_MAX];
	char error[READING_TEXT_MAX]; /* of the latest ERROR */
	size_t n;
	struct gpsd_receiver at[GPSD_DEVICES_MAX];
	uint64_t n_lines, n_bad, n_refused; /* read; of them, not understood; devices without room */
};

void gpsd_table_init(struct gpsd_table *t);

/* len without the line's end.  False: it cannot be read, or its class is not known here. */
bool gpsd_line_take(struct gpsd_table *t, const char *line, size_t len);

/* What was measured is forgotten, so that the next reading has nothing that is old. */
void gpsd_receiver_begin(struct gpsd_receiver *r);

/* What it is called among others: "ttyS0" of "/dev/ttyS0", "receiver" of one that names no path: "" is gpsd
 * itself. */
void gpsd_receiver_part(const struct gpsd_receiver *r, char *out, size_t room);
/* Points, facts, and satellites, which are r's. */
void gpsd_receiver_points(const struct gpsd_receiver *r, struct reading_made *m);

#endif
