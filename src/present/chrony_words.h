/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses, spans and names of chronyd's reports as chronyc shows them. */
#ifndef PRESENT_CHRONY_WORDS_H
#define PRESENT_CHRONY_WORDS_H

#include "proto/chrony.h"

enum { CHRONY_WORD_MAX = 24, CHRONY_LABEL_MAX = 4 * CHRONY_NAME_MAX };

struct chrony_word {
	char s[CHRONY_WORD_MAX];
};

/* "192.0.2.1", "2001:db8::1", "ID#0000000001" of a source not resolved yet, "[UNSPEC]". */
void chrony_addr_words(const struct chrony_addr *a, char out[ADDR_TEXT_MAX]);

/* The printable ones of its four octets: "GPS", "SHM0". */
struct chrony_word chrony_refid_words(uint32_t refid);

/* "+3446ns", "  12us", "4000ms": seconds in the unit that keeps them short, with or without a sign. */
struct chrony_word chrony_signed_words(double s);
struct chrony_word chrony_span_words(double s);

/* "   1", "  34m", "   -" (UINT32_MAX: never): how long ago. */
struct chrony_word chrony_ago_words(uint32_t s);

/* " 6", "  -" (CHRONY_NO_INTERVAL). */
struct chrony_word chrony_interval_words(int8_t log2s);

char chrony_mode_char(uint16_t mode);   /* ^ server, = peer, # reference clock */
char chrony_state_char(uint16_t state); /* * + - x ~ ? */
const char *chrony_mode_name(uint16_t mode);
const char *chrony_state_name(uint16_t state);
const char *chrony_leap_name(unsigned leap);
const char *chrony_auth_name(unsigned mode); /* "none", "symmetric", "nts" */
const char *chrony_stamp_name(char source);  /* "daemon", "kernel", "hardware", "none" */
const char *chrony_select_name(char state);  /* what selectdata's letter means */

#endif
