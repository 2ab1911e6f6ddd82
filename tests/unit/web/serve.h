/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server over a small conversation that was counted already, and a client in the same thread. */
#ifndef TESTS_UNIT_WEB_SERVE_H
#define TESTS_UNIT_WEB_SERVE_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/nstime.h"
#include "engine/live.h"
#include "present/talk.h"
#include "web/web.h"

enum { SERVE_ANSWER_MAX = 1 << 20 };

struct serve {
	struct talk talk;
	struct live *live;
	struct web *web;
	unsigned port;
	bool is_down, has_stopped, misses_helper;
	struct board *board; /* these three may be NULL */
	struct alarms *alarms;
	const char *history;
	const char *long_name; /* of the clients *.200; NULL: they have none */
	char answer[SERVE_ANSWER_MAX];
	size_t len;
};

static const int64_t serve_start_ns = INT64_C(1772323200000000000); /* 2026-03-01T00:00:00Z */

static inline enum err serve_next(void *arg, struct packet *out, size_t max, size_t *n, int64_t *now_ns)
{
	*now_ns = 0;
	return talk_next(arg, out, max, n);
}

static inline const char *serve_name(void *arg, const struct addr *a)
{
	const struct serve *s = arg;
	if (a->b[15] == 200)
		return s->long_name;
	return addr_is_v4(a) && a->b[15] == 1 ? "<script>alert(1)</script>" : NULL;
}

static inline size_t serve_sources(void *arg, struct web_source *out, size_t max)
{
	const struct serve *s = arg;
	(void)max;
	out[0] = (struct web_source){
		.name = "eth\"0",
		.state = s->is_down ? WEB_SOURCE_DOWN : WEB_SOURCE_UP,
		.has_drops = true,
		.n_received = 21,
		.n_dropped = 3,
	};
	return 1;
}

static inline bool serve_counting(void *arg)
{
	const struct serve *s = arg;
	return !s->has_stopped;
}

static inline void serve_about(void *arg, struct web_about *out)
{
	const struct serve *s = arg;
	*out = (struct web_about){ .misses_helper = s->misses_helper };
}

static inline bool serve_talk(struct serve *s)
{
	struct engine_config config = engine_config_default();
	struct live_io io = { .next = serve_next, .source = &s->talk };

	config.capacity = 8192;
	config.pending_capacity = 65536;
	return live_new(&config, &s->live) == ERR_OK && live_run(s->live, &io) == ERR_OK;
}

/* Clients 1 to n, up to 4000, ask once: a list that no socket's buffer holds. */
static inline bool serve_crowd(struct serve *s, unsigned n)
{
	memset(s, 0, sizeof(*s));
	for (unsigned host = 1; host <= n; host++)
		talk_ask(&s->talk, host, serve_start_ns + host * 1000000, false);
	return serve_talk(s);
}

/* Clients 1 to n: each asks ten times, 64 s apart, and one in three never gets an answer. */
static inline bool serve_live(struct serve *s, unsigned n)
{
	memset(s, 0, sizeof(*s));
	for (int i = 0; i < 10; i++)
		for (unsigned host = 1; host <= n; host++)
			talk_ask(&s->talk, host, serve_start_ns + i * 64 * NS_PER_S + host * 1000000,
				 host % 3 != 0);
	return serve_talk(s);
}

static inline struct web_config serve_config(void)
{
	struct web_config c = web_config_default();
	c.port = 0;
	return c;
}

static inline bool serve_web(struct serve *s, const struct web_config *config)
{
	const struct web_hooks hooks = {
		.arg = s,
		.name = serve_name,
		.sources = serve_sources,
		.about = serve_about,
		.counting = serve_counting,
		.board = s->board,
		.alarms = s->alarms,
		.history = s->history,
	};
	char why[WEB_WHY_MAX], url[WEB_URL_MAX];

	signal(SIGPIPE, SIG_IGN);
	if (web_new(config, s->live, &hooks, &s->web, why)) {
		fprintf(stderr, "%s\n", why);
		return false;
	}
	web_url(s->web, url);
	s->port = (unsigned)strtoul(strrchr(url, ':') + 1, NULL, 10);
	return true;
}

static inline void serve_end(struct serve *s)
{
	web_free(s->web);
	live_free(s->live);
}

/* For cmocka: a server over so many clients, which *state is then; and its end. */
static inline int serve_open(void **state, struct serve *s, unsigned n_clients)
{
	struct web_config c = serve_config();
	*state = s;
	return serve_live(s, n_clients) && serve_web(s, &c) ? 0 : -1;
}

static inline int serve_close(void **state)
{
	serve_end(*state);
	return 0;
}

/* A connection, -1 on failure; buffer: octets that may wait for its reader, 0: as is usual. */
static inline int serve_connect_buffer(const struct serve *s, int buffer)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)s->port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (buffer)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0) {
		fcntl(fd, F_SETFL, O_NONBLOCK);
		return fd;
	}
	return -1;
}

static inline int serve_connect(const struct serve *s)
{
	return serve_connect_buffer(s, 0);
}

/* Lets the server run until fd is at its end, or until the answer holds `until` (may be NULL), or for ms. */
static inline void serve_read(struct serve *s, int fd, const char *until, int ms)
{
	s->len = 0;
	s->answer[0] = '\0';
	for (int waited = 0; waited < ms;) {
		struct pollfd p[2] = { { .fd = web_fd(s->web), .events = POLLIN },
				       { .fd = fd, .events = POLLIN } };
		if (poll(p, 2, 10) == 0)
			waited += 10;
		web_run(s->web);
		ssize_t n = read(fd, s->answer + s->len, SERVE_ANSWER_MAX - 1 - s->len);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			return;
		if (n > 0) {
			s->len += (size_t)n;
			s->answer[s->len] = '\0';
		}
		if (until && strstr(s->answer, until))
			return;
	}
}

/* Sends a request as it is, and reads the answer to its end. */
static inline const char *serve_ask(struct serve *s, const char *request)
{
	int fd = serve_connect(s);
	size_t len = strlen(request), sent = 0;

	while (fd >= 0 && sent < len) {
		ssize_t n = write(fd, request + sent, len - sent);
		if (n < 0 && errno != EAGAIN)
			break;
		sent += n > 0 ? (size_t)n : 0;
		web_run(s->web);
	}
	if (fd >= 0) {
		serve_read(s, fd, NULL, 5000);
		close(fd);
	}
	return s->answer;
}

static inline const char *serve_get(struct serve *s, const char *target)
{
	char request[4096];
	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
		 target);
	return serve_ask(s, request);
}

/* Of the latest answer. */
static inline int serve_status(const struct serve *s)
{
	return s->len > 12 && memcmp(s->answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(s->answer + 9, NULL, 10)
								     : 0;
}

/* Of the latest answer, pieces put together when it came in such. */
static inline char *serve_body(struct serve *s)
{
	char *body = strstr(s->answer, "\r\n\r\n");
	if (!body)
		return s->answer + s->len;
	bool pieces = strstr(s->answer, "Transfer-Encoding: chunked") != NULL;
	body += 4;
	if (!pieces)
		return body;
	char *to = body, *from = body, *end;
	for (size_t n; (n = strtoul(from, &end, 16)) > 0; from = end + 2 + n + 2) {
		memmove(to, end + 2, n);
		to += n;
	}
	*to = '\0';
	return body;
}

#endif
