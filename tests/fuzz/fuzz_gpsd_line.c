/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of gpsd, one after the other: whatever they are, the table keeps within its bounds, and what is
 * made of it is finite and named. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ask/gpsd_line.h"
#include "engine/history_series.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct gpsd_receiver *r, struct reading_made *m)
{
	reading_made_clear(m);
	gpsd_receiver_points(r, m);
	for (size_t i = 0; i < m->n_points; i++)
		assert(isfinite(m->points[i].value) && history_series_find(m->points[i].name));
	assert(m->n_facts <= READING_FACTS_MAX);
	assert(r->n_satellites <= READING_SATELLITES_MAX);
	for (size_t i = 0; i < r->n_satellites; i++)
		assert(r->satellites[i].gnss >= -1 && r->satellites[i].gnss <= 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gpsd_table *t = malloc(sizeof(*t));
	struct reading_made *m = malloc(sizeof(*m));
	const char *at = (const char *)data, *end = at + size;

	gpsd_table_init(t);
	while (at < end) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((eol ? eol : end) - at);
		/* A copy, so that reading beyond the line shows. */
		char *line = malloc(len + 1);
		memcpy(line, at, len);
		gpsd_line_take(t, line, len);
		free(line);
		at += len + 1;
	}
	assert(t->n <= GPSD_DEVICES_MAX && t->n_bad <= t->n_lines);
	for (size_t i = 0; i < t->n; i++)
		check(&t->at[i], m);
	free(m);
	free(t);
	return 0;
}
