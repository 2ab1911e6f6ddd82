/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filters of an mrulist, `mincount=3 resall=0x20 limited`, checked and as they are sent. */
#ifndef CMD_CONTROL_FILTER_H
#define CMD_CONTROL_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONTROL_FILTER_MAX = 200 };

struct control_filter {
	char text[CONTROL_FILTER_MAX];
	char first_only[32]; /* what goes with the first question only: recent=N */
	uint64_t min_count;  /* mincount=, for a daemon that knows nothing else */
	bool only_min_count; /* there is nothing else */
};

/* False: why says which word is wrong. */
bool control_filter_parse(struct control_filter *f, const char *const *words, size_t n, char *why,
			  size_t why_len);

#endif
