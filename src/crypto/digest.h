/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests, plain and keyed.  The library that computes them is seen by the files of this folder only. */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_MD5_LEN = 16, HMAC_SHA256_LEN = 32 };

/* RFC 1321; for reference ids of IPv6 sources (RFC 5905 section 7.3), not for security. */
void digest_md5(const uint8_t *data, size_t len, uint8_t out[DIGEST_MD5_LEN]);

/* HMAC-SHA-256 (RFC 2104, RFC 6234) under one key, for many short messages. */
struct hmac_sha256;

/* NULL without memory.  The key is not kept as it is. */
struct hmac_sha256 *hmac_sha256_new(const uint8_t *key, size_t key_len);

/* Wipes and frees; accepts NULL. */
void hmac_sha256_free(struct hmac_sha256 *h);

void hmac_sha256(struct hmac_sha256 *h, const uint8_t *data, size_t len, uint8_t out[HMAC_SHA256_LEN]);

#endif
