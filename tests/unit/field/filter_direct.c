/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short cut says what the field table says, of every direct field, operator and kind of frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "field/filter_direct.h"
#include "unit/field/ask.h"

enum made { MADE_IP4, MADE_IP6, MADE_VLAN, MADE_MODE6, MADE_CUT, MADE_IPIP, MADE_PORTS, N_MADE };

static uint64_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 33;
}

static void make(struct ask *a, enum made kind, uint64_t *random)
{
	static const uint8_t tag[] = { 0x00, 0x65, 0x08, 0x00 };
	uint8_t *p = ask_begin(a, 48);
	for (unsigned i = 0; i < 48; i++)
		p[i] = (uint8_t)(next_random(random) & 0x83);
	p[0] = (uint8_t)(next_random(random) & 0xf8) |
	       (uint8_t)(kind == MADE_MODE6 ? 6 : 1 + next_random(random) % 5);
	wire_udp(&a->w, next_random(random) & 1 ? 123 : 1024, kind == MADE_PORTS ? 4444 : 123);
	if (kind == MADE_IP6)
		wire_ip6(&a->w, 17);
	else
		wire_ip4(&a->w, 17);
	a->w.at[kind == MADE_IP6 ? 23 : 15] = (uint8_t)(next_random(random) % 4);
	if (kind == MADE_IPIP)
		wire_ip4(&a->w, 4);
	if (kind == MADE_VLAN) {
		wire_push(&a->w, tag, sizeof(tag));
		wire_ether(&a->w, 0x8100);
	} else {
		wire_ether(&a->w, kind == MADE_IP6 ? 0x86dd : 0x0800);
	}
	ask_frame(a, LINK_ETHERNET, kind == MADE_CUT ? 20 : 0);
	a->p.frame = 1 + next_random(random) % 5;
	if (!a->row.ntp) { /* the finder lists the headers of NTP packets only */
		frame_decode(&a->p, &a->found.datagram, &a->found.layers);
		row_of_found(&a->found, false, &a->row);
	}
}

static struct filter *compile(const char *text)
{
	struct filter *f;
	struct filter_error error;
	if (filter_compile(text, &f, &error))
		fail_msg("'%s': %s", text, error.message);
	return f;
}

/* The same filter with a test beside it that is never true and not direct. */
static void compare(const char *text)
{
	char both[256];
	uint64_t random = 1;
	unsigned n_fits = 0;
	snprintf(both, sizeof(both), "(%s) or ntp.refid[9]", text);
	struct filter *direct = compile(text), *general = compile(both);
	assert_true(filter_is_direct(direct));
	assert_false(filter_is_direct(general));
	for (unsigned i = 0; i < 20 * N_MADE; i++) {
		struct ask a;
		struct frame_plain plain;
		make(&a, (enum made)(i % N_MADE), &random);
		bool yes = filter_matches(general, &a.row);
		if (filter_matches(direct, &a.row) != yes)
			fail_msg("'%s', frame of kind %u: the table says %d", text, i % N_MADE, yes);
		if (frame_plain(&a.p, &plain) && filter_direct_fits(&plain)) {
			assert_int_equal(filter_matches_plain(direct, &a.p, &plain), yes);
			n_fits++;
		}
		ask_end(&a);
	}
	assert_true(n_fits > 40);
	filter_free(direct);
	filter_free(general);
}

static void numbers_compare_as_in_the_table(void **state)
{
	(void)state;
	static const char *const fields[] = {
		"frame.number",  "frame.len",     "frame.cap_len",      "ip.ttl",      "ipv6.hlim",
		"udp.srcport",   "udp.dstport",   "udp.port",           "udp.length",  "ntp.flags",
		"ntp.flags.li",  "ntp.flags.vn",  "ntp.flags.mode",     "ntp.stratum", "ntp.ppoll",
		"ntp.precision", "ntp.rootdelay", "ntp.rootdispersion",
	};
	static const char *const operators[] = { "==", "!=", "===", "!==", "<", "<=", ">", ">=" };
	static const char *const values[] = { "0", "1", "2", "3", "123" };
	char text[128];
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		for (size_t k = 0; k < sizeof(operators) / sizeof(operators[0]); k++)
			for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
				if (strstr(fields[i], ".flags.") && v == 4)
					continue;
				snprintf(text, sizeof(text), "%s %s %s", fields[i], operators[k], values[v]);
				compare(text);
			}
}

static void addresses_compare_as_in_the_table(void **state)
{
	(void)state;
	static const char *const filters[] = {
		"ip.src == 192.0.2.1",        "ip.src != 192.0.2.1",      "ip.src == 192.0.2.0/31",
		"ip.src != 192.0.2.2/31",     "ip.src > 192.0.2.1",       "ip.src <= 192.0.2.1",
		"ip.addr == 192.0.2.3",       "ip.addr != 192.0.2.3",     "all ip.addr == 192.0.0.0/8",
		"any ip.addr != 192.0.2.1",   "ip.dst == 0.0.0.0/0",      "ip.dst == 198.51.100.7/32",
		"ipv6.src == 2001:db8::1",    "ipv6.src != 2001:db8::1",  "ipv6.src == 2001:db8::/126",
		"ipv6.addr == ::/0",          "ipv6.addr != 2001:db8::2", "all ipv6.addr == 2001:db8::/64",
		"ipv6.dst == 2001:db8::/127",
	};
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		compare(filters[i]);
}

static void sets_existence_and_logic_are_as_in_the_table(void **state)
{
	(void)state;
	static const char *const filters[] = {
		"ntp.stratum in {0, 2..128}",
		"ntp.flags.mode not in {3, 4}",
		"ntp.stratum in {5..1}",
		"udp.srcport in {123}",
		"ntp",
		"udp",
		"ip",
		"ipv6",
		"eth",
		"frame",
		"vlan",
		"tcp",
		"icmp",
		"not ipv6",
		"ntp.stratum",
		"ip.src",
		"ipv6.src",
		"ntp.flags.mode == 3 and ip.src == 192.0.2.0/31 or vlan and not ntp.stratum == 0",
		"!(ntp.flags.mode == 3 && (ip.src == 192.0.2.1 || udp.srcport == 1024))",
		"frame.number in {1..2, 5} and ntp.flags.vn > 2",
		"ntp.flags.mode == client or ntp.flags.mode == server",
	};
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		compare(filters[i]);
}

static void what_is_not_at_a_fixed_place_is_not_direct(void **state)
{
	(void)state;
	static const char *const filters[] = {
		"ntp.refid == 00:00:00:00", "ntp.stratum + 1 == 2", "ntp.mac",
		"ntp.stratum == ntp.ppoll", "ntp.stratum == -1",    "udp.stream == 1",
		"ip.addr in {192.0.2.1}",   "ntp.flags & 7",        "ntp.stratum and ntp.mac",
		"all ntp.stratum in {1, 2}"
	};
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct filter *f = compile(filters[i]);
		if (filter_is_direct(f))
			fail_msg("'%s' is direct", filters[i]);
		filter_free(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_compare_as_in_the_table),
		cmocka_unit_test(addresses_compare_as_in_the_table),
		cmocka_unit_test(sets_existence_and_logic_are_as_in_the_table),
		cmocka_unit_test(what_is_not_at_a_fixed_place_is_not_direct),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
