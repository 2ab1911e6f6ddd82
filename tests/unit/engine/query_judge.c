/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One answer, and what is made of it: real ones of chronyd, and each thing that can be wrong with one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/nstime.h"
#include "engine/query_judge.h"
#include "proto/ntp_write.h"
#include "unit/hex.h"

/* 2026-11-26, as nanoseconds: the captures are of that day. */
static const int64_t pivot_ns = INT64_C(1795651200) * NS_PER_S;

enum { MS = 1000000 };

static int64_t utc(uint64_t ntp)
{
	return nstime_from_ntp(ntp, pivot_ns);
}

static bool near(int64_t a_ns, int64_t b_ns)
{
	return a_ns - b_ns <= 2 && b_ns - a_ns <= 2;
}

static enum query_result judge(struct query *q, const uint8_t *octets, size_t len, struct query_sample *s)
{
	uint8_t *p = malloc(len ? len : 1);

	memcpy(p, octets, len);
	enum query_result r = query_judge(q, p, len, true, s);
	free(p);
	return r;
}

/* ---- keys ---------------------------------------------------------------------------------------- */

struct captured {
	uint8_t version, type;
	uint32_t id;
	const char *key, *answer;
};

static const struct captured captured[] = {
	{ 4, NTP_KEY_MD5, 1, "6f62736572766174",
	  "240306e300000000000000007f7f0101eeacbc535b755ae41b1c24f97a3a5568eeacbc545bd41985eeac"
	  "bc545cd63fce00000001feaf5c10a311a24e954de6c5588f5a48" },
	{ 4, NTP_KEY_SHA1, 2, "6f6273657276617431323334353637383930",
	  "240306e300000000000000007f7f0101eeacbc535b755ae4fa3c73477bddbf45eeacbc589a4b09a3eeac"
	  "bc589a504f320000000260143defc2f2c9ace6a955b671fa995c001778b4" },
	{ 4, NTP_KEY_AES128, 3, "000102030405060708090a0b0c0d0e0f",
	  "240306e300000000000000007f7f0101eeacbc535b755ae44efa344e2e179b4deeacbc5ce2f19ec9eeac"
	  "bc5ce2f4ac4400000003541a4df06927e7548ef85285cec9993a" },
	{ 3, NTP_KEY_SHA256, 4, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	  "1c0306e300000000000000007f7f0101eeacbc535b755ae4805b76541b22e732eeacbc612381c125eeac"
	  "bc6123873b9a00000004b7df80e6e335794e2c1b6c234a0cc238d6e5b59ff3b2a733d2ef06a28ff4182e" },
	{ 4, NTP_KEY_AES256, 5, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
	  "240306e300000000000000007f7f0101eeacbc535b755ae4903bb0031ae29c93eeacbc65650d443feeac"
	  "bc65651313ba00000005f71b5889966adb457d2542b3cbad9472" },
	{ 3, NTP_KEY_SHA512, 6, "deadbeefdeadbeefdeadbeefdeadbeef",
	  "1c0306e300000000000000007f7f0101eeacbc535b755ae4ab4f65de7336751ceeacbc69a0d76fdfeeac"
	  "bc69a0de003e00000006a9782316c1fa1fd92f7e5b3ee54231914100e8d6e231a128ef61e82a1aa357b8"
	  "2c42a857175de485f58e91eefef9d9076dfb2627ba40f36315bd0f87feb0cf38" },
};

/* A query that waits for this answer under its key. */
static size_t wait_for(struct query *q, struct ntp_key *key, const struct captured *c, uint8_t *p)
{
	size_t len = hex_octets(c->answer, p);

	*key = (struct ntp_key){ .id = c->id, .type = c->type };
	key->len = (uint16_t)hex_octets(c->key, key->octets);
	memset(q, 0, sizeof(*q));
	q->config.version = c->version;
	q->key = key;
	q->is_waiting = true;
	q->transmit = load_be64(p + 24);
	q->t1_ns = utc(load_be64(p + 32)) - MS;
	q->t4_ns = utc(load_be64(p + 40)) + MS;
	return len;
}

static void macs_of_chronyd_are_right_for_every_type_of_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(captured) / sizeof(captured[0]); i++) {
		struct query q;
		struct ntp_key key;
		struct query_sample s;
		uint8_t p[256];
		size_t len = wait_for(&q, &key, &captured[i], p);
		assert_int_equal(judge(&q, p, len, &s), QUERY_OK);
		assert_int_equal(s.header.stratum, 3);
		assert_true(s.has_times && s.kernel_t4);
		assert_true(near(s.delay_ns, 2 * MS) && near(s.offset_ns, 0));
	}
}

static void a_flipped_bit_anywhere_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(captured) / sizeof(captured[0]); i++) {
		struct query q;
		struct ntp_key key;
		struct query_sample s;
		uint8_t p[256];
		size_t len = wait_for(&q, &key, &captured[i], p);
		for (size_t at = 0; at < len; at++) {
			p[at] ^= 0x40;
			enum query_result r = judge(&q, p, len, &s);
			assert_true(query_is_not_it(r));
			assert_int_not_equal(r, QUERY_AUTH_MISSING);
			if (at > 0 && (at < 24 || at >= 32))
				assert_int_equal(r, QUERY_AUTH_FAILED);
			p[at] ^= 0x40;
		}
		assert_int_equal(judge(&q, p, len, &s), QUERY_OK);
	}
}

static void an_answer_without_a_mac_is_not_authenticated(void **state)
{
	(void)state;
	struct query q;
	struct ntp_key key;
	struct query_sample s;
	uint8_t p[256];

	wait_for(&q, &key, &captured[0], p);
	assert_int_equal(judge(&q, p, 48, &s), QUERY_AUTH_MISSING);
	/* a field is no MAC */
	memset(p + 48, 0, 28);
	memcpy(p + 48, "\xf5\x01\x00\x1c", 4);
	assert_int_equal(judge(&q, p, 48 + 28, &s), QUERY_AUTH_MISSING);
}

static void a_mac_of_another_key_fails(void **state)
{
	(void)state;
	struct query q;
	struct ntp_key key;
	struct query_sample s;
	uint8_t p[256];
	size_t len = wait_for(&q, &key, &captured[0], p);

	key.id = 2;
	assert_int_equal(judge(&q, p, len, &s), QUERY_AUTH_FAILED);
	key.id = 1;
	key.octets[0] ^= 1;
	assert_int_equal(judge(&q, p, len, &s), QUERY_AUTH_FAILED);
	key.octets[0] ^= 1;
	key.type = NTP_KEY_SHA1;
	assert_int_equal(judge(&q, p, len, &s), QUERY_AUTH_FAILED);
}

static void four_zero_octets_are_a_crypto_nak(void **state)
{
	(void)state;
	struct query q;
	struct ntp_key key;
	struct query_sample s;
	uint8_t p[256];

	wait_for(&q, &key, &captured[0], p);
	memset(p + 48, 0, 4);
	assert_int_equal(judge(&q, p, 52, &s), QUERY_CRYPTO_NAK);
	p[24] ^= 1; /* not to what we asked */
	assert_int_equal(judge(&q, p, 52, &s), QUERY_BOGUS);
}

static void without_a_key_a_mac_does_not_matter(void **state)
{
	(void)state;
	struct query q;
	struct ntp_key key;
	struct query_sample s;
	uint8_t p[256];
	size_t len = wait_for(&q, &key, &captured[0], p);

	q.key = NULL;
	p[60] ^= 1;
	assert_int_equal(judge(&q, p, len, &s), QUERY_OK);
}

/* ---- times --------------------------------------------------------------------------------------- */

/* An answer with these times that is good otherwise. */
static void good_header(struct ntp_header *h, uint64_t origin, uint64_t receive, uint64_t transmit)
{
	*h = (struct ntp_header){ .version = 4,
				  .mode = 4,
				  .stratum = 1,
				  .precision_log2s = -23,
				  .refid = { 'G', 'P', 'S' },
				  .origin = origin,
				  .receive = receive,
				  .transmit = transmit };
}

static enum query_result judge_header(struct query *q, const struct ntp_header *h, struct query_sample *s)
{
	uint8_t p[NTP_HEADER_LEN];
	ntp_header_write(h, p);
	return judge(q, p, sizeof(p), s);
}

static void offset_and_delay_are_the_rfcs_also_across_the_era(void **state)
{
	(void)state;
	static const struct {
		uint64_t t1, t2, t3, t4;
		int64_t offset_ns, delay_ns;
	} all[] = {
		{ 0xeeacb00a00000000, 0xeeacb00a028f5c29, 0xeeacb00a02d0e560, 0xeeacb00a05604189, 0,
		  20000000 },
		{ 0xeeacb00a00000000, 0xeeacb00f028f5c29, 0xeeacb00f02d0e560, 0xeeacb00a05604189, 5000000000,
		  20000000 },
		{ 0xeeacb00a00000000, 0xeeacb009028f5c29, 0xeeacb00902d0e560, 0xeeacb00a05604189, -1000000000,
		  20000000 },
		{ 0xeeacb00a00000000, 0xeeacb00a07ae147b, 0xeeacb00a07ef9db2, 0xeeacb00a0a7ef9db, 10000000,
		  40000000 },
		/* 2036: we are in era 0, the server in era 1 */
		{ 0xfffffffe00000000, 0x0000000300000000, 0x0000000300418937, 0xfffffffe028f5c29, 4995500000,
		  9000000 },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct query q = { .config = { .version = 4 }, .transmit = 0x1234567812345679 };
		struct query_sample s;
		struct ntp_header h;
		q.t1_ns = utc(all[i].t1);
		q.t4_ns = utc(all[i].t4);
		good_header(&h, q.transmit, all[i].t2, all[i].t3);
		assert_int_equal(judge_header(&q, &h, &s), QUERY_OK);
		assert_true(s.has_times && near(s.offset_ns, all[i].offset_ns));
		assert_true(near(s.delay_ns, all[i].delay_ns));
		/* 2^-23 s each, and 15 ppm of the time that it took */
		assert_true(near(s.dispersion_ns, 119 + 119 + (q.t4_ns - q.t1_ns) / 1000000 * 15));
	}
}

/* Asked at second 10 and answered 20 ms later; the server had it for `held` of 2^32 seconds. */
static void begin(struct query *q, struct ntp_header *h, uint32_t held)
{
	*q = (struct query){ .config = { .version = 4 }, .transmit = 0x1234567812345679 };
	q->t1_ns = utc(0xeeacb00a00000000);
	q->t4_ns = q->t1_ns + 20 * MS;
	good_header(h, q->transmit, 0xeeacb00a028f5c29, 0xeeacb00a028f5c29 + held);
}

static void a_delay_a_little_below_zero_is_none_but_is_not_forgotten(void **state)
{
	(void)state;
	struct query q;
	struct ntp_header h;
	struct query_sample s;

	begin(&q, &h, 0x051eb852 + 0x00418937); /* 21 ms of 20 */
	assert_int_equal(judge_header(&q, &h, &s), QUERY_OK);
	assert_int_equal(s.delay_ns, 0);
	assert_true(s.dispersion_ns > MS && s.dispersion_ns < MS + 1000);
}

static void a_server_cannot_hold_a_question_longer_than_we_wait(void **state)
{
	(void)state;
	struct query q;
	struct ntp_header h;
	struct query_sample s;

	begin(&q, &h, 0x80000000);
	assert_int_equal(judge_header(&q, &h, &s), QUERY_BAD_HEADER);
	begin(&q, &h, 0);
	h.transmit -= 0x80000000; /* nor send before it receives */
	assert_int_equal(judge_header(&q, &h, &s), QUERY_BAD_HEADER);
	h.transmit += 0x7f000000; /* though its clock may tick in steps */
	assert_int_equal(judge_header(&q, &h, &s), QUERY_OK);
}

/* ---- what it says of itself ---------------------------------------------------------------------- */

static void leap_and_stratum_tell_whether_it_is_synchronised(void **state)
{
	(void)state;
	static const struct {
		uint8_t leap, stratum, refid[4];
		enum query_result result;
	} all[] = {
		{ 0, 1, "GPS", QUERY_OK },
		{ 1, 1, "GPS", QUERY_OK },
		{ 2, 15, { 192, 0, 2, 1 }, QUERY_OK },
		{ 3, 1, "GPS", QUERY_UNSYNCHRONISED },
		{ 0, 0, { 0 }, QUERY_UNSYNCHRONISED },
		{ 3, 0, { 0 }, QUERY_UNSYNCHRONISED },
		{ 0, 16, { 0 }, QUERY_UNSYNCHRONISED },
		{ 0, 255, { 0 }, QUERY_UNSYNCHRONISED },
		/* kisses that ask nothing but patience */
		{ 3, 0, { 'I', 'N', 'I', 'T' }, QUERY_UNSYNCHRONISED },
		{ 3, 0, { 'S', 'T', 'E', 'P' }, QUERY_UNSYNCHRONISED },
		{ 3, 16, { 'I', 'N', 'I', 'T' }, QUERY_UNSYNCHRONISED },
		{ 3, 0, { 'R', 'A', 'T', 'E' }, QUERY_KOD },
		{ 3, 0, { 'D', 'E', 'N', 'Y' }, QUERY_KOD },
		{ 3, 0, { 'R', 'S', 'T', 'R' }, QUERY_KOD },
		{ 0, 0, { 'X', 'A', 'B', 'C' }, QUERY_KOD },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct query q;
		struct ntp_header h;
		struct query_sample s;
		begin(&q, &h, 0x1000);
		h.leap = all[i].leap;
		h.stratum = all[i].stratum;
		memcpy(h.refid, all[i].refid, 4);
		assert_int_equal(judge_header(&q, &h, &s), all[i].result);
		/* RFC 5905 section 7.4: the times of a kiss are nobody's */
		assert_int_equal(s.has_times, all[i].result != QUERY_KOD);
	}
}

static void what_cannot_be_is_a_bad_header(void **state)
{
	(void)state;
	struct query q;
	struct ntp_header good, h;
	struct query_sample s;

	begin(&q, &good, 0x1000);
	h = good;
	h.receive = 0;
	assert_int_equal(judge_header(&q, &h, &s), QUERY_BAD_HEADER);
	assert_false(s.has_times);
	h = good;
	h.transmit = 0;
	assert_int_equal(judge_header(&q, &h, &s), QUERY_BAD_HEADER);
	h = good;
	h.reference = h.transmit + 0x100;
	assert_int_equal(judge_header(&q, &h, &s), QUERY_BAD_HEADER);
	h.reference = h.transmit;
	assert_int_equal(judge_header(&q, &h, &s), QUERY_OK);
	/* half the root delay and the root dispersion: 16 s (MAXDISP) */
	h.root_delay = 30 << 16;
	h.root_dispersion = 1 << 16;
	assert_int_equal(judge_header(&q, &h, &s), QUERY_BAD_HEADER);
	h.root_dispersion -= 1;
	assert_int_equal(judge_header(&q, &h, &s), QUERY_OK);
	h.root_delay = h.root_dispersion = UINT32_MAX;
	assert_int_equal(judge_header(&q, &h, &s), QUERY_BAD_HEADER);
}

static void what_is_no_answer_to_us_has_its_name(void **state)
{
	(void)state;
	struct query q;
	struct ntp_header good, h;
	struct query_sample s;
	uint8_t p[NTP_HEADER_LEN + 36] = { 0 };

	begin(&q, &good, 0x1000);
	for (uint8_t mode = 0; mode < 8; mode++) {
		h = good;
		h.mode = mode;
		assert_int_equal(judge_header(&q, &h, &s), mode == 4 ? QUERY_OK : QUERY_WRONG_MODE);
	}
	for (uint8_t version = 0; version < 8; version++) {
		h = good;
		h.version = version;
		assert_int_equal(judge_header(&q, &h, &s), version == 4 ? QUERY_OK : QUERY_WRONG_VERSION);
	}
	h = good;
	h.origin ^= 1;
	assert_int_equal(judge_header(&q, &h, &s), QUERY_BOGUS);
	h.origin = 0;
	assert_int_equal(judge_header(&q, &h, &s), QUERY_BOGUS);
	ntp_header_write(&good, p);
	for (size_t len = 0; len < NTP_HEADER_LEN; len++)
		assert_int_equal(judge(&q, p, len, &s), QUERY_MALFORMED);
	for (size_t n = 1; n <= 36; n++) {
		/* zeros: four are a crypto-NAK, 20 and 24 a MAC, all else is nothing (RFC 7822) */
		bool is_known = n == 4 || n == 20 || n == 24;
		assert_int_equal(judge(&q, p, NTP_HEADER_LEN + n, &s), is_known ? QUERY_OK : QUERY_MALFORMED);
	}
}

/* ---- interleaved --------------------------------------------------------------------------------- */

/* RFC 9769: the transmit time is the one of the answer before, so the clock may have been set since then. */
static void an_interleaved_answer_may_tell_of_a_clock_set_since(void **state)
{
	(void)state;
	struct query q;
	struct ntp_header h;
	struct query_sample s;

	begin(&q, &h, 0x1000);
	q.receive = 0x5555555555555555;
	q.before.is_set = true;
	q.before.receive = h.receive - ((uint64_t)2 << 32);
	q.before.t1_ns = q.t1_ns - 2 * NS_PER_S;
	q.before.t4_ns = q.t4_ns - 2 * NS_PER_S;
	h.origin = q.receive;
	h.transmit = q.before.receive + 0x1000;
	h.reference = h.receive - ((uint64_t)1 << 32);
	assert_int_equal(judge_header(&q, &h, &s), QUERY_OK);
	assert_true(s.is_interleaved);
	h.reference = h.receive + 0x100;
	q.before.receive = h.transmit - 0x1000;
	q.before.t1_ns = q.t1_ns - 2 * NS_PER_S;
	q.before.t4_ns = q.t4_ns - 2 * NS_PER_S;
	assert_int_equal(judge_header(&q, &h, &s), QUERY_BAD_HEADER);
}

/* ---- version 5 ----------------------------------------------------------------------------------- */

static const char
	v5_answer[] = "2c0106e70004189300020c49000000011111222233334444c0ffee00c0ffee01eeacbcd840000000eeac"
		      "bcd840010000f5ff001b64726166742d696574662d6e74702d6e747076352d303900";

static size_t begin_v5(struct query *q, uint8_t *p)
{
	size_t len = hex_octets(v5_answer, p);

	*q = (struct query){ .config = { .version = 5 }, .transmit = 0xc0ffee00c0ffee01 };
	q->t1_ns = utc(0xeeacbcd840000000) - MS;
	q->t4_ns = utc(0xeeacbcd840010000) + MS;
	return len;
}

static void an_answer_of_version_5_is_the_drafts(void **state)
{
	(void)state;
	struct query q;
	struct query_sample s;
	uint8_t p[128];
	size_t len = begin_v5(&q, p);

	assert_int_equal(judge(&q, p, len, &s), QUERY_OK);
	assert_int_equal(s.header.version, 5);
	assert_int_equal(s.header.stratum, 1);
	assert_int_equal(s.header.root_delay, 0x41);      /* 1 ms of 2^-16 s */
	assert_int_equal(s.header.root_dispersion, 0x20); /* 0.5 ms */
	assert_true(s.has_times && near(s.offset_ns, 0) && near(s.delay_ns, 2 * MS));
}

static void the_flag_tells_whether_version_5_is_synchronised_not_the_leap(void **state)
{
	(void)state;
	struct query q;
	struct query_sample s;
	uint8_t p[128];
	size_t len = begin_v5(&q, p);

	p[0] |= 0xc0; /* it does not know of leap seconds */
	assert_int_equal(judge(&q, p, len, &s), QUERY_OK);
	assert_int_equal(s.header.leap, 3);
	len = begin_v5(&q, p);
	p[15] = 0;
	assert_int_equal(judge(&q, p, len, &s), QUERY_UNSYNCHRONISED);
	assert_int_equal(s.header.leap, 0);
}

static void each_fault_of_version_5_has_its_name(void **state)
{
	(void)state;
	static const struct {
		unsigned at;
		uint8_t value;
		enum query_result result;
	} all[] = {
		{ 0, 0x2b, QUERY_WRONG_MODE },  { 0, 0x24, QUERY_WRONG_VERSION },
		{ 24, 0, QUERY_BOGUS },         { 31, 0, QUERY_BOGUS },
		{ 1, 0, QUERY_UNSYNCHRONISED }, { 1, 16, QUERY_UNSYNCHRONISED },
		{ 12, 1, QUERY_BAD_HEADER },    { 12, 3, QUERY_BAD_HEADER },
		{ 51, 0xff, QUERY_MALFORMED },  { 51, 3, QUERY_MALFORMED },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct query q;
		struct query_sample s;
		uint8_t p[128];
		size_t len = begin_v5(&q, p);
		p[all[i].at] = all[i].value;
		assert_int_equal(judge(&q, p, len, &s), all[i].result);
	}
}

/* Servers of version 4 that answer whatever is asked have a zero where our cookie has to be. */
static void an_old_server_that_says_5_is_bogus(void **state)
{
	(void)state;
	struct query q;
	struct query_sample s;
	uint8_t p[128];

	begin_v5(&q, p);
	memset(p + 24, 0, 8);
	assert_int_equal(judge(&q, p, 48, &s), QUERY_BOGUS);
}

static void only_what_a_stranger_can_send_does_not_end_the_wait(void **state)
{
	(void)state;
	for (int r = 0; r < N_QUERY_RESULTS; r++) {
		bool may_be_a_strangers = r == QUERY_BOGUS || r == QUERY_MALFORMED || r == QUERY_WRONG_MODE ||
					  r == QUERY_WRONG_VERSION || r == QUERY_AUTH_MISSING ||
					  r == QUERY_AUTH_FAILED;
		assert_int_equal(query_is_not_it((enum query_result)r), may_be_a_strangers);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(macs_of_chronyd_are_right_for_every_type_of_key),
		cmocka_unit_test(a_flipped_bit_anywhere_fails),
		cmocka_unit_test(an_answer_without_a_mac_is_not_authenticated),
		cmocka_unit_test(a_mac_of_another_key_fails),
		cmocka_unit_test(four_zero_octets_are_a_crypto_nak),
		cmocka_unit_test(without_a_key_a_mac_does_not_matter),
		cmocka_unit_test(offset_and_delay_are_the_rfcs_also_across_the_era),
		cmocka_unit_test(a_delay_a_little_below_zero_is_none_but_is_not_forgotten),
		cmocka_unit_test(a_server_cannot_hold_a_question_longer_than_we_wait),
		cmocka_unit_test(leap_and_stratum_tell_whether_it_is_synchronised),
		cmocka_unit_test(what_cannot_be_is_a_bad_header),
		cmocka_unit_test(what_is_no_answer_to_us_has_its_name),
		cmocka_unit_test(an_interleaved_answer_may_tell_of_a_clock_set_since),
		cmocka_unit_test(an_answer_of_version_5_is_the_drafts),
		cmocka_unit_test(the_flag_tells_whether_version_5_is_synchronised_not_the_leap),
		cmocka_unit_test(each_fault_of_version_5_has_its_name),
		cmocka_unit_test(an_old_server_that_says_5_is_bogus),
		cmocka_unit_test(only_what_a_stranger_can_send_does_not_end_the_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
