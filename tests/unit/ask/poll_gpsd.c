/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A gpsd of the test's own on loopback, under a time of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ask/poller.h"
#include "base/nstime.h"

#define S NS_PER_S

struct world {
	int door, peer;
	void *state;
	struct poll_target target;
	struct poll_turn turn;
	struct poll_wait wait;
	struct reading_sink sink;
	unsigned n, n_ok;
	char why[64];
};

static void hear(void *arg, const struct reading *r)
{
	struct world *w = arg;
	w->n++;
	w->n_ok += r->is_ok;
	reading_text(w->why, sizeof(w->why), r->why);
}

/* Once what was sent has come. */
static enum poll_state step_at(struct world *w, int64_t now_ns)
{
	w->turn.now_ns = now_ns;
	if (w->wait.n)
		poll(w->wait.fds, w->wait.n, 20);
	return poll_gpsd.step(w->state, &w->turn, &w->wait);
}

static void say(struct world *w, const char *line)
{
	assert_int_equal(send(w->peer, line, strlen(line), 0), strlen(line));
}

static int set_up(void **state)
{
	static bool is_there;
	struct world *w = calloc(1, sizeof(*w));
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	char greeting[128];

	w->door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(w->door, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(w->door, 1), 0);
	assert_int_equal(getsockname(w->door, (struct sockaddr *)&a, &len), 0);
	w->target = (struct poll_target){ .name = "gps", .host = "127.0.0.1", .port = ntohs(a.sin_port) };
	w->sink = (struct reading_sink){ hear, w };
	w->turn = (struct poll_turn){ .every_ns = S, .is_there = &is_there, .sink = &w->sink };
	addr_parse("127.0.0.1", &w->turn.addr);
	w->state = poll_gpsd.open(&w->target);
	poll_gpsd.begin(w->state, &w->turn);
	assert_int_equal(step_at(w, 0), POLL_WAITS);
	w->peer = accept(w->door, NULL, NULL);
	assert_int_equal(step_at(w, 0), POLL_WAITS);
	assert_true(recv(w->peer, greeting, sizeof(greeting), 0) > 0);
	say(w, "{\"class\":\"VERSION\",\"release\":\"3.25\"}\n");
	say(w, "{\"class\":\"TPV\",\"device\":\"/dev/ttyS0\",\"mode\":3}\n");
	assert_int_equal(step_at(w, S), POLL_WAITS);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	poll_gpsd.close(w->state);
	close(w->peer);
	close(w->door);
	free(w);
	return 0;
}

static void asked_each_second_a_receiver_may_be_late_but_not_silent(void **state)
{
	struct world *w = *state;
	assert_int_equal(w->n, 0);
	assert_int_equal(step_at(w, 3 * S), POLL_WAITS);
	assert_int_equal(w->n_ok, 1);
	assert_int_equal(w->wait.until_ns, 4 * S);
	say(w, "{\"class\":\"TPV\",\"device\":\"/dev/ttyS0\",\"mode\":3}\n");
	(void)step_at(w, 4 * S);
	assert_int_equal(w->n_ok, 2);
	(void)step_at(w, 5 * S); /* it comes a moment later */
	assert_int_equal(w->n, 2);
	say(w, "{\"class\":\"TPV\",\"device\":\"/dev/ttyS0\",\"mode\":3}\n");
	(void)step_at(w, 6 * S);
	assert_int_equal(w->n_ok, 3);
	(void)step_at(w, 7 * S);
	(void)step_at(w, 8 * S);
	assert_int_equal(w->n, 3);
	(void)step_at(w, 9 * S);
	assert_int_equal(w->n, 4);
	assert_int_equal(w->n_ok, 3);
	assert_string_equal(w->why, "the receiver is silent");
}

static void asked_seldom_it_is_silent_at_once(void **state)
{
	struct world *w = *state;
	w->turn.every_ns = 10 * S;
	(void)step_at(w, 3 * S);
	(void)step_at(w, 13 * S);
	assert_int_equal(w->n, 2);
	assert_int_equal(w->n_ok, 1);
}

static void when_gpsd_goes_that_is_told(void **state)
{
	struct world *w = *state;
	shutdown(w->peer, SHUT_RDWR);
	assert_int_equal(step_at(w, 2 * S), POLL_ANSWERED);
	assert_string_equal(w->why, "gpsd closed the connection");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(asked_each_second_a_receiver_may_be_late_but_not_silent),
		TEST(asked_seldom_it_is_silent_at_once),
		TEST(when_gpsd_goes_that_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
