/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenes of the other modes, of links and networks, and of the capture itself. */
#include <string.h>

#include "ntpgen.h"

enum { CONTROL_LEN = 12, CONTROL_DATA_MAX = 468, PRIVATE_LEN = 8, MONLIST_ITEMS = 6, MONLIST_ITEM_LEN = 72 };

static uint64_t draw_xmt(struct talk *t)
{
	return rng_next(&t->st->rng) | 1;
}

static int64_t delta(struct talk *t)
{
	return draw_delta(&t->st->rng);
}

static void other(struct talk *t, int32_t packet)
{
	talk_row(t, CLASS_OTHER, packet, -1);
}

/* An active peer asks, a passive one answers (RFC 5905 section 3). */
static void symmetric(struct talk *t, int64_t at)
{
	t->client.port = PORT_NTP;
	t->ask.mode = 1;
	t->ask.stratum = 3;
	t->ask.refid = 0xcb007108;
	t->reply.mode = 2;
	for (int i = 0; i < 4; i++, at += 64 * SEC) {
		uint64_t a = ntp_time(at);
		int32_t ask = talk_ask(t, at, a);
		int64_t d = delta(t);
		t->reply.transmit = ntp_time(at + d - 3000);
		talk_row(t, CLASS_ANSWERED, ask, talk_reply(t, at + d, a));
		t->ask.origin = t->reply.transmit;
		t->ask.receive = ntp_time(at + d + 4 * MS);
	}
}

/* Both active: each sends at its own pace and quotes what it heard last; nobody answers (section 9). */
static void symmetric_active(struct talk *t, int64_t at)
{
	struct talk back = *t;
	uint64_t heard_a = 0, heard_b = 0;
	t->client.port = back.client.port = PORT_NTP;
	t->ask.mode = back.ask.mode = 1;
	back.client = endpoint_of(&t->server.addr, PORT_NTP);
	back.server = endpoint_of(&t->client.addr, PORT_NTP);
	for (int i = 0; i < 5; i++, at += 64 * SEC) {
		t->ask.origin = heard_a;
		heard_b = ntp_time(at);
		talk_row(t, CLASS_OTHER, talk_ask(t, at, heard_b), -1);
		back.ask.origin = heard_b;
		heard_a = ntp_time(at + 21 * SEC);
		talk_row(&back, CLASS_OTHER, talk_ask(&back, at + 21 * SEC, heard_a), -1);
	}
}

static void broadcast(struct talk *t, int64_t at)
{
	static const uint8_t four[4] = { 224, 0, 1, 1 };
	static const uint8_t six[16] = { 0xff, 0x05, [14] = 0x01, [15] = 0x01 };
	bool v4 = addr_is_v4(&t->client.addr);
	t->client = endpoint_of(&(struct addr){ 0 }, PORT_NTP);
	t->client.addr = v4 ? addr_from_v4(four) : addr_from_v6(six);
	t->reply.mode = 5;
	for (int i = 0; i < 4; i++)
		other(t, talk_reply(t, at + i * 64 * SEC, 0));
}

/* Mode 6, RFC 9327: flags and opcode, sequence, status, association, offset, count, data. */
static int32_t control(struct talk *t, int64_t at, bool reply, unsigned bits, unsigned sequence,
		       unsigned offset, unsigned count)
{
	uint8_t p[PAYLOAD_MAX] = { 0x16, (uint8_t)((reply ? 0x80 : 0) | bits) };
	put16(p + 2, sequence);
	put16(p + 4, reply ? (bits & 0x40 ? 0x0500 : 0x0615) : 0);
	put16(p + 8, offset);
	put16(p + 10, count);
	for (unsigned i = 0; i < count; i++)
		p[CONTROL_LEN + i] = (uint8_t) "version=\"ntpd 4.2.8p15\", stratum=2, "[(offset + i) % 35];
	return talk_send(t, at, reply, p, CONTROL_LEN + (count + 3) / 4 * 4);
}

/* readvar, whose answer needs three packets; all are one exchange. */
static void control_fragments(struct talk *t, int64_t at)
{
	unsigned sequence = 1 + (unsigned)rng_below(&t->st->rng, 60000);
	t->ask.version = 2;
	for (unsigned i = 0; i < 2; i++, at += SEC) {
		int32_t ask = control(t, at, false, 2, sequence + i, 0, 0);
		int32_t first = control(t, at + 50000, true, 0x20 | 2, sequence + i, 0, CONTROL_DATA_MAX);
		control(t, at + 52000, true, 0x20 | 2, sequence + i, CONTROL_DATA_MAX, CONTROL_DATA_MAX);
		control(t, at + 54000, true, 2, sequence + i, 2 * CONTROL_DATA_MAX, 101);
		talk_row(t, CLASS_ANSWERED, ask, first);
	}
}

static void control_refused(struct talk *t, int64_t at)
{
	t->ask.version = 2;
	int32_t ask = control(t, at, false, 2, 77, 0, 8);
	talk_row(t, CLASS_ANSWERED, ask, control(t, at + 40000, true, 0x40 | 2, 77, 0, 0));
	talk_row(t, CLASS_UNANSWERED, control(t, at + SEC, false, 1, 78, 0, 0), -1);
	talk_row(t, CLASS_UNSOLICITED, -1, control(t, at + 2 * SEC, true, 1, 999, 0, 12));
}

/* ntpdc's monlist: 8 octets asked, n packets of 440 octets answered. */
static void monlist(struct talk *t, int64_t at, unsigned n)
{
	uint8_t q[PRIVATE_LEN] = { 0x17, 0, 3, 42 };
	t->ask.version = 2;
	int32_t ask = talk_send(t, at, false, q, sizeof q), first = -1;
	for (unsigned i = 0; i < n; i++) {
		uint8_t p[PRIVATE_LEN + MONLIST_ITEMS * MONLIST_ITEM_LEN] = { 0x97, (uint8_t)i, 3, 42 };
		p[0] = i + 1 < n ? 0xd7 : 0x97;
		put16(p + 4, MONLIST_ITEMS);
		put16(p + 6, MONLIST_ITEM_LEN);
		for (unsigned k = 0; k < MONLIST_ITEMS; k++)
			memcpy(p + PRIVATE_LEN + k * MONLIST_ITEM_LEN + 16, t->client.addr.b + 12, 4);
		int32_t sent = talk_send(t, at + 60000 + i * 4000, true, p, sizeof p);
		first = first < 0 ? sent : first;
	}
	talk_row(t, n ? CLASS_ANSWERED : CLASS_UNANSWERED, ask, first);
}

static void monlist_attack(struct talk *t, int64_t at)
{
	monlist(t, at, 100);
}

static void monlist_ignored(struct talk *t, int64_t at)
{
	monlist(t, at, 0);
}

static void vlan(struct talk *t, int64_t at)
{
	t->vlan = 123;
	talk_exchange(t, at, delta(t));
	t->outer_vlan = 7;
	talk_exchange(t, at + 64 * SEC, delta(t));
}

/* Many hosts behind one address, told apart by port alone. */
static void nat(struct talk *t, int64_t at)
{
	for (unsigned i = 0; i < 25; i++) {
		t->client.port = (uint16_t)(20000 + i * 7);
		talk_exchange(t, at + i * 3 * MS, 5 * MS + delta(t));
	}
}

/* The same transmit timestamp from two ports, and to two servers. */
static void same_transmit(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	struct talk u = *t, v = *t;
	u.client.port ^= 1;
	v.server.addr.b[15] ^= 1;
	int32_t ask_t = talk_ask(t, at, a), ask_u = talk_ask(&u, at + 100000, a),
		ask_v = talk_ask(&v, at + 200000, a);
	talk_row(&v, CLASS_ANSWERED, ask_v, talk_reply(&v, at + MS, a));
	talk_row(&u, CLASS_ANSWERED, ask_u, talk_reply(&u, at + 2 * MS, a));
	talk_row(t, CLASS_ANSWERED, ask_t, talk_reply(t, at + 3 * MS, a));
}

/* A server with two addresses answers from the wrong one. */
static void wrong_address(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	talk_row(t, CLASS_UNANSWERED, talk_ask(t, at, a), -1);
	t->server.addr.b[15] ^= 1;
	talk_row(t, CLASS_UNSOLICITED, -1, talk_reply(t, at + 40000, a));
}

static int32_t icmp(struct talk *t, int64_t at, const struct addr *from, int32_t about, size_t quote)
{
	uint8_t frame[FRAME_MAX];
	const struct staged *p = &t->st->packets[about];
	bool v4 = addr_is_v4(&t->client.addr);
	size_t len = frame_icmp(frame, from, v4 ? 3 : 1, v4 ? 3 : 4, 0, t->st->bytes + p->at, p->len, quote);
	return stage_frame(t->st, at, frame, len);
}

/* Port unreachable: the client's socket was closed; a router quotes little; the server has no daemon. */
static void icmp_errors(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a), reply = talk_reply(t, at + 30000, a);
	talk_row(t, CLASS_ANSWERED, ask, reply);
	other(t, icmp(t, at + 20 * MS, &t->client.addr, reply, 1232));
	struct addr router = t->client.addr;
	router.b[15] ^= 0x55;
	a = draw_xmt(t);
	ask = talk_ask(t, at + SEC, a);
	reply = talk_reply(t, at + SEC + 30000, a);
	talk_row(t, CLASS_ANSWERED, ask, reply);
	other(t, icmp(t, at + SEC + 20 * MS, &router, reply, addr_is_v4(&router) ? 28 : 48));
	ask = talk_ask(t, at + 2 * SEC, draw_xmt(t));
	talk_row(t, CLASS_UNANSWERED, ask, -1);
	other(t, icmp(t, at + 2 * SEC + 30000, &t->server.addr, ask, 1232));
}

/* The capture kept the header but not the MAC; then not even the header. */
static void snapped(struct talk *t, int64_t at)
{
	t->ask_trailer = t->reply_trailer = TRAILER_MD5;
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a), reply = talk_reply(t, at + 30000, a);
	t->st->packets[ask].kept -= 20;
	t->st->packets[reply].kept -= 8;
	talk_row(t, CLASS_ANSWERED, ask, reply);
	for (unsigned i = 0; i < 3; i++) {
		ask = talk_ask(t, at + (i + 1) * SEC, draw_xmt(t));
		t->st->packets[ask].kept -= 20 + 30 + i * 12;
		other(t, ask);
	}
}

static void malformed(struct talk *t, int64_t at)
{
	static const uint8_t lengths[] = { 0, 1, 4, 12, 20, 40, 47 };
	uint8_t p[NTP_LEN] = { 0x23 };
	for (unsigned i = 0; i < sizeof lengths; i++)
		other(t, talk_send(t, at + i * SEC, false, p, lengths[i]));
	p[0] = 0x24;
	other(t, talk_send(t, at + 8 * SEC, true, p, 31));
	p[0] = 0x16;
	other(t, talk_send(t, at + 9 * SEC, false, p, 8));
	p[0] = 0x17;
	other(t, talk_send(t, at + 10 * SEC, false, p, 4));
}

/* Replaces a packet by its two fragments; the second is the one that completes it. */
static int32_t split(struct talk *t, int32_t packet, int64_t at)
{
	uint8_t first[FRAME_MAX], second[FRAME_MAX];
	size_t first_len, second_len;
	struct staged *p = &t->st->packets[packet];
	frame_split(t->st->bytes + p->at, p->len, 480, (uint32_t)rng_next(&t->st->rng), first, &first_len,
		    second, &second_len);
	memcpy(t->st->bytes + p->at, first, first_len);
	p->len = p->kept = (uint32_t)first_len;
	other(t, packet);
	return stage_frame(t->st, at + 4000, second, second_len);
}

static void fragments(struct talk *t, int64_t at)
{
	t->ask_trailer = t->reply_trailer = TRAILER_NTS;
	t->n_cookies = 7;
	uint64_t a = draw_xmt(t);
	int32_t ask = split(t, talk_ask(t, at, a), at);
	int32_t reply = split(t, talk_reply(t, at + 90000, a), at + 90000);
	talk_row(t, CLASS_ANSWERED, ask, reply);
}

static void clock_step(struct talk *t, int64_t at)
{
	int64_t step = rng_percent(&t->st->rng, 60) ? -1500 * MS : 700 * MS;
	stage_step_clock(t->st, at + 10000, step);
	talk_exchange(t, at, 40000);
}

static void begins(struct talk *t, int64_t at)
{
	for (int i = 0; i < 3; i++) {
		talk_row(t, CLASS_UNSOLICITED, -1, talk_reply(t, at + i * 13000, draw_xmt(t)));
		t->client.port++;
	}
}

static void ends(struct talk *t, int64_t at)
{
	for (int i = 0; i < 3; i++) {
		talk_row(t, CLASS_UNANSWERED, talk_ask(t, at + i * 13000, draw_xmt(t)), -1);
		t->client.port++;
	}
}

const struct scene scenes_other[] = {
	{ "symmetric", "modes 1 and 2", symmetric, ANYWHERE },
	{ "symmetric_active", "mode 1 from both", symmetric_active, ANYWHERE },
	{ "broadcast", "mode 5", broadcast, ANYWHERE },
	{ "control_fragments", "mode 6, three packets an answer", control_fragments, ANYWHERE },
	{ "control_refused", "mode 6, error, silence, wrong sequence", control_refused, ANYWHERE },
	{ "monlist_attack", "mode 7, 100 packets an answer", monlist_attack, ANYWHERE },
	{ "monlist_ignored", "mode 7 without answer", monlist_ignored, ANYWHERE },
	{ "vlan", "one tag and two", vlan, ANYWHERE },
	{ "nat", "25 ports of one address", nat, ANYWHERE },
	{ "same_transmit", "one timestamp in three flows", same_transmit, ANYWHERE },
	{ "wrong_address", "answered from another address", wrong_address, ANYWHERE },
	{ "icmp_errors", "errors that quote answers and requests", icmp_errors, ANYWHERE },
	{ "snapped", "packets cut by the capture", snapped, ANYWHERE },
	{ "malformed", "payloads too short", malformed, ANYWHERE },
	{ "fragments", "requests and responses in two IP fragments", fragments, ANYWHERE },
	{ "clock_step", "the capturing host's clock steps between both", clock_step, ANYWHERE },
	{ "begins", "answers to requests before the capture", begins, AT_START },
	{ "ends", "requests whose answer the capture no longer holds", ends, AT_END },
	{ 0 },
};
