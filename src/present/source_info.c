/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/source_info.h"

#include <string.h>

#include "base/nstime.h"

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

static void source_times(struct jw *j, bool any, int64_t first_ns, int64_t last_ns)
{
	if (any) {
		jw_time(j, "first", first_ns);
		jw_time(j, "last", last_ns);
		jw_seconds(j, "length_s", ns_minus(last_ns, first_ns));
	} else {
		jw_null(j, "first");
		jw_null(j, "last");
		jw_null(j, "length_s");
	}
}

void source_info_json(struct jw *j, const struct source_info *s, bool any, int64_t first_ns, int64_t last_ns)
{
	jw_open(j, "source", JW_OBJECT | JW_LINES);
	source_files(j, s);
	source_times(j, any, first_ns, last_ns);
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
