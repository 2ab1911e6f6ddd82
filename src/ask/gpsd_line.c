/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/gpsd_line.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void forget(struct gpsd_receiver *r)
{
	r->was_heard = false;
	r->mode = r->status = r->ant = r->ant_power = r->jam = -1;
	r->lat = r->lon = r->altitude_m = r->ept_s = r->temperature_c = NAN;
	r->gdop = r->pdop = r->hdop = r->vdop = r->tdop = NAN;
	r->pps_offset_s = r->toff_s = NAN;
	r->has_sky = false;
}

void gpsd_receiver_begin(struct gpsd_receiver *r)
{
	forget(r);
}

void gpsd_table_init(struct gpsd_table *t)
{
	*t = (struct gpsd_table){ .n = 0 };
}

/* ---- JSON ------------------------------------------------------------------------------------------ */

/* Missing, or no number: NAN. */
static double number(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

/* Missing, or no number that fits: -1. */
static int whole(const json_t *o, const char *key, int least, int most)
{
	double d = number(o, key);
	return d >= least && d <= most ? (int)d : -1;
}

static void take_number(const json_t *o, const char *key, double *out)
{
	double d = number(o, key);
	if (!isnan(d))
		*out = d;
}

static void take_whole(const json_t *o, const char *key, int most, int *out)
{
	int n = whole(o, key, 0, most);
	if (n >= 0)
		*out = n;
}

static void take_text(const json_t *o, const char *key, char *out, size_t room)
{
	const json_t *v = json_object_get(o, key);
	if (json_is_string(v))
		reading_text(out, room, json_string_value(v));
}

/* ---- receivers ------------------------------------------------------------------------------------- */

static struct gpsd_receiver *receiver(struct gpsd_table *t, const json_t *o, const char *key)
{
	char path[GPSD_PATH_MAX] = "";

	take_text(o, key, path, sizeof(path));
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->at[i].path, path) == 0)
			return &t->at[i];
	if (t->n == GPSD_DEVICES_MAX) {
		t->n_refused++;
		return NULL;
	}
	struct gpsd_receiver *r = &t->at[t->n++];
	*r = (struct gpsd_receiver){ .leap_s = -1 };
	forget(r);
	memcpy(r->path, path, sizeof(path));
	return r;
}

static void take_device(struct gpsd_table *t, const json_t *o)
{
	const json_t *activated = json_object_get(o, "activated");
	struct gpsd_receiver *r = receiver(t, o, "path");

	if (!r)
		return;
	/* A time as text; once it was a number; missing or 0: it was closed. */
	r->is_active = json_is_string(activated) || (json_is_number(activated) && number(o, "activated") > 0);
	take_text(o, "driver", r->driver, sizeof(r->driver));
	take_text(o, "subtype", r->subtype, sizeof(r->subtype));
}

static void take_devices(struct gpsd_table *t, const json_t *o)
{
	const json_t *list = json_object_get(o, "devices"), *one;
	size_t i;

	json_array_foreach(list, i, one) take_device(t, one);
}

static void take_tpv(struct gpsd_table *t, const json_t *o)
{
	struct gpsd_receiver *r = receiver(t, o, "device");

	if (!r)
		return;
	r->was_heard = r->is_active = true;
	take_whole(o, "mode", 3, &r->mode);
	/* Not there means an ordinary fix, or none. */
	r->status = whole(o, "status", 0, 9);
	take_whole(o, "ant", 3, &r->ant);
	take_whole(o, "antPwr", 2, &r->ant_power);
	take_whole(o, "jam", 255, &r->jam);
	take_whole(o, "leapseconds", 255, &r->leap_s);
	take_number(o, "ept", &r->ept_s);
	take_number(o, "temp", &r->temperature_c);
	take_number(o, "lat", &r->lat);
	take_number(o, "lon", &r->lon);
	take_number(o, "alt", &r->altitude_m); /* old, or old and wrong */
	take_number(o, "altMSL", &r->altitude_m);
}

static void take_satellite(struct gpsd_receiver *r, const json_t *o)
{
	bool is_used = json_is_true(json_object_get(o, "used"));

	r->n_seen++;
	r->n_used += is_used;
	if (r->n_satellites == READING_SATELLITES_MAX)
		return;
	r->satellites[r->n_satellites++] = (struct reading_satellite){
		.gnss = whole(o, "gnssid", 0, 7),
		.prn = whole(o, "PRN", 0, 1000),
		.azimuth_deg = number(o, "az"),
		.elevation_deg = number(o, "el"),
		.snr_dbhz = number(o, "ss"),
		.is_used = is_used,
	};
}

static void take_sky(struct gpsd_table *t, const json_t *o)
{
	struct gpsd_receiver *r = receiver(t, o, "device");
	const json_t *list = json_object_get(o, "satellites"), *one;
	size_t i;

	if (!r)
		return;
	r->was_heard = r->is_active = true;
	take_number(o, "gdop", &r->gdop);
	take_number(o, "pdop", &r->pdop);
	take_number(o, "hdop", &r->hdop);
	take_number(o, "vdop", &r->vdop);
	take_number(o, "tdop", &r->tdop);
	/* One without satellites has but the dilutions. */
	if (!json_is_array(list))
		return;
	r->has_sky = true;
	r->n_satellites = r->n_used = r->n_seen = 0;
	json_array_foreach(list, i, one) take_satellite(r, one);
	int used = whole(o, "uSat", 0, 1000), seen = whole(o, "nSat", 0, 1000);
	if (used >= 0)
		r->n_used = (size_t)used;
	if (seen >= 0)
		r->n_seen = (size_t)seen;
}

/* The receiver's second minus the system's clock at that moment. */
static double difference(const json_t *o)
{
	return number(o, "real_sec") - number(o, "clock_sec") +
	       (number(o, "real_nsec") - number(o, "clock_nsec")) / 1e9;
}

static void take_pps(struct gpsd_table *t, const json_t *o)
{
	struct gpsd_receiver *r = receiver(t, o, "device");

	if (r) {
		r->was_heard = true;
		r->pps_offset_s = difference(o);
	}
}

static void take_toff(struct gpsd_table *t, const json_t *o)
{
	struct gpsd_receiver *r = receiver(t, o, "device");

	if (r) {
		r->was_heard = true;
		r->toff_s = difference(o);
	}
}

static void take_version(struct gpsd_table *t, const json_t *o)
{
	take_text(o, "release", t->release, sizeof(t->release));
}

static void take_error(struct gpsd_table *t, const json_t *o)
{
	take_text(o, "message", t->error, sizeof(t->error));
}

static void take_nothing(struct gpsd_table *t, const json_t *o)
{
	(void)t;
	(void)o;
}

static bool take_class(struct gpsd_table *t, const json_t *o)
{
	static const struct {
		const char *name;
		void (*take)(struct gpsd_table *t, const json_t *o);
	} classes[] = {
		{ "TPV", take_tpv },         { "SKY", take_sky },         { "PPS", take_pps },
		{ "TOFF", take_toff },       { "DEVICES", take_devices }, { "DEVICE", take_device },
		{ "VERSION", take_version }, { "ERROR", take_error },     { "WATCH", take_nothing },
		{ "GST", take_nothing },     { "ATT", take_nothing },     { "IMU", take_nothing },
		{ "OSC", take_nothing },     { "RAW", take_nothing },     { "POLL", take_nothing },
	};
	const char *name = json_string_value(json_object_get(o, "class"));

	for (size_t i = 0; name && i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcmp(classes[i].name, name) == 0) {
			classes[i].take(t, o);
			return true;
		}
	return false;
}

/* ---- lines ----------------------------------------------------------------------------------------- */

/* Old ones wrote numbers that are none: `"ept":nan`, `-nan`, `inf`.  Outside of strings the words have no
 * other meaning.  The copy is no longer than the line. */
static size_t without_nan(const char *line, size_t len, char *out)
{
	bool in_string = false;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		const char *at = line + i;
		size_t sign = !in_string && *at == '-', left = len - i;
		if (*at == '"' && (i == 0 || line[i - 1] != '\\'))
			in_string = !in_string;
		if (!in_string && left >= sign + 3 &&
		    (memcmp(at + sign, "nan", 3) == 0 || memcmp(at + sign, "inf", 3) == 0 ||
		     memcmp(at + sign, "NaN", 3) == 0)) {
			memcpy(out + n, "{}", 2); /* no number, and shorter */
			n += 2;
			i += sign + 2;
			continue;
		}
		out[n++] = *at;
	}
	return n;
}

bool gpsd_line_take(struct gpsd_table *t, const char *line, size_t len)
{
	bool is_known = false;

	t->n_lines++;
	if (len && line[len - 1] == '\r')
		len--;
	if (len > GPSD_LINE_MAX) {
		t->n_bad++;
		return false;
	}
	json_t *o = json_loadb(line, len, JSON_DISABLE_EOF_CHECK, NULL);
	if (!o &&
	    (memmem(line, len, "nan", 3) || memmem(line, len, "inf", 3) || memmem(line, len, "NaN", 3))) {
		char *copy = malloc(len + 1);
		if (copy)
			o = json_loadb(copy, without_nan(line, len, copy), JSON_DISABLE_EOF_CHECK, NULL);
		free(copy);
	}
	if (json_is_object(o))
		is_known = take_class(t, o);
	json_decref(o);
	t->n_bad += !is_known;
	return is_known;
}

/* ---- readings -------------------------------------------------------------------------------------- */

static const char *named(const char *const *names, size_t n, int i)
{
	return i >= 0 && (size_t)i < n ? names[i] : "";
}
#define NAMED(names, i) named((names), sizeof(names) / sizeof((names)[0]), (i))

static double mean_snr(const struct gpsd_receiver *r)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < r->n_satellites; i++)
		if (r->satellites[i].is_used && !isnan(r->satellites[i].snr_dbhz)) {
			sum += r->satellites[i].snr_dbhz;
			n++;
		}
	return n ? sum / (double)n : (double)NAN;
}

static void add_words(const struct gpsd_receiver *r, struct reading_made *m)
{
	static const char *const fixes[] = { "unknown", "no fix", "2D", "3D" };
	static const char *const states[] = { "",
					      "GPS",
					      "DGPS",
					      "RTK fixed",
					      "RTK float",
					      "dead reckoning",
					      "GNSS and dead reckoning",
					      "time only",
					      "simulated",
					      "P(Y)" };
	static const char *const antennas[] = { "unknown", "ok", "short", "open" };
	static const char *const powers[] = { "unknown", "off", "on" };
	char text[READING_TEXT_MAX];

	reading_fact(m, "device", r->path);
	reading_fact(m, "driver", r->driver);
	reading_fact(m, "subtype", r->subtype);
	reading_fact(m, "fix", NAMED(fixes, r->mode));
	reading_fact(m, "status", NAMED(states, r->status));
	reading_fact(m, "antenna", NAMED(antennas, r->ant));
	reading_fact(m, "antenna_power", NAMED(powers, r->ant_power));
	if (r->jam >= 0) {
		snprintf(text, sizeof(text), "%d", r->jam);
		reading_fact(m, "jamming", text);
	}
	if (r->leap_s >= 0) {
		snprintf(text, sizeof(text), "%d", r->leap_s);
		reading_fact(m, "leap_seconds", text);
	}
	if (r->mode >= 2 && isfinite(r->lat) && isfinite(r->lon) && fabs(r->lat) <= 90 &&
	    fabs(r->lon) <= 180) {
		int n = snprintf(text, sizeof(text), "%.6f, %.6f", r->lat, r->lon);
		if (n > 0 && fabs(r->altitude_m) < 1e6)
			snprintf(text + n, sizeof(text) - (size_t)n, ", %.1f m", r->altitude_m);
		reading_fact(m, "position", text);
	}
}

void gpsd_receiver_part(const struct gpsd_receiver *r, char *out, size_t room)
{
	const char *name = strncmp(r->path, "/dev/", 5) == 0 ? r->path + 5 : r->path;

	if (!name[0])
		name = "receiver";
	reading_part(out, room, name, strlen(name));
}

void gpsd_receiver_points(const struct gpsd_receiver *r, struct reading_made *m)
{
	if (r->mode >= 0)
		reading_point(m, "gps_mode", r->mode);
	if (r->has_sky) {
		reading_point(m, "satellites_used", (double)r->n_used);
		reading_point(m, "satellites_seen", (double)r->n_seen);
		reading_point(m, "snr_mean_dbhz", mean_snr(r));
		m->satellites = r->satellites;
		m->n_satellites = r->n_satellites;
	}
	reading_point(m, "gdop", r->gdop);
	reading_point(m, "pdop", r->pdop);
	reading_point(m, "hdop", r->hdop);
	reading_point(m, "vdop", r->vdop);
	reading_point(m, "tdop", r->tdop);
	reading_point(m, "pps_offset_s", r->pps_offset_s);
	reading_point(m, "toff_s", r->toff_s);
	reading_point(m, "temperature_c", r->temperature_c);
	add_words(r, m);
}
