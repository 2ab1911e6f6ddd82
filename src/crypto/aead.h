/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Authenticated encryption for Network Time Security: AES-SIV-CMAC (RFC 5297), by the numbers of the IANA
 * AEAD registry that RFC 8915 negotiates.  The tag of 16 octets stands in front of the ciphertext.
 */
#ifndef CRYPTO_AEAD_H
#define CRYPTO_AEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	AEAD_SIV_CMAC_256 = 15, /* must be known to all (RFC 8915 section 5.1) */
	AEAD_SIV_CMAC_512 = 17,
	AEAD_KEY_MAX = 64,
	AEAD_TAG_LEN = 16,
	AEAD_NONCE_LEN = 16, /* of ours; others' may have any length but 0 */
};

/* Octets of a key; 0 when we do not know that algorithm. */
size_t aead_key_len(uint16_t algorithm);

struct aead_text {
	const uint8_t *associated, *nonce, *input;
	size_t associated_len, nonce_len, input_len;
};

/* Writes input_len + AEAD_TAG_LEN octets.  False: unknown algorithm or empty nonce. */
bool aead_seal(uint16_t algorithm, const uint8_t *key, const struct aead_text *t, uint8_t *out);

/* Writes input_len - AEAD_TAG_LEN octets.  False, and nothing to be used in out, when it is not authentic. */
bool aead_open(uint16_t algorithm, const uint8_t *key, const struct aead_text *t, uint8_t *out);

#endif
