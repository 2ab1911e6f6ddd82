/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"

/* xorshift64: the same addresses in every run. */
static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

static struct addr parsed(const char *text)
{
	struct addr a;
	assert_true(addr_parse(text, &a));
	return a;
}

static void assert_as_inet_ntop(const struct addr *a)
{
	char ours[ADDR_TEXT_MAX], theirs[64];

	if (addr_is_v4(a))
		inet_ntop(AF_INET, a->b + 12, theirs, sizeof(theirs));
	else
		inet_ntop(AF_INET6, a->b, theirs, sizeof(theirs));
	size_t len = addr_text(a, ours);
	assert_string_equal(ours, theirs);
	assert_int_equal(len, strlen(theirs));
	struct addr back = parsed(ours);
	assert_true(addr_equal(&back, a));
}

static void every_pattern_of_zero_groups_reads_as_inet_ntop(void **state)
{
	(void)state;
	uint64_t seed = 88172645463325252u;
	for (unsigned pattern = 0; pattern < 256; pattern++)
		for (unsigned turn = 0; turn < 20; turn++) {
			struct addr a = { { 0 } };
			for (unsigned g = 0; g < 8; g++) {
				uint16_t v = (uint16_t)(next_random(&seed) >> (16 + turn % 4 * 4));
				if (pattern >> g & 1) {
					a.b[2 * g] = (uint8_t)(v >> 8 >> (turn % 3 * 4));
					a.b[2 * g + 1] = (uint8_t)(v | 1);
				}
			}
			assert_as_inet_ntop(&a);
		}
}

static void random_addresses_read_as_inet_ntop(void **state)
{
	(void)state;
	uint64_t seed = 42;
	for (unsigned i = 0; i < 100000; i++) {
		uint64_t half[2] = { next_random(&seed), next_random(&seed) };
		struct addr a;
		memcpy(a.b, half, 16);
		if (i & 1)
			a = addr_from_v4(a.b);
		else if (i & 2)
			memset(a.b + (i >> 2 & 15), 0, 16 - (i >> 2 & 15));
		assert_as_inet_ntop(&a);
	}
}

static void every_octet_reads_as_inet_ntop(void **state)
{
	(void)state;
	for (unsigned v = 0; v < 256; v++) {
		uint8_t q[4] = { (uint8_t)v, (uint8_t)(255 - v), 0, (uint8_t)v };
		struct addr a = addr_from_v4(q);
		assert_as_inet_ntop(&a);
	}
}

static void a_mapped_address_reads_as_ipv4(void **state)
{
	(void)state;
	char text[ADDR_TEXT_MAX];
	struct addr a = parsed("::ffff:192.0.2.1");
	assert_true(addr_is_v4(&a));
	assert_int_equal(addr_text(&a, text), 9);
	assert_string_equal(text, "192.0.2.1");
}

static void the_longest_text_fits(void **state)
{
	(void)state;
	char text[ADDR_TEXT_MAX];
	struct addr a;
	memset(a.b, 0xff, 16);
	assert_int_equal(addr_text(&a, text), 39);
}

static void nonsense_is_no_address(void **state)
{
	(void)state;
	static const char *const bad[] = { "",         "1.2.3",      "1.2.3.4.5",        "256.1.1.1",
					   "x",        "1.2.3.4/24", "::1::2",           "2001:db8::/32",
					   "01.2.3.4", " 1.2.3.4",   "1:2:3:4:5:6:7:8:9" };
	struct addr a;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(addr_parse(bad[i], &a));
}

static void the_first_bits_stay_and_the_rest_goes(void **state)
{
	(void)state;
	struct addr a = parsed("2001:db8:5a5a:a5a5:ffff:0:1234:5678");
	for (unsigned bits = 0; bits <= 128; bits++) {
		struct addr net = addr_truncate(&a, bits);
		for (unsigned i = 0; i < 128; i++) {
			unsigned mask = 0x80u >> i % 8;
			assert_int_equal(net.b[i / 8] & mask, i < bits ? a.b[i / 8] & mask : 0);
		}
	}
	struct addr v4 = parsed("192.0.2.77"), want = parsed("192.0.2.0");
	v4 = addr_truncate(&v4, 120);
	assert_true(addr_equal(&v4, &want));
}

static void loopback_is_this_machine_in_either_version(void **state)
{
	static const char *const here[] = { "127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1" };
	static const char *const there[] = { "126.0.0.1", "128.0.0.1", "::", "::2", "1::1", "::127.0.0.1" };
	struct addr a;
	(void)state;
	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++)
		assert_true(addr_parse(here[i], &a) && addr_is_loopback(&a));
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++)
		assert_true(addr_parse(there[i], &a) && !addr_is_loopback(&a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pattern_of_zero_groups_reads_as_inet_ntop),
		cmocka_unit_test(random_addresses_read_as_inet_ntop),
		cmocka_unit_test(every_octet_reads_as_inet_ntop),
		cmocka_unit_test(a_mapped_address_reads_as_ipv4),
		cmocka_unit_test(the_longest_text_fits),
		cmocka_unit_test(loopback_is_this_machine_in_either_version),
		cmocka_unit_test(nonsense_is_no_address),
		cmocka_unit_test(the_first_bits_stay_and_the_rest_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
