/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mode 7: no RFC describes it; the layout is that of ntpdc. */
#include <string.h>

#include "base/bytes.h"
#include "proto/ntp.h"
#include "proto/ntp_control.h"

/*
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |R|M| VN  |Mode |A|  Sequence   | Implementation|  Request code |
 *   |  Err  |    Number of items    |  MBZ  |      Size of item     |
 */
bool private_header_parse(const uint8_t *p, uint32_t len, struct private_header *out)
{
	struct bytes b = bytes_of(p, len);
	uint8_t first = bytes_u8(&b), second = bytes_u8(&b);

	*out = (struct private_header){
		.response = first & 0x80,
		.more = first & 0x40,
		.version = ntp_first_version(first),
		.authenticated = second & 0x80,
		.sequence = second & 0x7f,
	};
	out->implementation = bytes_u8(&b);
	out->request_code = bytes_u8(&b);
	uint16_t items = bytes_be16(&b), size = bytes_be16(&b);
	out->error = (uint8_t)(items >> 12);
	out->n_items = items & 0x0fff;
	out->item_len = size & 0x0fff;
	if (b.bad)
		return false;
	out->data = b.at;
	out->data_len = len - PRIVATE_HEADER_LEN;
	return true;
}

enum { MON_GETLIST = 20, MON_GETLIST_1 = 42 };

bool private_is_monlist(uint8_t code)
{
	return code == MON_GETLIST || code == MON_GETLIST_1;
}

const char *private_request_name(uint8_t code)
{
	static const char *const names[] = {
		[0] = "PEER_LIST",      [1] = "PEER_LIST_SUM",     [2] = "PEER_INFO",
		[3] = "PEER_STATS",     [4] = "SYS_INFO",          [5] = "SYS_STATS",
		[6] = "IO_STATS",       [7] = "MEM_STATS",         [8] = "LOOP_INFO",
		[9] = "TIMER_STATS",    [10] = "CONFIG",           [11] = "UNCONFIG",
		[12] = "SET_SYS_FLAG",  [13] = "CLR_SYS_FLAG",     [14] = "MONITOR",
		[15] = "NOMONITOR",     [16] = "GET_RESTRICT",     [17] = "RESADDFLAGS",
		[18] = "RESSUBFLAGS",   [19] = "UNRESTRICT",       [20] = "MON_GETLIST",
		[21] = "RESET_STATS",   [22] = "RESET_PEER",       [23] = "REREAD_KEYS",
		[26] = "TRUSTKEY",      [27] = "UNTRUSTKEY",       [28] = "AUTHINFO",
		[29] = "TRAPS",         [30] = "ADD_TRAP",         [31] = "CLR_TRAP",
		[32] = "REQUEST_KEY",   [33] = "CONTROL_KEY",      [34] = "GET_CTLSTATS",
		[35] = "GET_LEAPINFO",  [36] = "GET_CLOCKINFO",    [37] = "SET_CLKFUDGE",
		[38] = "GET_KERNEL",    [39] = "GET_CLKBUGINFO",   [41] = "SET_PRECISION",
		[42] = "MON_GETLIST_1", [43] = "HOSTNAME_ASSOCID", [44] = "IF_STATS",
		[45] = "IF_RELOAD",
	};
	const char *name = code < sizeof(names) / sizeof(names[0]) ? names[code] : NULL;
	return name ? name : "unknown";
}

static void put_v4(uint8_t out[16], const uint8_t *v4)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

	memcpy(out, mapped, 12);
	memcpy(out + 12, v4, 4);
}

/*
 * MON_GETLIST_1, 72 octets (the first 32 alone before IPv6):
 *   0 average, 4 last, 8 restrict, 12 count, 16 address, 20 local address, 24 flags,
 *   28 port, 30 mode, 31 version, 32 IPv6 flag, 36 unused, 40 IPv6 address, 56 local IPv6 address
 */
static void load_getlist_1(const uint8_t *p, uint16_t size, struct monlist_item *out)
{
	out->flags = load_be32(p + 24);
	out->port = load_be16(p + 28);
	out->mode = p[30];
	out->version = p[31];
	if (size == 72 && load_be32(p + 32)) {
		memcpy(out->address, p + 40, 16);
		memcpy(out->local, p + 56, 16);
		return;
	}
	put_v4(out->address, p + 16);
	put_v4(out->local, p + 20);
}

/*
 * MON_GETLIST, 48 octets (24 before IPv6): no local address, no flags.
 *   0 average, 4 last, 8 restrict, 12 count, 16 address, 20 port, 22 mode, 23 version,
 *   24 IPv6 flag, 28 unused, 32 IPv6 address
 */
static void load_getlist(const uint8_t *p, uint16_t size, struct monlist_item *out)
{
	out->port = load_be16(p + 20);
	out->mode = p[22];
	out->version = p[23];
	if (size == 48 && load_be32(p + 24))
		memcpy(out->address, p + 32, 16);
	else
		put_v4(out->address, p + 16);
}

bool monlist_item_parse(const struct private_header *h, unsigned i, struct monlist_item *out)
{
	bool one = h->request_code == MON_GETLIST_1 && (h->item_len == 72 || h->item_len == 32);
	bool old = h->request_code == MON_GETLIST && (h->item_len == 48 || h->item_len == 24);

	*out = (struct monlist_item){ 0 };
	/* The count may lie: an item is there when its octets are. */
	if (!h->response || (!one && !old) || i >= h->n_items || i >= h->data_len / h->item_len)
		return false;

	const uint8_t *p = h->data + (uint32_t)i * h->item_len;
	out->average_s = load_be32(p);
	out->last_s = load_be32(p + 4);
	out->restrict_bits = load_be32(p + 8);
	out->count = load_be32(p + 12);
	if (one)
		load_getlist_1(p, h->item_len, out);
	else
		load_getlist(p, h->item_len, out);
	return true;
}
