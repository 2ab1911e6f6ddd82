/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "present/follow_parts.h"
#include "present/hex_dump.h"
#include "present/utf8.h"
#include "present/words.h"
#include "proto/names.h"

static void on_tcp(struct tcp_sink *sink, const struct tcp_event *e);

enum err follow_init(struct follow *f)
{
	f->sink.take = on_tcp;
	if (!f->tcp)
		return ERR_OK;
	enum err e = tcp_stream_init(&f->stream, &f->sink);
	for (unsigned i = 0; i < 2 && !e; i++) {
		f->tls[i].at = malloc(TLS_RECORD_HEADER + TLS_RECORD_MOST);
		if (!f->tls[i].at)
			e = ERR_MEMORY;
	}
	if (e)
		follow_release(f);
	return e;
}

void follow_release(struct follow *f)
{
	tcp_stream_release(&f->stream);
	for (unsigned i = 0; i < 2; i++) {
		free(f->tls[i].at);
		f->tls[i].at = NULL;
	}
}

void follow_ends(const struct follow *f, struct addr addr[2], uint16_t port[2])
{
	addr[f->high_is_a] = f->ends.low;
	port[f->high_is_a] = f->ends.low_port;
	addr[!f->high_is_a] = f->ends.high;
	port[!f->high_is_a] = f->ends.high_port;
}

/* ---- words --------------------------------------------------------------------------------------- */

void follow_put_escaped(struct buf *out, const uint8_t *p, size_t len)
{
	static const char letter[] = { ['\a'] = 'a', ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',
				       ['\v'] = 'v', ['\f'] = 'f', ['\r'] = 'r' };
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		bool known = p[i] < sizeof(letter) && letter[p[i]];
		if (!known && p[i] != '\\')
			continue;
		utf8_add_clean(out, (const char *)p + from, i - from);
		buf_char(out, '\\');
		buf_char(out, known ? letter[p[i]] : '\\');
		from = i + 1;
	}
	utf8_add_clean(out, (const char *)p + from, len - from);
}

bool follow_is_text(const uint8_t *p, size_t len)
{
	size_t at = 0, odd = 0;

	while (at < len) {
		uint32_t c;
		unsigned n = utf8_next((const char *)p + at, len - at, &c);
		bool space = n == 1 && (p[at] == '\n' || p[at] == '\r' || p[at] == '\t');
		odd += !space && (c == UTF8_BAD || utf8_is_hidden(c));
		at += n;
	}
	return odd * 8 <= len; /* one in eight: telnet's negotiations among its words */
}

void follow_error_words(const struct row *row, char *out, size_t size)
{
	const struct datagram *d = &row->found->datagram;

	snprintf(out, size, "ICMP error: %s, from %s",
		 icmp_error_name(d->ip_version, d->icmp_type, d->icmp_code), addr_words(&d->src).s);
}

/* ---- what is shown ------------------------------------------------------------------------------- */

static void show_hex(struct follow *f, const struct follow_event *e)
{
	char when[NSTIME_TEXT_MAX];

	nstime_rfc3339(e->time_ns, when);
	buf_printf(f->out, "%s frame %llu %s, %u octet%s\n", e->side ? "<" : ">",
		   (unsigned long long)e->frame, when, e->len, e->len == 1 ? "" : "s");
	hex_dump(f->out, e->data, e->len);
	buf_char(f->out, '\n');
}

static bool is_payload(const struct follow_event *e)
{
	if (e->kind == FOLLOW_TCP)
		return e->tcp->kind == TCP_EVENT_DATA;
	return (e->kind == FOLLOW_NTP || e->kind == FOLLOW_PACKET) && e->len;
}

void follow_show(struct follow *f, const struct follow_event *e)
{
	if (f->only >= 0 && e->side != (unsigned)f->only)
		return;
	switch (f->format) {
	case FOLLOW_TEXT: follow_text_event(f, e); break;
	case FOLLOW_RAW:
		if (is_payload(e))
			buf_add(f->out, (const char *)e->data, e->len);
		break;
	case FOLLOW_HEX:
		if (is_payload(e))
			show_hex(f, e);
		break;
	case FOLLOW_JSON: follow_json_event(f, e); break;
	}
	f->before_ns = e->time_ns;
	f->n_events++;
}

static void on_tcp(struct tcp_sink *sink, const struct tcp_event *e)
{
	struct follow *f = (struct follow *)(void *)((char *)sink - offsetof(struct follow, sink));
	struct follow_event out = {
		.kind = FOLLOW_TCP,
		.side = e->side,
		.frame = e->frame,
		.time_ns = e->time_ns,
		.data = e->data,
		.len = e->len,
		.wire_len = e->len,
		.row = f->row,
		.tcp = e,
	};
	bool decodes = f->format == FOLLOW_TEXT || f->format == FOLLOW_JSON;

	if (e->kind == TCP_EVENT_GAP)
		follow_tls_lost(f, e->side);
	bool is_tls = decodes && e->kind == TCP_EVENT_DATA && follow_tls_data(f, e);
	if (!is_tls || f->format == FOLLOW_JSON)
		follow_show(f, &out);
}

/* ---- frames -------------------------------------------------------------------------------------- */

static void begin(struct follow *f, const struct stream_header *h)
{
	f->begun = true;
	f->ends = h->ends;
	f->high_is_a = h->from_high;
	switch (f->format) {
	case FOLLOW_TEXT: follow_text_head(f); break;
	case FOLLOW_JSON: follow_json_head(f); break;
	case FOLLOW_RAW:
	case FOLLOW_HEX: break;
	}
}

static int64_t time_of(const struct packet *p)
{
	return p->has_time ? p->time_ns : 0;
}

static void take_datagram(struct follow *f, struct follow_event *e, const struct stream_header *h)
{
	const struct view_ntp *v = e->row->ntp;

	e->data = h->at + 8;
	e->len = h->len - 8;
	e->wire_len = h->wire_len - 8;
	e->kind = v && v->len && v->payload == e->data ? FOLLOW_NTP : FOLLOW_PACKET;
	e->before = f->ntp[e->side];
	follow_show(f, e);
	if (e->kind == FOLLOW_NTP && v->len >= NTP_HEADER_LEN &&
	    ntp_first_mode(v->payload[0]) < NTP_MODE_CONTROL) {
		f->ntp[e->side].known = true;
		ntp_header_parse(v->payload, v->len, &f->ntp[e->side].header);
	}
}

/* A header that is cut or says it is shorter than it can be tells nothing of what follows. */
static void take_segment(struct follow *f, const struct follow_event *e, const struct stream_header *h)
{
	if (h->len < 20)
		return;
	uint32_t head = (h->at[12] >> 4) * 4u;
	if (head < 20 || head > h->wire_len)
		return;
	uint32_t have = h->len > head ? h->len - head : 0;
	tcp_stream_add(&f->stream, &(struct tcp_segment){
					   .side = e->side,
					   .seq = load_be32(h->at + 4),
					   .ack = load_be32(h->at + 8),
					   .flags = h->at[13],
					   .payload = have ? h->at + head : h->at,
					   .len = have,
					   .wire_len = h->wire_len - head,
					   .frame = e->frame,
					   .time_ns = e->time_ns,
				   });
}

void follow_row(struct follow *f, const struct row *row)
{
	for (unsigned i = 0; i < row->streams->n; i++) {
		const struct stream_header *h = &row->streams->at[i];
		if (h->tcp != f->tcp || h->number != f->number)
			continue;
		if (!f->begun)
			begin(f, h);
		struct follow_event e = {
			.side = h->from_high != f->high_is_a,
			.frame = row->packet->frame,
			.time_ns = time_of(row->packet),
			.row = row,
		};
		f->row = row;
		if (h->quoted) {
			e.kind = FOLLOW_ERROR;
			e.side = !e.side; /* it goes to the one whose packet it quotes */
			follow_show(f, &e);
		} else if (f->tcp) {
			take_segment(f, &e, h);
		} else {
			take_datagram(f, &e, h);
		}
	}
}

void follow_end(struct follow *f, const char *damage)
{
	f->row = NULL;
	if (f->tcp)
		tcp_stream_finish(&f->stream);
	if (f->format == FOLLOW_JSON)
		follow_json_end(f, damage);
}
