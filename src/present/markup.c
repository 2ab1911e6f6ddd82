/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/markup.h"

#include <math.h>
#include <string.h>

#include "present/utf8.h"

static const char *reference_of(char c)
{
	switch (c) {
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '&': return "&amp;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void markup_text_n(struct buf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len;) {
		uint32_t code_point;
		unsigned n = utf8_next(s + i, len - i, &code_point);
		const char *reference = n == 1 ? reference_of(s[i]) : NULL;

		if (reference)
			buf_str(b, reference);
		else if (utf8_is_hidden(code_point))
			utf8_add_clean(b, s + i, n);
		else
			buf_add(b, s + i, n);
		i += n;
	}
}

void markup_text(struct buf *b, const char *s)
{
	markup_text_n(b, s, strlen(s));
}

/* Written by hand: a picture has tens of thousands of them. */
void markup_number(struct buf *b, double v, unsigned decimals)
{
	static const double scales[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };
	char digits[24] = { 0 };
	unsigned n = 0, at_least = decimals + 1;

	if (!(fabs(v) < 1e12)) {
		buf_char(b, '0');
		return;
	}
	uint64_t u = (uint64_t)(fabs(v) * scales[decimals] + 0.5);
	if (v < 0 && u)
		buf_char(b, '-');
	do {
		digits[n++] = (char)('0' + u % 10);
		u /= 10;
	} while (u || n < at_least);
	unsigned skip = 0;
	while (skip < decimals && digits[skip] == '0')
		skip++;
	for (unsigned i = n; i-- > skip;) {
		buf_char(b, digits[i]);
		if (i == decimals && i > skip)
			buf_char(b, '.');
	}
}
