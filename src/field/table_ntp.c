/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NTP: the data header, what follows it, pairing; Wireshark's names and ours.  Modes 6 and 7 have tables of
 * their own. */
#include "field/items.h"
#include "field/ntp_get.h"
#include "field/ntp_ours.h"

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

static void get_ntp(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	if (ntp_mode_of(row) >= 0)
		sink->take(sink, &(struct field_value){ .bytes = { row->ntp->payload, row->ntp->len, row } });
}

#define NTP(name, meaning, type, base, get, what)                                          \
	{                                                                                  \
		"ntp." name, meaning, FIELD_##type, FIELD_BASE_##base, 0, false, what, get \
	}
#define PAIR(name, meaning, type, needs, get)                                           \
	{                                                                               \
		"ntp." name, meaning, FIELD_##type, 0, ROW_NEEDS_##needs, false, 0, get \
	}
#define OURS(name, meaning, type, base, get, what)                                        \
	{                                                                                 \
		"ntp." name, meaning, FIELD_##type, FIELD_BASE_##base, 0, true, what, get \
	}
#define AT(item, offset, octets) PLACE(ITEM_##item, offset, octets, 0, 0)
#define V5(offset, octets)       PLACE(0, offset, octets, 0, 0)

/* clang-format off */
static const struct field first[] = {
	{ "ntp", "NTP, in all its modes", FIELD_PROTOCOL, 0, 0, false,
	  PLACE(LAYER_PAYLOAD, 0, 0, 0, 0), get_ntp },
	OURS("auth", "authentication: none, mac, crypto-nak, nts, nts-nak, ms-sntp, autokey",
	     STRING, DEC, get_auth, 0),
	{ "ntp.class", "what became of the exchange: answered, unanswered, late, ...", FIELD_STRING, 0,
	  ROW_NEEDS_EXCHANGE, true, 0, get_class },
};

static const struct field middle[] = {
	PAIR("delta_time", "answer: time since its request, as captured", RELATIVE_TIME, REQUEST, get_delta),
	NTP("ext", "an extension field", NONE, DEC, get_ntp_trailer, TRAILER_EXT),
	NTP("ext.invalid_length", "an extension field whose length is no multiple of 4",
	    NONE, DEC, get_ntp_trailer, TRAILER_EXT_INVALID),
	NTP("ext.length", "octets of an extension field, header and padding included",
	    UINT16, DEC, get_ntp_trailer, TRAILER_EXT_LENGTH),
	NTP("ext.type", "type of an extension field", UINT16, HEX, get_ntp_trailer, TRAILER_EXT_TYPE),
	NTP("ext.value", "contents of an extension field", BYTES, DEC, get_ntp_trailer, TRAILER_EXT_VALUE),
	NTP("flags", "first octet: leap indicator, version, mode",
	    UINT8, HEX, get_ntp_flags, PLACE(0, 0, 1, 0, 0)),
	NTP("flags.li", "leap indicator; 3: not synchronised",
	    UINT8, DEC, get_ntp_leap, PLACE(0, 0, 1, 6, 0)),
	NTP("flags.mode", "1, 2 symmetric, 3 client, 4 server, 5 broadcast, 6 control, 7 private",
	    UINT8, DEC, get_ntp_flags, PLACE(0, 0, 1, 0, 3)),
	NTP("flags.vn", "version", UINT8, DEC, get_ntp_flags, PLACE(0, 0, 1, 3, 3)),
	NTP("key_index", "mode 6: key identifier", UINT32, HEX, get_control_auth, AUTH_KEY_INDEX),
	NTP("key_signature", "mode 6: digest", BYTES, DEC, get_control_auth, AUTH_SIGNATURE),
	NTP("key_type", "mode 6: 0 a digest of 16 octets, 1 of 20",
	    UINT8, DEC, get_control_auth, AUTH_KEY_TYPE),
	NTP("keyid", "key identifier before the MAC; a crypto-NAK has 0 and no MAC",
	    BYTES, DEC, get_ntp_trailer, TRAILER_KEYID),
	OURS("kod", "code of a kiss-o'-death packet: RATE, DENY, ...", STRING, DEC, get_kod, 0),
	NTP("mac", "message authentication code", BYTES, DEC, get_ntp_trailer, TRAILER_MAC),
	OURS("nts.ciphertext", "NTS: what the authenticator encrypts, and its tag",
	     BYTES, DEC, get_nts, NTS_CIPHERTEXT),
	OURS("nts.ciphertext.length", "NTS: octets of the ciphertext",
	     UINT16, DEC, get_nts, NTS_CIPHERTEXT_LEN),
	OURS("nts.cookie", "NTS: a cookie sent to the server", BYTES, DEC, get_nts, NTS_COOKIE),
	OURS("nts.cookies", "NTS: cookies sent to the server, their number",
	     UINT8, DEC, get_nts, NTS_COOKIES),
	OURS("nts.nonce", "NTS: nonce of the authenticator", BYTES, DEC, get_nts, NTS_NONCE),
	OURS("nts.nonce.length", "NTS: octets of the nonce", UINT16, DEC, get_nts, NTS_NONCE_LEN),
	OURS("nts.placeholders", "NTS: cookies that the client asks for besides the usual one",
	     UINT8, DEC, get_nts, NTS_PLACEHOLDERS),
	OURS("nts.uid", "NTS: unique identifier", BYTES, DEC, get_nts, NTS_UID),
	{ "ntp.offset_s", "answer: server's clock minus that of the capture", FIELD_RELATIVE_TIME, 0,
	  ROW_NEEDS_REQUEST, true, 0, get_offset },
	NTP("org", "origin timestamp: T1, as the server heard it",
	    ABSOLUTE_TIME, NTP_TIME, get_ntp_data, AT(ORG, 24, 8)),
	NTP("padding", "mode 6: octets before the authenticator", BYTES, DEC, get_control_auth, AUTH_PADDING),
	NTP("ppoll", "poll interval, log2 seconds, unsigned as in Wireshark",
	    UINT8, DEC, get_ntp_data, AT(PPOLL, 2, 1)),
	NTP("precision", "precision of the clock, log2 seconds, unsigned as in Wireshark",
	    UINT8, DEC, get_ntp_data, AT(PRECISION, 3, 1)),
};

static const struct field last[] = {
	NTP("rec", "receive timestamp: T2", ABSOLUTE_TIME, NTP_TIME, get_ntp_data, AT(REC, 32, 8)),
	NTP("refid", "reference identifier", BYTES, DEC, get_ntp_data, AT(REFID, 12, 4)),
	OURS("refid.ip", "reference identifier from stratum 2 on, as an address (of IPv6 sources: a hash)",
	     IPV4, DEC, get_refid_ip, 0),
	OURS("refid.text", "reference identifier as people read it: GPS, RATE, 192.0.2.1",
	     STRING, DEC, get_refid_text, 0),
	NTP("reftime", "reference timestamp: when the clock was last set",
	    ABSOLUTE_TIME, NTP_TIME, get_ntp_data, AT(REFTIME, 16, 8)),
	PAIR("request_in", "answer: frame of its request", FRAMENUM, REQUEST, get_request_in),
	PAIR("response_in", "request: frame of its answer", FRAMENUM, RESPONSE, get_response_in),
	NTP("rootdelay", "root delay, 2^-16 seconds", UINT32, DEC, get_ntp_data, AT(ROOT_DELAY, 4, 4)),
	OURS("rootdelay_s", "root delay, seconds", DOUBLE, DEC, get_root, 4),
	NTP("rootdispersion", "root dispersion, 2^-16 seconds",
	    UINT32, DEC, get_ntp_data, AT(ROOT_DISPERSION, 8, 4)),
	OURS("rootdispersion_s", "root dispersion, seconds", DOUBLE, DEC, get_root, 8),
	NTP("stratum", "stratum", UINT8, DEC, get_ntp_data, AT(STRATUM, 1, 1)),
	OURS("turnaround_s", "answer: T3 - T2, how long the server had it",
	     RELATIVE_TIME, DEC, get_turnaround, 0),
	OURS("v5.client_cookie", "NTPv5 draft: client cookie", UINT64, HEX, get_v5, V5(24, 8)),
	OURS("v5.draft", "NTPv5 draft: name of the draft that is spoken", STRING, DEC, get_v5_draft, 0),
	OURS("v5.era", "NTPv5 draft: era of the timestamps", UINT8, DEC, get_v5, V5(13, 1)),
	OURS("v5.flags", "NTPv5 draft: flags", UINT16, HEX, get_v5, V5(14, 2)),
	OURS("v5.server_cookie", "NTPv5 draft: server cookie", UINT64, HEX, get_v5, V5(16, 8)),
	OURS("v5.timescale", "NTPv5 draft: 0 UTC, 1 TAI, 2 UT1, 3 smeared UTC",
	     UINT8, DEC, get_v5, V5(12, 1)),
	NTP("xmt", "transmit timestamp: T3; T1 in a request",
	    ABSOLUTE_TIME, NTP_TIME, get_ntp_data, AT(XMT, 40, 8)),
};
/* clang-format on */

const struct field_table table_ntp_first = FIELD_TABLE(first);
const struct field_table table_ntp_middle = FIELD_TABLE(middle);
const struct field_table table_ntp_last = FIELD_TABLE(last);
