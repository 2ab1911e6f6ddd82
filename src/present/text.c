/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/utf8.h"

void text_begin(struct text *t, struct buf *out, bool color)
{
	*t = (struct text){ .out = out, .color = color, .columns = TEXT_COLUMNS, .indent = TEXT_INDENT };
}

static const char *style_code(enum text_style style)
{
	switch (style) {
	case TEXT_PLAIN: break;
	case TEXT_HEAD: return "\033[1m";
	case TEXT_ACCENT: return "\033[36m";
	case TEXT_DIM: return "\033[2m";
	case TEXT_WARN: return "\033[33m";
	case TEXT_ALARM: return "\033[1;31m";
	}
	return NULL;
}

void text_put(struct text *t, enum text_style style, const char *s)
{
	const char *code = t->color ? style_code(style) : NULL;
	size_t len = strlen(s);

	if (code)
		buf_str(t->out, code);
	buf_add(t->out, s, len);
	if (code)
		buf_str(t->out, "\033[0m");
	t->column += (unsigned)utf8_columns(s, len);
}

void text_words(struct text *t, enum text_style style, const char *s)
{
	char word[TEXT_ITEM_MAX];

	while (*s) {
		size_t blanks = strspn(s, " "), len = strcspn(s + blanks, " ");
		if (t->column && t->column + blanks + utf8_columns(s + blanks, len) > t->columns) {
			bool items = t->has_items;
			text_line(t);
			text_pad_to(t, items ? t->indent : 0);
			t->has_items = items;
			s += blanks;
			blanks = 0;
		}
		snprintf(word, sizeof(word), "%.*s", (int)(blanks + len), s);
		text_put(t, style, word);
		s += blanks + len;
	}
}

void text_pad_to(struct text *t, unsigned n)
{
	if (t->column >= n)
		return;
	char *to = buf_room(t->out, n - t->column);
	if (!to)
		return;
	memset(to, ' ', n - t->column);
	buf_wrote(t->out, n - t->column);
	t->column = n;
}

void text_cell(struct text *t, enum text_style style, int width, const char *s)
{
	unsigned columns = (unsigned)utf8_columns(s, strlen(s));
	unsigned want = (unsigned)abs(width), from = t->column;

	if (width > 0)
		text_pad_to(t, from + (want > columns ? want - columns : 1));
	text_put(t, style, s);
	if (width < 0)
		text_pad_to(t, from + (want >= columns ? want : columns + 1));
}

void text_line(struct text *t)
{
	if (!t->column)
		return;
	buf_char(t->out, '\n');
	t->column = 0;
	t->has_items = false;
}

void text_blank_line(struct text *t)
{
	text_line(t);
	buf_char(t->out, '\n');
}

void text_head(struct text *t, const char *head)
{
	text_line(t);
	text_put(t, TEXT_HEAD, head);
	text_pad_to(t, TEXT_INDENT);
}

void text_item(struct text *t, enum text_style style, const char *format, ...)
{
	char s[TEXT_ITEM_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(s, sizeof(s), format, ap);
	va_end(ap);
	unsigned columns = (unsigned)utf8_columns(s, strlen(s));
	if (t->has_items && t->column + 3 + columns > t->columns)
		text_line(t);
	if (t->has_items)
		text_put(t, TEXT_DIM, " · ");
	text_pad_to(t, t->indent);
	t->has_items = true;
	if (t->column + columns > t->columns)
		text_words(t, style, s);
	else
		text_put(t, style, s);
	t->has_items = true;
}

void text_clean(const char *s, char *out, size_t n)
{
	utf8_clean(s, strlen(s), out, n);
}
