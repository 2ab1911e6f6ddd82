/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of strangers in pictures: what comes out is well-formed, whatever goes in. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "present/svg.h"
#include "present/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ours are the only '<'; each one opens a tag or closes one that is open; no raw controls, valid UTF-8. */
static void check(const char *s, size_t len)
{
	int depth = 0;

	for (size_t i = 0; i < len;) {
		uint32_t c;
		unsigned n = utf8_next(s + i, len - i, &c);
		if (c == UTF8_BAD || (c != '\n' && utf8_is_hidden(c)))
			abort();
		if (c == '<') {
			const char *end = memchr(s + i, '>', len - i);
			if (!end)
				abort();
			if (s[i + 1] == '/')
				depth--;
			else if (end[-1] != '/')
				depth++;
			if (depth < 0)
				abort();
			i = (size_t)(end - s) + 1;
			continue;
		}
		if (c == '&') {
			const char *end = memchr(s + i, ';', len - i < 8 ? len - i : 8);
			if (!end)
				abort();
		}
		i += n;
	}
	if (depth != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), fitted[128];
	struct buf b;
	struct svg s;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	buf_init(&b, -1);
	svg_begin(&s, &b, &(struct svg_config){ .width = 100, .height = 50, .inside = true, .title = text });
	canvas_text(&s.canvas, 1, 2, (struct font){ 12, INK_TEXT, ALIGN_LEFT, false }, text);
	text_fit(text, 12, false, size ? data[0] * 8.0 : 0, fitted, sizeof(fitted));
	canvas_text(&s.canvas, 1, 2, (struct font){ 12, INK_TEXT, ALIGN_LEFT, false }, fitted);
	svg_end(&s);
	check(b.data, b.len);
	buf_release(&b);
	free(text);
	return 0;
}
