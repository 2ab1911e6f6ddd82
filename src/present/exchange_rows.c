/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/exchange_rows.h"

#include "present/json.h"
#include "present/words.h"

enum { ROW_ROOM = 1024, N_NOTES = 8 };

static const char csv_head[] = "class,request_frame,response_frame,request_time,response_time,delta_s,"
			       "turnaround_s,client,client_port,"
			       "server,server_port,version,mode,kiss,auth,notes\n";

static void json_head(struct exchange_rows *w, const char *const *paths, size_t n_paths)
{
	struct jw j;

	jw_begin(&j, w->out);
	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&j, "schema", "ntpscope-exchanges-1");
	jw_open(&j, "files", JW_ARRAY);
	for (size_t i = 0; i < n_paths; i++)
		jw_text(&j, NULL, paths[i]);
	jw_close(&j);
	buf_str(w->out, ",\n  \"exchanges\": [");
}

void exchange_rows_begin(struct exchange_rows *w, const char *const *paths, size_t n_paths)
{
	switch (w->format) {
	case EXCHANGES_TABLE: exchange_table_begin(w); break;
	case EXCHANGES_JSON: json_head(w, paths, n_paths); break;
	case EXCHANGES_CSV: buf_str(w->out, csv_head); break;
	}
}

/* A cell behind its key: `, "version": ` in JSON, a comma in CSV. */
static inline char *put_key(char *p, bool json, const char *key)
{
	if (!json) {
		*p++ = ',';
		return p;
	}
	p = put_lit(p, ",\"");
	p = put_lit(p, key);
	return put_lit(p, "\":");
}

static inline char *put_word(char *p, bool json, const char *word)
{
	if (json)
		*p++ = '"';
	p = put_lit(p, word);
	if (json)
		*p++ = '"';
	return p;
}

static inline char *put_none(char *p, bool json)
{
	return json ? put_lit(p, "null") : p;
}

static inline char *put_frame(char *p, bool json, const char *key, uint64_t frame)
{
	p = put_key(p, json, key);
	return frame ? put_u64(p, frame) : put_none(p, json);
}

static inline char *put_moment(struct exchange_rows *w, char *p, bool json, const char *key, bool there,
			       int64_t ns)
{
	p = put_key(p, json, key);
	if (!there)
		return put_none(p, json);
	if (json)
		*p++ = '"';
	p = put_time(&w->day, p, ns);
	if (json)
		*p++ = '"';
	return p;
}

static inline char *put_span(char *p, bool json, const char *key, bool there, int64_t ns)
{
	p = put_key(p, json, key);
	return there ? put_seconds(p, ns) : put_none(p, json);
}

static inline char *put_end_point(char *p, bool json, const char *key, const char *port_key,
				  const struct addr *a, uint16_t port)
{
	p = put_key(p, json, key);
	if (json)
		*p++ = '"';
	p = put_addr(p, a);
	if (json)
		*p++ = '"';
	return put_u64(put_key(p, json, port_key), port);
}

static inline char *put_notes(char *p, bool json, unsigned notes)
{
	bool first = true;

	p = put_key(p, json, "notes");
	if (json)
		*p++ = '[';
	for (unsigned i = 0; i < N_NOTES; i++) {
		const char *word = notes >> i & 1 ? note_word(1u << i) : NULL;
		if (!word)
			continue;
		if (!first)
			*p++ = json ? ',' : ' ';
		first = false;
		p = put_word(p, json, word);
	}
	if (json)
		*p++ = ']';
	return p;
}

static inline char *put_row(struct exchange_rows *w, char *p, bool json, const struct exchange *x)
{
	const char *kiss = ntp_kiss_name(x->kiss);

	p = put_word(p, json, exchange_class_name(x->class));
	p = put_frame(p, json, "request_frame", x->request_frame);
	p = put_frame(p, json, "response_frame", x->response_frame);
	p = put_moment(w, p, json, "request_time", x->request_frame != 0, x->request_ns);
	p = put_moment(w, p, json, "response_time", x->response_frame != 0, x->response_ns);
	p = put_span(p, json, "delta_s", exchange_has_delta(x), exchange_delta_ns(x));
	p = put_span(p, json, "turnaround_s", x->has_turnaround, x->turnaround_ns);
	p = put_end_point(p, json, "client", "client_port", &x->client, x->client_port);
	p = put_end_point(p, json, "server", "server_port", &x->server, x->server_port);
	p = put_u64(put_key(p, json, "version"), x->version);
	p = put_u64(put_key(p, json, "mode"), x->mode);
	p = put_key(p, json, "kiss");
	p = *kiss ? put_word(p, json, kiss) : put_none(p, json);
	p = put_word(put_key(p, json, "auth"), json, auth_word(x->auth));
	return put_notes(p, json, x->notes);
}

static void row_json(struct exchange_rows *w, const struct exchange *x)
{
	char *start = buf_room(w->out, ROW_ROOM), *p = start;

	if (!start)
		return;
	p = put_lit(p, w->n ? ",\n    {\"class\":" : "\n    {\"class\":");
	p = put_row(w, p, true, x);
	*p++ = '}';
	buf_wrote(w->out, (size_t)(p - start));
}

static void row_csv(struct exchange_rows *w, const struct exchange *x)
{
	char *start = buf_room(w->out, ROW_ROOM);

	if (!start)
		return;
	char *p = put_row(w, start, false, x);
	*p++ = '\n';
	buf_wrote(w->out, (size_t)(p - start));
}

void exchange_rows_row(struct exchange_rows *w, const struct exchange *x)
{
	switch (w->format) {
	case EXCHANGES_TABLE: exchange_row_table(w, x); break;
	case EXCHANGES_JSON: row_json(w, x); break;
	case EXCHANGES_CSV: row_csv(w, x); break;
	}
	w->n++;
}

void exchange_rows_end(struct exchange_rows *w, const char *damage)
{
	if (w->format == EXCHANGES_JSON)
		jw_rows_end(w->out, w->n > 0, damage);
}
