/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of the client list, and what sort, order and filter mean. */
#include <string.h>

#include "present/client_sorts.h"
#include "web/stream.h"
#include "web/web_private.h"

static const char *sort_name(enum client_sort by)
{
	unsigned i = 0;
	while (client_sort_rows[i].by != by)
		i++;
	return client_sort_rows[i].word;
}

void wish_parse(struct request *r, struct view_wish *wish)
{
	struct url *u = &r->url;
	struct client_filter_error error;
	const struct client_sort_row *sort = &client_sort_rows[0];
	const char *word = url_text(u, "sort");
	unsigned order = 2;

	*wish = (struct view_wish){ 0 };
	if (word && !(sort = client_sort_find(word))) {
		url_wrong(u, "sort", "must be one of %s, or the key of a column", client_sort_words);
		sort = &client_sort_rows[0];
	}
	url_word(u, "order", "asc|desc", &order);
	wish->by = sort->by;
	wish->descending = order == 2 ? sort->falls : order == 1;
	const char *text = url_text(u, "filter");
	if (text && strlen(text) >= sizeof(wish->filter_text)) {
		url_wrong(u, "filter", "is longer than %d octets", CLIENT_FILTER_TEXT);
		text = NULL;
	}
	if (text)
		memcpy(wish->filter_text, text, strlen(text) + 1);
	if (client_filter_parse(wish->filter_text, &wish->filter, &error))
		url_wrong(u, "filter", "at character %zu: %s", error.column, error.message);
	wish->filter.name = r->web->hooks.name;
	wish->filter.name_arg = r->web->hooks.arg;
}

static void page_head(struct jw *j, struct buf *b, const struct web *w, const struct view *v, uint64_t offset,
		      uint64_t next)
{
	char id[VIEW_ID_MAX];
	struct live_totals t;

	live_totals(w->live, &t);
	view_id_text(v->id, id);
	begin_object(j, b, "ntpscope-clients-page-1");
	jw_u64(j, "total", v->order.n_total);
	jw_u64(j, "matched", v->order.n);
	jw_u64(j, "offset", offset);
	if (next < v->order.n)
		jw_u64(j, "next_offset", next);
	else
		jw_null(j, "next_offset");
	jw_text(j, "sort", sort_name(v->wish.by));
	jw_text(j, "order", v->wish.descending ? "desc" : "asc");
	jw_text(j, "view", id);
	jw_time_or_null(j, "made_at", v->order.made_ns);
	jw_time_or_null(j, "now", t.now_ns);
	jw_bool(j, "one_way", t.n_ntp && !t.answers);
}

/* A piece at a time: the last one may be short when clients left the list meanwhile. */
static void page(struct buf *b, const struct web *w, struct view *v, uint64_t offset, uint64_t limit)
{
	static const char end_rows[] = "\n  ]\n}\n", end_none[] = "]\n}\n";
	struct client_info info[64];
	struct row_writer rw;
	struct buf rows;
	struct jw j;
	size_t at = offset < v->order.n ? (size_t)offset : v->order.n, got = 0;

	buf_init(&rows, -1);
	row_writer_init(&rw, w, &rows, CLIENTS_JSON);
	client_rows_prepare(&rw.rows);
	while (got < limit && at < v->order.n) {
		size_t want = limit - got < 64 ? (size_t)(limit - got) : 64;
		size_t n = live_view_page(w->live, &v->order, at, info, want, &at);
		for (size_t i = 0; i < n; i++)
			client_rows_row(&rw.rows, &info[i]);
		got += n;
	}
	page_head(&j, b, w, v, offset, at);
	buf_str(b, ",\n  \"clients\": [");
	if (!rows.err)
		buf_add(b, rows.data, rows.len);
	else
		b->err = rows.err;
	buf_str(b, got ? end_rows : end_none);
	buf_release(&rows);
}

enum MHD_Result api_clients(struct request *r)
{
	struct web *w = r->web;
	struct view_wish wish;
	struct view *v;
	struct buf b;
	uint64_t offset = 0, limit = 100, id = 0;

	wish_parse(r, &wish);
	url_count(&r->url, "offset", 0, UINT64_MAX, &offset);
	url_count(&r->url, "limit", 0, 1000, &limit);
	const char *text = url_text(&r->url, "view");
	if (text && !(id = view_id_parse(text)))
		url_wrong(&r->url, "view", "is none that was given out here");
	if (r->url.wrong)
		return reply_wrong(r);
	enum err e = views_get(&w->views, w->live, &wish, id, clock_monotonic_ns(), &v);
	if (e == ERR_LIMIT)
		return reply_error(r, MHD_HTTP_SERVICE_UNAVAILABLE, NULL,
				   "too many sorted lists are being read; try later");
	if (e || buf_init(&b, -1))
		return reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "%s",
				   err_text(e ? e : ERR_MEMORY));
	page(&b, w, v, offset, limit);
	return reply_json(r, &b);
}
