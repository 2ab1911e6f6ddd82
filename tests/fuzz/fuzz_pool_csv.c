/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool's log of scores: a first line that names columns, and lines after it. */
#include <stdlib.h>
#include <string.h>

#include "proto/pool_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *at = (const char *)data, *end = at + len;
	struct pool_csv c = { 0 };

	for (bool is_first = true; at < end; is_first = false) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t n = newline ? (size_t)(newline - at) : (size_t)(end - at);
		struct stats_line l;
		if (is_first && !pool_csv_begin(&c, at, n))
			return 0;
		if (!is_first && (pool_csv_line(&c, at, n, &l) == STATS_POOL) != (l.n > 0))
			abort();
		if (!is_first && (l.n > STATS_VALUES_MAX || !memchr(l.name, '\0', sizeof(l.name))))
			abort();
		at += n + 1;
	}
	return 0;
}
