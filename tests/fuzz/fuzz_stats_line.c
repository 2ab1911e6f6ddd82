/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of a daemon's statistics: values that are numbers, under a name that can be printed, or nothing. */
#include <stdlib.h>
#include <string.h>

#include "proto/stats_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct stats_line l;
	enum stats_kind kind = stats_line_parse((const char *)data, len, &l);

	if (kind != l.kind || kind >= N_STATS_KINDS || l.n > STATS_VALUES_MAX)
		abort();
	if (kind != STATS_CLOCKSTATS && (kind == STATS_NONE || kind == STATS_BAD) != (l.n == 0))
		abort();
	for (size_t i = 0; i < l.n; i++)
		if (l.at[i].value - l.at[i].value != 0 || !l.at[i].series)
			abort();
	for (size_t i = 0; l.name[i]; i++)
		if (i + 1 >= STATS_NAME_MAX || l.name[i] <= ' ' || l.name[i] >= 0x7f)
			abort();
	return 0;
}
