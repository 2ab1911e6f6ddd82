/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ntpscope packets: every NTP packet, one by one. */
#include <stdlib.h>
#include <string.h>

#include "cmd/captures.h"
#include "cmd/frame_writer.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/row_feed.h"
#include "field/field.h"
#include "field/filter.h"
#include "present/fields.h"
#include "present/hex_dump.h"
#include "present/packet_rows.h"
#include "present/tree.h"

/* The first are those of --format, the first five those of -T, in the order of their words. */
enum packets_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_FIELDS, FORMAT_EK };

#define FORMAT_WORDS "table|json|csv"
#define T_WORDS      "text|json|csv|fields|ek"

struct settings {
	struct capture_options captures; /* first */
	int format, t;                   /* enum packets_format; t: -1 when not given */
	struct text_list fields, style;
	uint64_t count;
	bool tree, hex, all;
	const char *write;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 'V', "tree", NULL, "the whole tree of each packet", OPTION_FLAG, AT(tree) },
	{ 'x', "hex", NULL, "the octets of each frame too", OPTION_FLAG, AT(hex) },
	{ 'T', NULL, NULL, "what to print", OPTION_CHOICE, AT(t), .choices = T_WORDS },
	{ 'e', NULL, "FIELD", "a field for -T fields or ek (one or more)", OPTION_TEXTS, AT(fields) },
	{ 'E', NULL, "KEY=VALUE", "separator, aggregator, quote, occurrence, header", OPTION_TEXTS,
	  AT(style) },
	{ 0, "format", NULL, "the same as -T", OPTION_CHOICE, AT(format), .choices = FORMAT_WORDS },
	{ 'c', "count", "N", "stop after N packets", OPTION_COUNT, AT(count), .min = 1, .max = UINT64_MAX },
	{ 'w', "write", "FILE", "write the frames to FILE, as pcapng", OPTION_TEXT, AT(write) },
	{ 0, "all", NULL, "frames without an NTP packet too", OPTION_FLAG, AT(all) },
};

enum { COLUMNS_MAX = 1024 };

/* Everything that one run needs. */
struct run {
	const struct command *self;
	const struct settings *s;
	struct captures in;
	enum packets_format format;
	const struct field *columns[COLUMNS_MAX];
	size_t n_columns;
	struct fields_style style;
	unsigned needs; /* enum row_needs */
	struct row_feed *feed;
	struct output out; /* unless frames are written */
	struct packet_writer writer;
	struct tree tree;
	struct frame_writer frames;
};

/* ---- settings ------------------------------------------------------------------------------------ */

static int usage(const struct run *r, const char *what, const char *needs)
{
	command_error(r->self, "'%s' needs '%s'", what, needs);
	return STATUS_FAILED;
}

static int bad_field(const struct command *self, const char *name)
{
	const char *names[COLUMNS_MAX];
	size_t n = 0;
	for (const struct field *f; n < COLUMNS_MAX && (f = field_at(n)); n++)
		names[n] = f->name;
	const char *near = options_nearest(name, names, n);
	if (near)
		command_error(self, "unknown field '%s'; did you mean '%s'?", name, near);
	else
		command_error(self, "unknown field '%s'; see 'ntpscope fields'", name);
	return STATUS_FAILED;
}

static void add_column(struct run *r, const struct field *f)
{
	if (r->n_columns == COLUMNS_MAX)
		return;
	r->columns[r->n_columns++] = f;
	r->needs |= f->needs;
}

/* -e; without any, -T ek gives all there is. */
static int set_up_columns(struct run *r)
{
	const struct text_list *names = &r->s->fields;
	if (r->format != FORMAT_FIELDS && r->format != FORMAT_EK)
		return names->n ? usage(r, "-e", "-T fields") : STATUS_OK;
	if (r->format == FORMAT_FIELDS && names->n == 0) {
		command_error(r->self, "'-T fields' needs at least one '-e FIELD'");
		return STATUS_FAILED;
	}
	for (size_t i = 0; i < names->n; i++) {
		const struct field *f = field_find(names->at[i]);
		if (!f)
			return bad_field(r->self, names->at[i]);
		add_column(r, f);
	}
	const struct field *f;
	for (size_t i = 0; names->n == 0 && (f = field_at(i)); i++)
		if (!(f->needs & ROW_NEEDS_CLIENT) && f->type != FIELD_PROTOCOL)
			add_column(r, f);
	return STATUS_OK;
}

/* Where the setting ends: at a comma that another one follows, since a comma may be a value. */
static const char *end_of_setting(const char *s)
{
	static const char *const keys[] = { "separator=", "aggregator=", "quote=", "occurrence=", "header=" };
	const char *value = strchr(s, '=');
	for (const char *p = value ? value + 1 : s; *p && p[1]; p++)
		for (size_t i = 0; *p == ',' && i < sizeof(keys) / sizeof(keys[0]); i++)
			if (strncmp(p + 1, keys[i], strlen(keys[i])) == 0 && p != value)
				return p;
	return s + strlen(s);
}

/* One -E: a setting as tshark takes it, or several with commas between. */
static int set_style(struct run *r, const char *settings)
{
	char one[64];
	for (const char *s = settings;;) {
		const char *end = end_of_setting(s);
		size_t len = (size_t)(end - s);
		if (len < sizeof(one)) {
			memcpy(one, s, len);
			one[len] = '\0';
		}
		if (len >= sizeof(one) || fields_style_set(&r->style, one)) {
			command_error(r->self, "bad value '%s' for '-E'", settings);
			return STATUS_FAILED;
		}
		if (!*end)
			return STATUS_OK;
		s = end + 1;
	}
}

static int set_up_style(struct run *r)
{
	r->style = (struct fields_style)FIELDS_STYLE_DEFAULT;
	if (r->s->style.n && r->format != FORMAT_FIELDS)
		return usage(r, "-E", "-T fields");
	for (size_t i = 0; i < r->s->style.n; i++)
		if (set_style(r, r->s->style.at[i]))
			return STATUS_FAILED;
	return STATUS_OK;
}

/* What the forms show that are no fields. */
static unsigned needs_of_form(const struct run *r)
{
	unsigned paired = ROW_NEEDS_REQUEST | ROW_NEEDS_RESPONSE | ROW_NEEDS_STREAM | ROW_NEEDS_EXCHANGE;
	if (r->s->write)
		return 0;
	switch (r->format) {
	case FORMAT_TEXT: return r->s->tree ? paired | ROW_NEEDS_HEADERS : paired & ~ROW_NEEDS_RESPONSE;
	case FORMAT_JSON:
	case FORMAT_CSV: return paired;
	case FORMAT_FIELDS:
	case FORMAT_EK: break;
	}
	return 0;
}

static int set_up(struct run *r)
{
	const struct settings *s = r->s;
	r->format = (enum packets_format)(s->t >= 0 ? s->t : s->format >= 0 ? s->format : FORMAT_TEXT);
	if (s->t >= 0 && s->format >= 0 && s->t != s->format) {
		command_error(r->self, "'-T' and '--format' do not agree");
		return STATUS_FAILED;
	}
	if (s->write &&
	    (s->t >= 0 || s->format >= 0 || s->tree || s->hex || s->fields.n || s->captures.output)) {
		command_error(r->self, "'-w' writes frames: nothing is printed beside it");
		return STATUS_FAILED;
	}
	if (r->format != FORMAT_TEXT && (s->tree || s->hex))
		return usage(r, s->tree ? "-V" : "-x", "-T text");
	int status = set_up_columns(r);
	if (!status)
		status = set_up_style(r);
	r->needs |= needs_of_form(r);
	return status;
}

/* ---- printing ------------------------------------------------------------------------------------ */

static void begin(struct run *r)
{
	r->writer = (struct packet_writer){
		.out = &r->out.buf,
		.hosts = &r->in.hosts,
		.color = r->out.color,
		.columns = r->out.terminal ? r->out.columns : 0,
	};
	switch (r->format) {
	case FORMAT_TEXT:
		tree_init(&r->tree, &r->out.buf, r->out.color, &r->in.hosts);
		if (!r->s->tree)
			packet_table_begin(&r->writer);
		break;
	case FORMAT_JSON: packet_json_begin(&r->writer, r->in.paths, r->in.n_paths); break;
	case FORMAT_CSV: packet_csv_begin(&r->writer); break;
	case FORMAT_FIELDS:
		if (r->style.header)
			fields_header(&r->style, r->columns, r->n_columns, &r->out.buf);
		break;
	case FORMAT_EK: buf_init(&r->writer.scratch, -1); break;
	}
}

static void print_text(struct run *r, const struct row *row)
{
	const struct found *found = row->found;
	if (r->s->tree)
		tree_packet(&r->tree, row);
	else
		packet_table_row(&r->writer, row);
	if (!r->s->hex)
		return;
	hex_dump(&r->out.buf, row->packet->data, row->packet->caplen);
	if (found->reassembled) {
		buf_str(&r->out.buf, "put together:\n");
		hex_dump(&r->out.buf, found->whole.data, found->whole.caplen);
	}
	buf_char(&r->out.buf, '\n');
}

static void print(struct run *r, const struct row *row)
{
	switch (r->format) {
	case FORMAT_TEXT: print_text(r, row); break;
	case FORMAT_JSON: packet_json_row(&r->writer, row); break;
	case FORMAT_CSV: packet_csv_row(&r->writer, row); break;
	case FORMAT_FIELDS: fields_row(&r->style, r->columns, r->n_columns, row, &r->out.buf); break;
	case FORMAT_EK: packet_ek_row(&r->writer, r->columns, r->n_columns, row); break;
	}
}

/* -Y is asked here and not where frames are read, so that packets are paired before they are parted. */
static bool is_wanted(const struct run *r, const struct row *row)
{
	if (!row->ntp && !r->s->all)
		return false;
	return !r->in.display || filter_matches(r->in.display, row);
}

static int print_packets(struct run *r)
{
	const struct row *row;
	uint64_t left = r->s->count ? r->s->count : UINT64_MAX;
	begin(r);
	while (left && !output_broken(&r->out) && row_feed_next(r->feed, &row)) {
		if (!is_wanted(r, row))
			continue;
		print(r, row);
		left--;
	}
	if (r->format == FORMAT_JSON)
		packet_json_end(&r->writer);
	buf_release(&r->writer.scratch);
	return STATUS_OK;
}

/* ---- writing ------------------------------------------------------------------------------------- */

static int write_frames(struct run *r)
{
	const struct row *row;
	uint64_t left = r->s->count ? r->s->count : UINT64_MAX;
	while (left && !frame_writer_broken(&r->frames) && row_feed_next(r->feed, &row)) {
		bool wanted = is_wanted(r, row);
		frame_writer_row(&r->frames, row, wanted);
		left -= wanted;
	}
	return STATUS_OK;
}

/* ---- the command --------------------------------------------------------------------------------- */

static int open_output(struct run *r)
{
	if (r->s->write)
		return frame_writer_open(&r->frames, r->self, &r->in, r->s->write);
	return output_open_for(&r->out, r->self, &r->in);
}

static int run_opened(struct run *r)
{
	const struct settings *s = r->s;
	int status = open_output(r);
	if (status)
		return status;
	/* Fragments are no rows of their own, but frames to be written. */
	bool all = s->all || s->write;
	uint64_t max_rows = (all && !s->all) || r->in.display ? 0 : s->count;
	status = row_feed_open_some(&r->feed, &r->in, &s->captures, r->needs, all, max_rows);
	if (!status)
		status = s->write ? write_frames(r) : print_packets(r);
	row_feed_close(r->feed);
	return s->write ? frame_writer_finish(&r->frames, status) : output_finish(&r->out, status);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .captures = CAPTURE_DEFAULTS, .format = -1, .t = -1 };
	struct run r = { .self = self, .s = &s };
	int status;
	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	status = set_up(&r);
	if (status)
		return status;
	bool twice = row_feed_twice(&s.captures, r.needs);
	status = (twice ? captures_open_twice : captures_open)(&r.in, self, &s.captures, argc, argv);
	if (status)
		return status;
	if (r.in.display)
		r.needs |= filter_needs(r.in.display);
	status = run_opened(&r);
	int read_status = captures_finish(&r.in);
	return status ? status : read_status;
}

const struct command cmd_packets = {
	.name = "packets",
	.summary = "every NTP packet, one line each, or all that is in it",
	.arguments = "CAPTURE...",
	.about = "Prints one line for every NTP packet of the captures ('-' is standard input),\n"
		 "or with -V everything that is in it. With -T fields -e it takes Wireshark's\n"
		 "field names ('ntpscope fields' lists them) and prints what tshark prints; add\n"
		 "--match=wireshark to pair packets the way Wireshark does. With -w the frames\n"
		 "themselves go to a capture of their own.",
	.examples = "ntpscope packets capture.pcap\n"
		    "ntpscope packets -V -x -c 1 capture.pcap\n"
		    "ntpscope packets -T json -c 10 capture.pcapng.zst\n"
		    "ntpscope packets -T fields -e frame.number -e ntp.delta_time capture.pcap\n"
		    "ntpscope packets -Y 'ntp.delta_time > 0.01' capture.pcap\n"
		    "ntpscope packets -Y 'ip.addr == 192.0.2.1' -w one.pcapng capture.pcap\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.reads_captures = true,
	.min_arguments = 1,
	.run = run,
};
