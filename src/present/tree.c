/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/tree.h"

#include <stdarg.h>
#include <stdio.h>

#include "present/utf8.h"

enum { INDENT = 4, LINE_MAX = 512, BYTES_A_LINE = 32, BYTES_INLINE = 24, QUOTE_MAX = 1024 };

void tree_init(struct tree *t, struct buf *out, bool color, const struct hosts *hosts)
{
	*t = (struct tree){ .hosts = hosts };
	text_begin(&t->text, out, color);
}

static void indent(struct tree *t)
{
	text_pad_to(&t->text, t->depth * INDENT);
}

void tree_open(struct tree *t, const char *format, ...)
{
	char line[LINE_MAX];
	va_list ap;
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	indent(t);
	text_put(&t->text, t->depth ? TEXT_PLAIN : TEXT_HEAD, line);
	text_line(&t->text);
	t->depth++;
}

void tree_close(struct tree *t)
{
	t->depth--;
}

static void label_of(struct tree *t, const char *label)
{
	text_put(&t->text, TEXT_ACCENT, label);
	text_put(&t->text, TEXT_PLAIN, ": ");
}

void tree_item(struct tree *t, const char *label, const char *format, ...)
{
	char line[LINE_MAX];
	va_list ap;
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	indent(t);
	label_of(t, label);
	text_put(&t->text, TEXT_PLAIN, line);
	text_line(&t->text);
}

void tree_made(struct tree *t, const char *label, const char *format, ...)
{
	char line[LINE_MAX];
	va_list ap;
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	indent(t);
	text_put(&t->text, TEXT_PLAIN, "[");
	label_of(t, label);
	text_put(&t->text, TEXT_PLAIN, line);
	text_put(&t->text, TEXT_PLAIN, "]");
	text_line(&t->text);
}

void tree_fault(struct tree *t, const char *format, ...)
{
	char line[LINE_MAX];
	va_list ap;
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	indent(t);
	text_put(&t->text, TEXT_WARN, "! ");
	text_put(&t->text, TEXT_WARN, line);
	text_line(&t->text);
}

/* "..10 0...": the bits of the mask, in groups of four. */
static void bits_text(uint32_t word, unsigned n_bits, uint32_t mask, char *out)
{
	for (unsigned i = n_bits; i-- > 0;) {
		*out++ = (mask >> i & 1) ? (char)('0' + (word >> i & 1)) : '.';
		if (i && i % 4 == 0)
			*out++ = ' ';
	}
	*out = '\0';
}

void tree_bits(struct tree *t, uint32_t word, unsigned n_bits, uint32_t mask, const char *label,
	       const char *format, ...)
{
	char line[LINE_MAX], bits[48];
	va_list ap;
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	bits_text(word, n_bits, mask, bits);
	indent(t);
	text_put(&t->text, TEXT_DIM, bits);
	text_put(&t->text, TEXT_PLAIN, " = ");
	label_of(t, label);
	text_put(&t->text, TEXT_PLAIN, line);
	text_line(&t->text);
}

void tree_flag(struct tree *t, uint32_t word, unsigned n_bits, uint32_t mask, const char *label)
{
	tree_bits(t, word, n_bits, mask, label, "%s", word & mask ? "yes" : "no");
}

static void hex_text(const uint8_t *p, uint32_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (uint32_t i = 0; i < len; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}

void tree_bytes(struct tree *t, const char *label, const uint8_t *p, uint32_t len)
{
	char hex[2 * BYTES_A_LINE + 1];
	if (len <= BYTES_INLINE) {
		hex_text(p, len, hex);
		tree_item(t, label, "%s", len ? hex : "(none)");
		return;
	}
	tree_item(t, label, "%u octets", len);
	for (uint32_t at = 0; at < len; at += BYTES_A_LINE) {
		hex_text(p + at, len - at < BYTES_A_LINE ? len - at : BYTES_A_LINE, hex);
		text_pad_to(&t->text, (t->depth + 1) * INDENT);
		text_put(&t->text, TEXT_PLAIN, hex);
		text_line(&t->text);
	}
}

void tree_quote(struct tree *t, const char *label, const char *s, uint32_t len)
{
	char clean[4 * QUOTE_MAX + 1];
	bool more = len > QUOTE_MAX;
	utf8_clean(s, more ? QUOTE_MAX : len, clean, sizeof(clean));
	indent(t);
	label_of(t, label);
	text_put(&t->text, TEXT_PLAIN, "\"");
	text_put(&t->text, TEXT_PLAIN, clean);
	text_put(&t->text, TEXT_PLAIN, more ? "\" ..." : "\"");
	text_line(&t->text);
}
