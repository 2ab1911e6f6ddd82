/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers, and the headers that all of them have. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "web/asset.h"
#include "web/gzip.h"
#include "web/web_private.h"

/* The page runs its own script and style only, talks to nobody else, and shows reports in a frame.  Data is
 * data, whoever opens it. */
static const char
	page_policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
			"connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
			"frame-ancestors 'none'";
static const char
	data_policy[] = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
			"sandbox";
/* A report brings its own style sheet, and names it by hash in a policy of its own. */
static const char report_policy[] = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
				    "form-action 'none'; frame-ancestors 'self'";

static void add(struct MHD_Response *response, const char *name, const char *value)
{
	/* It fails for want of memory only; then there is no answer worth having either. */
	(void)MHD_add_response_header(response, name, value);
}

static void add_common(struct MHD_Response *response, const char *type, bool keeps, const char *policy)
{
	add(response, "Content-Type", type);
	add(response, "Content-Security-Policy", policy);
	add(response, "X-Content-Type-Options", "nosniff");
	add(response, "Referrer-Policy", "no-referrer");
	add(response, "Cross-Origin-Resource-Policy", "same-origin");
	add(response, "Cross-Origin-Opener-Policy", "same-origin");
	add(response, "Cache-Control", keeps ? "no-cache" : "no-store");
}

static bool accepts_gzip(struct request *r)
{
	return gzip_accepted(MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Accept-Encoding"));
}

enum MHD_Result reply_queue(struct request *r, unsigned status, struct MHD_Response *response,
			    const char *type)
{
	if (!response)
		return MHD_NO;
	add_common(response, type, false, strncmp(type, "text/html", 9) == 0 ? report_policy : data_policy);
	enum MHD_Result done = MHD_queue_response(r->connection, status, response);
	MHD_destroy_response(response);
	r->web->n_requests++;
	r->web->n_refused += status >= 400;
	return done;
}

enum MHD_Result reply_bytes(struct request *r, unsigned status, const char *type, struct buf *b)
{
	if (b->err) {
		buf_release(b);
		return reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "%s", err_text(b->err));
	}
	bool gzip = accepts_gzip(r) && gzip_buf(b);
	struct MHD_Response *response = MHD_create_response_from_buffer(b->len, b->data,
									MHD_RESPMEM_MUST_FREE);
	if (!response) {
		buf_release(b);
		return MHD_NO;
	}
	add(response, "Vary", "Accept-Encoding");
	if (gzip)
		add(response, "Content-Encoding", "gzip");
	return reply_queue(r, status, response, type);
}

enum MHD_Result reply_json(struct request *r, struct buf *b)
{
	return reply_bytes(r, MHD_HTTP_OK, "application/json", b);
}

/* ---- errors -------------------------------------------------------------------------------------- */

static void error_headers(struct request *r, unsigned status, struct MHD_Response *response)
{
	if (status == MHD_HTTP_UNAUTHORIZED && r->web->guard.has_password)
		add(response, "WWW-Authenticate", "Basic realm=\"ntpscope\", charset=\"UTF-8\"");
	if (status == MHD_HTTP_UNAUTHORIZED && r->web->guard.has_token)
		add(response, "WWW-Authenticate", "Bearer realm=\"ntpscope\"");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		add(response, "Retry-After", "2");
	if (status == MHD_HTTP_TOO_MANY_REQUESTS)
		add(response, "Retry-After", "60");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		add(response, "Allow", "GET, HEAD");
}

enum MHD_Result reply_error(struct request *r, unsigned status, const char *parameter, const char *format,
			    ...)
{
	char message[URL_WRONG_MAX];
	va_list args;
	struct buf b;
	struct jw j;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	if (buf_init(&b, -1))
		return MHD_NO;
	begin_object(&j, &b, "ntpscope-error-1");
	jw_open(&j, "error", JW_OBJECT);
	jw_u64(&j, "status", status);
	jw_text(&j, "message", message);
	jw_text_or_null(&j, "parameter", parameter);
	jw_close(&j);
	jw_close(&j);
	jw_end(&j);
	struct MHD_Response *response = b.err ? NULL
					      : MHD_create_response_from_buffer(b.len, b.data,
										MHD_RESPMEM_MUST_FREE);
	if (!response) {
		buf_release(&b);
		return MHD_NO;
	}
	error_headers(r, status, response);
	return reply_queue(r, status, response, "application/json");
}

enum MHD_Result reply_wrong(struct request *r)
{
	const struct url *u = &r->url;
	return reply_error(r, MHD_HTTP_BAD_REQUEST, u->wrong_parameter, "%s", u->message);
}

/* ---- files of the page --------------------------------------------------------------------------- */

/* If-None-Match may hold several tags, or weak ones; a tag of ours is in none of other things. */
static bool is_known(struct request *r, const struct asset *a)
{
	const char *tags = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "If-None-Match");
	return tags && strstr(tags, a->etag);
}

enum MHD_Result reply_asset(struct request *r)
{
	const struct asset *a = asset_find(r->url.path);
	bool gzip = a && accepts_gzip(r), known = a && is_known(r, a);

	if (!a)
		return reply_error(r, MHD_HTTP_NOT_FOUND, NULL,
				   assets[0].path ? "there is nothing at %s"
						  : "there is nothing at %s: this build "
						    "has no page",
				   r->url.path);
	const unsigned char *start = gzip ? a->gzip : a->plain, *end = gzip ? a->gzip_end : a->plain_end;
	struct MHD_Response *response = MHD_create_response_from_buffer(
		known ? 0 : (size_t)(end - start), (void *)(uintptr_t)start, MHD_RESPMEM_PERSISTENT);
	if (!response)
		return MHD_NO;
	add_common(response, a->type, true, page_policy);
	add(response, "ETag", a->etag);
	add(response, "Vary", "Accept-Encoding");
	if (gzip && !known)
		add(response, "Content-Encoding", "gzip");
	enum MHD_Result done = MHD_queue_response(r->connection, known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK,
						  response);
	MHD_destroy_response(response);
	r->web->n_requests++;
	return done;
}

/* ---- pieces of answers --------------------------------------------------------------------------- */

void begin_object(struct jw *j, struct buf *b, const char *schema)
{
	jw_begin(j, b);
	jw_open(j, NULL, JW_OBJECT | JW_LINES);
	jw_text(j, "schema", schema);
}

void jw_time_or_null(struct jw *j, const char *key, int64_t t_ns)
{
	if (t_ns)
		jw_time(j, key, t_ns);
	else
		jw_null(j, key);
}

void jw_name(struct jw *j, const struct web *w, const char *key, const struct addr *a)
{
	jw_text_or_null(j, key, web_name(w, a));
}

static const char *row_name(void *arg, const struct addr *a)
{
	return web_name(arg, a);
}

void row_writer_init(struct row_writer *rw, const struct web *w, struct buf *out, enum client_format format)
{
	struct web_source sources[WEB_SOURCES_MAX];
	struct live_totals t;

	live_totals(w->live, &t);
	*rw = (struct row_writer){
		.facts = {
			.n_clients = t.n_clients,
			.any_packets = t.n_frames > 0,
			.first_ns = t.first_ns,
			.last_ns = t.now_ns,
			.one_way = t.n_ntp && !t.answers,
			.n_refused_packets = t.n_refused_packets,
			.refused_addresses = t.refused_addresses,
		},
		.source = { .damage = "", .n_frames = t.n_frames, .n_bytes = t.n_bytes, .elapsed_s = -1 },
	};
	rw->facts.n_servers = live_server_bits(w->live, rw->facts.servers);
	rw->source.n_paths = web_sources(w, sources);
	for (size_t i = 0; i < rw->source.n_paths; i++)
		rw->paths[i] = sources[i].name;
	rw->source.paths = rw->paths;
	rw->rows = (struct client_rows){
		.out = out,
		.facts = &rw->facts,
		.source = &rw->source,
		.name = w->hooks.name ? row_name : NULL,
		.name_arg = (void *)(uintptr_t)w,
		.format = format,
	};
}
