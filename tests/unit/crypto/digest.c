/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* RFC 1321 appendix A.5. */
static void md5_of_abc_is_the_rfc_value(void **state)
{
	static const uint8_t want[] = { 0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0,
					0xd6, 0x96, 0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72 };
	uint8_t got[DIGEST_MD5_LEN];
	(void)state;
	digest_md5((const uint8_t *)"abc", 3, got);
	assert_memory_equal(got, want, sizeof(want));
}

/* RFC 4231 test case 2. */
static void hmac_sha256_is_the_rfc_value(void **state)
{
	static const uint8_t want[] = { 0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
					0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
					0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43 };
	static const char data[] = "what do ya want for nothing?";
	uint8_t got[HMAC_SHA256_LEN];
	(void)state;
	struct hmac_sha256 *h = hmac_sha256_new((const uint8_t *)"Jefe", 4);
	assert_non_null(h);
	hmac_sha256(h, (const uint8_t *)data, strlen(data), got);
	hmac_sha256_free(h);
	assert_memory_equal(got, want, sizeof(want));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(md5_of_abc_is_the_rfc_value),
		cmocka_unit_test(hmac_sha256_is_the_rfc_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
