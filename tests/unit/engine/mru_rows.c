/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/mru_rows.h"

/* As ntpsec 1.2.2 sent it. */
static const char answer
	[] = "nonce=eeacbcd8932cf5335c73c05, rs.0=0x0, last.0=0xeeacbcd8.932cf533,\r\nsc.0=0.489, "
	     "first.0=0xeeacbcd7.9fd48c31, mv.0=22, dr.0=0, ct.0=10,\r\naddr.0=127.0.0.1:58902, qzr.0=10268, "
	     "now=0xeeacbcd8.932f679b,\r\nlast.newest=0xeeacbcd8.932cf533\r\n";

static void a_row_of_ntpsec_reads(void **state)
{
	(void)state;
	struct var_list l = var_list_of(answer, sizeof(answer) - 1);
	struct mru_rest rest = { .now = 0 };
	struct mru_row r = { .count = 0 };
	struct var v;
	unsigned have = 0, index, n_noise = 0;
	char text[ADDR_TEXT_MAX];
	while (var_next(&l, &v)) {
		if (mru_rest_take(&rest, &v))
			continue;
		if (!mru_var_index(&v, &index)) {
			n_noise++;
			continue;
		}
		assert_int_equal(index, 0);
		assert_false(mru_row_is_whole(have));
		mru_row_take(&r, &have, &v);
	}
	assert_true(mru_row_is_whole(have));
	assert_int_equal(n_noise, 2); /* qzr.0 and last.newest */
	assert_string_equal(rest.nonce, "nonce=eeacbcd8932cf5335c73c05");
	assert_true(rest.now == UINT64_C(0xeeacbcd8932f679b));
	addr_text(&r.addr, text);
	assert_string_equal(text, "127.0.0.1");
	assert_int_equal(r.port, 58902);
	assert_true(r.last == UINT64_C(0xeeacbcd8932cf533) && r.first == UINT64_C(0xeeacbcd79fd48c31));
	assert_int_equal(r.count, 10);
	assert_int_equal(r.mode, 6);
	assert_int_equal(r.version, 2);
	assert_int_equal(r.restrictions, 0);
	assert_true(r.has_score && r.has_dropped);
	assert_int_equal(r.score_milli, 489);
	assert_int_equal(r.dropped, 0);
}

static void addresses_have_ports_brackets_and_scopes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *addr, *scope;
		int port; /* -1: none */
	} some[] = {
		{ "192.0.2.1:123", "192.0.2.1", "", 123 },
		{ "[2001:db8::1]:65535", "2001:db8::1", "", 65535 },
		{ "[fe80::1%eth0]:0", "fe80::1", "%eth0", 0 },
		{ "192.0.2.1", "", "", -1 },
		{ "192.0.2.1:", "", "", -1 },
		{ "192.0.2.1:65536", "", "", -1 },
		{ "192.0.2.1:0x7b", "", "", -1 },
		{ "192.0.2.256:1", "", "", -1 },
		{ "[2001:db8::1:5", "", "", -1 },
		{ ":5", "", "", -1 },
		{ "", "", "", -1 },
		{ "[fe80::1%an-interface-with-a-long-name]:5", "", "", -1 },
	};
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		struct mru_row r = { .count = 0 };
		char text[ADDR_TEXT_MAX];
		assert_int_equal(mru_address(some[i].text, strlen(some[i].text), &r), some[i].port >= 0);
		if (some[i].port < 0)
			continue;
		addr_text(&r.addr, text);
		assert_string_equal(text, some[i].addr);
		assert_string_equal(r.scope, some[i].scope);
		assert_int_equal(r.port, some[i].port);
	}
}

static void a_nonce_is_hexadecimal_or_none(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"nonce=\"ab, limit=1\"", "nonce=xyz", "nonce=", "nonce",
		"nonce=00000000000000000000000000000000000000000000000000000000000000"
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct var_list l = var_list_of(bad[i], strlen(bad[i]));
		struct mru_rest rest = { .now = 0 };
		struct var v;
		assert_true(var_next(&l, &v));
		assert_false(mru_rest_take(&rest, &v));
		assert_string_equal(rest.nonce, "");
	}
}

static void points_are_written_whole_or_not_at_all(void **state)
{
	(void)state;
	char out[64] = "";
	struct mru_text t = { .out = out, .room = 60 };
	struct addr a;
	addr_parse("192.0.2.1", &a);
	mru_text_add(&t, "nonce=1");
	assert_true(mru_text_point(&t, 0, &a, "", 123, UINT64_C(0xeeacbcd8000000ff)));
	assert_int_equal(t.len, 57);
	assert_memory_equal(out, "nonce=1, addr.0=192.0.2.1:123, last.0=0xeeacbcd8.000000ff", 57);
	assert_false(mru_text_point(&t, 1, &a, "", 123, 1));
	assert_int_equal(t.len, 57);
	addr_parse("fe80::1", &a);
	t.len = 0;
	t.full = false;
	assert_true(mru_text_point(&t, 12, &a, "%e0", 1, 1));
	assert_memory_equal(out, ", addr.12=[fe80::1%e0]:1, last.12=0x00000000.00000001", 53);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_of_ntpsec_reads),
		cmocka_unit_test(addresses_have_ports_brackets_and_scopes),
		cmocka_unit_test(a_nonce_is_hexadecimal_or_none),
		cmocka_unit_test(points_are_written_whole_or_not_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
