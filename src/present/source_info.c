/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/source_info.h"

#include <string.h>

#include "engine/tally.h"

const char *source_info_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash && slash[1] ? slash + 1 : path;
}

static void source_files(struct jw *j, const struct source_info *s)
{
	jw_open(j, "files", JW_ARRAY);
	for (size_t i = 0; i < s->n_paths; i++)
		jw_text(j, NULL, s->paths[i]);
	jw_close(j);
	jw_text_or_null(j, "filter", s->filter);
	jw_text_or_null(j, "display_filter", s->display);
	jw_text_or_null(j, "damage", s->damage[0] ? s->damage : NULL);
}

static void source_times(struct jw *j, const struct census *c)
{
	if (census_tally(c)->n_frames) {
		jw_time(j, "first", census_first_ns(c));
		jw_time(j, "last", census_last_ns(c));
		jw_seconds(j, "length_s", census_last_ns(c) - census_first_ns(c));
	} else {
		jw_null(j, "first");
		jw_null(j, "last");
		jw_null(j, "length_s");
	}
}

void source_info_json(struct jw *j, const struct source_info *s, const struct census *c)
{
	jw_open(j, "source", JW_OBJECT | JW_LINES);
	source_files(j, s);
	source_times(j, c);
	jw_u64(j, "frames", s->n_frames);
	jw_u64(j, "captured_bytes", s->n_bytes);
	jw_u64(j, "file_bytes", s->n_file_bytes);
	jw_u64(j, "damaged_records", s->n_damaged);
	jw_u64(j, "cut_by_snaplen", s->n_cut_by_snaplen);
	jw_u64(j, "without_time", s->n_without_time);
	jw_u64(j, "odd_time", s->n_odd_time);
	jw_u64(j, "time_backwards", s->n_time_backwards);
	jw_u64(j, "other_pcapng_blocks", s->n_skipped_blocks);
	jw_bool(j, "merged_by_time", s->order_was_merged);
	jw_close(j);
}
