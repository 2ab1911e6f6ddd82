/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Round-robin files of others (MRTG, collectd, Munin, Cacti, ...): their averages, each time at the finest
 * resolution that is still there.  Built without librrd every call is ERR_UNSUPPORTED.
 */
#ifndef STORE_RRD_FILE_H
#define STORE_RRD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { RRD_SOURCES_MAX = 32, RRD_SOURCE_NAME_MAX = 20, RRD_ARCHIVES_MAX = 32 };

struct rrd_file {
	size_t n; /* data sources */
	char source[RRD_SOURCES_MAX][RRD_SOURCE_NAME_MAX];
	int64_t last_s, step_s;
	size_t n_archives; /* of averages; the finest first */
	struct {
		int64_t step_s, first_s;
	} archive[RRD_ARCHIVES_MAX];
};

/* ERR_SYS: there is none, or it cannot be read; ERR_FORMAT: librrd does not understand it, or it has no
 * averages. */
enum err rrd_file_open(const char *path, struct rrd_file *out);

struct rrd_reader {
	/* A value of source i, of the every_s that end at time_s; false ends it.  What is unknown is left
	 * out. */
	bool (*value)(void *arg, size_t i, int64_t time_s, int64_t every_s, double value);
	void *arg;
};

/* Oldest first.  ERR_END: value() ended it. */
enum err rrd_file_read(const char *path, const struct rrd_file *f, const struct rrd_reader *r);

#endif
