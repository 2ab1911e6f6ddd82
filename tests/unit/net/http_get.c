/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against a server of a few lines: it reads one request and says what the test wants. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/http_get.h"

static char got[4096], url[64], why[HTTP_WHY_MAX];
static size_t n_got;

static bool take(void *arg, const char *data, size_t len)
{
	(void)arg;
	if (n_got + len < sizeof(got)) {
		memcpy(got + n_got, data, len);
		n_got += len;
		got[n_got] = '\0';
	}
	return true;
}

static bool take_nothing(void *arg, const char *data, size_t len)
{
	(void)arg, (void)data, (void)len;
	return false;
}

/* The answer to one request; "%R" at its end stands for the request. */
static pid_t serve(const char *answer)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	char request[2048] = "";
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/x", ntohs(a.sin_port));
	n_got = 0;
	got[0] = '\0';
	pid_t child = fork();
	if (child == 0) {
		int c = accept(fd, NULL, NULL);
		ssize_t n = read(c, request, sizeof(request) - 1);
		(void)!write(c, answer, strlen(answer));
		if (n > 0 && strstr(answer, "echo"))
			(void)!write(c, request, (size_t)n);
		_exit(0);
	}
	close(fd);
	return child;
}

static enum err ask(const struct http_options *o, bool (*sink)(void *, const char *, size_t))
{
	struct http_client *c = http_client_new(o);
	enum err e = http_get(c, url, sink, NULL, why);
	http_client_free(c);
	return e;
}

static void a_good_answer_comes_whole(void **state)
{
	const struct http_options o = { .token = "secret" };
	(void)state;
	pid_t child = serve("HTTP/1.1 200 OK\r\nX: echo\r\nConnection: close\r\n\r\n");
	assert_int_equal(ask(&o, take), ERR_OK);
	waitpid(child, NULL, 0);
	assert_non_null(strstr(got, "GET /x HTTP/1.1\r\n"));
	assert_non_null(strstr(got, "Authorization: Bearer secret\r\n"));
	assert_non_null(strstr(got, "User-Agent: ntpscope/"));
}

static void a_password_goes_with_its_user(void **state)
{
	const struct http_options o = { .user = "me", .password = "secret77" };
	(void)state;
	pid_t child = serve("HTTP/1.1 200 OK\r\nX: echo\r\nConnection: close\r\n\r\n");
	assert_int_equal(ask(&o, take), ERR_OK);
	waitpid(child, NULL, 0);
	assert_non_null(strstr(got, "Authorization: Basic bWU6c2VjcmV0Nzc="));
}

static void what_the_server_says_against_it_is_told(void **state)
{
	const struct http_options o = { 0 };
	(void)state;
	pid_t child = serve("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
			    "{\"error\": {\"status\": 400, \"message\": \"must be \\\"one\\\"\x1b of\"}}");
	assert_int_equal(ask(&o, take), ERR_FORMAT);
	waitpid(child, NULL, 0);
	assert_string_equal(why, "the server says 400: must be \"one\" of");
	assert_int_equal(n_got, 0);
}

static void no_server_and_another_scheme_are_errors(void **state)
{
	const struct http_options o = { .connect_s = 2 };
	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:1/");
	assert_int_equal(ask(&o, take), ERR_SYS);
	assert_true(why[0]);
	snprintf(url, sizeof(url), "file:///etc/passwd");
	assert_int_equal(ask(&o, take), ERR_SYS);
	assert_int_equal(n_got, 0);
}

static void who_has_enough_stops_it(void **state)
{
	const struct http_options o = { 0 };
	(void)state;
	pid_t child = serve("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nmuch");
	assert_int_equal(ask(&o, take_nothing), ERR_END);
	waitpid(child, NULL, 0);
}

static enum err send_fact(bool *again)
{
	const struct http_options o = { .connect_s = 2, .silence_s = 5 };
	struct http_client *c = http_client_new(&o);
	enum err e = http_post(c, url, "application/json", "{\"a\":1}", 7, why, again);
	http_client_free(c);
	return e;
}

static void what_is_posted_needs_a_good_status_only(void **state)
{
	static const struct {
		const char *answer;
		enum err e;
		bool again;
	} rows[] = {
		{ "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", ERR_OK, false },
		{ "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthanks", ERR_OK, false },
		{ "HTTP/1.1 302 Found\r\nLocation: /y\r\nConnection: close\r\n\r\n", ERR_FORMAT, false },
		{ "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n", ERR_FORMAT, false },
		{ "HTTP/1.1 429 Too Many\r\nConnection: close\r\n\r\n", ERR_FORMAT, true },
		{ "HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\n", ERR_FORMAT, true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool again = !rows[i].again;
		pid_t child = serve(rows[i].answer);
		assert_int_equal(send_fact(&again), rows[i].e);
		waitpid(child, NULL, 0);
		assert_int_equal(again, rows[i].again);
		assert_int_equal(why[0] == '\0', rows[i].e == ERR_OK);
	}
	bool again = false;
	snprintf(url, sizeof(url), "http://127.0.0.1:1/");
	assert_int_equal(send_fact(&again), ERR_SYS);
	assert_true(again && why[0]);
}

static void what_is_not_plain_is_escaped(void **state)
{
	char out[16];
	(void)state;
	assert_true(http_escape("a-Z_0.~", out, sizeof(out)));
	assert_string_equal(out, "a-Z_0.~");
	assert_true(http_escape("a b&\xff", out, sizeof(out)));
	assert_string_equal(out, "a%20b%26%FF");
	assert_false(http_escape("      ", out, sizeof(out)));
	assert_true(http_escape("", out, 1));
	assert_false(http_escape("a", out, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_answer_comes_whole),
		cmocka_unit_test(a_password_goes_with_its_user),
		cmocka_unit_test(what_the_server_says_against_it_is_told),
		cmocka_unit_test(no_server_and_another_scheme_are_errors),
		cmocka_unit_test(who_has_enough_stops_it),
		cmocka_unit_test(what_is_posted_needs_a_good_status_only),
		cmocka_unit_test(what_is_not_plain_is_escaped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
