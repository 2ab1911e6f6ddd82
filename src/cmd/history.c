/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope history`: what a monitor noted of the servers that it watches, over time. */
#include "cmd/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "net/clock.h"
#include "store/history_build.h"

#define AT(member) .offset = offsetof(struct history_settings, member)

static const struct option_row rows[] = {
	{ 's', "store", "DIR", "where it is kept (/var/lib/ntpscope/history)", OPTION_TEXT, AT(store) },
	{ 'r', "range", "TIME", "so far back: 6h, 7d, 365d (1d)", OPTION_DURATION, AT(range_ns), .min = 1,
	  .max = UINT64_C(100) * 366 * 86400 },
	{ 0, "end", "WHEN", "up to then: 2026-03-01T00:00:00Z (now)", OPTION_TEXT, AT(end) },
	{ 0, "local", NULL, "times by the local clock, not UTC", OPTION_FLAG, AT(local) },
	{ 0, "log", NULL, "logarithmic axis of values", OPTION_FLAG, AT(log) },
	PICTURE_ROWS(offsetof(struct history_settings, picture)),
	{ 0, "title", "TEXT", "instead of our own", OPTION_TEXT, AT(title) },
	{ 0, "exact", NULL, "every value as it was measured, as CSV", OPTION_FLAG, AT(exact) },
	{ 0, "site", "DIR", "a folder of web pages: day, week, month, year", OPTION_TEXT, AT(site) },
	{ 0, "rebuild", NULL, "make the round-robin files anew from the journal", OPTION_FLAG, AT(rebuild) },
	{ 0, "series", NULL, "lists all series that there can be", OPTION_FLAG, AT(series) },
	{ 'o', "output", "FILE", "write there, not to standard output", OPTION_TEXT, AT(output) },
	{ 0, "color", NULL, "color in the output", OPTION_CHOICE, AT(color), .choices = "auto|always|never" },
};

/* TARGET or TARGET:SERIES; an IPv6 address has colons of its own. */
static bool take_choice(struct history_run *r, const char *text)
{
	struct history_choice *c = &r->choices[r->n];
	const char *colon = strrchr(text, ':');
	size_t len = strlen(text);

	c->series = colon ? history_series_meant(colon + 1, strlen(colon + 1)) : NULL;
	if (c->series)
		len = (size_t)(colon - text);
	if (!len || len >= sizeof(c->target)) {
		command_error(r->self, "'%s' is no target with a series: say HOST or HOST:offset", text);
		return false;
	}
	memcpy(c->target, text, len);
	c->target[len] = '\0';
	r->n++;
	return true;
}

static bool take_range(struct history_run *r)
{
	r->to_ns = clock_utc_ns();
	if (r->s.end && !nstime_parse(r->s.end, &r->to_ns)) {
		command_error(r->self, "'%s' is no moment like 2026-03-01T00:00:00Z", r->s.end);
		return false;
	}
	r->from_ns = ns_minus(r->to_ns, r->s.range_ns);
	return true;
}

int history_tell_damage(const struct history_run *r, const struct history_damage *d)
{
	unsigned long long n_bad = d->n_bad, n_lines = d->n_lines, n_days = d->n_days;
	const char *what = n_bad == 1 ? "is damaged and was passed over" : "are damaged and were passed over";

	if (n_bad && n_lines)
		command_warning(r->self, "'%s': %llu of %llu lines %s", r->s.store, n_bad, n_lines, what);
	else if (n_bad)
		command_warning(r->self, "'%s': %llu line%s %s", r->s.store, n_bad, n_bad == 1 ? "" : "s",
				what);
	if (n_days == 1)
		command_warning(r->self, "'%s/%s' cannot be read to its end", r->s.store, d->first_day);
	else if (n_days)
		command_warning(r->self, "'%s': %llu days cannot be read to their end, the first is '%s'",
				r->s.store, n_days, d->first_day);
	return n_bad || n_days ? STATUS_DAMAGED : STATUS_OK;
}

/* Names of targets, all of them without. */
static int rebuild(const struct history_run *r, const char *const *names, size_t n)
{
	struct history_made made = { 0 };
	enum err e = history_rebuild(r->s.store, names, n, clock_utc_ns(), &made);

	if (e == ERR_UNSUPPORTED)
		command_error(r->self,
			      "built without round-robin files (meson -Drrd=enabled needs librrd-dev)");
	else if (e)
		command_error(r->self, "cannot make the files of '%s' anew: '%s': %s", r->s.store,
			      made.failed, err_text(e));
	else if (n && !made.n_files)
		command_error(r->self, "nothing is known of '%s'", names[0]);
	else
		printf("%zu files made anew\n", made.n_files);
	if (e || (n && !made.n_files) || fflush(stdout) != 0)
		return STATUS_FAILED;
	return history_tell_damage(r, &(struct history_damage){ .n_bad = made.n_bad,
								.n_days = made.n_damaged_days,
								.first_day = made.first_damaged });
}

static int list_series(void)
{
	const struct history_series *s;

	for (size_t i = 0; (s = history_series_at(i)); i++)
		printf("%-24s %s\n", s->name, s->title);
	return fflush(stdout) != 0 ? STATUS_FAILED : STATUS_OK;
}

static bool fits_together(const struct history_run *r)
{
	if (r->s.exact && r->s.picture.format == PICTURE_JSON) {
		command_error(r->self, "'--exact' writes CSV; '--format json' is for graphs and the list");
		return false;
	}
	if (r->s.exact + r->s.rebuild + (r->s.site != NULL) > 1) {
		command_error(r->self, "'--exact', '--site' and '--rebuild' are three different things");
		return false;
	}
	return true;
}

static int dispatch(struct history_run *r, int argc, char **argv)
{
	if (!fits_together(r) || !take_range(r))
		return STATUS_FAILED;
	if (r->s.series)
		return list_series();
	if (r->s.rebuild)
		return rebuild(r, (const char *const *)argv, (size_t)argc);
	if (argc > HISTORY_CHOICES_MAX) {
		command_error(r->self, "%d series are the most at once", HISTORY_CHOICES_MAX);
		return STATUS_FAILED;
	}
	for (int i = 0; i < argc; i++)
		if (!take_choice(r, argv[i]))
			return STATUS_FAILED;
	if (r->s.site)
		return history_site(r);
	if (!history_choose(r))
		return STATUS_FAILED;
	if (r->s.exact)
		return history_export(r);
	if (!picture_settle(r->self, &r->s.picture, &r->s.output))
		return STATUS_FAILED;
	return argc ? history_graph(r) : history_show_list(r);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct history_run *r = calloc(1, sizeof(*r));
	int status = STATUS_FAILED;

	if (!r) {
		command_error(self, "no memory");
		return STATUS_FAILED;
	}
	r->self = self;
	r->s.store = "/var/lib/ntpscope/history";
	r->s.range_ns = 86400 * NS_PER_S;
	if (options_parse(self, &r->s, &argc, argv, &status))
		status = dispatch(r, argc, argv);
	free(r);
	return status;
}

const struct command cmd_history = {
	.name = "history",
	.summary = "watched servers over time: a picture, or on the terminal",
	.arguments = "[HOST[:SERIES]]...",
	.about = "Draws what 'ntpscope monitor --watch HOST' noted: offset, delay, reach and so on\n"
		 "of each server, least and greatest value of each column.  Series of different\n"
		 "units stand under each other, with one axis of time.  HOST alone is its\n"
		 "offset, or what comes closest: offset of its clock, of its pulses, state, fix,\n"
		 "requests.  Without arguments it lists what there is; --series names all that\n"
		 "there can be.  -o FILE.svg or .png makes a picture, --site DIR a web site.",
	.examples = "ntpscope history\n"
		    "ntpscope history ntp1.example.net ntp2.example.net --range 7d -o offset.svg\n"
		    "ntpscope history 'dcf/GENERIC(0):clock_event' dcf:reach --range 30d -o dcf.png\n"
		    "ntpscope history ntp1.example.net --range 30d --exact -o offsets.csv\n"
		    "ntpscope history --site /var/www/ntp\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.run = run,
};
