/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The filter of -f: an expression in the language of tcpdump (pcap-filter(7)), compiled by libpcap once for each
 * link type that turns up, since a file may hold several.
 */
#ifndef SOURCE_BPF_H
#define SOURCE_BPF_H

#include <stddef.h>

#include "base/err.h"
#include "source/source.h"

/* Checks the expression.  ERR_USAGE: message holds libpcap's own words, one line. */
enum err bpf_check(const char *expression, char *message, size_t message_len);

/* Wraps inner so that only frames that match come through, with their frame numbers as they were; the stats stay
 * those of all frames.  A frame whose link type the expression cannot be compiled for does not match.  Owns
 * inner; NULL without memory (inner is then untouched).  The expression is borrowed for the source's life. */
struct source *bpf_source(struct source *inner, const char *expression);

#endif
