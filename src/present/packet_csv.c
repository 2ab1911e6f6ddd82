/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/nstime.h"
#include "engine/exchange.h"
#include "present/csv.h"
#include "present/packet_facts.h"
#include "present/packet_rows.h"

void packet_csv_begin(struct packet_writer *w)
{
	buf_str(w->out,
		"frame,time,source_address,source_port,destination_address,destination_port,version,mode,"
		"stratum,refid,poll_log2s,length_bytes,request_in_frame,response_in_frame,delta_s,notes,"
		"stream,class\n");
}

static void header_cells(struct buf *out, const struct packet_facts *f, uint32_t len)
{
	if (f->has_first)
		buf_printf(out, "%u,%u,", f->header.version, f->header.mode);
	else
		buf_str(out, ",,");
	if (f->has_header) {
		buf_printf(out, "%u,", f->header.stratum);
		csv_text(out, f->refid, strlen(f->refid));
		buf_printf(out, ",%d,", f->header.poll_log2s);
	} else {
		buf_str(out, ",,,");
	}
	buf_printf(out, "%u,", len);
}

static void pair_cells(struct buf *out, const struct row *row)
{
	char delta[DURATION_TEXT_MAX];
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
	buf_char(out, ',');
}

void packet_csv_row(struct packet_writer *w, const struct row *row)
{
	struct packet_facts f;
	char time[NSTIME_TEXT_MAX] = "", src[ADDR_TEXT_MAX], dst[ADDR_TEXT_MAX];
	struct buf *out = w->out;
	struct view_ntp v;
	packet_facts_of(row, &f);
	if (row->packet->has_time)
		nstime_rfc3339(row->packet->time_ns, time);
	buf_u64(out, row->packet->frame);
	if (packet_ends_of(row, &v)) {
		addr_text(&v.src, src);
		addr_text(&v.dst, dst);
		buf_printf(out, ",%s,%s,%u,%s,%u,", time, src, v.sport, dst, v.dport);
	} else {
		buf_printf(out, ",%s,,,,,", time);
	}
	header_cells(out, &f, v.wire_len);
	pair_cells(out, row);
	for (unsigned i = 0; i < f.n_notes; i++) {
		buf_str(out, i ? "; " : "");
		buf_str(out, f.notes[i]);
	}
	buf_char(out, ',');
	if (row->udp_stream != ROW_NO_STREAM)
		buf_u64(out, row->udp_stream);
	buf_char(out, ',');
	if (row->exchange)
		buf_str(out, exchange_class_name((enum exchange_class)row->exchange->class));
	buf_char(out, '\n');
	w->n++;
}
