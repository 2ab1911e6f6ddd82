/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/tls.h"

/* Octets of a hello, written one after the other; lengths are filled in when a part ends. */
struct writer {
	uint8_t at[512];
	uint32_t len;
};

static void put(struct writer *w, uint32_t n, uint64_t value)
{
	while (n-- > 0)
		w->at[w->len++] = (uint8_t)(value >> 8 * n);
}

static void put_text(struct writer *w, const char *s)
{
	memcpy(w->at + w->len, s, strlen(s));
	w->len += (uint32_t)strlen(s);
}

/* A length of n octets, to be filled in by finish(). */
static uint32_t open(struct writer *w, uint32_t n)
{
	put(w, n, 0);
	return w->len;
}

static void finish(struct writer *w, uint32_t n, uint32_t from)
{
	uint32_t len = w->len - from, end = w->len;
	w->len = from - n;
	put(w, n, len);
	w->len = end;
}

static uint32_t extension(struct writer *w, unsigned type)
{
	put(w, 2, type);
	return open(w, 2);
}

static void client_hello(struct writer *w)
{
	put(w, 1, TLS_HANDSHAKE_CLIENT_HELLO);
	uint32_t body = open(w, 3);
	put(w, 2, 0x0303);
	w->len += 32;
	put(w, 1, 2); /* session */
	put(w, 2, 0xabcd);
	put(w, 2, 6); /* suites, one of them grease */
	put(w, 6, 0x5a5a13021301);
	put(w, 2, 0x0100); /* compression: one, none */
	uint32_t all = open(w, 2), ext = extension(w, 0), list = open(w, 2);
	put(w, 1, 0);
	uint32_t name = open(w, 2);
	put_text(w, "time.exa\x1bmple");
	finish(w, 2, name);
	finish(w, 2, list);
	finish(w, 2, ext);
	ext = extension(w, 16);
	list = open(w, 2);
	put(w, 1, 7);
	put_text(w, "ntske/1");
	put(w, 1, 2);
	put_text(w, "h2");
	finish(w, 2, list);
	finish(w, 2, ext);
	ext = extension(w, 43);
	put(w, 1, 6);
	put(w, 6, 0x7a7a03040303);
	finish(w, 2, ext);
	finish(w, 2, all);
	finish(w, 3, body);
}

static void a_client_hello_tells_what_it_offers(void **state)
{
	(void)state;
	struct writer w = { .len = 0 };
	struct tls_handshake h;
	client_hello(&w);
	struct bytes b = bytes_of(w.at, w.len);
	assert_true(tls_handshake_next(&b, &h));
	assert_int_equal(h.type, TLS_HANDSHAKE_CLIENT_HELLO);
	assert_false(h.cut);
	assert_string_equal(h.name, "time.exa?mple");
	assert_string_equal(h.protocols, "ntske/1,h2");
	assert_int_equal(h.n_versions, 2); /* grease left out */
	assert_int_equal(h.versions[0], 0x0304);
	assert_int_equal(h.n_ciphers, 3);
	assert_int_equal(load_be16(h.ciphers + 2), 0x1302);
	assert_string_equal(tls_cipher_name(load_be16(h.ciphers + 2)), "TLS_AES_256_GCM_SHA384");
	assert_true(tls_is_grease(load_be16(h.ciphers)));
	assert_false(tls_handshake_next(&b, &h));
}

static void server_hello(struct writer *w, bool retry)
{
	static const uint8_t random[32] = {
		0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
		0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
		0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
	};
	put(w, 1, TLS_HANDSHAKE_SERVER_HELLO);
	uint32_t body = open(w, 3);
	put(w, 2, 0x0303);
	for (unsigned i = 0; i < 32; i++)
		put(w, 1, retry ? random[i] : i);
	put(w, 1, 0);
	put(w, 3, 0x130100);
	uint32_t all = open(w, 2), ext = extension(w, 43);
	put(w, 2, 0x0304);
	finish(w, 2, ext);
	finish(w, 2, all);
	finish(w, 3, body);
}

static void a_server_hello_tells_what_was_chosen(void **state)
{
	(void)state;
	for (unsigned retry = 0; retry < 2; retry++) {
		struct writer w = { .len = 0 };
		struct tls_handshake h;
		server_hello(&w, retry);
		struct bytes b = bytes_of(w.at, w.len);
		assert_true(tls_handshake_next(&b, &h));
		assert_int_equal(h.version, 0x0304);
		assert_int_equal(h.cipher, 0x1301);
		assert_int_equal(h.retry, retry);
	}
}

static void messages_follow_each_other_in_one_record(void **state)
{
	(void)state;
	struct writer w = { .len = 0 };
	struct tls_handshake h;
	server_hello(&w, false);
	put(&w, 4, 0x0b000003);
	put(&w, 3, 0);
	put(&w, 4, 0x0e000000);
	struct bytes b = bytes_of(w.at, w.len);
	assert_true(tls_handshake_next(&b, &h));
	assert_true(tls_handshake_next(&b, &h));
	assert_string_equal(tls_handshake_name(h.type), "certificate");
	assert_int_equal(h.len, 3);
	assert_true(tls_handshake_next(&b, &h));
	assert_string_equal(tls_handshake_name(h.type), "server hello done");
	assert_false(tls_handshake_next(&b, &h));
}

/* In blocks of exactly their size, so that a sanitizer sees what is read behind them. */
static void a_hello_cut_anywhere_gives_what_was_reached(void **state)
{
	(void)state;
	struct writer w = { .len = 0 };
	client_hello(&w);
	for (uint32_t n = 0; n < w.len; n++) {
		uint8_t *copy = malloc(n ? n : 1);
		struct tls_handshake h;
		memcpy(copy, w.at, n);
		struct bytes b = bytes_of(copy, n);
		assert_int_equal(tls_handshake_next(&b, &h), n >= 4);
		assert_int_equal(h.cut, n >= 4);
		assert_true(h.n_ciphers <= 3);
		free(copy);
	}
}

static void records_are_told_from_other_octets(void **state)
{
	(void)state;
	struct tls_record r;
	assert_true(tls_record_parse((const uint8_t[]){ 22, 3, 1, 1, 0 }, &r));
	assert_int_equal(r.len, 256);
	assert_int_equal(r.version, 0x0301);
	assert_true(tls_record_parse((const uint8_t[]){ 24, 3, 4, 0, 0 }, &r));
	assert_false(tls_record_parse((const uint8_t[]){ 19, 3, 1, 0, 0 }, &r));
	assert_false(tls_record_parse((const uint8_t[]){ 25, 3, 1, 0, 0 }, &r));
	assert_false(tls_record_parse((const uint8_t[]){ 22, 2, 1, 0, 0 }, &r));
	assert_false(tls_record_parse((const uint8_t[]){ 22, 3, 5, 0, 0 }, &r));
	assert_false(tls_record_parse((const uint8_t[]){ 22, 3, 3, 0x48, 1 }, &r));
	assert_false(tls_record_parse((const uint8_t *)"GET /", &r));
}

static void numbers_have_their_registered_names(void **state)
{
	(void)state;
	assert_string_equal(tls_alert_name(40), "handshake_failure");
	assert_string_equal(tls_alert_name(120), "no_application_protocol");
	assert_null(tls_alert_name(1));
	assert_null(tls_alert_name(255));
	assert_string_equal(tls_version_name(0x0304), "TLS 1.3");
	assert_null(tls_version_name(0x0305));
	assert_string_equal(tls_record_name(TLS_RECORD_ALERT), "alert");
	assert_null(tls_record_name(0));
	assert_null(tls_handshake_name(99));
	assert_null(tls_cipher_name(0x5a5a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_hello_tells_what_it_offers),
		cmocka_unit_test(a_server_hello_tells_what_was_chosen),
		cmocka_unit_test(messages_follow_each_other_in_one_record),
		cmocka_unit_test(a_hello_cut_anywhere_gives_what_was_reached),
		cmocka_unit_test(records_are_told_from_other_octets),
		cmocka_unit_test(numbers_have_their_registered_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
