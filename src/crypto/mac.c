/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto/mac.h"

#include <nettle/cmac.h>
#include <nettle/memops.h>
#include <nettle/nettle-meta.h>

enum { CONTEXT_MAX = 256 };

static const struct nettle_hash *hash_of(enum mac_kind kind)
{
	switch (kind) {
	case MAC_MD5: return &nettle_md5;
	case MAC_SHA1: return &nettle_sha1;
	case MAC_SHA256: return &nettle_sha256;
	case MAC_SHA384: return &nettle_sha384;
	case MAC_SHA512: return &nettle_sha512;
	default: return NULL;
	}
}

size_t mac_key_len(enum mac_kind kind)
{
	return kind == MAC_AES128 ? AES128_KEY_SIZE : kind == MAC_AES256 ? AES256_KEY_SIZE : 0;
}

static size_t cmac(enum mac_kind kind, const uint8_t *key, const uint8_t *data, size_t len, uint8_t *out)
{
	if (kind == MAC_AES128) {
		struct cmac_aes128_ctx c;
		cmac_aes128_set_key(&c, key);
		cmac_aes128_update(&c, len, data);
		cmac_aes128_digest(&c, CMAC128_DIGEST_SIZE, out);
	} else {
		struct cmac_aes256_ctx c;
		cmac_aes256_set_key(&c, key);
		cmac_aes256_update(&c, len, data);
		cmac_aes256_digest(&c, CMAC128_DIGEST_SIZE, out);
	}
	return CMAC128_DIGEST_SIZE;
}

size_t mac_digest(enum mac_kind kind, const uint8_t *key, size_t key_len, const uint8_t *data, size_t len,
		  uint8_t out[MAC_DIGEST_MAX])
{
	const struct nettle_hash *h = hash_of(kind);
	union {
		uint8_t room[CONTEXT_MAX];
		uint64_t aligned;
	} context;

	if (!h)
		return key_len == mac_key_len(kind) ? cmac(kind, key, data, len, out) : 0;
	if (h->context_size > sizeof(context))
		return 0;
	h->init(&context);
	h->update(&context, key_len, key);
	h->update(&context, len, data);
	h->digest(&context, h->digest_size, out);
	return h->digest_size;
}

bool mac_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
	return memeql_sec(a, b, len);
}
