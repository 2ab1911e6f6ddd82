/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key establishments on TCP port 4460, as sums: hellos, alerts, distinct clients, names of servers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/ntske_seen.h"

enum { HELLO_MAX = 512, INFO_NAMES = sizeof(((struct ntske_info *)0)->names) / sizeof(struct sni_row) };

struct hello {
	uint8_t at[HELLO_MAX];
	uint32_t len;
};

static void put(struct hello *h, const void *p, size_t n)
{
	assert_true(h->len + n <= HELLO_MAX);
	memcpy(h->at + h->len, p, n);
	h->len += (uint32_t)n;
}

static void put16(struct hello *h, size_t v)
{
	put(h, (const uint8_t[2]){ (uint8_t)(v >> 8), (uint8_t)v }, 2);
}

/* RFC 8446 section 4.1.2, RFC 6066 section 3, RFC 7301 section 3.1; NULL leaves an extension out. */
static struct hello client_hello(const char *sni, const char *alpn)
{
	static const uint8_t random[33] = { 7 };
	size_t n_sni = sni ? strlen(sni) : 0, n_alpn = alpn ? strlen(alpn) : 0;
	size_t n_ext = (sni ? 9 + n_sni : 0) + (alpn ? 7 + n_alpn : 0);
	size_t body = 2 + 33 + 4 + 2 + 2 + n_ext;
	struct hello h = { .len = 0 };
	put(&h, (const uint8_t[3]){ 22, 3, 1 }, 3);
	put16(&h, body + 4);
	put(&h, (const uint8_t[2]){ 1, 0 }, 2);
	put16(&h, body);
	put16(&h, 0x0303);
	put(&h, random, 33); /* and an empty session id */
	put(&h, (const uint8_t[6]){ 0, 2, 0x13, 1, 1, 0 }, 6);
	put16(&h, n_ext);
	if (sni) {
		put16(&h, 0);
		put16(&h, n_sni + 5);
		put16(&h, n_sni + 3);
		put(&h, "", 1);
		put16(&h, n_sni);
		put(&h, sni, n_sni);
	}
	if (alpn) {
		put16(&h, 16);
		put16(&h, n_alpn + 3);
		put16(&h, n_alpn + 1);
		put(&h, (const uint8_t[1]){ (uint8_t)n_alpn }, 1);
		put(&h, alpn, n_alpn);
	}
	return h;
}

static struct datagram segment_of(unsigned client, const uint8_t *payload, uint32_t len)
{
	return (struct datagram){
		.src = addr_from_v4((const uint8_t[4]){ 10, 0, (uint8_t)(client >> 8), (uint8_t)client }),
		.dst = addr_from_v4((const uint8_t[4]){ 192, 0, 2, 1 }),
		.kind = DATAGRAM_TCP,
		.sport = 50000,
		.dport = 4460,
		.payload = payload,
		.payload_len = len,
		.payload_wire_len = len,
	};
}

/* The payload in a block of exactly its size. */
static void give(struct ntske_seen *s, unsigned client, const void *payload, uint32_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	if (len)
		memcpy(copy, payload, len);
	struct datagram d = segment_of(client, copy, len);
	ntske_seen_add(s, &d);
	free(copy);
}

static void give_hello(struct ntske_seen *s, unsigned client, const char *sni, const char *alpn)
{
	struct hello h = client_hello(sni, alpn);
	give(s, client, h.at, h.len);
}

static void begin(struct ntske_seen *s)
{
	assert_int_equal(ntske_seen_init(s, 77), ERR_OK);
}

static struct ntske_info end(struct ntske_seen *s)
{
	struct ntske_info info;
	ntske_seen_info(s, &info);
	ntske_seen_release(s);
	return info;
}

static void a_hello_counts_its_client_and_its_name(void **state)
{
	(void)state;
	struct ntske_seen s;
	begin(&s);
	give_hello(&s, 1, "time.example.org", "ntske/1");
	struct ntske_info info = end(&s);
	assert_int_equal(info.n_segments, 1);
	assert_int_equal(info.n_client_hellos, 1);
	assert_int_equal(info.n_clients, 1);
	assert_int_equal(info.n_without_alpn, 0);
	assert_int_equal(info.n_cut, 0);
	assert_int_equal(info.n_names, 1);
	assert_string_equal(info.names[0].name, "time.example.org");
	assert_int_equal(info.names[0].n, 1);
}

static void a_client_that_comes_again_is_one_client(void **state)
{
	(void)state;
	struct ntske_seen s;
	begin(&s);
	for (unsigned i = 0; i < 10; i++)
		give_hello(&s, i % 3, "a.example", "ntske/1");
	struct ntske_info info = end(&s);
	assert_int_equal(info.n_client_hellos, 10);
	assert_int_equal(info.n_clients, 3);
	assert_int_equal(info.n_names, 1);
	assert_int_equal(info.names[0].n, 10);
}

static void a_hello_without_ntske_among_its_protocols_is_counted(void **state)
{
	(void)state;
	struct ntske_seen s;
	begin(&s);
	give_hello(&s, 1, "a.example", NULL);
	give_hello(&s, 1, "a.example", "h2");
	give_hello(&s, 1, "a.example", "ntske/1");
	assert_int_equal(end(&s).n_without_alpn, 2);
}

static void a_hello_without_name_counts_but_adds_no_name(void **state)
{
	(void)state;
	struct ntske_seen s;
	begin(&s);
	give_hello(&s, 1, NULL, "ntske/1");
	struct ntske_info info = end(&s);
	assert_int_equal(info.n_client_hellos, 1);
	assert_int_equal(info.n_names, 0);
}

/* The protocols stand at the end here: what was not seen is not missing. */
static void a_hello_that_is_cut_is_not_said_to_lack_its_protocol(void **state)
{
	(void)state;
	struct ntske_seen s;
	struct hello h = client_hello("a.example", "ntske/1");
	begin(&s);
	for (uint32_t len = 6; len < h.len; len++)
		give(&s, 1, h.at, len);
	struct ntske_info info = end(&s);
	assert_int_equal(info.n_client_hellos, h.len - 6);
	assert_int_equal(info.n_cut, h.len - 6);
	assert_int_equal(info.n_without_alpn, 0);
}

static void server_hellos_and_alerts_are_told_apart(void **state)
{
	/* RFC 8446 section 6: fatal (2), no_application_protocol (120). */
	static const uint8_t alert[] = { 21, 3, 3, 0, 2, 2, 120 };
	static const uint8_t server_hello[] = { 22, 3, 3, 0, 4, 2, 0, 0, 0 };
	static const uint8_t data[] = { 23, 3, 3, 0, 1, 9 };
	(void)state;
	struct ntske_seen s;
	begin(&s);
	give(&s, 1, alert, sizeof(alert));
	give(&s, 1, alert, sizeof(alert));
	give(&s, 1, server_hello, sizeof(server_hello));
	give(&s, 1, data, sizeof(data));
	give(&s, 1, "GET / HTTP/1.0", 14);
	struct ntske_info info = end(&s);
	assert_int_equal(info.n_segments, 5);
	assert_int_equal(info.n_alerts, 2);
	assert_int_equal(info.n_server_hellos, 1);
	assert_int_equal(info.n_client_hellos, 0);
	assert_int_equal(info.n_clients, 0);
}

static void segments_without_payload_are_segments_only(void **state)
{
	(void)state;
	struct ntske_seen s;
	struct datagram syn = segment_of(1, NULL, 0);
	begin(&s);
	ntske_seen_add(&s, &syn);
	struct ntske_info info = end(&s);
	assert_int_equal(info.n_segments, 1);
	assert_int_equal(info.n_client_hellos + info.n_server_hellos + info.n_alerts + info.n_clients, 0);
}

static void names_come_most_frequent_first_then_by_name(void **state)
{
	static const char *const sent[] = { "b", "c", "a", "c", "d", "c", "d" };
	static const char *const want[] = { "c", "d", "a", "b" };
	(void)state;
	struct ntske_seen s;
	begin(&s);
	for (unsigned i = 0; i < 7; i++)
		give_hello(&s, i, sent[i], "ntske/1");
	struct ntske_info info = end(&s);
	assert_int_equal(info.n_names, 4);
	for (unsigned i = 0; i < 4; i++)
		assert_string_equal(info.names[i].name, want[i]);
	assert_int_equal(info.names[0].n, 3);
	assert_int_equal(info.names[1].n, 2);
}

/* Strangers choose the names. */
static void the_table_of_names_is_bounded_and_goes_on_counting_those_in_it(void **state)
{
	(void)state;
	struct ntske_seen s;
	char name[32];
	begin(&s);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 2 * NTSKE_NAMES_MAX; i++) {
			snprintf(name, sizeof(name), "host-%03u.example", i);
			give_hello(&s, i, name, "ntske/1");
		}
	}
	assert_int_equal(s.n_names, NTSKE_NAMES_MAX);
	struct ntske_info info = end(&s);
	assert_int_equal(info.n_client_hellos, 4 * NTSKE_NAMES_MAX);
	assert_int_equal(info.n_clients, 2 * NTSKE_NAMES_MAX);
	assert_int_equal(info.n_names, INFO_NAMES);
	for (unsigned i = 0; i < INFO_NAMES; i++) {
		snprintf(name, sizeof(name), "host-%03u.example", i);
		assert_string_equal(info.names[i].name, name);
		assert_int_equal(info.names[i].n, 2);
	}
}

static void the_longest_name_fits(void **state)
{
	(void)state;
	struct ntske_seen s;
	char name[300];
	memset(name, 'x', sizeof(name));
	name[299] = '\0';
	begin(&s);
	give_hello(&s, 1, name, "ntske/1");
	give_hello(&s, 1, name, "ntske/1");
	struct ntske_info info = end(&s);
	assert_int_equal(info.n_names, 1);
	assert_int_equal(info.names[0].n, 2);
	assert_int_equal(strlen(info.names[0].name), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hello_counts_its_client_and_its_name),
		cmocka_unit_test(a_client_that_comes_again_is_one_client),
		cmocka_unit_test(a_hello_without_ntske_among_its_protocols_is_counted),
		cmocka_unit_test(a_hello_without_name_counts_but_adds_no_name),
		cmocka_unit_test(a_hello_that_is_cut_is_not_said_to_lack_its_protocol),
		cmocka_unit_test(server_hellos_and_alerts_are_told_apart),
		cmocka_unit_test(segments_without_payload_are_segments_only),
		cmocka_unit_test(names_come_most_frequent_first_then_by_name),
		cmocka_unit_test(the_table_of_names_is_bounded_and_goes_on_counting_those_in_it),
		cmocka_unit_test(the_longest_name_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
