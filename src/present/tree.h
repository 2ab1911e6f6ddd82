/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything that is in a packet, as indented lines: a head for each protocol, below it its fields with what
 * they mean.  What strangers wrote is escaped.
 *
 *	UDP, port 40123 to 123
 *	    Length: 56 (48 of payload)
 */
#ifndef PRESENT_TREE_H
#define PRESENT_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "field/row.h"
#include "present/hosts.h"
#include "present/text.h"

struct tree {
	struct text text;
	const struct hosts *hosts;
	unsigned depth;
};

void tree_init(struct tree *t, struct buf *out, bool color, const struct hosts *hosts);

/* The whole frame, and an empty line behind it.  The row should have its headers; pairing, stream, exchange
 * and client are told as far as they are known. */
void tree_packet(struct tree *t, const struct row *row);

/* ---- for the tree_*.c files ---- */

/* A line that others hang below; what follows is one level deeper until tree_close(). */
void tree_open(struct tree *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tree_close(struct tree *t);

/* "Label: value" */
void tree_item(struct tree *t, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What nobody sent: made up from other frames, "[Label: value]". */
void tree_made(struct tree *t, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What is wrong. */
void tree_fault(struct tree *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "..10 0... = Label: value": the bits of mask in a word of n_bits (8 or 16). */
void tree_bits(struct tree *t, uint32_t word, unsigned n_bits, uint32_t mask, const char *label,
	       const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The same for a bit that is on or off. */
void tree_flag(struct tree *t, uint32_t word, unsigned n_bits, uint32_t mask, const char *label);

/* Octets in hex, on lines of their own when they are many. */
void tree_bytes(struct tree *t, const char *label, const uint8_t *p, uint32_t len);

/* Text of the packet, quoted and escaped. */
void tree_quote(struct tree *t, const char *label, const char *s, uint32_t len);

#endif
