/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "unit/present/query_made.h"

static struct query_report reports[3];

static json_t *parse(const struct query_list *l)
{
	struct buf b;
	json_error_t e;

	buf_init(&b, -1);
	query_json(l, &b);
	char *text = made_text(&b);
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &e);
	if (!root)
		fail_msg("line %d: %s in %s", e.line, e.text, text);
	for (const char *c = text; *c; c++)
		assert_true(*c == '\n' || (unsigned char)*c >= ' ');
	free(text);
	assert_string_equal(json_string_value(json_object_get(root, "schema")), "ntpscope-query-1");
	return root;
}

static json_t *server(json_t *root, size_t i)
{
	return json_array_get(json_object_get(root, "servers"), i);
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static bool is_null(const json_t *o, const char *key)
{
	return json_is_null(json_object_get(o, key));
}

static bool is_about(const json_t *o, const char *key, double wanted)
{
	double d = json_number_value(json_object_get(o, key)) - wanted;
	return json_is_number(json_object_get(o, key)) && d < 1e-9 && d > -1e-9;
}

static void a_good_answer_says_all(void **state)
{
	(void)state;
	const struct ntp_key key = { .id = 7, .type = NTP_KEY_SHA1 };
	const struct query_list l = { .at = reports, .n = 1, .key = &key, .now_ns = MADE_NOW_NS };

	made_good(&reports[0], "ntp.example", "192.0.2.1", 250 * MADE_MS);
	json_t *root = parse(&l), *s = server(root, 0), *samples = json_object_get(s, "samples");
	assert_string_equal(text_of(s, "host"), "ntp.example");
	assert_string_equal(text_of(s, "address"), "192.0.2.1");
	assert_string_equal(text_of(s, "result"), "ok");
	assert_string_equal(text_of(s, "asked"), "2026-11-26T09:14:59.000000000Z");
	assert_true(is_about(s, "offset_s", 0.25) && is_about(s, "delay_s", 0.004));
	assert_true(is_about(s, "bound_s", 0.00590725) && is_about(s, "jitter_s", 0.001));
	assert_true(is_about(s, "stratum", 2) && is_about(s, "leap", 0) && is_about(s, "version", 4));
	assert_true(is_about(s, "poll_log2s", 6) && is_about(s, "precision_log2s", -23));
	assert_string_equal(text_of(s, "refid"), "192.0.2.99");
	assert_string_equal(text_of(s, "auth"), "SHA1");
	assert_true(is_about(s, "key_id", 7) && is_null(s, "kod") && is_null(s, "why") && is_null(s, "nts"));
	assert_true(is_about(s, "sent_packets", 2) && is_about(s, "good_packets", 2));
	assert_int_equal(json_array_size(samples), 2);
	const json_t *second = json_array_get(samples, 1);
	assert_string_equal(text_of(second, "sent"), "2026-11-26T09:14:59.000000000Z");
	assert_true(is_about(second, "offset_s", 0.251) && is_about(second, "delay_s", 0.009));
	assert_true(is_about(second, "dispersion_s", 0.000001));
	assert_true(json_is_true(json_object_get(second, "kernel_transmit_time")));
	assert_true(json_is_false(json_object_get(second, "interleaved")));
	json_decref(root);
}

static void what_is_not_known_is_null(void **state)
{
	(void)state;
	static const char *const keys[] = { "address",      "why",
					    "offset_s",     "bound_s",
					    "delay_s",      "jitter_s",
					    "stratum",      "refid",
					    "leap",         "version",
					    "poll_log2s",   "precision_log2s",
					    "root_delay_s", "root_dispersion_s",
					    "key_id",       "kod",
					    "nts" };
	const struct query_list l = { .at = reports, .n = 1, .now_ns = MADE_NOW_NS };

	reports[0] = made_report("nosuch.example", "0.0.0.0", QUERY_DNS);
	json_t *root = parse(&l), *s = server(root, 0);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!is_null(s, keys[i]))
			fail_msg("%s is no null", keys[i]);
	assert_string_equal(text_of(s, "auth"), "none");
	assert_string_equal(text_of(s, "result"), "dns");
	assert_int_equal(json_array_size(json_object_get(s, "samples")), 0);
	json_decref(root);
}

static void every_result_has_its_name(void **state)
{
	(void)state;
	const struct query_list l = { .at = reports, .n = 1, .now_ns = MADE_NOW_NS };

	for (int r = 0; r < N_QUERY_RESULTS; r++) {
		reports[0] = made_report("192.0.2.1", "192.0.2.1", (enum query_result)r);
		json_t *root = parse(&l);
		assert_string_equal(text_of(server(root, 0), "result"),
				    query_result_name((enum query_result)r));
		json_decref(root);
	}
}

static void a_key_establishment_tells_certificate_and_cookies(void **state)
{
	(void)state;
	const struct query_list l = { .at = reports, .n = 1, .now_ns = MADE_NOW_NS };

	made_good(&reports[0], "ntp.example", "192.0.2.1", 0);
	reports[0].query.config.has_nts = true;
	reports[0].ke = (struct query_ke){ .was_tried = true,
					   .is_good = true,
					   .took_ns = 12 * MADE_MS,
					   .tls_version = "TLS1.3",
					   .cipher = "X",
					   .subject = "CN=ntp.example",
					   .issuer = "CN=ca.example",
					   .not_before_s = MADE_NOW_NS / NS_PER_S - MADE_DAY_S,
					   .not_after_s = MADE_NOW_NS / NS_PER_S + 30 * MADE_DAY_S,
					   .aead = 15,
					   .cookie_len = 100,
					   .n_cookies = 8,
					   .server = "other.example",
					   .port = 4123 };
	json_t *root = parse(&l), *s = server(root, 0), *nts = json_object_get(s, "nts");
	json_t *certificate = json_object_get(nts, "certificate");
	assert_string_equal(text_of(s, "auth"), "NTS");
	assert_true(json_is_true(json_object_get(nts, "established")));
	assert_true(is_about(nts, "took_s", 0.012) && is_about(nts, "aead", 15) &&
		    is_about(nts, "cookies", 8));
	assert_true(is_about(nts, "cookie_octets", 100) && is_about(nts, "port", 4123));
	assert_string_equal(text_of(nts, "server"), "other.example");
	assert_string_equal(text_of(certificate, "subject"), "CN=ntp.example");
	assert_string_equal(text_of(certificate, "issuer"), "CN=ca.example");
	assert_string_equal(text_of(certificate, "not_after"), "2026-12-26T09:15:00.000000000Z");
	assert_true(is_about(certificate, "left_d", 30) && is_null(certificate, "distrust"));
	json_decref(root);
	/* an hour too old */
	reports[0].ke.not_after_s = MADE_NOW_NS / NS_PER_S - 3600;
	root = parse(&l);
	certificate = json_object_get(json_object_get(server(root, 0), "nts"), "certificate");
	assert_true(is_about(certificate, "left_d", -1));
	json_decref(root);
	/* nothing came of it */
	reports[0].ke = (struct query_ke){ .was_tried = true };
	root = parse(&l);
	nts = json_object_get(server(root, 0), "nts");
	assert_true(json_is_false(json_object_get(nts, "established")));
	assert_true(is_null(nts, "took_s") && is_null(nts, "tls_version") && is_null(nts, "aead"));
	assert_true(is_null(json_object_get(nts, "certificate"), "left_d"));
	json_decref(root);
}

static void what_strangers_say_does_not_act(void **state)
{
	(void)state;
	const struct query_list l = { .at = reports, .n = 1, .now_ns = MADE_NOW_NS };

	reports[0] = made_report(MADE_HOSTILE, "192.0.2.1", QUERY_KOD);
	MADE_SAY(reports[0].why, MADE_HOSTILE);
	MADE_SAY(reports[0].query.kiss, "\"|\\{");
	reports[0].ke.was_tried = true;
	MADE_SAY(reports[0].ke.subject, MADE_HOSTILE);
	MADE_SAY(reports[0].ke.issuer, MADE_HOSTILE);
	MADE_SAY(reports[0].ke.distrust, MADE_HOSTILE);
	json_t *root = parse(&l), *s = server(root, 0);
	assert_string_equal(text_of(s, "kod"), "\"|\\{");
	assert_non_null(strstr(text_of(s, "host"), "red"));
	json_decref(root);
}

static void the_best_has_the_least_bound_of_the_good_ones(void **state)
{
	(void)state;
	const struct query_list l = { .at = reports, .n = 3 };

	made_good(&reports[0], "a", "192.0.2.1", 0);
	made_good(&reports[1], "b", "192.0.2.2", 0);
	made_good(&reports[2], "c", "192.0.2.3", 0);
	reports[1].summary.bound_ns /= 2;
	reports[2].summary.bound_ns /= 3;
	reports[2].result = QUERY_UNSYNCHRONISED;
	assert_ptr_equal(query_best(&l), &reports[1]);
	reports[0].result = reports[1].result = QUERY_TIMEOUT;
	assert_null(query_best(&l));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_answer_says_all),
		cmocka_unit_test(what_is_not_known_is_null),
		cmocka_unit_test(every_result_has_its_name),
		cmocka_unit_test(a_key_establishment_tells_certificate_and_cookies),
		cmocka_unit_test(what_strangers_say_does_not_act),
		cmocka_unit_test(the_best_has_the_least_bound_of_the_good_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
