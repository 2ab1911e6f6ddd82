/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ntp_control.h"
#include "unit/hex.h"

/* The header's data point into *s, which the caller frees. */
static struct control_header parse(const char *hex, struct sample *s)
{
	struct control_header h;
	*s = sample_of(hex);
	assert_true(control_header_parse(s->p, s->len, &h));
	return h;
}

static void a_request_for_the_system_variables_reads(void **state)
{
	(void)state;
	struct sample s;
	struct control_header h = parse("160200010000000000000000", &s);
	assert_int_equal(h.leap, 0);
	assert_int_equal(h.version, 2);
	assert_false(h.response || h.error || h.more);
	assert_int_equal(h.opcode, 2);
	assert_int_equal(h.sequence, 1);
	assert_int_equal(h.association, 0);
	assert_int_equal(h.count, 0);
	assert_int_equal(h.data_len, 0);
	free(s.p);
}

static void every_field_lies_where_rfc_9327_draws_it(void **state)
{
	(void)state;
	struct sample s;
	struct control_header h = parse("e6ff0203040506070809000261626364", &s);
	assert_int_equal(h.leap, 3);
	assert_int_equal(h.version, 4);
	assert_true(h.response && h.error && h.more);
	assert_int_equal(h.opcode, 31);
	assert_int_equal(h.sequence, 0x0203);
	assert_int_equal(h.status, 0x0405);
	assert_int_equal(h.association, 0x0607);
	assert_int_equal(h.offset, 0x0809);
	assert_int_equal(h.count, 2);
	assert_int_equal(h.data_len, 2);
	assert_memory_equal(h.data, "ab", 2);
	free(s.p);
}

static void each_flag_is_its_own_bit(void **state)
{
	(void)state;
	for (unsigned v = 0; v < 256; v++) {
		uint8_t p[CONTROL_HEADER_LEN] = { 0x16, (uint8_t)v };
		struct control_header h;
		assert_true(control_header_parse(p, sizeof(p), &h));
		assert_int_equal(h.response, v >> 7);
		assert_int_equal(h.error, v >> 6 & 1);
		assert_int_equal(h.more, v >> 5 & 1);
		assert_int_equal(h.opcode, v & 31);
	}
}

static void every_short_length_is_refused_and_keeps_whole_fields(void **state)
{
	(void)state;
	struct sample whole = sample_of("e6ff02030405060708090002");
	for (uint32_t len = 0; len < CONTROL_HEADER_LEN; len++) {
		struct sample s = sample_cut(&whole, len);
		struct control_header h;
		memset(&h, 0xa5, sizeof(h));
		assert_false(control_header_parse(len ? s.p : NULL, len, &h));
		assert_int_equal(h.version, len >= 1 ? 4 : 0);
		assert_int_equal(h.opcode, len >= 2 ? 31 : 0);
		assert_int_equal(h.sequence, len >= 4 ? 0x0203 : 0);
		assert_int_equal(h.status, len >= 6 ? 0x0405 : 0);
		assert_int_equal(h.association, len >= 8 ? 0x0607 : 0);
		assert_int_equal(h.offset, len >= 10 ? 0x0809 : 0);
		assert_int_equal(h.count, 0);
		assert_int_equal(h.data_len, 0);
		free(s.p);
	}
	free(whole.p);
}

static void two_fragments_out_of_order_make_one_text(void **state)
{
	(void)state;
	static const char *const fragments[] = {
		"16820001061500000064003f2e322e312c0d0a72656674696d653d307865656163626330302e3830"
		"3030303030302c20706565723d31373736372c206f66667365743d2d302e3132330d0a00",
		"16a20001061500000000006476657273696f6e3d226e7470642074657374222c206c6561703d302c"
		"207374726174756d3d322c20707265636973696f6e3d2d32332c0d0a726f6f7464656c61793d312e"
		"3233342c20726f6f74646973703d352e3637382c2072656669643d3139322e30",
	};
	static const char text[] = "version=\"ntpd test\", leap=0, stratum=2, precision=-23,\r\n"
				   "rootdelay=1.234, rootdisp=5.678, refid=192.0.2.1,\r\n"
				   "reftime=0xeeacbc00.80000000, peer=17767, offset=-0.123\r\n";
	char together[256] = "";
	for (unsigned i = 0; i < 2; i++) {
		struct sample s;
		struct control_header h = parse(fragments[i], &s);
		assert_true(h.response);
		assert_int_equal(h.more, i == 1);
		assert_int_equal(h.data_len, h.count);
		assert_true(h.offset + h.data_len < sizeof(together));
		memcpy(together + h.offset, h.data, h.data_len);
		struct system_status st = system_status_of(h.status);
		assert_int_equal(st.leap, 0);
		assert_int_equal(st.source, 6);
		assert_int_equal(st.count, 1);
		assert_int_equal(st.event, 5);
		free(s.p);
	}
	assert_string_equal(together, text);
}

static void a_count_that_lies_gives_what_is_there(void **state)
{
	(void)state;
	struct sample whole = sample_of("168200010615000000640000"
					"6162636465666768");
	for (unsigned count = 0; count <= 0xffff; count += count < 32 ? 1 : 997) {
		whole.p[10] = (uint8_t)(count >> 8);
		whole.p[11] = (uint8_t)count;
		for (uint32_t len = 12; len <= whole.len; len++) {
			struct sample s = sample_cut(&whole, len);
			struct control_header h;
			assert_true(control_header_parse(s.p, s.len, &h));
			assert_int_equal(h.count, count);
			assert_int_equal(h.data_len, count < len - 12 ? count : len - 12);
			assert_memory_equal(h.data, whole.p + 12, h.data_len);
			free(s.p);
		}
	}
	free(whole.p);
}

static void errors_carry_their_code_in_the_high_octet(void **state)
{
	(void)state;
	static const struct {
		const char *hex;
		uint8_t code;
		uint16_t association;
		const char *name;
	} rows[] = {
		{ "d6c200040400fffe00000000", 4, 0xfffe, "unknown association id" },
		{ "d6c200050500000000000000", 5, 0, "unknown variable name" },
		{ "d6c200060200000000000000", 2, 0, "invalid message length or format" },
		{ "d6cd00030300000000000000", 3, 0, "invalid opcode" },
		{ "d6cb00080100000000000000", 1, 0, "authentication failure" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample s;
		struct control_header h = parse(rows[i].hex, &s);
		assert_true(h.response && h.error);
		assert_int_equal(h.leap, 3);
		assert_int_equal(h.status >> 8, rows[i].code);
		assert_int_equal(h.association, rows[i].association);
		assert_string_equal(control_error_name((uint8_t)(h.status >> 8)), rows[i].name);
		free(s.p);
	}
}

static void padding_and_authenticator_are_no_data(void **state)
{
	(void)state;
	struct sample s;
	struct control_header h = parse(
		"160b000100000000000000076966737461747300000000000000000282b94202f2456a073f9bcdb9"
		"cb739b1371542a7e",
		&s);
	assert_int_equal(h.opcode, 11);
	assert_int_equal(h.data_len, 7);
	assert_memory_equal(h.data, "ifstats", 7);
	free(s.p);
}

static void answers_of_ntpsec_read(void **state)
{
	(void)state;
	struct sample s;
	struct control_header h = parse(
		"d68c000700000000000000206e6f6e63653d65656163626364663535313531336361613338396631"
		"39370d0a",
		&s);
	assert_int_equal(h.opcode, 12);
	assert_int_equal(h.data_len, 32);
	assert_memory_equal(h.data, "nonce=eeacbcdf551513caa389f197\r\n", 32);
	free(s.p);
	h = parse("d68a000200000000000000eb6e6f6e63653d65656163626364383933326366353333633565373363"
		  "30352c2072732e303d3078302c206c6173742e303d307865656163626364382e3933326366353333"
		  "2c0d0a73632e303d302e3438392c2066697273742e303d307865656163626364372e396664343863"
		  "33312c206d762e303d32322c2064722e303d302c2063742e303d31302c0d0a616464722e303d3132"
		  "372e302e302e313a35383930322c20717a722e303d31303236382c206e6f773d3078656561636263"
		  "64382e39333266363739622c0d0a6c6173742e6e65776573743d307865656163626364382e393332"
		  "63663533330d0a00",
		  &s);
	assert_int_equal(h.opcode, 10);
	assert_int_equal(h.data_len, 235);
	assert_memory_equal(h.data, "nonce=eeacbcd8932cf533c5e73c05, rs.0=0x0", 40);
	assert_memory_equal(h.data + 233, "\r\n", 2);
	free(s.p);
}

static void readstat_answers_in_pairs(void **state)
{
	(void)state;
	struct sample s;
	struct control_header h = parse("1681000206150000000000084567961a45688011", &s);
	assert_int_equal(h.opcode, 1);
	assert_int_equal(h.data_len, 8);
	assert_memory_equal(h.data, "\x45\x67\x96\x1a\x45\x68\x80\x11", 8);
	free(s.p);
}

static void system_status_words_read(void **state)
{
	(void)state;
	static const struct {
		uint16_t word;
		struct system_status s;
	} rows[] = {
		{ 0x0615, { 0, 6, 1, 5 } }, { 0xc016, { 3, 0, 1, 6 } }, { 0x0415, { 0, 4, 1, 5 } },
		{ 0x4618, { 1, 6, 1, 8 } }, { 0x0228, { 0, 2, 2, 8 } }, { 0xffff, { 3, 63, 15, 15 } },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct system_status s = system_status_of(rows[i].word);
		assert_int_equal(s.leap, rows[i].s.leap);
		assert_int_equal(s.source, rows[i].s.source);
		assert_int_equal(s.count, rows[i].s.count);
		assert_int_equal(s.event, rows[i].s.event);
	}
	assert_string_equal(system_source_name(2), "sync_lf_radio");
	assert_string_equal(system_source_name(6), "sync_ntp");
	assert_string_equal(system_event_name(5), "clock_sync");
	assert_string_equal(leap_name(3), "leap_alarm");
}

static void peer_status_words_read(void **state)
{
	(void)state;
	static const struct {
		uint16_t word;
		struct peer_status s;
	} rows[] = {
		{ 0x961a, { true, false, false, true, false, 6, 1, 10 } },
		{ 0x9424, { true, false, false, true, false, 4, 2, 4 } },
		{ 0xe0bc, { true, true, true, false, false, 0, 11, 12 } },
		{ 0x9714, { true, false, false, true, false, 7, 1, 4 } },
		{ 0x8011, { true, false, false, false, false, 0, 1, 1 } },
		{ 0x1314, { false, false, false, true, false, 3, 1, 4 } },
		{ 0x0800, { false, false, false, false, true, 0, 0, 0 } },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct peer_status s = peer_status_of(rows[i].word);
		assert_int_equal(s.config, rows[i].s.config);
		assert_int_equal(s.authenable, rows[i].s.authenable);
		assert_int_equal(s.authentic, rows[i].s.authentic);
		assert_int_equal(s.reach, rows[i].s.reach);
		assert_int_equal(s.broadcast, rows[i].s.broadcast);
		assert_int_equal(s.selection, rows[i].s.selection);
		assert_int_equal(s.count, rows[i].s.count);
		assert_int_equal(s.event, rows[i].s.event);
	}
	assert_string_equal(peer_event_name(10), "sys_peer");
	assert_string_equal(peer_selection_name(6), "sel_sys.peer");
}

static void clock_status_words_read(void **state)
{
	(void)state;
	static const struct {
		uint16_t word;
		struct clock_status s;
	} rows[] = {
		{ 0x0000, { 0, 0, true } },
		{ 0x0034, { 3, 4, true } },
		{ 0x0011, { 1, 1, true } },
		{ 0x00f3, { 15, 3, true } },
		{ 0x0017, { 1, 7, false } },
		/* RFC 1305's form: the status in the high octet. */
		{ 0x0403, { 0, 4, true } },
		{ 0x0600, { 0, 6, true } },
		{ 0x0700, { 0, 7, false } },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct clock_status s = clock_status_of(rows[i].word);
		assert_int_equal(s.valid, rows[i].s.valid);
		assert_int_equal(s.event, rows[i].s.event);
		assert_int_equal(s.count, rows[i].s.count);
	}
	assert_string_equal(clock_event_name(4), "clk_bad_signal");
}

static void every_code_has_a_name(void **state)
{
	(void)state;
	const char *(*const names[])(uint8_t) = {
		control_opcode_name, control_error_name,  system_source_name, system_event_name,
		peer_event_name,     peer_selection_name, clock_event_name,   leap_name,
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (unsigned code = 0; code < 256; code++)
			assert_non_null(names[i]((uint8_t)code));
		assert_string_equal(names[i](255), "unknown");
	}
	assert_string_equal(control_opcode_name(2), "readvar");
	assert_string_equal(control_opcode_name(10), "mrulist");
	assert_string_equal(control_opcode_name(12), "nonce");
	assert_string_equal(control_opcode_name(31), "unsettrap");
	assert_string_equal(control_opcode_name(13), "unknown");
	assert_string_equal(system_event_name(15), "stale_leapsecond_values");
	assert_string_equal(peer_event_name(15), "interleave_error");
}

static void requests_are_written_as_ntpq_writes_them(void **state)
{
	(void)state;
	struct {
		const char *hex;
		enum control_opcode opcode;
		uint16_t sequence;
		const char *data;
	} wanted[] = {
		{ "160200010000000000000000", CONTROL_READVAR, 1, "" },
		{ "160c00070000000000000000", CONTROL_NONCE, 7, "" },
		{ "160a000200000000000000286e6f6e63653d6565616362636438393139663266"
		  "333266653636386639652c2066726167733d3332",
		  CONTROL_READMRU, 2, NULL },
	};
	for (size_t i = 0; i < 3; i++) {
		struct sample s = sample_of(wanted[i].hex);
		uint8_t out[CONTROL_REQUEST_MAX];
		const char *data = wanted[i].data ? wanted[i].data : (const char *)s.p + CONTROL_HEADER_LEN;
		size_t len = wanted[i].data ? 0 : s.len - CONTROL_HEADER_LEN;
		assert_int_equal(
			control_request_write(wanted[i].opcode, wanted[i].sequence, 0, data, len, out),
			s.len);
		assert_memory_equal(out, s.p, s.len);
		free(s.p);
	}
}

static void data_of_a_request_are_padded_and_bounded(void **state)
{
	(void)state;
	uint8_t out[CONTROL_REQUEST_MAX];
	char data[CONTROL_DATA_MAX + 1];
	struct control_header h;
	memset(data, 'x', sizeof(data));
	assert_int_equal(control_request_write(CONTROL_READVAR, 5, 0xabcd, "offset", 6, out), 20);
	assert_true(control_header_parse(out, 20, &h));
	assert_int_equal(h.association, 0xabcd);
	assert_int_equal(h.count, 6);
	assert_memory_equal(out + 12, "offset\0\0", 8);
	assert_int_equal(control_request_write(CONTROL_READVAR, 5, 0, data, CONTROL_DATA_MAX, out), 480);
	assert_int_equal(control_request_write(CONTROL_READVAR, 5, 0, data, CONTROL_DATA_MAX + 1, out), 0);
}

static void bits_and_clock_events_have_names_for_people(void **state)
{
	(void)state;
	assert_string_equal(clock_event_words(0), "nominal");
	assert_string_equal(clock_event_words(4), "signal loss");
	assert_string_equal(clock_event_words(7), "unknown");
	assert_string_equal(flash_bit_name(0), "pkt_dup");
	assert_string_equal(flash_bit_name(12), "peer_unreach");
	assert_string_equal(flash_bit_name(14), "unknown");
	assert_string_equal(restrict_bit_name(5), "limited");
	assert_string_equal(restrict_bit_name(10), "kod");
	assert_string_equal(restrict_bit_name(13), "nomrulist");
	assert_string_equal(restrict_bit_name(15), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_written_as_ntpq_writes_them),
		cmocka_unit_test(data_of_a_request_are_padded_and_bounded),
		cmocka_unit_test(bits_and_clock_events_have_names_for_people),
		cmocka_unit_test(a_request_for_the_system_variables_reads),
		cmocka_unit_test(every_field_lies_where_rfc_9327_draws_it),
		cmocka_unit_test(each_flag_is_its_own_bit),
		cmocka_unit_test(every_short_length_is_refused_and_keeps_whole_fields),
		cmocka_unit_test(two_fragments_out_of_order_make_one_text),
		cmocka_unit_test(a_count_that_lies_gives_what_is_there),
		cmocka_unit_test(errors_carry_their_code_in_the_high_octet),
		cmocka_unit_test(padding_and_authenticator_are_no_data),
		cmocka_unit_test(answers_of_ntpsec_read),
		cmocka_unit_test(readstat_answers_in_pairs),
		cmocka_unit_test(system_status_words_read),
		cmocka_unit_test(peer_status_words_read),
		cmocka_unit_test(clock_status_words_read),
		cmocka_unit_test(every_code_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
