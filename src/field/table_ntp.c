/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/ntp_get.h"

static void get_request_in(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	if (row->request_in)
		take_u64(sink, row->request_in);
}

static void get_response_in(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	if (row->response_in)
		take_u64(sink, row->response_in);
}

static void get_delta(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	if (row->request_in)
		take_ns(sink, row->delta_ns);
}

#define NTP(name, meaning, type, base, get, what) { name, meaning, type, base, 0, false, what, get }

/* clang-format off */
static const struct field before[] = {
	NTP("ntp.ctrl.flags2.opcode", "mode 6: what is asked for", FIELD_UINT8, 0, get_ntp_control, PLACE(0, 1, 1, 0, 5)),
	NTP("ntp.ctrl.sequence", "mode 6: number of the request", FIELD_UINT16, 0, get_ntp_control, PLACE(0, 2, 2, 0, 0)),
	{ "ntp.delta_time", "answer: time since its request, as captured", FIELD_RELATIVE_TIME, 0, ROW_NEEDS_REQUEST, false, 0, get_delta },
	NTP("ntp.ext.length", "octets of an extension field, header and padding included", FIELD_UINT16, 0, get_ntp_trailer, TRAILER_EXT_LENGTH),
	NTP("ntp.ext.type", "type of an extension field", FIELD_UINT16, FIELD_BASE_HEX, get_ntp_trailer, TRAILER_EXT_TYPE),
	NTP("ntp.flags", "first octet: leap indicator, version, mode", FIELD_UINT8, FIELD_BASE_HEX, get_ntp_flags, PLACE(0, 0, 1, 0, 0)),
	NTP("ntp.flags.li", "leap indicator", FIELD_UINT8, 0, get_ntp_leap, PLACE(0, 0, 1, 6, 0)),
	NTP("ntp.flags.mode", "mode", FIELD_UINT8, 0, get_ntp_flags, PLACE(0, 0, 1, 0, 3)),
	NTP("ntp.flags.vn", "version", FIELD_UINT8, 0, get_ntp_flags, PLACE(0, 0, 1, 3, 3)),
	NTP("ntp.keyid", "key identifier before the MAC", FIELD_BYTES, 0, get_ntp_trailer, TRAILER_KEYID),
	NTP("ntp.mac", "message authentication code", FIELD_BYTES, 0, get_ntp_trailer, TRAILER_MAC),
	NTP("ntp.org", "origin timestamp (T1, as the server heard it)", FIELD_ABSOLUTE_TIME, FIELD_BASE_NTP_TIME, get_ntp_data, PLACE(ITEM_ORG, 24, 8, 0, 0)),
	NTP("ntp.ppoll", "poll interval, log2 seconds", FIELD_UINT8, 0, get_ntp_data, PLACE(ITEM_PPOLL, 2, 1, 0, 0)),
	NTP("ntp.precision", "precision of the clock, log2 seconds, unsigned as in Wireshark", FIELD_UINT8, 0, get_ntp_data, PLACE(ITEM_PRECISION, 3, 1, 0, 0)),
};

static const struct field behind[] = {
	NTP("ntp.rec", "receive timestamp (T2)", FIELD_ABSOLUTE_TIME, FIELD_BASE_NTP_TIME, get_ntp_data, PLACE(ITEM_REC, 32, 8, 0, 0)),
	NTP("ntp.refid", "reference identifier", FIELD_BYTES, 0, get_ntp_data, PLACE(ITEM_REFID, 12, 4, 0, 0)),
	NTP("ntp.reftime", "reference timestamp: when the clock was last set", FIELD_ABSOLUTE_TIME, FIELD_BASE_NTP_TIME, get_ntp_data, PLACE(ITEM_REFTIME, 16, 8, 0, 0)),
	{ "ntp.request_in", "answer: frame of its request", FIELD_FRAMENUM, 0, ROW_NEEDS_REQUEST, false, 0, get_request_in },
	{ "ntp.response_in", "request: frame of its answer", FIELD_FRAMENUM, 0, ROW_NEEDS_RESPONSE, false, 0, get_response_in },
	NTP("ntp.rootdelay", "root delay, 2^-16 seconds", FIELD_UINT32, 0, get_ntp_data, PLACE(ITEM_ROOT_DELAY, 4, 4, 0, 0)),
	NTP("ntp.rootdispersion", "root dispersion, 2^-16 seconds", FIELD_UINT32, 0, get_ntp_data, PLACE(ITEM_ROOT_DISPERSION, 8, 4, 0, 0)),
	NTP("ntp.stratum", "stratum", FIELD_UINT8, 0, get_ntp_data, PLACE(ITEM_STRATUM, 1, 1, 0, 0)),
	NTP("ntp.xmt", "transmit timestamp (T3; T1 in a request)", FIELD_ABSOLUTE_TIME, FIELD_BASE_NTP_TIME, get_ntp_data, PLACE(ITEM_XMT, 40, 8, 0, 0)),
};
/* clang-format on */

const struct field_table table_ntp_a = { before, sizeof(before) / sizeof(before[0]) };
const struct field_table table_ntp_b = { behind, sizeof(behind) / sizeof(behind[0]) };
