/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions and answers under a clock of their own: what is late, lost, doubled or forged, and what servers
 * say to be left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/mac.h"
#include "unit/engine/query_talk.h"

/* ---- the request --------------------------------------------------------------------------------- */

static void a_request_says_nothing_but_a_random_time(void **state)
{
	(void)state;
	struct talk *t = talk_new(1, NULL);
	uint8_t wanted[48] = { 0x23, 0, 0, 0x20 };

	ask(t);
	memcpy(wanted + 40, t->random, 8);
	wanted[47] |= 1;
	assert_int_equal(t->request_len, 48);
	assert_memory_equal(t->request, wanted, 48);
	free(t);
}

static void each_version_has_its_first_octet(void **state)
{
	(void)state;
	/* RFC 1059 has no mode: the ports tell it */
	static const uint8_t first[] = { 0, 0x08, 0x13, 0x1b, 0x23, 0x2b };
	for (uint8_t version = 1; version <= 5; version++) {
		struct talk *t = talk_new(1, NULL);
		t->q.config.version = version;
		ask(t);
		assert_int_equal(t->request[0], first[version]);
		free(t);
	}
}

/* Tags over our own header: octets and lengths are those of the vectors' algorithms. */
static void a_key_adds_its_number_and_the_tag(void **state)
{
	(void)state;
	static const struct {
		uint8_t type, key_len, v3, v4;
	} all[] = {
		{ NTP_KEY_MD5, 8, 16, 16 },     { NTP_KEY_SHA1, 20, 20, 20 },
		{ NTP_KEY_SHA256, 32, 32, 20 }, { NTP_KEY_SHA384, 20, 48, 20 },
		{ NTP_KEY_SHA512, 16, 64, 20 }, { NTP_KEY_AES128, 16, 16, 16 },
		{ NTP_KEY_AES256, 32, 16, 16 },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (uint8_t version = 3; version <= 4; version++) {
			struct ntp_key key = { .id = 0x01020304, .type = all[i].type, .len = all[i].key_len };
			uint8_t digest[MAC_DIGEST_MAX];
			struct talk *t = talk_new(1, &key);
			memset(key.octets, 0x5a, key.len);
			t->q.config.version = version;
			ask(t);
			mac_digest((enum mac_kind)key.type, key.octets, key.len, t->request, 48, digest);
			size_t len = version == 3 ? all[i].v3 : all[i].v4;
			assert_int_equal(t->request_len, 52 + len);
			assert_memory_equal(t->request + 48, "\x01\x02\x03\x04", 4);
			assert_memory_equal(t->request + 52, digest, len);
			free(t);
		}
	}
}

/* ---- answers ------------------------------------------------------------------------------------- */

static void an_answer_is_a_sample(void **state)
{
	(void)state;
	struct talk *t = talk_new(1, NULL);

	ask(t);
	assert_int_equal(next(t), QUERY_WAIT);
	assert_int_equal(t->until_ns, t->now_ns + 300 * MS);
	query_sent(&t->q, 0, utc(t) + 1000, true);
	answer(t, 250 * MS, 10 * MS);
	assert_int_equal(result(t), QUERY_OK);
	const struct query_sample *s = t->sum.best;
	assert_true(s->kernel_t1 && s->kernel_t4 && s->has_times);
	assert_true(llabs(s->offset_ns - (250 * MS - 500)) <= 2);
	assert_true(llabs(s->delay_ns - (10 * MS - 1000)) <= 2);
	assert_int_equal(t->sum.n_sent, 1);
	assert_int_equal(t->sum.n_good, 1);
	assert_int_equal(t->sum.jitter_ns, 0);
	/* half of both delays and both dispersions */
	int64_t root_delay_ns = 256 * NS_PER_S / 65536, root_dispersion_ns = 128 * NS_PER_S / 65536;
	assert_int_equal(t->sum.root_delay_ns, root_delay_ns);
	assert_int_equal(t->sum.root_dispersion_ns, root_dispersion_ns);
	assert_int_equal(t->sum.bound_ns,
			 (root_delay_ns + s->delay_ns) / 2 + root_dispersion_ns + s->dispersion_ns);
	ends_with(t, QUERY_OK);
}

static void silence_is_a_timeout(void **state)
{
	(void)state;
	struct talk *t = talk_new(2, NULL);

	ask(t);
	t->now_ns += 299 * MS;
	assert_int_equal(next(t), QUERY_WAIT);
	t->now_ns += 1 * MS;
	assert_int_equal(next(t), QUERY_WAIT); /* for the next question */
	assert_int_equal(t->q.n_samples, 1);
	assert_int_equal(t->until_ns, 8 * NS_PER_S);
	t->now_ns = t->until_ns;
	ask(t);
	t->now_ns += 400 * MS;
	ends_with(t, QUERY_TIMEOUT);
}

static void a_lost_one_of_many_is_no_failure(void **state)
{
	(void)state;
	struct talk *t = talk_new(3, NULL);

	for (int i = 0; i < 3; i++) {
		ask(t);
		if (i != 1)
			answer(t, 5 * MS, 2 * MS);
		while (next(t) == QUERY_WAIT)
			t->now_ns = t->until_ns;
	}
	assert_int_equal(result(t), QUERY_OK);
	assert_int_equal(t->sum.n_sent, 3);
	assert_int_equal(t->sum.n_good, 2);
	ends_with(t, QUERY_OK);
}

static void an_answer_after_its_time_counts_for_nothing(void **state)
{
	(void)state;
	struct talk *t = talk_new(2, NULL);
	struct ntp_header late;

	ask(t);
	good_header(t, 0, 600 * MS, &late);
	wait_for_it(t);
	assert_int_equal(next(t), QUERY_WAIT);
	hear(t, &late); /* nobody waits */
	wait_for_it(t);
	ask(t);
	hear(t, &late); /* another one is waited for */
	assert_int_equal(next(t), QUERY_WAIT);
	t->now_ns += 300 * MS;
	ends_with(t, QUERY_TIMEOUT); /* it is slow: no stranger has answered */
}

static void a_doubled_answer_counts_once(void **state)
{
	(void)state;
	struct talk *t = talk_new(2, NULL);
	struct ntp_header h;

	ask(t);
	good_header(t, 0, 2 * MS, &h);
	hear(t, &h);
	hear(t, &h);
	assert_int_equal(t->q.n_samples, 1);
	wait_for_it(t);
	ask(t);
	hear(t, &h);
	assert_int_equal(t->q.n_samples, 1);
	answer(t, 0, 2 * MS);
	assert_int_equal(t->q.n_samples, 2);
	ends_with(t, QUERY_OK);
}

/* In whatever is checked: what a stranger may send does not keep the right answer out. */
static void a_forged_answer_before_the_right_one_changes_nothing(void **state)
{
	(void)state;
	struct talk *t = talk_new(1, NULL);
	struct ntp_header h;

	ask(t);
	good_header(t, 3600 * NS_PER_S, 0, &h);
	h.origin ^= 0x100;
	hear(t, &h);
	good_header(t, 0, 0, &h);
	h.mode = 5;
	hear(t, &h);
	h.mode = 4;
	h.version = 3;
	hear(t, &h);
	hear_octets(t, (const uint8_t *)"forged", 6);
	assert_int_equal(next(t), QUERY_WAIT);
	answer(t, 0, 2 * MS);
	ends_with(t, QUERY_OK);
}

static void what_came_instead_of_an_answer_is_named_at_the_end(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		static const enum query_result wanted[] = { QUERY_BOGUS, QUERY_WRONG_MODE,
							    QUERY_WRONG_VERSION, QUERY_MALFORMED };
		struct talk *t = talk_new(1, NULL);
		struct ntp_header h;
		ask(t);
		good_header(t, 0, 0, &h);
		h.origin ^= i == 0;
		h.mode = i == 1 ? 3 : 4;
		h.version = i == 2 ? 3 : 4;
		if (i == 3)
			hear_octets(t, t->request, 47);
		else
			hear(t, &h);
		assert_int_equal(next(t), QUERY_WAIT);
		t->now_ns += 300 * MS;
		ends_with(t, wanted[i]);
	}
}

static void strangers_do_not_prolong_the_wait(void **state)
{
	(void)state;
	struct talk *t = talk_new(1, NULL);

	ask(t);
	for (int i = 0; i < 300; i++) {
		assert_int_equal(next(t), QUERY_WAIT);
		hear_octets(t, (const uint8_t *)"forged", 6);
		t->now_ns += 1 * MS;
	}
	ends_with(t, QUERY_MALFORMED);
}

static void a_kiss_ends_it(void **state)
{
	(void)state;
	static const char codes[][5] = { "RATE", "DENY", "RSTR", "XYZ!" };
	for (size_t i = 0; i < 4; i++) {
		struct talk *t = talk_new(5, NULL);
		struct ntp_header h;
		ask(t);
		good_header(t, 0, 0, &h);
		h.leap = 3;
		h.stratum = 0;
		memcpy(h.refid, codes[i], 4);
		hear(t, &h);
		assert_string_equal(t->q.kiss, codes[i]);
		assert_int_equal(result(t), QUERY_KOD);
		assert_null(t->sum.best); /* its times are nobody's */
		ends_with(t, QUERY_KOD);
	}
}

/* RFC 8633 section 5.4: anybody can send one. */
static void a_kiss_to_another_question_is_none(void **state)
{
	(void)state;
	struct talk *t = talk_new(1, NULL);
	struct ntp_header h;

	ask(t);
	good_header(t, 0, 0, &h);
	h.stratum = 0;
	memcpy(h.refid, "DENY", 4);
	h.origin = 0;
	hear(t, &h);
	assert_string_equal(t->q.kiss, "");
	answer(t, 0, 1 * MS);
	ends_with(t, QUERY_OK);
}

static void an_unsynchronised_server_has_times_all_the_same(void **state)
{
	(void)state;
	struct talk *t = talk_new(1, NULL);
	struct ntp_header h;

	ask(t);
	good_header(t, 77 * MS, 0, &h);
	h.leap = 3;
	hear(t, &h);
	assert_int_equal(result(t), QUERY_UNSYNCHRONISED);
	assert_true(t->sum.best && t->sum.best->has_times);
	assert_true(llabs(t->sum.best->offset_ns - 77 * MS) <= 2);
	assert_int_equal(t->sum.n_good, 0);
	ends_with(t, QUERY_UNSYNCHRONISED);
}

/* ---- errors -------------------------------------------------------------------------------------- */

static void an_error_ends_the_wait(void **state)
{
	(void)state;
	static const struct {
		struct query_error error;
		enum query_result result;
	} all[] = {
		{ { .is_icmp = true, .is_refused = true, .type = 3, .code = 3 }, QUERY_REFUSED },
		{ { .is_icmp = true, .type = 3, .code = 13 }, QUERY_UNREACHABLE },
		{ { .system_error = 1 }, QUERY_LOCAL },
	};
	for (size_t i = 0; i < 3; i++) {
		struct talk *t = talk_new(1, NULL);
		ask(t);
		query_error(&t->q, t->now_ns, &all[i].error);
		assert_int_equal(t->q.error.code, all[i].error.code);
		ends_with(t, all[i].result);
	}
}

static void the_next_question_is_asked_after_an_error_and_may_be_answered(void **state)
{
	(void)state;
	struct talk *t = talk_new(2, NULL);
	const struct query_error e = { .is_icmp = true, .is_refused = true };

	ask(t);
	query_error(&t->q, t->now_ns, &e);
	query_error(&t->q, t->now_ns, &e); /* nobody waits */
	assert_int_equal(t->q.n_samples, 1);
	wait_for_it(t);
	ask(t);
	answer(t, 0, 1 * MS);
	ends_with(t, QUERY_OK);
}

static void silence_tells_less_than_anything_else(void **state)
{
	(void)state;
	struct talk *t = talk_new(3, NULL);
	const struct query_error e = { .is_icmp = true };

	for (int i = 0; i < 3; i++) {
		ask(t);
		if (i == 1)
			query_error(&t->q, t->now_ns, &e);
		while (next(t) == QUERY_WAIT)
			t->now_ns = t->until_ns;
	}
	ends_with(t, QUERY_UNREACHABLE);
}

/* ---- times --------------------------------------------------------------------------------------- */

static void only_the_kernels_time_of_the_question_that_is_out_counts(void **state)
{
	(void)state;
	struct talk *t = talk_new(2, NULL);

	ask(t);
	answer(t, 0, 1 * MS);
	query_sent(&t->q, 0, utc(t), true); /* after the answer */
	assert_false(t->q.samples[0].kernel_t1);
	wait_for_it(t);
	ask(t);
	query_sent(&t->q, 0, utc(t) - 500 * MS, true); /* of the first */
	answer(t, 0, 1 * MS);
	assert_false(t->q.samples[1].kernel_t1);
	assert_true(llabs(t->q.samples[1].delay_ns - 1 * MS) <= 2);
	ends_with(t, QUERY_OK);
}

static void the_best_sample_has_the_least_delay_and_jitter_is_around_it(void **state)
{
	(void)state;
	static const int64_t samples[][2] = {
		{ 13 * MS, 30 * MS }, { 10 * MS, 4 * MS }, { 6 * MS, 40 * MS }, { 10 * MS, 5 * MS }
	};
	struct talk *t = talk_new(4, NULL);

	for (int i = 0; i < 4; i++) {
		ask(t);
		answer(t, samples[i][0], samples[i][1]);
		while (next(t) == QUERY_WAIT)
			t->now_ns = t->until_ns;
	}
	assert_int_equal(result(t), QUERY_OK);
	assert_ptr_equal(t->sum.best, &t->q.samples[1]);
	/* differences of 3, 4 and 0 ms: the root of 25 / 3 */
	assert_true(llabs(t->sum.jitter_ns - 2886751) < 100);
	ends_with(t, QUERY_OK);
}

static void questions_go_out_at_their_interval(void **state)
{
	(void)state;
	struct talk *t = talk_new(3, NULL);

	for (int i = 0; i < 3; i++) {
		assert_int_equal(t->now_ns, (7 + i) * NS_PER_S);
		ask(t);
		answer(t, 0, 20 * MS);
		wait_for_it(t);
	}
	free(t);
	/* an interval shorter than the wait: at once when that is over, never two at a time */
	t = talk_new(2, NULL);
	t->q.config.interval_ns = 10 * MS;
	ask(t);
	t->now_ns += 50 * MS;
	assert_int_equal(next(t), QUERY_WAIT);
	t->now_ns += 250 * MS;
	ask(t);
	free(t);
}

/* ---- keys ---------------------------------------------------------------------------------------- */

/* A good answer under this key, or without one. */
static void answer_under(struct talk *t, const struct ntp_key *key, unsigned flip_at)
{
	uint8_t p[NTP_HEADER_LEN + 4 + MAC_DIGEST_MAX];
	size_t len = NTP_HEADER_LEN;
	struct ntp_header h;

	good_header(t, 0, 0, &h);
	ntp_header_write(&h, p);
	if (key) {
		store_be32(p + 48, key->id);
		len = 52 + mac_digest((enum mac_kind)key->type, key->octets, key->len, p, 48, p + 52);
	}
	if (flip_at)
		p[flip_at] ^= 1;
	hear_octets(t, p, len);
}

static const struct ntp_key right = { .id = 7, .type = NTP_KEY_SHA1, .len = 4, .octets = "key" };

static void an_answer_under_our_key_is_good(void **state)
{
	(void)state;
	struct talk *t = talk_new(1, &right);
	ask(t);
	answer_under(t, &right, 0);
	ends_with(t, QUERY_OK);
}

static void an_answer_that_is_not_under_our_key_does_not_end_the_wait(void **state)
{
	(void)state;
	const struct ntp_key other = { .id = 8, .type = NTP_KEY_SHA1, .len = 4, .octets = "key" };
	const struct ntp_key wrong = { .id = 7, .type = NTP_KEY_SHA1, .len = 4, .octets = "yek" };
	const struct {
		const struct ntp_key *key;
		unsigned flip_at;
		enum query_result result;
	} all[] = {
		{ NULL, 0, QUERY_AUTH_MISSING },   { &other, 0, QUERY_AUTH_FAILED },
		{ &wrong, 0, QUERY_AUTH_FAILED },  { &right, 1, QUERY_AUTH_FAILED },
		{ &right, 71, QUERY_AUTH_FAILED },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct talk *t = talk_new(1, &right);
		ask(t);
		answer_under(t, all[i].key, all[i].flip_at);
		assert_int_equal(next(t), QUERY_WAIT);
		t->now_ns += 300 * MS;
		ends_with(t, all[i].result);
		t = talk_new(1, &right);
		ask(t);
		answer_under(t, all[i].key, all[i].flip_at);
		answer_under(t, &right, 0);
		ends_with(t, QUERY_OK);
	}
}

static void a_server_that_does_not_know_the_key_may_say_so(void **state)
{
	(void)state;
	struct talk *t = talk_new(1, &right);
	uint8_t p[52] = { 0 };
	struct ntp_header h;

	ask(t);
	good_header(t, 0, 0, &h);
	ntp_header_write(&h, p);
	hear_octets(t, p, sizeof(p));
	ends_with(t, QUERY_CRYPTO_NAK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_says_nothing_but_a_random_time),
		cmocka_unit_test(each_version_has_its_first_octet),
		cmocka_unit_test(a_key_adds_its_number_and_the_tag),
		cmocka_unit_test(an_answer_is_a_sample),
		cmocka_unit_test(silence_is_a_timeout),
		cmocka_unit_test(a_lost_one_of_many_is_no_failure),
		cmocka_unit_test(an_answer_after_its_time_counts_for_nothing),
		cmocka_unit_test(a_doubled_answer_counts_once),
		cmocka_unit_test(a_forged_answer_before_the_right_one_changes_nothing),
		cmocka_unit_test(what_came_instead_of_an_answer_is_named_at_the_end),
		cmocka_unit_test(strangers_do_not_prolong_the_wait),
		cmocka_unit_test(a_kiss_ends_it),
		cmocka_unit_test(a_kiss_to_another_question_is_none),
		cmocka_unit_test(an_unsynchronised_server_has_times_all_the_same),
		cmocka_unit_test(an_error_ends_the_wait),
		cmocka_unit_test(the_next_question_is_asked_after_an_error_and_may_be_answered),
		cmocka_unit_test(silence_tells_less_than_anything_else),
		cmocka_unit_test(only_the_kernels_time_of_the_question_that_is_out_counts),
		cmocka_unit_test(the_best_sample_has_the_least_delay_and_jitter_is_around_it),
		cmocka_unit_test(questions_go_out_at_their_interval),
		cmocka_unit_test(an_answer_under_our_key_is_good),
		cmocka_unit_test(an_answer_that_is_not_under_our_key_does_not_end_the_wait),
		cmocka_unit_test(a_server_that_does_not_know_the_key_may_say_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
