/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>

#include "serve.h"

static struct serve s;

static void json_is_good(const char *target, const char *schema)
{
	serve_get(&s, target);
	assert_int_equal(serve_status(&s), 200);
	json_t *root = json_loads(serve_body(&s), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "schema")), schema);
	assert_string_equal(json_object_iter_key(json_object_iter(root)), "schema");
	json_decref(root);
}

static void every_answer_is_json_of_its_schema(void **state)
{
	(void)state;
	json_is_good("/api/v1/clients", "ntpscope-clients-page-1");
	json_is_good("/api/v1/clients?limit=0", "ntpscope-clients-page-1");
	json_is_good("/api/v1/clients?filter=rx%3E99", "ntpscope-clients-page-1");
	json_is_good("/api/v1/clients.json", "ntpscope-clients-1");
	json_is_good("/api/v1/clients/198.51.100.1", "ntpscope-client-1");
	json_is_good("/api/v1/summary", "ntpscope-summary-1");
	json_is_good("/api/v1/series?width=60", "ntpscope-series-1");
	json_is_good("/api/v1/series?from=-60", "ntpscope-series-1");
	json_is_good("/api/v1/exchanges", "ntpscope-recent-1");
	json_is_good("/api/v1/worst", "ntpscope-worst-1");
	json_is_good("/api/v1/worst?span=all&limit=1", "ntpscope-worst-1");
	json_is_good("/api/v1/about", "ntpscope-about-1");
	json_is_good("/healthz", "ntpscope-health-1");
}

static void a_bad_request_names_its_parameter(void **state)
{
	static const struct {
		const char *target, *parameter;
		int status;
	} rows[] = {
		{ "/api/v1/clients?sort=size", "sort", 400 },
		{ "/api/v1/clients?order=up", "order", 400 },
		{ "/api/v1/clients?limit=1001", "limit", 400 },
		{ "/api/v1/clients?offset=-1", "offset", 400 },
		{ "/api/v1/clients?view=zz", "view", 400 },
		{ "/api/v1/clients?filter=alert:purple", "filter", 400 },
		{ "/api/v1/clients?sorted=rx", "sorted", 400 },
		{ "/api/v1/clients.csv?offset=1", "offset", 400 },
		{ "/api/v1/clients/nobody", "address", 400 },
		{ "/api/v1/clients/192.0.2.99", "address", 404 },
		{ "/api/v1/series?width=5", "width", 400 },
		{ "/api/v1/series?from=yesterday", "from", 400 },
		{ "/api/v1/exchanges?client=10.0.0.0/40", "client", 400 },
		{ "/api/v1/report?format=pdf", "format", 400 },
		{ "/api/v1/events?prefix=everybody", "prefix", 400 },
		{ "/metrics?x=1", "x", 400 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		serve_get(&s, rows[i].target);
		assert_int_equal(serve_status(&s), rows[i].status);
		json_t *root = json_loads(serve_body(&s), 0, NULL), *error = json_object_get(root, "error");
		assert_string_equal(json_string_value(json_object_get(root, "schema")), "ntpscope-error-1");
		assert_string_equal(json_string_value(json_object_get(error, "parameter")),
				    rows[i].parameter);
		assert_true(strlen(json_string_value(json_object_get(error, "message"))) > 10);
		json_decref(root);
	}
}

static void only_reading_is_allowed(void **state)
{
	(void)state;
	serve_ask(&s, "POST /api/v1/clients HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
	assert_int_equal(serve_status(&s), 405);
	assert_non_null(strstr(s.answer, "Allow: GET, HEAD"));
	serve_ask(&s, "DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n");
	assert_int_equal(serve_status(&s), 405);
	serve_ask(&s, "HEAD /api/v1/clients.csv HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	assert_int_equal(serve_status(&s), 200);
	assert_string_equal(serve_body(&s), "");
}

static void other_sites_cannot_use_a_name_of_theirs(void **state)
{
	(void)state;
	serve_ask(&s, "GET /api/v1/summary HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
	assert_int_equal(serve_status(&s), 403);
	serve_ask(&s, "GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
	assert_int_equal(serve_status(&s), 200);
}

static void every_answer_has_the_headers_that_keep_browsers_safe(void **state)
{
	static const char *const targets[] = { "/",        "/api/v1/summary", "/api/v1/clients.csv",
					       "/metrics", "/nothing.js",     "/api/v1/x" };
	(void)state;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		serve_get(&s, targets[i]);
		assert_non_null(strstr(s.answer, "X-Content-Type-Options: nosniff\r\n"));
		assert_non_null(strstr(s.answer, "Content-Security-Policy: default-src 'none'"));
		assert_non_null(strstr(s.answer, "Referrer-Policy: no-referrer\r\n"));
		assert_non_null(strstr(s.answer, "Cache-Control: no-"));
		assert_null(strstr(s.answer, "unsafe"));
	}
}

static void garbage_ends_in_an_error_and_the_next_one_is_served(void **state)
{
	static const char *const bad[] = {
		"\r\n\r\n\r\n",
		"GET\r\n\r\n",
		"GET / HTTP/9.9\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not plain text\r\n\r\n",
		"GET /?%zz=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
		"GET /api/v1/clients?filter=%ff%fe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
	};
	static const char end[] = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	char big[70000];
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int fd = serve_connect(&s);
		assert_true(fd >= 0);
		assert_true(write(fd, bad[i], strlen(bad[i])) > 0);
		shutdown(fd, SHUT_WR);
		serve_read(&s, fd, NULL, 300);
		close(fd);
		if (s.len)
			assert_int_not_equal(serve_status(&s), 500);
	}
	memset(big, 'a', sizeof(big));
	memcpy(big, "GET /", 5);
	memcpy(big + sizeof(big) - sizeof(end), end, sizeof(end));
	serve_ask(&s, big);
	assert_true(serve_status(&s) == 400 || serve_status(&s) == 414 || serve_status(&s) == 431 ||
		    s.len == 0);
	serve_get(&s, "/healthz");
	assert_int_equal(serve_status(&s), 200);
}

static void one_connection_takes_many_requests(void **state)
{
	static const char ask[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
	int fd = serve_connect(&s);
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(write(fd, ask, sizeof(ask) - 1), sizeof(ask) - 1);
		serve_read(&s, fd, "\"status\"", 2000);
		assert_int_equal(serve_status(&s), 200);
		assert_null(strstr(s.answer, "Connection: close"));
	}
	close(fd);
}

static void health_says_when_counting_has_ended(void **state)
{
	(void)state;
	s.has_stopped = true;
	serve_get(&s, "/healthz");
	assert_int_equal(serve_status(&s), 503);
	assert_non_null(strstr(s.answer, "\"stopped\""));
	s.has_stopped = false;
	s.is_down = true;
	serve_get(&s, "/healthz");
	assert_int_equal(serve_status(&s), 503);
	assert_non_null(strstr(s.answer, "\"no-source\""));
	s.is_down = false;
}

static int open_web(void **state)
{
	return serve_open(state, &s, 20);
}

static void an_address_that_is_taken_is_said_so(void **state)
{
	struct web_config c = serve_config();
	const struct web_hooks hooks = { 0 };
	char why[WEB_WHY_MAX], wanted[64];
	struct web *second;
	(void)state;
	c.port = (uint16_t)s.port;
	assert_int_equal(web_new(&c, s.live, &hooks, &second, why), ERR_SYS);
	assert_null(second);
	snprintf(wanted, sizeof(wanted), "cannot listen on 127.0.0.1 port %u: ", s.port);
	assert_memory_equal(why, wanted, strlen(wanted));
}

static void with_a_token_only_health_is_open(void **state)
{
	struct web_config c = serve_config();
	(void)state;
	web_free(s.web);
	c.token = "0123456789abcdef";
	assert_true(serve_web(&s, &c));
	serve_get(&s, "/healthz");
	assert_int_equal(serve_status(&s), 200);
	serve_get(&s, "/");
	assert_int_equal(serve_status(&s), 401);
	assert_non_null(strstr(s.answer, "WWW-Authenticate: Bearer"));
	serve_ask(&s, "GET /api/v1/summary HTTP/1.1\r\nHost: any.example\r\nAuthorization: Bearer "
		      "0123456789abcdef\r\n"
		      "Connection: close\r\n\r\n");
	assert_int_equal(serve_status(&s), 200);
}

static void what_changes_meanwhile_is_taken_up_or_nothing_is(void **state)
{
	struct web_config c = serve_config();
	char why[WEB_WHY_MAX];
	(void)state;
	c.token = "0123456789abcdef";
	assert_int_equal(web_reload(s.web, &c, why), ERR_OK);
	serve_get(&s, "/api/v1/summary");
	assert_int_equal(serve_status(&s), 401);
	c.token = "short";
	assert_int_equal(web_reload(s.web, &c, why), ERR_USAGE);
	assert_non_null(strstr(why, "16 to 256"));
	c.token = NULL;
	c.certificate = c.key = "/nonexistent.pem";
	assert_int_equal(web_reload(s.web, &c, why), ERR_USAGE);
	assert_non_null(strstr(why, "TLS begins and ends"));
	serve_get(&s, "/api/v1/summary");
	assert_int_equal(serve_status(&s), 401);
	c.certificate = c.key = NULL;
	assert_int_equal(web_reload(s.web, &c, why), ERR_OK);
	serve_get(&s, "/api/v1/summary");
	assert_int_equal(serve_status(&s), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_answer_is_json_of_its_schema),
		cmocka_unit_test(a_bad_request_names_its_parameter),
		cmocka_unit_test(only_reading_is_allowed),
		cmocka_unit_test(other_sites_cannot_use_a_name_of_theirs),
		cmocka_unit_test(every_answer_has_the_headers_that_keep_browsers_safe),
		cmocka_unit_test(garbage_ends_in_an_error_and_the_next_one_is_served),
		cmocka_unit_test(one_connection_takes_many_requests),
		cmocka_unit_test(health_says_when_counting_has_ended),
		cmocka_unit_test(an_address_that_is_taken_is_said_so),
		cmocka_unit_test(with_a_token_only_health_is_open),
		cmocka_unit_test(what_changes_meanwhile_is_taken_up_or_nothing_is),
	};
	return cmocka_run_group_tests(tests, open_web, serve_close);
}
