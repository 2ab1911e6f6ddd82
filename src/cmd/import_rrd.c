/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/import_rrd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/history_series.h"
#include "store/rrd_file.h"

struct meaning {
	const char *series; /* NULL: left out */
	double factor;
	uint64_t n;
};

struct run {
	const struct command *self;
	const char *target;
	struct journal_once *journal;
	bool is_broken;
	struct rrd_file file;
	struct meaning meaning[RRD_SOURCES_MAX];
};

bool import_is_rrd(const char *path)
{
	char begin[4] = "";
	FILE *f = strcmp(path, "-") == 0 ? NULL : fopen(path, "re");

	if (!f)
		return false;
	bool is_rrd = fread(begin, 1, sizeof(begin), f) == sizeof(begin) && memcmp(begin, "RRD", 4) == 0;
	fclose(f);
	return is_rrd;
}

/* "DS=SERIES*FACTOR": true when it is about this source. */
static bool is_about(const char *text, const char *source)
{
	size_t len = strlen(source);

	return strncmp(text, source, len) == 0 && text[len] == '=';
}

/* False after one line. */
static bool understand(struct run *r, const char *text, struct meaning *out)
{
	char name[HISTORY_NAME_MAX];
	const char *series = strchr(text, '=') + 1;
	size_t len = strcspn(series, "*");
	char *end = NULL;
	double factor = series[len] ? strtod(series + len + 1, &end) : 1;

	if (len && len < sizeof(name)) {
		memcpy(name, series, len);
		name[len] = '\0';
		const struct history_series *s = history_series_find(name);
		out->series = s ? s->name : NULL;
	}
	out->factor = factor;
	if (out->series && isfinite(factor) && (!end || (!*end && end > series + len + 1)))
		return true;
	command_error(r->self, "bad value '%s' for '--ds': it is DS=SERIES or DS=SERIES*FACTOR, like %s",
		      text, "offset_s*0.001");
	return false;
}

static bool find_meanings(struct run *r, const struct text_list *sources, size_t *n_known)
{
	*n_known = 0;
	for (size_t i = 0; i < r->file.n; i++) {
		const struct history_series *same = history_series_find(r->file.source[i]);
		r->meaning[i] = (struct meaning){ same ? same->name : NULL, 1, 0 };
		for (size_t k = 0; k < sources->n; k++)
			if (is_about(sources->at[k], r->file.source[i]) &&
			    !understand(r, sources->at[k], &r->meaning[i]))
				return false;
		*n_known += r->meaning[i].series != NULL;
	}
	return true;
}

static bool take(void *arg, size_t i, int64_t time_s, int64_t every_s, double value)
{
	struct run *r = arg;
	struct meaning *m = &r->meaning[i];

	if (!m->series || !isfinite(value * m->factor))
		return true;
	struct history_point p = { m->series, value * m->factor };
	enum err e = journal_once_add(r->journal, time_s * NS_PER_S, every_s * NS_PER_S, r->target, &p, 1);
	if (e) {
		command_error(r->self, "cannot write '%s': %s", journal_once_file(r->journal), err_text(e));
		r->is_broken = true;
		return false;
	}
	m->n++;
	return true;
}

static void tell_unknown(const struct run *r, const char *path)
{
	char list[RRD_SOURCES_MAX * (RRD_SOURCE_NAME_MAX + 4)] = "";
	size_t n = 0;

	for (size_t i = 0; i < r->file.n; i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s'%s'", i ? ", " : "", r->file.source[i]);
	command_error(r->self, "'%s' has %s: '--ds %s=SERIES*FACTOR' says what that is", path, list,
		      r->file.source[0]);
}

static int tell(const struct run *r, const char *path)
{
	for (size_t i = 0; i < r->file.n; i++) {
		const struct meaning *m = &r->meaning[i];
		if (!m->series)
			printf("%s: '%s' left out\n", path, r->file.source[i]);
		else if (m->factor == 1)
			printf("%s: %llu values of '%s' as %s\n", path, (unsigned long long)m->n,
			       r->file.source[i], m->series);
		else
			printf("%s: %llu values of '%s' as %s, times %g\n", path, (unsigned long long)m->n,
			       r->file.source[i], m->series, m->factor);
	}
	return STATUS_OK;
}

static int read_all(struct run *r, const char *path, const struct text_list *sources)
{
	const struct rrd_reader reader = { take, r };
	size_t n_known;
	enum err e = rrd_file_open(path, &r->file);

	if (!e && !find_meanings(r, sources, &n_known))
		return STATUS_FAILED;
	if (!e && !n_known) {
		tell_unknown(r, path);
		return STATUS_FAILED;
	}
	if (!e)
		e = rrd_file_read(path, &r->file, &reader);
	if (!e)
		return tell(r, path);
	if (!r->is_broken)
		command_error(r->self, "cannot read '%s': %s", path,
			      e == ERR_UNSUPPORTED ? "this ntpscope was built without librrd"
			      : e == ERR_FORMAT    ? "librrd does not understand it"
						   : err_text(e));
	return STATUS_FAILED;
}

int import_rrd(const struct command *self, const char *path, const struct text_list *sources,
	       const char *target, struct journal_once *journal)
{
	struct run *r = calloc(1, sizeof(*r));

	if (!r) {
		command_error(self, "no memory");
		return STATUS_FAILED;
	}
	r->self = self;
	r->target = target;
	r->journal = journal;
	int status = read_all(r, path, sources);
	free(r);
	return status;
}
