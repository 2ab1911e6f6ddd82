/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "web/web_private.h"

/* Rows are taken from the list many at a time, since its lock may be long in coming while packets come fast,
 * and written a few at a time, since text is long. */
enum { ROWS_A_TURN = 1024, PIECE = 64 * 1024, ROWS_AT_ONCE = 16384 };

/* Kept free behind the last row of a piece, for the next one to begin in: more than nearly all take. */
enum { ROW_MOST = 8 * 1024 };

struct stream {
	struct web *web;
	struct MHD_Connection *connection;
	struct stream *next, *before, *next_paused;
	struct buf out;
	size_t sent; /* of out */
	struct row_writer rows;
	struct client_filter filter;
	struct view *view;    /* held; NULL: straight from the table */
	size_t at;            /* in the view */
	uint64_t cursor;      /* in the table */
	uint64_t left;        /* rows that may still be sent */
	int64_t moved_ns;     /* when a piece was taken */
	int64_t now_ns;       /* packet time: what ages are counted from */
	bool cut_off;         /* others wanted the room that its order takes */
	bool ended, was_last; /* all is in out; all is in info */
	size_t n_info, next_info;
	struct client_info info[ROWS_A_TURN];
};

/* The next rows of the list; how many. */
static size_t read_rows(struct stream *s)
{
	struct live *l = s->web->live;

	if (s->view) {
		s->n_info = live_view_page(l, &s->view->order, s->at, s->info, ROWS_A_TURN, &s->at);
		s->was_last = s->at >= s->view->order.n;
	} else {
		s->n_info = live_walk(l, &s->cursor, s->info, ROWS_A_TURN);
		s->was_last = s->cursor == 0;
	}
	s->next_info = 0;
	return s->n_info;
}

/* Writes the rows that are at hand, until there is a piece. */
static void write_rows(struct stream *s, size_t piece)
{
	while (s->next_info < s->n_info && s->left && s->out.len < piece) {
		const struct client_info *c = &s->info[s->next_info++];
		if (!s->view && !client_filter_match(&s->filter, c, s->now_ns))
			continue;
		client_rows_row(&s->rows.rows, c);
		s->left--;
	}
	s->ended = !s->left || (s->was_last && s->next_info == s->n_info);
	if (s->ended)
		client_rows_end(&s->rows.rows);
}

static void write_piece(struct stream *s, size_t piece)
{
	size_t looked = 0;

	while (s->out.len < piece && !s->ended && looked < ROWS_AT_ONCE) {
		if (s->next_info == s->n_info && !s->was_last)
			looked += read_rows(s);
		write_rows(s, piece);
	}
}

/* Where they are wanted, without a copy; how much.  0: there was none, or more than there was room for, which
 * is in s->out then. */
static size_t write_there(struct stream *s, char *out, size_t max)
{
	struct buf own = s->out;

	buf_lend(&s->out, out, max);
	write_piece(s, max - ROW_MOST);
	if (!s->out.is_lent) {
		buf_release(&own);
		return 0;
	}
	size_t n = s->out.len;
	own.err = s->out.err;
	s->out = own;
	return s->out.err ? 0 : n;
}

static void pause_stream(struct stream *s)
{
	s->next_paused = s->web->paused;
	s->web->paused = s;
	MHD_suspend_connection(s->connection);
}

void streams_go_on(struct web *w)
{
	struct stream *s = w->paused, *next;

	w->paused = NULL;
	for (; s; s = next) {
		next = s->next_paused;
		MHD_resume_connection(s->connection);
	}
}

static size_t copy_rest(struct stream *s, char *out, size_t max)
{
	size_t n = s->out.len - s->sent < max ? s->out.len - s->sent : max;

	memcpy(out, s->out.data + s->sent, n);
	s->sent += n;
	return n;
}

static ssize_t more(void *arg, uint64_t position, char *out, size_t max)
{
	struct stream *s = arg;
	size_t n = 0;

	(void)position;
	if (s->sent == s->out.len && !s->ended && !s->cut_off) {
		s->out.len = s->sent = 0;
		if (max >= 2 * (size_t)ROW_MOST)
			n = write_there(s, out, max);
		else
			write_piece(s, PIECE / 2);
		/* A filter that few pass must not keep everybody else waiting. */
		if (!n && !s->out.len && !s->ended && !s->out.err) {
			pause_stream(s);
			return 0;
		}
	}
	if (s->out.err || s->cut_off)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (!n && s->sent == s->out.len)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (!n)
		n = copy_rest(s, out, max);
	s->moved_ns = clock_monotonic_ns();
	web_moved(s->connection);
	return (ssize_t)n;
}

static void leave_view(struct stream *s)
{
	if (s->view)
		view_leave(s->view, clock_monotonic_ns());
	s->view = NULL;
}

static void finish(void *arg)
{
	struct stream *s = arg;

	if (s->next)
		s->next->before = s->before;
	if (s->before)
		s->before->next = s->next;
	else if (s->web && s->web->streams == s)
		s->web->streams = s->next;
	leave_view(s);
	buf_release(&s->out);
	free(s);
}

/* Of the readers of sorted lists who have stopped reading, the one who did so first is cut off: the room is
 * for those who read.  False when there is none. */
static bool cut_off_slowest(struct web *w)
{
	struct stream *slowest = NULL;

	for (struct stream *s = w->streams; s; s = s->next)
		if (s->view && (!slowest || s->moved_ns < slowest->moved_ns))
			slowest = s;
	if (!slowest || clock_monotonic_ns() - slowest->moved_ns < STREAM_STALLED_NS)
		return false;
	slowest->cut_off = true;
	leave_view(slowest);
	struct connection *c = web_connection(slowest->connection);
	if (c)
		connections_drop(&w->connections, c);
	return true;
}

static enum err hold_view(struct stream *s, const struct view_wish *wish)
{
	enum err e;

	do {
		e = views_hold(&s->web->views, s->web->live, wish, clock_monotonic_ns(), &s->view);
	} while (e == ERR_LIMIT && cut_off_slowest(s->web));
	return e;
}

/* "ntpscope-clients-20260301T000000Z.csv" */
static void name_file(struct MHD_Response *response, const char *extension)
{
	char time[NSTIME_TEXT_MAX], text[120] = "attachment; filename=\"ntpscope-clients-",
				    *p = text + strlen(text);

	nstime_rfc3339(clock_utc_ns(), time);
	for (size_t i = 0; i < 19; i++)
		if (time[i] != '-' && time[i] != ':')
			*p++ = time[i];
	*p++ = 'Z';
	*p++ = '.';
	memcpy(p, extension, strlen(extension) + 1);
	p += strlen(extension);
	*p++ = '"';
	*p = '\0';
	(void)MHD_add_response_header(response, "Content-Disposition", text);
}

static enum err begin(struct stream *s, struct request *r, const struct view_wish *wish,
		      enum client_format format)
{
	struct live_totals t;
	bool sorted = url_text(&r->url, "sort") || url_text(&r->url, "order");
	enum err e = buf_init(&s->out, -1);

	s->web = r->web;
	s->connection = r->connection;
	s->moved_ns = clock_monotonic_ns();
	s->next = r->web->streams;
	if (s->next)
		s->next->before = s;
	r->web->streams = s;
	s->filter = wish->filter;
	if (!e && sorted)
		e = hold_view(s, wish);
	if (e)
		return e;
	live_totals(r->web->live, &t);
	s->now_ns = t.now_ns;
	row_writer_init(&s->rows, r->web, &s->out, format);
	client_rows_begin(&s->rows.rows, &(struct client_rows_ahead){ 0 });
	if (!s->left) {
		s->ended = true;
		client_rows_end(&s->rows.rows);
	}
	return ERR_OK;
}

static enum MHD_Result stream(struct request *r, enum client_format format, const char *type,
			      const char *extension)
{
	struct stream *s = calloc(1, sizeof(*s));
	struct view_wish wish;
	uint64_t limit = UINT64_MAX;

	wish_parse(r, &wish);
	url_count(&r->url, "limit", 0, UINT64_MAX, &limit);
	if (!s || r->url.wrong) {
		free(s);
		return r->url.wrong ? reply_wrong(r) : MHD_NO;
	}
	s->left = limit;
	enum err e = begin(s, r, &wish, format);
	if (e) {
		finish(s);
		return e == ERR_LIMIT
			       ? reply_error(r, MHD_HTTP_SERVICE_UNAVAILABLE, NULL,
					     "too many sorted lists are being read; try later")
			       : reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "%s", err_text(e));
	}
	struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, more, s,
									  finish);
	if (!response) {
		finish(s);
		return MHD_NO;
	}
	name_file(response, extension);
	return reply_queue(r, MHD_HTTP_OK, response, type);
}

enum MHD_Result api_clients_json(struct request *r)
{
	return stream(r, CLIENTS_JSON, "application/json", "json");
}

enum MHD_Result api_clients_csv(struct request *r)
{
	return stream(r, CLIENTS_CSV, "text/csv; charset=utf-8", "csv");
}
