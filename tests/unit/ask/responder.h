/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server on loopback in a thread of its own: for each datagram answer() makes another, or none. */
#ifndef TESTS_UNIT_ASK_RESPONDER_H
#define TESTS_UNIT_ASK_RESPONDER_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/udp.h"

struct responder {
	int fd;
	uint16_t port;
	pthread_t thread;
	size_t (*answer)(unsigned nth, const uint8_t *question, size_t len, uint8_t *out);
};

static void *responder_run(void *arg)
{
	struct responder *r = arg;
	uint8_t question[2048], answer[2048];
	struct sockaddr_in from;

	for (unsigned nth = 0;; nth++) {
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(r->fd, question, sizeof(question), 0, (struct sockaddr *)&from, &len);
		if (n <= 0)
			return NULL;
		size_t m = r->answer(nth, question, (size_t)n, answer);
		if (m)
			sendto(r->fd, answer, m, 0, (struct sockaddr *)&from, len);
	}
}

static inline void responder_begin(struct responder *r,
				   size_t (*answer)(unsigned nth, const uint8_t *question, size_t len,
						    uint8_t *out))
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(v4);

	r->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bind(r->fd, (struct sockaddr *)&v4, sizeof(v4));
	getsockname(r->fd, (struct sockaddr *)&v4, &len);
	r->port = ntohs(v4.sin_port);
	r->answer = answer;
	pthread_create(&r->thread, NULL, responder_run, r);
}

/* An empty datagram ends it. */
static inline void responder_end(struct responder *r)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	v4.sin_port = htons(r->port);
	sendto(r->fd, "", 0, 0, (struct sockaddr *)&v4, sizeof(v4));
	pthread_join(r->thread, NULL);
	close(r->fd);
}

static inline struct udp_target responder_target(const struct responder *r)
{
	struct udp_target to = { .port = r->port };
	addr_parse("127.0.0.1", &to.addr);
	return to;
}

/* The mode 6 answer "stratum=2" to any question. */
static inline size_t responder_control(unsigned nth, const uint8_t *question, size_t len, uint8_t *out)
{
	(void)nth;
	(void)len;
	memset(out, 0, 24);
	memcpy(out, question, 8);
	out[1] |= 0x80;
	out[4] = 0x06;
	out[11] = 9;
	memcpy(out + 12, "stratum=2", 9);
	return 24;
}

/* chronyd's reply to any question: 3 sources. */
static inline size_t responder_chronyd(unsigned nth, const uint8_t *question, size_t len, uint8_t *out)
{
	(void)nth;
	(void)len;
	memset(out, 0, 32);
	out[0] = 6;
	out[1] = 2;
	memcpy(out + 4, question + 4, 2);
	out[7] = 2;
	memcpy(out + 16, question + 8, 4);
	out[31] = 3;
	return 32;
}

#endif
