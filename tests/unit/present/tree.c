/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tshark says too is compared in tests/golden/packets_tree.py; here are the shapes of lines, and octets
 * that want to do harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/tree.h"
#include "unit/wire.h"

static const struct hosts no_hosts;

static void begin(struct tree *t, struct buf *b)
{
	buf_init(b, -1);
	tree_init(t, b, false, &no_hosts);
}

static void lines_are_indented_below_their_heads(void **state)
{
	(void)state;
	struct tree t;
	struct buf b;
	begin(&t, &b);
	tree_open(&t, "Head %u", 1);
	tree_item(&t, "Poll", "%d (64 s)", 6);
	tree_open(&t, "Part");
	tree_made(&t, "Request in frame", "%u", 7);
	tree_close(&t);
	tree_fault(&t, "cut");
	tree_close(&t);
	buf_char(&b, '\0');
	assert_string_equal(b.data, "Head 1\n    Poll: 6 (64 s)\n    Part\n"
				    "        [Request in frame: 7]\n    ! cut\n");
	buf_release(&b);
}

static void bits_are_drawn_in_their_place(void **state)
{
	(void)state;
	struct tree t;
	struct buf b;
	begin(&t, &b);
	tree_bits(&t, 0x23, 8, 0x38, "Version", "%u", 4);
	tree_flag(&t, 0x8000, 16, 0x8000, "On");
	buf_char(&b, '\0');
	assert_string_equal(b.data, "..10 0... = Version: 4\n1... .... .... .... = On: yes\n");
	buf_release(&b);
}

static void octets_and_text_of_strangers_are_shown_and_not_obeyed(void **state)
{
	(void)state;
	static const uint8_t octets[30] = { 1, 2 };
	struct tree t;
	struct buf b;
	begin(&t, &b);
	tree_bytes(&t, "Few", octets, 3);
	tree_bytes(&t, "None", octets, 0);
	tree_bytes(&t, "Many", octets, sizeof(octets));
	tree_quote(&t, "Text", "a\x1b[2J\xff", 6);
	buf_char(&b, '\0');
	assert_string_equal(b.data, "Few: 010200\nNone: (none)\nMany: 30 octets\n"
				    "    010200000000000000000000000000000000000000000000000000000000\n"
				    "Text: \"a\\x1b[2J\\xff\"\n");
	buf_release(&b);
}

/* The tree of an NTP payload, given as hex and zeros up to len octets. */
static char *tree_of(struct buf *b, const char *hex, uint32_t len, uint32_t cut)
{
	struct wire w, start;
	struct found found;
	struct finder finder;
	struct tree t;
	struct row row;
	wire_begin(&start, 0);
	wire_hex(&start, hex);
	wire_begin(&w, len);
	memset(w.at, 0, len);
	memcpy(w.at, start.at, start.len < len ? start.len : len);
	wire_udp(&w, 123, 123);
	wire_ip4(&w, 17);
	struct packet p = wire_packet(&w, LINK_IPV4, w.len - cut);
	finder_init(&finder, FINDER_STRICT, true, 0);
	assert_true(finder_packet(&finder, &p, &found));
	finder_release(&finder);
	row_of_found(&found, true, &row);
	begin(&t, b);
	tree_packet(&t, &row);
	buf_char(b, '\0');
	wire_free(&p);
	return b->data;
}

static void packets_are_told_field_by_field(void **state)
{
	(void)state;
	static const struct {
		const char *hex;
		uint32_t len, cut;
		const char *lines;
	} known[] = {
		{ "24 00 06 e9 00 00 00 00 00 00 00 00 52 41 54 45", 48, 0,
		  "    Reference ID: RATE (asked too often: ask less)\n    ! kiss-o'-death RATE\n" },
		{ "24 01 06 e9 00 01 80 00", 48, 0, "    Root delay: 1.500000000 s (0x00018000)\n" },
		{ "23", 48, 0, "    Transmit timestamp: 0 (not set)\n" },
		{ "23", 48, 8,
		  "    ! the capture ends inside the header\n    ! 40 of 48 octets were captured\n" },
		{ "23", 12, 0, "    ! 12 octets: shorter than a header\n" },
		/* RFC 9327 section 3.1: synchronised by radio, two events, the last clock_sync */
		{ "16 82 00 01 01 25 00 00 00 00 00 04 61 3d 1b 62", 16, 0,
		  "        ..00 0001 .... .... = Clock source: 1 (sync_pps)\n"
		  "        .... .... 0010 .... = Events since last asked: 2\n"
		  "        .... .... .... 0101 = Last event: 5 (clock_sync)\n" },
		{ "16 82 00 01 00 00 00 00 00 00 00 0a 61 62 63 64 65 66 67 3d 1b 62", 22, 0,
		  "        Variable: \"abcdefg=\\x1bb\"\n" },
		{ "17 00 03 2a", 8, 0, "    Request code: 42 (MON_GETLIST_1)\n" },
		{ "2b 00 06 20 00 00 00 00 00 00 00 00 01 02 00 05", 48, 0,
		  "    Timescale: 1 (TAI)\n    Era: 2\n    Flags, version 5: 0x0005\n" },
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct buf b;
		const char *text = tree_of(&b, known[i].hex, known[i].len, known[i].cut);
		if (!strstr(text, known[i].lines))
			print_error("%s\n", text);
		assert_non_null(strstr(text, known[i].lines));
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_indented_below_their_heads),
		cmocka_unit_test(bits_are_drawn_in_their_place),
		cmocka_unit_test(octets_and_text_of_strangers_are_shown_and_not_obeyed),
		cmocka_unit_test(packets_are_told_field_by_field),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
