/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every expected text is what tshark 4.0.17 prints for the same octets with -T fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/fields.h"
#include "unit/wire.h"

/* A client's packet: version 4, stratum 2, poll 7, precision -21, and so on. */
static void put_header(uint8_t *p)
{
	static const uint8_t h[48] = {
		0x23, 2,    7,    235,  0,    0,    0x04, 0x50, 0,    0,    0x03, 0xab,
		0x83, 0xbc, 0x03, 0xdf, 0xd9, 0x4f, 0xfd, 0x73, 0x31, 0x66, 0x03, 0x57,
		0,    0,    0,    0,    0,    0,    0,    0,    0x83, 0xaa, 0x7e, 0x80,
		0,    0,    0,    4,    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	};
	memcpy(p, h, sizeof(h));
}

struct bench {
	struct wire w;
	struct packet p;
	struct found found;
	struct row row;
};

static void begin(struct bench *b, uint32_t payload_len)
{
	memset(b, 0, sizeof(*b));
	wire_begin(&b->w, payload_len);
	memset(b->w.at, 0, payload_len);
	if (payload_len >= 48)
		put_header(b->w.at);
}

static uint8_t *payload(struct bench *b)
{
	return b->w.at;
}

static void finish(struct bench *b, uint32_t cut)
{
	struct finder f;
	wire_udp(&b->w, 123, 123);
	wire_ip4(&b->w, 17);
	b->p = wire_packet(&b->w, LINK_IPV4, b->w.len - cut);
	b->p.frame = 17;
	b->p.time_ns = INT64_C(1436865396190857000);
	finder_init(&f, FINDER_WIRESHARK, true, 0);
	assert_true(finder_packet(&f, &b->p, &b->found));
	finder_release(&f);
	row_of_found(&b->found, true, &b->row);
}

static void expect_styled(struct bench *b, const struct fields_style *style, const char *name,
			  const char *text)
{
	struct buf out;
	const struct field *f = field_find(name);
	assert_non_null(f);
	assert_int_equal(buf_init(&out, -1), ERR_OK);
	fields_row(style, &f, 1, &b->row, &out);
	buf_char(&out, '\0');
	assert_int_equal(out.data[strlen(out.data) - 1], '\n');
	out.data[strlen(out.data) - 1] = '\0';
	assert_string_equal(out.data, text);
	buf_release(&out);
}

static void expect(struct bench *b, const char *name, const char *text)
{
	const struct fields_style style = FIELDS_STYLE_DEFAULT;
	expect_styled(b, &style, name, text);
}

static void the_header_prints_as_in_tshark(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, 48);
	finish(&b, 0);
	expect(&b, "frame.number", "17");
	expect(&b, "frame.time_epoch", "1436865396.190857000");
	expect(&b, "frame.len", "76");
	expect(&b, "frame.cap_len", "76");
	expect(&b, "ip.src", "192.0.2.1");
	expect(&b, "ip.dst", "198.51.100.7");
	expect(&b, "ipv6.src", "");
	expect(&b, "udp.srcport", "123");
	expect(&b, "udp.length", "56");
	expect(&b, "ntp.flags", "0x23");
	expect(&b, "ntp.flags.li", "0");
	expect(&b, "ntp.flags.vn", "4");
	expect(&b, "ntp.flags.mode", "3");
	expect(&b, "ntp.stratum", "2");
	expect(&b, "ntp.ppoll", "7");
	expect(&b, "ntp.precision", "235");
	expect(&b, "ntp.rootdelay", "1104");
	expect(&b, "ntp.rootdispersion", "939");
	expect(&b, "ntp.refid", "83bc03df");
	expect(&b, "ntp.reftime", "Jul 14, 2015 21:28:19.192962845 UTC");
	expect(&b, "ntp.keyid", "");
	wire_free(&b.p);
}

static void times_without_a_date_print_null(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, 48);
	finish(&b, 0);
	expect(&b, "ntp.org", "NULL");
	expect(&b, "ntp.rec", "NULL"); /* 1970, and less than a nanosecond */
	expect(&b, "ntp.xmt", "Feb 26, 2104 09:42:23.999999999 UTC");
	wire_free(&b.p);
}

static void eras_and_fractions_are_tsharks(void **state)
{
	(void)state;
	static const struct {
		uint64_t ntp;
		const char *text;
	} known[] = {
		{ 0x5, "Feb  7, 2036 06:28:16.000000001 UTC" },
		{ 0x4, "NULL" },
		{ 0x8000000000000000, "Jan 20, 1968 03:14:08.000000000 UTC" },
		{ 0x83aa7e7fffffffff, "Dec 31, 1969 23:59:59.999999999 UTC" },
		{ 0x83aa7e8000000005, "Jan  1, 1970 00:00:00.000000001 UTC" },
		{ 0xffffffff80000000, "Feb  7, 2036 06:28:15.500000000 UTC" },
		{ 0xe4b06ce60741c7a8, "Aug  1, 2021 00:44:22.028347471 UTC" },
		{ 0xcd613e30d8f16adf, "Mar 10, 2009 19:29:52.847433738 UTC" },
		{ 0x1027c4d1c386bbc4, "Sep  9, 2044 07:50:41.763774619 UTC" },
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct bench b;
		begin(&b, 48);
		for (unsigned k = 0; k < 8; k++)
			payload(&b)[40 + k] = (uint8_t)(known[i].ntp >> (56 - 8 * k));
		finish(&b, 0);
		expect(&b, "ntp.xmt", known[i].text);
		wire_free(&b.p);
	}
}

static void what_the_capture_cuts_is_empty(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, 48);
	finish(&b, 48 - 11);
	expect(&b, "ntp.precision", "235");
	expect(&b, "ntp.rootdelay", "1104");
	expect(&b, "ntp.rootdispersion", "");
	expect(&b, "ntp.refid", "");
	expect(&b, "ntp.xmt", "");
	wire_free(&b.p);
}

/* Type and length of the fields, and what is left for the MAC. */
static void trailers_are_split_as_in_tshark(void **state)
{
	(void)state;
	static const struct {
		uint32_t len;
		uint8_t octets[8]; /* the first eight, zeros behind */
		const char *types, *lengths, *keyid;
	} known[] = {
		{ 3, { 0 }, "", "", "" },
		{ 4, { 1, 4, 0, 4 }, "", "", "01040004" },
		{ 16, { 1, 4, 0, 16 }, "0x0104", "16", "" },
		{ 17, { 1, 4, 0, 17 }, "0x0104", "17", "" },
		{ 20, { 0, 0, 0, 1 }, "", "", "00000001" },
		{ 20, { 2, 4, 0, 16 }, "0x0204", "16", "00000000" }, /* a crypto-NAK behind the field */
		{ 32, { 2, 4, 0, 16 }, "", "", "02040010" },         /* 16 octets left: no field, no MAC */
		{ 36, { 2, 4, 0, 16 }, "0x0204", "16", "00000000" }, /* 20 octets left: a MAC */
		{ 40, { 0, 0, 0, 40 }, "0x0000", "40", "" },
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct bench b;
		begin(&b, 48 + known[i].len);
		memcpy(payload(&b) + 48, known[i].octets, known[i].len < 8 ? known[i].len : 8);
		finish(&b, 0);
		expect(&b, "ntp.ext.type", known[i].types);
		expect(&b, "ntp.ext.length", known[i].lengths);
		expect(&b, "ntp.keyid", known[i].keyid);
		wire_free(&b.p);
	}
}

static void control_messages_have_opcode_and_sequence(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, 12);
	memcpy(payload(&b), (const uint8_t[]){ 0x16, 0x82, 1, 2 }, 4);
	finish(&b, 0);
	expect(&b, "ntp.flags.li", "0");
	expect(&b, "ntp.ctrl.flags2.opcode", "2");
	expect(&b, "ntp.ctrl.sequence", "258");
	expect(&b, "ntp.stratum", "");
	wire_free(&b.p);
}

static void private_messages_have_no_leap_but_a_peers_stratum(void **state)
{
	(void)state;
	struct bench b;
	begin(&b, 8 + 2 * 72);
	memcpy(payload(&b), (const uint8_t[]){ 0x97, 0, 3, 1, 0, 2, 0, 72 }, 8);
	payload(&b)[8 + 10] = 3;
	payload(&b)[8 + 72 + 10] = 16;
	finish(&b, 0);
	expect(&b, "ntp.flags", "0x97");
	expect(&b, "ntp.flags.li", "");
	expect(&b, "ntp.flags.vn", "2");
	expect(&b, "ntp.stratum", "3,16");
	wire_free(&b.p);
}

static void occurrences_quotes_and_aggregators_follow_minus_E(void **state)
{
	(void)state;
	struct bench b;
	struct fields_style style = FIELDS_STYLE_DEFAULT;
	begin(&b, 48);
	wire_udp(&b.w, 123, 123);
	wire_ip4(&b.w, 17);
	wire_ip4(&b.w, 4);
	b.w.at[15] = 9;
	b.p = wire_packet(&b.w, LINK_IPV4, b.w.len);
	struct finder f;
	finder_init(&f, FINDER_WIRESHARK, true, 0);
	assert_true(finder_packet(&f, &b.p, &b.found));
	row_of_found(&b.found, true, &b.row);
	expect(&b, "ip.src", "192.0.2.9,192.0.2.1");
	assert_int_equal(fields_style_set(&style, "aggregator=/s"), ERR_OK);
	assert_int_equal(fields_style_set(&style, "quote=d"), ERR_OK);
	expect_styled(&b, &style, "ip.src", "\"192.0.2.9 192.0.2.1\"");
	expect_styled(&b, &style, "ipv6.src", "");
	assert_int_equal(fields_style_set(&style, "occurrence=f"), ERR_OK);
	expect_styled(&b, &style, "ip.src", "\"192.0.2.9\"");
	assert_int_equal(fields_style_set(&style, "occurrence=l"), ERR_OK);
	expect_styled(&b, &style, "ip.src", "\"192.0.2.1\"");
	expect_styled(&b, &style, "ipv6.src", "");
	assert_int_equal(fields_style_set(&style, "quote=n"), ERR_OK);
	expect_styled(&b, &style, "ip.src", "192.0.2.1");
	wire_free(&b.p);
}

static void settings_that_are_none_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = { "",          "separator",   "separator=", "separator=ab",
					   "quote=x",   "header",      "header=",    "occurrence=all",
					   "nothing=1", "separator=\n" };
	struct fields_style style = FIELDS_STYLE_DEFAULT;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(fields_style_set(&style, bad[i]), ERR_USAGE);
}

static void every_field_is_found_by_its_name(void **state)
{
	(void)state;
	size_t n = 0;
	for (const struct field *f; (f = field_at(n)); n++)
		assert_ptr_equal(field_find(f->name), f);
	assert_true(n > 30);
	assert_null(field_find("ntp.nothing"));
	assert_null(field_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_prints_as_in_tshark),
		cmocka_unit_test(times_without_a_date_print_null),
		cmocka_unit_test(eras_and_fractions_are_tsharks),
		cmocka_unit_test(what_the_capture_cuts_is_empty),
		cmocka_unit_test(trailers_are_split_as_in_tshark),
		cmocka_unit_test(control_messages_have_opcode_and_sequence),
		cmocka_unit_test(private_messages_have_no_leap_but_a_peers_stratum),
		cmocka_unit_test(occurrences_quotes_and_aggregators_follow_minus_E),
		cmocka_unit_test(settings_that_are_none_are_refused),
		cmocka_unit_test(every_field_is_found_by_its_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
