/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/exchange.h"
#include "present/packet_facts.h"
#include "present/packet_rows.h"
#include "present/text.h"
#include "present/utf8.h"

enum column {
	C_FRAME,
	C_TIME,
	C_STREAM,
	C_SOURCE,
	C_DESTINATION,
	C_VERSION,
	C_MODE,
	C_STRATUM,
	C_REFID,
	C_POLL,
	C_LENGTH,
	C_DELTA,
	C_CLASS,
	C_NOTES,
	N_COLUMNS,
};

static const char *const heads[N_COLUMNS] = {
	"FRAME",   "TIME",  "STREAM", "SOURCE", "DESTINATION", "V",     "MODE",
	"STRATUM", "REFID", "POLL",   "LENGTH", "DELTA",       "CLASS", "NOTES",
};
/* For columns that are narrower than their head. */
static const char *const short_heads[N_COLUMNS] = {
	[C_STREAM] = "STR",
	[C_STRATUM] = "ST",
	[C_POLL] = "PO",
	[C_LENGTH] = "LEN",
};

/* Widths of the columns, below 0 at the left; 0: not shown.  The last whose `terminal` fits is taken; in a
 * pipe it is the last of all.  Where notes have no column of their own they follow the class. */
struct layout {
	unsigned terminal;
	int width[N_COLUMNS];
};

static const struct layout layouts[] = {
	/*     frame time str source dest v mode st refid po len delta class notes */
	{ 0, { 5, -12, 0, -15, -15, 1, -6, 2, 0, 0, 0, 7, -9, 0 } },
	{ 100, { 6, -12, 0, -15, -15, 1, -7, 2, -10, 0, 0, 7, -16, 0 } },
	{ 120, { 6, -15, 3, -15, -15, 1, -7, 2, -13, 2, 0, 7, -22, 0 } },
	{ 150, { 6, -15, 5, -21, -21, 1, -7, 2, -15, 4, 4, 8, -28, 0 } },
	{ 180, { 7, -26, 6, -24, -24, 1, -7, 2, -15, 4, 4, 8, -13, -1 } },
};

enum { N_LAYOUTS = sizeof(layouts) / sizeof(layouts[0]), W_CLOCK_MS = 12, W_CLOCK_US = 15, W_WITH_PORT = 21 };

/* Columns that are worth being filled with the beginning of a note. */
enum { NOTES_LEAST = 5 };

/* "[", an address, "]:" and a port. */
enum { END_WIDTH_MAX = 47 };

static const struct layout *layout_of(const struct packet_writer *w)
{
	size_t i = N_LAYOUTS - 1;
	if (w->columns)
		while (i > 0 && layouts[i].terminal > w->columns)
			i--;
	return &layouts[i];
}

/* A line in the making: columns begin where they should, or one blank behind what stuck out before. */
struct line {
	struct text text;
	const struct layout *layout;
	unsigned limit; /* columns of the terminal, 0 for none */
	unsigned end_width;
	uint16_t start[N_COLUMNS];
};

/* Addresses that are not cut make room for themselves, once and for all rows that follow. */
static unsigned width_of(const struct line *l, enum column c)
{
	int width = l->layout->width[c];
	unsigned columns = (unsigned)(width < 0 ? -width : width);
	bool is_end = c == C_SOURCE || c == C_DESTINATION;
	return is_end && l->end_width > columns ? l->end_width : columns;
}

static void line_begin(struct line *l, struct packet_writer *w)
{
	unsigned at = 0;
	l->layout = layout_of(w);
	l->limit = w->columns;
	l->end_width = w->end_width;
	text_begin(&l->text, w->out, w->color);
	for (unsigned c = 0; c < N_COLUMNS; c++) {
		l->start[c] = (uint16_t)at;
		if (l->layout->width[c])
			at += width_of(l, (enum column)c) + 1;
	}
}

/* s as far as there is room for it, with a sign where it was cut. */
static void put_cut(struct line *l, enum text_style style, const char *s, unsigned room)
{
	char cut[HOSTS_LABEL_MAX + 64];
	size_t len = strlen(s), at = 0, columns = 0;
	uint32_t c;
	if (utf8_columns(s, len) <= room) {
		text_put(&l->text, style, s);
		return;
	}
	while (at < len && at < sizeof(cut) - 8) {
		unsigned n = utf8_next(s + at, len - at, &c);
		columns += utf8_columns(s + at, n);
		if (columns + 1 > room)
			break;
		at += n;
	}
	memcpy(cut, s, at);
	snprintf(cut + at, sizeof(cut) - at, "…");
	text_put(&l->text, style, cut);
}

static void cell(struct line *l, enum column c, enum text_style style, const char *s)
{
	int width = l->layout->width[c];
	if (!width || !*s)
		return;
	unsigned start = l->start[c];
	if (width > 0) {
		unsigned columns = (unsigned)utf8_columns(s, strlen(s));
		if (columns < (unsigned)width)
			start += (unsigned)width - columns;
	}
	if (l->text.column && start <= l->text.column)
		start = l->text.column + 1;
	if (l->limit && start >= l->limit)
		return;
	text_pad_to(&l->text, start);
	if (l->limit)
		put_cut(l, style, s, l->limit - start);
	else
		text_put(&l->text, style, s);
}

static void number(struct line *l, enum column c, enum text_style style, long long v)
{
	char s[24];
	snprintf(s, sizeof(s), "%lld", v);
	cell(l, c, style, s);
}

void packet_table_begin(struct packet_writer *w)
{
	struct line l;
	line_begin(&l, w);
	for (unsigned c = 0; c < N_COLUMNS; c++) {
		bool shorten = short_heads[c] && strlen(heads[c]) > width_of(&l, (enum column)c);
		cell(&l, (enum column)c, TEXT_HEAD, shorten ? short_heads[c] : heads[c]);
	}
	text_line(&l.text);
}

/* ---- cells --------------------------------------------------------------------------------------- */

static void time_cell(struct line *l, const struct packet *p)
{
	char text[NSTIME_TEXT_MAX];
	int width = -l->layout->width[C_TIME];
	if (!p->has_time) {
		cell(l, C_TIME, TEXT_PLAIN, "-");
		return;
	}
	nstime_rfc3339(p->time_ns, text);
	text[10] = ' ';
	text[26] = '\0'; /* microseconds will do for reading */
	if (width == W_CLOCK_MS)
		text[23] = '\0';
	cell(l, C_TIME, TEXT_PLAIN, width > W_CLOCK_US ? text : text + 11);
}

/* The middle of what is too long is left out: both ends of an address tell something. */
static void shorten(char *s, size_t columns)
{
	size_t len = strlen(s);
	if (utf8_columns(s, len) <= columns || len != utf8_columns(s, len))
		return;
	size_t head = (columns - 1) / 2, tail = columns - 1 - head;
	char end[64];
	if (tail >= sizeof(end))
		return;
	memcpy(end, s + len - tail, tail + 1);
	snprintf(s + head, len - head + 3, "…%s", end);
}

static void note_width(struct packet_writer *w, const char *s)
{
	size_t columns = utf8_columns(s, strlen(s));
	if (columns > w->end_width && columns <= END_WIDTH_MAX)
		w->end_width = (unsigned)columns;
}

/* "192.0.2.1:123", "[2001:db8::1]:123", "name:123"; without the port where there is little room. */
static void end_text(char text[HOSTS_LABEL_MAX + 64], const struct packet_writer *w, unsigned width,
		     const struct addr *a, const uint16_t *port)
{
	char addr[ADDR_TEXT_MAX];
	const char *name = hosts_label(w->hosts, a);
	addr_text(a, addr);
	bool bracket = !name && !addr_is_v4(a);
	const char *shown = name ? name : addr;
	if (!port || width < W_WITH_PORT)
		snprintf(text, HOSTS_LABEL_MAX + 64, "%s", shown);
	else
		snprintf(text, HOSTS_LABEL_MAX + 64, bracket ? "[%s]:%u" : "%s:%u", shown, *port);
	if (w->columns)
		shorten(text, width);
}

/* Both ends of a row: source, destination. */
struct ends {
	bool known;
	char text[2][HOSTS_LABEL_MAX + 64];
};

/* Before the line begins, so that it has the room that they need. */
static void ends_of(struct ends *e, struct packet_writer *w, const struct row *row)
{
	const struct layout *layout = layout_of(w);
	struct view_ntp v;
	e->known = packet_ends_of(row, &v);
	if (!e->known)
		return;
	bool has_port = row->ntp || v.tcp || row->found->datagram.kind == DATAGRAM_UDP;
	end_text(e->text[0], w, (unsigned)-layout->width[C_SOURCE], &v.src, has_port ? &v.sport : NULL);
	end_text(e->text[1], w, (unsigned)-layout->width[C_DESTINATION], &v.dst, has_port ? &v.dport : NULL);
	for (unsigned i = 0; i < 2 && !w->columns; i++)
		note_width(w, e->text[i]);
}

static const char *mode_word(uint8_t mode)
{
	static const char *const words[] = {
		"mode 0", "active", "passive", "client", "server", "bcast", "control", "private",
	};
	return words[mode & 7];
}

static void message_cells(struct line *l, const struct packet_facts *f)
{
	const char *what = f->has_control ? control_opcode_name(f->control.opcode)
					  : private_request_name(f->private.request_code);
	cell(l, C_REFID, TEXT_PLAIN, what);
}

static void header_cells(struct line *l, const struct packet_facts *f, const struct row *row)
{
	if (!row->ntp) {
		cell(l, C_MODE, TEXT_DIM, packet_carries(row));
	} else if (f->has_first) {
		bool usual = f->header.mode == NTP_MODE_CLIENT || f->header.mode == NTP_MODE_SERVER;
		number(l, C_VERSION, TEXT_PLAIN, f->header.version);
		cell(l, C_MODE, usual ? TEXT_PLAIN : TEXT_ACCENT, mode_word(f->header.mode));
	}
	if (f->has_control || f->has_private) {
		message_cells(l, f);
	} else if (f->has_header || (f->has_first && row->ntp && row->ntp->len >= 16)) {
		number(l, C_STRATUM, TEXT_PLAIN, f->header.stratum);
		cell(l, C_REFID, TEXT_PLAIN, f->refid);
		number(l, C_POLL, TEXT_PLAIN, f->header.poll_log2s);
	}
	number(l, C_LENGTH, TEXT_DIM, row->ntp ? row->ntp->wire_len : row->found->datagram.payload_wire_len);
}

static enum text_style style_of_class(enum exchange_class c)
{
	switch (c) {
	case CLASS_ANSWERED: return TEXT_DIM;
	case CLASS_UNANSWERED:
	case CLASS_LATE:
	case CLASS_DUPLICATE:
	case CLASS_UNSOLICITED:
	case CLASS_RETRANSMITTED: return TEXT_WARN;
	case CLASS_KOD:
	case CLASS_NAK:
	case CLASS_MALFORMED: return TEXT_ALARM;
	case CLASS_SYMMETRIC:
	case CLASS_BROADCAST:
	case CLASS_OTHER:
	case N_CLASSES: break;
	}
	return TEXT_PLAIN;
}

static bool is_bad_news(const char *note)
{
	return strncmp(note, "kod", 3) == 0 || strstr(note, "nak") || strncmp(note, "malformed", 9) == 0 ||
	       strcmp(note, "unsynchronised") == 0 || strcmp(note, "monlist") == 0;
}

/* All notes in one text; true when one of them is bad news. */
static bool notes_text(const struct packet_facts *f, char *out, size_t size)
{
	size_t n = 0;
	bool bad = false;
	out[0] = '\0';
	for (unsigned i = 0; i < f->n_notes && n < size; i++) {
		n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", f->notes[i]);
		bad |= is_bad_news(f->notes[i]);
	}
	return bad;
}

/* Behind what is on the line already, as far as it goes. */
static void put_more(struct line *l, enum text_style style, const char *s)
{
	if (!l->limit)
		text_put(&l->text, style, s);
	else if (l->text.column < l->limit)
		put_cut(l, style, s, l->limit - l->text.column);
}

static void class_and_notes(struct line *l, const struct exchange *x, const struct packet_facts *f)
{
	char notes[1024];
	bool bad = notes_text(f, notes, sizeof(notes)), apart = l->layout->width[C_NOTES] != 0;
	enum text_style style = bad ? TEXT_WARN : TEXT_PLAIN;
	enum exchange_class c = x ? (enum exchange_class)x->class : CLASS_OTHER;
	/* "kod RATE" says it all; and where there is hardly room, bad news go before "answered". */
	bool kod = !apart && c == CLASS_KOD && strncmp(notes, "kod", 3) == 0;
	bool hide = !apart && bad && c == CLASS_ANSWERED && l->layout->terminal == 0;
	bool shown = x && !hide && !kod;
	if (kod)
		style = TEXT_ALARM;
	if (shown)
		cell(l, C_CLASS, style_of_class(c), exchange_class_name(c));
	if (!shown || apart) {
		cell(l, apart ? C_NOTES : C_CLASS, style, notes);
	} else if (notes[0] && (!l->limit || l->text.column + NOTES_LEAST <= l->limit)) {
		put_more(l, TEXT_PLAIN, ", ");
		put_more(l, style, notes);
	}
}

void packet_table_row(struct packet_writer *w, const struct row *row)
{
	struct packet_facts f;
	char text[DURATION_TEXT_MAX];
	struct line l;
	struct ends ends;
	ends_of(&ends, w, row);
	line_begin(&l, w);
	packet_facts_of(row, &f);
	number(&l, C_FRAME, TEXT_DIM, (long long)row->packet->frame);
	time_cell(&l, row->packet);
	if (row->udp_stream != ROW_NO_STREAM)
		number(&l, C_STREAM, TEXT_DIM, row->udp_stream);
	else if (row->tcp_stream != ROW_NO_STREAM)
		number(&l, C_STREAM, TEXT_DIM, row->tcp_stream);
	if (ends.known) {
		cell(&l, C_SOURCE, TEXT_PLAIN, ends.text[0]);
		cell(&l, C_DESTINATION, TEXT_PLAIN, ends.text[1]);
	}
	header_cells(&l, &f, row);
	if (row->request_in) {
		duration_text(row->delta_ns, text);
		cell(&l, C_DELTA, TEXT_ACCENT, text);
	}
	class_and_notes(&l, row->exchange, &f);
	text_line(&l.text);
	w->n++;
}
