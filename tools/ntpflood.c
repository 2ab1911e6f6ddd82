/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ntpflood INTERFACE [RATE [SECONDS [CLIENTS]]]   NTP requests and answers as fast as told, for measuring
 *
 * Writes Ethernet frames past the queues of the kernel: a request of each client in turn, and the server's
 * answer.  RATE is frames a second, 0: as many as can be.  They go to a station that nobody is, so that no
 * stack answers them; whoever listens on the other end of a veth pair sees them.  Meant for network
 * namespaces: it asks for no confirmation.
 *
 * A program in the kernel makes them (ntpflood.h) where it is allowed, and the interface takes them: of a
 * veth pair, the other end has to have GRO on or an XDP program of its own.  Otherwise a socket does
 * (AF_PACKET, PACKET_QDISC_BYPASS), which takes twice as long.  The last line says how many went out and
 * which way.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "ntpflood.h"

enum { BATCH = 64, PROGRAM_BATCH = 1 << 18 /* a call takes 30 ms more than its frames */ };

struct flood {
	const char *interface;
	int fd, program;       /* -1: none */
	uint64_t n_clients, n; /* frames made so far */
	uint8_t frames[BATCH][FLOOD_FRAME];
	struct iovec parts[BATCH];
	struct mmsghdr messages[BATCH];
};

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static uint16_t ip_checksum(const uint8_t *ip)
{
	uint32_t sum = 0;
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* What is the same in all of them; UDP without a checksum. */
static void begin_frame(uint8_t *f)
{
	static const uint8_t start[] = { 2, 0, 0,    0, 0, 0x99, 2, 0, 0, 0, 0,  0x98,
					 8, 0, 0x45, 0, 0, 76,   0, 0, 0, 0, 64, 17 };
	memset(f, 0, FLOOD_FRAME);
	memcpy(f, start, sizeof(start));
	put16(f + FLOOD_UDP_AT + 4, 56);
}

static void make_frame(uint8_t *f, uint64_t number, uint64_t n_clients)
{
	bool answer = number & 1;
	uint64_t exchange = number / 2;
	uint32_t client = flood_first_client + (uint32_t)(exchange % n_clients);
	uint8_t *ip = f + FLOOD_IP_AT, *udp = f + FLOOD_UDP_AT, *ntp = f + FLOOD_NTP_AT;

	put32(ip + 12, answer ? flood_server : client);
	put32(ip + 16, answer ? client : flood_server);
	put16(ip + 10, 0);
	put16(ip + 10, ip_checksum(ip));
	put16(udp, answer ? FLOOD_NTP_PORT : FLOOD_CLIENT_PORT);
	put16(udp + 2, answer ? FLOOD_CLIENT_PORT : FLOOD_NTP_PORT);
	ntp[0] = answer ? FLOOD_ANSWER : FLOOD_REQUEST;
	ntp[1] = answer ? FLOOD_STRATUM : 0;
	/* the request's transmit timestamp is the answer's origin */
	put32(ntp + 24, answer ? flood_seconds : 0);
	put32(ntp + 28, answer ? (uint32_t)exchange : 0);
	put32(ntp + 32, answer ? flood_seconds : 0);
	put32(ntp + 40, flood_seconds);
	put32(ntp + 44, (uint32_t)exchange + answer);
}

/* ---- through a socket ---------------------------------------------------------------------------- */

static bool open_socket(struct flood *f)
{
	int one = 1;
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(f->interface) };

	f->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (f->fd < 0 || at.sll_ifindex == 0)
		return false;
	setsockopt(f->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
	for (int i = 0; i < BATCH; i++) {
		begin_frame(f->frames[i]);
		f->parts[i] = (struct iovec){ f->frames[i], FLOOD_FRAME };
		f->messages[i].msg_hdr = (struct msghdr){ .msg_iov = &f->parts[i], .msg_iovlen = 1 };
	}
	return bind(f->fd, (const struct sockaddr *)&at, sizeof(at)) == 0;
}

/* Returns how many went out; what the interface has no room for goes out with the next batch. */
static size_t send_some(struct flood *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		make_frame(f->frames[i], f->n + i, f->n_clients);
	int sent = sendmmsg(f->fd, f->messages, (unsigned)n, 0);
	if (sent < 0 && errno != ENOBUFS && errno != EAGAIN) {
		perror("ntpflood");
		exit(2);
	}
	f->n += sent > 0 ? (size_t)sent : 0;
	return sent > 0 ? (size_t)sent : 0;
}

/* ---- through the kernel's program ---------------------------------------------------------------- */

/* How many frames the interface has taken. */
static uint64_t n_taken(const struct flood *f)
{
	char line[512], name[IF_NAMESIZE];
	unsigned long long n = 0;
	FILE *in = fopen("/proc/self/net/dev", "re");

	while (in && fgets(line, sizeof(line), in)) {
		unsigned long long packets;
		if (sscanf(line, " %15[^:]: %*u %*u %*u %*u %*u %*u %*u %*u %*u %llu", name, &packets) == 2 &&
		    strcmp(name, f->interface) == 0)
			n = packets;
	}
	if (in)
		fclose(in);
	return n;
}

/* Sends the first exchange to see whether anything gets through. */
static void open_program(struct flood *f)
{
	uint64_t before = n_taken(f);

	f->program = flood_program_new(if_nametoindex(f->interface), f->frames[0], (uint32_t)f->n_clients);
	if (f->program >= 0 && flood_program_run(f->program, f->frames[0], 2) && n_taken(f) >= before + 2)
		f->n = 2;
	else
		f->program = -1;
}

/* ---- at a rate ----------------------------------------------------------------------------------- */

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t send_batch(struct flood *f, size_t n)
{
	if (f->program < 0)
		return send_some(f, n < BATCH ? n : BATCH);
	if (!flood_program_run(f->program, f->frames[0], n)) {
		perror("ntpflood");
		exit(2);
	}
	f->n += n;
	return n;
}

static void run(struct flood *f, double rate, double seconds)
{
	double began = now_s(), gone;
	uint64_t before = n_taken(f) - f->n;

	while ((gone = now_s() - began) < seconds || (double)f->n < rate * seconds) {
		double due = rate > 0 ? gone * rate - (double)f->n : PROGRAM_BATCH;
		if (due < 1) {
			struct timespec pause = { .tv_nsec = 200000 };
			nanosleep(&pause, NULL);
			continue;
		}
		send_batch(f, due < PROGRAM_BATCH ? (size_t)due : PROGRAM_BATCH);
	}
	if (f->n & 1) /* the last request has its answer */
		while (!send_batch(f, 1))
			;
	gone = now_s() - began;
	uint64_t n = f->program < 0 ? f->n : n_taken(f) - before;
	printf("%llu frames in %.3f s, %.0f a second, through a %s\n", (unsigned long long)n, gone,
	       (double)n / gone, f->program < 0 ? "socket" : "program in the kernel");
}

int main(int argc, char **argv)
{
	static struct flood f;

	if (argc < 2 || argc > 5) {
		fputs("usage: ntpflood INTERFACE [RATE [SECONDS [CLIENTS]]]\n", stderr);
		return 2;
	}
	f.interface = argv[1];
	f.n_clients = argc > 4 ? strtoull(argv[4], NULL, 10) : 1000;
	if (f.n_clients == 0 || f.n_clients > INT32_MAX || !open_socket(&f)) {
		fprintf(stderr, "ntpflood: cannot send to '%s': %s\n", argv[1], strerror(errno));
		return 2;
	}
	open_program(&f);
	run(&f, argc > 2 ? strtod(argv[2], NULL) : 0, argc > 3 ? strtod(argv[3], NULL) : 1);
	return 0;
}
