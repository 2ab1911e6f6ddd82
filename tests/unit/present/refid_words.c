/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/refid_words.h"

static void each_stratum_reads_the_refid_in_its_way(void **state)
{
	(void)state;
	static const struct {
		uint8_t mode, stratum, refid[4];
		const char *words;
	} known[] = {
		{ 4, 0, { 'R', 'A', 'T', 'E' }, "asked too often: ask less" },
		{ 4, 0, { 'X', 'Y', 'Z', 'Z' }, "" },
		{ 3, 0, { 'R', 'A', 'T', 'E' }, "" }, /* a client kisses nobody */
		{ 4, 1, { 'G', 'P', 'S', 0 }, "satellite, GPS" },
		{ 4, 1, { 'D', 'C', 'F', 'a' }, "DCF77, amplitude" },
		{ 4, 1, { 1, 2, 3, 4 }, "" },
		{ 4, 2, { 127, 127, 1, 1 }, "local clock" },
		{ 4, 2, { 127, 127, 20, 0 }, "reference clock of ntpd: driver and unit" },
		{ 4, 2, { 0, 0, 0, 0 }, "none" },
		/* Half a second: fee00000 of the driver of leap smear in ntpd. */
		{ 4, 2, { 0xfe, 0xe0, 0, 0 }, "an address, or a leap smear of -0.500000 s" },
		{ 4, 3, { 192, 0, 2, 1 }, "IPv4 address of its source, or hash of an IPv6 one" },
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct ntp_header h = { .version = 4, .mode = known[i].mode, .stratum = known[i].stratum };
		char words[REFID_WORDS_MAX];
		memcpy(h.refid, known[i].refid, 4);
		refid_words(&h, words);
		assert_string_equal(words, known[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stratum_reads_the_refid_in_its_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
