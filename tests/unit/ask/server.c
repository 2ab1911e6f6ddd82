/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ask/server.h"
#include "responder.h"
#include "unit/closed_port.h"

static size_t never(unsigned nth, const uint8_t *question, size_t len, uint8_t *out)
{
	(void)nth, (void)question, (void)len, (void)out;
	return 0;
}

static size_t forged(unsigned nth, const uint8_t *question, size_t len, uint8_t *out)
{
	size_t n = responder_control(nth, question, len, out);
	out[3] ^= 0x40; /* another sequence number */
	return n;
}

/* The socket that holds it, to be closed. */
static int open_closed_port(uint16_t *port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(v4);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&v4, sizeof(v4)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&v4, &len), 0);
	assert_true(hear_nobody(fd));
	*port = ntohs(v4.sin_port);
	return fd;
}

static struct server *server;
static enum ask_result result;
static char why[SERVER_WHY_MAX];

static enum server_found find(uint16_t port, uint16_t chrony_port, enum server_kind kind)
{
	const struct server_wish w = { .host = "127.0.0.1",
				       .port = port,
				       .chrony_port = chrony_port,
				       .kind = kind,
				       .timeout_ns = NS_PER_S / 2,
				       .tries = 2 };
	return server_find(server, &w, &result, why);
}

static void whoever_answers_is_found(void **state)
{
	(void)state;
	struct responder ntpd, chronyd, nobody;
	responder_begin(&ntpd, responder_control);
	responder_begin(&chronyd, responder_chronyd);
	responder_begin(&nobody, never);
	assert_int_equal(find(ntpd.port, nobody.port, SERVER_ANY), SERVER_FOUND);
	assert_int_equal(server->kind, SERVER_NTPD);
	assert_int_equal(server->port, ntpd.port);
	assert_string_equal(server->label, "127.0.0.1");
	assert_int_equal(control_query(&server->control, CONTROL_READVAR, 0, "", 0), ASK_OK);
	server_close(server);
	assert_int_equal(find(nobody.port, chronyd.port, SERVER_ANY), SERVER_FOUND);
	assert_int_equal(server->kind, SERVER_CHRONYD);
	assert_int_equal(chronyd_query(&server->chronyd, CHRONY_N_SOURCES, NULL), ASK_OK);
	server_close(server);
	server_close(server);
	responder_end(&ntpd);
	responder_end(&chronyd);
	responder_end(&nobody);
}

static void who_is_asked_may_be_said(void **state)
{
	(void)state;
	struct responder ntpd, chronyd;
	responder_begin(&ntpd, responder_control);
	responder_begin(&chronyd, responder_chronyd);
	assert_int_equal(find(ntpd.port, chronyd.port, SERVER_NTPD), SERVER_FOUND);
	assert_int_equal(server->kind, SERVER_NTPD);
	server_close(server);
	assert_int_equal(find(ntpd.port, chronyd.port, SERVER_CHRONYD), SERVER_FOUND);
	assert_int_equal(server->kind, SERVER_CHRONYD);
	server_close(server);
	responder_end(&ntpd);
	responder_end(&chronyd);
}

static void each_way_has_its_reason(void **state)
{
	(void)state;
	struct responder nobody;
	uint16_t closed;
	int fd = open_closed_port(&closed);
	assert_int_equal(find(closed, closed, SERVER_ANY), SERVER_NO_ANSWER);
	assert_int_equal(result, ASK_REFUSED);
	assert_non_null(strstr(why, "(mode 6): port unreachable; 127.0.0.1 UDP "));
	assert_non_null(strstr(why, "(chronyd): port unreachable"));
	responder_begin(&nobody, never);
	assert_int_equal(find(nobody.port, closed, SERVER_ANY), SERVER_NO_ANSWER);
	assert_int_equal(result, ASK_TIMEOUT);
	assert_non_null(strstr(why, "(mode 6): no answer"));
	responder_end(&nobody);
	close(fd);
}

static void a_forged_answer_finds_nobody(void **state)
{
	(void)state;
	struct responder r;
	responder_begin(&r, forged);
	assert_int_equal(find(r.port, r.port, SERVER_NTPD), SERVER_NO_ANSWER);
	assert_int_equal(result, ASK_TIMEOUT);
	responder_end(&r);
}

static void a_name_that_is_none_and_a_socket_that_is_not_there(void **state)
{
	(void)state;
	struct server_wish w = { .host = "a..b", .timeout_ns = NS_PER_S, .tries = 1 };
	assert_int_equal(server_find(server, &w, &result, why), SERVER_NO_NAME);
	assert_true(strlen(why) > 0);
	w.host = "/nonexistent/chronyd.sock";
	assert_int_equal(server_find(server, &w, &result, why), SERVER_NO_ANSWER);
	assert_int_equal(result, ASK_UNREACHABLE);
	assert_non_null(strstr(why, "No such file or directory"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_answers_is_found),
		cmocka_unit_test(who_is_asked_may_be_said),
		cmocka_unit_test(each_way_has_its_reason),
		cmocka_unit_test(a_forged_answer_finds_nobody),
		cmocka_unit_test(a_name_that_is_none_and_a_socket_that_is_not_there),
	};
	server = calloc(1, sizeof(*server));
	int status = cmocka_run_group_tests(tests, NULL, NULL);
	free(server);
	return status;
}
