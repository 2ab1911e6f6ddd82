/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/field_list.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "field/field.h"
#include "present/json.h"

enum { N_NEEDS = 6 };

static const struct {
	unsigned bit;
	const char *word;
} needs[N_NEEDS] = {
	{ ROW_NEEDS_HEADERS, "headers" },   { ROW_NEEDS_REQUEST, "request" },
	{ ROW_NEEDS_RESPONSE, "response" }, { ROW_NEEDS_STREAM, "stream" },
	{ ROW_NEEDS_EXCHANGE, "exchange" }, { ROW_NEEDS_CLIENT, "client" },
};

static const char *needs_word(const struct field *f)
{
	for (unsigned i = 0; i < N_NEEDS; i++)
		if (f->needs & needs[i].bit)
			return needs[i].word;
	return "";
}

static bool holds(const char *text, const char *word)
{
	size_t len = strlen(word);
	for (; *text; text++) {
		size_t i = 0;
		while (i < len && tolower((unsigned char)text[i]) == tolower((unsigned char)word[i]))
			i++;
		if (i == len)
			return true;
	}
	return len == 0;
}

static bool picked(const struct field *f, const char *pattern)
{
	if (!pattern)
		return true;
	if (strpbrk(pattern, "*?"))
		return fnmatch(pattern, f->name, 0) == 0;
	return holds(f->name, pattern) || holds(f->meaning, pattern);
}

static void pad(struct buf *out, size_t len, size_t width)
{
	do
		buf_char(out, ' ');
	while (++len < width);
}

static void table_row(const struct field *f, struct buf *out)
{
	enum { NAME = 38, TYPE = 14, NEEDS = 9 };
	const char *type = field_type_name((enum field_type)f->type);
	buf_str(out, f->name);
	pad(out, strlen(f->name), NAME);
	buf_str(out, type);
	pad(out, strlen(type), TYPE);
	buf_str(out, needs_word(f));
	pad(out, strlen(needs_word(f)), NEEDS);
	buf_str(out, f->meaning);
	buf_char(out, '\n');
}

static void json_row(const struct field *f, struct jw *j)
{
	jw_open(j, NULL, JW_OBJECT);
	jw_text(j, "name", f->name);
	jw_text(j, "type", field_type_name((enum field_type)f->type));
	jw_bool(j, "wireshark", !f->ours);
	jw_open(j, "needs", JW_ARRAY);
	for (unsigned i = 0; i < N_NEEDS; i++)
		if (f->needs & needs[i].bit)
			jw_text(j, NULL, needs[i].word);
	jw_close(j);
	jw_text(j, "meaning", f->meaning);
	jw_close(j);
}

static void markdown_row(const struct field *f, struct buf *out)
{
	buf_printf(out, "| `%s` | %s | %s | %s | %s |\n", f->name, field_type_name((enum field_type)f->type),
		   f->ours ? "ours" : "", needs_word(f), f->meaning);
}

static const char markdown_head
	[] = "# Fields\n\n"
	     "Made by `ntpscope fields --format=markdown`: everything in a frame that has a name, for\n"
	     "`packets -T fields -e FIELD` and for display filters (`-Y`). Names, types and printed forms "
	     "are those of\n"
	     "Wireshark 4.0; fields of our own are marked. A field may have several values in one frame: the "
	     "addresses\n"
	     "of a tunnel, the extension fields of a packet. Times are UTC. What a field needs beyond the "
	     "packet itself:\n\n"
	     "* headers: the list of the frame's headers\n"
	     "* request: pairing (`--match`), with the frames before it\n"
	     "* response: pairing, with the frames after it: a first pass over the captures\n"
	     "* stream: every frame before it, NTP or not\n"
	     "* exchange: what became of the exchange: a first pass\n"
	     "* client: the client list of the whole capture: a first pass\n\n"
	     "| field | type | whose | needs | meaning |\n"
	     "|---|---|---|---|---|\n";

static void begin(enum field_list_form form, struct jw *j, struct buf *out)
{
	switch (form) {
	case FIELD_LIST_TABLE: break;
	case FIELD_LIST_MARKDOWN: buf_str(out, markdown_head); break;
	case FIELD_LIST_JSON:
		jw_begin(j, out);
		jw_open(j, NULL, JW_OBJECT | JW_LINES);
		jw_text(j, "schema", "ntpscope-fields-1");
		jw_open(j, "fields", JW_ARRAY | JW_LINES);
		break;
	}
}

size_t field_list_write(enum field_list_form form, const char *pattern, struct buf *out)
{
	struct jw j;
	const struct field *f;
	size_t n = 0;
	begin(form, &j, out);
	for (size_t i = 0; (f = field_at(i)); i++) {
		if (!picked(f, pattern))
			continue;
		switch (form) {
		case FIELD_LIST_TABLE: table_row(f, out); break;
		case FIELD_LIST_MARKDOWN: markdown_row(f, out); break;
		case FIELD_LIST_JSON: json_row(f, &j); break;
		}
		n++;
	}
	if (form == FIELD_LIST_JSON) {
		jw_close(&j);
		jw_close(&j);
		jw_end(&j);
	}
	return n;
}
