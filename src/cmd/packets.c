/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ntpscope packets: one row a packet. */
#include <stdlib.h>
#include <string.h>

#include "cmd/captures.h"
#include "cmd/engine.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "engine/census.h"
#include "engine/finder.h"
#include "engine/match_wireshark.h"
#include "engine/pairs.h"
#include "present/fields.h"
#include "present/packet_rows.h"

enum { BATCH = 256, GROUP = 16 };

enum packets_format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV, FORMAT_FIELDS };

struct settings {
	struct capture_options captures; /* first */
	int format;                      /* enum packets_format but FORMAT_FIELDS */
	const char *t;                   /* -T: "fields", or one of the formats */
	struct text_list fields, style;
	uint64_t count;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 0, "format", NULL, "what to print", OPTION_CHOICE, AT(format), .choices = "table|json|csv" },
	{ 'T', NULL, "fields", "print the fields named by -e, as tshark does", OPTION_TEXT, AT(t) },
	{ 'e', NULL, "FIELD", "a field, such as ntp.delta_time (one or more)", OPTION_TEXTS, AT(fields) },
	{ 'E', NULL, "KEY=VALUE", "separator, aggregator, quote, occurrence, header", OPTION_TEXTS,
	  AT(style) },
	{ 'c', "count", "N", "stop after N packets", OPTION_COUNT, AT(count), .min = 1, .max = UINT64_MAX },
};

/* Everything that one run needs. */
struct run {
	const struct command *self;
	const struct settings *s;
	struct captures in;
	struct output out;
	enum packets_format format;
	const struct field *columns[OPTION_LIST_MAX];
	size_t n_columns;
	struct fields_style style;
	unsigned needs; /* enum row_needs of all columns */
	struct finder finder;
	struct match_wireshark match;
	struct pairs pairs; /* of a first pass */
	bool one_pass;      /* pairs are found while printing: Wireshark's way, and no look ahead */
	bool two_passes;
	size_t request_hint, response_hint;
	struct packet_writer writer;
	uint64_t n_rows;
};

static int bad_field(const struct command *self, const char *name)
{
	const char *names[OPTION_LIST_MAX];
	size_t n = 0;
	for (const struct field *f; n < OPTION_LIST_MAX && (f = field_at(n)); n++)
		names[n] = f->name;
	const char *near = options_nearest(name, names, n);
	if (near)
		command_error(self, "unknown field '%s'; did you mean '%s'?", name, near);
	else
		command_error(self, "unknown field '%s'; try 'ntpscope packets --help'", name);
	return STATUS_FAILED;
}

/* What -T, -e and -E ask for. */
static int set_up_fields(struct run *r)
{
	const struct settings *s = r->s;
	r->format = (enum packets_format)s->format;
	r->style = (struct fields_style)FIELDS_STYLE_DEFAULT;
	if (s->t && strcmp(s->t, "fields") == 0)
		r->format = FORMAT_FIELDS;
	else if (s->t) {
		command_error(r->self, "bad value '%s' for '-T': only 'fields' is known", s->t);
		return STATUS_FAILED;
	}
	if (r->format != FORMAT_FIELDS && (s->fields.n || s->style.n)) {
		command_error(r->self, "'%s' needs '-T fields'", s->fields.n ? "-e" : "-E");
		return STATUS_FAILED;
	}
	if (r->format == FORMAT_FIELDS && s->fields.n == 0) {
		command_error(r->self, "'-T fields' needs at least one '-e FIELD'");
		return STATUS_FAILED;
	}
	for (size_t i = 0; i < s->fields.n; i++) {
		const struct field *f = field_find(s->fields.at[i]);
		if (!f)
			return bad_field(r->self, s->fields.at[i]);
		r->columns[r->n_columns++] = f;
		r->needs |= f->needs;
	}
	for (size_t i = 0; i < s->style.n; i++)
		if (fields_style_set(&r->style, s->style.at[i])) {
			command_error(r->self, "bad value '%s' for '-E'", s->style.at[i]);
			return STATUS_FAILED;
		}
	/* The table shows the time that passed; JSON and CSV tell of both directions. */
	if (r->format == FORMAT_TABLE)
		r->needs = ROW_NEEDS_REQUEST;
	else if (r->format != FORMAT_FIELDS)
		r->needs = ROW_NEEDS_REQUEST | ROW_NEEDS_RESPONSE;
	return STATUS_OK;
}

static void begin(struct run *r)
{
	r->writer = (struct packet_writer){
		.out = &r->out.buf,
		.hosts = &r->in.hosts,
		.color = r->out.color,
	};
	switch (r->format) {
	case FORMAT_TABLE: packet_table_begin(&r->writer); break;
	case FORMAT_JSON: packet_json_begin(&r->writer, r->in.paths, r->in.n_paths); break;
	case FORMAT_CSV: packet_csv_begin(&r->writer); break;
	case FORMAT_FIELDS:
		if (r->style.header)
			fields_header(&r->style, r->columns, r->n_columns, &r->out.buf);
		break;
	}
}

static void print(struct run *r, const struct row *row)
{
	switch (r->format) {
	case FORMAT_TABLE: packet_table_row(&r->writer, row); break;
	case FORMAT_JSON: packet_json_row(&r->writer, row); break;
	case FORMAT_CSV: packet_csv_row(&r->writer, row); break;
	case FORMAT_FIELDS: fields_row(&r->style, r->columns, r->n_columns, row, &r->out.buf); break;
	}
	r->n_rows++;
}

static int64_t time_of(const struct packet *p)
{
	return p->has_time ? p->time_ns : 0;
}

/* Request and response of a row: from the first pass, or found on the way. */
static void pair_up(struct run *r, struct row *row)
{
	uint64_t frame = row->packet->frame;
	if (r->two_passes) {
		const struct pair *p = pairs_of_response(&r->pairs, frame, &r->response_hint);
		if (p) {
			row->request_in = p->request;
			row->delta_ns = p->delta_ns;
		}
		p = pairs_of_request(&r->pairs, frame, &r->request_hint);
		if (p)
			row->response_in = p->response;
	} else if (r->one_pass) {
		struct match_answer a = match_wireshark_packet(&r->match, row->ntp, frame,
							       time_of(row->packet));
		row->request_in = a.request;
		row->delta_ns = a.delta_ns;
	}
}

/* Packets are found a few at a time, so that the table of requests is on its way from memory when they are
 * paired.  A packet put together from fragments ends its group: its bytes last until the next fragment. */
static size_t find_group(struct run *r, const struct packet *batch, size_t n, struct found *found,
			 unsigned *n_found)
{
	size_t i = 0;
	*n_found = 0;
	while (i < n && *n_found < GROUP) {
		struct found *f = &found[*n_found];
		if (!finder_packet(&r->finder, &batch[i++], f))
			continue;
		++*n_found;
		if (r->one_pass)
			match_wireshark_prefetch(&r->match, &f->ntp);
		if (f->reassembled)
			break;
	}
	return i;
}

static void print_group(struct run *r, const struct found *found, unsigned n, uint64_t limit)
{
	struct row row;
	for (unsigned i = 0; i < n && r->n_rows < limit; i++) {
		row_of_found(&found[i], true, &row);
		pair_up(r, &row);
		print(r, &row);
	}
}

static void print_packets(struct run *r)
{
	struct packet batch[BATCH];
	struct found found[GROUP];
	size_t n;
	unsigned n_found;
	uint64_t limit = r->s->count ? r->s->count : UINT64_MAX;
	while (r->n_rows < limit && !output_broken(&r->out) && captures_next(&r->in, batch, BATCH, &n)) {
		for (size_t i = 0; i < n && r->n_rows < limit;) {
			i += find_group(r, batch + i, n - i, found, &n_found);
			print_group(r, found, n_found, limit);
		}
	}
}

static enum err wireshark_pass(struct run *r)
{
	struct packet batch[BATCH];
	struct found found;
	struct finder finder;
	size_t n;
	enum err e = ERR_OK;
	finder_init(&finder, FINDER_WIRESHARK, false, r->finder.secret);
	while (!e && captures_next(&r->in, batch, BATCH, &n)) {
		for (size_t i = 0; i < n && !e; i++) {
			if (!finder_packet(&finder, &batch[i], &found))
				continue;
			struct match_answer a = match_wireshark_packet(&r->match, &found.ntp, batch[i].frame,
								       time_of(&batch[i]));
			if (a.request)
				e = pairs_add(&r->pairs, a.request, batch[i].frame, a.delta_ns);
		}
	}
	finder_release(&finder);
	return e;
}

static enum err keep_exchange(void *arg, const struct exchange *x)
{
	struct run *r = arg;
	if (!exchange_has_delta(x))
		return ERR_OK;
	return pairs_add(&r->pairs, x->request_frame, x->response_frame, exchange_delta_ns(x));
}

static enum err strict_pass(struct run *r)
{
	struct engine_config config = engine_config_of(&r->s->captures);
	struct pipeline_io io = pipeline_io_of(&r->in);
	struct census *census = NULL;
	io.row = keep_exchange;
	io.rows_in_any_order = true; /* pairs are looked up by frame */
	io.row_arg = r;
	enum err e = pipeline_run(&config, &io, &census);
	if (census)
		census_free(census);
	/* What the source had to say will come up again in the second pass. */
	return e == ERR_MEMORY || e == ERR_LIMIT ? e : ERR_OK;
}

static int first_pass(struct run *r)
{
	enum err e = r->s->captures.match == MATCH_WIRESHARK ? wireshark_pass(r) : strict_pass(r);
	if (!e)
		e = pairs_seal(&r->pairs);
	if (!e)
		return captures_rewind(&r->in);
	command_error(r->self, "cannot pair packets: %s", err_text(e));
	return STATUS_FAILED;
}

static int run_opened(struct run *r)
{
	int status = STATUS_OK;
	bool wireshark = r->s->captures.match == MATCH_WIRESHARK;
	uint64_t secret = engine_secret();
	size_t capacity = r->s->captures.capacity ? r->s->captures.capacity : MATCH_WIRESHARK_CAPACITY;
	bool layers = (r->needs & ROW_NEEDS_HEADERS) != 0;
	finder_init(&r->finder, wireshark ? FINDER_WIRESHARK : FINDER_STRICT, layers, secret);
	if (match_wireshark_init(&r->match, capacity, secret)) {
		command_error(r->self, "no memory for pairing");
		return STATUS_FAILED;
	}
	if (r->two_passes)
		status = first_pass(r);
	if (status)
		return status;
	begin(r);
	print_packets(r);
	if (r->format == FORMAT_JSON)
		packet_json_end(&r->writer);
	if (r->match.n_turned_away)
		command_warning(r->self, "%llu requests were not remembered: raise '--capacity'",
				(unsigned long long)r->match.n_turned_away);
	return STATUS_OK;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .captures = CAPTURE_DEFAULTS };
	struct run r = { .self = self, .s = &s };
	int status;
	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	status = set_up_fields(&r);
	if (status)
		return status;
	unsigned pairing = r.needs & (ROW_NEEDS_REQUEST | ROW_NEEDS_RESPONSE);
	r.two_passes = (pairing & ROW_NEEDS_RESPONSE) || (pairing && s.captures.match == MATCH_STRICT);
	r.one_pass = pairing && !r.two_passes;
	status = (r.two_passes ? captures_open_twice : captures_open)(&r.in, self, &s.captures, argc, argv);
	if (status)
		return status;
	status = output_open_for(&r.out, self, &r.in);
	if (!status) {
		status = run_opened(&r);
		status = output_finish(&r.out, status);
	}
	int read_status = captures_finish(&r.in);
	finder_release(&r.finder);
	match_wireshark_release(&r.match);
	pairs_release(&r.pairs);
	return status ? status : read_status;
}

static void list_fields(FILE *out)
{
	int column = fprintf(out, "fields:");
	for (size_t i = 0; field_at(i); i++) {
		const char *name = field_at(i)->name;
		if (column + 1 + (int)strlen(name) > 78) {
			fputs("\n ", out);
			column = 1;
		}
		column += fprintf(out, " %s", name);
	}
	fputc('\n', out);
}

const struct command cmd_packets = {
	.name = "packets",
	.summary = "every NTP packet, one row each",
	.arguments = "CAPTURE...",
	.about = "Prints one row for every NTP packet of the captures ('-' is standard input).\n"
		 "With -T fields -e it takes Wireshark's field names and prints what tshark\n"
		 "prints; add --match=wireshark to pair packets the way Wireshark does.",
	.examples = "ntpscope packets capture.pcap\n"
		    "ntpscope packets --format=json -c 10 capture.pcapng.zst\n"
		    "ntpscope packets -f 'host 192.0.2.1' capture.pcap\n"
		    "ntpscope packets -T fields -e frame.number -e ntp.delta_time capture.pcap\n",
	.more_help = list_fields,
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.reads_captures = true,
	.min_arguments = 1,
	.run = run,
};
