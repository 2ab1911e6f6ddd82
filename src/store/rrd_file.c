/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/rrd_file.h"

#ifdef NTPSCOPE_RRD

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/rrd_library.h"

/* ---- what is in it ------------------------------------------------------------------------------- */

struct archive {
	int64_t rows, steps;
	bool is_average;
};

/* "ds[NAME].index" is NAME. */
static void take_source(struct rrd_file *f, const char *key)
{
	const char *name = key + strlen("ds["), *end = strchr(name, ']');

	if (!end || strcmp(end, "].index") != 0 || f->n == RRD_SOURCES_MAX ||
	    (size_t)(end - name) >= RRD_SOURCE_NAME_MAX)
		return;
	memcpy(f->source[f->n++], name, (size_t)(end - name));
}

/* "rra[3].rows" */
static void take_archive(struct archive a[RRD_ARCHIVES_MAX], const rrd_info_t *i)
{
	char *end;
	unsigned long n = strtoul(i->key + strlen("rra["), &end, 10);

	if (n >= RRD_ARCHIVES_MAX)
		return;
	if (strcmp(end, "].cf") == 0 && i->type == RD_I_STR)
		a[n].is_average = strcmp(i->value.u_str, "AVERAGE") == 0;
	else if (strcmp(end, "].rows") == 0 && i->type == RD_I_CNT)
		a[n].rows = (int64_t)i->value.u_cnt;
	else if (strcmp(end, "].pdp_per_row") == 0 && i->type == RD_I_CNT)
		a[n].steps = (int64_t)i->value.u_cnt;
}

static int by_step(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void keep_averages(struct rrd_file *f, const struct archive a[RRD_ARCHIVES_MAX])
{
	static const int64_t most = INT64_C(1) << 40;

	for (size_t i = 0; i < RRD_ARCHIVES_MAX; i++) {
		if (!a[i].is_average || a[i].steps <= 0 || a[i].rows <= 0 || a[i].steps > most / f->step_s ||
		    a[i].rows > most / (a[i].steps * f->step_s))
			continue;
		int64_t step_s = a[i].steps * f->step_s, last_s = f->last_s - f->last_s % step_s;
		f->archive[f->n_archives].step_s = step_s;
		f->archive[f->n_archives++].first_s = last_s - step_s * a[i].rows;
	}
	/* step_s is what each begins with. */
	qsort(f->archive, f->n_archives, sizeof(f->archive[0]), by_step);
}

enum err rrd_file_open(const char *path, struct rrd_file *out)
{
	struct archive archives[RRD_ARCHIVES_MAX] = { 0 };

	*out = (struct rrd_file){ 0 };
	if (access(path, R_OK) != 0)
		return ERR_SYS;
	if (!rrd_library())
		return ERR_UNSUPPORTED;
	rrd_library()->clear_error();
	rrd_info_t *info = rrd_library()->info_r(path);
	if (!info)
		return ERR_FORMAT;
	for (const rrd_info_t *i = info; i; i = i->next) {
		if (strcmp(i->key, "step") == 0 && i->type == RD_I_CNT)
			out->step_s = (int64_t)i->value.u_cnt;
		else if (strcmp(i->key, "last_update") == 0 && i->type == RD_I_CNT)
			out->last_s = (int64_t)i->value.u_cnt;
		else if (strncmp(i->key, "ds[", 3) == 0)
			take_source(out, i->key);
		else if (strncmp(i->key, "rra[", 4) == 0)
			take_archive(archives, i);
	}
	rrd_library()->info_free(info);
	if (out->step_s > 0 && out->last_s > 0)
		keep_averages(out, archives);
	return out->n && out->n_archives ? ERR_OK : ERR_FORMAT;
}

/* ---- its values ---------------------------------------------------------------------------------- */

/* What librrd fetched: names in the order of its columns. */
struct fetched {
	time_t start, end;
	unsigned long step, n;
	char **names;
	rrd_value_t *data;
};

static void release(struct fetched *d)
{
	for (unsigned long k = 0; d->names && k < d->n; k++)
		rrd_library()->freemem(d->names[k]);
	rrd_library()->freemem(d->names);
	rrd_library()->freemem(d->data);
}

static enum err give_row(const struct rrd_file *f, const struct rrd_reader *r, const struct fetched *d,
			 int64_t time_s, const rrd_value_t *row)
{
	for (size_t i = 0; i < f->n; i++)
		for (unsigned long k = 0; k < d->n; k++)
			if (strcmp(d->names[k], f->source[i]) == 0 && isfinite(row[k]) &&
			    !r->value(r->arg, i, time_s, (int64_t)d->step, row[k]))
				return ERR_END;
	return ERR_OK;
}

/* From from_s, exclusive, to to_s. */
static enum err read_range(const char *path, const struct rrd_file *f, const struct rrd_reader *r,
			   int64_t from_s, int64_t to_s, int64_t step_s)
{
	struct fetched d = { .start = from_s, .end = to_s, .step = (unsigned long)step_s };
	enum err e = ERR_OK;

	if (from_s >= to_s)
		return ERR_OK;
	rrd_library()->clear_error();
	if (rrd_library()->fetch_r(path, "AVERAGE", &d.start, &d.end, &d.step, &d.n, &d.names, &d.data) != 0)
		return ERR_FORMAT;
	const rrd_value_t *row = d.data;
	for (int64_t t = d.start + (int64_t)d.step; !e && t <= d.end; t += (int64_t)d.step, row += d.n)
		if (t > from_s && t <= to_s)
			e = give_row(f, r, &d, t, row);
	release(&d);
	return e;
}

enum err rrd_file_read(const char *path, const struct rrd_file *f, const struct rrd_reader *r)
{
	enum err e = ERR_OK;

	for (size_t k = f->n_archives; !e && k-- > 0;) {
		/* A finer one that reaches further back says the same better. */
		int64_t to_s = f->last_s;
		for (size_t finer = 0; finer < k; finer++)
			if (f->archive[finer].first_s < to_s)
				to_s = f->archive[finer].first_s;
		to_s -= to_s % f->archive[k].step_s;
		e = read_range(path, f, r, f->archive[k].first_s, to_s, f->archive[k].step_s);
	}
	return e;
}

#else

enum err rrd_file_open(const char *path, struct rrd_file *out)
{
	(void)path;
	*out = (struct rrd_file){ 0 };
	return ERR_UNSUPPORTED;
}

enum err rrd_file_read(const char *path, const struct rrd_file *f, const struct rrd_reader *r)
{
	(void)path, (void)f, (void)r;
	return ERR_UNSUPPORTED;
}

#endif
