/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON and CSV of single packets.  Everything is ASCII, numbers are decimal, units are in the keys. */
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/packet_facts.h"
#include "present/packet_rows.h"

/* A JSON string.  Bytes that are not UTF-8 (in file names) become U+FFFD, control bytes \u00NN. */
static void json_string(struct buf *out, const char *text)
{
	buf_char(out, '"');
	for (const unsigned char *p = (const unsigned char *)text; *p;) {
		size_t n = *p < 0x80 ? 1 : *p >= 0xf0 && *p < 0xf5 ? 4 : *p >= 0xe0 ? 3 : 2;
		size_t have = 1;
		if (*p < 0x20 || *p == 0x7f || *p == '"' || *p == '\\') {
			buf_printf(out, "\\u%04x", *p++);
			continue;
		}
		while (have < n && (p[have] & 0xc0) == 0x80)
			have++;
		bool overlong = (*p == 0xe0 && p[1] < 0xa0) || (*p == 0xf0 && p[1] < 0x90);
		bool beyond = (*p == 0xed && p[1] >= 0xa0) || (*p == 0xf4 && p[1] >= 0x90);
		if (n > 1 && (*p < 0xc2 || *p > 0xf4 || have < n || overlong || beyond)) {
			buf_str(out, "\\ufffd");
			p++;
			continue;
		}
		buf_add(out, (const char *)p, n);
		p += n;
	}
	buf_char(out, '"');
}

static void key(struct buf *out, const char *name)
{
	buf_str(out, ", \"");
	buf_str(out, name);
	buf_str(out, "\": ");
}

static void key_number(struct buf *out, const char *name, int64_t v)
{
	key(out, name);
	buf_i64(out, v);
}

static void key_text(struct buf *out, const char *name, const char *v)
{
	key(out, name);
	json_string(out, v);
}

static void key_seconds(struct buf *out, const char *name, int64_t ns)
{
	char text[DURATION_TEXT_MAX];
	seconds_text(ns, text);
	key(out, name);
	buf_str(out, text);
}

static void key_bool(struct buf *out, const char *name, bool v)
{
	key(out, name);
	buf_str(out, v ? "true" : "false");
}

/* NTP timestamps go out as they came, since client's ones are often random numbers; 0 is null. */
static void key_timestamp(struct buf *out, const char *name, uint64_t v)
{
	key(out, name);
	if (v)
		buf_printf(out, "\"%08x.%08x\"", (unsigned)(v >> 32), (unsigned)v);
	else
		buf_str(out, "null");
}

/* 16.16 fixed point as exact decimal seconds: 2^-16 has sixteen decimals, nine are enough for 15 ns. */
static int64_t short_ns(uint32_t v)
{
	return (int64_t)(((uint64_t)v * (uint64_t)NS_PER_S) >> 16);
}

void packet_json_begin(struct packet_writer *w, const char *const *paths, size_t n_paths)
{
	buf_str(w->out, "{\"schema\": \"ntpscope-packets-1\", \"source\": [");
	for (size_t i = 0; i < n_paths; i++) {
		if (i)
			buf_str(w->out, ", ");
		json_string(w->out, paths[i]);
	}
	buf_str(w->out, "], \"packets\": [");
}

static void json_end_point(struct packet_writer *w, const char *prefix, const struct addr *a, uint16_t port)
{
	char name[48], text[ADDR_TEXT_MAX];
	const char *host = hosts_name(w->hosts, a);
	addr_text(a, text);
	snprintf(name, sizeof(name), "%s_address", prefix);
	key_text(w->out, name, text);
	if (host) {
		snprintf(name, sizeof(name), "%s_name", prefix);
		key_text(w->out, name, host);
	}
	snprintf(name, sizeof(name), "%s_port", prefix);
	key_number(w->out, name, port);
}

static void json_header(struct buf *out, const struct packet_facts *f)
{
	const struct ntp_header *h = &f->header;
	key_number(out, "stratum", h->stratum);
	key_number(out, "poll_log2s", h->poll_log2s);
	key_number(out, "precision_log2s", h->precision_log2s);
	key_seconds(out, "root_delay_s", short_ns(h->root_delay));
	key_seconds(out, "root_dispersion_s", short_ns(h->root_dispersion));
	key(out, "refid");
	buf_printf(out, "\"%02x%02x%02x%02x\"", h->refid[0], h->refid[1], h->refid[2], h->refid[3]);
	key_text(out, "refid_text", f->refid);
	key_timestamp(out, "reference_ntp", h->reference);
	key_timestamp(out, "origin_ntp", h->origin);
	key_timestamp(out, "receive_ntp", h->receive);
	key_timestamp(out, "transmit_ntp", h->transmit);
	if (f->trailer.n_ext) {
		key(out, "extension_types");
		for (unsigned i = 0; i < f->trailer.n_ext; i++)
			buf_printf(out, "%s%u", i ? ", " : "[", f->trailer.ext[i].type);
		buf_char(out, ']');
	}
	if (f->trailer.auth == NTP_AUTH_MAC) {
		key_number(out, "key_id", f->trailer.key_id);
		key_number(out, "mac_length_bytes", f->trailer.mac_len);
	}
}

static void json_control(struct buf *out, const struct control_header *c)
{
	key_number(out, "opcode", c->opcode);
	key_text(out, "opcode_name", control_opcode_name(c->opcode));
	key_bool(out, "response", c->response);
	key_bool(out, "error", c->error);
	key_bool(out, "more", c->more);
	key_number(out, "sequence", c->sequence);
	key_number(out, "status", c->status);
	key_number(out, "association", c->association);
	key_number(out, "offset_bytes", c->offset);
	key_number(out, "count_bytes", c->count);
}

static void json_private(struct buf *out, const struct private_header *p)
{
	key_number(out, "request_code", p->request_code);
	key_text(out, "request_name", private_request_name(p->request_code));
	key_number(out, "implementation", p->implementation);
	key_bool(out, "response", p->response);
	key_bool(out, "more", p->more);
	key_number(out, "sequence", p->sequence);
	key_number(out, "error", p->error);
	key_number(out, "items", p->n_items);
	key_number(out, "item_length_bytes", p->item_len);
}

static void json_notes(struct buf *out, const struct packet_facts *f)
{
	key(out, "notes");
	buf_char(out, '[');
	for (unsigned i = 0; i < f->n_notes; i++) {
		if (i)
			buf_str(out, ", ");
		json_string(out, f->notes[i]);
	}
	buf_char(out, ']');
}

void packet_json_row(struct packet_writer *w, const struct row *row)
{
	struct packet_facts f;
	char time[NSTIME_TEXT_MAX];
	struct buf *out = w->out;
	packet_facts_of(row, &f);
	buf_str(out, w->n++ ? ",\n{\"frame\": " : "\n{\"frame\": ");
	buf_u64(out, row->packet->frame);
	key(out, "time");
	if (row->packet->has_time) {
		nstime_rfc3339(row->packet->time_ns, time);
		json_string(out, time);
	} else {
		buf_str(out, "null");
	}
	json_end_point(w, "source", &row->ntp->src, row->ntp->sport);
	json_end_point(w, "destination", &row->ntp->dst, row->ntp->dport);
	key_text(out, "transport", row->ntp->tcp ? "tcp" : "udp");
	key_number(out, "length_bytes", row->ntp->wire_len);
	if (f.has_first) {
		key_number(out, "leap", ntp_first_leap(row->ntp->payload[0]));
		key_number(out, "version", f.header.version);
		key_number(out, "mode", f.header.mode);
		key_text(out, "mode_name", ntp_mode_name(f.header.mode));
	}
	if (f.has_header)
		json_header(out, &f);
	if (f.has_control)
		json_control(out, &f.control);
	if (f.has_private)
		json_private(out, &f.private);
	if (row->request_in) {
		key_number(out, "request_in_frame", (int64_t)row->request_in);
		key_seconds(out, "delta_s", row->delta_ns);
	}
	if (row->response_in)
		key_number(out, "response_in_frame", (int64_t)row->response_in);
	json_notes(out, &f);
	buf_char(out, '}');
}

void packet_json_end(struct packet_writer *w)
{
	buf_str(w->out, w->n ? "\n]}\n" : "]}\n");
}

void packet_csv_begin(struct packet_writer *w)
{
	buf_str(w->out, "frame,time,source_address,source_port,destination_address,destination_port,version,mode,"
			"stratum,refid,poll_log2s,length_bytes,request_in_frame,response_in_frame,delta_s,notes\r\n");
}

/* RFC 4180; a cell that begins like a formula is kept from spreadsheets with a quote mark. */
static void csv_text(struct buf *out, const char *text)
{
	bool formula = strchr("=+-@", text[0]) && text[0];
	buf_char(out, '"');
	if (formula)
		buf_char(out, '\'');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"')
			buf_char(out, '"');
		buf_char(out, c < 0x20 || c >= 0x7f ? '?' : (char)c);
	}
	buf_char(out, '"');
}

static void csv_header(struct buf *out, const struct packet_facts *f, uint32_t len)
{
	if (f->has_first)
		buf_printf(out, ",%u,%u", f->header.version, f->header.mode);
	else
		buf_str(out, ",,");
	if (f->has_header) {
		buf_printf(out, ",%u,", f->header.stratum);
		csv_text(out, f->refid);
		buf_printf(out, ",%d", f->header.poll_log2s);
	} else {
		buf_str(out, ",,,");
	}
	buf_printf(out, ",%u", len);
}

void packet_csv_row(struct packet_writer *w, const struct row *row)
{
	struct packet_facts f;
	char time[NSTIME_TEXT_MAX] = "", src[ADDR_TEXT_MAX], dst[ADDR_TEXT_MAX], delta[DURATION_TEXT_MAX];
	struct buf *out = w->out;
	packet_facts_of(row, &f);
	if (row->packet->has_time)
		nstime_rfc3339(row->packet->time_ns, time);
	addr_text(&row->ntp->src, src);
	addr_text(&row->ntp->dst, dst);
	buf_u64(out, row->packet->frame);
	buf_printf(out, ",%s,%s,%u,%s,%u", time, src, row->ntp->sport, dst, row->ntp->dport);
	csv_header(out, &f, row->ntp->wire_len);
	buf_char(out, ',');
	if (row->request_in)
		buf_u64(out, row->request_in);
	buf_char(out, ',');
	if (row->response_in)
		buf_u64(out, row->response_in);
	buf_char(out, ',');
	if (row->request_in) {
		seconds_text(row->delta_ns, delta);
		buf_str(out, delta);
	}
	buf_str(out, ",\"");
	for (unsigned i = 0; i < f.n_notes; i++) {
		buf_str(out, i ? "; " : "");
		buf_str(out, f.notes[i]);
	}
	buf_str(out, "\"\r\n");
	w->n++;
}
