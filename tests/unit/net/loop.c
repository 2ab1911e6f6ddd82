/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "net/loop.h"

struct bench {
	struct loop *loop;
	int pipe[2], other[2];
	int n_ready, n_ticks, signal;
};

static void ready(void *arg, int fd, uint32_t events)
{
	struct bench *b = arg;
	char c;
	assert_true(events & EPOLLIN);
	assert_int_equal(read(fd, &c, 1), 1);
	b->n_ready++;
	loop_stop(b->loop);
}

static void tick(void *arg)
{
	struct bench *b = arg;
	if (++b->n_ticks == 3)
		loop_stop(b->loop);
}

static void got(void *arg, int signal)
{
	struct bench *b = arg;
	b->signal = signal;
	loop_stop(b->loop);
}

static void a_readable_descriptor_is_told(void **state)
{
	struct bench b = { 0 };
	(void)state;
	assert_int_equal(loop_new(&b.loop), ERR_OK);
	assert_int_equal(pipe(b.pipe), 0);
	assert_int_equal(loop_add(b.loop, b.pipe[0], EPOLLIN, ready, &b), ERR_OK);
	assert_int_equal(write(b.pipe[1], "x", 1), 1);
	assert_int_equal(loop_run(b.loop), ERR_OK);
	assert_int_equal(b.n_ready, 1);
	loop_free(b.loop);
	close(b.pipe[0]);
	close(b.pipe[1]);
}

static void time_passes_in_ticks(void **state)
{
	struct bench b = { 0 };
	int timer;
	int64_t began_ns = loop_now_ns();
	(void)state;
	assert_int_equal(loop_new(&b.loop), ERR_OK);
	assert_int_equal(loop_every(b.loop, 2000000, tick, &b, &timer), ERR_OK);
	assert_int_equal(loop_run(b.loop), ERR_OK);
	assert_int_equal(b.n_ticks, 3);
	assert_true(loop_now_ns() - began_ns >= 6000000);
	assert_int_equal(loop_set_period(b.loop, timer, 0), ERR_OK);
	loop_free(b.loop);
}

static void signals_come_as_events(void **state)
{
	struct bench b = { 0 };
	sigset_t set;
	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
	assert_int_equal(loop_new(&b.loop), ERR_OK);
	assert_int_equal(loop_signals(b.loop, &set, got, &b), ERR_OK);
	kill(getpid(), SIGHUP);
	assert_int_equal(loop_run(b.loop), ERR_OK);
	assert_int_equal(b.signal, SIGHUP);
	loop_free(b.loop);
}

/* Closes the other one, whose event was fetched together with this one's, and lets its number go to a new
 * descriptor. */
static void close_the_other(void *arg, int fd, uint32_t events)
{
	struct bench *b = arg;
	int i = fd == b->pipe[0] ? 1 : 0;
	int victim = i ? b->other[0] : b->pipe[0], again[2];
	(void)events;
	b->n_ready++;
	loop_remove(b->loop, victim);
	close(victim);
	assert_int_equal(pipe(again), 0);
	assert_int_equal(again[0], victim);
	assert_int_equal(loop_add(b->loop, again[0], EPOLLIN, close_the_other, b), ERR_OK);
	loop_remove(b->loop, fd);
}

static void *stop_later(void *arg)
{
	usleep(50000);
	loop_stop(arg);
	return NULL;
}

static void a_stale_event_does_not_reach_the_next_owner(void **state)
{
	struct bench b = { 0 };
	pthread_t thread;
	(void)state;
	assert_int_equal(loop_new(&b.loop), ERR_OK);
	assert_int_equal(pipe(b.pipe), 0);
	assert_int_equal(pipe(b.other), 0);
	assert_int_equal(loop_add(b.loop, b.pipe[0], EPOLLIN, close_the_other, &b), ERR_OK);
	assert_int_equal(loop_add(b.loop, b.other[0], EPOLLIN, close_the_other, &b), ERR_OK);
	assert_int_equal(write(b.pipe[1], "x", 1), 1);
	assert_int_equal(write(b.other[1], "x", 1), 1);
	assert_int_equal(pthread_create(&thread, NULL, stop_later, b.loop), 0);
	assert_int_equal(loop_run(b.loop), ERR_OK);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(b.n_ready, 1);
	loop_free(b.loop);
}

static void what_is_not_there_cannot_be_changed(void **state)
{
	struct loop *l;
	(void)state;
	assert_int_equal(loop_new(&l), ERR_OK);
	assert_int_equal(loop_change(l, 9, EPOLLIN), ERR_LIMIT);
	loop_remove(l, 9);
	loop_remove(l, -1);
	assert_int_equal(loop_add(l, -1, EPOLLIN, ready, NULL), ERR_LIMIT);
	assert_int_equal(loop_add(l, LOOP_FDS_MAX, EPOLLIN, ready, NULL), ERR_LIMIT);
	loop_free(l);
	loop_free(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_readable_descriptor_is_told),
		cmocka_unit_test(time_passes_in_ticks),
		cmocka_unit_test(signals_come_as_events),
		cmocka_unit_test(a_stale_event_does_not_reach_the_next_owner),
		cmocka_unit_test(what_is_not_there_cannot_be_changed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
