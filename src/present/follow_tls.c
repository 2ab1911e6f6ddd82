/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS records of a TCP stream, put together from what its segments bring. */
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "present/follow_parts.h"
#include "present/text.h"

enum { CIPHERS_SHOWN = 4 };

static void record_done(struct follow *f, const struct tcp_event *e, const struct tls_record *record)
{
	struct follow_tls *s = &f->tls[e->side];

	follow_show(f, &(struct follow_event){
			       .kind = FOLLOW_RECORD,
			       .side = e->side,
			       .frame = e->frame,
			       .time_ns = e->time_ns,
			       .data = s->at + TLS_RECORD_HEADER,
			       .len = record->len,
			       .wire_len = record->len,
			       .row = f->row,
			       .record = *record,
		       });
	s->have = 0;
}

/* Takes as much as the record in the making needs; 0: these are no records. */
static uint32_t take(struct follow *f, const struct tcp_event *e, const uint8_t *p, uint32_t len)
{
	struct follow_tls *s = &f->tls[e->side];
	struct tls_record record;
	uint32_t want = TLS_RECORD_HEADER;

	if (s->have >= TLS_RECORD_HEADER) {
		tls_record_parse(s->at, &record);
		want += record.len;
	}
	uint32_t n = want - s->have < len ? want - s->have : len;
	memcpy(s->at + s->have, p, n);
	s->have += n;
	if (s->have < TLS_RECORD_HEADER)
		return n;
	if (!tls_record_parse(s->at, &record))
		return 0;
	if (s->have == TLS_RECORD_HEADER + (uint32_t)record.len)
		record_done(f, e, &record);
	return n;
}

bool follow_tls_data(struct follow *f, const struct tcp_event *e)
{
	struct follow_tls *s = &f->tls[e->side];
	const uint8_t *p = e->data;
	uint32_t len = e->len;
	struct tls_record record;

	if (!s->asked) {
		s->asked = true;
		s->is_tls = len >= TLS_RECORD_HEADER && tls_record_parse(p, &record);
	}
	while (s->is_tls && len) {
		uint32_t n = take(f, e, p, len);
		if (!n) {
			s->is_tls = false;
			return p != e->data;
		}
		p += n;
		len -= n;
	}
	return s->is_tls;
}

void follow_tls_lost(struct follow *f, unsigned side)
{
	f->tls[side].asked = true;
	f->tls[side].is_tls = false;
	f->tls[side].have = 0;
}

/* ---- words --------------------------------------------------------------------------------------- */

static void version_words(uint16_t v, char *out, size_t size)
{
	const char *name = tls_version_name(v);

	if (name)
		snprintf(out, size, "%s", name);
	else
		snprintf(out, size, "version 0x%04x", v);
}

static void cipher_words(uint16_t v, char *out, size_t size)
{
	const char *name = tls_cipher_name(v);

	if (name)
		snprintf(out, size, "%s", name);
	else
		snprintf(out, size, "0x%04x", v);
}

static void put_client_hello(struct text *t, const struct tls_handshake *h)
{
	char s[48];
	unsigned shown = 0;

	for (unsigned i = 0; i < h->n_versions; i++) {
		version_words(h->versions[i], s, sizeof(s));
		text_item(t, TEXT_PLAIN, "%s", s);
	}
	if (!h->n_versions) {
		version_words(h->version, s, sizeof(s));
		text_item(t, TEXT_PLAIN, "%s", s);
	}
	text_item(t, TEXT_PLAIN, "%s%s", h->name[0] ? "server name " : "no server name", h->name);
	text_item(t, TEXT_PLAIN, "%s%s", h->protocols[0] ? "ALPN " : "no ALPN", h->protocols);
	text_item(t, TEXT_PLAIN, "%u cipher suites", h->n_ciphers);
	for (unsigned i = 0; i < h->n_ciphers && shown < CIPHERS_SHOWN; i++) {
		uint16_t cipher = load_be16(h->ciphers + 2 * i);
		if (tls_is_grease(cipher))
			continue;
		cipher_words(cipher, s, sizeof(s));
		text_item(t, TEXT_DIM, "%s", s);
		shown++;
	}
	if (h->n_ciphers > shown)
		text_item(t, TEXT_DIM, "...");
}

static void put_server_hello(struct text *t, const struct tls_handshake *h)
{
	char s[48];

	version_words(h->version, s, sizeof(s));
	text_item(t, TEXT_HEAD, "%s", s);
	cipher_words(h->cipher, s, sizeof(s));
	text_item(t, TEXT_PLAIN, "%s", s);
	if (h->protocols[0])
		text_item(t, TEXT_PLAIN, "ALPN %s", h->protocols);
	if (h->retry)
		text_item(t, TEXT_WARN, "asks for another hello");
}

/* Encrypted ones of TLS 1.2 begin with anything. */
static bool is_readable(const struct tls_handshake *h, const struct follow_event *e)
{
	return tls_handshake_name(h->type) && h->len <= (1 << 20) && (h->cut ? e->len > 4 : true);
}

static void put_handshake(struct text *t, const struct follow_event *e)
{
	struct bytes b = bytes_of(e->data, e->len);
	struct tls_handshake h;

	while (tls_handshake_next(&b, &h)) {
		if (!is_readable(&h, e)) {
			text_item(t, TEXT_DIM, "encrypted");
			return;
		}
		text_item(t, TEXT_HEAD, "%s", tls_handshake_name(h.type));
		if (h.type == TLS_HANDSHAKE_CLIENT_HELLO)
			put_client_hello(t, &h);
		else if (h.type == TLS_HANDSHAKE_SERVER_HELLO)
			put_server_hello(t, &h);
		if (h.cut)
			text_item(t, TEXT_DIM, "goes on in the next record");
	}
}

static void put_alert(struct text *t, const struct follow_event *e)
{
	const char *name = tls_alert_name(e->data[1]);

	if (name)
		text_item(t, TEXT_ALARM, "%s: %s", e->data[0] == 2 ? "fatal" : "warning", name);
	else
		text_item(t, TEXT_ALARM, "level %u, description %u", e->data[0], e->data[1]);
}

void follow_text_record(struct text *t, const struct follow_event *e)
{
	const char *version = tls_version_name(e->record.version);
	char s[96];

	snprintf(s, sizeof(s), "%s record: %s, %u octet%s", version ? version : "TLS",
		 tls_record_name(e->record.type), e->len, e->len == 1 ? "" : "s");
	t->indent = 40;
	text_put(t, TEXT_PLAIN, s);
	t->has_items = true;
	if (e->record.type == TLS_RECORD_HANDSHAKE)
		put_handshake(t, e);
	else if (e->record.type == TLS_RECORD_ALERT && e->len == 2)
		put_alert(t, e);
	else if (e->record.type == TLS_RECORD_ALERT)
		text_item(t, TEXT_DIM, "encrypted");
	text_line(t);
}

/* ---- JSON ---------------------------------------------------------------------------------------- */

static void json_versions(struct jw *j, const struct tls_handshake *h)
{
	char s[48];

	jw_open(j, "versions", JW_ARRAY);
	for (unsigned i = 0; i < h->n_versions; i++) {
		version_words(h->versions[i], s, sizeof(s));
		jw_text(j, NULL, s);
	}
	jw_close(j);
}

static void json_client_hello(struct jw *j, const struct tls_handshake *h)
{
	char s[48];

	json_versions(j, h);
	jw_text_or_null(j, "server_name", h->name[0] ? h->name : NULL);
	jw_text_or_null(j, "alpn", h->protocols[0] ? h->protocols : NULL);
	jw_open(j, "ciphers", JW_ARRAY);
	for (unsigned i = 0; i < h->n_ciphers; i++) {
		cipher_words(load_be16(h->ciphers + 2 * i), s, sizeof(s));
		jw_text(j, NULL, s);
	}
	jw_close(j);
}

static void json_server_hello(struct jw *j, const struct tls_handshake *h)
{
	char s[48];

	version_words(h->version, s, sizeof(s));
	jw_text(j, "version", s);
	cipher_words(h->cipher, s, sizeof(s));
	jw_text(j, "cipher", s);
	jw_bool(j, "retry", h->retry);
	jw_text_or_null(j, "alpn", h->protocols[0] ? h->protocols : NULL);
}

static void json_handshake(struct jw *j, const struct follow_event *e)
{
	struct bytes b = bytes_of(e->data, e->len);
	struct tls_handshake h;

	jw_open(j, "messages", JW_ARRAY);
	while (tls_handshake_next(&b, &h) && is_readable(&h, e)) {
		jw_open(j, NULL, JW_OBJECT);
		jw_text(j, "message", tls_handshake_name(h.type));
		jw_u64(j, "bytes", h.len);
		if (h.type == TLS_HANDSHAKE_CLIENT_HELLO)
			json_client_hello(j, &h);
		else if (h.type == TLS_HANDSHAKE_SERVER_HELLO)
			json_server_hello(j, &h);
		jw_close(j);
	}
	jw_close(j);
}

void follow_json_record(struct jw *j, const struct follow_event *e)
{
	char s[48];

	jw_text(j, "record", tls_record_name(e->record.type));
	version_words(e->record.version, s, sizeof(s));
	jw_text(j, "record_version", s);
	jw_u64(j, "bytes", e->len);
	if (e->record.type == TLS_RECORD_HANDSHAKE)
		json_handshake(j, e);
	if (e->record.type != TLS_RECORD_ALERT || e->len != 2)
		return;
	jw_text(j, "alert_level", e->data[0] == 2 ? "fatal" : "warning");
	jw_u64(j, "alert", e->data[1]);
	jw_text_or_null(j, "alert_name", tls_alert_name(e->data[1]));
}
