/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_rrd.h"

#ifdef NTPSCOPE_RRD

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/inherit.h"
#include "store/rrd_library.h"

static const struct layout {
	int64_t step_s, n_rows;
} layouts[] = { { 60, 2880 }, { 300, 8640 }, { 3600, 9600 }, { 86400, 3650 } };

static const char *const functions[] = { "AVERAGE", "MIN", "MAX", "LAST" };

enum {
	N_LAYOUTS = sizeof(layouts) / sizeof(layouts[0]),
	N_FUNCTIONS = 4,
	ARGS_AT_ONCE = 1024,
	ARG_MAX_LEN = 48,
	FILE_SIZE = 800000,       /* more or less */
	FIRST_TIME_S = 320000000, /* librrd knows nothing before 1980 */
};

bool history_rrd_is_built(void)
{
	return rrd_library() != NULL;
}

/* What librrd says it says in words; errno is left by what it called. */
static enum err failed(void)
{
	bool is_system = errno == ENOSPC || errno == EACCES || errno == EROFS || errno == ENOENT ||
			 errno == EAGAIN || errno == EMFILE || errno == ENFILE || errno == EDQUOT;
	rrd_library()->clear_error();
	return is_system ? ERR_SYS : ERR_FORMAT;
}

enum err history_rrd_state(const char *path, struct history_rrd_state *out)
{
	time_t last;
	unsigned long n = 0;
	char **names = NULL, **values = NULL, *end;
	struct stat st;

	*out = (struct history_rrd_state){ 0 };
	if (lstat(path, &st) != 0)
		return ERR_SYS;
	/* A link to nowhere is not nothing, and librrd would wait at the end of a pipe. */
	bool is_there = stat(path, &st) == 0;
	if (is_there ? !S_ISREG(st.st_mode) : errno == ENOENT)
		return ERR_FORMAT;
	if (!is_there || access(path, R_OK) != 0)
		return ERR_SYS;
	errno = 0;
	rrd_library()->clear_error();
	if (rrd_library()->lastupdate_r(path, &last, &n, &names, &values) != 0)
		return failed();
	/* The name of its one source is when it begins. */
	enum err e = n == 1 && names[0][0] == 'f' ? ERR_OK : ERR_FORMAT;
	if (!e) {
		out->first_s = strtoll(names[0] + 1, &end, 10);
		out->last_s = last;
		e = *end || last < FIRST_TIME_S ? ERR_FORMAT : ERR_OK;
	}
	for (unsigned long i = 0; i < n; i++) {
		rrd_library()->freemem(names[i]);
		rrd_library()->freemem(values[i]);
	}
	rrd_library()->freemem(names);
	rrd_library()->freemem(values);
	return e;
}

/* ---- writing ------------------------------------------------------------------------------------- */

/* librrd has taken its unfinished file away, and with it errno: what becomes of another of that size, and
 * of such a name?  0: it fits. */
static int why_no_file(const char *path)
{
	char other[PATH_MAX];

	if (snprintf(other, sizeof(other), "%sXXXXXX", path) >= PATH_MAX)
		return ENAMETOOLONG;
	int fd = mkostemp(other, O_CLOEXEC);
	int why = fd < 0 ? errno : posix_fallocate(fd, 0, FILE_SIZE);
	if (fd >= 0) {
		close(fd);
		unlink(other);
	}
	return why;
}

static enum err create(const char *path, int64_t start_s)
{
	char texts[1 + N_LAYOUTS * N_FUNCTIONS][64];
	const char *args[1 + N_LAYOUTS * N_FUNCTIONS];
	int n = 0;

	/* How long a value stands is ours to say, with "unknown" put in between: to librrd it is for ever. */
	snprintf(texts[n++], sizeof(texts[0]), "DS:f%" PRId64 ":GAUGE:2000000000:U:U", start_s);
	for (size_t i = 0; i < N_LAYOUTS; i++)
		for (size_t f = 0; f < N_FUNCTIONS; f++)
			snprintf(texts[n++], sizeof(texts[0]), "RRA:%s:0.999999:%" PRId64 ":%" PRId64,
				 functions[f], layouts[i].step_s, layouts[i].n_rows);
	for (int i = 0; i < n; i++)
		args[i] = texts[i];
	errno = 0;
	rrd_library()->clear_error();
	if (rrd_library()->create_r(path, 1, start_s, n, args) != 0) {
		int why = why_no_file(path);
		errno = why ? why : EIO;
		rrd_library()->clear_error();
		return ERR_SYS;
	}
	inherit_owner(path);
	return ERR_OK;
}

/* Updates on their way to librrd. */
struct batch {
	const char *path;
	int n;
	char texts[ARGS_AT_ONCE][ARG_MAX_LEN];
	const char *args[ARGS_AT_ONCE];
};

static enum err send(struct batch *b)
{
	int n = b->n;

	b->n = 0;
	errno = 0;
	rrd_library()->clear_error();
	return !n || rrd_library()->update_r(b->path, NULL, n, b->args) == 0 ? ERR_OK : failed();
}

/* Two of them, at most, belong together: they go in one call. */
static enum err put(struct batch *b, const struct history_value *v, int64_t prev_s)
{
	int64_t from_s = history_value_from_s(v, prev_s);
	enum err e = b->n + 2 > ARGS_AT_ONCE ? send(b) : ERR_OK;

	if (from_s > prev_s)
		snprintf(b->texts[b->n++], ARG_MAX_LEN, "%" PRId64 ":U", from_s);
	/* As many digits as the journal has: from there the file has to become the same. */
	snprintf(b->texts[b->n++], ARG_MAX_LEN, "%" PRId64 ":%.12g", v->time_s, v->value);
	return e;
}

static enum err put_all(struct batch *b, const struct history_value *v, size_t n, int64_t last_s,
			size_t *n_late)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < n && !e; i++) {
		if (v[i].time_s < last_s)
			++*n_late;
		if (v[i].time_s <= last_s)
			continue;
		e = put(b, &v[i], last_s);
		last_s = v[i].time_s;
	}
	return e ? e : send(b);
}

enum err history_rrd_update(const char *path, const struct history_value *v, size_t n, size_t *n_late)
{
	struct history_rrd_state st;
	struct batch *b;

	*n_late = 0;
	while (n && (v->time_s < FIRST_TIME_S || !isfinite(v->value)))
		v++, n--;
	if (!n)
		return ERR_OK;
	enum err e = history_rrd_state(path, &st);
	if (e == ERR_SYS && errno == ENOENT) {
		st.last_s = history_value_from_s(v, INT64_MIN);
		e = create(path, st.last_s);
	}
	if (e)
		return e;
	b = malloc(sizeof(*b));
	if (!b)
		return ERR_MEMORY;
	b->path = path;
	b->n = 0;
	for (size_t i = 0; i < ARGS_AT_ONCE; i++)
		b->args[i] = b->texts[i];
	e = put_all(b, v, n, st.last_s, n_late);
	free(b);
	return e;
}

/* ---- reading ------------------------------------------------------------------------------------- */

/* Where the rows of a layout begin: they are overwritten. */
static int64_t begin_s(const struct history_rrd_state *st, const struct layout *l)
{
	return history_floor_s(st->last_s, l->step_s) - l->n_rows * l->step_s;
}

int64_t history_rrd_step_s(const struct history_rrd_state *st, int64_t from_s)
{
	if (from_s < st->first_s)
		from_s = st->first_s;
	for (size_t i = 0; i < N_LAYOUTS; i++)
		if (begin_s(st, &layouts[i]) <= from_s)
			return layouts[i].step_s;
	return layouts[N_LAYOUTS - 1].step_s;
}

struct rows {
	int64_t start_s;
	size_t n;
	rrd_value_t *of[N_FUNCTIONS];
};

static void rows_release(struct rows *r)
{
	for (size_t f = 0; f < N_FUNCTIONS; f++)
		rrd_library()->freemem(r->of[f]);
}

static enum err fetch(const char *path, int64_t from_s, int64_t to_s, int64_t step_s, struct rows *r)
{
	*r = (struct rows){ 0 };
	for (size_t f = 0; f < N_FUNCTIONS; f++) {
		time_t start = from_s, end = to_s;
		unsigned long step = (unsigned long)step_s, n_sources = 0;
		char **names = NULL;
		errno = 0;
		rrd_library()->clear_error();
		if (rrd_library()->fetch_r(path, functions[f], &start, &end, &step, &n_sources, &names,
					   &r->of[f]) != 0)
			return failed();
		for (unsigned long i = 0; i < n_sources; i++)
			rrd_library()->freemem(names[i]);
		rrd_library()->freemem(names);
		size_t n = (size_t)(end - start) / step;
		if (n_sources != 1 || step != (unsigned long)step_s ||
		    (f && (start != r->start_s || n != r->n)))
			return ERR_FORMAT;
		r->start_s = start;
		r->n = n;
	}
	return ERR_OK;
}

static enum err lay_rows(const char *path, int64_t from_s, int64_t to_s, int64_t step_s,
			 struct history_sum *sum)
{
	struct rows r;
	enum err e = fetch(path, from_s, to_s - 1, step_s, &r);

	for (size_t i = 0; i < r.n && !e; i++) {
		int64_t start_s = r.start_s + (int64_t)i * step_s;
		const struct history_bucket b = { r.of[0][i], r.of[1][i], r.of[2][i],
						  isnan(r.of[3][i]) ? r.of[0][i] : r.of[3][i] };
		if (start_s >= from_s && start_s + step_s <= to_s)
			history_sum_add(sum, start_s, start_s + step_s, &b);
	}
	rows_release(&r);
	return e;
}

enum err history_rrd_read(const char *path, const struct history_rrd_state *st, struct history_sum *sum)
{
	int64_t at_s = sum->start_s, end_s = sum->start_s + (int64_t)sum->n * sum->width_s;
	enum err e = ERR_OK;

	for (size_t i = N_LAYOUTS; i-- > 0 && !e;) {
		const struct layout *l = &layouts[i];
		int64_t whole_s = history_floor_s(st->last_s, l->step_s);
		if (sum->width_s % l->step_s != 0)
			continue;
		if (at_s < begin_s(st, l))
			at_s = begin_s(st, l);
		if (whole_s > end_s)
			whole_s = end_s;
		if (at_s >= whole_s)
			continue;
		e = lay_rows(path, at_s, whole_s, l->step_s, sum);
		at_s = whole_s;
	}
	return e;
}

#else

bool history_rrd_is_built(void)
{
	return false;
}

enum err history_rrd_state(const char *path, struct history_rrd_state *out)
{
	(void)path;
	*out = (struct history_rrd_state){ 0 };
	return ERR_UNSUPPORTED;
}

enum err history_rrd_update(const char *path, const struct history_value *v, size_t n, size_t *n_late)
{
	(void)path;
	(void)v;
	(void)n;
	*n_late = 0;
	return ERR_UNSUPPORTED;
}

int64_t history_rrd_step_s(const struct history_rrd_state *st, int64_t from_s)
{
	(void)st;
	(void)from_s;
	return 60;
}

enum err history_rrd_read(const char *path, const struct history_rrd_state *st, struct history_sum *sum)
{
	(void)path;
	(void)st;
	(void)sum;
	return ERR_UNSUPPORTED;
}

#endif
