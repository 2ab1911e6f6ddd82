/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real conversations are compared with tshark in tests/golden/follow.py; here is what octets that want to do
 * harm look like, and TLS records that come in pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/bytes.h"
#include "present/follow.h"
#include "unit/wire.h"

struct talk {
	struct follow f;
	struct buf b;
	struct streams streams;
	struct finder finder;
	uint32_t seq[2];
	uint64_t frame;
};

static struct talk *begin(enum follow_format format, bool tcp)
{
	static const char *const paths[] = { "x.pcap" };
	struct talk *t = calloc(1, sizeof(*t));
	assert_non_null(t);
	buf_init(&t->b, -1);
	t->f = (struct follow){
		.out = &t->b, .format = format, .only = -1, .tcp = tcp, .paths = paths, .n_paths = 1
	};
	assert_int_equal(follow_init(&t->f), ERR_OK);
	assert_int_equal(streams_init(&t->streams, 100, 1), ERR_OK);
	finder_init(&t->finder, FINDER_STRICT, false, 1);
	return t;
}

/* The caller frees the text. */
static char *end(struct talk *t)
{
	follow_end(&t->f, "");
	buf_char(&t->b, '\0');
	char *text = strdup(t->b.data);
	buf_release(&t->b);
	follow_release(&t->f);
	finder_release(&t->finder);
	streams_release(&t->streams);
	free(t);
	return text;
}

static void frame(struct talk *t, const struct wire *w)
{
	struct packet p = wire_packet(w, LINK_IPV4, w->len);
	struct stream_numbers numbers;
	struct found found;
	struct row row;
	p.frame = ++t->frame;
	p.time_ns = INT64_C(1772323200000000000) + (int64_t)t->frame * 1000;
	bool is_ntp = finder_packet(&t->finder, &p, &found);
	streams_number(&t->streams, &found, &numbers);
	row_of_found(&found, is_ntp, &row);
	row.streams = &numbers;
	follow_row(&t->f, &row);
	wire_free(&p);
}

static void datagram(struct talk *t, const void *payload, uint32_t len, uint16_t port)
{
	struct wire w;
	wire_begin(&w, 0);
	wire_push(&w, payload, len);
	wire_udp(&w, 40000, port);
	wire_ip4(&w, 17);
	frame(t, &w);
}

static void segment(struct talk *t, uint8_t flags, const void *payload, uint32_t len)
{
	struct wire w;
	uint8_t h[20] = { 0x9c, 0x40, 0x11, 0x6c, [12] = 0x50, [13] = flags };
	wire_be16(h + 6, t->seq[0]);
	wire_begin(&w, 0);
	if (len)
		wire_push(&w, payload, len);
	wire_push(&w, h, 20);
	wire_ip4(&w, 6);
	t->seq[0] += len + (flags & 2 ? 1 : 0);
	frame(t, &w);
}

static void text_is_shown_line_by_line_and_controls_are_escaped(void **state)
{
	(void)state;
	static const char evil[] = "one\r\n\033[2Jtwo\\\t\xe2\x80\xaethree\a and so on\n";
	struct talk *t = begin(FOLLOW_TEXT, false);
	datagram(t, evil, sizeof(evil) - 1, 4444);
	char *text = end(t);
	assert_non_null(
		strstr(text, "\n        one\\r\n        \\x1b[2Jtwo\\\\\\t\\u202ethree\\a and so on\n"));
	assert_null(strchr(text, '\033'));
	free(text);
}

static void octets_that_are_no_text_are_shown_in_hex(void **state)
{
	(void)state;
	static const uint8_t bytes[] = { 0, 1, 2, 3, 255, 254, 'a' };
	struct talk *t = begin(FOLLOW_TEXT, false);
	datagram(t, bytes, sizeof(bytes), 4444);
	char *text = end(t);
	assert_non_null(strstr(text, "00 01 02 03 ff fe 61"));
	free(text);
}

static void raw_is_the_payload_and_nothing_else(void **state)
{
	(void)state;
	struct talk *t = begin(FOLLOW_RAW, false);
	datagram(t, "one\n", 4, 4444);
	datagram(t, "two\033\n", 5, 4444);
	char *text = end(t);
	assert_string_equal(text, "one\ntwo\033\n");
	free(text);
}

static void one_side_alone_can_be_had(void **state)
{
	(void)state;
	struct talk *t = begin(FOLLOW_RAW, false);
	t->f.only = 1;
	datagram(t, "one\n", 4, 4444);
	char *text = end(t);
	assert_string_equal(text, "");
	free(text);
}

/* The second packet differs from the first in poll, stratum and reference id. */
static void ntp_tells_what_changed(void **state)
{
	(void)state;
	uint8_t h[48] = { 0x24, 2, 6, 0xe9, [12] = 192, 0, 2, 99 };
	struct talk *t = begin(FOLLOW_TEXT, false);
	datagram(t, h, 48, 123);
	h[1] = 3;
	h[2] = 10;
	h[15] = 98;
	datagram(t, h, 48, 123);
	datagram(t, h, 48, 123);
	char *text = end(t);
	char *second = strstr(text, "stratum 2 → 3");
	assert_non_null(strstr(text, "stratum 2 · refid 192.0.2.99 · poll 2^6 s"));
	assert_non_null(second);
	assert_non_null(strstr(second, "refid 192.0.2.99 → 192.0.2.98"));
	assert_non_null(strstr(second, "poll 2^6 s → 2^10 s"));
	assert_null(strstr(strstr(second, "\n       3") + 9, "stratum"));
	free(text);
}

static json_t *events_of(char *text)
{
	json_error_t error;
	json_t *all = json_loads(text, 0, &error);
	assert_non_null(all);
	assert_string_equal(json_string_value(json_object_get(all, "schema")), "ntpscope-follow-1");
	return all;
}

static const char *word(json_t *all, size_t i, const char *key)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(all, "events"), i), key));
}

/* An alert and the beginning of another record, one octet a segment. */
static void tls_records_are_put_together_from_segments(void **state)
{
	(void)state;
	static const uint8_t bytes[] = { 21, 3, 3, 0, 2, 2, 120, 23, 3, 3, 0, 1 };
	struct talk *t = begin(FOLLOW_JSON, true);
	segment(t, 2, NULL, 0);
	segment(t, 16, bytes, 5);
	for (unsigned i = 5; i < sizeof(bytes); i++)
		segment(t, 16, bytes + i, 1);
	char *text = end(t);
	json_t *all = events_of(text);
	unsigned n_records = 0;
	for (size_t i = 0; i < json_array_size(json_object_get(all, "events")); i++) {
		if (strcmp(word(all, i, "kind"), "tls-record") != 0)
			continue;
		n_records++;
		assert_string_equal(word(all, i, "record"), "alert");
		assert_string_equal(word(all, i, "alert_level"), "fatal");
		assert_string_equal(word(all, i, "alert_name"), "no_application_protocol");
	}
	assert_int_equal(n_records, 1);
	assert_string_equal(word(all, 0, "flags"), "SYN");
	json_decref(all);
	free(text);
}

static void what_stops_to_be_tls_is_shown_as_it_is(void **state)
{
	(void)state;
	struct talk *t = begin(FOLLOW_TEXT, true);
	segment(t, 2, NULL, 0);
	segment(t, 16, "\x14\x03\x03\x00\x01\x01", 6);
	segment(t, 16, "plain words\n", 12);
	char *text = end(t);
	assert_non_null(strstr(text, "TLS 1.2 record: change cipher spec, 1 octet\n"));
	assert_non_null(strstr(text, "        plain words\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_shown_line_by_line_and_controls_are_escaped),
		cmocka_unit_test(octets_that_are_no_text_are_shown_in_hex),
		cmocka_unit_test(raw_is_the_payload_and_nothing_else),
		cmocka_unit_test(one_side_alone_can_be_had),
		cmocka_unit_test(ntp_tells_what_changed),
		cmocka_unit_test(tls_records_are_put_together_from_segments),
		cmocka_unit_test(what_stops_to_be_tls_is_shown_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
