/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope import`: what chronyd's logs and ntpd's statistics say of the past, into the history. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/options.h"
#include "net/clock.h"
#include "proto/stats_line.h"
#include "store/history_build.h"
#include "store/journal.h"

struct settings {
	const char *store, *target;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 's', "store", "DIR", "where it is kept (/var/lib/ntpscope/history)", OPTION_TEXT, AT(store) },
	{ 0, "target", "NAME", "what the clock itself is called (local)", OPTION_TEXT, AT(target) },
};

enum { LINE_MOST = 4096 };

struct run {
	const struct command *self;
	struct settings s;
	struct journal *journal;
	struct history_table targets; /* of which something was added */
	uint64_t n_of[N_STATS_KINDS];
	unsigned long first_bad; /* of the file that is read; 0: none */
};

static int keep(struct run *r, const struct stats_line *l)
{
	const char *target = l->name[0] ? l->name : r->s.target;
	struct history_point points[STATS_VALUES_MAX];

	for (size_t i = 0; i < l->n; i++)
		points[i] = (struct history_point){ l->at[i].series, l->at[i].value };
	if (!journal_add(r->journal, l->time_ns, 0, target, points, l->n)) {
		history_table_row(&r->targets, target, "x");
		return STATUS_OK;
	}
	command_error(r->self, "cannot write to '%s': %s", r->s.store, strerror(errno));
	return STATUS_FAILED;
}

static int take_line(struct run *r, unsigned long number, const char *line, size_t len)
{
	struct stats_line l;
	enum stats_kind kind = stats_line_parse(line, len, &l);

	r->n_of[kind]++;
	if (kind == STATS_BAD && !r->first_bad)
		r->first_bad = number;
	return kind == STATS_NONE || kind == STATS_BAD ? STATUS_OK : keep(r, &l);
}

static int read_lines(struct run *r, FILE *f)
{
	char line[LINE_MOST];
	unsigned long number = 0;
	int status = STATUS_OK;

	while (!status && fgets(line, sizeof(line), f)) {
		size_t len = strcspn(line, "\n");
		bool is_whole = line[len] == '\n' || feof(f);
		status = take_line(r, ++number, line, is_whole ? len : 0);
		while (!is_whole && fgets(line, sizeof(line), f)) /* no line of a log is so long */
			is_whole = strchr(line, '\n');
	}
	return status;
}

static int read_file(struct run *r, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(path, "re");
	uint64_t n_bad = r->n_of[STATS_BAD];

	r->first_bad = 0;
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

static int tell(const struct run *r)
{
	bool any = false;

	for (int k = STATS_LOOPSTATS; k < N_STATS_KINDS; k++) {
		if (!r->n_of[k])
			continue;
		printf("%s: %llu lines%s\n", stats_kind_name((enum stats_kind)k),
		       (unsigned long long)r->n_of[k],
		       k == STATS_STATISTICS || k == STATS_TRACKING ? ", offsets turned: server minus us"
								    : "");
		any = true;
	}
	if (!any) {
		command_error(r->self, "nothing to import was found");
		return STATUS_FAILED;
	}
	if (fflush(stdout) != 0)
		return STATUS_FAILED;
	return r->n_of[STATS_BAD] ? STATUS_DAMAGED : STATUS_OK;
}

/* The past is in the journal now; round-robin files take nothing that is late, so they are made anew. */
static int rebuild(struct run *r)
{
	const char **names = calloc(r->targets.n ? r->targets.n : 1, sizeof(*names));
	size_t n_files;
	enum err e = names ? ERR_OK : ERR_MEMORY;

	for (size_t i = 0; i < r->targets.n && !e; i++)
		names[i] = r->targets.at[i].name;
	/* More of them than a table holds: then all. */
	if (!e && r->targets.n)
		e = history_rebuild(r->s.store, names, r->targets.n_refused ? 0 : r->targets.n,
				    clock_utc_ns(), &n_files);
	free(names);
	if (!e || e == ERR_UNSUPPORTED)
		return STATUS_OK;
	command_error(r->self,
		      "it is in the journal of '%s', but not yet in graphs: %s; say 'history --rebuild'",
		      r->s.store, err_text(e));
	return STATUS_FAILED;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct run r = { .self = self, .s = { .store = "/var/lib/ntpscope/history", .target = "local" } };
	int status = STATUS_OK;

	if (!options_parse(self, &r.s, &argc, argv, &status))
		return status;
	if (!r.s.target[0]) {
		command_error(self, "'--target' needs a name");
		return STATUS_FAILED;
	}
	if (journal_open(r.s.store, &r.journal)) {
		command_error(self, "cannot make '%s': %s", r.s.store, strerror(errno));
		return STATUS_FAILED;
	}
	for (int i = 0; !status && i < argc; i++)
		status = read_file(&r, argv[i]);
	journal_close(r.journal);
	int rebuilt = rebuild(&r);
	history_table_release(&r.targets);
	if (!status)
		status = tell(&r);
	return rebuilt ? rebuilt : status;
}

const struct command cmd_import = {
	.name = "import",
	.summary = "logs of chronyd and statistics of ntpd, into the history",
	.arguments = "FILE...",
	.about = "Reads chrony's measurements.log, statistics.log, tracking.log and refclocks.log,\n"
		 "and ntpd's or NTPsec's loopstats, peerstats and rawstats, plain or '-', into the\n"
		 "history, so that it does not begin today.  Every offset becomes server minus us.",
	.examples = "ntpscope import /var/log/chrony/*.log\n"
		    "zcat /var/log/ntpstats/peerstats.*.gz | ntpscope import -\n"
		    "ntpscope history --range 30d\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.min_arguments = 1,
	.run = run,
};
