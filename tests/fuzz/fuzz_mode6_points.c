/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two status octets and the variables of an answer of mode 6: read as the system's, as an association's and
 * as a clock's, twice each, so that counters have a rate.  What is made of them is finite, named, and within
 * bounds. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/history_series.h"
#include "engine/mode6_points.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct reading_made *m)
{
	assert(m->n_points <= HISTORY_POINTS_MAX && m->n_facts <= READING_FACTS_MAX);
	for (size_t i = 0; i < m->n_points; i++)
		assert(isfinite(m->points[i].value) && history_series_find(m->points[i].name));
	for (size_t i = 0; i < m->n_facts; i++)
		for (const char *c = m->facts[i].text; *c; c++)
			assert((unsigned char)*c >= ' ' && *c != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reading_made m;
	struct mode6_counts counts = { 0 };
	struct mode6_clock_counts clock = { 0 };
	struct peer_vars peer;
	char part[32];

	if (size < 2)
		return 0;
	uint16_t status = (uint16_t)(data[0] << 8 | data[1]);
	size_t len = size - 2;
	/* A copy, so that reading beyond it shows. */
	char *text = malloc(len + 1);
	memcpy(text, data + 2, len);
	for (int64_t i = 1; i <= 2; i++) {
		struct var_list vars = var_list_of(text, len);
		reading_made_clear(&m);
		mode6_system(&m, status, vars);
		mode6_counts(&m, &counts, vars, i * NS_PER_S);
		check(&m);
		reading_made_clear(&m);
		peer_vars_parse(&peer, 1, status, text, len);
		mode6_part(&peer, part, sizeof(part));
		assert(!strchr(part, '/') && part[0] != '.');
		mode6_peer(&m, &peer);
		mode6_clock(&m, &clock, status, vars, i * NS_PER_S);
		check(&m);
	}
	free(text);
	return 0;
}
