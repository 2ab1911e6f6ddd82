/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batches of plain events: their servers and their frames.  What a plain event says is compared with the
 * general decoder in decode.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/plain.h"
#include "traffic.h"

enum { FRAME_LEN = 14 + 20 + 8 + 48 };

struct frame {
	uint8_t room[16 + FRAME_LEN];
	struct packet p;
};

/* A request to 10.9.x.y, the server of that number. */
static void ask(struct frame *f, unsigned server, uint64_t number)
{
	const struct addr from = traffic_v4(10, 0, 0, 1), to = traffic_v4(10, 9, server >> 8, server & 255);
	uint8_t *payload = f->room + 16 + 42;

	memset(f, 0, sizeof(*f));
	traffic_header(payload, 0x23, 0, 0, 0, 5);
	uint8_t *ip = traffic_udp_ip(payload, 48, &from, 40000, &to, 123);
	traffic_be16(ip - 2, 0x0800);
	f->p = (struct packet){ .data = ip - 14,
				.time_ns = TRAFFIC_START,
				.frame = number,
				.caplen = FRAME_LEN,
				.len = FRAME_LEN,
				.link = LINK_ETHERNET,
				.has_time = true };
}

static void a_batch_knows_so_many_servers_and_no_more(void **state)
{
	(void)state;
	struct plain_batch b;
	struct plain_event e;
	struct event full;
	struct frame f;

	plain_batch_begin(&b, 1);
	for (unsigned again = 0; again < 2; again++) {
		for (unsigned i = 0; i < PLAIN_SERVERS_MAX; i++) {
			ask(&f, 3 * i, 1 + i);
			assert_true(plain_decode(&b, &f.p, &e));
			plain_expand(&b, &e, &full);
			assert_int_equal(full.server.b[14], 3 * i >> 8);
			assert_int_equal(full.server.b[15], 3 * i & 255);
		}
		assert_int_equal(b.n_servers, PLAIN_SERVERS_MAX);
		ask(&f, 1, 1000);
		assert_false(plain_decode(&b, &f.p, &e));
	}
	plain_batch_begin(&b, 1000);
	assert_true(plain_decode(&b, &f.p, &e));
	assert_int_equal(b.n_servers, 1);
}

static void frames_too_far_behind_the_first_are_left_to_others(void **state)
{
	(void)state;
	struct plain_batch b;
	struct plain_event e;
	struct event full;
	struct frame f;

	plain_batch_begin(&b, UINT64_C(1) << 40);
	ask(&f, 0, (UINT64_C(1) << 40) + UINT32_MAX);
	assert_true(plain_decode(&b, &f.p, &e));
	plain_expand(&b, &e, &full);
	assert_true(full.frame == (UINT64_C(1) << 40) + UINT32_MAX);
	f.p.frame++;
	assert_false(plain_decode(&b, &f.p, &e));
	f.p.frame = (UINT64_C(1) << 40) - 1;
	assert_false(plain_decode(&b, &f.p, &e));
}

static void the_first_server_is_not_taken_for_one_that_nobody_asked(void **state)
{
	(void)state;
	struct plain_batch b;
	struct plain_event e;
	struct frame f;

	memset(&b, 0, sizeof(b));
	plain_batch_begin(&b, 1);
	ask(&f, 0, 1);
	memset((uint8_t *)f.room + 16 + 14 + 16, 0, 4); /* to 0.0.0.0 */
	assert_true(plain_decode(&b, &f.p, &e));
	assert_int_equal(b.n_servers, 1);
	assert_int_equal(e.server, 0);
}

static void flags_come_from_the_first_octet(void **state)
{
	(void)state;
	assert_int_equal(plain_flags(0x23), FLAG_V4 | FLAG_CLIENT);
	assert_int_equal(plain_flags(0xdc), FLAG_V3 | FLAG_SERVER | FLAG_LEAP_UNKNOWN);
	assert_int_equal(plain_flags(0x4c), FLAG_V1 | FLAG_SERVER);
	assert_int_equal(plain_flags(0x13), FLAG_V2 | FLAG_CLIENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_knows_so_many_servers_and_no_more),
		cmocka_unit_test(frames_too_far_behind_the_first_are_left_to_others),
		cmocka_unit_test(the_first_server_is_not_taken_for_one_that_nobody_asked),
		cmocka_unit_test(flags_come_from_the_first_octet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
