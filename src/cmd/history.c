/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope history`: what a monitor noted of the servers that it watches, over time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "cmd/output.h"
#include "cmd/picture.h"
#include "engine/history_series.h"
#include "net/clock.h"
#include "present/json.h"
#include "present/text.h"
#include "store/journal.h"

struct settings {
	struct picture picture;
	const char *store, *end, *title, *output;
	int64_t range_ns;
	bool local, log;
	int color;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 's', "store", "DIR", "where it is kept (/var/lib/ntpscope/history)", OPTION_TEXT, AT(store) },
	{ 'r', "range", "TIME", "so far back: 6h, 7d, 365d (1d)", OPTION_DURATION, AT(range_ns), .min = 1,
	  .max = UINT64_C(100) * 366 * 86400 },
	{ 0, "end", "WHEN", "up to then: 2026-03-01T00:00:00Z (now)", OPTION_TEXT, AT(end) },
	{ 0, "local", NULL, "times by the local clock, not UTC", OPTION_FLAG, AT(local) },
	{ 0, "log", NULL, "logarithmic axis of values", OPTION_FLAG, AT(log) },
	PICTURE_ROWS(offsetof(struct settings, picture)),
	{ 0, "title", "TEXT", "instead of our own", OPTION_TEXT, AT(title) },
	{ 'o', "output", "FILE", "write there, not to standard output", OPTION_TEXT, AT(output) },
	{ 0, "color", NULL, "color in the output", OPTION_CHOICE, AT(color), .choices = "auto|always|never" },
};

enum { PLAIN_FACTOR = 1000 }; /* levels are kept in thousandths, durations in nanoseconds */

/* One line of the graph. */
struct wish {
	char target[HISTORY_TARGET_MAX], label[HISTORY_TARGET_MAX + HISTORY_NAME_MAX];
	const struct history_series *series;
	struct chart chart;
};

struct run {
	const struct command *self;
	struct settings s;
	struct wish wishes[CHART_SERIES_MAX];
	size_t n;
	int64_t from_ns, to_ns;
};

/* ---- what is asked for --------------------------------------------------------------------------- */

/* TARGET or TARGET:SERIES; an IPv6 address has colons of its own. */
static bool take_wish(struct run *r, const char *text)
{
	struct wish *w = &r->wishes[r->n];
	const char *colon = strrchr(text, ':');
	size_t len = strlen(text);

	w->series = colon ? history_series_meant(colon + 1, strlen(colon + 1)) : NULL;
	if (w->series)
		len = (size_t)(colon - text);
	else
		w->series = history_series_find("offset_s");
	if (!len || len >= sizeof(w->target)) {
		command_error(r->self, "'%s' is no target with a series: say HOST or HOST:offset", text);
		return false;
	}
	memcpy(w->target, text, len);
	w->target[len] = '\0';
	if (r->n && strcmp(w->series->unit, r->wishes[0].series->unit) != 0) {
		command_error(r->self, "'%s' and '%s' do not share an axis", r->wishes[0].series->name,
			      w->series->name);
		return false;
	}
	r->n++;
	return true;
}

static bool take_range(struct run *r)
{
	r->to_ns = clock_utc_ns();
	if (r->s.end && !nstime_parse(r->s.end, &r->to_ns)) {
		command_error(r->self, "'%s' is no moment like 2026-03-01T00:00:00Z", r->s.end);
		return false;
	}
	r->from_ns = ns_minus(r->to_ns, r->s.range_ns);
	return true;
}

static int read_store(const struct run *r, int64_t from_ns, int64_t to_ns, struct journal_reader *reader)
{
	enum err e = journal_read(r->s.store, from_ns, to_ns, reader);

	if (e) {
		command_error(r->self, "cannot read '%s': %s", r->s.store, err_text(e));
		return STATUS_FAILED;
	}
	if (reader->n_bad)
		command_warning(r->self, "'%s': %llu of %llu lines are damaged and were passed over",
				r->s.store, (unsigned long long)reader->n_bad,
				(unsigned long long)reader->n_lines);
	return reader->n_bad ? STATUS_DAMAGED : STATUS_OK;
}

/* ---- the graph ----------------------------------------------------------------------------------- */

static bool is_duration(const struct wish *w)
{
	return strcmp(w->series->unit, "s") == 0;
}

static bool add_point(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct run *r = arg;
	enum { MOST = 4000000000 };

	for (size_t i = 0; i < r->n; i++) {
		struct wish *w = &r->wishes[i];
		if (strcmp(target, w->target) != 0 || strcmp(name, w->series->name) != 0)
			continue;
		double scaled = value * (is_duration(w) ? 1e9 : PLAIN_FACTOR);
		if (scaled > -(double)MOST * 1e9 && scaled < (double)MOST * 1e9)
			chart_value(&w->chart, time_ns, (int64_t)scaled);
	}
	return true;
}

static int draw(struct run *r, struct output *out)
{
	const struct wish *first = &r->wishes[0];
	char subtitle[1200];
	struct chart_view v = {
		.kind = CHART_OVER_TIME,
		.measure = CHART_VALUES,
		.unit = is_duration(first) ? CHART_DURATION : CHART_PLAIN,
		.scale = is_duration(first) ? 1 : 1.0 / PLAIN_FACTOR,
		.y = first->series->name,
		.title = r->s.title ? r->s.title : first->series->title,
		.subtitle = subtitle,
		.axis = first->series->name,
		.scaling = r->s.log ? CHART_SCALE_LOG : CHART_SCALE_LINEAR,
		.times = { .from_ns = r->from_ns,
			   .to_ns = r->to_ns,
			   .clock = r->s.local ? CHART_LOCAL : CHART_UTC,
			   .ahead_s = picture_ahead_s },
		.n_series = r->n,
	};
	int64_t width_ns = 0;

	/* Of several, the legend has the names. */
	snprintf(subtitle, sizeof(subtitle), "%s", r->n == 1 ? first->target : "");
	for (size_t i = 0; i < r->n; i++)
		width_ns = r->wishes[i].chart.width_ns > width_ns ? r->wishes[i].chart.width_ns : width_ns;
	for (size_t i = 0; i < r->n; i++) {
		struct wish *w = &r->wishes[i];
		bool same = w->series == first->series;
		chart_widen(&w->chart, width_ns);
		size_t len = strlen(w->target);
		memcpy(w->label, w->target, len + 1);
		if (!same)
			snprintf(w->label + len, sizeof(w->label) - len, " %s", w->series->name);
		v.series[i] = (struct chart_series){ w->label, &w->chart, false };
	}
	const char *paths[] = { r->s.store };
	enum err e = r->s.picture.format == PICTURE_JSON ? chart_view_json(&v, paths, 1, "", &out->buf)
							 : picture_draw(&r->s.picture, &v, out);
	if (e)
		command_error(r->self, "cannot draw: %s", err_text(e));
	return e ? STATUS_FAILED : STATUS_OK;
}

static int graph(struct run *r)
{
	struct journal_reader reader = { .point = add_point, .arg = r };
	struct output out;
	uint64_t n_points = 0;

	for (size_t i = 0; i < r->n; i++)
		chart_init(&r->wishes[i].chart,
			   &(struct chart_config){ .interval_ns = NS_PER_S, .max_buckets = CHART_BUCKETS });
	int read_status = read_store(r, r->from_ns, r->to_ns, &reader);
	int status = read_status == STATUS_FAILED ? STATUS_FAILED : STATUS_OK;
	for (size_t i = 0; i < r->n; i++)
		n_points += r->wishes[i].chart.n;
	if (!status && !n_points) {
		command_error(r->self,
			      "nothing is known of '%s' in that time; 'ntpscope history' lists what is",
			      r->wishes[0].target);
		status = STATUS_FAILED;
	}
	if (!status)
		status = output_open(&out, r->self, r->s.output, r->s.color);
	if (!status)
		status = output_finish(&out, draw(r, &out));
	for (size_t i = 0; i < r->n; i++)
		chart_release(&r->wishes[i].chart);
	return status ? status : read_status;
}

/* ---- the list of what there is ------------------------------------------------------------------- */

struct entry {
	char target[HISTORY_TARGET_MAX], series[HISTORY_NAME_MAX];
	uint64_t n;
	int64_t first_ns, last_ns;
	double last;
};

struct list {
	struct entry *at;
	size_t n, cap, next; /* where the last one was found, and one on: lines are alike */
	bool is_full;        /* no memory */
};

static struct entry *entry_of(struct list *l, const char *target, const char *series)
{
	for (size_t k = 0; k < l->n; k++) {
		size_t i = (l->next + k) % l->n;
		if (strcmp(l->at[i].series, series) != 0 || strcmp(l->at[i].target, target) != 0)
			continue;
		l->next = i + 1;
		return &l->at[i];
	}
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		struct entry *at = realloc(l->at, cap * sizeof(*at));
		if (!at)
			return NULL;
		l->at = at;
		l->cap = cap;
	}
	struct entry *e = &l->at[l->n++];
	memset(e, 0, sizeof(*e));
	snprintf(e->target, sizeof(e->target), "%s", target);
	snprintf(e->series, sizeof(e->series), "%s", series);
	return e;
}

static bool add_to_list(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct list *l = arg;
	struct entry *e = entry_of(l, target, name);

	l->is_full = !e;
	if (!e)
		return false;
	if (!e->n || time_ns < e->first_ns)
		e->first_ns = time_ns;
	if (!e->n++ || time_ns >= e->last_ns) {
		e->last_ns = time_ns;
		e->last = value;
	}
	return true;
}

static void list_table(const struct list *l, struct output *out)
{
	struct text t;
	char when[NSTIME_TEXT_MAX], clean[2 * HISTORY_TARGET_MAX], number[40];

	text_begin(&t, &out->buf, out->color);
	text_cell(&t, TEXT_HEAD, -32, "TARGET");
	text_cell(&t, TEXT_HEAD, -20, "SERIES");
	text_cell(&t, TEXT_HEAD, 9, "VALUES");
	text_cell(&t, TEXT_HEAD, 22, "SINCE");
	text_cell(&t, TEXT_HEAD, 16, "LAST");
	text_line(&t);
	for (size_t i = 0; i < l->n; i++) {
		const struct entry *e = &l->at[i];
		text_clean(e->target, clean, sizeof(clean));
		text_cell(&t, TEXT_PLAIN, -32, clean);
		text_clean(e->series, clean, sizeof(clean));
		text_cell(&t, TEXT_PLAIN, -20, clean);
		snprintf(number, sizeof(number), "%llu", (unsigned long long)e->n);
		text_cell(&t, TEXT_PLAIN, 9, number);
		nstime_short(e->first_ns, when);
		text_cell(&t, TEXT_PLAIN, 22, when);
		snprintf(number, sizeof(number), "%.6g", e->last);
		text_cell(&t, TEXT_PLAIN, 16, number);
		text_line(&t);
	}
}

static void list_json(const struct list *l, struct output *out)
{
	struct jw j;

	jw_begin(&j, &out->buf);
	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&j, "schema", "ntpscope-history-1");
	jw_open(&j, "series", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < l->n; i++) {
		const struct entry *e = &l->at[i];
		jw_open(&j, NULL, JW_OBJECT);
		jw_text(&j, "target", e->target);
		jw_text(&j, "series", e->series);
		jw_u64(&j, "values", e->n);
		jw_time(&j, "first", e->first_ns);
		jw_time(&j, "last", e->last_ns);
		jw_real(&j, "value", e->last, 9);
		jw_close(&j);
	}
	jw_close(&j);
	jw_close(&j);
	jw_end(&j);
}

static int list(struct run *r)
{
	struct list l = { 0 };
	struct journal_reader reader = { .point = add_to_list, .arg = &l };
	struct output out;
	enum err e = journal_read(r->s.store, r->from_ns, r->to_ns, &reader);
	int status = STATUS_FAILED;

	if (e) {
		command_error(r->self, "cannot read '%s': %s", r->s.store,
			      err_text(l.is_full ? ERR_MEMORY : e));
	} else if (!l.n) {
		command_error(r->self, "nothing is known in that time; a monitor notes it: "
				       "'ntpscope monitor --watch HOST'");
	} else {
		status = output_open(&out, r->self, r->s.output, r->s.color);
		if (!status) {
			(r->s.picture.format == PICTURE_JSON ? list_json : list_table)(&l, &out);
			status = output_finish(&out, reader.n_bad ? STATUS_DAMAGED : STATUS_OK);
		}
	}
	free(l.at);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct run *r = calloc(1, sizeof(*r));
	int status = STATUS_FAILED;

	if (!r) {
		command_error(self, "no memory");
		return STATUS_FAILED;
	}
	r->self = self;
	r->s.store = "/var/lib/ntpscope/history";
	r->s.range_ns = 86400 * NS_PER_S;
	if (!options_parse(self, &r->s, &argc, argv, &status))
		goto out;
	status = STATUS_FAILED;
	if (argc > CHART_SERIES_MAX) {
		command_error(self, "%d series are the most that one graph can show", CHART_SERIES_MAX);
		goto out;
	}
	if (!take_range(r) || !picture_settle(self, &r->s.picture, &r->s.output))
		goto out;
	for (int i = 0; i < argc; i++)
		if (!take_wish(r, argv[i]))
			goto out;
	status = argc ? graph(r) : list(r);
out:
	free(r);
	return status;
}

static void more_help(FILE *out)
{
	const struct history_series *s;

	fputs("Series:\n", out);
	for (size_t i = 0; (s = history_series_at(i)); i++)
		fprintf(out, "  %-24s %s\n", s->name, s->title);
}

const struct command cmd_history = {
	.name = "history",
	.summary = "watched servers over time: a picture, or on the terminal",
	.arguments = "[HOST[:SERIES]]...",
	.about = "Draws what 'ntpscope monitor --watch HOST' noted: offset, delay, reach and so on\n"
		 "of each server, least and greatest value of each column.  Without arguments it\n"
		 "lists what there is.  -o FILE.svg or .png makes a picture.",
	.examples = "ntpscope history\n"
		    "ntpscope history ntp1.example.net ntp2.example.net --range 7d -o offset.svg\n"
		    "ntpscope history ntp1.example.net:delay --range 6h\n",
	.more_help = more_help,
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.run = run,
};
