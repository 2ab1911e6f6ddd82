/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/source_info.h"

#include "engine/tally.h"

static void source_files(struct json *j, const struct source_info *s)
{
	json_open(j, "files", JSON_ARRAY);
	for (size_t i = 0; i < s->n_paths; i++)
		json_text(j, NULL, s->paths[i]);
	json_close(j);
	json_text_or_null(j, "filter", s->filter);
	json_text_or_null(j, "damage", s->damage[0] ? s->damage : NULL);
}

static void source_times(struct json *j, const struct census *c)
{
	if (census_tally(c)->n_frames) {
		json_time(j, "first", census_first_ns(c));
		json_time(j, "last", census_last_ns(c));
		json_seconds(j, "length_s", census_last_ns(c) - census_first_ns(c));
	} else {
		json_null(j, "first");
		json_null(j, "last");
		json_null(j, "length_s");
	}
}

void source_info_json(struct json *j, const struct source_info *s, const struct census *c)
{
	json_open(j, "source", JSON_OBJECT | JSON_LINES);
	source_files(j, s);
	source_times(j, c);
	json_u64(j, "frames", s->n_frames);
	json_u64(j, "captured_bytes", s->n_bytes);
	json_u64(j, "file_bytes", s->n_file_bytes);
	json_u64(j, "damaged_records", s->n_damaged);
	json_u64(j, "cut_by_snaplen", s->n_cut_by_snaplen);
	json_u64(j, "without_time", s->n_without_time);
	json_u64(j, "odd_time", s->n_odd_time);
	json_u64(j, "time_backwards", s->n_time_backwards);
	json_u64(j, "other_pcapng_blocks", s->n_skipped_blocks);
	json_bool(j, "merged_by_time", s->order_was_merged);
	json_close(j);
}
