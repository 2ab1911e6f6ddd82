/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/aead.h"
#include "unit/hex.h"

/* RFC 5297 and packets of NTS, whose requests encrypt nothing. */
static void seals_and_opens_the_vectors(void **state)
{
	static const struct {
		uint16_t algorithm;
		const char *key, *associated, *nonce, *plain, *sealed;
	} rows[] = {
		{ AEAD_SIV_CMAC_256, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef01040024000102030405060708090a0b0c0d0e0f101112131415161718191a1b"
		  "1c1d1e1f",
		  "404142434445464748494a4b4c4d4e4f", "", "06027ccefa8d7e4b1ecfe5d1fd08f0a9" },
		{ AEAD_SIV_CMAC_256, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		  "6164", "01", "78", "c6c4dbd521ff59d083b34b589b9ee97f60" },
		{ AEAD_SIV_CMAC_256, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		  "00000000000000", "404142434445464748494a4b4c4d4e4f", "000102030405060708090a0b0c0d0e",
		  "b513f4147c250fbc761074273626a8492d7c374b1171ecfa4ce64d3e04355e" },
		{ AEAD_SIV_CMAC_256, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		  "00000000000000", "404142434445464748494a4b4c4d4e4f", "000102030405060708090a0b0c0d0e0f",
		  "6e312b7b96a3f87329981e5ff5ca1fdbd667582fe4d20f04f211f29d886a30bf" },
		{ AEAD_SIV_CMAC_256, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		  "00000000000000", "404142434445464748494a4b4c4d4e4f", "000102030405060708090a0b0c0d0e0f10",
		  "f5c259d63e334fefc2ae37f21f9b10d4e10292da9cd95c69cdbc02df58ca2e1ecb" },
		{ AEAD_SIV_CMAC_512,
		  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627"
		  "28292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
		  "6164", "404142434445464748494a4b4c4d4e4f", "706c61696e74657874",
		  "c1666ccab770bb4000ef42af126a43054296b264aaaaa12a5b" },
	};
	uint8_t key[AEAD_KEY_MAX], associated[256], nonce[64], plain[256], sealed[256], got[256];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(hex_octets(rows[i].key, key), aead_key_len(rows[i].algorithm));
		size_t plain_len = hex_octets(rows[i].plain, plain);
		size_t sealed_len = hex_octets(rows[i].sealed, sealed);
		struct aead_text t = { .associated = associated,
				       .nonce = nonce,
				       .input = plain,
				       .associated_len = hex_octets(rows[i].associated, associated),
				       .nonce_len = hex_octets(rows[i].nonce, nonce),
				       .input_len = plain_len };
		assert_int_equal(sealed_len, plain_len + AEAD_TAG_LEN);
		assert_true(aead_seal(rows[i].algorithm, key, &t, got));
		assert_memory_equal(got, sealed, sealed_len);
		t.input = sealed;
		t.input_len = sealed_len;
		assert_true(aead_open(rows[i].algorithm, key, &t, got));
		assert_memory_equal(got, plain, plain_len);
		for (size_t at = 0; at < sealed_len; at++) {
			sealed[at] ^= 0x10;
			assert_false(aead_open(rows[i].algorithm, key, &t, got));
			sealed[at] ^= 0x10;
		}
		associated[0] ^= 1;
		assert_false(aead_open(rows[i].algorithm, key, &t, got));
	}
}

static void what_cannot_be_is_refused(void **state)
{
	uint8_t key[AEAD_KEY_MAX] = { 0 }, nonce[16] = { 0 }, out[64];
	struct aead_text t = { .associated = key, .nonce = nonce, .input = key, .associated_len = 4 };
	(void)state;
	assert_false(aead_seal(AEAD_SIV_CMAC_256, key, &t, out)); /* no nonce */
	t.nonce_len = 16;
	t.input_len = AEAD_TAG_LEN - 1;
	assert_false(aead_open(AEAD_SIV_CMAC_256, key, &t, out));
	assert_false(aead_seal(30, key, &t, out));
	assert_int_equal(aead_key_len(30), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seals_and_opens_the_vectors),
		cmocka_unit_test(what_cannot_be_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
