/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IEEE 802.11 data frames (9.2.4 and 9.3.2.1 of the standard) and radiotap headers, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "found.h"

#define REST "0000 020000000001 020000000002 020000000003 1000 " /* duration to sequence control */
#define SNAP "aaaa03 000000 0800"

static void data_frames_go_four_ways(void **state)
{
	(void)state;
	found_expect(false, "0800" REST SNAP, LINK_IEEE802_11, 0);
	found_expect(false, "0801" REST SNAP, LINK_IEEE802_11, 0); /* to the access point */
	found_expect(false, "0802" REST SNAP, LINK_IEEE802_11, 0); /* from it */
	found_expect(true, "0802" REST "aaaa03 000000 86dd", LINK_IEEE802_11, 0);
	found_expect(false, "0803" REST "020000000004" SNAP, LINK_IEEE802_11, 0); /* a fourth address */
}

/* Quality of service adds two octets, order on top of it four of HT control. */
static void optional_fields_are_passed(void **state)
{
	(void)state;
	found_expect(false, "8801" REST "0000" SNAP, LINK_IEEE802_11, 0);
	found_expect(false, "8881" REST "0000 00000000" SNAP, LINK_IEEE802_11, 0);
	found_expect(false, "8883" REST "020000000004 0000 00000000" SNAP, LINK_IEEE802_11, 0);
	found_expect(false, "0889" REST SNAP, LINK_IEEE802_11, 0); /* order and retry without QoS */
}

static void what_cannot_be_opened_is_other(void **state)
{
	static const char *const headers[] = {
		"0841" REST SNAP,                                             /* encrypted */
		"0805" REST SNAP,                                             /* more fragments follow */
		"8001" REST,                                                  /* a beacon: management */
		"d401" REST,                                                  /* an acknowledgment: control */
		"4801" REST SNAP,                                             /* without data */
		"0901" REST SNAP,                                             /* a version to come */
		"8801" REST "8000" SNAP,                                      /* several frames in one */
		"0801 0000 020000000001 020000000002 020000000003 1100" SNAP, /* a later fragment */
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		found_nothing(headers[i], LINK_IEEE802_11, DATAGRAM_OTHER);
}

/* Bit 1 of the present word is the flags field: 10 a checksum at the end, 20 padding behind the header. */
static void radiotap_flags_are_heeded(void **state)
{
	struct wire w;

	(void)state;
	found_expect(false, "0000 0800 00000000 0801" REST SNAP, LINK_IEEE802_11_RADIOTAP, 0);
	found_expect(false, "0000 0900 02000000 00 0801" REST SNAP, LINK_IEEE802_11_RADIOTAP, 0);
	found_expect(false, "0000 0900 02000000 20 8801" REST "0000 0000" SNAP, LINK_IEEE802_11_RADIOTAP, 0);
	/* A timestamp of eight octets comes before the flags. */
	found_expect(false, "0000 1100 03000000 0102030405060708 20 8801" REST "0000 0000" SNAP,
		     LINK_IEEE802_11_RADIOTAP, 0);
	/* A second present word: the timestamp is aligned to eight octets again. */
	found_expect(false,
		     "0000 1900 03000080 00000000 00000000 0102030405060708 20 8801" REST "0000 0000" SNAP,
		     LINK_IEEE802_11_RADIOTAP, 0);
	/* The checksum is no payload: the last four octets of the packet seem to be missing. */
	found_begin(&w, false, "0000 0900 02000000 10 0801" REST SNAP);
	struct datagram d = found_decode(&w, LINK_IEEE802_11_RADIOTAP, w.len);
	assert_int_equal(d.payload_len, 44);
}

static void radiotap_that_contradicts_itself_is_malformed(void **state)
{
	(void)state;
	found_nothing("0100 0800 00000000 0801" REST SNAP, LINK_IEEE802_11_RADIOTAP, DATAGRAM_MALFORMED);
	found_nothing("0000 0700 00000000 0801" REST SNAP, LINK_IEEE802_11_RADIOTAP, DATAGRAM_MALFORMED);
	found_nothing("0000 ffff 00000000 0801" REST SNAP, LINK_IEEE802_11_RADIOTAP, DATAGRAM_MALFORMED);
	/* Present words without end are looked for only within the header. */
	found_expect(false, "0000 0c00 02000080 ffffffff 0801" REST SNAP, LINK_IEEE802_11_RADIOTAP, 0);
}

static void cut_headers_are_cut(void **state)
{
	(void)state;
	found_when_cut("8881" REST "0000 00000000" SNAP, LINK_IEEE802_11);
	found_when_cut("0000 0900 02000000 00 0801" REST SNAP, LINK_IEEE802_11_RADIOTAP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_frames_go_four_ways),
		cmocka_unit_test(optional_fields_are_passed),
		cmocka_unit_test(what_cannot_be_opened_is_other),
		cmocka_unit_test(radiotap_flags_are_heeded),
		cmocka_unit_test(radiotap_that_contradicts_itself_is_malformed),
		cmocka_unit_test(cut_headers_are_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
