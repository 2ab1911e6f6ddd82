/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ntske.h"

#include <string.h>

enum {
	RECORD_CHANGE_CIPHER = 20,
	RECORD_ALERT = 21,
	RECORD_HANDSHAKE = 22,
	RECORD_HEARTBEAT = 24,
	RECORD_MAX = (1 << 14) + 2048, /* RFC 5246 section 6.2.3, the widest of all versions */
	HANDSHAKE_CLIENT_HELLO = 1,
	HANDSHAKE_SERVER_HELLO = 2,
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_ALPN = 16,
};

/* The next n octets of b as a cursor of their own, or as many as there are. */
static struct bytes take_up_to(struct bytes *b, size_t n)
{
	size_t left = bytes_left(b);
	size_t len = n < left ? n : left;
	return bytes_of(bytes_take(b, len), len);
}

static void copy_text(char *out, size_t max, const uint8_t *p, size_t n)
{
	if (n > max - 1)
		n = max - 1;
	for (size_t i = 0; i < n; i++)
		out[i] = p[i] > 0x20 && p[i] < 0x7f ? (char)p[i] : '?';
	out[n] = '\0';
}

/* RFC 6066 section 3: list length (2), then type (1; 0 is a host name), length (2), name. */
static void read_server_name(struct bytes ext, struct tls_hello *out)
{
	struct bytes list = take_up_to(&ext, bytes_be16(&ext));

	while (bytes_left(&list)) {
		uint8_t type = bytes_u8(&list);
		uint16_t len = bytes_be16(&list);
		const uint8_t *name = bytes_take(&list, len);
		if (name && type == 0 && !out->sni[0])
			copy_text(out->sni, sizeof(out->sni), name, len);
	}
}

/* RFC 7301 section 3.1: list length (2), then length (1) and name of each protocol. */
static void read_alpn(struct bytes ext, struct tls_hello *out)
{
	static const char ntske[] = "ntske/1";
	struct bytes list = take_up_to(&ext, bytes_be16(&ext));

	while (bytes_left(&list)) {
		uint8_t len = bytes_u8(&list);
		const uint8_t *name = bytes_take(&list, len);
		if (!name || !len)
			continue;
		if (!out->alpn[0])
			copy_text(out->alpn, sizeof(out->alpn), name, len);
		if (len == sizeof(ntske) - 1 && memcmp(name, ntske, len) == 0)
			out->alpn_ntske = true;
	}
}

static void read_extensions(struct bytes *hello, struct tls_hello *out)
{
	struct bytes list = take_up_to(hello, bytes_be16(hello));

	while (bytes_left(&list)) {
		uint16_t type = bytes_be16(&list), len = bytes_be16(&list);
		struct bytes ext = take_up_to(&list, len);
		if (type == EXTENSION_SERVER_NAME)
			read_server_name(ext, out);
		else if (type == EXTENSION_ALPN)
			read_alpn(ext, out);
	}
}

/*
 * RFC 8446 section 4.1.2 and 4.1.3: version (2), random (32), session id (1 + n), then the client's lists of
 * cipher suites (2 + n) and compression methods (1 + n), or the server's choice of each (2, 1), extensions.
 */
static void read_hello(struct bytes hello, struct tls_hello *out)
{
	bytes_take(&hello, 2 + 32);
	bytes_take(&hello, bytes_u8(&hello));
	if (out->seen == TLS_CLIENT_HELLO) {
		bytes_take(&hello, bytes_be16(&hello));
		bytes_take(&hello, bytes_u8(&hello));
	} else {
		bytes_take(&hello, 2 + 1);
	}
	read_extensions(&hello, out);
}

/* Type (1), length (3), body.  A hello may go on in the next segment, or in the next record. */
static void read_handshake(struct bytes record, struct tls_hello *out)
{
	uint8_t type = bytes_u8(&record);
	uint32_t len = (uint32_t)bytes_u8(&record) << 16;
	len |= bytes_be16(&record);

	out->cut = record.bad || len > bytes_left(&record);
	if (type == HANDSHAKE_CLIENT_HELLO)
		out->seen = TLS_CLIENT_HELLO;
	else if (type == HANDSHAKE_SERVER_HELLO)
		out->seen = TLS_SERVER_HELLO;
	else
		return;
	read_hello(take_up_to(&record, len), out);
}

/* RFC 8446 section 5.1: type (1), version (2, major 3), length (2). */
void tls_hello_parse(const uint8_t *p, uint32_t len, struct tls_hello *out)
{
	struct bytes b = bytes_of(p, len);
	uint8_t type = bytes_u8(&b), major = bytes_u8(&b);

	*out = (struct tls_hello){ .seen = TLS_NONE };
	if (b.bad || type < RECORD_CHANGE_CIPHER || type > RECORD_HEARTBEAT || major != 3)
		return;
	bytes_u8(&b);
	uint16_t record_len = bytes_be16(&b);
	if (record_len > RECORD_MAX)
		return;
	out->seen = TLS_OTHER;
	out->cut = b.bad || record_len > bytes_left(&b);

	struct bytes record = take_up_to(&b, record_len);
	if (type == RECORD_HANDSHAKE && bytes_left(&record)) {
		read_handshake(record, out);
	} else if (type == RECORD_ALERT && record_len == 2) {
		/* Any other length is an encrypted alert of TLS 1.2. */
		out->seen = TLS_ALERT;
		out->alert_level = bytes_u8(&record);
		out->alert_description = bytes_u8(&record);
	}
}

/*
 * RFC 8915 section 4:
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |C|         Record Type         |          Body Length          |
 *   |                             Body                              |
 */
bool ntske_record_next(struct bytes *b, struct ntske_record *out)
{
	*out = (struct ntske_record){ 0 };
	if (!bytes_left(b))
		return false;
	uint16_t type = bytes_be16(b), len = bytes_be16(b);
	const uint8_t *body = bytes_take(b, len);
	if (b->bad)
		return false;
	out->critical = type >> 15;
	out->type = type & 0x7fff;
	out->body = body;
	out->body_len = len;
	return true;
}
