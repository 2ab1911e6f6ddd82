/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenes of modes 3 and 4: lost, late, doubled, forged and crossed packets.  Each plays with an address and
 * port of its own, so that its truth does not depend on its neighbours in the file. */
#include "ntpgen.h"

static uint64_t draw_xmt(struct talk *t)
{
	return rng_next(&t->st->rng) | 1;
}

static int64_t delta(struct talk *t)
{
	return draw_delta(&t->st->rng);
}

static void plain(struct talk *t, int64_t at)
{
	for (int i = 0; i < 4; i++, at += 64 * SEC + rng_exp(&t->st->rng, 50 * MS))
		talk_exchange(t, at, delta(t));
}

static void versions(struct talk *t, int64_t at)
{
	for (uint8_t v = 1; v <= 4; v++) {
		t->ask.version = t->reply.version = v;
		talk_exchange(t, at + v * 16 * SEC, delta(t));
	}
}

/* RFC 1059 had no mode field: a client is known by its port, and is answered with mode 4. */
static void version_1_without_mode(struct talk *t, int64_t at)
{
	t->ask.version = t->reply.version = 1;
	t->ask.mode = 0;
	t->ask.precision = 0;
	talk_exchange(t, at, delta(t));
}

static void port_123(struct talk *t, int64_t at)
{
	t->client.port = PORT_NTP;
	for (int i = 0; i < 3; i++)
		talk_exchange(t, at + i * 64 * SEC, delta(t));
}

/* Two requests on one port pair, answers in the same order. */
static void overlap(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t), b = draw_xmt(t);
	int32_t ask_a = talk_ask(t, at, a), ask_b = talk_ask(t, at + 10 * MS, b);
	talk_row(t, CLASS_ANSWERED, ask_a, talk_reply(t, at + 15 * MS, a));
	talk_row(t, CLASS_ANSWERED, ask_b, talk_reply(t, at + 25 * MS, b));
}

static void swapped(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t), b = draw_xmt(t);
	int32_t ask_a = talk_ask(t, at, a), ask_b = talk_ask(t, at + 10 * MS, b);
	talk_row(t, CLASS_ANSWERED, ask_b, talk_reply(t, at + 15 * MS, b));
	talk_row(t, CLASS_ANSWERED, ask_a, talk_reply(t, at + 25 * MS, a));
}

/* Eight at once, as iburst with a slow path, answered in random order. */
static void burst(struct talk *t, int64_t at)
{
	for (int i = 0; i < 8; i++)
		talk_exchange(t, at + i * 2 * MS, rng_range(&t->st->rng, MS, 40 * MS));
}

static void request_lost(struct talk *t, int64_t at)
{
	talk_row(t, CLASS_UNSOLICITED, -1, talk_reply(t, at, draw_xmt(t)));
	talk_exchange(t, at + 2 * SEC, delta(t));
}

static void response_lost(struct talk *t, int64_t at)
{
	for (int i = 0; i < 4; i++)
		talk_row(t, CLASS_UNANSWERED, talk_ask(t, at + i * 2 * SEC, draw_xmt(t)), -1);
	talk_exchange(t, at + 8 * SEC, delta(t));
}

static void duplicate(struct talk *t, int64_t at)
{
	static const int64_t later[] = { 1000, MS, 900 * MS, 4 * SEC, 20 * SEC };
	int64_t gap = later[rng_below(&t->st->rng, 5)];
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a), reply = talk_reply(t, at + 30000, a);
	talk_row(t, CLASS_ANSWERED, ask, reply);
	talk_row(t, CLASS_DUPLICATE, ask, talk_again(t, reply, at + 30000 + gap));
	if (rng_percent(&t->st->rng, 50))
		talk_row(t, CLASS_DUPLICATE, ask, talk_again(t, reply, at + 60000 + 2 * gap));
}

/* The same origin with other timestamps: a load balancer that asked two servers. */
static void second_answer(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a);
	talk_row(t, CLASS_ANSWERED, ask, talk_reply(t, at + 40000, a));
	t->reply.stratum = 1;
	t->reply.refid = refid_of("GPS");
	talk_row(t, CLASS_DUPLICATE, ask, talk_reply(t, at + 3 * MS, a));
}

static void retransmit_one_answer(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	int32_t first = talk_ask(t, at, a), again = talk_again(t, first, at + SEC);
	talk_row(t, CLASS_ANSWERED, first, talk_reply(t, at + SEC + 30000, a));
	talk_row(t, CLASS_RETRANSMITTED, again, -1);
}

static void retransmit_two_answers(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	int32_t first = talk_ask(t, at, a), again = talk_again(t, first, at + 500 * MS);
	talk_row(t, CLASS_ANSWERED, first, talk_reply(t, at + 510 * MS, a));
	talk_row(t, CLASS_ANSWERED, again, talk_reply(t, at + 520 * MS, a));
}

static void retransmit_after_answer(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	int32_t first = talk_ask(t, at, a);
	talk_row(t, CLASS_ANSWERED, first, talk_reply(t, at + 30000, a));
	int32_t again = talk_again(t, first, at + SEC);
	talk_row(t, CLASS_ANSWERED, again, talk_reply(t, at + SEC + 30000, a));
}

static void retransmit_unanswered(struct talk *t, int64_t at)
{
	int32_t first = talk_ask(t, at, draw_xmt(t));
	talk_row(t, CLASS_UNANSWERED, first, -1);
	talk_row(t, CLASS_RETRANSMITTED, talk_again(t, first, at + SEC), -1);
	talk_row(t, CLASS_RETRANSMITTED, talk_again(t, first, at + 3 * SEC), -1);
}

static void forge(struct talk *t, int64_t at, uint64_t origin)
{
	talk_row(t, CLASS_UNSOLICITED, -1, talk_reply(t, at, origin));
}

/* Wrong, random and zero origins around the genuine answer. */
static void forged_before(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a);
	forge(t, at + 5000, a ^ 0x100);
	forge(t, at + 7000, draw_xmt(t));
	forge(t, at + 9000, 0);
	talk_row(t, CLASS_ANSWERED, ask, talk_reply(t, at + 15 * MS, a));
}

static void forged_after(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a);
	talk_row(t, CLASS_ANSWERED, ask, talk_reply(t, at + 30000, a));
	forge(t, at + 50000, draw_xmt(t));
	forge(t, at + 2 * SEC, 0);
}

/* Clients that fill origin and receive from their last answer invite a zero-origin forgery. */
static void forged_zero_origin(struct talk *t, int64_t at)
{
	t->ask.origin = ntp_time(at - 64 * SEC);
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a);
	forge(t, at + 5000, 0);
	talk_row(t, CLASS_UNANSWERED, ask, -1);
}

static void forged_kiss(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a);
	talk_row(t, CLASS_UNSOLICITED, -1, talk_kiss(t, at + 5000, draw_xmt(t), "DENY"));
	talk_row(t, CLASS_ANSWERED, ask, talk_reply(t, at + 40000, a));
}

static void late(struct talk *t, int64_t at)
{
	static const int64_t waits[] = { 4900, 5100, 7500, 16000, 33000, 60000 };
	for (int i = 0; i < 6; i++)
		talk_exchange(t, at + i * 100 * SEC, waits[i] * MS);
}

/* The answer to an old request comes after a newer one was sent, and neither takes the other's. */
static void late_behind_newer(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t), b = draw_xmt(t);
	int32_t ask_a = talk_ask(t, at, a), ask_b = talk_ask(t, at + 16 * SEC, b);
	talk_row(t, CLASS_LATE, ask_a, talk_reply(t, at + 16 * SEC + 20000, a));
	talk_row(t, CLASS_ANSWERED, ask_b, talk_reply(t, at + 16 * SEC + 50000, b));
}

static void too_late(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t);
	talk_row(t, CLASS_UNANSWERED, talk_ask(t, at, a), -1);
	talk_row(t, CLASS_UNSOLICITED, -1, talk_reply(t, at + 300 * SEC, a));
}

/* Two receive queues: the file has the response first, by its place alone or by its time as well. */
static void reordered(struct talk *t, int64_t at)
{
	uint64_t a = draw_xmt(t), b = draw_xmt(t);
	int32_t reply = talk_reply(t, at + 40000, a), ask = talk_ask(t, at, a);
	t->st->packets[reply].due_ns = at - 1000;
	talk_row(t, CLASS_ANSWERED, ask, reply);
	reply = talk_reply(t, at + SEC, b);
	ask = talk_ask(t, at + SEC + rng_range(&t->st->rng, 2000, MS), b);
	talk_row(t, CLASS_ANSWERED, ask, reply);
}

/* RFC 9769: the origin is the request's receive field, the transmit is that of the response before. */
static void interleaved(struct talk *t, int64_t at)
{
	int64_t sent = 0;
	uint64_t last_receive = 0;
	for (int i = 0; i < 6; i++, at += 16 * SEC) {
		uint64_t a = draw_xmt(t);
		bool inter = i > 1;
		t->ask.origin = last_receive;
		t->ask.receive = inter ? draw_xmt(t) : 0;
		int32_t ask = talk_ask(t, at, a);
		t->reply.receive = last_receive = ntp_time(at + 4000) | 1;
		t->reply.transmit = inter ? ntp_time(sent) & ~UINT64_C(1) : 0;
		sent = at + 20000;
		talk_row(t, CLASS_ANSWERED, ask, talk_reply(t, at + 30000, inter ? t->ask.receive : a));
	}
}

static void kiss(struct talk *t, int64_t at)
{
	static const char *const codes[] = { "RATE", "DENY", "RSTR", "INIT", "XNEW" };
	for (int i = 0; i < 5; i++) {
		uint64_t a = draw_xmt(t);
		int32_t ask = talk_ask(t, at + i * 2 * SEC, a);
		talk_row(t, CLASS_KOD, ask, talk_kiss(t, at + i * 2 * SEC + 25000, a, codes[i]));
	}
}

static void crypto_nak(struct talk *t, int64_t at)
{
	t->ask_trailer = TRAILER_MD5;
	t->reply_trailer = TRAILER_CRYPTO_NAK;
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a);
	talk_row(t, CLASS_NAK, ask, talk_reply(t, at + 25000, a));
}

static void mac(struct talk *t, int64_t at)
{
	t->ask_trailer = t->reply_trailer = TRAILER_MD5;
	talk_exchange(t, at, delta(t));
	t->ask_trailer = t->reply_trailer = TRAILER_SHA1;
	talk_exchange(t, at + 64 * SEC, delta(t));
}

static void nts(struct talk *t, int64_t at)
{
	t->ask_trailer = t->reply_trailer = TRAILER_NTS;
	for (int i = 0; i < 3; i++) {
		rng_fill(&t->st->rng, t->uid, sizeof t->uid);
		talk_exchange(t, at + i * 64 * SEC, delta(t));
	}
}

/* The right origin with a wrong unique identifier is no answer (RFC 8915 section 5.7). */
static void nts_forged(struct talk *t, int64_t at)
{
	t->ask_trailer = t->reply_trailer = TRAILER_NTS;
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a);
	t->uid[5] ^= 0x40;
	forge(t, at + 10000, a);
	t->uid[5] ^= 0x40;
	talk_row(t, CLASS_ANSWERED, ask, talk_reply(t, at + 40000, a));
}

static void nts_nak(struct talk *t, int64_t at)
{
	t->ask_trailer = TRAILER_NTS;
	t->reply_trailer = TRAILER_NTS_NAK;
	uint64_t a = draw_xmt(t);
	int32_t ask = talk_ask(t, at, a);
	talk_row(t, CLASS_NAK, ask, talk_kiss(t, at + 30000, a, "NTSN"));
}

/* Requests without any timestamp: the oldest open one takes the answer. */
static void zero_transmit(struct talk *t, int64_t at)
{
	for (int i = 0; i < 2; i++, at += 32 * SEC) {
		int32_t ask = talk_ask(t, at, 0);
		talk_row(t, CLASS_ANSWERED, ask, talk_reply(t, at + 30000, 0));
	}
	int32_t a = talk_ask(t, at, 0), b = talk_ask(t, at + 100 * MS, 0);
	talk_row(t, CLASS_ANSWERED, a, talk_reply(t, at + 120 * MS, 0));
	talk_row(t, CLASS_ANSWERED, b, talk_reply(t, at + 140 * MS, 0));
}

const struct scene scenes_basic[] = {
	{ "plain", "four polls, answered", plain, ANYWHERE },
	{ "versions", "versions 1 to 4", versions, ANYWHERE },
	{ "version_1_without_mode", "mode 0 from a high port", version_1_without_mode, ANYWHERE },
	{ "port_123", "both ports 123", port_123, ANYWHERE },
	{ "overlap", "two in flight, answers in order", overlap, ANYWHERE },
	{ "swapped", "two in flight, answers swapped", swapped, ANYWHERE },
	{ "burst", "eight in flight, answers in any order", burst, ANYWHERE },
	{ "request_lost", "an answer whose request the tap did not see", request_lost, ANYWHERE },
	{ "response_lost", "requests without answer", response_lost, ANYWHERE },
	{ "duplicate", "the same answer twice or more", duplicate, ANYWHERE },
	{ "second_answer", "two different answers", second_answer, ANYWHERE },
	{ "retransmit_one_answer", "the same request twice, one answer", retransmit_one_answer, ANYWHERE },
	{ "retransmit_two_answers", "the same request twice, two answers", retransmit_two_answers, ANYWHERE },
	{ "retransmit_after_answer", "the same request again after its answer", retransmit_after_answer,
	  ANYWHERE },
	{ "retransmit_unanswered", "the same request thrice, no answer", retransmit_unanswered, ANYWHERE },
	{ "forged_before", "wrong origins before the genuine answer", forged_before, ANYWHERE },
	{ "forged_after", "wrong origins after it", forged_after, ANYWHERE },
	{ "forged_zero_origin", "a zero origin for an open request", forged_zero_origin, ANYWHERE },
	{ "forged_kiss", "a kiss code with a wrong origin", forged_kiss, ANYWHERE },
	{ "late", "answers after 4.9 to 60 s", late, ANYWHERE },
	{ "late_behind_newer", "an old answer after a newer request", late_behind_newer, ANYWHERE },
	{ "too_late", "an answer after 5 min", too_late, ANYWHERE },
	{ "reordered", "the response before its request", reordered, ANYWHERE },
	{ "interleaved", "RFC 9769", interleaved, ANYWHERE },
	{ "kiss", "Kiss-o'-Death codes", kiss, ANYWHERE },
	{ "crypto_nak", "a MAC refused", crypto_nak, ANYWHERE },
	{ "mac", "MD5 and SHA-1 trailers", mac, ANYWHERE },
	{ "nts", "unique identifiers and cookies", nts, ANYWHERE },
	{ "nts_forged", "the origin right, the identifier wrong", nts_forged, ANYWHERE },
	{ "nts_nak", "kiss code NTSN", nts_nak, ANYWHERE },
	{ "zero_transmit", "requests without timestamp", zero_transmit, ANYWHERE },
	{ 0 },
};
