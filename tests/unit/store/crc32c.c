/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/crc32c.h"

/* RFC 3720 appendix B.4. */
static void the_examples_of_the_rfc(void **state)
{
	(void)state;
	struct crc32c c;
	uint8_t data[32];
	crc32c_init(&c);
	memset(data, 0, sizeof(data));
	assert_int_equal(crc32c(&c, 0, data, 32), 0x8a9136aa);
	memset(data, 0xff, sizeof(data));
	assert_int_equal(crc32c(&c, 0, data, 32), 0x62a8ab43);
	for (unsigned i = 0; i < 32; i++)
		data[i] = (uint8_t)i;
	assert_int_equal(crc32c(&c, 0, data, 32), 0x46dd794e);
	for (unsigned i = 0; i < 32; i++)
		data[i] = (uint8_t)(31 - i);
	assert_int_equal(crc32c(&c, 0, data, 32), 0x113fdb5c);
	assert_int_equal(crc32c(&c, 0, "123456789", 9), 0xe3069283);
	assert_int_equal(crc32c(&c, 0, NULL, 0), 0);
}

static void pieces_give_what_the_whole_gives(void **state)
{
	(void)state;
	struct crc32c c;
	uint8_t data[100];
	crc32c_init(&c);
	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * i);
	uint32_t whole = crc32c(&c, 0, data, sizeof(data));
	for (size_t cut = 0; cut <= sizeof(data); cut++)
		assert_int_equal(crc32c(&c, crc32c(&c, 0, data, cut), data + cut, sizeof(data) - cut), whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_rfc),
		cmocka_unit_test(pieces_give_what_the_whole_gives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
