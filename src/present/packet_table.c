/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/packet_facts.h"
#include "present/packet_rows.h"
#include "present/utf8.h"

/* Widths of the columns; longer texts push the rest to the right, and only in their row. */
enum {
	W_FRAME = 7,
	W_TIME = 26,
	W_END = 21,
	W_VERSION = 1,
	W_MODE = 9,
	W_STRATUM = 2,
	W_REFID = 15,
	W_POLL = 4,
	W_LEN = 4,
	W_DELTA = 9
};

static void pad(struct buf *out, size_t width, size_t have)
{
	for (; have < width; have++)
		buf_char(out, ' ');
}

static void left(struct buf *out, const char *text, size_t width)
{
	buf_str(out, text);
	pad(out, width, utf8_columns(text, strlen(text)));
	buf_char(out, ' ');
}

static void right(struct buf *out, const char *text, size_t width)
{
	pad(out, width, utf8_columns(text, strlen(text)));
	buf_str(out, text);
	buf_char(out, ' ');
}

static void number(struct buf *out, long long v, size_t width)
{
	char text[24];
	snprintf(text, sizeof(text), "%lld", v);
	right(out, text, width);
}

/* "192.0.2.1:123", "[2001:db8::1]:123", "name:123". */
static void end_text(const struct hosts *hosts, const struct addr *a, uint16_t port, char *out, size_t len)
{
	char text[ADDR_TEXT_MAX];
	const char *name = hosts_label(hosts, a);
	addr_text(a, text);
	bool bracket = !name && !addr_is_v4(a);
	snprintf(out, len, bracket ? "[%s]:%u" : "%s:%u", name ? name : text, port);
}

void packet_table_begin(struct packet_writer *w)
{
	struct buf *out = w->out;
	if (w->color)
		buf_str(out, "\033[1m");
	right(out, "FRAME", W_FRAME);
	left(out, "TIME", W_TIME);
	left(out, "SOURCE", W_END);
	left(out, "DESTINATION", W_END);
	left(out, "V", W_VERSION);
	left(out, "MODE", W_MODE);
	right(out, "ST", W_STRATUM);
	left(out, "REFID", W_REFID);
	right(out, "POLL", W_POLL);
	right(out, "LEN", W_LEN);
	right(out, "DELTA", W_DELTA);
	buf_str(out, w->color ? "NOTES\033[0m\n" : "NOTES\n");
}

static void time_cell(struct buf *out, const struct packet *p)
{
	char text[NSTIME_TEXT_MAX];
	if (!p->has_time) {
		left(out, "-", W_TIME);
		return;
	}
	nstime_rfc3339(p->time_ns, text);
	text[10] = ' ';
	text[26] = '\0'; /* microseconds will do for reading */
	left(out, text, W_TIME);
}

static void header_cells(struct buf *out, const struct packet_facts *f, const struct view_ntp *v)
{
	if (f->has_first) {
		number(out, f->header.version, W_VERSION);
		left(out, ntp_mode_name(f->header.mode), W_MODE);
	} else {
		left(out, "-", W_VERSION);
		left(out, "-", W_MODE);
	}
	if (f->has_control || f->has_private) {
		right(out, "", W_STRATUM);
		left(out,
		     f->has_control ? control_opcode_name(f->control.opcode)
				    : private_request_name(f->private.request_code),
		     W_REFID);
		right(out, "", W_POLL);
	} else if (f->has_header || (f->has_first && v->len >= 16)) {
		number(out, f->header.stratum, W_STRATUM);
		left(out, f->refid, W_REFID);
		number(out, f->header.poll_log2s, W_POLL);
	} else {
		right(out, "-", W_STRATUM);
		left(out, "-", W_REFID);
		right(out, "-", W_POLL);
	}
	number(out, v->wire_len, W_LEN);
}

void packet_table_row(struct packet_writer *w, const struct row *row)
{
	struct packet_facts f;
	char text[HOSTS_LABEL_MAX + 64];
	struct buf *out = w->out;
	packet_facts_of(row, &f);
	number(out, (long long)row->packet->frame, W_FRAME);
	time_cell(out, row->packet);
	end_text(w->hosts, &row->ntp->src, row->ntp->sport, text, sizeof(text));
	left(out, text, W_END);
	end_text(w->hosts, &row->ntp->dst, row->ntp->dport, text, sizeof(text));
	left(out, text, W_END);
	header_cells(out, &f, row->ntp);
	text[0] = '\0';
	if (row->request_in)
		duration_text(row->delta_ns, text);
	right(out, text, W_DELTA);
	for (unsigned i = 0; i < f.n_notes; i++) {
		if (i)
			buf_str(out, ", ");
		buf_str(out, f.notes[i]);
	}
	/* Nobody wants blanks at the end of a line. */
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->len--;
	buf_char(out, '\n');
	w->n++;
}
