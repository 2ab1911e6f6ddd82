/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What reference IDs and kiss codes stand for (RFC 5905 sections 7.3 and 7.4, IANA, and what is seen). */
#ifndef PRESENT_REFID_WORDS_H
#define PRESENT_REFID_WORDS_H

#include "proto/ntp.h"

enum { REFID_WORDS_MAX = 96 };

/* "" when nothing is known of it. */
void refid_words(const struct ntp_header *h, char out[REFID_WORDS_MAX]);

#endif
