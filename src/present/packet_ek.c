/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines for the bulk interface of Elasticsearch, in tshark's form. */
#include <string.h>

#include "base/nstime.h"
#include "present/packet_rows.h"

/* One field's values as they come. */
struct values {
	struct field_sink sink; /* first */
	const struct field *field;
	struct packet_writer *w;
	bool begun; /* a field is there already */
	unsigned n;
};

/* The name as a key: a dot would make an object of it. */
static void put_key(struct buf *out, const char *name)
{
	buf_char(out, '"');
	for (; *name; name++)
		buf_char(out, *name == '.' ? '_' : *name);
	buf_str(out, "\":[");
}

static bool take(struct field_sink *sink, const struct field_value *v)
{
	struct values *s = (struct values *)sink;
	struct buf *scratch = &s->w->scratch;
	if (s->n++ > 0) {
		buf_char(s->w->out, ',');
	} else {
		if (s->begun)
			buf_char(s->w->out, ',');
		put_key(s->w->out, s->field->name);
	}
	scratch->len = 0;
	field_print(s->field, v, scratch);
	jw_string(s->w->out, scratch->data, scratch->len);
	return true;
}

static void put_index(struct buf *out, const struct packet *p)
{
	char text[NSTIME_TEXT_MAX] = "1970-01-01";
	if (p->has_time)
		nstime_rfc3339(p->time_ns, text);
	text[10] = '\0'; /* the day */
	buf_printf(out, "{\"index\":{\"_index\":\"packets-%s\"}}\n", text);
}

void packet_ek_row(struct packet_writer *w, const struct field *const *columns, size_t n,
		   const struct row *row)
{
	struct values s = { .sink = { take }, .w = w };
	int64_t ms = row->packet->time_ns / 1000000 - (row->packet->time_ns % 1000000 < 0);
	put_index(w->out, row->packet);
	buf_str(w->out, "{\"timestamp\":\"");
	buf_i64(w->out, ms);
	buf_str(w->out, "\",\"layers\":{");
	for (size_t i = 0; i < n; i++) {
		s.field = columns[i];
		s.n = 0;
		columns[i]->get(columns[i], row, &s.sink);
		if (s.n) {
			buf_char(w->out, ']');
			s.begun = true;
		}
	}
	buf_str(w->out, "}}\n");
	w->n++;
}
