/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope history --site DIR`: a page for each server, and one for all. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/nstime.h"
#include "cmd/history.h"
#include "present/history_site.h"
#include "store/history.h"

static const struct range {
	const char *name, *caption;
	int64_t s;
} ranges[] = { { "day", "Day", 86400 },
	       { "week", "Week", 7 * 86400 },
	       { "month", "Month", 31 * 86400 },
	       { "year", "Year", INT64_C(366) * 86400 } };

enum {
	N_RANGES = sizeof(ranges) / sizeof(ranges[0]),
	BUCKETS = 560,
	FINE = 10000,
	LATE_S = 60 /* so far behind the journal files may be */
};

/* A series that is kept; sorted by name, and by the order of history_series. */
struct kept {
	char *name;
	const struct history_series *series;
	int64_t first_ns, last_ns;
};

struct site {
	const struct history_run *run;
	struct kept *at;
	size_t n, cap;
	bool is_full;
};

/* Those that were chosen by name: "HOST" has all of its series. */
static bool is_chosen(const struct history_run *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->choices[i].target, name) == 0)
			return true;
	return !r->n;
}

static bool keep(void *arg, const char *name, const char *series, int64_t first_ns, int64_t last_ns)
{
	struct site *s = arg;
	const struct history_series *known = history_series_find(series);

	if (!known || !is_chosen(s->run, name))
		return true;
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 256;
		struct kept *at = realloc(s->at, cap * sizeof(*at));
		if (!at)
			return !(s->is_full = true);
		s->at = at;
		s->cap = cap;
	}
	struct kept *k = &s->at[s->n];
	*k = (struct kept){ strdup(name), known, first_ns, last_ns };
	s->is_full = !k->name;
	s->n += k->name != NULL;
	return !s->is_full;
}

static int by_name(const void *pa, const void *pb)
{
	const struct kept *a = pa, *b = pb;
	int order = strcmp(a->name, b->name);

	if (order)
		return order;
	return a->series < b->series ? -1 : a->series > b->series; /* they lie in one table */
}

/* ---- a page -------------------------------------------------------------------------------------- */

/* A series over a range, alone in a view. */
struct plot {
	struct history_view view;
	struct history_span span[2];
};

static enum err plot_read(struct plot *p, const struct history_run *r, const struct kept *k, size_t n,
			  int64_t s)
{
	int64_t from_ns = ns_minus(r->to_ns, s * NS_PER_S);
	enum err e = ERR_OK;

	*p = (struct plot){ .view = { .title = "",
				      .subtitle = "",
				      .times = {
					      .from_ns = from_ns, .to_ns = r->to_ns, .clock = CHART_UTC } } };
	for (size_t i = 0; i < n && !e; i++) {
		const struct history_wish w = { k[i].name, k[i].series->name, from_ns, r->to_ns, BUCKETS };
		e = history_read(r->s.store, &w, &p->span[i]);
		if (!e)
			e = history_view_add(&p->view, &(struct history_line){ .name = k[i].name,
									       .series = k[i].series,
									       .span = &p->span[i],
									       .color = (unsigned)i });
	}
	return e;
}

/* Tables and the index have their figures from buckets as fine as they are kept: a year's days would all be
 * alike, and a wide bucket of which little is known counts like one that is known to the full.  So of what
 * there is, and not of the empty time around it. */
static enum err read_fine(const struct history_run *r, const struct kept *k, int64_t s,
			  struct history_span *fine, struct history_figures *figures)
{
	int64_t from_ns = ns_minus(r->to_ns, s * NS_PER_S), first_ns = ns_minus(k->first_ns, NS_PER_S);
	int64_t behind_ns = ns_plus(k->last_ns, LATE_S * NS_PER_S);
	struct history_wish w = { k->name, k->series->name, from_ns, r->to_ns, FINE };

	if (first_ns < r->to_ns && behind_ns > from_ns) {
		w.from_ns = first_ns > from_ns ? first_ns : from_ns;
		w.to_ns = behind_ns < r->to_ns ? behind_ns : r->to_ns;
	}
	enum err e = history_read(r->s.store, &w, fine);
	return e ? e : history_figures(fine, figures);
}

static void plot_release(struct plot *p)
{
	history_span_release(&p->span[0]);
	history_span_release(&p->span[1]);
}

static enum err put_histogram(struct buf *out, const struct history_run *r, const struct kept *k,
			      unsigned *id)
{
	struct history_span fine = { 0 };
	struct history_line l = { .name = k->name, .series = k->series, .span = &fine };
	enum err e = ERR_OK;

	for (size_t i = 1; i < 3 && !e; i++) {
		e = read_fine(r, k, ranges[i].s, &fine, &l.figures);
		if (!e && l.figures.n)
			site_histogram(out, &l,
				       i == 1 ? "How often each offset, week"
					      : "How often each offset, month",
				       ++*id);
		history_span_release(&fine);
	}
	return e;
}

/* Graphs, and what the table has. */
static enum err read_plot(struct plot *p, const struct history_run *r, const struct kept *k, int64_t s)
{
	struct history_span fine = { 0 };
	enum err e = plot_read(p, r, k, 1, s);

	if (!e)
		e = read_fine(r, k, s, &fine, &p->view.panels[0].at[0].figures);
	history_span_release(&fine);
	return e;
}

static enum err put_series(struct buf *out, const struct history_run *r, const struct kept *k, unsigned *id)
{
	struct plot plots[N_RANGES] = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; i < N_RANGES && !e; i++)
		e = read_plot(&plots[i], r, k, ranges[i].s);
	if (!e) {
		site_section(out, k->series, k->series->title);
		for (size_t i = 0; i < N_RANGES; i++)
			site_graph(out, &plots[i].view, ranges[i].caption, ++*id);
		if (strcmp(k->series->name, "offset_s") == 0)
			e = put_histogram(out, r, k, id);
		/* Of states there are no moments. */
		bool has_table = !k->series->steps;
		if (has_table)
			site_table_begin(out);
		for (size_t i = 0; i < N_RANGES && has_table; i++)
			site_table_row(out, ranges[i].caption, &plots[i].view.panels[0].at[0]);
		site_section_end(out, has_table);
	}
	for (size_t i = 0; i < N_RANGES; i++)
		plot_release(&plots[i]);
	return e;
}

/* Frequency above temperature, where both are known: a clock is a thermometer. */
static enum err put_overlay(struct buf *out, const struct history_run *r, const struct kept *k, size_t n,
			    unsigned *id)
{
	struct kept pair[2] = { 0 };
	struct plot p;
	enum err e = ERR_OK;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(k[i].series->name, "frequency_ppm") == 0)
			pair[0] = k[i];
		if (strcmp(k[i].series->name, "temperature_c") == 0)
			pair[1] = k[i];
	}
	if (!pair[0].name || !pair[1].name)
		return ERR_OK;
	site_section(out, &(struct history_series){ .name = "frequency-temperature" },
		     "Frequency and temperature");
	for (size_t i = 1; i < 3 && !e; i++) {
		e = plot_read(&p, r, pair, 2, ranges[i].s);
		if (!e)
			site_graph(out, &p.view, ranges[i].caption, ++*id);
		plot_release(&p);
	}
	site_section_end(out, false);
	return e;
}

static int put_page(const struct history_run *r, const struct kept *k, size_t n)
{
	char file[SITE_FILE_MAX], path[PATH_MAX];
	struct output out;
	unsigned id = 0;
	enum err e = ERR_OK;

	site_file_name(k->name, file);
	if (snprintf(path, sizeof(path), "%s/%s", r->s.site, file) >= PATH_MAX) {
		command_error(r->self, "'%s' is too long", r->s.site);
		return STATUS_FAILED;
	}
	int status = output_open(&out, r->self, path, r->s.color);
	if (status)
		return status;
	site_begin(&out.buf, k->name, r->to_ns);
	for (size_t i = 0; i < n && !e; i++)
		e = put_series(&out.buf, r, &k[i], &id);
	if (!e)
		e = put_overlay(&out.buf, r, k, n, &id);
	site_end(&out.buf);
	if (e)
		command_error(r->self, "cannot read '%s': %s", r->s.store, err_text(e));
	return output_finish(&out, e ? STATUS_FAILED : STATUS_OK);
}

/* ---- all of them --------------------------------------------------------------------------------- */

static size_t same_name(const struct site *s, size_t from)
{
	size_t to = from;
	while (to < s->n && strcmp(s->at[to].name, s->at[from].name) == 0)
		to++;
	return to - from;
}

static void put_row(struct buf *out, const struct history_run *r, const struct kept *k, size_t n)
{
	struct site_row row = { .name = k->name, .n_series = n, .first_ns = INT64_MAX, .last_ns = INT64_MIN };
	struct history_span week = { 0 };
	size_t best = 0;

	for (size_t i = 0; i < n; i++) {
		row.first_ns = k[i].first_ns < row.first_ns ? k[i].first_ns : row.first_ns;
		row.last_ns = k[i].last_ns > row.last_ns ? k[i].last_ns : row.last_ns;
		if (history_is_closer(k[i].series, k[best].series))
			best = i;
	}
	row.series = k[best].series;
	if (read_fine(r, &k[best], ranges[1].s, &week, &row.figures))
		row.figures.n = 0;
	history_span_release(&week);
	site_index_row(out, &row);
}

static int put_index(const struct site *s)
{
	char path[PATH_MAX];
	struct output out;

	if (snprintf(path, sizeof(path), "%s/index.html", s->run->s.site) >= PATH_MAX) {
		command_error(s->run->self, "'%s' is too long", s->run->s.site);
		return STATUS_FAILED;
	}
	int status = output_open(&out, s->run->self, path, s->run->s.color);
	if (status)
		return status;
	site_begin(&out.buf, NULL, s->run->to_ns);
	site_index_begin(&out.buf);
	for (size_t i = 0, n; i < s->n; i += n) {
		n = same_name(s, i);
		put_row(&out.buf, s->run, &s->at[i], n);
	}
	site_index_end(&out.buf);
	site_end(&out.buf);
	return output_finish(&out, STATUS_OK);
}

static int put_all(const struct site *s)
{
	int status = STATUS_OK;

	for (size_t i = 0, n; i < s->n && !status; i += n) {
		n = same_name(s, i);
		status = put_page(s->run, &s->at[i], n);
	}
	/* Last, so that it names no page that is not there. */
	return status ? status : put_index(s);
}

int history_site(const struct history_run *r)
{
	struct site s = { .run = r };
	int status = STATUS_FAILED;
	enum err e = history_list(r->s.store, keep, &s);

	if (s.is_full)
		e = ERR_MEMORY;
	if (e) {
		command_error(r->self, "cannot read '%s': %s", r->s.store, err_text(e));
	} else if (!s.n) {
		command_error(r->self,
			      "nothing is known; a monitor notes it: 'ntpscope monitor --watch HOST'");
	} else if (mkdir(r->s.site, 0755) != 0 && errno != EEXIST) {
		command_error(r->self, "cannot make '%s': %s", r->s.site, strerror(errno));
	} else {
		qsort(s.at, s.n, sizeof(*s.at), by_name);
		status = put_all(&s);
	}
	for (size_t i = 0; i < s.n; i++)
		free(s.at[i].name);
	free(s.at);
	return status;
}
