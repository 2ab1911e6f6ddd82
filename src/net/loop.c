/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/loop.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "net/clock.h"

enum { EVENTS = 64 };

struct entry {
	void (*ready)(void *arg, int fd, uint32_t events); /* NULL: free */
	void (*tick)(void *arg);                           /* of a timer */
	void *arg;
	/* Another one with each use, so that an event that was fetched together with one that closed the
	 * descriptor does not reach its next owner. */
	uint32_t generation;
};

struct loop {
	int epoll, wake;
	struct entry *at; /* by descriptor */
	size_t cap;
	atomic_bool is_over;
	int signals;
	void (*got)(void *arg, int signal);
	void *got_arg;
};

static enum err room_for(struct loop *l, int fd)
{
	size_t cap = l->cap ? l->cap : 64;
	if (fd < 0 || fd >= LOOP_FDS_MAX)
		return ERR_LIMIT;
	while (cap <= (size_t)fd)
		cap *= 2;
	if (cap == l->cap)
		return ERR_OK;
	struct entry *grown = realloc(l->at, cap * sizeof(*grown));
	if (!grown)
		return ERR_MEMORY;
	memset(grown + l->cap, 0, (cap - l->cap) * sizeof(*grown));
	l->at = grown;
	l->cap = cap;
	return ERR_OK;
}

static uint64_t name_of(const struct loop *l, int fd)
{
	return (uint64_t)l->at[fd].generation << 32 | (uint32_t)fd;
}

enum err loop_add(struct loop *l, int fd, uint32_t events, void (*ready)(void *arg, int fd, uint32_t events),
		  void *arg)
{
	enum err e = room_for(l, fd);
	if (e)
		return e;
	l->at[fd].generation++;
	struct epoll_event event = { .events = events, .data.u64 = name_of(l, fd) };
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event))
		return ERR_SYS;
	l->at[fd].ready = ready;
	l->at[fd].tick = NULL;
	l->at[fd].arg = arg;
	return ERR_OK;
}

static bool is_there(const struct loop *l, int fd)
{
	return fd >= 0 && (size_t)fd < l->cap && l->at[fd].ready;
}

enum err loop_change(struct loop *l, int fd, uint32_t events)
{
	if (!is_there(l, fd))
		return ERR_LIMIT;
	struct epoll_event event = { .events = events, .data.u64 = name_of(l, fd) };
	return epoll_ctl(l->epoll, EPOLL_CTL_MOD, fd, &event) ? ERR_SYS : ERR_OK;
}

void loop_remove(struct loop *l, int fd)
{
	if (!is_there(l, fd))
		return;
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, NULL);
	l->at[fd].ready = NULL;
}

/* ---- times and signals --------------------------------------------------------------------------- */

static void timer_ready(void *arg, int fd, uint32_t events)
{
	struct loop *l = arg;
	uint64_t n_missed;
	(void)events;
	if (read(fd, &n_missed, sizeof(n_missed)) == (ssize_t)sizeof(n_missed))
		l->at[fd].tick(l->at[fd].arg);
}

enum err loop_set_period(struct loop *l, int timer, int64_t period_ns)
{
	struct timespec t = { .tv_sec = period_ns / 1000000000, .tv_nsec = period_ns % 1000000000 };
	struct itimerspec s = { .it_interval = t, .it_value = t };
	(void)l;
	return timerfd_settime(timer, 0, &s, NULL) ? ERR_SYS : ERR_OK;
}

enum err loop_every(struct loop *l, int64_t period_ns, void (*tick)(void *arg), void *arg, int *timer)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (fd < 0)
		return ERR_SYS;
	enum err e = loop_set_period(l, fd, period_ns);
	if (!e)
		e = loop_add(l, fd, EPOLLIN, timer_ready, arg);
	if (e) {
		close(fd);
		return e;
	}
	l->at[fd].tick = tick;
	if (timer)
		*timer = fd;
	return ERR_OK;
}

static void signals_ready(void *arg, int fd, uint32_t events)
{
	struct loop *l = arg;
	struct signalfd_siginfo s;
	(void)events;
	if (read(fd, &s, sizeof(s)) == (ssize_t)sizeof(s))
		l->got(l->got_arg, (int)s.ssi_signo);
}

enum err loop_signals(struct loop *l, const sigset_t *set, void (*got)(void *arg, int signal), void *arg)
{
	int fd = signalfd(-1, set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return ERR_SYS;
	l->got = got;
	l->got_arg = arg;
	enum err e = loop_add(l, fd, EPOLLIN, signals_ready, l);
	if (e)
		close(fd);
	else
		l->signals = fd;
	return e;
}

/* ---- running ------------------------------------------------------------------------------------- */

static void dispatch(struct loop *l, const struct epoll_event *event)
{
	int fd = (int)(uint32_t)event->data.u64;
	if (!is_there(l, fd) || name_of(l, fd) != event->data.u64)
		return;
	const struct entry *e = &l->at[fd];
	e->ready(e->tick ? (void *)l : e->arg, fd, event->events);
}

enum err loop_run(struct loop *l)
{
	struct epoll_event events[EVENTS];

	while (!atomic_load(&l->is_over)) {
		int n = epoll_wait(l->epoll, events, EVENTS, -1);
		if (n < 0 && errno != EINTR)
			return ERR_SYS;
		for (int i = 0; i < n && !atomic_load(&l->is_over); i++)
			dispatch(l, &events[i]);
	}
	atomic_store(&l->is_over, false);
	return ERR_OK;
}

void loop_stop(struct loop *l)
{
	uint64_t one = 1;
	atomic_store(&l->is_over, true);
	if (write(l->wake, &one, sizeof(one)) < 0)
		return; /* full: it is awake */
}

static void woken(void *arg, int fd, uint32_t events)
{
	uint64_t n;
	(void)arg;
	(void)events;
	if (read(fd, &n, sizeof(n)) < 0)
		return;
}

enum err loop_new(struct loop **out)
{
	struct loop *l = calloc(1, sizeof(*l));
	*out = NULL;
	if (!l)
		return ERR_MEMORY;
	l->signals = -1;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	enum err e = l->epoll < 0 || l->wake < 0 ? ERR_SYS : loop_add(l, l->wake, EPOLLIN, woken, l);
	if (e)
		loop_free(l);
	else
		*out = l;
	return e;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	for (size_t fd = 0; fd < l->cap; fd++)
		if (l->at[fd].ready && l->at[fd].tick)
			close((int)fd);
	if (l->signals >= 0)
		close(l->signals);
	if (l->wake >= 0)
		close(l->wake);
	if (l->epoll >= 0)
		close(l->epoll);
	free(l->at);
	free(l);
}

int64_t loop_now_ns(void)
{
	return clock_monotonic_ns();
}
