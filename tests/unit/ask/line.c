/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Machines talk over loopback with a server that answers or does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ask/line.h"
#include "net/clock.h"
#include "unit/closed_port.h"

enum { MS = 1000000 };

/* Sends "?" three times, 50 ms apart, and is content with any octet. */
struct asker {
	unsigned n_sent;
	int64_t due_ns;
	enum ask_result result;
};

static void next(void *m, int64_t now_ns, struct ask_action *out)
{
	struct asker *a = m;
	*out = (struct ask_action){ .what = ASK_OVER };
	if (a->result != ASK_PENDING)
		return;
	if (a->n_sent && now_ns < a->due_ns) {
		*out = (struct ask_action){ .what = ASK_WAIT, .until_ns = a->due_ns };
	} else if (a->n_sent == 3) {
		a->result = ASK_TIMEOUT;
	} else {
		a->n_sent++;
		a->due_ns = now_ns + 50 * MS;
		*out = (struct ask_action){ .what = ASK_SEND, .bytes = (const uint8_t *)"?", .len = 1 };
	}
}

static void take(void *m, const uint8_t *p, size_t len, int64_t now_ns)
{
	struct asker *a = m;
	(void)now_ns;
	if (a->result == ASK_PENDING && len && p[0])
		a->result = ASK_OK;
}

static void give_up(void *m, enum ask_result why)
{
	struct asker *a = m;
	if (a->result == ASK_PENDING)
		a->result = why;
}

static enum ask_result result(const void *m)
{
	return ((const struct asker *)m)->result;
}

static const struct machine machine = { next, take, give_up, result };

static int open_server(struct udp_target *to)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(v4);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&v4, sizeof(v4)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&v4, &len), 0);
	*to = (struct udp_target){ .port = ntohs(v4.sin_port) };
	addr_parse("127.0.0.1", &to->addr);
	return fd;
}

/* The socket has the answer before it is asked: the kernel keeps it until it is read. */
static void answer_ahead(int server, struct line *l)
{
	struct sockaddr_in v4;
	socklen_t len = sizeof(v4);
	assert_int_equal(getsockname(l->udp.fd, (struct sockaddr *)&v4, &len), 0);
	assert_int_equal(sendto(server, "!", 1, 0, (struct sockaddr *)&v4, len), 1);
}

static void the_first_that_answers_ends_it(void **state)
{
	(void)state;
	struct udp_target to[2];
	struct line lines[2];
	struct asker askers[2] = { { 0 }, { 0 } };
	struct conversation c[2];
	int servers[2];
	for (int i = 0; i < 2; i++) {
		servers[i] = open_server(&to[i]);
		assert_int_equal(line_open_udp(&lines[i], &to[i]), ASK_OK);
		c[i] = (struct conversation){ &machine, &askers[i], &lines[i] };
	}
	answer_ahead(servers[1], &lines[1]);
	assert_int_equal(line_talk(c, 2, NULL), 1);
	assert_int_equal(askers[0].result, ASK_PENDING);
	for (int i = 0; i < 2; i++) {
		line_close(&lines[i]);
		close(servers[i]);
	}
}

/* Whoever takes one gets another one at once, a thousand of them, and none is an answer. */
struct flooded {
	struct asker asker; /* first, so that it is one */
	int server, n_taken;
};

static void take_flood(void *m, const uint8_t *p, size_t len, int64_t now_ns)
{
	struct flooded *f = m;
	(void)p;
	(void)len;
	(void)now_ns;
	if (++f->n_taken < 1000)
		assert_int_equal(send(f->server, "?", 1, 0), 1);
}

static const struct machine flooded = { next, take_flood, give_up, result };

/* The machine waits; how many it is given in one turn. */
static int taken_in_a_turn(struct line *l, int server)
{
	struct flooded f = { .server = server };
	struct conversation c = { &flooded, &f, l };
	int64_t until_ns;
	int fd;
	f.asker.n_sent = 1;
	f.asker.due_ns = clock_monotonic_ns() + 100000 * (int64_t)MS;
	assert_int_equal(send(server, "?", 1, 0), 1);
	assert_true(line_step(&c, &fd, &until_ns));
	assert_int_equal(until_ns, f.asker.due_ns);
	return f.n_taken;
}

static void a_flood_is_read_in_slices(void **state)
{
	(void)state;
	struct udp_target to;
	struct line l;
	struct sockaddr_in v4;
	socklen_t len = sizeof(v4);
	int server = open_server(&to), pair[2];
	assert_int_equal(line_open_udp(&l, &to), ASK_OK);
	assert_int_equal(getsockname(l.udp.fd, (struct sockaddr *)&v4, &len), 0);
	assert_int_equal(connect(server, (struct sockaddr *)&v4, len), 0);
	assert_in_range(taken_in_a_turn(&l, server), 1, 100);
	line_close(&l);
	close(server);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
	l = (struct line){ .is_unix = true, .udp.fd = -1, .local.fd = pair[0] };
	assert_in_range(taken_in_a_turn(&l, pair[1]), 1, 100);
	close(pair[0]);
	close(pair[1]);
}

static void when_nobody_answers_all_are_over(void **state)
{
	(void)state;
	struct udp_target to;
	struct line l;
	struct asker a = { 0 };
	int server = open_server(&to);
	int64_t begin_ns = clock_monotonic_ns();
	assert_int_equal(line_open_udp(&l, &to), ASK_OK);
	struct conversation c = { &machine, &a, &l };
	assert_int_equal(line_talk(&c, 1, NULL), -1);
	assert_int_equal(a.result, ASK_TIMEOUT);
	assert_int_equal(a.n_sent, 3);
	assert_true(clock_monotonic_ns() - begin_ns >= 150 * (int64_t)MS);
	line_close(&l);
	line_close(&l);
	close(server);
}

static void a_port_where_nobody_listens_is_refused(void **state)
{
	(void)state;
	struct udp_target to;
	struct line l;
	struct asker a = { 0 };
	int nobody = open_server(&to);
	assert_true(hear_nobody(nobody));
	assert_int_equal(line_open_udp(&l, &to), ASK_OK);
	struct conversation c = { &machine, &a, &l };
	assert_int_equal(line_talk(&c, 1, NULL), -1);
	assert_int_equal(a.result, ASK_REFUSED);
	assert_string_equal(l.why, "port unreachable");
	assert_int_equal(a.n_sent, 1);
	line_close(&l);
	close(nobody);
}

static void a_stop_ends_the_wait(void **state)
{
	(void)state;
	struct udp_target to;
	struct line l;
	struct asker a = { 0 };
	volatile int stop = 1;
	int server = open_server(&to);
	assert_int_equal(line_open_udp(&l, &to), ASK_OK);
	struct conversation c = { &machine, &a, &l };
	assert_int_equal(line_talk(&c, 1, &stop), -1);
	assert_int_equal(a.result, ASK_PENDING);
	line_close(&l);
	close(server);
}

static void a_socket_that_is_not_there_is_named(void **state)
{
	(void)state;
	struct line l;
	assert_int_equal(line_open_unix(&l, "/nonexistent/chronyd.sock"), ASK_UNREACHABLE);
	assert_string_equal(l.why, "No such file or directory");
	line_close(&l);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_answers_ends_it),
		cmocka_unit_test(a_flood_is_read_in_slices),
		cmocka_unit_test(when_nobody_answers_all_are_over),
		cmocka_unit_test(a_port_where_nobody_listens_is_refused),
		cmocka_unit_test(a_stop_ends_the_wait),
		cmocka_unit_test(a_socket_that_is_not_there_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
