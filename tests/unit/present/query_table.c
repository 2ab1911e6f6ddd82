/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/utf8.h"
#include "unit/present/query_made.h"

static struct query_report reports[3];

static char *table(size_t n, bool color, unsigned columns)
{
	const struct query_list l = { .at = reports, .n = n, .now_ns = MADE_NOW_NS };
	struct buf b;
	buf_init(&b, -1);
	query_table(&l, &b, color, columns);
	return made_text(&b);
}

static void has(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("no '%s' in:\n%s", wanted, text);
}

static void a_good_server_has_one_line(void **state)
{
	(void)state;
	made_good(&reports[0], "ntp.example", "192.0.2.1", 250 * MADE_MS);
	char *text = table(1, false, 120);
	has(text, "ntp.example (192.0.2.1)");
	has(text, "ok");
	has(text, "+250 ms");
	has(text, "4.00 ms");
	has(text, "1.00 ms");
	has(text, "192.0.2.99");
	assert_int_equal(strchr(strchr(text, '\n') + 1, '\n')[1], '\0');
	assert_null(strchr(text, '\x1b'));
	free(text);
}

static void a_failure_has_its_sentence_and_why(void **state)
{
	(void)state;
	for (int r = QUERY_TIMEOUT; r < N_QUERY_RESULTS; r++) {
		reports[0] = made_report("192.0.2.1", "192.0.2.1", (enum query_result)r);
		MADE_SAY(reports[0].why, "for a reason");
		char *text = table(1, false, 120);
		has(text, query_result_name((enum query_result)r));
		has(text, query_result_sentence((enum query_result)r));
		has(text, "for a reason");
		free(text);
	}
}

static void losses_and_leap_seconds_are_told(void **state)
{
	(void)state;
	made_good(&reports[0], "ntp.example", "192.0.2.1", 0);
	reports[0].summary.n_sent = 5;
	reports[0].query.samples[0].header.leap = 1;
	char *text = table(1, false, 100);
	has(text, "2 of 5 questions had a good answer");
	has(text, "leap second");
	has(text, "61 seconds");
	free(text);
}

static void a_certificate_nobody_has_verified_is_told(void **state)
{
	(void)state;
	made_good(&reports[0], "ntp.example", "192.0.2.1", 0);
	reports[0].ke = (struct query_ke){ .was_tried = true,
					   .is_good = true,
					   .tls_version = "TLS1.3",
					   .subject = "CN=ntp.example",
					   .not_after_s = MADE_NOW_NS / NS_PER_S + 3 * MADE_DAY_S,
					   .distrust = "the certificate is for another name",
					   .aead = 15,
					   .cookie_len = 100,
					   .n_cookies = 8 };
	char *text = table(1, false, 200);
	has(text, "CN=ntp.example");
	has(text, "3 days left");
	has(text, "NOT VERIFIED: the certificate is for another name");
	has(text, "8 cookies of 100 octets");
	has(text, "AES-SIV-CMAC-256");
	free(text);
	reports[0].ke.not_after_s = MADE_NOW_NS / NS_PER_S - 3600;
	text = table(1, false, 200);
	has(text, "expired");
	assert_null(strstr(text, "days left"));
	free(text);
}

/* What fits where nothing sticks out: names and addresses of documentation, in 80 columns. */
static void good_servers_fit_80_columns(void **state)
{
	(void)state;
	made_good(&reports[0], "192.0.2.101", "192.0.2.101", -1234567890);
	made_good(&reports[1], "2001:db8::101", "2001:db8::101", 12345678);
	char *text = table(2, false, 80);
	for (const char *line = text; *line; line = strchr(line, '\n') + 1)
		assert_true(utf8_columns(line, (size_t)(strchr(line, '\n') - line)) <= 80);
	free(text);
}

static void what_strangers_say_does_not_act(void **state)
{
	(void)state;
	for (int is_good = 0; is_good < 2; is_good++) {
		if (is_good)
			made_good(&reports[0], MADE_HOSTILE, "192.0.2.1", 0);
		else
			reports[0] = made_report(MADE_HOSTILE, "192.0.2.1", QUERY_KOD);
		MADE_SAY(reports[0].why, MADE_HOSTILE);
		MADE_SAY(reports[0].query.kiss, "\x1b[1m");
		reports[0].ke.was_tried = reports[0].ke.is_good = true;
		MADE_SAY(reports[0].ke.tls_version, "TLS1.3");
		MADE_SAY(reports[0].ke.subject, MADE_HOSTILE);
		char *text = table(1, false, 300);
		for (const char *c = text; *c; c++)
			assert_true(*c == '\n' || (unsigned char)*c >= ' ');
		assert_null(strstr(text, "\xe2\x80\xae"));
		assert_null(strchr(text, '\xff'));
		has(text, "\\x1b[31mred\\x0a");
		free(text);
	}
}

static void a_very_long_name_is_cut_where_it_must_be(void **state)
{
	(void)state;
	static char name[2000];
	memset(name, 'n', sizeof(name) - 1);
	reports[0] = made_report(name, "192.0.2.1", QUERY_DNS);
	free(table(1, false, 80));
	reports[0].result = QUERY_TIMEOUT;
	free(table(1, true, 80));
	memset(name, '\x1b', sizeof(name) - 1);
	free(table(1, true, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_server_has_one_line),
		cmocka_unit_test(a_failure_has_its_sentence_and_why),
		cmocka_unit_test(losses_and_leap_seconds_are_told),
		cmocka_unit_test(a_certificate_nobody_has_verified_is_told),
		cmocka_unit_test(good_servers_fit_80_columns),
		cmocka_unit_test(what_strangers_say_does_not_act),
		cmocka_unit_test(a_very_long_name_is_cut_where_it_must_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
