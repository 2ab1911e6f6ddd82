/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/tls.h"

#include <string.h>

enum {
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_ALPN = 16,
	EXTENSION_VERSIONS = 43,
	RANDOM_LEN = 32,
};

/* type (1), version (2), length (2): RFC 8446 section 5.1 */
bool tls_record_parse(const uint8_t p[TLS_RECORD_HEADER], struct tls_record *out)
{
	*out = (struct tls_record){ .type = p[0], .version = load_be16(p + 1), .len = load_be16(p + 3) };
	return out->type >= TLS_RECORD_CHANGE_CIPHER && out->type <= TLS_RECORD_HEARTBEAT && p[1] == 3 &&
	       p[2] <= 4 && out->len <= TLS_RECORD_MOST;
}

/* The next n octets, or as many as there are. */
static struct bytes part(struct bytes *b, size_t n)
{
	size_t left = bytes_left(b);
	if (n > left)
		n = left;
	return bytes_of(bytes_take(b, n), n);
}

static size_t put_clean(char *out, size_t room, const uint8_t *p, size_t n)
{
	if (n > room)
		n = room;
	for (size_t i = 0; i < n; i++)
		out[i] = p[i] > 0x20 && p[i] < 0x7f ? (char)p[i] : '?';
	out[n] = '\0';
	return n;
}

/* RFC 6066 section 3: list length (2); type (1, 0 is a host), length (2), name */
static void read_name(struct bytes ext, struct tls_handshake *out)
{
	struct bytes list = part(&ext, bytes_be16(&ext));

	while (bytes_left(&list)) {
		uint8_t type = bytes_u8(&list);
		uint16_t len = bytes_be16(&list);
		const uint8_t *name = bytes_take(&list, len);
		if (name && type == 0 && !out->name[0])
			put_clean(out->name, sizeof(out->name) - 1, name, len);
	}
}

/* RFC 7301 section 3.1: list length (2); length (1), name */
static void read_protocols(struct bytes ext, struct tls_handshake *out)
{
	struct bytes list = part(&ext, bytes_be16(&ext));
	size_t at = 0;

	while (bytes_left(&list) && at + 2 < sizeof(out->protocols)) {
		uint8_t len = bytes_u8(&list);
		const uint8_t *name = bytes_take(&list, len);
		if (!name || !len)
			continue;
		if (at)
			out->protocols[at++] = ',';
		at += put_clean(out->protocols + at, sizeof(out->protocols) - 1 - at, name, len);
	}
}

/* RFC 8446 section 4.2.1: the client's list behind its length (1), or the server's choice */
static void read_versions(struct bytes ext, struct tls_handshake *out)
{
	if (out->type == TLS_HANDSHAKE_SERVER_HELLO) {
		uint16_t v = bytes_be16(&ext);
		if (!ext.bad)
			out->version = v;
		return;
	}
	struct bytes list = part(&ext, bytes_u8(&ext));
	while (bytes_left(&list) && out->n_versions < TLS_VERSIONS_MAX) {
		uint16_t v = bytes_be16(&list);
		if (!list.bad && !tls_is_grease(v))
			out->versions[out->n_versions++] = v;
	}
}

static void read_extensions(struct bytes *hello, struct tls_handshake *out)
{
	struct bytes list = part(hello, bytes_be16(hello));

	while (bytes_left(&list)) {
		uint16_t type = bytes_be16(&list), len = bytes_be16(&list);
		struct bytes ext = part(&list, len);
		if (type == EXTENSION_SERVER_NAME)
			read_name(ext, out);
		else if (type == EXTENSION_ALPN)
			read_protocols(ext, out);
		else if (type == EXTENSION_VERSIONS)
			read_versions(ext, out);
	}
}

/* RFC 8446 section 4.1.3: the SHA-256 of "HelloRetryRequest" */
static bool is_retry(const uint8_t random[RANDOM_LEN])
{
	static const uint8_t retry[RANDOM_LEN] = {
		0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
		0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
		0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
	};
	return memcmp(random, retry, RANDOM_LEN) == 0;
}

/* RFC 8446 sections 4.1.2 and 4.1.3: version (2), random (32), session (1 + n), then of the client suites
 * (2 + n) and compressions (1 + n), of the server its choices (2, 1); extensions */
static void read_hello(struct bytes b, struct tls_handshake *out)
{
	out->version = bytes_be16(&b);
	const uint8_t *random = bytes_take(&b, RANDOM_LEN);
	bytes_take(&b, bytes_u8(&b));
	if (out->type == TLS_HANDSHAKE_SERVER_HELLO) {
		out->retry = random && is_retry(random);
		out->cipher = bytes_be16(&b);
		bytes_u8(&b);
	} else {
		struct bytes list = part(&b, bytes_be16(&b));
		out->n_ciphers = (unsigned)(bytes_left(&list) / 2);
		out->ciphers = list.at;
		bytes_take(&b, bytes_u8(&b));
	}
	read_extensions(&b, out);
}

/* type (1), length (3), body: RFC 8446 section 4 */
bool tls_handshake_next(struct bytes *b, struct tls_handshake *out)
{
	*out = (struct tls_handshake){ 0 };
	if (bytes_left(b) < 4)
		return false;
	out->type = bytes_u8(b);
	out->len = (uint32_t)bytes_u8(b) << 16;
	out->len |= bytes_be16(b);
	out->cut = out->len > bytes_left(b);
	struct bytes body = part(b, out->len);
	if (out->type == TLS_HANDSHAKE_CLIENT_HELLO || out->type == TLS_HANDSHAKE_SERVER_HELLO)
		read_hello(body, out);
	return true;
}

/* ---- words --------------------------------------------------------------------------------------- */

const char *tls_record_name(uint8_t type)
{
	switch (type) {
	case TLS_RECORD_CHANGE_CIPHER: return "change cipher spec";
	case TLS_RECORD_ALERT: return "alert";
	case TLS_RECORD_HANDSHAKE: return "handshake";
	case TLS_RECORD_DATA: return "application data";
	case TLS_RECORD_HEARTBEAT: return "heartbeat";
	}
	return NULL;
}

const char *tls_handshake_name(uint8_t type)
{
	switch (type) {
	case 0: return "hello request";
	case TLS_HANDSHAKE_CLIENT_HELLO: return "client hello";
	case TLS_HANDSHAKE_SERVER_HELLO: return "server hello";
	case 4: return "new session ticket";
	case 5: return "end of early data";
	case 8: return "encrypted extensions";
	case 11: return "certificate";
	case 12: return "server key exchange";
	case 13: return "certificate request";
	case 14: return "server hello done";
	case 15: return "certificate verify";
	case 16: return "client key exchange";
	case 20: return "finished";
	case 22: return "certificate status";
	case 24: return "key update";
	}
	return NULL;
}

const char *tls_version_name(uint16_t version)
{
	static const char *const names[] = { "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3" };
	return version >= 0x0300 && version <= 0x0304 ? names[version & 7] : NULL;
}

/* IANA's registry of alerts, RFC 8446 section 6. */
const char *tls_alert_name(uint8_t description)
{
	static const char *const names[] = {
		[0] = "close_notify",
		[10] = "unexpected_message",
		[20] = "bad_record_mac",
		[21] = "decryption_failed",
		[22] = "record_overflow",
		[30] = "decompression_failure",
		[40] = "handshake_failure",
		[41] = "no_certificate",
		[42] = "bad_certificate",
		[43] = "unsupported_certificate",
		[44] = "certificate_revoked",
		[45] = "certificate_expired",
		[46] = "certificate_unknown",
		[47] = "illegal_parameter",
		[48] = "unknown_ca",
		[49] = "access_denied",
		[50] = "decode_error",
		[51] = "decrypt_error",
		[60] = "export_restriction",
		[70] = "protocol_version",
		[71] = "insufficient_security",
		[80] = "internal_error",
		[86] = "inappropriate_fallback",
		[90] = "user_canceled",
		[100] = "no_renegotiation",
		[109] = "missing_extension",
		[110] = "unsupported_extension",
		[111] = "certificate_unobtainable",
		[112] = "unrecognized_name",
		[113] = "bad_certificate_status_response",
		[114] = "bad_certificate_hash_value",
		[115] = "unknown_psk_identity",
		[116] = "certificate_required",
		[120] = "no_application_protocol",
		[121] = "ech_required",
	};
	return description < sizeof(names) / sizeof(names[0]) ? names[description] : NULL;
}

/* Those that key establishment and the web use. */
const char *tls_cipher_name(uint16_t cipher)
{
	switch (cipher) {
	case 0x00ff: return "TLS_EMPTY_RENEGOTIATION_INFO_SCSV";
	case 0x002f: return "TLS_RSA_WITH_AES_128_CBC_SHA";
	case 0x0035: return "TLS_RSA_WITH_AES_256_CBC_SHA";
	case 0x003c: return "TLS_RSA_WITH_AES_128_CBC_SHA256";
	case 0x003d: return "TLS_RSA_WITH_AES_256_CBC_SHA256";
	case 0x009c: return "TLS_RSA_WITH_AES_128_GCM_SHA256";
	case 0x009d: return "TLS_RSA_WITH_AES_256_GCM_SHA384";
	case 0x009e: return "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256";
	case 0x009f: return "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384";
	case 0x1301: return "TLS_AES_128_GCM_SHA256";
	case 0x1302: return "TLS_AES_256_GCM_SHA384";
	case 0x1303: return "TLS_CHACHA20_POLY1305_SHA256";
	case 0x1304: return "TLS_AES_128_CCM_SHA256";
	case 0x1305: return "TLS_AES_128_CCM_8_SHA256";
	case 0x5600: return "TLS_FALLBACK_SCSV";
	case 0xc009: return "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
	case 0xc00a: return "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA";
	case 0xc013: return "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
	case 0xc014: return "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA";
	case 0xc02b: return "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
	case 0xc02c: return "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
	case 0xc02f: return "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
	case 0xc030: return "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
	case 0xcca8: return "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
	case 0xcca9: return "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
	case 0xccaa: return "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
	case 0xc0ac: return "TLS_ECDHE_ECDSA_WITH_AES_128_CCM";
	case 0xc0ad: return "TLS_ECDHE_ECDSA_WITH_AES_256_CCM";
	}
	return NULL;
}
