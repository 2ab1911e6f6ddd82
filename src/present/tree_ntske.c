/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NTS key establishment (RFC 8915 section 4) as far as it is not encrypted: TLS records and hellos. */
#include "present/tree_parts.h"
#include "proto/ntske.h"

enum { RECORD_HEADER_LEN = 5, RECORD_ALERT = 21, RECORD_HANDSHAKE = 22, RECORD_MAX = (1 << 14) + 2048 };

static const char *record_name(uint8_t type)
{
	switch (type) {
	case 20: return "change cipher spec";
	case RECORD_ALERT: return "alert";
	case RECORD_HANDSHAKE: return "handshake";
	case 23: return "application data, encrypted";
	case 24: return "heartbeat";
	}
	return NULL;
}

static const char *version_name(uint16_t v)
{
	static const char *const names[] = { "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3" };
	return v >= 0x0300 && v <= 0x0304 ? names[v & 7] : "unknown";
}

/* RFC 8446 section 6, those that are met. */
static const char *alert_name(uint8_t v)
{
	switch (v) {
	case 0: return "close notify";
	case 10: return "unexpected message";
	case 20: return "bad record MAC";
	case 22: return "record overflow";
	case 40: return "handshake failure";
	case 42: return "bad certificate";
	case 43: return "unsupported certificate";
	case 44: return "certificate revoked";
	case 45: return "certificate expired";
	case 46: return "certificate unknown";
	case 47: return "illegal parameter";
	case 48: return "unknown certificate authority";
	case 49: return "access denied";
	case 50: return "decode error";
	case 51: return "decrypt error";
	case 70: return "protocol version";
	case 71: return "insufficient security";
	case 80: return "internal error";
	case 86: return "inappropriate fallback";
	case 90: return "user canceled";
	case 109: return "missing extension";
	case 110: return "unsupported extension";
	case 112: return "unrecognized name";
	case 116: return "certificate required";
	case 120: return "no application protocol";
	}
	return "unknown";
}

static void hello(struct tree *t, const uint8_t *p, uint32_t len)
{
	struct tls_hello h;
	tls_hello_parse(p, len, &h);
	switch (h.seen) {
	case TLS_CLIENT_HELLO: tree_open(t, "Client hello"); break;
	case TLS_SERVER_HELLO: tree_open(t, "Server hello"); break;
	case TLS_ALERT:
		tree_item(t, "Level", "%u (%s)", h.alert_level, h.alert_level == 2 ? "fatal" : "warning");
		tree_item(t, "Description", "%u (%s)", h.alert_description, alert_name(h.alert_description));
		return;
	case TLS_NONE:
	case TLS_OTHER: return;
	}
	if (h.sni[0])
		tree_item(t, "Server name", "%s", h.sni);
	if (h.alpn[0])
		tree_item(t, "First protocol (ALPN)", "%s", h.alpn);
	if (h.seen == TLS_CLIENT_HELLO && !h.cut)
		tree_item(t, "Offers ntske/1", "%s", h.alpn_ntske ? "yes" : "no");
	if (h.cut)
		tree_item(t, "Goes on", "in the next segment");
	tree_close(t);
}

/* One record, as far as it is here; returns how many octets it took, 0 when it is none. */
static uint32_t record(struct tree *t, const uint8_t *p, uint32_t len)
{
	if (len < RECORD_HEADER_LEN || !record_name(p[0]) || p[1] != 3)
		return 0;
	uint32_t body = load_be16(p + 3), have = len - RECORD_HEADER_LEN;
	if (body > RECORD_MAX)
		return 0;
	tree_open(t, "TLS record: %s, %u octets%s", record_name(p[0]), body,
		  body > have ? ", more follow" : "");
	tree_item(t, "Version", "0x%04x (%s)", load_be16(p + 1), version_name(load_be16(p + 1)));
	if (body < have)
		have = body;
	if (p[0] == RECORD_HANDSHAKE || p[0] == RECORD_ALERT)
		hello(t, p, RECORD_HEADER_LEN + have);
	tree_close(t);
	return RECORD_HEADER_LEN + have;
}

void tree_ntske(struct tree *t, const uint8_t *p, uint32_t len)
{
	uint32_t n;
	if (!len)
		return;
	tree_open(t, "NTS key establishment, %u octets", len);
	while (len && (n = record(t, p, len)) > 0) {
		p += n;
		len -= n;
	}
	if (len)
		tree_item(t, "Middle of a record", "%u octets", len);
	tree_close(t);
}
