/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/utf8.h"

#include <stdio.h>
#include <string.h>

unsigned utf8_next(const char *s, size_t len, uint32_t *code_point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = (const uint8_t *)s;
	unsigned n = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;

	*code_point = UTF8_BAD;
	if (n == 1)
		*code_point = p[0];
	if (n < 2 || n > len)
		return 1;
	uint32_t c = p[0] & (0x7fu >> n);
	for (unsigned i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			return 1;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 1;
	*code_point = c;
	return n;
}

struct range {
	uint32_t first, last;
};

static bool is_in(const struct range *r, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (c >= r[i].first && c <= r[i].last)
			return true;
	return false;
}

bool utf8_is_hidden(uint32_t c)
{
	static const struct range hidden[] = {
		{ 0x00, 0x1f },        { 0x7f, 0x9f },     { 0xad, 0xad },       { 0x34f, 0x34f },
		{ 0x61c, 0x61c },      { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },   { 0x180b, 0x180e },
		{ 0x200b, 0x200f },    { 0x2028, 0x202e }, { 0x2060, 0x206f },   { 0x3164, 0x3164 },
		{ 0xe000, 0xf8ff },    { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb },    { 0xfffe, 0xffff }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0x10ffff },
	};
	if (c >= 0x20 && c < 0x7f)
		return false;
	return c == UTF8_BAD || is_in(hidden, sizeof(hidden) / sizeof(hidden[0]), c);
}

static unsigned columns_of(uint32_t c)
{
	static const struct range combining[] = {
		{ 0x300, 0x36f },   { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
		{ 0x20d0, 0x20ff }, { 0xfe20, 0xfe2f },
	};
	static const struct range wide[] = {
		{ 0x1100, 0x115f }, { 0x2e80, 0xa4cf },   { 0xac00, 0xd7a3 },
		{ 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },
		{ 0xffe0, 0xffe6 }, { 0x1f300, 0x1faff }, { 0x20000, 0x3fffd },
	};
	if (c < 0x300)
		return 1;
	if (is_in(combining, sizeof(combining) / sizeof(combining[0]), c))
		return 0;
	return is_in(wide, sizeof(wide) / sizeof(wide[0]), c) ? 2 : 1;
}

size_t utf8_columns(const char *s, size_t len)
{
	size_t columns = 0;
	uint32_t c;

	for (size_t i = 0; i < len;) {
		if ((uint8_t)s[i] < 0x80) { /* nearly all there is */
			columns++;
			i++;
			continue;
		}
		i += utf8_next(s + i, len - i, &c);
		columns += columns_of(c);
	}
	return columns;
}

/* What is shown of the character at s: itself, or its escape. */
struct piece {
	const char *s;
	size_t len;
	char escape[12];
};

/* Returns how many octets of s the piece stands for. */
static unsigned next_piece(const char *s, size_t len, struct piece *p)
{
	uint32_t c;
	unsigned n = utf8_next(s, len, &c);

	p->s = p->escape;
	if (c == UTF8_BAD || (c < 0x100 && utf8_is_hidden(c))) {
		unsigned octet = c == UTF8_BAD ? (unsigned char)*s : (unsigned)c;
		p->len = (size_t)snprintf(p->escape, sizeof(p->escape), "\\x%02x", octet);
	} else if (utf8_is_hidden(c)) {
		p->len = (size_t)snprintf(p->escape, sizeof(p->escape), "\\u%04x", (unsigned)c);
	} else {
		p->s = s;
		p->len = n;
	}
	return n;
}

void utf8_add_clean(struct buf *b, const char *s, size_t len)
{
	struct piece p;

	for (size_t i = 0; i < len;) {
		i += next_piece(s + i, len - i, &p);
		buf_add(b, p.s, p.len);
	}
}

size_t utf8_clean(const char *s, size_t len, char *out, size_t size)
{
	struct piece p;
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		i += next_piece(s + i, len - i, &p);
		if (p.len >= size - n)
			break;
		memcpy(out + n, p.s, p.len);
		n += p.len;
	}
	out[n] = '\0';
	return n;
}
