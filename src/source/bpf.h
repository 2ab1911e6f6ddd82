/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The filter of -f: an expression in the language of tcpdump (pcap-filter(7)), compiled by libpcap for
 * every link type that we can decode, since a file may hold several.
 */
#ifndef SOURCE_BPF_H
#define SOURCE_BPF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/packet.h"

struct bpf;

/* ERR_USAGE: message holds libpcap's own words, one line; *out is NULL then. */
enum err bpf_new(struct bpf **out, const char *expression, char *message, size_t message_len);

/* Accepts NULL. */
void bpf_free(struct bpf *b);

/* False for frames of a link type that we do not know or that the expression cannot be compiled for.  Any
 * number of threads may ask. */
bool bpf_matches(const struct bpf *b, const struct packet *p);

#endif
