/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Message authentication codes of NTP with symmetric keys (RFC 5905 section 7.3, RFC 8573): the digest of the
 * key followed by the packet (a plain prefix, no HMAC), or AES-CMAC.
 */
#ifndef CRYPTO_MAC_H
#define CRYPTO_MAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mac_kind { MAC_MD5, MAC_SHA1, MAC_SHA256, MAC_SHA384, MAC_SHA512, MAC_AES128, MAC_AES256, N_MAC_KINDS };

enum { MAC_DIGEST_MAX = 64 };

/* Octets that a key of this kind must have (AES), or 0 when any number will do. */
size_t mac_key_len(enum mac_kind kind);

/* The whole digest of data; its length in octets, or 0 when the key is too long or short for its kind. */
size_t mac_digest(enum mac_kind kind, const uint8_t *key, size_t key_len, const uint8_t *data, size_t len,
		  uint8_t out[MAC_DIGEST_MAX]);

/* Compares in a time that does not depend on where they differ. */
bool mac_equal(const uint8_t *a, const uint8_t *b, size_t len);

#endif
