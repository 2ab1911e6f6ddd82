/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums over packets: what the hot path leaves out is worked out at the end, and sums of threads add. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/tally.h"
#include "traffic.h"

enum { MONLIST = 42 }; /* MON_GETLIST_1 */

struct bench {
	struct tally *t;
	struct engine_config config;
	struct addr client, server;
};

static void begin(struct bench *b)
{
	*b = (struct bench){ .config = traffic_config() };
	b->client = traffic_v4(10, 0, 0, 1);
	b->server = traffic_v4(192, 0, 2, 1);
	b->t = tally_new();
	assert_non_null(b->t);
}

static void end(struct bench *b)
{
	tally_free(b->t);
}

/* The packet is decoded as the pipeline does. */
static void give(struct bench *b, bool to_server, const uint8_t *payload, uint32_t len)
{
	struct traffic made = { 0 };
	const struct addr *src = to_server ? &b->client : &b->server;
	const struct addr *dst = to_server ? &b->server : &b->client;
	struct packet *p = traffic_udp(&made, TRAFFIC_START, src, to_server ? TRAFFIC_PORT : TRAFFIC_NTP, dst,
				       to_server ? TRAFFIC_NTP : TRAFFIC_PORT, payload, len);
	struct datagram d;
	struct event e;
	enum fate fate = decode_packet(&b->config, p, &d, &e);
	assert_int_equal(fate, FATE_NTP);
	tally_fate(b->t, p, &d, fate);
	tally_event(b->t, &d, &e);
	traffic_free(&made);
}

static void give_header(struct bench *b, uint8_t first, uint8_t stratum, uint32_t len)
{
	uint8_t payload[2048] = { 0 };
	traffic_header(payload, first, stratum, 1, 2, 3);
	give(b, (first & 7) == 3, payload, len);
}

/* Stratum 0, and this as reference id. */
static void give_kiss(struct bench *b, const char code[4])
{
	uint8_t h[48];
	traffic_header(h, 0xe4, 0, 1, 2, 3);
	memcpy(h + 12, code, 4);
	give(b, false, h, 48);
}

/* A key id and 16 octets of digest behind the header. */
static void give_with_mac(struct bench *b, uint8_t first, uint8_t stratum)
{
	uint8_t payload[68];
	traffic_header(payload, first, stratum, 1, 2, 3);
	memset(payload + 48, 0xa5, 20);
	give(b, (first & 7) == 3, payload, 68);
}

static void give_control(struct bench *b, bool response, uint8_t opcode)
{
	uint8_t h[12] = { 0x16, (uint8_t)(response << 7 | opcode), 0, 1 };
	give(b, !response, h, 12);
}

static void give_private(struct bench *b, bool response, uint8_t code)
{
	uint8_t h[48] = { (uint8_t)(response << 7 | 0x17), 0, 3, code };
	give(b, !response, h, response ? 48 : 8);
}

/* Two plain questions, an old one, one with a MAC; two plain answers, one of stratum 1 with a leap second to
 * come, one with a MAC, a kiss; a question and an answer each of modes 6 and 7. */
static void give_mixture(struct bench *b)
{
	give_header(b, 0x23, 0, 48);
	give_header(b, 0x23, 0, 48);
	give_header(b, 0x1b, 0, 48);
	give_with_mac(b, 0x23, 0);
	give_header(b, 0x24, 2, 48);
	give_header(b, 0x24, 2, 48);
	give_header(b, 0x64, 1, 48);
	give_with_mac(b, 0x24, 3);
	give_kiss(b, "RATE");
	give_control(b, false, 2);
	give_control(b, true, 2);
	give_private(b, false, MONLIST);
	give_private(b, true, MONLIST);
}

static void sizes_are_classed_at_their_edges(void **state)
{
	static const struct {
		unsigned len, size_class;
	} edge[] = {
		{ 0, 0 },   { 47, 0 },  { 48, 1 },   { 49, 2 },   { 72, 2 },    { 73, 3 },
		{ 256, 3 }, { 257, 4 }, { 1024, 4 }, { 1025, 5 }, { 65535, 5 },
	};
	static const char *const name[N_SIZES] = {
		"below 48", "48", "49-72", "73-256", "257-1024", "above 1024",
	};
	(void)state;
	for (unsigned i = 0; i < sizeof(edge) / sizeof(edge[0]); i++)
		assert_int_equal(tally_size_class(edge[i].len), edge[i].size_class);
	for (unsigned i = 0; i < N_SIZES; i++)
		assert_string_equal(tally_size_name(i), name[i]);
}

static void versions_and_modes_are_those_of_the_first_octets(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give_mixture(&b);
	tally_finish(b.t);
	const struct tally *t = b.t;
	assert_int_equal(t->packets[0], 6);
	assert_int_equal(t->packets[1], 7);
	assert_int_equal(t->versions[0][4], 3);
	assert_int_equal(t->versions[0][3], 1);
	assert_int_equal(t->versions[0][2], 2);
	assert_int_equal(t->versions[1][4], 5);
	assert_int_equal(t->versions[1][2], 2);
	assert_int_equal(t->modes[0][3], 4);
	assert_int_equal(t->modes[1][4], 5);
	assert_int_equal(t->modes[0][6], 1);
	assert_int_equal(t->modes[1][6], 1);
	assert_int_equal(t->modes[0][7], 1);
	assert_int_equal(t->modes[1][7], 1);
	end(&b);
}

static void the_usual_is_what_is_left(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give_mixture(&b);
	tally_finish(b.t);
	const struct tally *t = b.t;
	assert_int_equal(t->sizes[0][0], 2); /* modes 6 and 7 */
	assert_int_equal(t->sizes[0][1], 3);
	assert_int_equal(t->sizes[0][2], 1);
	assert_int_equal(t->sizes[1][0], 1);
	assert_int_equal(t->sizes[1][1], 5);
	assert_int_equal(t->sizes[1][2], 1);
	assert_int_equal(t->auth[0][NTP_AUTH_MAC], 1);
	assert_int_equal(t->auth[0][NTP_AUTH_NONE], 5);
	assert_int_equal(t->auth[1][NTP_AUTH_MAC], 1);
	assert_int_equal(t->auth[1][NTP_AUTH_NONE], 6);
	assert_int_equal(t->leaps[0], 3);
	assert_int_equal(t->leaps[1], 1);
	assert_int_equal(t->leaps[3], 1);
	assert_int_equal(t->kisses[KISS_NONE], 4);
	assert_int_equal(t->kisses[KISS_RATE], 1);
	end(&b);
}

static void every_table_adds_up_to_the_packets(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give_mixture(&b);
	tally_finish(b.t);
	const struct tally *t = b.t;
	for (unsigned side = 0; side < 2; side++) {
		uint64_t versions = 0, modes = 0, sizes = 0, auth = 0;
		for (unsigned i = 0; i < 8; i++) {
			versions += t->versions[side][i];
			modes += t->modes[side][i];
			auth += t->auth[side][i];
		}
		for (unsigned i = 0; i < N_SIZES; i++)
			sizes += t->sizes[side][i];
		assert_int_equal(versions, t->packets[side]);
		assert_int_equal(modes, t->packets[side]);
		assert_int_equal(sizes, t->packets[side]);
		assert_int_equal(auth, t->packets[side]);
	}
	assert_int_equal(t->n_frames, 13);
	assert_int_equal(t->fates[FATE_NTP], 13);
	assert_int_equal(t->bytes[0], 3 * 48 + 68 + 12 + 8);
	assert_int_equal(t->bytes[1], 4 * 48 + 68 + 12 + 48);
	assert_int_equal(t->n_bytes, t->bytes[0] + t->bytes[1] + 13 * 28);
	end(&b);
}

static void strata_and_polls_are_of_answers_and_questions(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give_mixture(&b);
	tally_finish(b.t);
	assert_int_equal(b.t->strata[0], 1);
	assert_int_equal(b.t->strata[1], 1);
	assert_int_equal(b.t->strata[2], 2);
	assert_int_equal(b.t->strata[3], 1);
	assert_int_equal(b.t->polls[128 + 6], 4);
	end(&b);
}

static void control_and_private_packets_are_an_exposure(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give_mixture(&b);
	tally_finish(b.t);
	assert_int_equal(b.t->control.n_requests, 1);
	assert_int_equal(b.t->control.n_responses, 1);
	assert_int_equal(b.t->control.request_bytes, 12);
	assert_int_equal(b.t->control.response_bytes, 12);
	assert_int_equal(b.t->control.by_opcode[2], 1);
	assert_int_equal(b.t->private_.n_requests, 1);
	assert_int_equal(b.t->private_.n_responses, 1);
	assert_int_equal(b.t->private_.request_bytes, 8);
	assert_int_equal(b.t->private_.response_bytes, 48);
	assert_int_equal(b.t->private_.by_opcode[MONLIST], 1);
	assert_int_equal(b.t->n_monlist_requests, 1);
	assert_int_equal(b.t->n_monlist_responses, 1);
	end(&b);
}

static void packets_of_servers_not_named_are_in_no_other_sum(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	b.config.servers[0] = traffic_v4(192, 0, 2, 99);
	b.config.n_servers = 1;
	give_header(&b, 0x23, 0, 48);
	give_with_mac(&b, 0x24, 2);
	give_control(&b, false, 2);
	assert_int_equal(b.t->n_outside, 3);
	assert_int_equal(b.t->fates[FATE_NTP], 3);
	b.config.servers[0] = b.server;
	give_header(&b, 0x24, 2, 48);
	tally_finish(b.t);
	assert_int_equal(b.t->n_outside, 3);
	assert_int_equal(b.t->packets[0], 0);
	assert_int_equal(b.t->packets[1], 1);
	assert_int_equal(b.t->bytes[0], 0);
	assert_int_equal(b.t->versions[1][4], 1);
	assert_int_equal(b.t->sizes[1][1], 1);
	assert_int_equal(b.t->auth[1][NTP_AUTH_MAC], 0);
	assert_int_equal(b.t->leaps[0], 1);
	assert_int_equal(b.t->control.n_requests, 0);
	end(&b);
}

static void ipv6_is_counted_by_packet(void **state)
{
	(void)state;
	struct bench b;
	begin(&b);
	give_header(&b, 0x23, 0, 48);
	b.client = traffic_v6(1, 1);
	b.server = traffic_v6(2, 2);
	give_header(&b, 0x23, 0, 48);
	give_header(&b, 0x24, 2, 48);
	assert_int_equal(b.t->n_ipv6, 2);
	end(&b);
}

static void what_a_frame_gets_wrong_is_counted(void **state)
{
	(void)state;
	struct bench b;
	struct packet p = { .caplen = 60 };
	struct datagram d = { .findings = FRAME_CUT | FRAME_UDP_LENGTH_LIES };
	begin(&b);
	tally_fate(b.t, &p, &d, FATE_NTP);
	d.findings = FRAME_CUT | FRAME_IP_LENGTH_LIES;
	tally_fate(b.t, &p, &d, FATE_OTHER);
	assert_int_equal(b.t->n_frames, 2);
	assert_int_equal(b.t->n_bytes, 120);
	assert_int_equal(b.t->n_cut_payload, 1);
	assert_int_equal(b.t->n_udp_length_lies, 1);
	assert_int_equal(b.t->n_ip_length_lies, 1);
	end(&b);
}

static void each_tunnel_is_counted_by_its_bit(void **state)
{
	(void)state;
	struct bench b;
	struct datagram d = { .tunnels = TUNNEL_VLAN | TUNNEL_6IN4 | TUNNEL_GTP };
	struct event e = { .role = EVENT_REQUEST, .payload_len = 48, .to_server = true };
	begin(&b);
	tally_event(b.t, &d, &e);
	d.tunnels = TUNNEL_VLAN;
	tally_event(b.t, &d, &e);
	for (unsigned bit = 0; bit < N_TUNNELS; bit++)
		assert_int_equal(b.t->tunnels[bit], bit == 0 ? 2 : bit == 4 || bit == 12);
	end(&b);
}

static struct exchange answered(unsigned mode, unsigned version, int64_t delta_ns)
{
	return (struct exchange){
		.request_frame = 1,
		.response_frame = 2,
		.response_ns = delta_ns,
		.class = CLASS_ANSWERED,
		.mode = (uint8_t)mode,
		.version = (uint8_t)version,
	};
}

static void delta_is_booked_by_version_and_size_of_the_answer(void **state)
{
	(void)state;
	struct bench b;
	struct exchange x = answered(3, 4, 1000);
	begin(&b);
	tally_outcome(b.t, &x, 48);
	x = answered(3, 4, 2000);
	tally_outcome(b.t, &x, 68);
	x = answered(3, 3, 3000);
	tally_outcome(b.t, &x, 48);
	x.class = CLASS_DUPLICATE;
	tally_outcome(b.t, &x, 48);
	x = (struct exchange){ .request_frame = 1, .class = CLASS_UNANSWERED, .mode = 3, .version = 4 };
	tally_outcome(b.t, &x, 48);
	tally_finish(b.t);
	assert_int_equal(b.t->delta_by_version[4].n, 2);
	assert_int_equal(b.t->delta_by_version[4].max, 2000);
	assert_int_equal(b.t->delta_by_version[3].n, 1);
	assert_int_equal(b.t->delta_by_size[1].n, 2);
	assert_int_equal(b.t->delta_by_size[2].n, 1);
	assert_int_equal(b.t->delta_by_size[2].min, 2000);
	end(&b);
}

static void answers_of_modes_6_and_7_have_no_delta_but_answer_a_request(void **state)
{
	(void)state;
	struct bench b;
	struct exchange x = answered(6, 2, 1000);
	begin(&b);
	tally_outcome(b.t, &x, 12);
	x.mode = 7;
	tally_outcome(b.t, &x, 48);
	tally_outcome(b.t, &x, 48);
	tally_finish(b.t);
	assert_int_equal(b.t->control.n_answered, 1);
	assert_int_equal(b.t->private_.n_answered, 2);
	assert_int_equal(b.t->delta_by_version[2].n, 0);
	end(&b);
}

static void notes_are_counted(void **state)
{
	(void)state;
	struct bench b;
	struct exchange x = { .response_frame = 1,
			      .class = CLASS_UNSOLICITED,
			      .notes = NOTE_BEFORE_CAPTURE | NOTE_ZERO_ORIGIN };
	begin(&b);
	tally_outcome(b.t, &x, 48);
	x = (struct exchange){ .request_frame = 1, .class = CLASS_UNANSWERED, .notes = NOTE_CAPTURE_END };
	tally_outcome(b.t, &x, 0);
	x = answered(3, 4, 10);
	x.notes = NOTE_INTERLEAVED | NOTE_REORDERED;
	tally_outcome(b.t, &x, 48);
	assert_int_equal(b.t->n_before_capture, 1);
	assert_int_equal(b.t->n_zero_origin, 1);
	assert_int_equal(b.t->n_capture_end, 1);
	assert_int_equal(b.t->n_interleaved, 1);
	assert_int_equal(b.t->n_reordered, 1);
	end(&b);
}

static void give_all(struct bench *b, unsigned which)
{
	struct exchange x = answered(which ? 6 : 3, 4, 1000 + which);
	x.notes = NOTE_INTERLEAVED | NOTE_REORDERED;
	if (which)
		give_mixture(b);
	give_header(b, 0x23, 0, 300);
	give_header(b, (uint8_t)(which ? 0xdb : 0x24), 5, 48);
	give_kiss(b, which ? "DENY" : "RATE");
	tally_outcome(b->t, &x, 68);
	hist_add(&b->t->icmp_after_answer, 5000);
	b->config.servers[0] = traffic_v4(192, 0, 2, 99);
	b->config.n_servers = 1;
	give_header(b, 0x23, 0, 48);
	b->config.n_servers = 0;
	b->t->n_reassembled += 1 + which;
}

/* Every counter of the struct, as the bytes are. */
static void sums_of_two_threads_add_to_those_of_one(void **state)
{
	(void)state;
	struct bench both, one, two;
	begin(&both);
	begin(&one);
	begin(&two);
	give_all(&both, 0);
	give_all(&both, 1);
	give_all(&one, 0);
	give_all(&two, 1);
	tally_merge(one.t, two.t);
	assert_memory_equal(one.t, both.t, sizeof(struct tally));
	tally_finish(one.t);
	tally_finish(both.t);
	assert_memory_equal(one.t, both.t, sizeof(struct tally));
	assert_int_equal(one.t->n_outside, 2);
	end(&both);
	end(&one);
	end(&two);
}

/* Whatever field is added to the struct one day. */
static void no_counter_is_left_out_of_the_merge(void **state)
{
	/* Made with the census, or by tally_finish(): not summed here. */
	static const struct {
		size_t from, to;
	} later[] = {
		{ offsetof(struct tally, versions), offsetof(struct tally, auth) },
		{ offsetof(struct tally, class_packets), offsetof(struct tally, n_before_capture) },
	};
	(void)state;
	struct tally *from = tally_new(), *into = tally_new();
	size_t n = offsetof(struct tally, delta);
	assert_true(from && into);
	for (size_t at = 0; at + 8 <= n; at += 8)
		memcpy((char *)from + at, &(uint64_t){ 1 + at }, 8);
	tally_merge(into, from);
	tally_merge(into, from);
	for (size_t at = 0; at + 8 <= n; at += 8) {
		uint64_t got;
		bool is_later = false;
		for (unsigned i = 0; i < 2; i++)
			is_later |= at >= later[i].from && at < later[i].to;
		memcpy(&got, (const char *)into + at, 8);
		if (!is_later && got != 2 * (1 + at) && at < offsetof(struct tally, n_zero_origin) + 8)
			fail_msg("octet %zu of struct tally is not added", at);
	}
	/* What was added can be taken away, all of it, and no more. */
	for (unsigned i = 0; i < 3; i++)
		tally_take_away(into, from);
	for (size_t at = 0; at < n; at++)
		assert_int_equal(((const char *)into)[at], 0);
	tally_free(from);
	tally_free(into);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_classed_at_their_edges),
		cmocka_unit_test(versions_and_modes_are_those_of_the_first_octets),
		cmocka_unit_test(the_usual_is_what_is_left),
		cmocka_unit_test(every_table_adds_up_to_the_packets),
		cmocka_unit_test(strata_and_polls_are_of_answers_and_questions),
		cmocka_unit_test(control_and_private_packets_are_an_exposure),
		cmocka_unit_test(packets_of_servers_not_named_are_in_no_other_sum),
		cmocka_unit_test(ipv6_is_counted_by_packet),
		cmocka_unit_test(what_a_frame_gets_wrong_is_counted),
		cmocka_unit_test(each_tunnel_is_counted_by_its_bit),
		cmocka_unit_test(delta_is_booked_by_version_and_size_of_the_answer),
		cmocka_unit_test(answers_of_modes_6_and_7_have_no_delta_but_answer_a_request),
		cmocka_unit_test(notes_are_counted),
		cmocka_unit_test(sums_of_two_threads_add_to_those_of_one),
		cmocka_unit_test(no_counter_is_left_out_of_the_merge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
