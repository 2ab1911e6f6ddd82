/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A conversation for programs: ntpscope-follow-1, one object an event. */
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/exchange.h"
#include "present/follow_parts.h"
#include "present/stream_rows.h"

void follow_json_head(struct follow *f)
{
	static const char *const ip[2] = { "a_ip", "b_ip" }, *const to[2] = { "a_port", "b_port" },
				 *const name[2] = { "a_name", "b_name" };
	struct jw *j = &f->json;
	struct addr addr[2];
	uint16_t port[2];
	char stream[16];

	follow_ends(f, addr, port);
	snprintf(stream, sizeof(stream), "%s.%u", f->tcp ? "tcp" : "udp", f->number);
	jw_begin(j, f->out);
	jw_open(j, NULL, JW_OBJECT | JW_LINES);
	jw_text(j, "schema", "ntpscope-follow-1");
	jw_open(j, "files", JW_ARRAY);
	for (size_t i = 0; i < f->n_paths; i++)
		jw_text(j, NULL, f->paths[i]);
	jw_close(j);
	jw_text(j, "stream", stream);
	for (unsigned i = 0; i < 2; i++) {
		jw_addr(j, ip[i], &addr[i]);
		jw_u64(j, to[i], port[i]);
		jw_text_or_null(j, name[i], f->hosts && f->hosts->n ? hosts_name(f->hosts, &addr[i]) : NULL);
	}
	jw_open(j, "events", JW_ARRAY | JW_LINES);
}

static void put_bytes(struct follow *f, const uint8_t *p, uint32_t len)
{
	static const char digit[] = "0123456789abcdef";

	buf_str(f->out, ", \"payload_hex\": \"");
	for (uint32_t i = 0; i < len; i++) {
		buf_char(f->out, digit[p[i] >> 4]);
		buf_char(f->out, digit[p[i] & 15]);
	}
	buf_char(f->out, '"');
}

static void put_ntp(struct follow *f, const struct follow_event *e)
{
	struct jw *j = &f->json;
	const struct row *row = e->row;
	struct packet_facts facts = { 0 };

	packet_facts_of(row, &facts);
	jw_u64(j, "version", ntp_first_version(e->data[0]));
	jw_u64(j, "mode", ntp_first_mode(e->data[0]));
	if (facts.has_header) {
		jw_u64(j, "leap", facts.header.leap);
		jw_u64(j, "stratum", facts.header.stratum);
		jw_i64(j, "poll_log2s", facts.header.poll_log2s);
		jw_i64(j, "precision_log2s", facts.header.precision_log2s);
		jw_text(j, "refid", facts.refid);
		jw_open(j, "changed", JW_ARRAY);
		unsigned changed = e->before.known ? follow_changes(&e->before.header, &facts.header) : 0;
		for (unsigned i = 0; i < N_CHANGES; i++)
			if (changed >> i & 1)
				jw_text(j, NULL, follow_change_word(i));
		jw_close(j);
	}
	if (row->request_in) {
		jw_u64(j, "request_frame", row->request_in);
		jw_seconds(j, "delta_s", row->delta_ns);
	}
	const struct exchange *x = row->exchange;
	if (x) {
		jw_text(j, "class", exchange_class_name((enum exchange_class)x->class));
		if (row->request_in && x->has_turnaround)
			jw_seconds(j, "turnaround_s", x->turnaround_ns);
		if (row->request_in && x->has_offset)
			jw_seconds(j, "offset_s", x->offset_ns);
	}
	jw_open(j, "notes", JW_ARRAY);
	for (unsigned i = 0; i < facts.n_notes; i++)
		jw_text(j, NULL, facts.notes[i]);
	jw_close(j);
}

static const char *kind_word(const struct follow_event *e)
{
	switch (e->kind) {
	case FOLLOW_NTP: return "ntp";
	case FOLLOW_PACKET: return "packet";
	case FOLLOW_ERROR: return "icmp-error";
	case FOLLOW_RECORD: return "tls-record";
	case FOLLOW_TCP: break;
	}
	switch (e->tcp->kind) {
	case TCP_EVENT_FLAGS: return "flags";
	case TCP_EVENT_DATA: return "data";
	case TCP_EVENT_GAP: return "gap";
	case TCP_EVENT_REPEATED: return "repeated";
	case TCP_EVENT_EARLY: return "early";
	case TCP_EVENT_KEEP_ALIVE: return "keep-alive";
	}
	return "?";
}

static void put_tcp(struct follow *f, const struct follow_event *e)
{
	struct jw *j = &f->json;
	const struct tcp_event *tcp = e->tcp;
	char flags[STREAM_FLAGS_MAX];

	switch (tcp->kind) {
	case TCP_EVENT_FLAGS:
		stream_tcp_flags(tcp->flags, flags);
		jw_text(j, "flags", flags);
		break;
	case TCP_EVENT_DATA:
		jw_u64(j, "offset", tcp->offset);
		jw_u64(j, "bytes", e->len);
		jw_bool(j, "came_early", tcp->held);
		jw_bool(j, "after_end", tcp->unseen);
		put_bytes(f, e->data, e->len);
		break;
	case TCP_EVENT_GAP:
		jw_u64(j, "offset", tcp->offset);
		jw_u64(j, "bytes", e->len);
		jw_bool(j, "cut", tcp->cut);
		jw_bool(j, "after_end", tcp->unseen);
		break;
	case TCP_EVENT_REPEATED:
		jw_u64(j, "bytes", e->len);
		jw_u64(j, "differ", tcp->n_differ);
		break;
	case TCP_EVENT_EARLY: jw_u64(j, "bytes", e->len); break;
	case TCP_EVENT_KEEP_ALIVE: break;
	}
}

void follow_json_event(struct follow *f, const struct follow_event *e)
{
	struct jw *j = &f->json;
	char words[128];

	jw_open(j, NULL, JW_OBJECT);
	jw_u64(j, "frame", e->frame);
	jw_time(j, "time", e->time_ns);
	if (f->n_events)
		jw_seconds(j, "since_s", ns_minus(e->time_ns, f->before_ns));
	else
		jw_null(j, "since_s");
	jw_text(j, "from", e->side ? "b" : "a");
	jw_text(j, "kind", kind_word(e));
	switch (e->kind) {
	case FOLLOW_NTP: put_ntp(f, e); break;
	case FOLLOW_PACKET: break;
	case FOLLOW_ERROR:
		follow_error_words(e->row, words, sizeof(words));
		jw_text(j, "error", words);
		break;
	case FOLLOW_TCP: put_tcp(f, e); break;
	case FOLLOW_RECORD: follow_json_record(j, e); break;
	}
	if (e->kind == FOLLOW_NTP || e->kind == FOLLOW_PACKET) {
		jw_u64(j, "bytes", e->len);
		jw_u64(j, "wire_bytes", e->wire_len);
		put_bytes(f, e->data, e->len);
	}
	jw_close(j);
}

void follow_json_end(struct follow *f, const char *damage)
{
	jw_close(&f->json);
	jw_text_or_null(&f->json, "damage", *damage ? damage : NULL);
	jw_close(&f->json);
	jw_end(&f->json);
}
