/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope import`: what logs, statistics and round-robin files say of the past, into the history. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/import_rrd.h"
#include "cmd/options.h"
#include "engine/reading_made.h"
#include "net/clock.h"
#include "proto/pool_csv.h"
#include "proto/stats_line.h"
#include "store/history_build.h"
#include "store/journal_once.h"

struct settings {
	const char *store, *target;
	struct text_list sources;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 's', "store", "DIR", "where it is kept (/var/lib/ntpscope/history)", OPTION_TEXT, AT(store) },
	{ 0, "target", "NAME", "what the clock itself is called (local; pool)", OPTION_TEXT, AT(target) },
	{ 0, "ds", "DS=SERIES[*N]", "what a source of an RRD file is, times N", OPTION_TEXTS, AT(sources) },
};

enum { LINE_MOST = 4096 };

/* Of the machine whose logs these are. */
#define OWN_NAME "local"

struct run {
	const struct command *self;
	struct settings s;
	struct journal_once *journal;
	struct pool_csv pool; /* of the file that is read */
	bool had_rrd;
	struct history_table targets; /* of which something was read */
	uint64_t n_of[N_STATS_KINDS];
	unsigned long first_bad; /* of the file that is read; 0: none */
};

/* "/dev/ttyS0" is "ttyS0", as the monitor calls it. */
static bool name_of(const struct run *r, const struct stats_line *l, char out[HISTORY_TARGET_MAX])
{
	const char *name = l->is_part && strncmp(l->name, "/dev/", 5) == 0 ? l->name + 5 : l->name;
	/* What the pool saw is of a server that only the user can name, hardly of this machine. */
	const char *target = r->s.target ? r->s.target : l->kind == STATS_POOL ? "pool" : OWN_NAME;
	char part[STATS_NAME_MAX];

	reading_part(part, sizeof(part), name, strlen(name));
	if (l->is_part)
		return reading_name(target, part, out);
	return reading_name(l->name[0] ? l->name : target, "", out);
}

static int cannot_write(const struct run *r, enum err e)
{
	command_error(r->self, "cannot write '%s': %s", journal_once_file(r->journal), err_text(e));
	return STATUS_FAILED;
}

static int keep(struct run *r, const struct stats_line *l)
{
	struct history_point points[STATS_VALUES_MAX];
	char name[HISTORY_TARGET_MAX];

	for (size_t i = 0; i < l->n; i++)
		points[i] = (struct history_point){ l->at[i].series, l->at[i].value };
	if (!l->n || !name_of(r, l, name))
		return STATUS_OK;
	history_table_row(&r->targets, name, "x");
	enum err e = journal_once_add(r->journal, l->time_ns, 0, name, points, l->n);
	return e ? cannot_write(r, e) : STATUS_OK;
}

static void note_bad(struct run *r, unsigned long number)
{
	r->n_of[STATS_BAD]++;
	if (!r->first_bad)
		r->first_bad = number;
}

static int take_line(struct run *r, unsigned long number, const char *line, size_t len)
{
	struct stats_line l = { .kind = STATS_NONE };

	if (number == 1 && pool_csv_begin(&r->pool, line, len))
		return STATUS_OK;
	if (r->pool.is_known)
		pool_csv_line(&r->pool, line, len, &l);
	else
		stats_line_parse(line, len, &l);
	if (l.kind == STATS_BAD) {
		note_bad(r, number);
		return STATUS_OK;
	}
	r->n_of[l.kind]++;
	return l.kind == STATS_NONE ? STATUS_OK : keep(r, &l);
}

/* False at the end.  No line of a log is so long as not to fit, and none has a zero octet, as files have them
 * after a power failure: such a one is not sound. */
static bool next_line(FILE *f, char line[LINE_MOST], size_t *len, bool *is_sound)
{
	size_t n = 0;
	int c;

	*is_sound = true;
	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		*is_sound = *is_sound && c && n < LINE_MOST - 1;
		if (*is_sound)
			line[n++] = (char)c;
	}
	line[n] = '\0';
	*len = n;
	return c == '\n' || n || !*is_sound;
}

static int read_lines(struct run *r, FILE *f)
{
	char line[LINE_MOST];
	unsigned long number = 0;
	int status = STATUS_OK;
	bool is_sound;
	size_t len;

	while (!status && next_line(f, line, &len, &is_sound)) {
		number++;
		if (is_sound)
			status = take_line(r, number, line, len);
		else
			note_bad(r, number);
	}
	return status;
}

static int read_log(struct run *r, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(path, "re");
	uint64_t n_bad = r->n_of[STATS_BAD];

	r->first_bad = 0;
	r->pool.is_known = false;
	if (!f) {
		command_error(r->self, "cannot read '%s': %s", path, strerror(errno));
		return STATUS_FAILED;
	}
	int status = read_lines(r, f);
	if (!status && ferror(f)) {
		command_error(r->self, "cannot read '%s': %s", path, strerror(errno));
		status = STATUS_FAILED;
	}
	if (r->first_bad)
		command_warning(r->self,
				"'%s': %llu lines are of no kind that is known, the first is line %lu", path,
				(unsigned long long)(r->n_of[STATS_BAD] - n_bad), r->first_bad);
	if (!is_stdin)
		fclose(f);
	return status;
}

static int read_rrd(struct run *r, const char *path)
{
	const char *target = r->s.target ? r->s.target : OWN_NAME;

	r->had_rrd = true;
	history_table_row(&r->targets, target, "x");
	return import_rrd(r->self, path, &r->s.sources, target, r->journal);
}

static int read_file(struct run *r, const char *path)
{
	int status = import_is_rrd(path) ? read_rrd(r, path) : read_log(r, path);
	/* Also of a file that could not be read to its end; what could not be written waits no more. */
	enum err e = journal_once_flush(r->journal);

	return e ? cannot_write(r, e) : status;
}

/* What was done to values, where they did not stay as they were. */
static const char *remark(enum stats_kind kind)
{
	switch (kind) {
	case STATS_LOOPSTATS: return ", frequencies turned: fast is positive";
	case STATS_STATISTICS: return ", estimated offsets, turned: server minus us";
	case STATS_TRACKING: return ", offsets turned: server minus us";
	case STATS_SYSSTATS: return ", counts are rates over the time since the reset";
	case STATS_CLOCKSTATS: return ", of codes the state that they show";
	case STATS_GPSD: return ", satellites are those in view";
	case STATS_TEMPS: return ", in degrees Celsius";
	case STATS_POOL: return ", offsets as they were: server minus the pool's monitor";
	case STATS_NONE:
	case STATS_BAD:
	case STATS_PEERSTATS:
	case STATS_RAWSTATS:
	case STATS_MEASUREMENTS:
	case STATS_REFCLOCKS:
	case STATS_SELECTION:
	case N_STATS_KINDS: break;
	}
	return "";
}

static void tell_known(const struct run *r)
{
	struct journal_once_counts c = journal_once_counts(r->journal);

	if (!c.n_known)
		return;
	printf("of %" PRIu64 " values %" PRIu64 " were there already and are left out", c.n_added + c.n_known,
	       c.n_known);
	if (c.n_other)
		printf("; of those %" PRIu64 " are other than what is there, which stays", c.n_other);
	putchar('\n');
}

static int tell(const struct run *r)
{
	bool any = r->had_rrd;

	for (int k = STATS_LOOPSTATS; k < N_STATS_KINDS; k++) {
		if (!r->n_of[k])
			continue;
		printf("%s: %llu lines%s\n", stats_kind_name((enum stats_kind)k),
		       (unsigned long long)r->n_of[k], remark((enum stats_kind)k));
		any = true;
	}
	if (!any) {
		command_error(r->self, "nothing to import was found");
		return STATUS_FAILED;
	}
	tell_known(r);
	if (fflush(stdout) != 0)
		return STATUS_FAILED;
	return r->n_of[STATS_BAD] ? STATUS_DAMAGED : STATUS_OK;
}

/* The past is in the journal now; round-robin files take nothing that is late, so they are made anew. */
static int rebuild(struct run *r)
{
	const char **names = calloc(r->targets.n ? r->targets.n : 1, sizeof(*names));
	struct history_made made = { 0 };
	enum err e = names ? ERR_OK : ERR_MEMORY;

	for (size_t i = 0; i < r->targets.n && !e; i++)
		names[i] = r->targets.at[i].name;
	/* More of them than a table holds: then all. */
	if (!e && r->targets.n)
		e = history_rebuild(r->s.store, names, r->targets.n_refused ? 0 : r->targets.n,
				    clock_utc_ns(), &made);
	free(names);
	if (!e || e == ERR_UNSUPPORTED)
		return STATUS_OK;
	command_error(
		r->self,
		"what is in the journal of '%s' is not yet in graphs: '%s': %s; say 'history --rebuild'",
		r->s.store, made.failed, err_text(e));
	return STATUS_FAILED;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct run r = { .self = self, .s = { .store = "/var/lib/ntpscope/history" } };
	int status = STATUS_OK;

	if (!options_parse(self, &r.s, &argc, argv, &status))
		return status;
	if (r.s.target && !r.s.target[0]) {
		command_error(self, "'--target' needs a name");
		return STATUS_FAILED;
	}
	enum err e = journal_once_open(r.s.store, &r.journal);
	if (e) {
		command_error(self, "cannot make '%s': %s", r.s.store, err_text(e));
		return STATUS_FAILED;
	}
	for (int i = 0; !status && i < argc; i++)
		status = read_file(&r, argv[i]);
	int rebuilt = rebuild(&r);
	history_table_release(&r.targets);
	if (!status)
		status = tell(&r);
	journal_once_close(r.journal);
	return rebuilt ? rebuilt : status;
}

const struct command cmd_import = {
	.name = "import",
	.summary = "logs and statistics of daemons, RRD files, into the history",
	.arguments = "FILE...",
	.about = "Reads chrony's measurements.log, statistics.log, tracking.log, refclocks.log and\n"
		 "selection.log, ntpd's or NTPsec's loopstats, peerstats, rawstats, clockstats and\n"
		 "sysstats, NTPsec's logs of gpsd and temperatures, the NTP Pool's scores as CSV,\n"
		 "plain or '-', and round-robin (RRD) files, into the history, so that it does not\n"
		 "begin today.  Every offset becomes server minus us, every frequency positive\n"
		 "for a clock that runs fast.  What is there already is left out.",
	.examples = "ntpscope import /var/log/chrony/*.log\n"
		    "zcat /var/log/ntpstats/peerstats.*.gz | ntpscope import -\n"
		    "ntpscope import --target ntp1 --ds 'offset=offset_s*-0.001' ntp1.rrd\n"
		    "ntpscope history --range 30d\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.min_arguments = 1,
	.run = run,
};
