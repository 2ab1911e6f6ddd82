/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/line.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "net/clock.h"
#include "proto/names.h"

/* A flood is read in slices: others have their turn in between, and so has the time. */
enum { LINES_MAX = 8, DATAGRAM_MAX = 65536, EVENTS_AT_ONCE = 64 };

uint32_t line_random(void)
{
	uint32_t n = 0;
	if (getrandom(&n, sizeof(n), 0) != (ssize_t)sizeof(n))
		n = (uint32_t)clock_monotonic_ns();
	return n;
}

static enum ask_result result_of(int error)
{
	switch (error) {
	case ECONNREFUSED: return ASK_REFUSED;
	case EACCES:
	case EPERM: return ASK_LOCAL;
	}
	return ASK_UNREACHABLE;
}

static enum ask_result failed(struct line *l, enum err e)
{
	int error = errno;

	if (!e)
		return ASK_OK;
	snprintf(l->why, sizeof(l->why), "%s", e == ERR_SYS ? strerror(error) : err_text(e));
	return e == ERR_SYS ? result_of(error) : ASK_UNREACHABLE;
}

enum ask_result line_open_udp(struct line *l, const struct udp_target *to)
{
	*l = (struct line){ .udp.fd = -1, .local.fd = -1 };
	return failed(l, udp_open(&l->udp, to, NULL));
}

enum ask_result line_open_unix(struct line *l, const char *path)
{
	*l = (struct line){ .is_unix = true, .udp.fd = -1, .local.fd = -1 };
	return failed(l, unix_dgram_open(&l->local, path));
}

void line_close(struct line *l)
{
	if (l->udp.fd > 0)
		udp_close(&l->udp);
	if (l->local.fd > 0)
		unix_dgram_close(&l->local);
}

static int fd_of(const struct line *l)
{
	return l->is_unix ? l->local.fd : l->udp.fd;
}

/* What is there goes to the machine, which may be over before all of it is read. */
static void take_unix(const struct conversation *c, uint8_t *buffer)
{
	for (int i = 0; i < EVENTS_AT_ONCE; i++) {
		ssize_t n = unix_dgram_next(&c->line->local, buffer, DATAGRAM_MAX);
		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				c->machine->fail(c->m, failed(c->line, ERR_SYS));
			return;
		}
		c->machine->take(c->m, buffer, (size_t)n, clock_monotonic_ns());
	}
}

static void take_error(const struct conversation *c, const struct udp_event *e)
{
	if (e->is_icmp)
		snprintf(c->line->why, sizeof(c->line->why), "%s",
			 icmp_error_name(c->line->udp.is_v6 ? 6 : 4, e->icmp_type, e->icmp_code));
	else
		snprintf(c->line->why, sizeof(c->line->why), "%s", strerror(e->error));
	c->machine->fail(c->m, result_of(e->error));
}

static void take_udp(const struct conversation *c, uint8_t *buffer)
{
	struct udp_event e;

	for (int i = 0; i < EVENTS_AT_ONCE; i++) {
		switch (udp_next(&c->line->udp, buffer, DATAGRAM_MAX, &e)) {
		case UDP_NOTHING: return;
		case UDP_SENT: break;
		case UDP_DATAGRAM:
			if (!e.is_cut)
				c->machine->take(c->m, buffer, e.len, clock_monotonic_ns());
			break;
		case UDP_ERROR: take_error(c, &e); break;
		}
	}
}

static void take_all(const struct conversation *c, uint8_t *buffer)
{
	if (c->line->is_unix)
		take_unix(c, buffer);
	else
		take_udp(c, buffer);
}

static void send_one(const struct conversation *c, const struct ask_action *a, uint8_t *buffer)
{
	enum err e = c->line->is_unix ? unix_dgram_send(&c->line->local, a->bytes, a->len)
				      : udp_send(&c->line->udp, a->bytes, a->len, NULL);
	int error = errno;

	if (!e || error == EAGAIN)
		return; /* a full buffer is a lost datagram, which the machine knows to meet */
	if (!c->line->is_unix)
		take_udp(c, buffer); /* an ICMP error of before says more */
	errno = error;
	if (c->machine->result(c->m) == ASK_PENDING)
		c->machine->fail(c->m, failed(c->line, ERR_SYS));
}

/* Sends what there is to send; false when it is over, otherwise until when it waits. */
static bool step(const struct conversation *c, int64_t *until_ns, uint8_t *buffer)
{
	struct ask_action a;

	for (;;) {
		c->machine->next(c->m, clock_monotonic_ns(), &a);
		if (a.what == ASK_OVER)
			return false;
		if (a.what == ASK_WAIT) {
			if (a.until_ns < *until_ns)
				*until_ns = a.until_ns;
			return true;
		}
		send_one(c, &a, buffer);
	}
}

static bool has_answer(const struct conversation *c)
{
	enum ask_result r = c->machine->result(c->m);
	return r == ASK_OK || r == ASK_ERROR;
}

static void wait_for(struct pollfd *fds, size_t n, int64_t until_ns)
{
	int64_t left_ns = until_ns - clock_monotonic_ns();
	struct timespec t = { .tv_sec = 0 };

	if (left_ns > 0)
		t = (struct timespec){ .tv_sec = left_ns / NS_PER_S, .tv_nsec = left_ns % NS_PER_S };
	ppoll(fds, n, &t, NULL);
}

int line_talk(struct conversation *c, size_t n, const volatile int *stop)
{
	uint8_t buffer[DATAGRAM_MAX];
	struct pollfd fds[LINES_MAX];

	if (n > LINES_MAX)
		n = LINES_MAX;
	for (;;) {
		int64_t until_ns = INT64_MAX;
		bool pending = false;

		for (size_t i = 0; i < n; i++) {
			bool waits = step(&c[i], &until_ns, buffer);
			if (has_answer(&c[i]))
				return (int)i;
			fds[i] = (struct pollfd){ .fd = waits ? fd_of(c[i].line) : -1, .events = POLLIN };
			pending = pending || waits;
		}
		if (!pending || (stop && *stop))
			return -1;
		wait_for(fds, n, until_ns);
		for (size_t i = 0; i < n; i++)
			if (fds[i].fd >= 0 && fds[i].revents)
				take_all(&c[i], buffer);
	}
}

bool line_step(const struct conversation *c, int *fd, int64_t *until_ns)
{
	uint8_t buffer[DATAGRAM_MAX];

	*until_ns = INT64_MAX;
	*fd = fd_of(c->line);
	if (!step(c, until_ns, buffer))
		return false;
	take_all(c, buffer);
	*until_ns = INT64_MAX;
	return step(c, until_ns, buffer);
}
