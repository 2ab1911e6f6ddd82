/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octets written as hex digits, as in RFCs. */
#ifndef TESTS_UNIT_HEX_H
#define TESTS_UNIT_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* How many it wrote; blanks between them are for the reader. */
static inline size_t hex_octets(const char *hex, uint8_t *out)
{
	size_t n = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		unsigned digit = (unsigned)(*hex <= '9' ? *hex - '0' : *hex - 'a' + 10);
		out[n / 2] = (uint8_t)(n % 2 ? out[n / 2] << 4 | digit : digit);
		n++;
	}
	return n / 2;
}

/* A packet in a block of exactly its size, so that the address sanitizer sees every octet read beyond it.
 * Free with free(p). */
struct sample {
	uint8_t *p;
	uint32_t len;
};

static inline struct sample sample_of(const char *hex)
{
	size_t most = strlen(hex) / 2;
	struct sample s = { .p = calloc(most ? most : 1, 1) };

	s.len = (uint32_t)hex_octets(hex, s.p);
	return s;
}

/* The first len octets of another, in a block of their own. */
static inline struct sample sample_cut(const struct sample *whole, uint32_t len)
{
	struct sample s = { .p = calloc(len ? len : 1, 1), .len = len };

	memcpy(s.p, whole->p, len);
	return s;
}

#endif
