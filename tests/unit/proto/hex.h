/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets in tests are written in hex and live in blocks of exactly their size, so that the address
 * sanitizer sees every octet read beyond them.  Free with free(p). */
#ifndef TESTS_UNIT_PROTO_HEX_H
#define TESTS_UNIT_PROTO_HEX_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct sample {
	uint8_t *p;
	uint32_t len;
};

static inline uint8_t hex_digit(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static inline struct sample sample_of(const char *hex)
{
	struct sample s = { .len = (uint32_t)(strlen(hex) / 2) };

	s.p = calloc(s.len ? s.len : 1, 1);
	for (uint32_t i = 0; i < s.len; i++)
		s.p[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
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
