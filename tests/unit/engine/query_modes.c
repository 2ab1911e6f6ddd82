/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interleaved exchanges, version 5 and Network Time Security, under a clock of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/engine/query_talk.h"
#include "unit/hex.h"

/* ---- interleaved --------------------------------------------------------------------------------- */

/* RFC 9769, three exchanges: basic, interleaved, and basic because the server has forgotten us. */
static const char *const exchange[] = {
	"23000020000000000000000000000000000000000000000000000000000000000000000000000000aaaa"
	"aaaa00000001",
	"240100e70000000000000000475053000000000000000000aaaaaaaa00000001eeacb001828f5c29eeac"
	"b0018295e9e2",
	"230000200000000000000000000000000000000000000000eeacb001828f5c29bbbbbbbb00000001aaaa"
	"aaaa00000003",
	"240100e70000000000000000475053000000000000000000bbbbbbbb00000001eeacb0028291537aeeac"
	"b001829930be",
	"230000200000000000000000000000000000000000000000eeacb0028291537abbbbbbbb00000003aaaa"
	"aaaa00000005",
	"240100e70000000000000000475053000000000000000000aaaaaaaa00000005eeacb003828f5c29eeac"
	"b0038295e9e2",
};

static void interleaved_exchanges_are_the_rfcs_octet_by_octet(void **state)
{
	(void)state;
	static const uint64_t t1[] = { 0xeeacb00100000000, 0xeeacb00200000000, 0xeeacb00300000000 };
	static const uint64_t t4[] = { 0xeeacb001052bd3c3, 0xeeacb0020532617c, 0xeeacb003052bd3c3 };
	static const char *const randoms[] = { "aaaaaaaa00000001 0000000000000000",
					       "aaaaaaaa00000003 bbbbbbbb00000001",
					       "aaaaaaaa00000005 bbbbbbbb00000003" };
	static const int64_t wanted[][2] = { { 499950000, 20100000 },
					     { 499975000, 20050000 },
					     { 499950000, 20100000 } };
	struct talk *t = talk_new(3, NULL);

	t->q.config.is_interleaved = true;
	for (unsigned i = 0; i < 3; i++) {
		uint8_t octets[64], request[QUERY_PACKET_MAX], random[QUERY_RANDOM_LEN] = { 0 };
		hex_octets(randoms[i], random);
		assert_int_equal(next(t), QUERY_SEND);
		size_t len = query_request(&t->q, t->now_ns, random, request);
		assert_int_equal(len, hex_octets(exchange[2 * i], octets));
		assert_memory_equal(request, octets, len);
		query_sent(&t->q, i, nstime_from_ntp(t1[i], utc_ns), i == 0);
		len = hex_octets(exchange[2 * i + 1], octets);
		query_answer(&t->q, t->now_ns, octets, len, nstime_from_ntp(t4[i], utc_ns), true);
		assert_int_equal(t->q.n_samples, i + 1);
		const struct query_sample *s = &t->q.samples[i];
		assert_int_equal(s->result, QUERY_OK);
		assert_int_equal(s->is_interleaved, i == 1);
		assert_true(llabs(s->offset_ns - wanted[i][0]) <= 2);
		assert_true(llabs(s->delay_ns - wanted[i][1]) <= 2);
		assert_int_equal(s->kernel_t1, i < 2); /* the second tells of the first */
		t->now_ns += NS_PER_S;
	}
	ends_with(t, QUERY_OK);
}

static void a_lost_answer_does_not_break_the_interleaving(void **state)
{
	(void)state;
	struct talk *t = talk_new(3, NULL);
	struct ntp_header h;

	t->q.config.is_interleaved = true;
	ask(t);
	good_header(t, 40 * MS, 10 * MS, &h);
	uint64_t first_receive = h.receive, first_transmit = h.transmit + 0x10000;
	t->now_ns += 10 * MS;
	hear(t, &h);
	wait_for_it(t);
	ask(t);
	t->now_ns += 400 * MS;
	wait_for_it(t);
	ask(t);
	assert_true(load_be64(t->request + 24) == first_receive); /* still the last one that came */
	good_header(t, 40 * MS, 10 * MS, &h);
	h.origin = load_be64(t->request + 32);
	h.transmit = first_transmit;
	hear(t, &h);
	const struct query_sample *s = &t->q.samples[2];
	assert_true(s->result == QUERY_OK && s->is_interleaved);
	assert_true(llabs(s->offset_ns - 40 * MS) < 10000);
	ends_with(t, QUERY_OK);
}

static void a_doubled_interleaved_answer_is_no_strangers(void **state)
{
	(void)state;
	struct talk *t = talk_new(3, NULL);
	struct ntp_header h;

	t->q.config.is_interleaved = true;
	for (int i = 0; i < 2; i++) {
		ask(t);
		good_header(t, 0, 2 * MS, &h);
		if (i) {
			h.origin = load_be64(t->request + 32);
			h.transmit = t->q.before.transmit;
		}
		hear(t, &h);
		wait_for_it(t);
	}
	assert_true(t->q.samples[1].is_interleaved);
	ask(t);
	hear(t, &h);
	t->now_ns += 300 * MS;
	assert_int_equal(next(t), QUERY_DONE);
	assert_int_equal(t->q.samples[2].result, QUERY_TIMEOUT);
	free(t);
}

/* ---- version 5 ----------------------------------------------------------------------------------- */

static void a_question_of_version_5_is_the_drafts_and_so_is_the_answer(void **state)
{
	(void)state;
	static const char request_hex
		[] = "2b0000000000000000000000000000000000000000000000c0ffee00c0ffee0100000000000000000000"
		     "000000000000f5ff001b64726166742d696574662d6e74702d6e747076352d303900";
	static const char answer_hex
		[] = "2c0106e70004189300020c49000000011111222233334444c0ffee00c0ffee01eeacbcd840000000eeac"
		     "bcd840010000f5ff001b64726166742d696574662d6e74702d6e747076352d303900";
	uint8_t wanted[128], octets[128], request[QUERY_PACKET_MAX], random[QUERY_RANDOM_LEN] = { 0 };
	struct talk *t = talk_new(1, NULL);
	size_t len = hex_octets(request_hex, wanted);

	t->q.config.version = 5;
	hex_octets("c0ffee00c0ffee01", random);
	assert_int_equal(next(t), QUERY_SEND);
	assert_int_equal(query_request(&t->q, t->now_ns, random, request), len);
	assert_memory_equal(request, wanted, len);
	query_sent(&t->q, 0, nstime_from_ntp(0xeeacbcd840000000, utc_ns), true);
	len = hex_octets(answer_hex, octets);
	query_answer(&t->q, t->now_ns, octets, len, nstime_from_ntp(0xeeacbcd840010000, utc_ns), true);
	assert_int_equal(result(t), QUERY_OK);
	assert_int_equal(t->sum.best->header.version, 5);
	ends_with(t, QUERY_OK);
}

/* ---- NTS ----------------------------------------------------------------------------------------- */

static void give_keys(struct talk *t, uint8_t n_cookies)
{
	t->q.nts.aead = AEAD_SIV_CMAC_256;
	memset(t->q.nts.c2s, 0x11, 32);
	memset(t->q.nts.s2c, 0x22, 32);
	t->q.nts.n_cookies = n_cookies;
	for (int i = 0; i < n_cookies; i++)
		t->q.nts.cookies[i].len = 16;
}

static struct talk *nts_new(uint8_t samples)
{
	struct talk *t = talk_new(samples, NULL);
	t->q.config.has_nts = true;
	assert_int_equal(next(t), QUERY_RENEW);
	give_keys(t, 8);
	query_renewed(&t->q, t->now_ns, QUERY_OK);
	return t;
}

/* The answer that a server would give, with one cookie. */
static void answer_sealed(struct talk *t, bool is_forged)
{
	static const uint8_t cookie[20] = { 2, 4, 0, 20, 'c' };
	uint8_t p[256], nonce[16] = "0123456789abcdef";
	struct ntp_header h;

	good_header(t, 0, 0, &h);
	ntp_header_write(&h, p);
	memcpy(p + 48, t->request + 48, 36);
	memcpy(p + 84, "\x04\x04\x00\x3c\x00\x10\x00\x24", 8);
	memcpy(p + 92, nonce, 16);
	struct aead_text text = { .associated = p,
				  .associated_len = 84,
				  .nonce = nonce,
				  .nonce_len = 16,
				  .input = cookie,
				  .input_len = sizeof(cookie) };
	assert_true(aead_seal(AEAD_SIV_CMAC_256, t->q.nts.s2c, &text, p + 108));
	if (is_forged)
		p[143] ^= 1;
	hear_octets(t, p, 144);
}

static void answer_nak(struct talk *t)
{
	uint8_t p[84];
	struct ntp_header h;

	good_header(t, 0, 0, &h);
	h.leap = 3;
	h.stratum = 0;
	memcpy(h.refid, "NTSN", 4);
	ntp_header_write(&h, p);
	memcpy(p + 48, t->request + 48, 36);
	hear_octets(t, p, sizeof(p));
}

static void requests_under_nts_spend_cookies_and_answers_bring_them(void **state)
{
	(void)state;
	struct talk *t = nts_new(10);

	for (int i = 0; i < 10; i++) {
		ask(t);
		assert_int_equal(t->q.nts.n_cookies, 7);
		assert_int_equal(t->request_len, 48 + 36 + 20 + 40);
		answer_sealed(t, false);
		assert_int_equal(t->q.nts.n_cookies, 8);
		wait_for_it(t);
	}
	ends_with(t, QUERY_OK);
}

static void without_cookies_new_keys_are_asked_for(void **state)
{
	(void)state;
	struct talk *t = nts_new(9);

	for (int i = 0; i < 8; i++) {
		ask(t);
		wait_for_it(t);
		if (i < 7)
			wait_for_it(t);
	}
	assert_int_equal(next(t), QUERY_RENEW);
	give_keys(t, 1);
	query_renewed(&t->q, t->now_ns, QUERY_OK);
	while (next(t) == QUERY_WAIT)
		t->now_ns = t->until_ns;
	ask(t);
	answer_sealed(t, false);
	ends_with(t, QUERY_OK);
}

static void plain_and_forged_answers_do_not_end_the_wait_for_a_sealed_one(void **state)
{
	(void)state;
	struct talk *t = nts_new(1);
	struct ntp_header h;

	ask(t);
	good_header(t, 0, 0, &h);
	hear(t, &h);
	answer_sealed(t, true);
	assert_int_equal(next(t), QUERY_WAIT);
	answer_sealed(t, false);
	ends_with(t, QUERY_OK);

	t = nts_new(1);
	ask(t);
	good_header(t, 0, 0, &h);
	hear(t, &h);
	t->now_ns += 300 * MS;
	ends_with(t, QUERY_AUTH_MISSING);

	t = nts_new(1);
	ask(t);
	answer_sealed(t, true);
	t->now_ns += 300 * MS;
	ends_with(t, QUERY_AUTH_FAILED);
}

/* The first keys are the first keys, no renewal: one NAK asks for others, the second one is the result. */
static void a_nak_asks_for_new_keys_once(void **state)
{
	(void)state;
	struct talk *t = nts_new(3);

	ask(t);
	answer_nak(t);
	assert_int_equal(next(t), QUERY_RENEW);
	assert_int_equal(t->q.n_samples, 0);
	give_keys(t, 8);
	query_renewed(&t->q, t->now_ns, QUERY_OK);
	wait_for_it(t);
	ask(t);
	answer_nak(t);
	assert_int_equal(t->q.n_sent, 2);
	ends_with(t, QUERY_NTS_NAK);
}

static void after_a_nak_new_keys_may_help(void **state)
{
	(void)state;
	struct talk *t = nts_new(1);

	ask(t);
	answer_nak(t);
	assert_int_equal(next(t), QUERY_RENEW);
	give_keys(t, 8);
	query_renewed(&t->q, t->now_ns, QUERY_OK);
	wait_for_it(t);
	ask(t);
	answer_sealed(t, false);
	ends_with(t, QUERY_OK);
}

static void every_sample_and_a_nak_fit(void **state)
{
	(void)state;
	struct talk *t = nts_new(QUERY_SAMPLES_MAX);

	ask(t);
	answer_nak(t);
	assert_int_equal(next(t), QUERY_RENEW);
	give_keys(t, 8);
	query_renewed(&t->q, t->now_ns, QUERY_OK);
	for (int i = 0; i < QUERY_SAMPLES_MAX; i++) {
		wait_for_it(t);
		ask(t);
		answer_sealed(t, false);
	}
	assert_int_equal(t->q.n_sent, QUERY_SENT_MAX);
	ends_with(t, QUERY_OK);
}

static void keys_that_cannot_be_had_end_it(void **state)
{
	(void)state;
	struct talk *t = talk_new(3, NULL);

	t->q.config.has_nts = true;
	assert_int_equal(next(t), QUERY_RENEW);
	query_renewed(&t->q, t->now_ns, QUERY_NTS_CERTIFICATE);
	ends_with(t, QUERY_NTS_CERTIFICATE);

	t = talk_new(3, NULL);
	t->q.config.has_nts = true;
	assert_int_equal(next(t), QUERY_RENEW);
	query_renewed(&t->q, t->now_ns, QUERY_OK); /* though there are no cookies */
	ends_with(t, QUERY_NTS_REFUSED);
}

/* Rather nothing than a question that anybody may answer. */
static void nothing_goes_out_without_its_seal(void **state)
{
	(void)state;
	struct talk *t = nts_new(1);

	t->q.nts.n_cookies = 0;
	assert_int_equal(query_request(&t->q, t->now_ns, t->random, t->request), 0);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interleaved_exchanges_are_the_rfcs_octet_by_octet),
		cmocka_unit_test(a_lost_answer_does_not_break_the_interleaving),
		cmocka_unit_test(a_doubled_interleaved_answer_is_no_strangers),
		cmocka_unit_test(a_question_of_version_5_is_the_drafts_and_so_is_the_answer),
		cmocka_unit_test(requests_under_nts_spend_cookies_and_answers_bring_them),
		cmocka_unit_test(without_cookies_new_keys_are_asked_for),
		cmocka_unit_test(plain_and_forged_answers_do_not_end_the_wait_for_a_sealed_one),
		cmocka_unit_test(a_nak_asks_for_new_keys_once),
		cmocka_unit_test(after_a_nak_new_keys_may_help),
		cmocka_unit_test(every_sample_and_a_nak_fit),
		cmocka_unit_test(keys_that_cannot_be_had_end_it),
		cmocka_unit_test(nothing_goes_out_without_its_seal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
