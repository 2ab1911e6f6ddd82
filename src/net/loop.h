/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Waits for descriptors, signals and times, and calls whoever asked for them: epoll, signalfd, timerfd.
 * One thread runs it and everything that it calls; only loop_stop() may come from another one.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <signal.h>
#include <stdint.h>

#include "base/err.h"

enum { LOOP_FDS_MAX = 65536 };

struct loop;

enum err loop_new(struct loop **out);
/* Closes the timers and the signals' descriptor; the others are their owners'. */
void loop_free(struct loop *l); /* accepts NULL */

/* Calls ready() while events (EPOLLIN, EPOLLOUT) are there, or an error. ERR_SYS, ERR_MEMORY, ERR_LIMIT.
 * */
enum err loop_add(struct loop *l, int fd, uint32_t events, void (*ready)(void *arg, int fd, uint32_t events),
		  void *arg);
enum err loop_change(struct loop *l, int fd, uint32_t events);
/* Before the descriptor is closed.  Those that are not there are passed over. */
void loop_remove(struct loop *l, int fd);

/* Calls tick() each period_ns from now on, by the monotonic clock; what was missed is not made up for.
 * *timer names it for loop_set_period() (0 stops it); NULL when nobody will. */
enum err loop_every(struct loop *l, int64_t period_ns, void (*tick)(void *arg), void *arg, int *timer);
enum err loop_set_period(struct loop *l, int timer, int64_t period_ns);

/* The signals of set come to got() from now on.  They have to be blocked in all threads, best before any is
 * made.  Once. */
enum err loop_signals(struct loop *l, const sigset_t *set, void (*got)(void *arg, int signal), void *arg);

/* Runs until loop_stop(), which may come before; it may run again then.  ERR_SYS. */
enum err loop_run(struct loop *l);
void loop_stop(struct loop *l);

/* Monotonic nanoseconds. */
int64_t loop_now_ns(void);

#endif
