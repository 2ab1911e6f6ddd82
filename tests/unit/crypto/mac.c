/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/mac.h"
#include "unit/hex.h"

/* One request under a key of each kind. */
static void each_kind_gives_its_digest(void **state)
{
	static const char message[] = "230006200000000000000000000000000000000000000000000000000000"
				      "000000000000000000000123456789abcdef";
	static const struct {
		enum mac_kind kind;
		const char *key, *digest;
	} rows[] = {
		{ MAC_MD5, "6f62736572766174", "c4b82f7596706d7185da159c8d6ffaca" },
		{ MAC_SHA1, "6f6273657276617431323334353637383930",
		  "7be329d1e17e710d89b299bba6345e35be929fc1" },
		{ MAC_SHA256, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		  "83c72f90baa4ee6cf34e5526fe83af656718593ad7a4de51a19406b941ea5631" },
		{ MAC_SHA384, "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b",
		  "e03473093cfc8b8e43869eb315ccb89d8a15563ab6b78be7db1ce4da57049ff6e2a5eadc7b2da771"
		  "01a49f144af87174" },
		{ MAC_SHA512, "deadbeefdeadbeefdeadbeefdeadbeef",
		  "ae94a99d4c169c3310068cec0cab8c27ec4a348f37d56dc388be834bfedf19c4345f59e715cd4366"
		  "c1fb66e9421e663a9949d18277720081ae42666b4c750b36" },
		{ MAC_AES128, "000102030405060708090a0b0c0d0e0f", "b8dfca4a62329e8d74c0a602ca990dd9" },
		{ MAC_AES256, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
		  "71e09b913af08d2df2ad534a2c282ab2" },
	};
	uint8_t data[64], key[64], want[64], got[MAC_DIGEST_MAX];
	size_t len = hex_octets(message, data);
	(void)state;
	assert_int_equal(len, 48);
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), N_MAC_KINDS);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t key_len = hex_octets(rows[i].key, key), n = hex_octets(rows[i].digest, want);
		assert_int_equal(mac_digest(rows[i].kind, key, key_len, data, len, got), n);
		assert_memory_equal(got, want, n);
		assert_true(mac_equal(got, want, n));
		got[n - 1] ^= 1;
		assert_false(mac_equal(got, want, n));
	}
}

/* RFC 4493 section 4. */
static void aes_cmac_is_the_rfc_value(void **state)
{
	static const char *const rows[][2] = {
		{ "", "bb1d6929e95937287fa37d129b756746" },
		{ "6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c" },
		{ "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
		  "dfa66747de9ae63030ca32611497c827" },
	};
	uint8_t data[64], key[16], want[16], got[MAC_DIGEST_MAX];
	(void)state;
	hex_octets("2b7e151628aed2a6abf7158809cf4f3c", key);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = hex_octets(rows[i][0], data);
		hex_octets(rows[i][1], want);
		assert_int_equal(mac_digest(MAC_AES128, key, sizeof(key), data, len, got), 16);
		assert_memory_equal(got, want, 16);
	}
}

static void an_aes_key_has_one_length(void **state)
{
	uint8_t key[33] = { 0 }, got[MAC_DIGEST_MAX];
	(void)state;
	assert_int_equal(mac_key_len(MAC_AES128), 16);
	assert_int_equal(mac_key_len(MAC_AES256), 32);
	assert_int_equal(mac_key_len(MAC_SHA1), 0);
	assert_int_equal(mac_digest(MAC_AES128, key, 15, key, 4, got), 0);
	assert_int_equal(mac_digest(MAC_AES256, key, 33, key, 4, got), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_gives_its_digest),
		cmocka_unit_test(aes_cmac_is_the_rfc_value),
		cmocka_unit_test(an_aes_key_has_one_length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
