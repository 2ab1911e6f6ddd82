/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ntske_talk.h"

#include <string.h>

#include "base/bytes.h"
#include "proto/ntske.h"

enum { RECORD_HEADER_LEN = 4, CRITICAL = 0x8000 };

static size_t write_list(uint8_t *p, uint16_t type, const uint16_t *list, size_t n)
{
	store_be16(p, CRITICAL | type);
	store_be16(p + 2, (uint16_t)(2 * n));
	for (size_t i = 0; i < n; i++)
		store_be16(p + RECORD_HEADER_LEN + 2 * i, list[i]);
	return RECORD_HEADER_LEN + 2 * n;
}

size_t ntske_request_write(const uint16_t *aeads, size_t n, uint8_t *p, size_t room)
{
	static const uint16_t protocol = NTSKE_PROTOCOL_NTPV4;
	size_t at = 0;

	if (room < (size_t)3 * RECORD_HEADER_LEN + 2 + 2 * n)
		return 0;
	at += write_list(p, NTSKE_NEXT_PROTOCOL, &protocol, 1);
	at += write_list(p + at, NTSKE_AEAD, aeads, n);
	return at + write_list(p + at, NTSKE_END, NULL, 0);
}

/* What has been seen of an answer that comes record by record. */
struct seen {
	unsigned n_protocols, n_aeads, n_servers, n_ports;
	bool speaks_ntpv4, aead_is_ours;
};

static enum ntske_verdict read_protocol(const struct ntske_record *r, struct seen *s)
{
	if (r->body_len % 2 || s->n_protocols++)
		return NTSKE_BAD_RECORD;
	for (size_t i = 0; i < r->body_len; i += 2)
		s->speaks_ntpv4 |= load_be16(r->body + i) == NTSKE_PROTOCOL_NTPV4;
	return NTSKE_OK;
}

static enum ntske_verdict read_aead(const struct ntske_record *r, const uint16_t *aeads, size_t n,
				    struct seen *s, struct ntske_answer *out)
{
	if (r->body_len > 2 || r->body_len % 2 || s->n_aeads++)
		return NTSKE_BAD_RECORD;
	if (!r->body_len)
		return NTSKE_OK; /* it said that it has none of ours */
	out->aead = load_be16(r->body);
	for (size_t i = 0; i < n; i++)
		s->aead_is_ours |= aeads[i] == out->aead;
	return NTSKE_OK;
}

static enum ntske_verdict read_cookie(const struct ntske_record *r, struct ntske_answer *out)
{
	if (!r->body_len)
		return NTSKE_BAD_RECORD;
	if (out->n_cookies == NTSKE_COOKIES_MAX || r->body_len > NTSKE_COOKIE_MAX) {
		out->n_cookies_more++;
		return NTSKE_OK;
	}
	struct ntske_cookie *c = &out->cookies[out->n_cookies++];
	c->len = r->body_len;
	memcpy(c->octets, r->body, r->body_len);
	return NTSKE_OK;
}

/* An address or a name: letters, digits and what stands between them. */
static enum ntske_verdict read_server(const struct ntske_record *r, struct seen *s, struct ntske_answer *out)
{
	if (!r->body_len || r->body_len >= NTSKE_SERVER_MAX || s->n_servers++)
		return NTSKE_BAD_RECORD;
	for (size_t i = 0; i < r->body_len; i++) {
		uint8_t c = r->body[i];
		bool good = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' ||
			    c == '-' || c == ':' || c == '_';
		if (!good)
			return NTSKE_BAD_RECORD;
	}
	memcpy(out->server, r->body, r->body_len);
	out->server[r->body_len] = '\0';
	return NTSKE_OK;
}

static enum ntske_verdict read_port(const struct ntske_record *r, struct seen *s, struct ntske_answer *out)
{
	if (r->body_len != 2 || !load_be16(r->body) || s->n_ports++)
		return NTSKE_BAD_RECORD;
	out->port = load_be16(r->body);
	return NTSKE_OK;
}

static enum ntske_verdict read_record(const struct ntske_record *r, const uint16_t *aeads, size_t n,
				      struct seen *s, struct ntske_answer *out)
{
	switch (r->type) {
	case NTSKE_NEXT_PROTOCOL: return read_protocol(r, s);
	case NTSKE_ERROR:
	case NTSKE_WARNING:
		if (r->body_len != 2)
			return NTSKE_BAD_RECORD;
		out->code = load_be16(r->body);
		return r->type == NTSKE_ERROR ? NTSKE_SAID_ERROR : NTSKE_SAID_WARNING;
	case NTSKE_AEAD: return read_aead(r, aeads, n, s, out);
	case NTSKE_COOKIE: return read_cookie(r, out);
	case NTSKE_SERVER: return read_server(r, s, out);
	case NTSKE_PORT: return read_port(r, s, out);
	default: return r->critical ? NTSKE_UNKNOWN : NTSKE_OK;
	}
}

static enum ntske_verdict judge(const struct seen *s, const struct ntske_answer *a)
{
	if (!s->speaks_ntpv4)
		return NTSKE_NO_PROTOCOL;
	if (!s->aead_is_ours)
		return NTSKE_NO_AEAD;
	return a->n_cookies ? NTSKE_OK : NTSKE_NO_COOKIES;
}

enum ntske_verdict ntske_answer_parse(const uint8_t *p, size_t len, const uint16_t *aeads, size_t n,
				      struct ntske_answer *out)
{
	struct bytes b = bytes_of(p, len);
	struct ntske_record r;
	struct seen s = { 0 };

	memset(out, 0, sizeof(*out));
	while (ntske_record_next(&b, &r)) {
		if (r.type == NTSKE_END) {
			out->bad_type = NTSKE_END;
			return r.body_len || !r.critical ? NTSKE_BAD_RECORD : judge(&s, out);
		}
		enum ntske_verdict v = read_record(&r, aeads, n, &s, out);
		if (v != NTSKE_OK) {
			out->bad_type = r.type;
			return v;
		}
	}
	return NTSKE_INCOMPLETE;
}

const char *ntske_error_name(uint16_t code)
{
	static const char *const names[] = { "unrecognized critical record", "bad request",
					     "internal server error" };
	return code < sizeof(names) / sizeof(names[0]) ? names[code] : NULL;
}
