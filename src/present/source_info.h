/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the packets of a result came from, for its head.  present/ knows no files: the caller copies what the
 * source said, once it was read to its end.
 */
#ifndef PRESENT_SOURCE_INFO_H
#define PRESENT_SOURCE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "present/json.h"

struct source_info {
	const char *const *paths;
	size_t n_paths;
	const char *filter;  /* -f, or NULL */
	const char *display; /* -Y, or NULL */
	const char *damage;  /* "" when all was read */
	uint64_t n_frames, n_bytes, n_file_bytes;
	uint64_t n_cut_by_snaplen, n_without_time, n_damaged, n_skipped_blocks, n_time_backwards, n_odd_time;
	bool order_was_merged;
	double elapsed_s; /* negative: not to be shown */
};

/* What is behind the last slash of a path; all of it when that is nothing. */
const char *source_info_base_name(const char *path);

/* "source": {...}, with the times of the first and the latest packet, if there were any. */
void source_info_json(struct jw *j, const struct source_info *s, bool any, int64_t first_ns, int64_t last_ns);

#endif
