/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the interface says of watched servers, of what was kept of them, and of alarms. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>

#include "engine/history_figures.h"
#include "net/clock.h"
#include "serve.h"
#include "store/history.h"
#include "unit/in_folder.h"

static struct serve s;
static int64_t begin_ns; /* of a day of readings, a minute apart; the last hour of it is silent */

enum { READINGS = 24 * 60, SILENT = 60 };

static const char odd_target[] = "<script>\"";
static const char hostile[] = "<script>\"\x1b[2J\xff";

static json_t *ask(const char *target)
{
	serve_get(&s, target);
	assert_int_equal(serve_status(&s), 200);
	json_t *root = json_loads(serve_body(&s), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	return root;
}

static double real(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static struct reading reading(const char *target, int64_t time_ns)
{
	return (struct reading){ .target = target,
				 .part = "",
				 .via = WATCH_VIA_NTP,
				 .time_ns = time_ns,
				 .every_ns = 60 * NS_PER_S,
				 .is_ok = true,
				 .why = "" };
}

/* A saw: the offset of minute i is i % 10 - 3 milliseconds. */
static double offset(int i)
{
	return (i % 10 - 3) * 1e-3;
}

static bool keep(void)
{
	struct history *h = NULL;
	bool good = make_folder(NULL) == 0 && history_open(folder, &h) == ERR_OK;

	for (int i = 0; good && i < READINGS - SILENT; i++) {
		const struct history_point points[] = { { "offset_s", offset(i) }, { "stratum", 2 } };
		struct reading r = reading("ntp.example.net", begin_ns + i * 60 * NS_PER_S);
		r.points = points;
		r.n_points = 2;
		good = history_add(h, &r) == ERR_OK;
		r.part = "GPS(0)";
		r.n_points = i % 60 ? 0 : 1;
		good = good && history_add(h, &r) == ERR_OK;
	}
	history_close(h);
	return good;
}

static bool put(void)
{
	const struct history_point points[] = { { "offset_s", -0.000123 },
						{ "offset_s", 7 },
						{ "gps_mode", NAN } };
	const struct history_point odd[] = { { "a\"b", 1 } };
	const struct reading_satellite seen[] = { { 2, 11, 213.5, NAN, 44, true } };
	struct reading_fact facts[3] = { { "refid", "" }, { "refid", "twice" }, { "od\"d", "x" } };
	struct reading r = reading("ntp.example.net", begin_ns);

	reading_text(facts[0].text, sizeof(facts[0].text), hostile);
	r.points = points;
	r.n_points = 3;
	r.facts = facts;
	r.n_facts = 3;
	bool good = board_new(&s.board) == ERR_OK && board_put(s.board, &r, NS_PER_S);
	r.part = "GPS(0)";
	r.points = odd;
	r.n_points = 1;
	r.satellites = seen;
	r.n_satellites = 1;
	r.via = WATCH_VIA_GPSD;
	good = good && board_put(s.board, &r, NS_PER_S);
	r = reading(odd_target, begin_ns);
	r.is_ok = false;
	r.why = "no answer";
	return good && board_put(s.board, &r, NS_PER_S);
}

static bool raise_alarm(void)
{
	struct alarm_limits limits = alarm_limits_default();
	struct alarm_event e = { .time_ns = begin_ns,
				 .target = "ntp.example.net",
				 .via = WATCH_VIA_NTP,
				 .rule = ALARM_OFFSET,
				 .from = ALARM_OK,
				 .to = ALARM_CRITICAL,
				 .value = 0.06,
				 .text = "offset <b>60 ms" };

	if (alarms_new(&limits, &s.alarms))
		return false;
	alarms_replay(s.alarms, &e);
	reading_text(e.target, sizeof(e.target), odd_target);
	e.to = ALARM_WARN;
	e.time_ns += NS_PER_S;
	alarms_replay(s.alarms, &e);
	return true;
}

static int open_all(void **state)
{
	struct web_config c = serve_config();

	begin_ns = clock_utc_ns() / (60 * NS_PER_S) * (60 * NS_PER_S) - (READINGS - 1) * 60 * NS_PER_S;
	*state = &s;
	if (!serve_live(&s, 3) || !keep() || !put() || !raise_alarm())
		return -1;
	s.history = folder;
	return serve_web(&s, &c) ? 0 : -1;
}

static int close_all(void **state)
{
	serve_close(state);
	board_free(s.board);
	alarms_free(s.alarms);
	return remove_folder(state);
}

/* ---- targets --------------------------------------------------------------------------------------- */

static json_t *target_of(json_t *root, size_t i)
{
	return json_array_get(json_object_get(root, "targets"), i);
}

static void targets_have_all_ways_and_parts_together_with_the_worst_alarm(void **state)
{
	json_t *root = ask("/api/v1/targets"), *t = target_of(root, 1);
	(void)state;
	assert_string_equal(text(root, "schema"), "ntpscope-targets-1");
	assert_int_equal(json_array_size(json_object_get(root, "targets")), 2);
	assert_string_equal(text(t, "target"), "ntp.example.net");
	assert_string_equal(text(t, "level"), "critical");
	json_t *parts = json_object_get(t, "parts"), *p = json_array_get(parts, 0);
	assert_int_equal(json_array_size(parts), 2);
	assert_string_equal(text(p, "via"), "ntp");
	assert_true(json_is_true(json_object_get(p, "ok")));
	assert_float_equal(real(p, "every_s"), 60, 0);
	assert_float_equal(real(json_object_get(p, "values"), "offset_s"), -0.000123, 1e-12);
	assert_true(json_is_null(json_object_get(json_object_get(p, "values"), "gps_mode")));
	p = json_array_get(parts, 1);
	assert_string_equal(text(p, "part"), "GPS(0)");
	json_t *sat = json_array_get(json_object_get(p, "satellites"), 0);
	assert_float_equal(real(sat, "snr_dbhz"), 44, 0);
	assert_true(json_is_null(json_object_get(sat, "elevation_deg")));
	assert_true(json_is_true(json_object_get(sat, "used")));
	json_decref(root);
}

static void one_target_can_be_asked_for(void **state)
{
	json_t *root = ask("/api/v1/targets?target=ntp.example.net");
	(void)state;
	assert_int_equal(json_array_size(json_object_get(root, "targets")), 1);
	json_decref(root);
	root = ask("/api/v1/targets?target=nobody");
	assert_int_equal(json_array_size(json_object_get(root, "targets")), 0);
	json_decref(root);
}

static void strangers_texts_are_data(void **state)
{
	json_t *root = ask("/api/v1/targets"), *t = target_of(root, 0);
	(void)state;
	assert_string_equal(text(t, "target"), odd_target);
	assert_string_equal(text(t, "level"), "warn");
	json_t *p = json_array_get(json_object_get(t, "parts"), 0);
	assert_true(json_is_null(json_object_get(p, "ok_at")));
	assert_string_equal(text(p, "why"), "no answer");
	json_t *facts = json_object_get(json_array_get(json_object_get(target_of(root, 1), "parts"), 0),
					"facts");
	assert_int_equal(json_object_size(facts), 1);
	assert_non_null(strstr(text(facts, "refid"), "<script>\"\\x1b[2J"));
	json_t *odd = json_object_get(json_array_get(json_object_get(target_of(root, 1), "parts"), 1),
				      "values");
	assert_int_equal(json_object_size(odd), 0);
	json_decref(root);
}

/* ---- history --------------------------------------------------------------------------------------- */

static void a_day_keeps_least_and_greatest_whatever_the_number_of_buckets(void **state)
{
	static const unsigned most[] = { 1, 24, 100, 600, 10000 };
	char target[128];
	(void)state;
	for (size_t k = 0; k < sizeof(most) / sizeof(most[0]); k++) {
		snprintf(target, sizeof(target),
			 "/api/v1/history?name=ntp.example.net&series=offset_s&most=%u", most[k]);
		json_t *root = ask(target), *max = json_object_get(root, "max"),
		       *min = json_object_get(root, "min");
		double greatest = -1, least = 1;
		size_t n = json_array_size(max);
		/* A day may have the end of a week in it. */
		assert_true(n >= 1 && n <= (most[k] == 1 ? 2 : most[k]));
		assert_int_equal(n, json_integer_value(json_object_get(root, "n")));
		assert_int_equal(json_array_size(json_object_get(root, "avg")), n);
		assert_int_equal(json_array_size(json_object_get(root, "last")), n);
		for (size_t i = 0; i < n; i++) {
			if (json_is_null(json_array_get(max, i)))
				continue;
			greatest = fmax(greatest, json_number_value(json_array_get(max, i)));
			least = fmin(least, json_number_value(json_array_get(min, i)));
		}
		assert_float_equal(greatest, 0.006, 1e-6);
		assert_float_equal(least, -0.003, 1e-6);
		json_t *summary = json_object_get(root, "summary");
		assert_float_equal(real(summary, "max"), 0.006, 1e-6);
		assert_float_equal(real(summary, "min"), -0.003, 1e-6);
		assert_float_equal(real(summary, "avg"), 0.0015, 2e-4);
		assert_true(real(summary, "p95") <= real(summary, "p99"));
		assert_true(real(root, "width_s") * (double)n >= 86400 - 120);
		json_decref(root);
	}
}

/* As openapi.yaml says: what two graphs have of the same time has the same borders. */
static void buckets_are_on_multiples_of_their_width(void **state)
{
	static const unsigned most[] = { 1, 7, 24, 100, 999 };
	char target[128];
	(void)state;
	for (size_t k = 0; k < sizeof(most) / sizeof(most[0]); k++) {
		int64_t start_ns = 1;
		snprintf(target, sizeof(target),
			 "/api/v1/history?name=ntp.example.net&series=offset_s&from=-40000&to=-777&most=%u",
			 most[k]);
		json_t *root = ask(target);
		assert_true(nstime_parse(text(root, "start"), &start_ns));
		int64_t width_ns = (int64_t)real(root, "width_s") * NS_PER_S;
		assert_true(width_ns >= 60 * NS_PER_S);
		assert_int_equal(start_ns % width_ns, 0);
		json_decref(root);
	}
}

/* The figures of `ntpscope history` and those of the page are the same. */
static void percentiles_are_the_least_that_so_many_do_not_exceed(void **state)
{
	struct history_figures figures;
	struct history_span span;
	struct history_wish w = { "ntp.example.net", "offset_s", begin_ns, begin_ns + 15 * 60 * NS_PER_S,
				  10000 };
	char target[192];
	(void)state;
	assert_int_equal(history_read(folder, &w, &span), ERR_OK);
	assert_int_equal(history_figures(&span, &figures), ERR_OK);
	history_span_release(&span);
	snprintf(target, sizeof(target),
		 "/api/v1/history?name=ntp.example.net&series=offset_s&from=%lld&to=%lld",
		 (long long)(w.from_ns / NS_PER_S), (long long)(w.to_ns / NS_PER_S));
	json_t *root = ask(target), *summary = json_object_get(root, "summary");
	assert_float_equal(real(summary, "p95"), figures.p95, 1e-12);
	assert_float_equal(real(summary, "p99"), figures.p99, 1e-12);
	json_decref(root);
}

static void what_was_not_measured_is_a_gap(void **state)
{
	json_t *root = ask("/api/v1/history?name=ntp.example.net&series=offset_s&from=-1800");
	json_t *avg = json_object_get(root, "avg");
	(void)state;
	for (size_t i = 0; i < json_array_size(avg); i++)
		assert_true(json_is_null(json_array_get(avg, i)));
	assert_true(json_is_null(json_object_get(json_object_get(root, "summary"), "last")));
	json_decref(root);
}

static void steps_have_their_names(void **state)
{
	json_t *root = ask("/api/v1/history?name=nobody&series=clock_event");
	json_t *steps = json_object_get(root, "steps");
	(void)state;
	assert_int_equal(json_array_size(steps), 7);
	assert_string_equal(json_string_value(json_array_get(steps, 2)), "bad format");
	assert_int_equal(json_integer_value(json_object_get(root, "first_step")), 0);
	json_decref(root);
}

static void the_list_has_each_series_of_a_target_and_its_parts(void **state)
{
	json_t *root = ask("/api/v1/history/series?target=ntp.example.net");
	(void)state;
	for (int i = 0; i < 1000 && json_is_true(json_object_get(root, "making")); i++) {
		assert_int_equal(json_array_size(json_object_get(root, "series")), 0);
		json_decref(root);
		usleep(10000);
		root = ask("/api/v1/history/series?target=ntp.example.net");
	}
	assert_true(json_array_size(json_object_get(root, "kinds")) > 50);
	assert_int_equal(json_array_size(json_object_get(root, "series")), 3);
	json_decref(root);
	root = ask("/api/v1/history/series?target=ntp.example");
	assert_int_equal(json_array_size(json_object_get(root, "series")), 0);
	json_decref(root);
}

static void a_wrong_question_names_its_parameter(void **state)
{
	static const char *const rows[][2] = {
		{ "/api/v1/history?series=offset_s", "name" },
		{ "/api/v1/history?name=a", "series" },
		{ "/api/v1/history?name=a&series=offset", "series" },
		{ "/api/v1/history?name=a&series=offset_s&from=yesterday", "from" },
		{ "/api/v1/history?name=a&series=offset_s&from=-1&to=-2", "to" },
		{ "/api/v1/history?name=a&series=offset_s&most=0", "most" },
		{ "/api/v1/history?name=a&series=offset_s&most=10001", "most" },
		{ "/api/v1/history/series?name=a", "name" },
		{ "/api/v1/targets?name=a", "name" },
		{ "/api/v1/alarms?limit=-1", "limit" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		serve_get(&s, rows[i][0]);
		assert_int_equal(serve_status(&s), 400);
		json_t *root = json_loads(serve_body(&s), 0, NULL);
		assert_string_equal(text(json_object_get(root, "error"), "parameter"), rows[i][1]);
		json_decref(root);
	}
}

/* Whatever stands in a name, nothing outside the folder is read. */
static void a_name_is_no_path(void **state)
{
	json_t *root = ask("/api/v1/history?name=..%2F..%2Fetc%2Fpasswd&series=offset_s");
	json_t *avg = json_object_get(root, "avg");
	(void)state;
	for (size_t i = 0; i < json_array_size(avg); i++)
		assert_true(json_is_null(json_array_get(avg, i)));
	json_decref(root);
}

/* ---- alarms ---------------------------------------------------------------------------------------- */

static void alarms_stand_with_their_events_newest_first(void **state)
{
	json_t *root = ask("/api/v1/alarms"), *events = json_object_get(root, "events");
	(void)state;
	assert_int_equal(json_array_size(json_object_get(root, "standing")), 2);
	assert_int_equal(json_array_size(events), 2);
	assert_string_equal(text(json_array_get(events, 0), "to"), "warn");
	assert_string_equal(text(json_array_get(events, 1), "rule"), "offset");
	assert_string_equal(text(json_array_get(events, 1), "text"), "offset <b>60 ms");
	json_decref(root);
	root = ask("/api/v1/alarms?target=ntp.example.net&limit=0");
	assert_int_equal(json_array_size(json_object_get(root, "events")), 0);
	assert_int_equal(json_array_size(json_object_get(root, "standing")), 1);
	json_decref(root);
}

static void without_watching_all_is_empty(void **state)
{
	struct web_config c = serve_config();
	static const char *const targets[] = { "/api/v1/targets", "/api/v1/alarms", "/api/v1/history/series",
					       "/api/v1/history?name=a&series=offset_s" };
	struct board *board = s.board;
	struct alarms *alarms = s.alarms;
	(void)state;
	web_free(s.web);
	s.board = NULL;
	s.alarms = NULL;
	s.history = NULL;
	assert_true(serve_web(&s, &c));
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		json_decref(ask(targets[i]));
	s.board = board;
	s.alarms = alarms;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_have_all_ways_and_parts_together_with_the_worst_alarm),
		cmocka_unit_test(one_target_can_be_asked_for),
		cmocka_unit_test(strangers_texts_are_data),
		cmocka_unit_test(a_day_keeps_least_and_greatest_whatever_the_number_of_buckets),
		cmocka_unit_test(buckets_are_on_multiples_of_their_width),
		cmocka_unit_test(percentiles_are_the_least_that_so_many_do_not_exceed),
		cmocka_unit_test(what_was_not_measured_is_a_gap),
		cmocka_unit_test(steps_have_their_names),
		cmocka_unit_test(the_list_has_each_series_of_a_target_and_its_parts),
		cmocka_unit_test(a_wrong_question_names_its_parameter),
		cmocka_unit_test(a_name_is_no_path),
		cmocka_unit_test(alarms_stand_with_their_events_newest_first),
		cmocka_unit_test(without_watching_all_is_empty),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
