/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "source/bpf.h"
#include "source/device.h"
#include "unit/wire.h"

static bool passes(const struct wire *w)
{
	struct bpf *b;
	char message[256];
	assert_int_equal(bpf_new(&b, device_filter, message, sizeof(message)), ERR_OK);
	struct packet p = wire_packet(w, LINK_ETHERNET, w->len);
	bool yes = bpf_matches(b, &p);
	wire_free(&p);
	bpf_free(b);
	return yes;
}

/* Under that many VLAN tags. */
static void in_ethernet(struct wire *w, uint16_t type, int n_tags)
{
	for (int i = 0; i < n_tags; i++) {
		uint8_t tag[4] = { 0, 7, (uint8_t)(type >> 8), (uint8_t)type };
		wire_push(w, tag, sizeof(tag));
		type = 0x8100;
	}
	wire_ether(w, type);
}

static bool udp_passes(uint16_t port, int n_tags)
{
	struct wire w;
	wire_begin(&w, 48);
	wire_udp(&w, 40000, port);
	wire_ip4(&w, 17);
	in_ethernet(&w, 0x0800, n_tags);
	return passes(&w);
}

static void ntp_passes_without_tag_and_within_one_or_two(void **state)
{
	(void)state;
	for (int n_tags = 0; n_tags <= 2; n_tags++) {
		assert_true(udp_passes(123, n_tags));
		assert_false(udp_passes(53, n_tags));
	}
}

/* The first octets behind the IP header, then zeros. */
static bool ip_passes(int version, uint8_t proto, const char *first, uint16_t fragment)
{
	struct wire w;
	wire_begin(&w, 0);
	wire_push(&w, (uint8_t[40]){ 0 }, 40);
	wire_hex(&w, first);
	if (version == 4)
		wire_ip4(&w, proto);
	else
		wire_ip6(&w, proto);
	if (version == 4)
		wire_be16(w.at + 6, fragment);
	in_ethernet(&w, version == 4 ? 0x0800 : 0x86dd, 0);
	return passes(&w);
}

static void icmp_errors_pass_and_echoes_do_not(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 20; type++) {
		char first[8];
		snprintf(first, sizeof(first), "%02x 00", type);
		assert_int_equal(ip_passes(4, 1, first, 0), type == 3 || type == 11 || type == 12);
		assert_int_equal(ip_passes(6, 58, first, 0), type >= 1 && type <= 4);
	}
	assert_false(ip_passes(6, 58, "80 00", 0));
}

static void later_fragments_tunnels_and_nts_ke_pass(void **state)
{
	(void)state;
	assert_true(ip_passes(4, 17, "aa bb cc dd", 185));
	assert_false(ip_passes(4, 6, "aa bb cc dd", 185));
	assert_true(ip_passes(6, 44, "11 00 05 c8", 0));
	assert_true(ip_passes(6, 60, "11 00 01 04", 0));
	assert_true(ip_passes(4, 41, "60 00 00 00", 0));
	assert_true(ip_passes(6, 41, "60 00 00 00", 0));
	assert_true(ip_passes(4, 6, "9c 40 11 6c", 0));
	assert_true(ip_passes(6, 6, "11 6c 9c 40", 0));
	assert_false(ip_passes(4, 6, "9c 40 01 bb", 0));
}

static void an_interface_that_is_not_there_is_an_error_that_may_pass(void **state)
{
	struct device_config c = { .name = "nowhere0", .buffer_bytes = 1 << 20 };
	struct device *d;
	char why[128] = "";
	(void)state;
	assert_int_equal(device_open(&c, &d, why, sizeof(why)), ERR_SYS);
	assert_null(d);
	assert_true(why[0]);
	device_close(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ntp_passes_without_tag_and_within_one_or_two),
		cmocka_unit_test(icmp_errors_pass_and_echoes_do_not),
		cmocka_unit_test(later_fragments_tunnels_and_nts_ke_pass),
		cmocka_unit_test(an_interface_that_is_not_there_is_an_error_that_may_pass),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
