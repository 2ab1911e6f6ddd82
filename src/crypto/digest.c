/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto/digest.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>

void digest_md5(const uint8_t *data, size_t len, uint8_t out[DIGEST_MD5_LEN])
{
	struct md5_ctx ctx;
	md5_init(&ctx);
	md5_update(&ctx, len, data);
	md5_digest(&ctx, DIGEST_MD5_LEN, out);
}

void digest_hmac_sha256(const uint8_t *key, size_t key_len, const uint8_t *data, size_t len,
			uint8_t out[DIGEST_SHA256_LEN])
{
	struct hmac_sha256_ctx ctx;
	hmac_sha256_set_key(&ctx, key_len, key);
	hmac_sha256_update(&ctx, len, data);
	hmac_sha256_digest(&ctx, DIGEST_SHA256_LEN, out);
}
