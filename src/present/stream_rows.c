/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/stream_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/csv.h"
#include "present/json.h"

size_t stream_tcp_flags(uint8_t flags, char *out)
{
	static const char *const word[8] = { "FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR" };
	/* As they are spoken of: SYN ACK, FIN ACK, RST ACK. */
	static const uint8_t order[8] = { 1, 0, 2, 3, 4, 5, 6, 7 };
	char *p = out;

	for (unsigned i = 0; i < 8; i++) {
		if (!(flags >> order[i] & 1))
			continue;
		if (p != out)
			*p++ = ' ';
		p = put_lit(p, word[order[i]]);
	}
	*p = '\0';
	return (size_t)(p - out);
}

static const char *name_of(const struct stream_rows *w, const struct addr *a)
{
	return w->hosts && w->hosts->n ? hosts_name(w->hosts, a) : NULL;
}

/* ---- JSON ---------------------------------------------------------------------------------------- */

static void json_head(struct stream_rows *w, const char *const *paths, size_t n_paths)
{
	struct jw j;

	jw_begin(&j, w->out);
	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&j, "schema", "ntpscope-streams-1");
	jw_open(&j, "files", JW_ARRAY);
	for (size_t i = 0; i < n_paths; i++)
		jw_text(&j, NULL, paths[i]);
	jw_close(&j);
	buf_str(w->out, ",\n  \"streams\": [");
}

static void json_end(struct jw *j, const struct stream_rows *w, const char *const key[3],
		     const struct addr *a, uint16_t port)
{
	jw_addr(j, key[0], a);
	jw_u64(j, key[1], port);
	jw_text_or_null(j, key[2], name_of(w, a));
}

static void json_bits(struct jw *j, const char *key, uint8_t bits)
{
	jw_open(j, key, JW_ARRAY);
	for (unsigned i = 0; i < 8; i++)
		if (bits >> i & 1)
			jw_u64(j, NULL, i);
	jw_close(j);
}

static void json_delta(struct jw *j, const char *key, const struct stream_info *s, int64_t ns)
{
	if (s->n_deltas)
		jw_seconds(j, key, ns);
	else
		jw_null(j, key);
}

static const char *const a_keys[3] = { "a_ip", "a_port", "a_name" }, *const b_keys[3] = { "b_ip", "b_port",
											  "b_name" };

static void row_json(struct stream_rows *w, const struct stream_info *s)
{
	char name[16], flags[STREAM_FLAGS_MAX];
	struct addr a, b;
	uint16_t a_port, b_port;
	struct jw j;

	stream_info_a(s, &a, &a_port);
	stream_info_b(s, &b, &b_port);
	snprintf(name, sizeof(name), "%s.%u", s->tcp ? "tcp" : "udp", s->number);
	stream_tcp_flags(s->tcp_flags, flags);
	buf_str(w->out, w->n ? ",\n    " : "\n    ");
	jw_begin(&j, w->out);
	jw_open(&j, NULL, JW_OBJECT);
	jw_text(&j, "stream", name);
	json_end(&j, w, a_keys, &a, a_port);
	json_end(&j, w, b_keys, &b, b_port);
	jw_u64(&j, "packets_a_to_b", s->packets[0]);
	jw_u64(&j, "packets_b_to_a", s->packets[1]);
	jw_u64(&j, "bytes_a_to_b", s->bytes[0]);
	jw_u64(&j, "bytes_b_to_a", s->bytes[1]);
	jw_u64(&j, "icmp_errors", s->quoted);
	jw_u64(&j, "first_frame", s->first_frame);
	jw_time(&j, "first", s->first_ns);
	jw_time(&j, "last", s->last_ns);
	jw_seconds(&j, "duration_s", ns_minus(s->last_ns, s->first_ns));
	json_bits(&j, "versions", s->versions);
	json_bits(&j, "modes", s->modes);
	jw_text_or_null(&j, "tcp_flags", *flags ? flags : NULL);
	jw_u64(&j, "exchanges", s->exchanges);
	jw_u64(&j, "answered", s->answered);
	jw_u64(&j, "deltas", s->n_deltas);
	json_delta(&j, "delta_p50_s", s, s->p50_ns);
	json_delta(&j, "delta_p99_s", s, s->p99_ns);
	json_delta(&j, "delta_max_s", s, s->max_ns);
	jw_close(&j);
}

/* ---- CSV ----------------------------------------------------------------------------------------- */

static const char csv_head
	[] = "stream,a_ip,a_port,a_name,b_ip,b_port,b_name,packets_a_to_b,packets_b_to_a,bytes_a_to_b,"
	     "bytes_b_to_a,icmp_errors,first_frame,first,last,duration_s,versions,modes,tcp_flags,exchanges,"
	     "answered,deltas,delta_p50_s,delta_p99_s,delta_max_s\n";

enum { CSV_ROOM = 512 };

static char *put_count(char *p, uint64_t n)
{
	*p++ = ',';
	return put_u64(p, n);
}

static char *put_bits(char *p, uint8_t bits)
{
	bool first = true;

	*p++ = ',';
	for (unsigned i = 0; i < 8; i++) {
		if (!(bits >> i & 1))
			continue;
		if (!first)
			*p++ = ' ';
		first = false;
		*p++ = (char)('0' + i);
	}
	return p;
}

static char *put_delta(char *p, const struct stream_info *s, int64_t ns)
{
	*p++ = ',';
	return s->n_deltas ? put_seconds(p, ns) : p;
}

static void csv_end(struct stream_rows *w, const struct addr *a, uint16_t port)
{
	const char *name = name_of(w, a);
	char ip[ADDR_TEXT_MAX];

	addr_text(a, ip);
	buf_printf(w->out, ",%s,%u,", ip, port);
	if (name)
		csv_text(w->out, name, strlen(name));
}

static char *put_times(struct stream_rows *w, char *p, const struct stream_info *s)
{
	*p++ = ',';
	p = put_time(&w->day, p, s->first_ns);
	*p++ = ',';
	p = put_time(&w->day, p, s->last_ns);
	*p++ = ',';
	return put_seconds(p, ns_minus(s->last_ns, s->first_ns));
}

static void row_csv(struct stream_rows *w, const struct stream_info *s)
{
	struct addr addr;
	uint16_t port;

	buf_printf(w->out, "%s.%u", s->tcp ? "tcp" : "udp", s->number);
	stream_info_a(s, &addr, &port);
	csv_end(w, &addr, port);
	stream_info_b(s, &addr, &port);
	csv_end(w, &addr, port);
	char *start = buf_room(w->out, CSV_ROOM), *p = start;
	if (!start)
		return;
	p = put_count(p, s->packets[0]);
	p = put_count(p, s->packets[1]);
	p = put_count(p, s->bytes[0]);
	p = put_count(p, s->bytes[1]);
	p = put_count(p, s->quoted);
	p = put_count(p, s->first_frame);
	p = put_times(w, p, s);
	p = put_bits(p, s->versions);
	p = put_bits(p, s->modes);
	*p++ = ',';
	p += stream_tcp_flags(s->tcp_flags, p);
	p = put_count(p, s->exchanges);
	p = put_count(p, s->answered);
	p = put_count(p, s->n_deltas);
	p = put_delta(p, s, s->p50_ns);
	p = put_delta(p, s, s->p99_ns);
	p = put_delta(p, s, s->max_ns);
	*p++ = '\n';
	buf_wrote(w->out, (size_t)(p - start));
}

/* ---- all ----------------------------------------------------------------------------------------- */

void stream_rows_begin(struct stream_rows *w, const char *const *paths, size_t n_paths)
{
	switch (w->format) {
	case STREAMS_TABLE: stream_table_begin(w); break;
	case STREAMS_JSON: json_head(w, paths, n_paths); break;
	case STREAMS_CSV: buf_str(w->out, csv_head); break;
	}
}

void stream_rows_row(struct stream_rows *w, const struct stream_info *s)
{
	switch (w->format) {
	case STREAMS_TABLE: stream_row_table(w, s); break;
	case STREAMS_JSON: row_json(w, s); break;
	case STREAMS_CSV: row_csv(w, s); break;
	}
	w->n++;
}

void stream_rows_end(struct stream_rows *w, const char *damage)
{
	if (w->format == STREAMS_JSON)
		jw_rows_end(w->out, w->n > 0, damage);
}
