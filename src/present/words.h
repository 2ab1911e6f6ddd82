/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures as people read them.  Each function returns its text by value, so that it can stand right in the
 * arguments of a printf: count_words(n).s.
 */
#ifndef PRESENT_WORDS_H
#define PRESENT_WORDS_H

#include <stdint.h>

#include "base/addr.h"
#include "engine/exchange.h"
#include "proto/ntp.h"

struct words {
	char s[64];
};

/* "12,345,678" */
struct words count_words(uint64_t n);

/* "99.62 %" with so many decimals (0 to 3).  Never rounds something to nothing or nearly all to all:
 * "<0.01 %", ">99.99 %".  An en dash when whole is 0. */
struct words share_words(uint64_t part, uint64_t whole, unsigned decimals);

/* "38 µs", "64.0 s"; see duration_text(). */
struct words span_words(int64_t ns);
struct words span_s_words(double s);

/* "1.2 MB", powers of 1000. */
struct words bytes_words(uint64_t n);

/* "61,200/s", "5.3/s", "0.25/s", "61/h", "3.0/day" */
struct words rate_words(double per_s);

/* "2026-03-01 14:02:11Z", and its second half. */
struct words moment_words(int64_t t_ns);
struct words clock_words(int64_t t_ns);

struct words addr_words(const struct addr *a);

/* "192.0.2.0/24"; bits in the 128-bit form. */
struct words prefix_words(const struct addr *net, unsigned bits);

/* "none", "mac", "crypto-nak", "nts", "nts-nak", "ms-sntp", "autokey". */
const char *auth_word(enum ntp_auth_kind kind);

/* The word of one bit of enum exchange_note: "before-capture"; NULL when the bit has none. */
const char *note_word(unsigned bit);

/* The bytes 0 to 8 of a bar: "▁" to "█", " " for 0 of max. */
const char *bar_of(uint64_t n, uint64_t max);

#endif
