/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pattern of `matches`: PCRE2, without regard to case and over octets, as Wireshark has it.  Compiled once;
 * matching takes one of a few prepared sets of match data and allocates nothing.
 */
#ifndef FIELD_FILTER_REGEX_H
#define FIELD_FILTER_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct filter_regex;

enum { FILTER_REGEX_MAX = 4096 }; /* octets of a pattern */

/* ERR_USAGE: message says what is wrong with the pattern, *column where in it. */
enum err filter_regex_new(struct filter_regex **out, const char *pattern, size_t len, char *message,
			  size_t message_len, size_t *column);
void filter_regex_free(struct filter_regex *r); /* accepts NULL */

/* Any number of threads may ask.  A match that takes too many steps is none. */
bool filter_regex_matches(const struct filter_regex *r, const uint8_t *at, size_t len);

#endif
