/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/crc32c.h"

void crc32c_init(struct crc32c *c)
{
	for (unsigned i = 0; i < 256; i++) {
		uint32_t r = i;
		for (unsigned bit = 0; bit < 8; bit++)
			r = r >> 1 ^ (r & 1 ? UINT32_C(0x82f63b78) : 0);
		c->table[0][i] = r;
	}
	for (unsigned k = 1; k < 8; k++)
		for (unsigned i = 0; i < 256; i++)
			c->table[k][i] = c->table[k - 1][i] >> 8 ^ c->table[0][c->table[k - 1][i] & 255];
}

uint32_t crc32c(const struct crc32c *c, uint32_t before, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t r = ~before;
	for (; len >= 8; len -= 8, p += 8) {
		r ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
		r = c->table[7][r & 255] ^ c->table[6][r >> 8 & 255] ^ c->table[5][r >> 16 & 255] ^
		    c->table[4][r >> 24] ^ c->table[3][p[4]] ^ c->table[2][p[5]] ^ c->table[1][p[6]] ^
		    c->table[0][p[7]];
	}
	for (; len; len--)
		r = r >> 8 ^ c->table[0][(r ^ *p++) & 255];
	return ~r;
}
