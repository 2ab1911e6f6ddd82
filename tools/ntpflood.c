/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ntpflood INTERFACE [RATE [SECONDS [CLIENTS]]]   NTP requests and answers as fast as told, for measuring
 *
 * Writes Ethernet frames past the queues of the kernel (AF_PACKET, PACKET_QDISC_BYPASS): a request of
 * each client in turn, and the server's answer. RATE is frames a second, 0: as many as can be. They go to
 * a station that nobody is, so that no stack answers them; whoever listens on the other end of a veth
 * pair sees them. Meant for network namespaces: it asks for no confirmation.
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

enum { BATCH = 64, FRAME = 14 + 20 + 8 + 48, IP_AT = 14, UDP_AT = 34, NTP_AT = 42 };

static const uint32_t server = 0xc6336401; /* 198.51.100.1 */
static const uint32_t first_client = 0x0a000000;

struct flood {
	int fd;
	uint64_t n_clients, n; /* frames made so far */
	uint8_t frames[BATCH][FRAME];
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
	memset(f, 0, FRAME);
	memcpy(f, start, sizeof(start));
	put16(f + UDP_AT + 4, 56);
}

static void make_frame(uint8_t *f, uint64_t number, uint64_t n_clients)
{
	bool answer = number & 1;
	uint64_t exchange = number / 2;
	uint32_t client = first_client + (uint32_t)(exchange % n_clients);
	uint8_t *ntp = f + NTP_AT;

	put32(f + IP_AT + 12, answer ? server : client);
	put32(f + IP_AT + 16, answer ? client : server);
	put16(f + IP_AT + 10, 0);
	put16(f + IP_AT + 10, ip_checksum(f + IP_AT));
	put16(f + UDP_AT, answer ? 123 : 40000);
	put16(f + UDP_AT + 2, answer ? 40000 : 123);
	ntp[0] = answer ? 0x24 : 0x23;
	ntp[1] = answer ? 2 : 0;
	/* the request's transmit timestamp is the answer's origin */
	put32(ntp + (answer ? 24 : 40), 0xed000000);
	put32(ntp + (answer ? 28 : 44), (uint32_t)exchange);
	put32(ntp + (answer ? 40 : 24), answer ? 0xed000000 : 0);
	put32(ntp + (answer ? 44 : 28), answer ? (uint32_t)exchange + 1 : 0);
	put32(ntp + 32, answer ? 0xed000000 : 0);
}

static bool open_socket(struct flood *f, const char *interface)
{
	int one = 1;
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(interface) };

	f->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (f->fd < 0 || at.sll_ifindex == 0)
		return false;
	setsockopt(f->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one));
	for (int i = 0; i < BATCH; i++) {
		begin_frame(f->frames[i]);
		f->parts[i] = (struct iovec){ f->frames[i], FRAME };
		f->messages[i].msg_hdr = (struct msghdr){ .msg_iov = &f->parts[i], .msg_iovlen = 1 };
	}
	return bind(f->fd, (const struct sockaddr *)&at, sizeof(at)) == 0;
}

/* Returns how many went out; what the interface has no room for goes out with the next batch. */
static size_t send_batch(struct flood *f, size_t n)
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

static double now_s(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run(struct flood *f, double rate, double seconds)
{
	double began = now_s(), gone;
	while ((gone = now_s() - began) < seconds) {
		double due = rate > 0 ? gone * rate - (double)f->n : BATCH;
		if (due < 1) {
			struct timespec pause = { .tv_nsec = 200000 };
			nanosleep(&pause, NULL);
			continue;
		}
		send_batch(f, due < BATCH ? (size_t)due : BATCH);
	}
	if (f->n & 1) /* the last request has its answer */
		while (!send_batch(f, 1))
			;
	gone = now_s() - began;
	printf("%llu frames in %.3f s, %.0f a second\n", (unsigned long long)f->n, gone, (double)f->n / gone);
}

int main(int argc, char **argv)
{
	static struct flood f;

	if (argc < 2 || argc > 5) {
		fputs("usage: ntpflood INTERFACE [RATE [SECONDS [CLIENTS]]]\n", stderr);
		return 2;
	}
	f.n_clients = argc > 4 ? strtoull(argv[4], NULL, 10) : 1000;
	if (f.n_clients == 0 || !open_socket(&f, argv[1])) {
		fprintf(stderr, "ntpflood: cannot send to '%s': %s\n", argv[1], strerror(errno));
		return 2;
	}
	run(&f, argc > 2 ? strtod(argv[2], NULL) : 0, argc > 3 ? strtod(argv[3], NULL) : 1);
	return 0;
}
