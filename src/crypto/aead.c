/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto/aead.h"

#include <nettle/siv-cmac.h>

size_t aead_key_len(uint16_t algorithm)
{
	switch (algorithm) {
	case AEAD_SIV_CMAC_256: return SIV_CMAC_AES128_KEY_SIZE;
	case AEAD_SIV_CMAC_512: return SIV_CMAC_AES256_KEY_SIZE;
	default: return 0;
	}
}

bool aead_seal(uint16_t algorithm, const uint8_t *key, const struct aead_text *t, uint8_t *out)
{
	if (!aead_key_len(algorithm) || !t->nonce_len)
		return false;
	if (algorithm == AEAD_SIV_CMAC_256) {
		struct siv_cmac_aes128_ctx c;
		siv_cmac_aes128_set_key(&c, key);
		siv_cmac_aes128_encrypt_message(&c, t->nonce_len, t->nonce, t->associated_len, t->associated,
						t->input_len + AEAD_TAG_LEN, out, t->input);
	} else {
		struct siv_cmac_aes256_ctx c;
		siv_cmac_aes256_set_key(&c, key);
		siv_cmac_aes256_encrypt_message(&c, t->nonce_len, t->nonce, t->associated_len, t->associated,
						t->input_len + AEAD_TAG_LEN, out, t->input);
	}
	return true;
}

bool aead_open(uint16_t algorithm, const uint8_t *key, const struct aead_text *t, uint8_t *out)
{
	if (!aead_key_len(algorithm) || !t->nonce_len || t->input_len < AEAD_TAG_LEN)
		return false;
	size_t len = t->input_len - AEAD_TAG_LEN;
	if (algorithm == AEAD_SIV_CMAC_256) {
		struct siv_cmac_aes128_ctx c;
		siv_cmac_aes128_set_key(&c, key);
		return siv_cmac_aes128_decrypt_message(&c, t->nonce_len, t->nonce, t->associated_len,
						       t->associated, len, out, t->input);
	}
	struct siv_cmac_aes256_ctx c;
	siv_cmac_aes256_set_key(&c, key);
	return siv_cmac_aes256_decrypt_message(&c, t->nonce_len, t->nonce, t->associated_len, t->associated,
					       len, out, t->input);
}
