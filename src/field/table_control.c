/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of mode 6 messages. */
#include "field/ntp_get.h"

#define CTRL(name, meaning, type, base, get, what)                                                         \
	{                                                                                                  \
		"ntp.ctrl." name, "mode 6: " meaning, FIELD_##type, FIELD_BASE_##base, 0, false, what, get \
	}
#define AT(offset, octets, shift, bits) PLACE(0, offset, octets, shift, bits)
#define WORD(status, shift, bits)       PLACE(STATUS_##status, 4, 2, shift, bits)
#define SYS(name, meaning, shift, bits)                                               \
	CTRL("sys_status." name, "system: " meaning, UINT16, DEC, get_control_status, \
	     WORD(SYSTEM, shift, bits))
#define PEER(name, meaning, type, shift, bits) \
	CTRL("peer_status." name, "peer: " meaning, type, DEC, get_control_status, WORD(PEER, shift, bits))
#define CLOCK(name, meaning, shift, bits)                                              \
	CTRL("clock_status." name, "clock: " meaning, UINT16, DEC, get_control_status, \
	     WORD(CLOCK, shift, bits))
#define OP(a, b) ((a) << 8 | (b))

/* clang-format off */
static const struct field fields[] = {
	CTRL("associd", "association", UINT16, DEC, get_control_associd, AT(6, 2, 0, 0)),
	CLOCK("code", "event", 0, 8),
	CLOCK("status", "status", 8, 0),
	CTRL("configuration", "configuration, or what the server says of it",
	     STRING, DEC, get_control_text, OP(8, 9)),
	CTRL("count", "octets of data", UINT16, DEC, get_control, AT(10, 2, 0, 0)),
	CTRL("data", "data", NONE, DEC, get_control_data, 0),
	CTRL("err_status", "error code", UINT16, DEC, get_control_status, WORD(ERROR, 8, 0)),
	CTRL("flags2", "second octet: bits and opcode", UINT8, HEX, get_control, AT(1, 1, 0, 0)),
	CTRL("flags2.error", "error bit", UINT8, DEC, get_control, AT(1, 1, 6, 1)),
	CTRL("flags2.more", "more to come", UINT8, DEC, get_control, AT(1, 1, 5, 1)),
	CTRL("flags2.opcode", "what is asked for: 1 status, 2 variables, 10 MRU list, ...",
	     UINT8, DEC, get_control, AT(1, 1, 0, 5)),
	CTRL("flags2.r", "response bit", UINT8, DEC, get_control, AT(1, 1, 7, 0)),
	CTRL("item", "an association in the list", NONE, DEC, get_control_item, 0),
	CTRL("mru", "MRU list, or what is asked of it", STRING, DEC, get_control_text, OP(10, 10)),
	CTRL("nonce", "nonce", STRING, DEC, get_control_text, OP(12, 12)),
	CTRL("offset", "where in the whole the data belongs", UINT16, DEC, get_control, AT(8, 2, 0, 0)),
	CTRL("ordlist", "ordered list, or its name", STRING, DEC, get_control_text, OP(11, 11)),
	PEER("authenable", "authentication is asked for", BOOLEAN, 14, 1),
	PEER("authentic", "authentication is good", BOOLEAN, 13, 1),
	PEER("bcast", "broadcast association", BOOLEAN, 11, 1),
	PEER("code", "last event", UINT16, 0, 4),
	PEER("config", "configured", BOOLEAN, 15, 1),
	PEER("count", "events since the last report", UINT16, 4, 4),
	PEER("reach", "reachable", BOOLEAN, 12, 1),
	PEER("selection", "selection, 6 is the system's peer", UINT16, 8, 3),
	CTRL("sequence", "number of the request", UINT16, DEC, get_control, AT(2, 2, 0, 0)),
	CTRL("status", "status word", UINT16, HEX, get_control_status, WORD(ANY, 0, 0)),
	SYS("clksrc", "source of the time", 8, 6),
	SYS("code", "last event", 0, 4),
	SYS("count", "events since the last report", 4, 4),
	SYS("li", "leap indicator", 14, 0),
	CTRL("trapmsg", "trap message", STRING, DEC, get_control_text, OP(7, 7)),
};
/* clang-format on */

const struct field_table table_ntp_control = FIELD_TABLE(fields);
