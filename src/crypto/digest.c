/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto/digest.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/hmac.h>
#include <nettle/md5.h>

void digest_md5(const uint8_t *data, size_t len, uint8_t out[DIGEST_MD5_LEN])
{
	struct md5_ctx ctx;
	md5_init(&ctx);
	md5_update(&ctx, len, data);
	md5_digest(&ctx, DIGEST_MD5_LEN, out);
}

struct hmac_sha256 {
	struct hmac_sha256_ctx ctx;
};

struct hmac_sha256 *hmac_sha256_new(const uint8_t *key, size_t key_len)
{
	struct hmac_sha256 *h = malloc(sizeof(*h));
	if (h)
		hmac_sha256_set_key(&h->ctx, key_len, key);
	return h;
}

void hmac_sha256_free(struct hmac_sha256 *h)
{
	if (h)
		explicit_bzero(h, sizeof(*h));
	free(h);
}

void hmac_sha256(struct hmac_sha256 *h, const uint8_t *data, size_t len, uint8_t out[HMAC_SHA256_LEN])
{
	hmac_sha256_update(&h->ctx, len, data);
	hmac_sha256_digest(&h->ctx, HMAC_SHA256_LEN, out); /* and is ready for the next message */
}
