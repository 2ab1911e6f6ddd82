/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mode 6, control messages (RFC 9327, RFC 1305 appendix B), header and status words; and the envelope of
 * mode 7, private messages, with monlist items.  Values are kept as they came.
 */
#ifndef PROTO_NTP_CONTROL_H
#define PROTO_NTP_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CONTROL_HEADER_LEN = 12,
	CONTROL_DATA_MAX = 468, /* of one packet */
	CONTROL_REQUEST_MAX = CONTROL_HEADER_LEN + CONTROL_DATA_MAX,
	PRIVATE_HEADER_LEN = 8,
};

/* Those that only read, and need no key. */
enum control_opcode {
	CONTROL_READSTAT = 1,
	CONTROL_READVAR = 2,
	CONTROL_READCLOCK = 4,
	CONTROL_READMRU = 10,
	CONTROL_NONCE = 12,
};

struct control_header {
	uint8_t leap, version;
	bool response, error, more;
	uint8_t opcode;
	uint16_t sequence, status, association, offset, count;
	const uint8_t *data; /* count octets, or fewer when cut or lying */
	uint32_t data_len;   /* octets present at data */
};

/* False when fewer than 12 octets are there (fields that are whole are set). */
bool control_header_parse(const uint8_t *p, uint32_t len, struct control_header *out);

/* A request of version 2, as every server that knows mode 6 takes it: header, data, zeros up to a multiple of
 * four octets.  Returns its length; 0 when data_len is above CONTROL_DATA_MAX. */
size_t control_request_write(enum control_opcode opcode, uint16_t sequence, uint16_t association,
			     const char *data, size_t data_len, uint8_t out[CONTROL_REQUEST_MAX]);

struct system_status {
	uint8_t leap, source, count, event;
};
struct peer_status {
	bool config, authenable, authentic, reach, broadcast;
	uint8_t selection, count, event;
};
struct clock_status {
	uint8_t count, event;
	bool valid;
}; /* valid: a code of the table, 0 to 6 */

struct system_status system_status_of(uint16_t word);
struct peer_status peer_status_of(uint16_t word);
struct clock_status clock_status_of(uint16_t word);

/* Names of RFC 9327 as ntpq prints them; "unknown" beyond the tables.  Never NULL. */
const char *control_opcode_name(uint8_t opcode);
const char *control_error_name(uint8_t code);
const char *system_source_name(uint8_t source);
const char *system_event_name(uint8_t event);
const char *peer_event_name(uint8_t event);
const char *peer_selection_name(uint8_t selection);
const char *clock_event_name(uint8_t event);
const char *leap_name(uint8_t leap);

/* What a clock event means, for people: "nominal", "no reply", "bad date", ... */
const char *clock_event_words(uint8_t event);

/* Bit 0 to 15 of the peer variable `flash`, "pkt_dup", and of an mrulist's `rs`, "limited"; "unknown" for
 * those without a name. */
const char *flash_bit_name(unsigned bit);
const char *restrict_bit_name(unsigned bit);

struct private_header {
	bool response, more, authenticated;
	uint8_t version, sequence, implementation, request_code;
	uint8_t error;
	uint16_t n_items, item_len;
	const uint8_t *data; /* all that follows the header: items, padding, authenticator */
	uint32_t data_len;   /* octets present at data, whatever the counts claim */
};

/* False when fewer than 8 octets are there. */
bool private_header_parse(const uint8_t *p, uint32_t len, struct private_header *out);

const char *private_request_name(uint8_t code);

/* Request codes 20 and 42: the two that list clients and amplify. */
bool private_is_monlist(uint8_t code);

struct monlist_item {
	uint32_t average_s, last_s, restrict_bits, count, flags;
	uint8_t address[16], local[16]; /* IPv4 as ::ffff:a.b.c.d */
	uint16_t port;
	uint8_t mode, version;
};

/* Item i of a response with item size 72 or 32 (MON_GETLIST_1) or 48/24 (MON_GETLIST); false when it is not
 * wholly there or the size is none of these. */
bool monlist_item_parse(const struct private_header *h, unsigned i, struct monlist_item *out);

#endif
