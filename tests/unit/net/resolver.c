/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against a name server of the test's own on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/resolver.h"

#define SECOND INT64_C(1000000000)

/* What it answers is one label, so that any octet can be in it, before ".example". */
struct server {
	struct loop *loop;
	int fd;
	char text[32]; /* "127.0.0.1:5353" */
	const char *label;
	size_t label_len;
	int rcode; /* 3: no such name; -1: no answer at all */
	unsigned n_questions;
	char asked[64][96]; /* first labels of the questions */
};

static size_t put_name(uint8_t *out, const char *label, size_t len)
{
	out[0] = (uint8_t)len;
	memcpy(out + 1, label, len);
	memcpy(out + 1 + len, "\7example", 9);
	return len + 10;
}

/* Keeps the question, which is all there is behind the header, and adds a PTR record. */
static size_t answer(const struct server *s, uint8_t *m, size_t len)
{
	m[2] = 0x84;
	m[3] = s->rcode > 0 ? (uint8_t)s->rcode : 0;
	memset(m + 6, 0, 6);
	if (s->rcode)
		return len;
	m[7] = 1;
	static const uint8_t head[] = { 0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60 };
	memcpy(m + len, head, sizeof(head));
	size_t n = put_name(m + len + 12, s->label, s->label_len);
	m[len + 10] = (uint8_t)(n >> 8);
	m[len + 11] = (uint8_t)n;
	return len + 12 + n;
}

static void note_question(struct server *s, const uint8_t *m)
{
	char *out = s->asked[s->n_questions % 64];
	size_t at = 12, n = 0;
	while (m[at] && n + m[at] + 2 < sizeof(s->asked[0])) {
		memcpy(out + n, m + at + 1, m[at]);
		n += m[at];
		out[n++] = '.';
		at += m[at] + 1u;
	}
	out[n] = '\0';
	s->n_questions++;
}

static void asked(void *arg, int fd, uint32_t events)
{
	struct server *s = arg;
	uint8_t m[1024];
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	(void)events;
	ssize_t len = recvfrom(fd, m, 512, 0, (struct sockaddr *)&from, &from_len);
	assert_true(len > 12);
	note_question(s, m);
	if (s->rcode >= 0) {
		size_t n = answer(s, m, (size_t)len);
		assert_int_equal(sendto(fd, m, n, 0, (struct sockaddr *)&from, from_len), n);
	}
}

static void open_server(struct server *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	*s = (struct server){ .label = "host", .label_len = 4 };
	assert_int_equal(loop_new(&s->loop), ERR_OK);
	s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &len), 0);
	snprintf(s->text, sizeof(s->text), "127.0.0.1:%u", ntohs(at.sin_port));
	assert_int_equal(loop_add(s->loop, s->fd, EPOLLIN, asked, s), ERR_OK);
}

static void close_server(struct server *s)
{
	close(s->fd);
	loop_free(s->loop);
}

static void end_later(void *arg)
{
	loop_stop(arg);
}

static void run_for(struct server *s, int64_t ns)
{
	int timer;
	assert_int_equal(loop_every(s->loop, ns, end_later, s->loop, &timer), ERR_OK);
	assert_int_equal(loop_run(s->loop), ERR_OK);
	loop_remove(s->loop, timer);
	close(timer);
}

static struct resolver *begin(struct server *s, double rate, bool asks_private)
{
	struct resolver_config c = {
		.servers = s->text,
		.rate = rate,
		.again_ns = 86400 * SECOND,
		.timeout_ns = 50000000,
		.cache = 1000,
		.asks_private = asks_private,
	};
	struct resolver *r;
	assert_int_equal(resolver_new(&c, s->loop, &r), ERR_OK);
	return r;
}

static struct addr parsed(const char *text)
{
	struct addr a;
	assert_true(addr_parse(text, &a));
	return a;
}

static void names_come_from_the_server_for_both_families(void **state)
{
	struct server s;
	struct addr v4 = parsed("8.1.2.3"), v6 = parsed("2400::7");
	struct resolver_stats stats;
	(void)state;
	open_server(&s);
	struct resolver *r = begin(&s, 10, false);
	assert_true(resolver_want(r, &v4, false, 0));
	assert_true(resolver_want(r, &v6, false, 0));
	assert_null(resolver_name(r, &v4));
	resolver_tick(r, 0);
	run_for(&s, SECOND / 5);
	assert_string_equal(resolver_name(r, &v4), "host.example");
	assert_string_equal(resolver_name(r, &v6), "host.example");
	assert_string_equal(s.asked[0], "3.2.1.8.in-addr.arpa.");
	assert_memory_equal(s.asked[1], "7.0.0.0.", 8);
	resolver_stats(r, &stats);
	assert_int_equal(stats.n_known, 2);
	assert_int_equal(stats.n_answered, 2);
	assert_int_equal(stats.n_in_flight, 0);
	resolver_free(r);
	close_server(&s);
}

static void the_rate_is_kept_and_those_that_matter_go_first(void **state)
{
	struct server s;
	char text[32];
	(void)state;
	open_server(&s);
	struct resolver *r = begin(&s, 1, false);
	for (unsigned i = 1; i <= 5; i++) {
		snprintf(text, sizeof(text), "8.0.0.%u", i);
		struct addr a = parsed(text);
		assert_true(resolver_want(r, &a, i == 5, 0));
	}
	/* four ticks in three seconds: the first one is free, then one a second */
	for (int64_t t = 0; t <= 3 * SECOND; t += SECOND / 10)
		resolver_tick(r, t);
	run_for(&s, SECOND / 5);
	assert_int_equal(s.n_questions, 4);
	assert_string_equal(s.asked[0], "5.0.0.8.in-addr.arpa.");
	assert_string_equal(s.asked[1], "1.0.0.8.in-addr.arpa.");
	/* a long pause saves nothing up */
	resolver_tick(r, 1000 * SECOND);
	run_for(&s, SECOND / 10);
	assert_int_equal(s.n_questions, 5);
	resolver_free(r);
	close_server(&s);
}

static void nobody_is_asked_for_twice_a_day(void **state)
{
	struct server s;
	struct addr a = parsed("8.1.2.3");
	(void)state;
	open_server(&s);
	s.rcode = 3;
	struct resolver *r = begin(&s, 100, false);
	for (int64_t hour = 0; hour < 24; hour++) {
		assert_true(resolver_want(r, &a, true, hour * 3600 * SECOND));
		resolver_tick(r, hour * 3600 * SECOND);
	}
	run_for(&s, SECOND / 10);
	assert_int_equal(s.n_questions, 1);
	assert_null(resolver_name(r, &a));
	assert_true(resolver_want(r, &a, true, 86400 * SECOND));
	resolver_tick(r, 86400 * SECOND);
	run_for(&s, SECOND / 10);
	assert_int_equal(s.n_questions, 2);
	resolver_free(r);
	close_server(&s);
}

static void a_silent_server_is_given_up(void **state)
{
	struct server s;
	struct addr a = parsed("8.1.2.3");
	struct resolver_stats stats;
	(void)state;
	open_server(&s);
	s.rcode = -1;
	struct resolver *r = begin(&s, 100, false);
	assert_true(resolver_want(r, &a, true, 0));
	resolver_tick(r, 0);
	run_for(&s, SECOND / 5);
	resolver_tick(r, SECOND);
	resolver_stats(r, &stats);
	assert_int_equal(stats.n_asked, 1);
	assert_int_equal(stats.n_failed, 1);
	assert_int_equal(stats.n_in_flight, 0);
	resolver_free(r);
	close_server(&s);
}

static void a_hostile_name_is_data(void **state)
{
	static const char *const labels[] = { "<script>alert(1)</script>", "a\"b'c&d", "=cmd|x",
					      "\xff\xfe\x1b[2J", "line\nfeed" };
	static const char *const names[] = { "<script>alert(1)</script>.example", "a\"b'c&d.example",
					     "=cmd|x.example", "\\255\\254\\027[2J.example",
					     "line\\010feed.example" };
	struct server s;
	char text[32];
	(void)state;
	open_server(&s);
	struct resolver *r = begin(&s, 100, false);
	for (unsigned i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		s.label = labels[i];
		s.label_len = strlen(labels[i]);
		snprintf(text, sizeof(text), "8.0.0.%u", i);
		struct addr a = parsed(text);
		assert_true(resolver_want(r, &a, true, (int64_t)i * SECOND));
		resolver_tick(r, (int64_t)i * SECOND);
		run_for(&s, SECOND / 20);
		const char *name = resolver_name(r, &a);
		assert_string_equal(name, names[i]);
	}
	resolver_free(r);
	close_server(&s);
}

static void private_addresses_are_not_asked_about_unless_wanted(void **state)
{
	static const char *const not_public[] = {
		"0.0.0.1",         "10.1.2.3",     "100.64.0.1",  "127.0.0.1",    "169.254.9.9",
		"172.16.0.1",      "172.31.255.1", "192.0.0.8",   "192.0.2.1",    "192.168.0.1",
		"198.18.0.1",      "198.19.1.1",   "203.0.113.1", "198.51.100.1", "224.0.1.1",
		"255.255.255.255", "::1",          "fe80::1",     "fd00::1",      "ff02::101",
		"2001:db8::1",     "::2"
	};
	static const char *const public[] = { "1.1.1.1",    "100.63.255.255", "100.128.0.1", "172.15.0.1",
					      "172.32.0.1", "198.17.0.1",     "198.20.0.1",  "223.255.255.1",
					      "2400::1",    "2001:db7::1",    "3fff:ffff::1" };
	struct server s;
	(void)state;
	for (unsigned i = 0; i < sizeof(not_public) / sizeof(not_public[0]); i++) {
		struct addr a = parsed(not_public[i]);
		if (resolver_is_public(&a))
			fail_msg("%s is not public", not_public[i]);
	}
	for (unsigned i = 0; i < sizeof(public) / sizeof(public[0]); i++) {
		struct addr a = parsed(public[i]);
		if (!resolver_is_public(&a))
			fail_msg("%s is public", public[i]);
	}
	for (int asks = 0; asks <= 1; asks++) {
		struct addr a = parsed("192.168.0.1");
		open_server(&s);
		struct resolver *r = begin(&s, 100, asks);
		assert_true(resolver_want(r, &a, true, 0));
		resolver_tick(r, 0);
		run_for(&s, SECOND / 20);
		assert_int_equal(s.n_questions, asks);
		resolver_free(r);
		close_server(&s);
	}
}

static void the_backlog_is_bounded(void **state)
{
	struct server s;
	struct resolver_stats stats;
	unsigned n = 0;
	(void)state;
	open_server(&s);
	struct resolver *r = begin(&s, 1, false);
	assert_int_equal(resolver_room(r, false), RESOLVER_QUEUE);
	for (unsigned i = 0; i < RESOLVER_QUEUE + 100; i++) {
		uint8_t v4[4] = { 8, 1, (uint8_t)(i >> 8), (uint8_t)i };
		struct addr a = addr_from_v4(v4);
		n += resolver_want(r, &a, false, 0);
	}
	assert_int_equal(n, RESOLVER_QUEUE);
	assert_int_equal(resolver_room(r, false), 0);
	assert_int_equal(resolver_room(r, true), RESOLVER_QUEUE);
	resolver_stats(r, &stats);
	assert_int_equal(stats.n_waiting, RESOLVER_QUEUE);
	assert_int_equal(stats.n_turned_away, 100);
	resolver_free(r);
	close_server(&s);
}

static void servers_have_to_be_addresses(void **state)
{
	struct resolver_config c = { .servers = "not an address", .rate = 1, .cache = 10 };
	struct loop *l;
	struct resolver *r;
	(void)state;
	assert_int_equal(loop_new(&l), ERR_OK);
	assert_int_equal(resolver_new(&c, l, &r), ERR_USAGE);
	assert_null(r);
	resolver_free(NULL);
	loop_free(l);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_come_from_the_server_for_both_families),
		cmocka_unit_test(the_rate_is_kept_and_those_that_matter_go_first),
		cmocka_unit_test(nobody_is_asked_for_twice_a_day),
		cmocka_unit_test(a_silent_server_is_given_up),
		cmocka_unit_test(a_hostile_name_is_data),
		cmocka_unit_test(private_addresses_are_not_asked_about_unless_wanted),
		cmocka_unit_test(the_backlog_is_bounded),
		cmocka_unit_test(servers_have_to_be_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
