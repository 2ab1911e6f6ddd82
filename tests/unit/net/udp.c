/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "net/udp.h"
#include "unit/closed_port.h"

/* A plain socket on loopback to talk with; its port. */
static int open_peer(int family, uint16_t *port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len = family == AF_INET ? sizeof(v4) : sizeof(v6);
	struct sockaddr *any = family == AF_INET ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;

	assert_int_equal(bind(fd, any, len), 0);
	assert_int_equal(getsockname(fd, any, &len), 0);
	*port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
	return fd;
}

/* The next event within a second. */
static enum udp_what wait_for(struct udp *u, uint8_t *buffer, size_t room, struct udp_event *e)
{
	for (int i = 0; i < 100; i++) {
		if (udp_next(u, buffer, room, e) != UDP_NOTHING)
			return e->what;
		struct pollfd p = { .fd = u->fd, .events = POLLIN };
		poll(&p, 1, 10);
	}
	return UDP_NOTHING;
}

/* The kernel begins to stamp what it receives a moment after the first socket has asked for it, and goes on
 * while one is open: this one. */
static void begin_stamps(struct udp *u)
{
	struct udp_target to = { 0 };
	struct udp_event e = { 0 };
	struct sockaddr_storage from;
	uint8_t buffer[64];
	int peer = open_peer(AF_INET, &to.port);

	assert_true(addr_parse("127.0.0.1", &to.addr));
	assert_int_equal(udp_open(u, &to, NULL), ERR_OK);
	/* On a busy machine that takes its time. */
	for (int i = 0; i < 1000 && !e.kernel_stamp; i++) {
		const struct timespec nap = { .tv_nsec = i ? 20000000 : 0 };
		nanosleep(&nap, NULL);
		socklen_t from_len = sizeof(from);
		assert_int_equal(udp_send(u, (const uint8_t *)"?", 1, NULL), ERR_OK);
		assert_int_equal(recvfrom(peer, buffer, 1, 0, (struct sockaddr *)&from, &from_len), 1);
		assert_int_equal(sendto(peer, "!", 1, 0, (struct sockaddr *)&from, from_len), 1);
		while (wait_for(u, buffer, sizeof(buffer), &e) == UDP_SENT)
			;
	}
	assert_true(e.kernel_stamp);
	close(peer);
}

static void goes_and_comes(int family, const char *loopback)
{
	struct udp u;
	struct udp_event sent, got;
	struct udp_target to = { 0 };
	struct sockaddr_storage from;
	socklen_t from_len = sizeof(from);
	uint8_t buffer[64];
	int64_t before_ns;
	int peer = open_peer(family, &to.port);

	assert_true(addr_parse(loopback, &to.addr));
	assert_int_equal(udp_open(&u, &to, &to.addr), ERR_OK);
	assert_int_equal(udp_next(&u, buffer, sizeof(buffer), &got), UDP_NOTHING);
	assert_int_equal(udp_send(&u, (const uint8_t *)"question", 8, &before_ns), ERR_OK);
	assert_int_equal(recvfrom(peer, buffer, sizeof(buffer), 0, (struct sockaddr *)&from, &from_len), 8);
	assert_int_equal(sendto(peer, "answer", 6, 0, (struct sockaddr *)&from, from_len), 6);

	assert_int_equal(wait_for(&u, buffer, sizeof(buffer), &sent), UDP_SENT);
	assert_int_equal(sent.nth, 0);
	assert_true(sent.time_ns >= before_ns && sent.time_ns < before_ns + NS_PER_S);
	assert_int_equal(wait_for(&u, buffer, 4, &got), UDP_DATAGRAM);
	assert_true(got.kernel_stamp && got.time_ns > sent.time_ns && got.time_ns < sent.time_ns + NS_PER_S);
	assert_int_equal(got.len, 4);
	assert_true(got.is_cut);
	assert_memory_equal(buffer, "answ", 4);
	assert_int_equal(wait_for(&u, buffer, sizeof(buffer), &got), UDP_NOTHING);
	udp_close(&u);
	close(peer);
}

static void the_kernel_says_when_it_sent_and_received(void **state)
{
	struct udp open;
	(void)state;
	begin_stamps(&open);
	goes_and_comes(AF_INET, "127.0.0.1");
	goes_and_comes(AF_INET6, "::1");
	udp_close(&open);
}

static void an_icmp_error_is_told_once_and_by_whom(void **state)
{
	static const char *loopbacks[] = { "127.0.0.1", "::1" };
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct udp u;
		struct udp_event e;
		struct udp_target to = { 0 };
		uint8_t buffer[64];
		int n_errors = 0, nobody = open_peer(i ? AF_INET6 : AF_INET, &to.port);
		assert_true(hear_nobody(nobody));
		assert_true(addr_parse(loopbacks[i], &to.addr));
		assert_int_equal(udp_open(&u, &to, NULL), ERR_OK);
		assert_int_equal(udp_send(&u, (const uint8_t *)"?", 1, NULL), ERR_OK);
		for (enum udp_what w; (w = wait_for(&u, buffer, sizeof(buffer), &e)) != UDP_NOTHING;) {
			if (w != UDP_ERROR)
				continue;
			n_errors++;
			assert_int_equal(e.error, ECONNREFUSED);
			assert_true(e.is_icmp && addr_equal(&e.from, &to.addr));
			assert_int_equal(e.icmp_type, i ? 1 : 3);
			assert_int_equal(e.icmp_code, i ? 4 : 3);
		}
		assert_int_equal(n_errors, 1);
		udp_close(&u);
		udp_close(&u);
		close(nobody);
	}
}

static void an_address_that_is_not_ours_is_refused(void **state)
{
	struct udp u;
	struct udp_target to = { .port = 123 };
	struct addr source;
	(void)state;
	assert_true(addr_parse("127.0.0.1", &to.addr) && addr_parse("192.0.2.77", &source));
	assert_int_equal(udp_open(&u, &to, &source), ERR_SYS);
	assert_int_equal(errno, EADDRNOTAVAIL);
	assert_int_equal(u.fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_says_when_it_sent_and_received),
		cmocka_unit_test(an_icmp_error_is_told_once_and_by_whom),
		cmocka_unit_test(an_address_that_is_not_ours_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
