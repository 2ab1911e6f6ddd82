/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers on loopback are asked side by side: threads of the test that answer in their ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ask/query.h"
#include "base/bytes.h"
#include "base/nstime.h"
#include "proto/ntp_write.h"

enum { MS = 1000000 };

enum way { GOOD, SILENT, DENY, LATE };

struct server {
	pthread_t thread;
	int fd;
	uint16_t port;
	enum way way;
	int stop[2];
	unsigned n_heard;
};

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void answer(const struct server *s, const uint8_t *request, const struct sockaddr_in *to)
{
	struct ntp_header h = { .version = 4, .mode = 4, .stratum = 1, .precision_log2s = -20 };
	uint8_t p[NTP_HEADER_LEN];

	if (s->way == LATE)
		poll(NULL, 0, 150);
	memcpy(h.refid, "GPS", 4);
	if (s->way == DENY) {
		h.stratum = 0;
		memcpy(h.refid, "DENY", 4);
	}
	h.origin = load_be64(request + 40);
	h.receive = h.transmit = nstime_to_ntp(now_ns(CLOCK_REALTIME));
	ntp_header_write(&h, p);
	sendto(s->fd, p, sizeof(p), 0, (const struct sockaddr *)to, sizeof(*to));
}

static void *serve(void *arg)
{
	struct server *s = arg;
	uint8_t request[2048];

	for (;;) {
		struct pollfd fds[] = { { .fd = s->fd, .events = POLLIN },
					{ .fd = s->stop[0], .events = POLLIN } };
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		poll(fds, 2, 5000);
		if (!(fds[0].revents & POLLIN))
			return NULL;
		if (recvfrom(s->fd, request, sizeof(request), 0, (struct sockaddr *)&from, &len) <
		    NTP_HEADER_LEN)
			continue;
		s->n_heard++;
		if (s->way != SILENT)
			answer(s, request, &from);
	}
}

static void start(struct server *s, enum way way)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);

	*s = (struct server){ .way = way, .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
	assert_int_equal(bind(s->fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&a, &len), 0);
	s->port = ntohs(a.sin_port);
	assert_int_equal(pipe(s->stop), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(struct server *s)
{
	assert_int_equal(write(s->stop[1], "", 1), 1);
	pthread_join(s->thread, NULL);
	close(s->fd);
	close(s->stop[0]);
	close(s->stop[1]);
}

static struct query_report *reports_new(size_t n)
{
	struct query_report *r = calloc(n, sizeof(*r));
	for (size_t i = 0; i < n; i++) {
		r[i].host = "127.0.0.1";
		r[i].result = QUERY_NONE;
		addr_parse("127.0.0.1", &r[i].addr);
	}
	return r;
}

static const struct ask_query_options brief = {
	.config = { .version = 4, .samples = 1, .interval_ns = 20 * MS, .timeout_ns = 100 * MS }
};

static void each_server_has_its_result(void **state)
{
	(void)state;
	static const enum way ways[] = { GOOD, SILENT, DENY, LATE };
	static const enum query_result wanted[] = { QUERY_OK,      QUERY_TIMEOUT, QUERY_KOD,
						    QUERY_TIMEOUT, QUERY_REFUSED, QUERY_DNS };
	struct server servers[4];
	struct query_report *r = reports_new(6);
	int64_t began_ns = now_ns(CLOCK_MONOTONIC);

	for (int i = 0; i < 4; i++) {
		start(&servers[i], ways[i]);
		r[i].port = servers[i].port;
	}
	r[4].port = 1; /* nobody */
	r[5].result = QUERY_DNS;
	assert_int_equal(ask_queries(r, 6, &brief, NULL, NULL), ERR_OK);
	assert_true(now_ns(CLOCK_MONOTONIC) - began_ns < NS_PER_S); /* side by side */
	for (int i = 0; i < 6; i++)
		assert_int_equal(r[i].result, wanted[i]);
	assert_true(llabs(r[0].summary.best->offset_ns) < 100 * MS);
	/* The kernel begins to stamp what comes a moment after it is told to: perhaps too late. */
	assert_true(r[0].summary.best->kernel_t1);
	assert_string_equal(r[2].query.kiss, "DENY");
	assert_non_null(strstr(r[4].why, "ICMP from 127.0.0.1"));
	assert_int_equal(r[5].query.n_sent, 0); /* nobody to ask */
	for (int i = 0; i < 4; i++) {
		stop(&servers[i]);
		assert_int_equal(servers[i].n_heard, 1);
	}
	free(r);
}

static void all_samples_are_asked_for(void **state)
{
	(void)state;
	struct server s;
	struct query_report *r = reports_new(1);
	struct ask_query_options o = brief;

	o.config.samples = 4;
	start(&s, GOOD);
	r->port = s.port;
	assert_int_equal(ask_queries(r, 1, &o, NULL, NULL), ERR_OK);
	assert_int_equal(r->result, QUERY_OK);
	assert_int_equal(r->summary.n_good, 4);
	stop(&s);
	assert_int_equal(s.n_heard, 4);
	free(r);
}

static void watch(void *arg, const struct ask_query_progress *p)
{
	size_t *n_calls = arg;
	++*n_calls;
	assert_int_equal(p->n_servers, 2);
	assert_int_equal(p->n_questions, 2);
	assert_true(p->n_done <= p->n_servers && p->n_over <= p->n_questions);
}

static void who_watches_is_told_how_far_it_is(void **state)
{
	(void)state;
	struct server s;
	struct query_report *r = reports_new(3);
	size_t n_calls = 0;

	start(&s, SILENT);
	r[0].port = r[2].port = s.port;
	r[1].result = QUERY_DNS;
	assert_int_equal(ask_queries(r, 3, &brief, watch, &n_calls), ERR_OK);
	assert_true(n_calls > 0 && n_calls < 100);
	stop(&s);
	free(r);
}

static void what_this_machine_cannot_do_is_local(void **state)
{
	(void)state;
	struct query_report *r = reports_new(2);
	struct ask_query_options o = brief;
	struct addr source;

	addr_parse("192.0.2.77", &source);
	o.source = &source;
	r[0].port = r[1].port = 123;
	addr_parse("::1", &r[1].addr);
	assert_int_equal(ask_queries(r, 2, &o, NULL, NULL), ERR_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(r[i].result, QUERY_LOCAL);
		assert_true(strlen(r[i].why) > 5);
	}
	assert_int_equal(ask_queries(NULL, 0, &o, NULL, NULL), ERR_OK);
	free(r);
}

static void many_are_asked_in_the_time_of_one(void **state)
{
	(void)state;
	enum { N = 200 };
	struct server s;
	struct query_report *r = reports_new(N);
	int64_t began_ns = now_ns(CLOCK_MONOTONIC);

	start(&s, SILENT);
	for (int i = 0; i < N; i++)
		r[i].port = s.port;
	assert_int_equal(ask_queries(r, N, &brief, NULL, NULL), ERR_OK);
	assert_true(now_ns(CLOCK_MONOTONIC) - began_ns < NS_PER_S);
	for (int i = 0; i < N; i++)
		assert_int_equal(r[i].result, QUERY_TIMEOUT);
	stop(&s);
	assert_int_equal(s.n_heard, N);
	free(r);
}

/* 150 that are no answers wait already: the time has its turn before all of them are read. */
static void a_flood_is_read_in_slices(void **state)
{
	(void)state;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	struct query_report *r = reports_new(1);
	int server = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), fd, n_turns = 0;
	int64_t until_ns;
	short events;
	uint8_t octet;

	assert_int_equal(bind(server, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(server, (struct sockaddr *)&a, &len), 0);
	r->port = ntohs(a.sin_port);
	struct ask_query *q = ask_query_begin(r, &brief);
	assert_true(ask_query_step(q, &fd, &events, &until_ns));
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	for (int i = 0; i < 150; i++)
		assert_int_equal(sendto(server, "?", 1, 0, (struct sockaddr *)&a, len), 1);
	do
		n_turns++;
	while (ask_query_step(q, &fd, &events, &until_ns) &&
	       recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) == 1);
	assert_true(n_turns >= 2);
	ask_query_free(q);
	close(server);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_server_has_its_result),
		cmocka_unit_test(all_samples_are_asked_for),
		cmocka_unit_test(who_watches_is_told_how_far_it_is),
		cmocka_unit_test(what_this_machine_cannot_do_is_local),
		cmocka_unit_test(many_are_asked_in_the_time_of_one),
		cmocka_unit_test(a_flood_is_read_in_slices),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
