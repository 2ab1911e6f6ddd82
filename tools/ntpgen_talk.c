/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One client and one server: the packets they send each other, with whatever hangs behind the header. */
#include <string.h>

#include "ntpgen.h"

enum {
	MD5_LEN = 4 + 16,
	SHA1_LEN = 4 + 20,
	UID_LEN = 4 + 32,
	COOKIE_LEN = 4 + 100,
	AUTH_HEADER = 8,
	NONCE_LEN = 16,
	TAG_LEN = 16,
	EXT_UID = 0x0104,
	EXT_COOKIE = 0x0204,
	EXT_PLACEHOLDER = 0x0304,
	EXT_AUTH = 0x0404
};

uint32_t refid_of(const char *code)
{
	uint32_t id = 0;
	for (int i = 0; i < 4; i++)
		id = id << 8 | (uint8_t)(*code ? *code++ : 0);
	return id;
}

int64_t draw_delta(struct rng *r)
{
	int64_t d = 18000 + rng_exp(r, 9000);
	uint64_t tail = rng_below(r, 1 << 15);
	if (tail < 64)
		d += rng_exp(r, 300000);
	if (tail == 0)
		d += 9 * MS;
	return d < 20 * MS ? d : 20 * MS;
}

struct addr server_address(bool v4)
{
	static const uint8_t four[4] = { 192, 0, 2, 123 };
	static const uint8_t six[16] = { 0x20, 0x01, 0x0d, 0xb8, [14] = 0x01, [15] = 0x23 };
	return v4 ? addr_from_v4(four) : addr_from_v6(six);
}

struct addr client_address(struct rng *r, bool v4)
{
	uint64_t x = rng_next(r);
	if (v4) {
		uint32_t a = x >> 63 ? 0xc6120000 | ((uint32_t)x & 0x1ffff)
				     : 0x64400000 | ((uint32_t)x & 0x3fffff);
		uint8_t four[4];
		put32(four, a);
		return addr_from_v4(four);
	}
	uint8_t six[16] = { 0x20, 0x01, 0x0d, 0xb8 };
	put32(six + 4, (uint32_t)(x >> 32) & 0xffff000f);
	put64(six + 8, x & 7 ? rng_next(r) : 1 + (x >> 3 & 0xff));
	return addr_from_v6(six);
}

struct talk talk_of(struct stage *st, const struct endpoint *client, const struct endpoint *server,
		    uint8_t version, const char *note)
{
	struct talk t = {
		.st = st,
		.client = *client,
		.server = *server,
		.note = note,
		.ask = { .version = version, .mode = 3, .poll = 6, .precision = 32 },
		.reply = { .version = version,
			   .mode = 4,
			   .stratum = 2,
			   .poll = 6,
			   .precision = -24,
			   .root_delay = 0x2a,
			   .root_dispersion = 0x31,
			   .refid = 0xcb007107 },
	};
	rng_fill(&st->rng, t.uid, sizeof t.uid);
	return t;
}

static size_t put_extension(uint8_t *p, unsigned type, size_t len)
{
	put16(p, type);
	put16(p + 2, (unsigned)len);
	return len;
}

/* RFC 8915 section 5.7: unique identifier, cookie and placeholders in the request, then the authenticator
 * whose ciphertext holds the response's cookies.  The secret parts are random, as they look on the wire. */
static size_t put_nts(struct talk *t, uint8_t *p, bool reply)
{
	size_t at = put_extension(p, EXT_UID, UID_LEN);
	memcpy(p + 4, t->uid, sizeof t->uid);
	if (!reply) {
		rng_fill(&t->st->rng, p + at + 4, COOKIE_LEN - 4);
		at += put_extension(p + at, EXT_COOKIE, COOKIE_LEN);
		for (int i = 0; i < t->n_cookies; i++) {
			memset(p + at, 0, COOKIE_LEN);
			at += put_extension(p + at, EXT_PLACEHOLDER, COOKIE_LEN);
		}
	}
	size_t text = TAG_LEN + (reply ? (size_t)COOKIE_LEN * (t->n_cookies + 1u) : 0);
	put_extension(p + at, EXT_AUTH, AUTH_HEADER + NONCE_LEN + text);
	put16(p + at + 4, NONCE_LEN);
	put16(p + at + 6, (unsigned)text);
	rng_fill(&t->st->rng, p + at + AUTH_HEADER, NONCE_LEN + text);
	return at + AUTH_HEADER + NONCE_LEN + text;
}

static size_t put_mac(struct talk *t, uint8_t *p, size_t len)
{
	put32(p, 1 + t->client.port % 7);
	rng_fill(&t->st->rng, p + 4, len - 4);
	return len;
}

/* Digests are random octets: nobody who listens can check them. */
static size_t put_trailer(struct talk *t, uint8_t *p, enum trailer kind, bool reply)
{
	switch (kind) {
	case TRAILER_NONE: return 0;
	case TRAILER_MD5: return put_mac(t, p, MD5_LEN);
	case TRAILER_SHA1: return put_mac(t, p, SHA1_LEN);
	case TRAILER_CRYPTO_NAK: put32(p, 0); return 4;
	case TRAILER_NTS: return put_nts(t, p, reply);
	case TRAILER_NTS_NAK: memcpy(p + 4, t->uid, sizeof t->uid); return put_extension(p, EXT_UID, UID_LEN);
	}
	return 0;
}

int32_t talk_send(struct talk *t, int64_t t_ns, bool from_server, const uint8_t *payload, size_t len)
{
	uint8_t frame[FRAME_MAX];
	struct wire w = { .src = from_server ? t->server : t->client,
			  .dst = from_server ? t->client : t->server,
			  .from_server = from_server,
			  .vlan = t->vlan,
			  .outer_vlan = t->outer_vlan };
	if (!from_server) {
		w.ip_id = (uint16_t)rng_next(&t->st->rng);
		w.ttl = (uint8_t)(46 + t->client.addr.b[15] % 15);
	}
	return stage_frame(t->st, t_ns, frame, frame_udp(frame, &w, payload, len));
}

int32_t talk_ask(struct talk *t, int64_t t_ns, uint64_t transmit)
{
	uint8_t payload[PAYLOAD_MAX];
	struct ntp_fields f = t->ask;
	f.transmit = transmit;
	ntp_put(payload, &f);
	size_t len = NTP_LEN + put_trailer(t, payload + NTP_LEN, t->ask_trailer, false);
	return talk_send(t, t_ns, false, payload, len);
}

int32_t talk_reply(struct talk *t, int64_t t_ns, uint64_t origin)
{
	uint8_t payload[PAYLOAD_MAX];
	struct ntp_fields f = t->reply;
	f.origin = origin;
	f.poll = f.poll > t->ask.poll ? f.poll : t->ask.poll;
	if (!f.receive)
		f.receive = ntp_time(t_ns - 14000 - rng_exp(&t->st->rng, 1000)) | 1;
	if (!f.transmit)
		f.transmit = ntp_time(t_ns - 6000 - rng_exp(&t->st->rng, 1000)) & ~UINT64_C(1);
	f.reference = ntp_time(t_ns - t_ns % (17 * SEC) - 3 * SEC);
	ntp_put(payload, &f);
	size_t len = NTP_LEN + put_trailer(t, payload + NTP_LEN, t->reply_trailer, true);
	return talk_send(t, t_ns, true, payload, len);
}

int32_t talk_kiss(struct talk *t, int64_t t_ns, uint64_t origin, const char *code)
{
	uint8_t payload[PAYLOAD_MAX];
	struct ntp_fields f = t->reply;
	f.li = 3;
	f.stratum = 0;
	f.refid = refid_of(code);
	f.origin = f.receive = f.transmit = origin; /* as ntpd does */
	f.poll = t->ask.poll;
	ntp_put(payload, &f);
	size_t len = NTP_LEN + put_trailer(t, payload + NTP_LEN, t->reply_trailer, true);
	return talk_send(t, t_ns, true, payload, len);
}

int32_t talk_again(struct talk *t, int32_t packet, int64_t t_ns)
{
	uint8_t frame[FRAME_MAX];
	size_t len = t->st->packets[packet].len;
	memcpy(frame, t->st->bytes + t->st->packets[packet].at, len);
	return stage_frame(t->st, t_ns, frame, len);
}

void talk_row(struct talk *t, enum class class, int32_t request, int32_t response)
{
	struct staged_row row = {
		.class = class,
		.request = request,
		.response = response,
		.client = t->client,
		.server = t->server,
		.version = t->ask.version,
		.note = t->note,
	};
	/* Peers are alike: the one with the lower address is listed as the client, and nobody owes an
	 * answer. */
	bool peers = t->ask.mode == 1;
	if (peers && addr_compare(&t->server.addr, &t->client.addr) < 0) {
		row.client = t->server;
		row.server = t->client;
	}
	if (peers && (request < 0 || response < 0))
		row.class = CLASS_OTHER;
	stage_row(t->st, &row);
}

void talk_exchange(struct talk *t, int64_t t_ns, int64_t delta_ns)
{
	uint64_t transmit = rng_next(&t->st->rng) | 1;
	int32_t ask = talk_ask(t, t_ns, transmit);
	talk_row(t, CLASS_ANSWERED, ask, talk_reply(t, t_ns + delta_ns, transmit));
}
