/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ntp_control.h"

#include <string.h>

#include "base/bytes.h"
#include "proto/ntp.h"

/*
 * RFC 9327 section 2:
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |LI | VN  |Mode |R|E|M| OpCode  |       Sequence Number         |
 *   |            Status             |        Association ID         |
 *   |            Offset             |            Count              |
 *   |                     Data (up to 468 octets)                   |
 *
 * Count is what the sender claims: data_len is what of it is there.  Behind the data may come padding and
 * an authenticator; they are not data.
 */
bool control_header_parse(const uint8_t *p, uint32_t len, struct control_header *out)
{
	struct bytes b = bytes_of(p, len);
	uint8_t first = bytes_u8(&b), second = bytes_u8(&b);

	*out = (struct control_header){
		.leap = ntp_first_leap(first),
		.version = ntp_first_version(first),
		.response = second & 0x80,
		.error = second & 0x40,
		.more = second & 0x20,
		.opcode = second & 0x1f,
	};
	out->sequence = bytes_be16(&b);
	out->status = bytes_be16(&b);
	out->association = bytes_be16(&b);
	out->offset = bytes_be16(&b);
	out->count = bytes_be16(&b);
	if (b.bad)
		return false;
	out->data_len = len - CONTROL_HEADER_LEN < out->count ? len - CONTROL_HEADER_LEN : out->count;
	out->data = b.at;
	return true;
}

static void put_be16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

size_t control_request_write(enum control_opcode opcode, uint16_t sequence, uint16_t association,
			     const char *data, size_t data_len, uint8_t out[CONTROL_REQUEST_MAX])
{
	size_t len = CONTROL_HEADER_LEN + (data_len + 3) / 4 * 4;

	if (data_len > CONTROL_DATA_MAX)
		return 0;
	memset(out, 0, len);
	out[0] = 0x16; /* leap 0, version 2, mode 6 */
	out[1] = (uint8_t)opcode;
	put_be16(out + 2, sequence);
	put_be16(out + 6, association);
	put_be16(out + 10, data_len);
	if (data_len)
		memcpy(out + CONTROL_HEADER_LEN, data, data_len);
	return len;
}

/* RFC 9327 section 3.1: leap (2), clock source (6), event counter (4), event code (4). */
struct system_status system_status_of(uint16_t word)
{
	return (struct system_status){
		.leap = (uint8_t)(word >> 14),
		.source = word >> 8 & 0x3f,
		.count = word >> 4 & 0xf,
		.event = word & 0xf,
	};
}

/* RFC 9327 section 3.2: five flags, selection (3), event counter (4), event code (4). */
struct peer_status peer_status_of(uint16_t word)
{
	return (struct peer_status){
		.config = word & 0x8000,
		.authenable = word & 0x4000,
		.authentic = word & 0x2000,
		.reach = word & 0x1000,
		.broadcast = word & 0x0800,
		.selection = word >> 8 & 7,
		.count = word >> 4 & 0xf,
		.event = word & 0xf,
	};
}

/*
 * RFC 9327 section 3.3: count (4) and code (4) in the low octet.  RFC 1305 put the status into the high
 * octet and had no count; its codes end at 6, so both forms can be told apart.
 */
struct clock_status clock_status_of(uint16_t word)
{
	uint8_t high = (uint8_t)(word >> 8), low = (uint8_t)word;
	struct clock_status s = { .count = low >> 4, .event = low & 0xf };

	if (high)
		s = (struct clock_status){ .event = high };
	s.valid = s.event <= 6;
	return s;
}

#define NAME_OF(table, i) ((i) < sizeof(table) / sizeof((table)[0]) ? (table)[i] : "unknown")

const char *control_opcode_name(uint8_t opcode)
{
	static const char *const names[] = {
		"unspecified", "readstat",  "readvar",    "writevar", "readclock", "writeclock", "settrap",
		"trap",        "configure", "saveconfig", "mrulist",  "ordlist",   "nonce",
	};
	return opcode == 31 ? "unsettrap" : NAME_OF(names, opcode);
}

const char *control_error_name(uint8_t code)
{
	static const char *const names[] = {
		"unspecified",
		"authentication failure",
		"invalid message length or format",
		"invalid opcode",
		"unknown association id",
		"unknown variable name",
		"invalid variable value",
		"administratively prohibited",
	};
	return NAME_OF(names, code);
}

const char *system_source_name(uint8_t source)
{
	static const char *const names[] = {
		"sync_unspec", "sync_pps", "sync_lf_radio", "sync_hf_radio",   "sync_uhf_radio",
		"sync_local",  "sync_ntp", "sync_other",    "sync_wristwatch", "sync_telephone",
	};
	return NAME_OF(names, source);
}

const char *system_event_name(uint8_t event)
{
	static const char *const names[] = {
		"unspecified", "freq_not_set", "freq_set",      "spike_detect",
		"freq_mode",   "clock_sync",   "restart",       "panic_stop",
		"no_sys_peer", "leap_armed",   "leap_disarmed", "leap_event",
		"clock_step",  "kern",         "TAI",           "stale_leapsecond_values",
	};
	return NAME_OF(names, event);
}

const char *peer_event_name(uint8_t event)
{
	static const char *const names[] = {
		"unspecified",   "mobilize",   "demobilize",      "unreachable",
		"reachable",     "restart",    "no_reply",        "rate_exceeded",
		"access_denied", "leap_armed", "sys_peer",        "clock_event",
		"bad_auth",      "popcorn",    "interleave_mode", "interleave_error",
	};
	return NAME_OF(names, event);
}

const char *peer_selection_name(uint8_t selection)
{
	static const char *const names[] = {
		"sel_reject",    "sel_falsetick", "sel_excess",   "sel_outlier",
		"sel_candidate", "sel_backup",    "sel_sys.peer", "sel_pps.peer",
	};
	return NAME_OF(names, selection);
}

const char *clock_event_name(uint8_t event)
{
	static const char *const names[] = {
		"clk_unspec",     "clk_no_reply", "clk_bad_format", "clk_fault",
		"clk_bad_signal", "clk_bad_date", "clk_bad_time",
	};
	return NAME_OF(names, event);
}

const char *leap_name(uint8_t leap)
{
	static const char *const names[] = { "leap_none", "leap_add_sec", "leap_del_sec", "leap_alarm" };
	return NAME_OF(names, leap);
}

const char *clock_event_words(uint8_t event)
{
	static const char *const names[] = {
		"nominal", "no reply", "bad format", "fault", "signal loss", "bad date", "bad time",
	};
	return NAME_OF(names, event);
}

const char *flash_bit_name(unsigned bit)
{
	static const char *const names[] = {
		"pkt_dup",     "pkt_bogus",  "pkt_unsync",   "pkt_denied", "pkt_auth",
		"pkt_stratum", "pkt_header", "pkt_autokey",  "pkt_crypto", "peer_stratum",
		"peer_dist",   "peer_loop",  "peer_unreach", "pkt_oldpkt",
	};
	return NAME_OF(names, bit);
}

const char *restrict_bit_name(unsigned bit)
{
	static const char *const names[] = {
		"ignore",   "noserve", "notrust", "version", "nopeer", "limited", "noquery",
		"nomodify", "notrap",  "lptrap",  "kod",     "mssntp", "flake",   "nomrulist",
	};
	return NAME_OF(names, bit);
}
