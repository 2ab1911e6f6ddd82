/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/gzip.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

/* gzip's frame, and a window and memory of which few are in use at a time. */
enum { WINDOW = 15 + 16, MEMORY = 8, LEVEL = 1 };

/* "gzip;q=0" takes none (RFC 9110, 12.4.2). */
static bool is_refused(const char *parameters)
{
	const char *q = strcspn(parameters, ",") ? strcasestr(parameters, "q=") : NULL;
	return q && q < parameters + strcspn(parameters, ",") && strtod(q + 2, NULL) <= 0;
}

bool gzip_accepted(const char *accept)
{
	for (const char *p = accept; p && *p; p += strcspn(p, ","), p += *p == ',') {
		p += strspn(p, " \t");
		size_t len = strcspn(p, ",; \t");
		if ((len == 4 && strncasecmp(p, "gzip", 4) == 0) || (len == 1 && *p == '*'))
			return !is_refused(p + len);
	}
	return false;
}

bool gzip_buf(struct buf *b)
{
	z_stream z = { 0 };
	struct buf out;

	if (b->err || b->len < GZIP_LEAST || b->len > UINT32_MAX / 2 || buf_init(&out, -1))
		return false;
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
		buf_release(&out);
		return false;
	}
	unsigned char piece[16384];
	int done = Z_OK;
	z.next_in = (unsigned char *)b->data;
	z.avail_in = (uInt)b->len;
	while (done == Z_OK && !out.err) {
		z.next_out = piece;
		z.avail_out = sizeof(piece);
		done = deflate(&z, Z_FINISH);
		buf_add(&out, (const char *)piece, sizeof(piece) - z.avail_out);
	}
	deflateEnd(&z);
	bool good = done == Z_STREAM_END && !out.err && out.len < b->len;
	buf_release(good ? b : &out);
	if (good)
		*b = out;
	return good;
}
