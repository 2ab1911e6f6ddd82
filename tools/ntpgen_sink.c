/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The capture file, the truth file, and the numbers that both are made from. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ntpgen.h"

enum { BLOCK = 1 << 20, GLOBAL_LEN = 24, RECORD_LEN = 16 };

const char *const class_names[N_CLASSES] = {
	[CLASS_ANSWERED] = "answered",
	[CLASS_UNANSWERED] = "unanswered",
	[CLASS_DUPLICATE] = "duplicate",
	[CLASS_LATE] = "late",
	[CLASS_UNSOLICITED] = "unsolicited",
	[CLASS_KOD] = "kod",
	[CLASS_NAK] = "nak",
	[CLASS_RETRANSMITTED] = "retransmitted",
	[CLASS_OTHER] = "other",
};

static uint64_t rotate(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

/* Each stream of each seed starts from four outputs of splitmix64. */
void rng_seed(struct rng *r, uint64_t seed, uint64_t stream)
{
	uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) ^ stream * UINT64_C(0xd1342543de82ef95);
	for (int i = 0; i < 4; i++) {
		uint64_t z = x += UINT64_C(0x9e3779b97f4a7c15);
		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		r->s[i] = z ^ z >> 31;
	}
}

uint64_t rng_next(struct rng *r)
{
	uint64_t *s = r->s, out = rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return out;
}

/* -ln(u) by hand, good to six digits: libm may differ from machine to machine, and files must not. */
int64_t rng_exp(struct rng *r, int64_t mean)
{
	uint64_t u = rng_next(r) | 1;
	int zeros = __builtin_clzll(u);
	double m = (double)(u << zeros >> 11) / (double)(UINT64_C(1) << 52); /* 1 <= m < 2 */
	double s = (m - 1) / (m + 1), q = s * s;
	double ln_m = 2 * s * (1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q / 9))));
	return (int64_t)((double)mean * ((zeros + 1) * 0.693147180559945 - ln_m));
}

void rng_fill(struct rng *r, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(rng_next(r) >> 56);
}

/* After a failed write nothing more is written; sink_close() reports it. */
static void sink_flush(struct sink *s)
{
	size_t done = 0;
	while (done < s->used && !s->sys_errno) {
		ssize_t n = write(s->fd, s->block + done, s->used - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			s->sys_errno = errno;
	}
	s->used = 0;
}

static void put_le32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* magic, version 2.4, two zero words, snap length, link type 1 */
static void put_global(uint8_t *p, bool nanoseconds, uint32_t snaplen)
{
	put_le32(p, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
	put_le32(p + 4, 4u << 16 | 2);
	put_le32(p + 8, 0);
	put_le32(p + 12, 0);
	put_le32(p + 16, snaplen);
	put_le32(p + 20, 1);
}

int sink_open(struct sink *s, const char *path, const char *truth_path, bool nanoseconds, uint32_t snaplen)
{
	*s = (struct sink){ .nanoseconds = nanoseconds, .snaplen = snaplen };
	s->fd = strcmp(path, "-") == 0 ? STDOUT_FILENO
				       : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	s->block = malloc(BLOCK);
	if (s->fd < 0 || !s->block)
		return -1;
	if (truth_path) {
		s->truth = fopen(truth_path, "w");
		if (!s->truth)
			return -1;
		fputs("class,request_frame,response_frame,request_time_ns,response_time_ns,client,client_"
		      "port,"
		      "server,server_port,version,note\n",
		      s->truth);
	}
	put_global(s->block, nanoseconds, snaplen);
	s->used = GLOBAL_LEN;
	return 0;
}

int sink_close(struct sink *s)
{
	sink_flush(s);
	free(s->block);
	if (s->fd != STDOUT_FILENO && close(s->fd) && !s->sys_errno)
		s->sys_errno = errno;
	if (s->truth && fclose(s->truth) && !s->sys_errno)
		s->sys_errno = errno;
	errno = s->sys_errno;
	return s->sys_errno ? -1 : 0;
}

uint64_t sink_frame(struct sink *s, int64_t t_ns, const uint8_t *data, size_t len)
{
	return sink_frame_cut(s, t_ns, data, len, len);
}

uint64_t sink_frame_cut(struct sink *s, int64_t t_ns, const uint8_t *data, size_t len, size_t keep)
{
	uint32_t kept = keep < s->snaplen ? (uint32_t)keep : s->snaplen;
	if (s->used + RECORD_LEN + kept > BLOCK)
		sink_flush(s);
	uint8_t *p = s->block + s->used;
	put_le32(p, (uint32_t)(t_ns / SEC));
	put_le32(p + 4, (uint32_t)(t_ns % SEC / (s->nanoseconds ? 1 : 1000)));
	put_le32(p + 8, kept);
	put_le32(p + 12, (uint32_t)len);
	memcpy(p + RECORD_LEN, data, kept);
	s->used += RECORD_LEN + kept;
	s->n_octets += len;
	s->last_ns = sink_time(s, t_ns);
	if (s->n_frames == 0)
		s->first_ns = s->last_ns;
	return ++s->n_frames;
}

static void put_number(FILE *out, uint64_t v)
{
	if (v)
		fprintf(out, "%llu", (unsigned long long)v);
	fputc(',', out);
}

static void put_endpoint(FILE *out, const struct endpoint *e)
{
	char text[INET6_ADDRSTRLEN];
	if (addr_is_v4(&e->addr))
		inet_ntop(AF_INET, e->addr.b + 12, text, sizeof text);
	else
		inet_ntop(AF_INET6, e->addr.b, text, sizeof text);
	fprintf(out, "%s,%u,", text, e->port);
}

void sink_row(struct sink *s, const struct truth_row *row)
{
	s->n_rows[row->class]++;
	if (!s->truth)
		return;
	fprintf(s->truth, "%s,", class_names[row->class]);
	put_number(s->truth, row->request_frame);
	put_number(s->truth, row->response_frame);
	put_number(s->truth, row->request_frame ? (uint64_t)sink_time(s, row->request_ns) : 0);
	put_number(s->truth, row->response_frame ? (uint64_t)sink_time(s, row->response_ns) : 0);
	put_endpoint(s->truth, &row->client);
	put_endpoint(s->truth, &row->server);
	fprintf(s->truth, "%u,%s\n", row->version, row->note);
}
