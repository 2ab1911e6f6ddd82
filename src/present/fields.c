/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/fields.h"

#include <string.h>

#include "base/bytes.h"
#include "present/cell.h"

enum { IPV4_SRC = 12, IPV4_DST = 16, IPV6_SRC = 8, IPV6_DST = 24 };

/* Appends the IP and UDP headers among layers; offsets count from data. */
static void add_headers(struct row *row, const uint8_t *data, const struct layers *layers, unsigned first)
{
	for (unsigned i = first; i < layers->n && row->n_headers < ROW_HEADERS_MAX; i++) {
		const struct layer *l = &layers->at[i];
		if (l->type == LAYER_IPV4 || l->type == LAYER_IPV6 || l->type == LAYER_UDP)
			row->headers[row->n_headers++] = (struct row_header){ .at = data + l->offset,
									      .len = l->len,
									      .type = l->type };
	}
}

void row_of_found(const struct found *found, struct row *row)
{
	row->packet = found->packet;
	row->found = found;
	row->ntp = &found->ntp;
	row->request_in = row->response_in = 0;
	row->delta_ns = 0;
	row->n_headers = 0;
	add_headers(row, found->packet->data, &found->layers, 0);
	/* The frame's own IP header is that of the last piece; the rebuilt one is no second occurrence. */
	if (found->reassembled)
		add_headers(row, found->whole.data, &found->whole_layers, 1);
}

static void print_number(const struct field *f, const struct row *row, struct cell *cell)
{
	(void)f;
	cell_u64(cell, row->packet->frame);
}

static void print_epoch(const struct field *f, const struct row *row, struct cell *cell)
{
	(void)f;
	if (row->packet->has_time)
		cell_seconds(cell, row->packet->time_ns);
}

static void print_len(const struct field *f, const struct row *row, struct cell *cell)
{
	(void)f;
	cell_u64(cell, row->packet->len);
}

static void print_caplen(const struct field *f, const struct row *row, struct cell *cell)
{
	(void)f;
	cell_u64(cell, row->packet->caplen);
}

/* what: the offset of the address in the header. */
static void print_ipv4(const struct field *f, const struct row *row, struct cell *cell)
{
	for (unsigned i = 0; i < row->n_headers; i++)
		if (row->headers[i].type == LAYER_IPV4 && row->headers[i].len >= f->what + 4u)
			cell_ipv4(cell, row->headers[i].at + f->what);
}

static void print_ipv6(const struct field *f, const struct row *row, struct cell *cell)
{
	for (unsigned i = 0; i < row->n_headers; i++)
		if (row->headers[i].type == LAYER_IPV6 && row->headers[i].len >= f->what + 16u)
			cell_ipv6(cell, row->headers[i].at + f->what);
}

static void print_udp(const struct field *f, const struct row *row, struct cell *cell)
{
	for (unsigned i = 0; i < row->n_headers; i++)
		if (row->headers[i].type == LAYER_UDP && row->headers[i].len >= f->what + 2u)
			cell_u64(cell, load_be16(row->headers[i].at + f->what));
}

static void print_request_in(const struct field *f, const struct row *row, struct cell *cell)
{
	(void)f;
	if (row->request_in)
		cell_u64(cell, row->request_in);
}

static void print_response_in(const struct field *f, const struct row *row, struct cell *cell)
{
	(void)f;
	if (row->response_in)
		cell_u64(cell, row->response_in);
}

static void print_delta(const struct field *f, const struct row *row, struct cell *cell)
{
	(void)f;
	if (row->request_in)
		cell_seconds(cell, row->delta_ns);
}

static const struct field fields[] = {
	{ "frame.number", print_number, 0, 0 },
	{ "frame.time_epoch", print_epoch, 0, 0 },
	{ "frame.len", print_len, 0, 0 },
	{ "frame.cap_len", print_caplen, 0, 0 },
	{ "ip.src", print_ipv4, FIELD_NEEDS_HEADERS, IPV4_SRC },
	{ "ip.dst", print_ipv4, FIELD_NEEDS_HEADERS, IPV4_DST },
	{ "ipv6.src", print_ipv6, FIELD_NEEDS_HEADERS, IPV6_SRC },
	{ "ipv6.dst", print_ipv6, FIELD_NEEDS_HEADERS, IPV6_DST },
	{ "udp.srcport", print_udp, FIELD_NEEDS_HEADERS, 0 },
	{ "udp.dstport", print_udp, FIELD_NEEDS_HEADERS, 2 },
	{ "udp.length", print_udp, FIELD_NEEDS_HEADERS, 4 },
	{ "ntp.flags", field_print_ntp, 0, NTP_FLAGS },
	{ "ntp.flags.li", field_print_ntp, 0, NTP_LEAP },
	{ "ntp.flags.vn", field_print_ntp, 0, NTP_VERSION },
	{ "ntp.flags.mode", field_print_ntp, 0, NTP_MODE },
	{ "ntp.stratum", field_print_ntp, 0, NTP_STRATUM },
	{ "ntp.ppoll", field_print_ntp, 0, NTP_PPOLL },
	{ "ntp.precision", field_print_ntp, 0, NTP_PRECISION },
	{ "ntp.rootdelay", field_print_ntp, 0, NTP_ROOT_DELAY },
	{ "ntp.rootdispersion", field_print_ntp, 0, NTP_ROOT_DISPERSION },
	{ "ntp.refid", field_print_ntp, 0, NTP_REFID },
	{ "ntp.reftime", field_print_ntp, 0, NTP_REFTIME },
	{ "ntp.org", field_print_ntp, 0, NTP_ORG },
	{ "ntp.rec", field_print_ntp, 0, NTP_REC },
	{ "ntp.xmt", field_print_ntp, 0, NTP_XMT },
	{ "ntp.keyid", field_print_ntp, 0, NTP_KEYID },
	{ "ntp.mac", field_print_ntp, 0, NTP_MAC },
	{ "ntp.ext.type", field_print_ntp, 0, NTP_EXT_TYPE },
	{ "ntp.ext.length", field_print_ntp, 0, NTP_EXT_LENGTH },
	{ "ntp.ctrl.flags2.opcode", field_print_ntp, 0, NTP_CTRL_OPCODE },
	{ "ntp.ctrl.sequence", field_print_ntp, 0, NTP_CTRL_SEQUENCE },
	{ "ntp.request_in", print_request_in, FIELD_NEEDS_REQUEST, 0 },
	{ "ntp.response_in", print_response_in, FIELD_NEEDS_RESPONSE, 0 },
	{ "ntp.delta_time", print_delta, FIELD_NEEDS_REQUEST, 0 },
};

enum { N_FIELDS = sizeof(fields) / sizeof(fields[0]) };

const struct field *field_at(size_t i)
{
	return i < N_FIELDS ? &fields[i] : NULL;
}

const struct field *field_find(const char *name)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

/* A character as -E takes it: itself, or /t for a tab and /s for a space. */
static bool character(const char *text, char *out)
{
	if (strcmp(text, "/t") == 0)
		*out = '\t';
	else if (strcmp(text, "/s") == 0)
		*out = ' ';
	else if (text[0] && !text[1] && (unsigned char)text[0] >= 0x20)
		*out = text[0];
	else
		return false;
	return true;
}

static bool one_of(const char *text, const char *letters, int *index)
{
	const char *found = text[0] && !text[1] ? strchr(letters, text[0]) : NULL;
	*index = found ? (int)(found - letters) : 0;
	return found != NULL;
}

enum err fields_style_set(struct fields_style *style, const char *setting)
{
	static const char quotes[] = { 0, '"', '\'' };
	static const enum field_occurrence occurrences[] = { OCCURRENCE_ALL, OCCURRENCE_FIRST,
							     OCCURRENCE_LAST };
	size_t len = strcspn(setting, "=");
	const char *value = setting[len] ? setting + len + 1 : "";
	bool good = false;
	int i;
	if (strncmp(setting, "separator=", len + 1) == 0) {
		good = character(value, &style->separator);
	} else if (strncmp(setting, "aggregator=", len + 1) == 0) {
		good = character(value, &style->aggregator);
	} else if (strncmp(setting, "header=", len + 1) == 0) {
		good = one_of(value, "ny", &i);
		style->header = i == 1;
	} else if (strncmp(setting, "quote=", len + 1) == 0) {
		good = one_of(value, "nds", &i);
		style->quote = quotes[i];
	} else if (strncmp(setting, "occurrence=", len + 1) == 0) {
		good = one_of(value, "afl", &i);
		style->occurrence = occurrences[i];
	}
	return good ? ERR_OK : ERR_USAGE;
}

void fields_header(const struct fields_style *style, const struct field *const *columns, size_t n,
		   struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(out, style->separator);
		buf_str(out, columns[i]->name);
	}
	buf_char(out, '\n');
}

/* tshark's "last" needs to know how many there are before the first is written. */
static unsigned only_value(const struct fields_style *style, const struct field *f, const struct row *row)
{
	struct cell count = { .style = style };
	switch (style->occurrence) {
	case OCCURRENCE_ALL: return 0;
	case OCCURRENCE_FIRST: return 1;
	case OCCURRENCE_LAST: break;
	}
	f->print(f, row, &count);
	return count.n ? count.n : 1;
}

void fields_row(const struct fields_style *style, const struct field *const *columns, size_t n,
		const struct row *row, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		struct cell cell = { .out = out, .style = style, .only = only_value(style, columns[i], row) };
		if (i)
			buf_char(out, style->separator);
		columns[i]->print(columns[i], row, &cell);
		if (cell.n && style->quote)
			buf_char(out, style->quote);
	}
	buf_char(out, '\n');
}
