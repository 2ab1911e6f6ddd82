/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of client flags: letter, name and meaning of each bit of enum packet_flag. */
#ifndef ENGINE_FLAGS_H
#define ENGINE_FLAGS_H

#include <stddef.h>
#include <stdint.h>

struct flag_row {
	uint32_t bit;
	char letter;
	const char *name;    /* for JSON: "mode-client" */
	const char *meaning; /* for help and tooltips */
};

enum { N_FLAGS = 32, FLAGS_TEXT_MAX = N_FLAGS + 1 };

extern const struct flag_row flag_table[N_FLAGS];

/* The letters of all bits set, in table order ("4C*"); "-" when none.  Returns the length. */
size_t flags_text(uint32_t flags, char out[FLAGS_TEXT_MAX]);

#endif
