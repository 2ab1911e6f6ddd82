/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where tests save to and load from: octets in memory. */
#ifndef TESTS_ENGINE_SAVE_STORE_H
#define TESTS_ENGINE_SAVE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct save_store {
	uint8_t *data; /* to be freed */
	size_t len, cap;
	size_t at; /* the next one to be read */
};

static inline bool save_store_write(void *arg, const void *data, size_t len)
{
	struct save_store *s = arg;
	while (s->len + len > s->cap)
		s->data = realloc(s->data, s->cap = 2 * s->cap + 4096);
	memcpy(s->data + s->len, data, len);
	s->len += len;
	return true;
}

static inline bool save_store_read(void *arg, void *data, size_t len)
{
	struct save_store *s = arg;
	if (s->len - s->at < len)
		return false;
	memcpy(data, s->data + s->at, len);
	s->at += len;
	return true;
}

#endif
