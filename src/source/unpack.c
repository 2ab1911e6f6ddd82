/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/unpack.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

struct unpack {
	enum packing kind;
	bool inside; /* a member has begun and not ended */
	bool over;   /* trailing bytes were met */
	bool gzip_again;
	z_stream gzip;
	ZSTD_DStream *zstd;
	LZ4F_dctx *lz4;
};

static bool starts(const uint8_t *p, size_t n, const char *magic, size_t magic_len)
{
	return n >= magic_len && !memcmp(p, magic, magic_len);
}

enum packing packing_of(const uint8_t *p, size_t n)
{
	if (starts(p, n, "\x1f\x8b", 2))
		return PACKING_GZIP;
	if (starts(p, n, "\x28\xb5\x2f\xfd", 4))
		return PACKING_ZSTD;
	/* Skippable frames begin the files of parallel zstd. */
	if (n >= 4 && (p[0] & 0xf0) == 0x50 && starts(p + 1, n - 1, "\x2a\x4d\x18", 3))
		return PACKING_ZSTD;
	if (starts(p, n, "\x04\x22\x4d\x18", 4))
		return PACKING_LZ4;
	if (starts(p, n,
		   "\xfd"
		   "7zXZ",
		   5) ||
	    starts(p, n, "BZh", 3))
		return PACKING_OTHER;
	return PACKING_NONE;
}

static bool start(struct unpack *u)
{
	switch (u->kind) {
	case PACKING_GZIP: return inflateInit2(&u->gzip, 15 + 16) == Z_OK;
	case PACKING_ZSTD: u->zstd = ZSTD_createDStream(); return u->zstd;
	case PACKING_LZ4: return !LZ4F_isError(LZ4F_createDecompressionContext(&u->lz4, LZ4F_VERSION));
	case PACKING_NONE:
	case PACKING_OTHER: break;
	}
	return false;
}

enum err unpack_new(enum packing kind, struct unpack **out)
{
	struct unpack *u = calloc(1, sizeof(*u));

	*out = NULL;
	if (!u)
		return ERR_MEMORY;
	u->kind = kind;
	if (!start(u)) {
		unpack_free(u);
		return ERR_MEMORY;
	}
	*out = u;
	return ERR_OK;
}

void unpack_free(struct unpack *u)
{
	if (!u)
		return;
	if (u->kind == PACKING_GZIP)
		inflateEnd(&u->gzip);
	ZSTD_freeDStream(u->zstd);
	LZ4F_freeDecompressionContext(u->lz4);
	free(u);
}

/* Between two members: does another one begin here?  Its magic may be split over two pieces of input, so
 * inflate itself is asked; what it refuses at the very beginning is trailing rubbish. */
static enum err gzip_step(struct unpack *u, const uint8_t **in, size_t *in_len, uint8_t *out, size_t out_len,
			  size_t *wrote)
{
	z_stream *z = &u->gzip;
	int r;

	if (u->gzip_again && *in_len) {
		if (**in != 0x1f)
			return ERR_END;
		inflateReset(z);
		u->gzip_again = false;
		u->inside = true;
	}
	z->next_in = (Bytef *)(uintptr_t)*in;
	z->avail_in = *in_len < UINT_MAX ? (uInt)*in_len : UINT_MAX;
	z->next_out = out;
	z->avail_out = out_len < UINT_MAX ? (uInt)out_len : UINT_MAX;
	r = inflate(z, Z_NO_FLUSH);
	*wrote = (size_t)(z->next_out - out);
	*in_len -= (size_t)(z->next_in - *in);
	*in = z->next_in;
	if (r == Z_STREAM_END) {
		u->inside = false;
		u->gzip_again = true;
	}
	return r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR ? ERR_OK : ERR_FORMAT;
}

static enum err zstd_step(struct unpack *u, const uint8_t **in, size_t *in_len, uint8_t *out, size_t out_len,
			  size_t *wrote)
{
	ZSTD_inBuffer src = { .src = *in, .size = *in_len };
	ZSTD_outBuffer dst = { .dst = out, .size = out_len };
	size_t left = ZSTD_decompressStream(u->zstd, &dst, &src);

	*in += src.pos;
	*in_len -= src.pos;
	*wrote = dst.pos;
	if (src.pos || dst.pos) /* else it names what a next frame would need */
		u->inside = left != 0;
	return ZSTD_isError(left) ? ERR_FORMAT : ERR_OK;
}

static enum err lz4_step(struct unpack *u, const uint8_t **in, size_t *in_len, uint8_t *out, size_t out_len,
			 size_t *wrote)
{
	size_t took = *in_len, gave = out_len;
	size_t left = LZ4F_decompress(u->lz4, out, &gave, *in, &took, NULL);

	if (LZ4F_isError(left)) {
		*wrote = 0;
		return ERR_FORMAT;
	}
	*in += took;
	*in_len -= took;
	*wrote = gave;
	if (took || gave) /* else it names what a next frame would need */
		u->inside = left != 0;
	return ERR_OK;
}

enum err unpack_step(struct unpack *u, const uint8_t **in, size_t *in_len, uint8_t *out, size_t out_len,
		     size_t *wrote)
{
	*wrote = 0;
	if (*in_len && !u->gzip_again)
		u->inside = true;
	switch (u->kind) {
	case PACKING_GZIP: return gzip_step(u, in, in_len, out, out_len, wrote);
	case PACKING_ZSTD: return zstd_step(u, in, in_len, out, out_len, wrote);
	case PACKING_LZ4: return lz4_step(u, in, in_len, out, out_len, wrote);
	case PACKING_NONE:
	case PACKING_OTHER: break;
	}
	return ERR_FORMAT;
}

bool unpack_is_inside(const struct unpack *u)
{
	return u->inside;
}
