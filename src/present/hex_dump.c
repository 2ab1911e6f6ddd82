/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/hex_dump.h"

enum { A_LINE = 16, OFFSET_DIGITS = 8, LINE_MAX = OFFSET_DIGITS + 2 + 3 * A_LINE + 2 + A_LINE + 1 };

static const char digits[] = "0123456789abcdef";

/* Four digits of offset, eight where four do not do. */
static char *put_offset(char *to, size_t at, size_t len)
{
	unsigned n = len > 0xffff ? OFFSET_DIGITS : 4;
	for (unsigned i = n; i-- > 0;)
		*to++ = digits[at >> 4 * i & 15];
	return to;
}

static char *put_line(char *to, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < A_LINE; i++) {
		*to++ = ' ';
		if (i % 8 == 0)
			*to++ = ' ';
		*to++ = i < n ? digits[p[i] >> 4] : ' ';
		*to++ = i < n ? digits[p[i] & 15] : ' ';
	}
	*to++ = ' ';
	*to++ = ' ';
	for (size_t i = 0; i < n; i++)
		*to++ = p[i] >= 0x20 && p[i] < 0x7f ? (char)p[i] : '.';
	if (to[-1] == ' ') /* a blank at the end of a line is shown as what it is not */
		to[-1] = '.';
	return to;
}

void hex_dump(struct buf *out, const uint8_t *p, size_t len)
{
	for (size_t at = 0; at < len; at += A_LINE) {
		char *start = buf_room(out, LINE_MAX + 2);
		if (!start)
			return;
		char *to = put_offset(start, at, len);
		to = put_line(to, p + at, len - at < A_LINE ? len - at : A_LINE);
		*to++ = '\n';
		buf_wrote(out, (size_t)(to - start));
	}
}
