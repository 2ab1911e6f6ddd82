/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ask/snmp.h"
#include "base/nstime.h"
#include "net/clock.h"
#include "unit/closed_port.h"

/* An agent in this thread: a socket of the loopback, and what is sent of it by hand. */
struct place {
	int fd;
	uint16_t port;
	struct addr addr;
};

static struct place open_place(void)
{
	static const uint8_t loopback[4] = { 127, 0, 0, 1 };
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	struct place p = { .fd = socket(AF_INET, SOCK_DGRAM, 0), .addr = addr_from_v4(loopback) };

	assert_true(p.fd >= 0);
	assert_int_equal(bind(p.fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(getsockname(p.fd, (struct sockaddr *)&at, &len), 0);
	p.port = ntohs(at.sin_port);
	return p;
}

/* Values of each type, behind the request's number: TimeTicks, Counter64, Gauge32, integers, text, Counter32,
 * and the three words for "nothing". */
static const char types[] =
	"0201000201003081b7300e06082b06010201010300430200c73014060b2b060102011f010101060146050081f2b19c30120"
	"60a2b0601020102020105014204009896803011060c2b06010401ab5d1e000202000201013016060c2b06010401ab5d1e000"
	"2"
	"040004062d302e303032300e06082b06010201070100410203343013060e2b06010401ab5d1e0001020105010201ff300d06"
	"0"
	"92b06010401090909008000300d06092b06010401090909018100300d06092b06010401090909028200";

static size_t unhex(const char *text, uint8_t *out)
{
	size_t n = strlen(text) / 2;

	for (size_t i = 0; i < n; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1], '\0' };
		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return n;
}

/* Answers the question of version 2c that came, with the number that it has. */
static void answer_with_types(const struct place *p)
{
	uint8_t q[1500], body[512], out[600];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	ssize_t got = recvfrom(p->fd, q, sizeof(q), 0, (struct sockaddr *)&from, &len);
	size_t n_body = unhex(types, body), n = 0;

	/* 30 len 02 01 01 04 06 "public" a0 len 02 n id... */
	assert_true(got > 20);
	size_t at = 0;
	for (; memcmp(q + at, "public", 6) != 0; at++)
		assert_true(at + 12 < (size_t)got);
	const uint8_t *id = q + at + 8;
	size_t n_id = 2 + (size_t)id[1], n_pdu = n_id + n_body, n_all = 3 + 8 + 4 + n_pdu;
	const uint8_t head[] = { 0x30,
				 0x82,
				 (uint8_t)(n_all >> 8),
				 (uint8_t)n_all,
				 2,
				 1,
				 1,
				 4,
				 6,
				 'p',
				 'u',
				 'b',
				 'l',
				 'i',
				 'c',
				 0xa2,
				 0x82,
				 (uint8_t)(n_pdu >> 8),
				 (uint8_t)n_pdu };
	memcpy(out, head, sizeof(head));
	n += sizeof(head);
	memcpy(out + n, id, n_id);
	n += n_id;
	memcpy(out + n, body, n_body);
	n += n_body;
	assert_int_equal(sendto(p->fd, out, n, 0, (struct sockaddr *)&from, len), n);
}

static enum agent_state wait_for(struct agent_talk *t)
{
	enum agent_state s;

	do {
		struct pollfd fd = { .fd = agent_talk_fd(t), .events = POLLIN };
		int ms = (int)(agent_talk_wait_ns(t) / 1000000) + 1;
		int ready = poll(&fd, 1, ms);
		s = agent_talk_step(t, ready > 0);
	} while (s == AGENT_WAITS);
	return s;
}

static struct mib_question question(void)
{
	struct mib_question q = { .kind = MIB_GET, .n = 1 };

	assert_true(mib_oid_parse("1.3.6.1.2.1.1.3.0", &q.oid[0]));
	return q;
}

static const struct mib_value *value(const struct agent_answer *a, size_t i, const char *oid,
				     enum mib_kind kind)
{
	struct mib_oid wanted;

	assert_true(mib_oid_parse(oid, &wanted));
	assert_int_equal(mib_oid_compare(&wanted, &a->at[i].oid), 0);
	assert_int_equal(a->at[i].kind, kind);
	return &a->at[i];
}

static void values_of_each_type_are_understood(void **state)
{
	const struct snmp_login login = snmp_login_default();
	const struct mib_question q = question();
	struct place p = open_place();
	struct agent *a;
	struct agent_talk *t;
	(void)state;
	assert_int_equal(agent_new(&login, &a), ERR_OK);
	assert_false(agent_is_v1(a));
	assert_int_equal(agent_talk_new(a, &p.addr, 0, p.port, NS_PER_S * 5, 1, &t), ERR_OK);
	assert_int_equal(agent_talk_ask(t, &q), AGENT_WAITS);
	answer_with_types(&p);
	assert_int_equal(wait_for(t), AGENT_ANSWERED);
	const struct agent_answer *got = agent_talk_answer(t);
	assert_int_equal(got->error, 0);
	assert_int_equal(got->n, 10);
	assert_int_equal(value(got, 0, "1.3.6.1.2.1.1.3.0", MIB_COUNT)->count, 199);
	assert_int_equal(value(got, 1, "1.3.6.1.2.1.31.1.1.1.6.1", MIB_COUNT)->count, 2180166044);
	assert_int_equal(got->at[1].bits, 64);
	assert_int_equal(value(got, 2, "1.3.6.1.2.1.2.2.1.5.1", MIB_COUNT)->count, 10000000);
	assert_int_equal(got->at[2].bits, 32);
	assert_int_equal(value(got, 3, "1.3.6.1.4.1.5597.30.0.2.2.0", MIB_INTEGER)->integer, 1);
	assert_string_equal(value(got, 4, "1.3.6.1.4.1.5597.30.0.2.4.0", MIB_TEXT)->text, "-0.002");
	assert_int_equal(value(got, 5, "1.3.6.1.2.1.7.1.0", MIB_COUNT)->count, 820);
	assert_int_equal(value(got, 6, "1.3.6.1.4.1.5597.30.0.1.2.1.5.1", MIB_INTEGER)->integer, -1);
	for (size_t i = 7; i < 10; i++)
		assert_int_equal(got->at[i].kind, MIB_NONE);
	agent_talk_free(t);
	agent_free(a);
	close(p.fd);
}

static void nobody_there_shows_at_once_and_silence_after_its_time(void **state)
{
	const struct snmp_login login = snmp_login_default();
	const struct mib_question q = question();
	struct place p = open_place();
	struct agent *a;
	struct agent_talk *t;
	(void)state;
	assert_int_equal(agent_new(&login, &a), ERR_OK);
	assert_int_equal(agent_talk_new(a, &p.addr, 0, p.port, NS_PER_S / 10, 2, &t), ERR_OK);
	int64_t begun_ns = clock_monotonic_ns();
	assert_int_equal(agent_talk_ask(t, &q), AGENT_WAITS);
	assert_int_equal(wait_for(t), AGENT_SILENT);
	assert_true(clock_monotonic_ns() - begun_ns >= NS_PER_S / 5);
	agent_talk_free(t);
	assert_true(hear_nobody(p.fd));
	assert_int_equal(agent_talk_new(a, &p.addr, 0, p.port, NS_PER_S * 60, 1, &t), ERR_OK);
	assert_int_equal(agent_talk_ask(t, &q), AGENT_WAITS);
	assert_int_equal(wait_for(t), AGENT_FAILED);
	assert_string_equal(agent_talk_why(t), "Connection refused");
	agent_talk_free(t);
	agent_free(a);
	close(p.fd);
}

/* The first thing that version 3 sends is noAuthNoPriv and has no name in it. */
static void a_user_is_not_named_to_strangers(void **state)
{
	struct snmp_login login = { .version = LOGIN_V3,
				    .auth = LOGIN_SHA_256,
				    .priv = LOGIN_AES,
				    .user = "watcher",
				    .auth_passphrase = "secretsecret",
				    .priv_passphrase = "secretsecret" };
	const struct mib_question q = question();
	struct place p = open_place();
	struct agent *a;
	struct agent_talk *t;
	uint8_t got[1500];
	(void)state;
	assert_int_equal(agent_new(&login, &a), ERR_OK);
	assert_int_equal(agent_talk_new(a, &p.addr, 0, p.port, NS_PER_S / 10, 1, &t), ERR_OK);
	assert_int_equal(agent_talk_ask(t, &q), AGENT_WAITS);
	ssize_t n = recv(p.fd, got, sizeof(got), 0);
	assert_true(n > 30);
	assert_null(memmem(got, (size_t)n, "watcher", 7));
	agent_talk_free(t); /* in the middle of it */
	agent_free(a);
	close(p.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_each_type_are_understood),
		cmocka_unit_test(nobody_there_shows_at_once_and_silence_after_its_time),
		cmocka_unit_test(a_user_is_not_named_to_strangers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
