/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/nstime.h"
#include "engine/exchange.h"
#include "present/packet_facts.h"
#include "present/packet_rows.h"

/* NTP timestamps go out as they came, since those of clients are often random numbers; 0 is null. */
static void timestamp(struct jw *j, const char *key, uint64_t v)
{
	static const char digits[] = "0123456789abcdef";
	char text[17];
	if (!v) {
		jw_null(j, key);
		return;
	}
	for (unsigned i = 0; i < 8; i++) {
		text[i] = digits[v >> (60 - 4 * i) & 15];
		text[9 + i] = digits[v >> (28 - 4 * i) & 15];
	}
	text[8] = '.';
	jw_text_n(j, key, text, sizeof(text));
}

void packet_json_begin(struct packet_writer *w, const char *const *paths, size_t n_paths)
{
	struct jw *j = &w->json;
	jw_begin(j, w->out);
	jw_open(j, NULL, JW_OBJECT);
	jw_text(j, "schema", "ntpscope-packets-1");
	jw_open(j, "source", JW_ARRAY);
	for (size_t i = 0; i < n_paths; i++)
		jw_text(j, NULL, paths[i]);
	jw_close(j);
	jw_open(j, "packets", JW_ARRAY | JW_LINES);
}

static void ends(struct packet_writer *w, const struct row *row)
{
	struct jw *j = &w->json;
	struct view_ntp view, *v = &view;
	if (!packet_ends_of(row, v)) {
		jw_text(j, "transport", packet_carries(row));
		return;
	}
	const char *src = hosts_name(w->hosts, &v->src), *dst = hosts_name(w->hosts, &v->dst);
	jw_addr(j, "source_address", &v->src);
	if (src)
		jw_text(j, "source_name", src);
	jw_u64(j, "source_port", v->sport);
	jw_addr(j, "destination_address", &v->dst);
	if (dst)
		jw_text(j, "destination_name", dst);
	jw_u64(j, "destination_port", v->dport);
	jw_text(j, "transport", packet_carries(row));
	jw_u64(j, "length_bytes", v->wire_len);
}

static void trailer(struct jw *j, const struct ntp_trailer *t)
{
	if (t->n_ext) {
		jw_open(j, "extension_types", JW_ARRAY);
		for (unsigned i = 0; i < t->n_ext; i++)
			jw_u64(j, NULL, t->ext[i].type);
		jw_close(j);
	}
	if (t->auth == NTP_AUTH_MAC) {
		jw_u64(j, "key_id", t->key_id);
		jw_u64(j, "mac_length_bytes", t->mac_len);
	}
}

static void header(struct jw *j, const struct packet_facts *f)
{
	const struct ntp_header *h = &f->header;
	static const char digits[] = "0123456789abcdef";
	char hex[8];
	for (unsigned i = 0; i < 4; i++) {
		hex[2 * i] = digits[h->refid[i] >> 4];
		hex[2 * i + 1] = digits[h->refid[i] & 15];
	}
	jw_u64(j, "stratum", h->stratum);
	jw_i64(j, "poll_log2s", h->poll_log2s);
	jw_i64(j, "precision_log2s", h->precision_log2s);
	jw_seconds(j, "root_delay_s", ntp_short_ns(h->root_delay));
	jw_seconds(j, "root_dispersion_s", ntp_short_ns(h->root_dispersion));
	jw_text_n(j, "refid", hex, sizeof(hex));
	jw_text(j, "refid_text", f->refid);
	timestamp(j, "reference_ntp", h->reference);
	timestamp(j, "origin_ntp", h->origin);
	timestamp(j, "receive_ntp", h->receive);
	timestamp(j, "transmit_ntp", h->transmit);
	trailer(j, &f->trailer);
}

static void control(struct jw *j, const struct control_header *c)
{
	jw_u64(j, "opcode", c->opcode);
	jw_text(j, "opcode_name", control_opcode_name(c->opcode));
	jw_bool(j, "response", c->response);
	jw_bool(j, "error", c->error);
	jw_bool(j, "more", c->more);
	jw_u64(j, "sequence", c->sequence);
	jw_u64(j, "status", c->status);
	jw_u64(j, "association", c->association);
	jw_u64(j, "offset_bytes", c->offset);
	jw_u64(j, "count_bytes", c->count);
}

static void private_message(struct jw *j, const struct private_header *p)
{
	jw_u64(j, "request_code", p->request_code);
	jw_text(j, "request_name", private_request_name(p->request_code));
	jw_u64(j, "implementation", p->implementation);
	jw_bool(j, "response", p->response);
	jw_bool(j, "more", p->more);
	jw_u64(j, "sequence", p->sequence);
	jw_u64(j, "error", p->error);
	jw_u64(j, "items", p->n_items);
	jw_u64(j, "item_length_bytes", p->item_len);
}

static void pairing(struct jw *j, const struct row *row)
{
	if (row->request_in) {
		jw_u64(j, "request_in_frame", row->request_in);
		jw_seconds(j, "delta_s", row->delta_ns);
	}
	if (row->response_in)
		jw_u64(j, "response_in_frame", row->response_in);
	if (row->udp_stream != ROW_NO_STREAM)
		jw_u64(j, "stream", row->udp_stream);
	if (row->tcp_stream != ROW_NO_STREAM)
		jw_u64(j, "tcp_stream", row->tcp_stream);
}

static void exchange(struct jw *j, const struct exchange *x)
{
	jw_text(j, "class", exchange_class_name((enum exchange_class)x->class));
	if (x->has_turnaround)
		jw_seconds(j, "turnaround_s", x->turnaround_ns);
	if (x->has_offset)
		jw_seconds(j, "offset_s", x->offset_ns);
}

void packet_json_row(struct packet_writer *w, const struct row *row)
{
	struct packet_facts f;
	struct jw *j = &w->json;
	packet_facts_of(row, &f);
	jw_open(j, NULL, JW_OBJECT);
	jw_u64(j, "frame", row->packet->frame);
	if (row->packet->has_time)
		jw_time(j, "time", row->packet->time_ns);
	else
		jw_null(j, "time");
	ends(w, row);
	if (f.has_first) {
		jw_u64(j, "leap", ntp_first_leap(row->ntp->payload[0]));
		jw_u64(j, "version", f.header.version);
		jw_u64(j, "mode", f.header.mode);
		jw_text(j, "mode_name", ntp_mode_name(f.header.mode));
	}
	if (f.has_header)
		header(j, &f);
	if (f.has_control)
		control(j, &f.control);
	if (f.has_private)
		private_message(j, &f.private);
	pairing(j, row);
	if (row->exchange)
		exchange(j, row->exchange);
	jw_open(j, "notes", JW_ARRAY);
	for (unsigned i = 0; i < f.n_notes; i++)
		jw_text(j, NULL, f.notes[i]);
	jw_close(j);
	jw_close(j);
	w->n++;
}

void packet_json_end(struct packet_writer *w)
{
	jw_close(&w->json);
	jw_close(&w->json);
	jw_end(&w->json);
}
