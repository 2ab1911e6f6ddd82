/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key establishments over loopback with servers that say what a test gives them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <poll.h>

#include "ask/query_ke.h"
#include "base/nstime.h"
#include "unit/hex.h"
#include "unit/tls_server.h"

enum { DAY_S = 86400 };

#define GOOD   "8001 0002 0000 8004 0002 000f "
#define COOKIE "0005 0004 61626364 "
#define END    "8000 0000"

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static struct query_report report;
static struct tls_server server;

/* What comes of a server that answers so, asked under the name `host`. */
static enum query_result establish(const struct tls_server_options *o, const char *host)
{
	struct tls_trust *trust;
	struct udp_target at = { 0 };
	enum query_result r;

	memset(&report, 0, sizeof(report));
	report.host = host;
	addr_parse("127.0.0.1", &at.addr);
	tls_server_start(&server, o);
	at.port = server.port;
	assert_int_equal(tls_trust_new(server.ca_path, &trust), ERR_OK);
	const struct ask_query_options options = { .trust = trust, .config = { .timeout_ns = NS_PER_S / 2 } };
	struct query_ke_talk *k = query_ke_open(&report, &options, &at, now_ns());
	assert_non_null(k);
	while ((r = query_ke_step(k, now_ns())) == QUERY_NONE) {
		struct pollfd p = { .fd = query_ke_fd(k), .events = query_ke_events(k) };
		poll(&p, 1, 10);
	}
	query_ke_close(k);
	tls_server_stop(&server);
	tls_trust_free(trust);
	return r;
}

static enum query_result answered(const char *hex, unsigned pieces)
{
	uint8_t answer[1024];
	const struct tls_server_options o = { .name = "nts.example",
					      .from_s = -DAY_S,
					      .until_s = 30 * DAY_S,
					      .alpn = "ntske/1",
					      .answer = answer,
					      .answer_len = hex_octets(hex, answer),
					      .pieces = pieces };
	return establish(&o, "nts.example");
}

static void a_good_answer_gives_keys_and_cookies(void **state)
{
	(void)state;
	for (unsigned pieces = 0; pieces < 6; pieces += 5) {
		assert_int_equal(answered(GOOD COOKIE COOKIE "8006 0001 61 8007 0002 007c" END, pieces),
				 QUERY_OK);
		assert_true(report.ke.was_tried && report.ke.is_good);
		assert_int_equal(report.ke.aead, 15);
		assert_int_equal(report.ke.n_cookies, 2);
		assert_int_equal(report.ke.cookie_len, 4);
		assert_int_equal(report.ke.port, 124);
		assert_string_equal(report.ke.server, "a");
		assert_string_equal(report.ke.tls_version, "TLS1.3");
		assert_string_equal(report.ke.subject, "CN=nts.example");
		assert_true(report.ke.took_ns > 0 && report.ke.took_ns < NS_PER_S);
		assert_int_equal(report.query.nts.aead, 15);
		assert_int_equal(report.query.nts.n_cookies, 2);
		assert_memory_not_equal(report.query.nts.c2s, report.query.nts.s2c, 32);
		assert_string_equal(report.why, "");
		/* what was asked: NTPv4, and two algorithms */
		uint8_t wanted[32];
		size_t len = hex_octets("80010002000080040004000f001180000000", wanted);
		assert_int_equal(server.heard_len, len);
		assert_memory_equal(server.heard, wanted, len);
		assert_string_equal(server.server_name, "nts.example");
	}
}

static void each_refusal_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *hex;
		enum query_result result;
		const char *why;
	} all[] = {
		{ "8002 0002 0000" END, QUERY_NTS_REFUSED, "error 0, unrecognized critical record" },
		{ "8002 0002 0001" END, QUERY_NTS_REFUSED, "error 1, bad request" },
		{ "8002 0002 0002" END, QUERY_NTS_REFUSED, "error 2, internal server error" },
		{ "8002 0002 0777" END, QUERY_NTS_REFUSED, "error 1911" },
		{ "8003 0002 0001" END, QUERY_NTS_REFUSED, "warning 1" },
		{ "8001 0000" END, QUERY_NTS_REFUSED, "no NTS for NTPv4" },
		{ "8001 0002 0000 8004 0000" END, QUERY_NTS_REFUSED, "none of our AEAD algorithms" },
		{ GOOD END, QUERY_NTS_REFUSED, "no cookies" },
		{ GOOD "cabc 0000" END, QUERY_NTS_MALFORMED, "critical record of type 19132" },
		{ GOOD "0005 0000" END, QUERY_NTS_MALFORMED, "record of type 5" },
		{ GOOD COOKIE, QUERY_NTS_MALFORMED, "end before the End of Message" },
		{ GOOD COOKIE "80", QUERY_NTS_MALFORMED, "end before the End of Message" },
		{ "", QUERY_NTS_MALFORMED, "end before the End of Message" },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(answered(all[i].hex, 0), all[i].result);
		if (!strstr(report.why, all[i].why))
			fail_msg("'%s' is not about '%s'", report.why, all[i].why);
		assert_false(report.ke.is_good);
		assert_string_equal(report.ke.subject, "CN=nts.example");
	}
}

static struct tls_server_options good_server(void)
{
	static const uint8_t answer[] = { 0x80, 1, 0, 2, 0, 0,   0x80, 4, 0, 2, 0,
					  15,   0, 5, 0, 1, 'c', 0x80, 0, 0, 0 };
	return (struct tls_server_options){ .name = "nts.example",
					    .from_s = -DAY_S,
					    .until_s = 30 * DAY_S,
					    .alpn = "ntske/1",
					    .answer = answer,
					    .answer_len = sizeof(answer) };
}

static void sessions_that_do_not_come_about_are_named(void **state)
{
	(void)state;
	struct tls_server_options o = good_server();

	assert_int_equal(establish(&o, "other.example"), QUERY_NTS_CERTIFICATE);
	assert_non_null(strstr(report.why, "another name"));
	assert_string_equal(report.ke.subject, "CN=nts.example");
	o.alpn = NULL;
	assert_int_equal(establish(&o, "nts.example"), QUERY_NTS_TLS);
	assert_non_null(strstr(report.why, "ntske/1"));
	o = good_server();
	o.priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
	assert_int_equal(establish(&o, "nts.example"), QUERY_NTS_TLS);
}

static void a_server_that_says_nothing_is_given_up(void **state)
{
	(void)state;
	struct tls_server_options o = good_server();

	o.answer_len = 0;
	o.is_silent = true;
	assert_int_equal(establish(&o, "nts.example"), QUERY_NTS_MALFORMED);
	assert_non_null(strstr(report.why, "no answer"));
}

/* A connection, but nobody who speaks TLS, is another thing than no connection. */
static void who_accepts_and_says_nothing_has_no_session(void **state)
{
	(void)state;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	struct tls_trust *trust;
	struct udp_target at = { 0 };
	enum query_result r;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &len), 0);
	memset(&report, 0, sizeof(report));
	report.host = "nts.example";
	addr_parse("127.0.0.1", &at.addr);
	at.port = ntohs(a.sin_port);
	assert_int_equal(tls_trust_new(NULL, &trust), ERR_OK);
	const struct ask_query_options options = { .trust = trust,
						   .config = { .timeout_ns = NS_PER_S / 10 } };
	struct query_ke_talk *k = query_ke_open(&report, &options, &at, now_ns());
	while ((r = query_ke_step(k, now_ns())) == QUERY_NONE) {
		struct pollfd p = { .fd = query_ke_fd(k), .events = query_ke_events(k) };
		poll(&p, 1, 10);
	}
	assert_int_equal(r, QUERY_NTS_TLS);
	assert_non_null(strstr(report.why, "no TLS session in time"));
	query_ke_close(k);
	query_ke_close(NULL);
	close(listener);
	tls_trust_free(trust);
}

/* People write "[2001:db8::1]" and "nts.example."; certificates and server names do not. */
static void brackets_and_a_last_dot_are_no_part_of_the_name(void **state)
{
	(void)state;
	struct tls_server_options o = good_server();

	assert_int_equal(establish(&o, "nts.example."), QUERY_OK);
	assert_string_equal(server.server_name, "nts.example");
	o.name = "ADDRESS";
	assert_int_equal(establish(&o, "[127.0.0.1]"), QUERY_OK);
	assert_string_equal(server.server_name, "");
}

/* The name that it gives may have addresses of both kinds, of which we may be able to use one only. */
static void a_server_named_for_the_time_is_asked_by_the_same_kind_of_address(void **state)
{
	(void)state;
	uint8_t answer[128];
	const struct tls_server_options o = {
		.name = "nts.example",
		.from_s = -DAY_S,
		.until_s = 30 * DAY_S,
		.alpn = "ntske/1",
		.answer = answer,
		.answer_len = hex_octets(GOOD COOKIE "8006 0009 6c6f63616c686f7374 8007 0002 0001" END,
					 answer),
	};
	struct tls_trust *trust;
	struct addr loopback;

	memset(&report, 0, sizeof(report));
	report.host = "nts.example";
	report.result = QUERY_NONE;
	assert_true(addr_parse("127.0.0.1", &loopback));
	report.addr = loopback;
	tls_server_start(&server, &o);
	assert_int_equal(tls_trust_new(server.ca_path, &trust), ERR_OK);
	const struct ask_query_options options = {
		.trust = trust,
		.ke_port = server.port,
		.config = { .version = 4, .samples = 1, .timeout_ns = NS_PER_S / 2, .has_nts = true },
	};
	assert_int_equal(ask_queries(&report, 1, &options, NULL, NULL), ERR_OK);
	tls_server_stop(&server);
	tls_trust_free(trust);
	assert_string_equal(report.ke.server, "localhost");
	assert_true(addr_equal(&report.addr, &loopback));
	assert_int_equal(report.port, 1);
	assert_int_equal(report.result, QUERY_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_answer_gives_keys_and_cookies),
		cmocka_unit_test(each_refusal_is_named),
		cmocka_unit_test(sessions_that_do_not_come_about_are_named),
		cmocka_unit_test(a_server_that_says_nothing_is_given_up),
		cmocka_unit_test(who_accepts_and_says_nothing_has_no_session),
		cmocka_unit_test(brackets_and_a_last_dot_are_no_part_of_the_name),
		cmocka_unit_test(a_server_named_for_the_time_is_asked_by_the_same_kind_of_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
