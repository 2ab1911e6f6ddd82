/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "present/packet_facts.h"
#include "unit/wire.h"

struct bench {
	struct packet p;
	struct found found;
	struct row row;
	struct packet_facts f;
};

static void look_at(struct bench *b, const struct wire *w, uint32_t cut)
{
	struct finder finder;
	b->p = wire_packet(w, LINK_IPV4, w->len - cut);
	finder_init(&finder, FINDER_STRICT, false, 0);
	assert_true(finder_packet(&finder, &b->p, &b->found));
	finder_release(&finder);
	row_of_found(&b->found, true, &b->row);
	packet_facts_of(&b->row, &b->f);
}

/* A packet that begins with these octets and goes on with zeros; `cut` octets were not captured. */
static void look(struct bench *b, const char *hex, uint32_t len, uint32_t cut)
{
	struct wire w, start;
	wire_begin(&start, 0);
	wire_hex(&start, hex);
	wire_begin(&w, len);
	memset(w.at, 0, len);
	memcpy(w.at, start.at, start.len < len ? start.len : len);
	wire_udp(&w, 123, 123);
	wire_ip4(&w, 17);
	look_at(b, &w, cut);
}

static bool has(const struct bench *b, const char *note)
{
	for (unsigned i = 0; i < b->f.n_notes; i++)
		if (strcmp(b->f.notes[i], note) == 0)
			return true;
	return false;
}

static void an_ordinary_packet_has_no_notes(void **state)
{
	(void)state;
	struct bench b;
	look(&b, "23 02 06 e9", 48, 0);
	assert_int_equal(b.f.n_notes, 0);
	assert_true(b.f.has_header);
	assert_int_equal(b.f.header.poll_log2s, 6);
	assert_int_equal(b.f.header.precision_log2s, -23);
	wire_free(&b.p);
}

static void what_is_odd_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *hex;
		uint32_t len, cut;
		const char *note;
	} known[] = {
		{ "24 00 06 e9 00 00 00 00 00 00 00 00 52 41 54 45", 48, 0, "kod RATE" },
		{ "e4 02", 48, 0, "unsynchronised" },
		{ "64 02", 48, 0, "leap second comes" },
		{ "2b 02", 48, 0, "version 5" },
		{ "03 02", 48, 0, "odd version" },
		{ "20 02", 48, 0, "mode 0" },
		{ "24 02", 52, 0, "crypto-nak" },
		{ "23 02", 47, 0, "shorter than a header" },
		{ "23 02", 48, 3, "cut by the capture" },
		{ "23 02", 48, 48, "payload not captured" },
		{ "", 0, 0, "empty payload" },
		{ "16 02", 12, 0, "request" },
		{ "16 e2", 12, 0, "more to come" },
		{ "16 02", 11, 0, "shorter than a header" },
		{ "17 00 03 2a", 8, 0, "monlist" },
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct bench b;
		look(&b, known[i].hex, known[i].len, known[i].cut);
		assert_true(has(&b, known[i].note));
		wire_free(&b.p);
	}
}

static void the_tunnel_that_a_packet_came_in_is_named(void **state)
{
	static const struct {
		const char *header;
		uint16_t port; /* 0: GRE */
		const char *note;
	} known[] = {
		{ "0000 0800", 0, "gre" },
		{ "0c000001 00007b00", 4790, "vxlan" },
		{ "0000 0800 00007b00", 6081, "geneve" },
		{ "30ff 004c 0000002a", 2152, "gtp" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct bench b;
		struct wire w;
		wire_begin(&w, 48);
		wire_udp(&w, 123, 123);
		wire_ip4(&w, 17);
		wire_hex(&w, known[i].header);
		if (known[i].port)
			wire_udp(&w, 50000, known[i].port);
		wire_ip4(&w, known[i].port ? 17 : 47);
		look_at(&b, &w, 0);
		assert_int_equal(b.f.n_notes, 1);
		assert_true(has(&b, known[i].note));
		wire_free(&b.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ordinary_packet_has_no_notes),
		cmocka_unit_test(what_is_odd_is_named),
		cmocka_unit_test(the_tunnel_that_a_packet_came_in_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
