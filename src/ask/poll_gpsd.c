/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gpsd over TCP.  A round is a connection: what comes is merged a receiver (gpsd_line.h), and every ten
 * seconds, or as often as is asked for, each has a reading.  Whoever is gone is seen by TCP itself
 * (keep-alive), and connected to again by the scheduler.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask/gpsd_line.h"
#include "ask/poller.h"
#include "base/nstime.h"
#include "net/clock.h"
#include "net/sockaddr.h"

enum { GPSD_PORT = 2947, READ_MAX = 16384, LOOPS_MAX = 16 };

static const int64_t first_ns = 3 * NS_PER_S, patience_ns = 5 * NS_PER_S, silence_ns = 3 * NS_PER_S,
		     trial_ns = NS_PER_S * 3 / 2;
static const char watch[] = "?WATCH={\"enable\":true,\"json\":true,\"pps\":true};\n";

struct round {
	int fd, error; /* -1: it is over, and why */
	bool is_connected, is_long, was_heard;
	int64_t until_ns; /* connected by then, or the next readings */
	size_t len;
	char line[GPSD_LINE_MAX + 2];
	struct reading_made made;
	struct gpsd_table table;
	int64_t heard_ns
		[GPSD_DEVICES_MAX]; /* when the receiver of that row had something to tell the last time */
};

struct gpsd {
	const struct poll_target *target;
	struct round *round;
};

static void *open_gpsd(const struct poll_target *t)
{
	struct gpsd *p = calloc(1, sizeof(*p));

	if (p)
		p->target = t;
	return p;
}

static void end(struct gpsd *p)
{
	if (p->round && p->round->fd >= 0)
		close(p->round->fd);
	free(p->round);
	p->round = NULL;
}

static void fail(struct round *r, int error)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	r->error = error;
}

/* Half a minute of silence is asked after. */
static void keep_alive(int fd)
{
	const struct {
		int level, name, value;
	} options[] = { { SOL_SOCKET, SO_KEEPALIVE, 1 },
			{ IPPROTO_TCP, TCP_KEEPIDLE, 30 },
			{ IPPROTO_TCP, TCP_KEEPINTVL, 10 },
			{ IPPROTO_TCP, TCP_KEEPCNT, 3 } };

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		(void)setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof(int));
}

static void begin(void *state, const struct poll_turn *turn)
{
	struct gpsd *p = state;
	struct round *r = calloc(1, sizeof(*r));
	union socket_address s;

	p->round = r;
	if (!r)
		return;
	gpsd_table_init(&r->table);
	r->until_ns = turn->now_ns + (turn->is_trial ? trial_ns : patience_ns);
	socklen_t len = socket_address_of(&turn->addr, p->target->port ? p->target->port : GPSD_PORT,
					  turn->scope, &s);
	r->fd = socket(s.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (r->fd < 0)
		r->error = errno;
	else if (connect(r->fd, &s.any, len) != 0 && errno != EINPROGRESS)
		fail(r, errno);
	else
		keep_alive(r->fd);
}

/* ---- readings -------------------------------------------------------------------------------------- */

static void give(const struct gpsd *p, const struct poll_turn *turn, const char *why)
{
	struct round *r = p->round;

	reading_fact(&r->made, "gpsd", r->table.release);
	reading_fact(&r->made, "error", r->table.error);
	poll_give(&poll_gpsd, p->target, turn, &r->made, why);
}

/* Asked as often as it tells, one that is a little late has nothing to tell now and then: that is no
 * silence. */
static bool is_soon(struct round *r, const struct gpsd_receiver *from, int64_t now_ns)
{
	int64_t *heard_ns = &r->heard_ns[from - r->table.at];

	if (from->was_heard)
		*heard_ns = now_ns;
	return !from->was_heard && from->is_active && now_ns - *heard_ns < silence_ns;
}

static void give_receiver(const struct gpsd *p, const struct poll_turn *turn, struct gpsd_receiver *from,
			  bool is_only)
{
	struct reading_made *m = &p->round->made;

	if (is_soon(p->round, from, turn->now_ns))
		return;
	reading_made_clear(m);
	if (!is_only)
		gpsd_receiver_part(from, m->part, sizeof(m->part));
	gpsd_receiver_points(from, m);
	give(p, turn, from->was_heard ? "" : from->is_active ? "the receiver is silent" : "it is not open");
	gpsd_receiver_begin(from);
}

static void give_all(const struct gpsd *p, const struct poll_turn *turn)
{
	struct gpsd_table *t = &p->round->table;

	if (t->n != 1) {
		reading_made_clear(&p->round->made);
		give(p, turn, t->n ? "" : "gpsd has no receiver");
	}
	for (size_t i = 0; i < t->n; i++)
		give_receiver(p, turn, &t->at[i], t->n == 1);
}

/* ---- the stream ------------------------------------------------------------------------------------ */

static void take_line(const struct gpsd *p, const struct poll_turn *turn)
{
	struct round *r = p->round;
	bool is_known = !r->is_long && gpsd_line_take(&r->table, r->line, r->len);

	r->len = 0;
	r->is_long = false;
	/* It is gpsd: that is worth telling before there is a fix. */
	if (is_known && !r->was_heard) {
		r->was_heard = true;
		reading_made_clear(&r->made);
		if (turn->is_trial)
			give(p, turn, "");
	}
}

static void take_octets(const struct gpsd *p, const struct poll_turn *turn, const char *at, size_t n)
{
	struct round *r = p->round;

	for (size_t i = 0; i < n; i++) {
		if (at[i] == '\n')
			take_line(p, turn);
		else if (r->len < sizeof(r->line))
			r->line[r->len++] = at[i];
		else
			r->is_long = true;
	}
}

static void finish_connect(struct round *r, const struct poll_turn *turn)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (!error && send(r->fd, watch, sizeof(watch) - 1, MSG_NOSIGNAL) != (ssize_t)sizeof(watch) - 1)
		error = EIO;
	if (error) {
		fail(r, error);
		return;
	}
	r->is_connected = true;
	r->until_ns = turn->now_ns + first_ns;
}

/* A flood is read in slices: others have their turn in between. */
static void read_all(const struct gpsd *p, const struct poll_turn *turn)
{
	char buffer[READ_MAX];

	for (int i = 0; i < LOOPS_MAX && p->round->fd >= 0; i++) {
		ssize_t n = recv(p->round->fd, buffer, sizeof(buffer), 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0)
			fail(p->round, n ? errno : ECONNRESET);
		else
			take_octets(p, turn, buffer, (size_t)n);
	}
}

static void on_time(const struct gpsd *p, const struct poll_turn *turn)
{
	struct round *r = p->round;

	if (r->fd < 0 || turn->now_ns < r->until_ns)
		return;
	if (!r->is_connected || !r->was_heard) {
		fail(r, ETIMEDOUT);
		return;
	}
	give_all(p, turn);
	r->until_ns = turn->now_ns + turn->every_ns;
}

static enum poll_state finish(struct gpsd *p, const struct poll_turn *turn)
{
	struct round *r = p->round;
	bool was_heard = r && r->was_heard;

	if (r) {
		const char *why = was_heard                  ? "gpsd closed the connection"
				  : r->error == ECONNREFUSED ? "connection refused"
				  : r->is_connected          ? "no gpsd speaks there"
				  : r->error == ETIMEDOUT    ? "no answer"
							     : strerror(r->error);
		reading_made_clear(&r->made);
		give(p, turn, why);
	}
	end(p);
	return was_heard ? POLL_ANSWERED : POLL_SILENT;
}

static enum poll_state step(void *state, const struct poll_turn *turn, struct poll_wait *wait)
{
	struct gpsd *p = state;
	struct round *r = p->round;

	if (r && r->fd >= 0 && !r->is_connected && wait->n && wait->fds[0].revents)
		finish_connect(r, turn);
	if (r && r->fd >= 0 && r->is_connected)
		read_all(p, turn);
	if (r)
		on_time(p, turn);
	wait->n = 0;
	if (!r || r->fd < 0)
		return finish(p, turn);
	wait->fds[wait->n++] = (struct pollfd){ .fd = r->fd, .events = r->is_connected ? POLLIN : POLLOUT };
	wait->until_ns = r->until_ns;
	return POLL_WAITS;
}

static void close_gpsd(void *state)
{
	end(state);
	free(state);
}

const struct poller poll_gpsd = {
	.via = WATCH_VIA_GPSD,
	.is_stream = true,
	.least_s = 1, /* it tells each second, whether we keep that or not */
	.usual_s = 10,
	.open = open_gpsd,
	.begin = begin,
	.step = step,
	.close = close_gpsd,
};
