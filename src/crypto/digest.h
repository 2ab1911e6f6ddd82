/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests.  The files of crypto/ are the only ones that see a crypto library. */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_MD5_LEN = 16, DIGEST_SHA256_LEN = 32 };

void digest_md5(const uint8_t *data, size_t len, uint8_t out[DIGEST_MD5_LEN]);

/* HMAC-SHA256 (RFC 2104, FIPS 180-4) under a key of any length. */
void digest_hmac_sha256(const uint8_t *key, size_t key_len, const uint8_t *data, size_t len,
			uint8_t out[DIGEST_SHA256_LEN]);

#endif
