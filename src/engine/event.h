/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one NTP packet means to the engine, in 104 bytes: decoded once, in parallel, then applied to the
 * shard of its client in order.  An event holds no pointer into the packet.
 */
#ifndef ENGINE_EVENT_H
#define ENGINE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

enum event_role {
	EVENT_REQUEST,         /* asks for time: mode 3, mode 0 of version 1 */
	EVENT_RESPONSE,        /* mode 4, mode 0 of version 1 from the NTP port */
	EVENT_SYMMETRIC,       /* modes 1 and 2: may ask, may answer */
	EVENT_CONTROL_REQUEST, /* mode 6 */
	EVENT_CONTROL_RESPONSE,
	EVENT_PRIVATE_REQUEST, /* mode 7 */
	EVENT_PRIVATE_RESPONSE,
	EVENT_BROADCAST, /* mode 5; client is the address it was sent to */
	EVENT_MALFORMED, /* too short for what it says it is */
	/* well formed, but no question and no answer: mode 4 to a server, mode 0, ... */
	EVENT_STRANGE,
	EVENT_ICMP_ERROR, /* an ICMP error about this client; quotes_answer tells which side's packet */
	EVENT_OUTSIDE,    /* neither side is a server named with --server */
};

/* One row a flag: see engine/flags.c.  The first seventeen are those of the NTP250's page. */
enum packet_flag {
	FLAG_TRUNCATED = 1u << 0,
	FLAG_V1 = 1u << 1,
	FLAG_V2 = 1u << 2,
	FLAG_V3 = 1u << 3,
	FLAG_V4 = 1u << 4,
	FLAG_VERSION_OTHER = 1u << 5,
	FLAG_ACTIVE = 1u << 6,
	FLAG_PASSIVE = 1u << 7,
	FLAG_CLIENT = 1u << 8,
	FLAG_SERVER = 1u << 9,
	FLAG_BROADCAST = 1u << 10,
	FLAG_CONTROL = 1u << 11,
	FLAG_MODE_OTHER = 1u << 12,
	FLAG_KOD_AUTH = 1u << 13,
	FLAG_KOD_CRYP = 1u << 14,
	FLAG_KOD_RATE = 1u << 15,
	FLAG_REFID_LOOP = 1u << 16,
	/* Ours: */
	FLAG_V5 = 1u << 17,
	FLAG_PRIVATE = 1u << 18,
	FLAG_MAC = 1u << 19,
	FLAG_CRYPTO_NAK = 1u << 20,
	FLAG_NTS = 1u << 21,
	FLAG_NTS_NAK = 1u << 22,
	FLAG_KOD_DENY = 1u << 23,
	FLAG_KOD_RSTR = 1u << 24,
	FLAG_KOD_OTHER = 1u << 25,
	FLAG_LEAP_UNKNOWN = 1u << 26,
	FLAG_EXTENSION = 1u << 27,
	FLAG_BAD_TRAILER = 1u << 28,
	FLAG_PORT_VARIES = 1u << 29,
	FLAG_TUNNEL = 1u << 30,
	FLAG_INTERLEAVED = 1u << 31,
};

struct event {
	struct addr client, server;
	int64_t time_ns;
	uint64_t frame;
	uint64_t key; /* request: transmit; response: origin; modes 6, 7: sequence or request code */
	union {
		uint64_t receive;        /* request: receive field (interleaving); response: T2 */
		uint64_t implementation; /* mode 7 */
	};
	uint64_t transmit; /* response: T3; request: origin field */
	uint32_t uid;      /* hash of the NTS unique identifier, 0 = none */
	uint32_t flags;    /* enum packet_flag */
	uint8_t refid[4];
	uint16_t client_port, server_port;
	uint16_t payload_len; /* octets sent */
	uint8_t role;         /* enum event_role */
	uint8_t kiss;         /* enum ntp_kiss */
	uint8_t version, mode, stratum;
	int8_t poll_log2s, precision_log2s;
	uint8_t auth; /* enum ntp_auth_kind */
	uint8_t leap;
	union {
		uint8_t opcode;     /* mode 6 opcode, mode 7 request code */
		bool quotes_answer; /* EVENT_ICMP_ERROR */
	};
	bool to_server;  /* sent by the client's side */
	bool header_cut; /* the capture ends inside the header: fields behind that are 0 and mean nothing */
};

#endif
