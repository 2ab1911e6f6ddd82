/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octets in hex and as characters, 16 a line:
 *
 *	0000  23 02 06 e7 00 00 01 2f  00 00 0a 11 c0 00 02 01  #....../........
 */
#ifndef PRESENT_HEX_DUMP_H
#define PRESENT_HEX_DUMP_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* What is no printable ASCII is shown as a dot. */
void hex_dump(struct buf *out, const uint8_t *p, size_t len);

#endif
