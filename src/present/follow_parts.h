/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the follow*.c files share. */
#ifndef PRESENT_FOLLOW_PARTS_H
#define PRESENT_FOLLOW_PARTS_H

#include "present/follow.h"
#include "present/packet_facts.h"
#include "present/text.h"

enum follow_kind {
	FOLLOW_NTP,    /* an NTP packet: row, data */
	FOLLOW_PACKET, /* another datagram: data */
	FOLLOW_ERROR,  /* an ICMP error about a packet of the other side: row */
	FOLLOW_TCP,    /* what engine/tcp_stream.h tells: tcp */
	FOLLOW_RECORD, /* a TLS record that is whole: record, data (its body) */
};

struct follow_event {
	enum follow_kind kind;
	unsigned side;
	uint64_t frame;
	int64_t time_ns;
	const uint8_t *data;
	uint32_t len, wire_len; /* octets at data, and sent */
	const struct row *row;
	const struct tcp_event *tcp;
	struct tls_record record;
	struct follow_ntp before; /* FOLLOW_NTP: of this side */
};

/* Bits: what an NTP packet says that the one before it from the same side did not. */
enum follow_change {
	CHANGE_VERSION = 1 << 0,
	CHANGE_MODE = 1 << 1,
	CHANGE_LEAP = 1 << 2,
	CHANGE_STRATUM = 1 << 3,
	CHANGE_REFID = 1 << 4,
	CHANGE_POLL = 1 << 5,
	CHANGE_PRECISION = 1 << 6,
	CHANGE_ROOT_DELAY = 1 << 7,
	CHANGE_REFERENCE = 1 << 8, /* the reference timestamp: its clock was set */
	N_CHANGES = 9,
};

unsigned follow_changes(const struct ntp_header *a, const struct ntp_header *b);
const char *follow_change_word(unsigned bit_number);

/* follow_text.c, follow_json.c */
void follow_text_head(struct follow *f);
void follow_text_event(struct follow *f, const struct follow_event *e);
void follow_text_ntp(struct follow *f, struct text *t, const struct follow_event *e); /* follow_ntp.c */
void follow_text_record(struct text *t, const struct follow_event *e);                /* follow_tls.c */
void follow_json_head(struct follow *f);
void follow_json_event(struct follow *f, const struct follow_event *e);
void follow_json_end(struct follow *f, const char *damage);

/* What lies in a handshake record, or an alert. */
void follow_json_record(struct jw *j, const struct follow_event *e);

/* follow_tls.c: bytes of a side, in order; true when they are TLS, and then each record that they complete
 * becomes an event.  follow_tls_lost() is told of a gap: what follows is no more looked at as TLS. */
bool follow_tls_data(struct follow *f, const struct tcp_event *e);
void follow_tls_lost(struct follow *f, unsigned side);

/* follow.c: shows it in the format that is asked for. */
void follow_show(struct follow *f, const struct follow_event *e);

void follow_ends(const struct follow *f, struct addr addr[2], uint16_t port[2]);

/* Text for a terminal: every octet that is no printable character escaped, as \n, \t, \x1b or \u202e. */
void follow_put_escaped(struct buf *out, const uint8_t *p, size_t len);

/* True when most of it can be read as text. */
bool follow_is_text(const uint8_t *p, size_t len);

/* "ICMP error: port unreachable, from 192.0.2.1" */
void follow_error_words(const struct row *row, char *out, size_t size);

#endif
