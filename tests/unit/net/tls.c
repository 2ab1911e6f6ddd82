/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions over loopback with servers that are right, and wrong in one way each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <poll.h>

#include "net/tls.h"
#include "unit/tls_server.h"

enum { DAY_S = 86400 };

static const struct tls_server_options good = { .name = "nts.example",
						.from_s = -DAY_S,
						.until_s = 90 * DAY_S,
						.alpn = "ntske/1",
						.answer = (const uint8_t *)"an answer",
						.answer_len = 9 };

static struct tls *open_to(const char *name, uint16_t port, const struct tls_trust *trust)
{
	struct tls_options o = { .trust = trust, .name = name, .alpn = "ntske/1", .port = port };
	struct tls *t;

	addr_parse("127.0.0.1", &o.addr);
	assert_int_equal(tls_open(&t, &o), ERR_OK);
	return t;
}

/* Until it is ready or has failed, within five seconds. */
static enum tls_state shake(struct tls *t)
{
	for (int i = 0; i < 500; i++) {
		enum tls_state state = tls_step(t);
		if (state == TLS_READY || state == TLS_FAILED)
			return state;
		struct pollfd p = { .fd = tls_fd(t), .events = tls_events(t) };
		poll(&p, 1, 10);
	}
	return TLS_SHAKING;
}

/* What the server says until it ends. */
static size_t read_all(struct tls *t, uint8_t *out, size_t room, bool *at_end)
{
	size_t len = 0;

	for (int i = 0; i < 500; i++) {
		long n = tls_read(t, out + len, room - len, at_end);
		if (n < 0 || *at_end)
			return len;
		len += (size_t)n;
		struct pollfd p = { .fd = tls_fd(t), .events = POLLIN };
		poll(&p, 1, 10);
	}
	return len;
}

static void talks(const struct tls_server_options *o, const char *name)
{
	struct tls_server s;
	struct tls_trust *trust;
	uint8_t answer[64], exported[32];
	bool at_end = false;

	tls_server_start(&s, o);
	assert_int_equal(tls_trust_new(s.ca_path, &trust), ERR_OK);
	struct tls *t = open_to(name, s.port, trust);
	assert_int_equal(shake(t), TLS_READY);
	assert_int_equal(tls_write(t, (const uint8_t *)"a question", 10), 10);
	assert_int_equal(read_all(t, answer, sizeof(answer), &at_end), 9);
	assert_true(at_end);
	assert_memory_equal(answer, "an answer", 9);
	assert_true(tls_export(t, "label", (const uint8_t *)"context", 7, exported, sizeof(exported)));
	const struct tls_facts *f = tls_facts(t);
	assert_int_equal(f->failure, TLS_FINE);
	assert_string_equal(f->version, "TLS1.3");
	assert_true(strlen(f->cipher) > 5);
	assert_string_equal(f->distrust, "");
	assert_int_equal((f->not_after_s - time(NULL) + DAY_S / 2) / DAY_S, 90);
	tls_close(t);
	tls_server_stop(&s);
	assert_int_equal(s.heard_len, 10);
	assert_memory_equal(s.heard, "a question", 10);
	assert_memory_equal(s.exported, exported, sizeof(exported));
	/* RFC 6066 section 3: an address is no server name */
	assert_string_equal(s.server_name, strchr(name, '1') ? "" : name);
	tls_trust_free(trust);
}

static void a_session_with_whom_we_want(void **state)
{
	(void)state;
	struct tls_server_options o = good;

	talks(&o, "nts.example");
	o.pieces = 1;
	talks(&o, "nts.example");
	o.is_rude = true; /* it closes the connection without a goodbye */
	talks(&o, "nts.example");
	o.name = "ADDRESS";
	talks(&o, "127.0.0.1");
}

struct wrong {
	struct tls_server_options server;
	const char *name;
	enum tls_failure failure;
	const char *why;
};

static void fails(const struct wrong *w, bool is_trusted)
{
	struct tls_server s;
	struct tls_trust *trust;
	bool at_end;
	uint8_t p[4];

	tls_server_start(&s, &w->server);
	assert_int_equal(tls_trust_new(is_trusted ? s.ca_path : NULL, &trust), ERR_OK);
	struct tls *t = open_to(w->name, s.port, trust);
	assert_int_equal(shake(t), TLS_FAILED);
	assert_int_equal(tls_facts(t)->failure, w->failure);
	if (!strstr(tls_facts(t)->why, w->why))
		fail_msg("'%s' is not about '%s'", tls_facts(t)->why, w->why);
	/* and stays so */
	assert_int_equal(tls_step(t), TLS_FAILED);
	assert_int_equal(tls_write(t, p, 1), -1);
	assert_int_equal(tls_read(t, p, 1, &at_end), -1);
	assert_false(tls_export(t, "label", p, 1, p, 4));
	tls_close(t);
	tls_server_stop(&s);
	assert_int_equal(s.heard_len, 0); /* nothing was said */
	tls_trust_free(trust);
}

static void a_certificate_that_is_not_to_be_trusted_says_why(void **state)
{
	(void)state;
	struct wrong w = { good, "nts.example", TLS_BAD_CERTIFICATE, "" };

	w.server.from_s = -100 * DAY_S;
	w.server.until_s = -DAY_S;
	w.why = "has expired";
	fails(&w, true);
	w.server.from_s = DAY_S;
	w.server.until_s = 2 * DAY_S;
	w.why = "not yet valid";
	fails(&w, true);
	w.server = good;
	w.name = "other.example";
	w.why = "for another name";
	fails(&w, true);
	w.name = "nts.example";
	w.why = "issuer that is not trusted";
	fails(&w, false);
}

static void a_session_that_is_not_for_nts_says_why(void **state)
{
	(void)state;
	struct wrong w = { good, "nts.example", TLS_NO_ALPN, "ntske/1" };

	w.server.alpn = NULL;
	fails(&w, true);
	w.server.alpn = "h2";
	w.why = "";
	fails(&w, true);
	w.server.alpn = "ntske/1";
	w.server.priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
	w.failure = TLS_NO_SESSION;
	fails(&w, true);
}

static void without_verification_what_is_wrong_is_still_told(void **state)
{
	(void)state;
	struct tls_server s;
	struct tls_trust *trust;
	struct tls *t;

	tls_server_start(&s, &good);
	assert_int_equal(tls_trust_new(NULL, &trust), ERR_OK);
	struct tls_options o = { .trust = trust, .name = "x.example", .alpn = "ntske/1", .port = s.port };
	o.is_unverified = true;
	addr_parse("127.0.0.1", &o.addr);
	assert_int_equal(tls_open(&t, &o), ERR_OK);
	assert_int_equal(shake(t), TLS_READY);
	assert_true(strlen(tls_facts(t)->distrust) > 5);
	assert_string_equal(tls_facts(t)->subject, "CN=nts.example");
	tls_close(t);
	tls_server_stop(&s);
	tls_trust_free(trust);
}

/* An owner's name may hold anything. */
static void names_in_certificates_are_printable(void **state)
{
	(void)state;
	struct tls_server_options o = good;
	struct tls_server s;
	struct tls_trust *trust;

	o.name = "a\x1b[31m\nb\xe2\x80\xae\x7f";
	tls_server_start(&s, &o);
	assert_int_equal(tls_trust_new(s.ca_path, &trust), ERR_OK);
	struct tls *t = open_to("nts.example", s.port, trust);
	assert_int_equal(shake(t), TLS_FAILED);
	const struct tls_facts *f = tls_facts(t);
	assert_int_equal(f->failure, TLS_BAD_CERTIFICATE);
	assert_non_null(strstr(f->subject, "[31m"));
	for (const char *c = f->subject; *c; c++)
		assert_true(*c >= ' ' && *c < 0x7f);
	for (const char *c = f->issuer; *c; c++)
		assert_true(*c >= ' ' && *c < 0x7f);
	tls_close(t);
	tls_server_stop(&s);
	tls_trust_free(trust);
}

/* What listens says this and closes. */
static void speaks(const char *text, enum tls_failure failure)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	struct tls_trust *trust;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char heard[1024];

	assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &len), 0);
	if (text)
		assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(tls_trust_new(NULL, &trust), ERR_OK);
	struct tls *t = open_to("nts.example", ntohs(a.sin_port), trust);
	int fd = -1;
	if (text) {
		fd = accept(listener, NULL, NULL);
		tls_step(t);
		tls_step(t);
		assert_true(recv(fd, heard, sizeof(heard), 0) > 0);
		assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
		shutdown(fd, SHUT_WR);
	}
	assert_int_equal(shake(t), TLS_FAILED);
	assert_int_equal(tls_facts(t)->failure, failure);
	assert_true(strlen(tls_facts(t)->why) > 5);
	tls_close(t);
	if (fd >= 0)
		close(fd);
	close(listener);
	tls_trust_free(trust);
}

static void what_is_no_tls_is_no_session(void **state)
{
	(void)state;
	speaks("SSH-2.0-OpenSSH_9.2\r\n", TLS_NO_SESSION);
	speaks("HTTP/1.1 400 Bad Request\r\n\r\n", TLS_NO_SESSION);
	speaks("\x15\x03\x03", TLS_NO_SESSION);
	speaks("", TLS_NO_SESSION);
}

static void nobody_there_is_no_connection(void **state)
{
	(void)state;
	speaks(NULL, TLS_NO_CONNECTION);
}

static void trust_comes_from_a_file_with_certificates(void **state)
{
	(void)state;
	struct tls_trust *trust = (struct tls_trust *)1;
	char path[] = "/tmp/ntpscope-ca-XXXXXX";
	int fd = mkstemp(path);

	assert_int_equal(tls_trust_new("/nonexistent/ca.pem", &trust), ERR_SYS);
	assert_null(trust);
	assert_int_equal(tls_trust_new(path, &trust), ERR_FORMAT);
	assert_int_equal(write(fd, "no certificate\n", 15), 15);
	close(fd);
	assert_int_equal(tls_trust_new(path, &trust), ERR_FORMAT);
	assert_null(trust);
	unlink(path);
	tls_trust_free(NULL);
	tls_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_with_whom_we_want),
		cmocka_unit_test(a_certificate_that_is_not_to_be_trusted_says_why),
		cmocka_unit_test(a_session_that_is_not_for_nts_says_why),
		cmocka_unit_test(without_verification_what_is_wrong_is_still_told),
		cmocka_unit_test(names_in_certificates_are_printable),
		cmocka_unit_test(what_is_no_tls_is_no_session),
		cmocka_unit_test(nobody_there_is_no_connection),
		cmocka_unit_test(trust_comes_from_a_file_with_certificates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
