/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/chrony.h"
#include "unit/hex.h"

/* What chronyc and chronyd 4.3 sent. */
static const char tracking_request_hex
	[] = "0601000000210000010203040000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "00000000000000000000000000000000";
static const char serverstats_request_hex
	[] = "0601000000360000010203050000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000000000000000000000000000000";
static const char
	n_sources_request_hex[] = "06010000000e0000010203060000000000000000000000000000000000000000";
static const char no_such_source_hex[] = "06020000003900010004000000000000010203390000000000000000";
static const char unauthorised_hex[] = "06020000003600010002000000000000010203360000000000000000";

/* The reply's data point into *s, which the caller frees. */
static struct chrony_reply parse(const char *hex, struct sample *s)
{
	struct chrony_reply r;
	*s = sample_of(hex);
	assert_true(chrony_reply_parse(s->p, s->len, &r));
	return r;
}

static void requests_are_those_of_chronyc(void **state)
{
	(void)state;
	static const struct {
		const char *hex;
		enum chrony_command command;
		uint32_t sequence;
	} some[] = {
		{ tracking_request_hex, CHRONY_TRACKING, 0x01020304 },
		{ serverstats_request_hex, CHRONY_SERVERSTATS, 0x01020305 },
		{ n_sources_request_hex, CHRONY_N_SOURCES, 0x01020306 },
	};
	for (size_t i = 0; i < 3; i++) {
		struct sample s = sample_of(some[i].hex);
		uint8_t out[CHRONY_MESSAGE_MAX];
		memset(out, 0xaa, sizeof(out));
		assert_int_equal(chrony_request_write(some[i].command, NULL, some[i].sequence, 0, out),
				 s.len);
		assert_memory_equal(out, s.p, s.len);
		free(s.p);
	}
}

static void arguments_lie_behind_the_head(void **state)
{
	(void)state;
	struct chrony_arguments a = { .index = 0x01020304, .min_hits = 7 };
	uint8_t out[CHRONY_MESSAGE_MAX];
	assert_int_equal(chrony_request_write(CHRONY_SOURCE_DATA, &a, 1, 2, out), 76);
	assert_memory_equal(out, "\6\1\0\0\0\x0f\0\2\0\0\0\1\0\0\0\0\0\0\0\0\1\2\3\4\0", 25);
	assert_int_equal(chrony_request_write(CHRONY_CLIENTS, &a, 1, 0, out), 520);
	assert_memory_equal(out + 20, "\1\2\3\4\0\0\0\x08\0\0\0\7\0\0\0\0", 16);
	a.addr.family = CHRONY_IPV4;
	addr_parse("192.0.2.1", &a.addr.addr);
	assert_int_equal(chrony_request_write(CHRONY_NTPDATA, &a, 1, 0, out), 172);
	assert_memory_equal(out + 20, "\xc0\0\2\1\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0", 20);
	a.addr.family = CHRONY_IPV6;
	addr_parse("2001:db8::1", &a.addr.addr);
	chrony_request_write(CHRONY_AUTHDATA, &a, 1, 0, out);
	assert_memory_equal(out + 20, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\0\2\0\0", 20);
	a.addr = (struct chrony_addr){ .family = CHRONY_ID, .id = 5 };
	chrony_request_write(CHRONY_SOURCE_NAME, &a, 1, 0, out);
	assert_memory_equal(out + 20, "\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0\0\0\3\0\0", 20);
}

static void refusals_have_their_status(void **state)
{
	(void)state;
	struct sample s;
	struct chrony_reply r = parse(unauthorised_hex, &s);
	struct chrony_serverstats x;
	assert_int_equal(r.status, CHRONY_UNAUTHORISED);
	assert_string_equal(chrony_status_name(r.status), "not authorised");
	assert_false(chrony_serverstats(&r, &x));
	free(s.p);
	r = parse(no_such_source_hex, &s);
	assert_string_equal(chrony_status_name(r.status), "no such source");
	assert_string_equal(chrony_status_name(21), "unknown");
	free(s.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_those_of_chronyc),
		cmocka_unit_test(arguments_lie_behind_the_head),
		cmocka_unit_test(refusals_have_their_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
