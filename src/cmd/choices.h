/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options that take several words: --alert red,yellow --alert sleep. */
#ifndef CMD_CHOICES_H
#define CMD_CHOICES_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/options.h"

/* *mask gets bit i for each word i of the n (at most 64) that name() knows and the lists have; all bits
 * when the option was not given.  False after one line on standard error. */
bool choices_mask(const struct command *self, const char *option, const struct text_list *lists,
		  const char *(*name)(unsigned i), unsigned n, uint64_t *mask);

#endif
