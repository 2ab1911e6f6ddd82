/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/row_feed.h"
#include "cmd/select_mark.h"
#include "engine/finder.h"
#include "field/filter_direct.h"

struct select {
	const struct filter *filter;
	bool direct, headers;
	bool marked; /* marks says it all */
	struct select_marks marks;
};

/* ---- messages --------------------------------------------------------------------------------------- */

enum { SHOWN = 100 }; /* columns of a filter in a message */

/* Writes octet c so that it shows; returns its columns. */
static unsigned show(char c, FILE *out)
{
	unsigned char u = (unsigned char)c;
	if (u < 0x20 || u == 0x7f)
		return (unsigned)fprintf(out, "\\x%02x", u);
	fputc(c, out);
	return (u & 0xc0) != 0x80; /* UTF-8: what follows a first octet takes no column of its own */
}

static unsigned width(char c)
{
	unsigned char u = (unsigned char)c;
	return u < 0x20 || u == 0x7f ? 4 : (u & 0xc0) != 0x80;
}

/* The filter, or the part around the fault, and ^~~~ under it. */
static void show_fault(const char *text, const struct filter_error *error, FILE *out)
{
	size_t len = strlen(text), from = 0, end = len, column = 0;
	if (len > SHOWN) {
		from = error->column > SHOWN / 2 ? error->column - SHOWN / 2 : 0;
		end = len - from > SHOWN ? from + SHOWN : len;
	}
	column += (size_t)fprintf(out, "    %s", from ? "..." : "");
	for (size_t i = from; i < end; i++)
		show(text[i], out);
	fprintf(out, "%s\n", end < len ? "..." : "");
	for (size_t i = from; i < error->column && i < end; i++)
		column += width(text[i]);
	fprintf(out, "%*s^", (int)column, "");
	for (size_t i = error->column + 1; i < error->column + error->len && i < end; i++)
		for (unsigned k = width(text[i]); k > 0; k--)
			fputc('~', out);
	fputc('\n', out);
}

int select_compile(const struct command *self, const char *text, struct filter **out)
{
	struct filter_error error;
	enum err e = filter_compile(text, out, &error);
	if (!e)
		return STATUS_OK;
	if (e != ERR_USAGE) {
		command_error(self, "cannot compile the filter of -Y: %s", err_text(e));
		return STATUS_FAILED;
	}
	command_error(self, "bad filter, column %zu: %s", error.column + 1, error.message);
	show_fault(text, &error, stderr);
	return STATUS_FAILED;
}

/* ---- a pass before ---------------------------------------------------------------------------------- */

/* What a frame's own octets cannot tell. */
static bool needs_other_frames(const struct filter *f)
{
	return (filter_needs(f) & ~(unsigned)ROW_NEEDS_HEADERS) != 0;
}

/* Wireshark's view of fragments is had from rows only, since there is no pipeline that puts them together. */
bool select_reads_ahead(const struct capture_options *options, const struct filter *f)
{
	return f && (needs_other_frames(f) || options->match == MATCH_WIRESHARK);
}

static int read_ahead(struct select *s, struct captures *in)
{
	struct row_feed *feed;
	const struct row *row;
	int status = row_feed_open(&feed, in, in->options, filter_needs(s->filter), true);
	if (status)
		return status;
	enum err e = select_marks_init(&s->marks);
	while (!e && row_feed_next(feed, &row))
		e = select_marks_add(&s->marks, row, filter_matches(s->filter, row));
	row_feed_close(feed);
	if (e) {
		command_error(in->command, "cannot keep which frames match: %s", err_text(e));
		return STATUS_FAILED;
	}
	s->marked = true;
	return captures_rewind(in);
}

int select_begin(struct captures *in)
{
	int status = STATUS_OK;
	if (!in->display)
		return STATUS_OK;
	struct select *s = calloc(1, sizeof(*s));
	if (!s) {
		command_error(in->command, "no memory");
		return STATUS_FAILED;
	}
	s->filter = in->display;
	s->direct = filter_is_direct(s->filter);
	s->headers = (filter_needs(s->filter) & ROW_NEEDS_HEADERS) != 0;
	if (select_reads_ahead(in->options, s->filter))
		status = read_ahead(s, in);
	if (status)
		select_free(s);
	else
		in->select = s;
	return status;
}

void select_free(struct select *s)
{
	if (!s)
		return;
	select_marks_release(&s->marks);
	free(s);
}

/* ---- frame by frame --------------------------------------------------------------------------------- */

static bool matches(const struct select *s, struct found *found)
{
	struct row row;
	row_of_found(found, finder_strict_view(&found->datagram, &found->ntp), &row);
	return filter_matches(s->filter, &row);
}

static bool passes_slowly(const struct select *s, const struct packet *p)
{
	struct found found;
	found.packet = p;
	found.reassembled = false;
	found.layers.n = found.whole_layers.n = 0;
	frame_decode(p, &found.datagram, s->headers ? &found.layers : NULL);
	return found.datagram.kind == DATAGRAM_FRAGMENT || matches(s, &found);
}

bool select_passes(const struct select *s, const struct packet *p)
{
	struct frame_plain plain;
	if (s->marked)
		return select_marks_has(&s->marks, p->frame);
	if (s->direct && frame_plain(p, &plain) && filter_direct_fits(&plain))
		return filter_matches_plain(s->filter, p, &plain);
	return passes_slowly(s, p);
}

bool select_whole_passes(const struct select *s, const struct packet *last, const struct packet *whole,
			 const struct datagram *d)
{
	struct found found;
	struct datagram again;
	if (s->marked)
		return true; /* its last piece would not be here */
	found.packet = last;
	found.whole = *whole;
	found.reassembled = true;
	found.datagram = *d;
	found.layers.n = found.whole_layers.n = 0;
	if (s->headers) {
		frame_decode(last, &again, &found.layers);
		frame_decode(whole, &again, &found.whole_layers);
	}
	return matches(s, &found);
}
