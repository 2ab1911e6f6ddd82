/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NTS key establishment as a listener sees it (RFC 8915 section 4): a TCP connection, the two TLS 1.3 hello
 * messages in the clear, the rest encrypted, which here means random.
 */
#include <string.h>

#include "ntpgen_day.h"

enum {
	FIN = 1,
	SYN = 2,
	PSH = 8,
	ACK = 16,
	HELLO_MAX = 512,
	TLS_ALERT_RECORD = 21,
	TLS_HANDSHAKE = 22,
	TLS_DATA = 23
};

struct tcp {
	struct talk *t;
	struct wire up, down;
	uint32_t up_seq, down_seq;
	int64_t now_ns;
	int64_t path_ns;
};

static void other(struct tcp *c, const uint8_t *frame, size_t len)
{
	talk_row(c->t, CLASS_OTHER, stage_frame(c->t->st, c->now_ns, frame, len), -1);
}

/* From the server things take microseconds, from the client a round trip. */
static void segment(struct tcp *c, bool from_server, uint8_t flags, const uint8_t *payload, size_t len)
{
	uint8_t frame[FRAME_MAX];
	uint32_t *mine = from_server ? &c->down_seq : &c->up_seq;
	uint32_t theirs = from_server ? c->up_seq : c->down_seq;
	c->now_ns += from_server ? 60000 + rng_exp(&c->t->st->rng, 40000) : 2 * c->path_ns;
	other(c, frame,
	      frame_tcp(frame, from_server ? &c->down : &c->up, *mine, flags & ACK ? theirs : 0, flags,
			payload, len));
	*mine += (uint32_t)len + (flags & (SYN | FIN) ? 1 : 0);
}

static size_t put_bytes(uint8_t *p, const void *data, size_t len)
{
	memcpy(p, data, len);
	return len;
}

/* A server name (RFC 6066 section 3), ALPN (RFC 7301), TLS 1.3 alone, one X25519 share. */
static size_t put_client_extensions(struct rng *r, uint8_t *p, const char *sni, const char *alpn)
{
	static const uint8_t versions[] = { 0, 43, 0, 3, 2, 3, 4 }, groups[] = { 0, 10, 0, 4, 0, 2, 0, 29 };
	static const uint8_t schemes[] = { 0, 13, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1 };
	size_t n = strlen(sni), a = strlen(alpn), at = 2;
	put16(p + at, 0);
	put16(p + at + 2, (unsigned)n + 5);
	put16(p + at + 4, (unsigned)n + 3);
	p[at + 6] = 0;
	put16(p + at + 7, (unsigned)n);
	at += 9 + put_bytes(p + at + 9, sni, n);
	put16(p + at, 16);
	put16(p + at + 2, (unsigned)a + 3);
	put16(p + at + 4, (unsigned)a + 1);
	p[at + 6] = (uint8_t)a;
	at += 7 + put_bytes(p + at + 7, alpn, a);
	at += put_bytes(p + at, groups, sizeof groups);
	at += put_bytes(p + at, schemes, sizeof schemes);
	at += put_bytes(p + at, versions, sizeof versions);
	static const uint8_t share[] = { 0, 51, 0, 38, 0, 36, 0, 29, 0, 32 };
	at += put_bytes(p + at, share, sizeof share);
	rng_fill(r, p + at, 32);
	at += 32;
	put16(p, (unsigned)at - 2);
	return at;
}

/* Record and handshake headers around len octets of a hello. */
static size_t wrap_hello(uint8_t *out, uint8_t type, const uint8_t *hello, size_t len)
{
	out[0] = TLS_HANDSHAKE;
	put16(out + 1, type == 1 ? 0x0301 : 0x0303);
	put16(out + 3, (unsigned)len + 4);
	out[5] = type;
	out[6] = 0;
	put16(out + 7, (unsigned)len);
	memcpy(out + 9, hello, len);
	return 9 + len;
}

static size_t put_client_hello(struct rng *r, uint8_t *out, const char *sni, const char *alpn)
{
	static const uint8_t suites[] = { 0, 6, 0x13, 1, 0x13, 2, 0x13, 3, 1, 0 };
	uint8_t p[HELLO_MAX] = { 3, 3 };
	rng_fill(r, p + 2, 32);
	p[34] = 0; /* no session id */
	size_t at = 35 + put_bytes(p + 35, suites, sizeof suites);
	at += put_client_extensions(r, p + at, sni, alpn);
	return wrap_hello(out, 1, p, at);
}

static size_t put_server_hello(struct rng *r, uint8_t *out)
{
	static const uint8_t rest[] = { 0, 0x13, 1, 0, 0, 46, 0, 43, 0, 2, 3, 4, 0, 51, 0, 36, 0, 29, 0, 32 };
	uint8_t p[HELLO_MAX] = { 3, 3 };
	rng_fill(r, p + 2, 32);
	size_t at = 34 + put_bytes(p + 34, rest, sizeof rest);
	rng_fill(r, p + at, 32);
	return wrap_hello(out, 2, p, at + 32);
}

/* An encrypted record of len octets. */
static void secret(struct tcp *c, bool from_server, size_t len)
{
	uint8_t p[PAYLOAD_MAX] = { TLS_DATA, 3, 3 };
	put16(p + 3, (unsigned)len);
	rng_fill(&c->t->st->rng, p + 5, len);
	segment(c, from_server, PSH | ACK, p, len + 5);
}

int64_t ntske_play(struct talk *t, int64_t t_ns, const char *sni, const char *alpn)
{
	static const uint8_t alert[] = { TLS_ALERT_RECORD, 3, 3, 0, 2, 2, 120 }; /* no_application_protocol */
	struct rng *r = &t->st->rng;
	uint8_t hello[HELLO_MAX + 16];
	struct talk ke = *t;
	ke.note = "ntske";
	ke.client.port = (uint16_t)rng_range(r, 32768, 60999);
	ke.server.port = PORT_NTSKE;
	struct tcp c = { .t = &ke, .now_ns = t_ns };
	c.up = (struct wire){ .src = ke.client, .dst = ke.server, .ttl = 52 };
	c.down = (struct wire){ .src = ke.server, .dst = ke.client, .from_server = true };
	c.up_seq = (uint32_t)rng_next(r);
	c.down_seq = (uint32_t)rng_next(r);
	c.path_ns = 3 * MS + rng_exp(r, 8 * MS);
	segment(&c, false, SYN, NULL, 0);
	segment(&c, true, SYN | ACK, NULL, 0);
	segment(&c, false, ACK, NULL, 0);
	segment(&c, false, PSH | ACK, hello, put_client_hello(r, hello, sni, alpn));
	if (strcmp(alpn, "ntske/1") != 0) {
		segment(&c, true, PSH | ACK, alert, sizeof alert);
		segment(&c, true, FIN | ACK, NULL, 0);
		segment(&c, false, FIN | ACK, NULL, 0);
		return c.now_ns;
	}
	segment(&c, true, PSH | ACK, hello, put_server_hello(r, hello));
	secret(&c, true, 700);
	secret(&c, false, 58);
	secret(&c, false, 40);
	secret(&c, true, 870);
	segment(&c, false, FIN | ACK, NULL, 0);
	segment(&c, true, FIN | ACK, NULL, 0);
	return c.now_ns;
}
