/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CRC-32C (Castagnoli; RFC 3720 section 12.1): finds every damage of up to 32 bits in a row. */
#ifndef STORE_CRC32C_H
#define STORE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

struct crc32c {
	uint32_t table[8][256]; /* of an octet that is followed by so many others */
};

void crc32c_init(struct crc32c *c);

/* Of `before` and then data; the checksum of nothing is 0. */
uint32_t crc32c(const struct crc32c *c, uint32_t before, const void *data, size_t len);

#endif
