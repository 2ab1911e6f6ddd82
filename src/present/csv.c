/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/csv.h"

#include <stdbool.h>
#include <string.h>

#include "present/utf8.h"

/* Line breaks need no quotes: they are escaped before. */
static bool needs_quotes(const char *s, size_t len)
{
	return memchr(s, ',', len) || memchr(s, '"', len) || s[0] == ' ' || s[len - 1] == ' ';
}

void csv_text(struct buf *b, const char *s, size_t len)
{
	if (!len)
		return;
	bool quoted = needs_quotes(s, len);
	if (quoted)
		buf_char(b, '"');
	if (memchr("=+-@", s[0], 4))
		buf_char(b, '\'');
	while (len) {
		const char *quote = memchr(s, '"', len);
		size_t n = quote ? (size_t)(quote - s) : len;
		utf8_add_clean(b, s, n);
		if (quote) {
			buf_str(b, "\"\"");
			n++;
		}
		s += n;
		len -= n;
	}
	if (quoted)
		buf_char(b, '"');
}
