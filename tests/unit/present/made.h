/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a presenter wrote: as text, or read as JSON.  Each is made by one call, so that the tests show
 * only what goes in and what comes out. */
#ifndef TESTS_UNIT_PRESENT_MADE_H
#define TESTS_UNIT_PRESENT_MADE_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "present/json.h"

/* The text of b, which is released; free it. */
static inline char *made_text(struct buf *b)
{
	char *text = calloc(b->len + 1, 1);
	memcpy(text, b->data, b->len);
	buf_release(b);
	return text;
}

/* The object that was open in j, read; json_decref() it. */
static inline json_t *made_json(struct jw *j, struct buf *b)
{
	jw_close(j);
	jw_end(j);
	json_t *root = json_loadb(b->data, b->len, JSON_REJECT_DUPLICATES, NULL);
	buf_release(b);
	return root;
}

static inline void made_begin(struct jw *j, struct buf *b)
{
	buf_init(b, -1);
	jw_begin(j, b);
	jw_open(j, NULL, JW_OBJECT);
}

static inline double made_real(const json_t *root, const char *key)
{
	return json_number_value(json_object_get(root, key));
}

static inline const char *made_string(const json_t *root, const char *key)
{
	const char *s = json_string_value(json_object_get(root, key));
	return s ? s : "(none)";
}

#endif
