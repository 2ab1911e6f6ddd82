/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this folder share. */
#ifndef WEB_WEB_PRIVATE_H
#define WEB_WEB_PRIVATE_H

#include <microhttpd.h>

#include "base/buf.h"
#include "net/clock.h"
#include "present/client_rows.h"
#include "present/json.h"
#include "web/connections.h"
#include "web/events.h"
#include "web/forwarded.h"
#include "web/guard.h"
#include "web/kept.h"
#include "web/metrics.h"
#include "web/pulse.h"
#include "web/reports.h"
#include "web/stream.h"
#include "web/url.h"
#include "web/views.h"
#include "web/web.h"

enum { TICK_MS = 250, TICKS_PER_S = 1000 / TICK_MS };

struct web {
	struct web_config config; /* without its texts */
	struct live *live;
	struct web_hooks hooks;
	struct guard guard;
	struct MHD_Daemon *daemon;
	int epoll, timer, listener;
	int64_t rings_ns; /* the timer, on the clock; 0: it has rung */
	bool tls;
	struct tls_identity *identity; /* for new connections; NULL without TLS */
	struct forwarded_proxies proxies;
	struct addr address;
	uint16_t port;
	char instance[17];
	int64_t started_wall_ns, started_ns; /* the second one on the monotonic clock */
	int64_t next_tick_ns;
	uint64_t n_ticks;
	struct connections connections;
	struct stream *streams;         /* all that are under way */
	struct stream *paused;          /* of them, those that wait for the next round */
	uint64_t n_requests, n_refused; /* answered; with a status of 400 and more */
	struct views views;
	struct kept kept; /* of watched servers */
	struct pulse pulse;
	struct events events;
	struct reports reports;
	struct metrics metrics;
};

/* A request, from its first line until its answer is out. */
struct request {
	struct web *web;
	struct MHD_Connection *connection;
	struct url url;
	bool whole;                /* its headers are there */
	bool checked;              /* the route was found, and the asker may ask */
	const struct route *route; /* once it was checked */
	struct report_job *job;    /* of /api/v1/report */
	bool is_head;
};

struct route {
	const char *path;
	enum MHD_Result (*answer)(struct request *r);
	const char *const *parameters; /* NULL at the end */
	bool open;                     /* for everybody */
};

/* GET or HEAD. */
bool routes_is_read(const char *method);
enum MHD_Result routes_answer(struct request *r, const char *method);

struct connection *web_connection(struct MHD_Connection *c); /* may be NULL */
/* A piece of an answer was taken. */
void web_moved(struct MHD_Connection *c);
/* Who is at the other end, a proxy for example; all zero when nobody knows. */
struct addr web_peer(struct MHD_Connection *c);

void web_log(const struct web *w, bool is_error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- what the hooks say, whether they are there or not --------------------------------------------- */

const char *web_name(const struct web *w, const struct addr *a);
size_t web_sources(const struct web *w, struct web_source out[WEB_SOURCES_MAX]);
struct web_names web_names(const struct web *w);
struct web_about web_about(const struct web *w);
bool web_counting(const struct web *w);

/* ---- answers ------------------------------------------------------------------------------------- */

/* Sends what b holds, and takes it; 500 when b could not hold it. */
enum MHD_Result reply_bytes(struct request *r, unsigned status, const char *type, struct buf *b);
enum MHD_Result reply_json(struct request *r, struct buf *b);
/* parameter may be NULL. */
enum MHD_Result reply_error(struct request *r, unsigned status, const char *parameter, const char *format,
			    ...) __attribute__((format(printf, 4, 5)));
/* 400, with what is wrong in the url. */
enum MHD_Result reply_wrong(struct request *r);
/* A response of ours that is queued and let go of; it gets the headers that all have. */
enum MHD_Result reply_queue(struct request *r, unsigned status, struct MHD_Response *response,
			    const char *type);
enum MHD_Result reply_asset(struct request *r);

/* For pages: {"schema": ... up to the first member. */
void begin_object(struct jw *j, struct buf *b, const char *schema);
/* A time, or null when it is 0. */
void jw_time_or_null(struct jw *j, const char *key, int64_t t_ns);
void jw_name(struct jw *j, const struct web *w, const char *key, const struct addr *a);

void sources_json(struct jw *j, const struct web_source *s, size_t n); /* "sources": [...] */

/* A writer of rows that are like those of `ntpscope clients`. */
struct row_writer {
	struct client_facts facts;
	struct source_info source;
	const char *paths[WEB_SOURCES_MAX];
	struct client_rows rows;
};

void row_writer_init(struct row_writer *rw, const struct web *w, struct buf *out, enum client_format format);

/* ---- the routes' answers ------------------------------------------------------------------------- */

enum MHD_Result api_about(struct request *r);
enum MHD_Result api_alarms(struct request *r);
enum MHD_Result api_client(struct request *r); /* below /api/v1/clients/ */
enum MHD_Result api_clients(struct request *r);
enum MHD_Result api_clients_csv(struct request *r);
enum MHD_Result api_clients_json(struct request *r);
enum MHD_Result api_events(struct request *r);
enum MHD_Result api_exchanges(struct request *r);
enum MHD_Result api_health(struct request *r);
enum MHD_Result api_history(struct request *r);
enum MHD_Result api_history_series(struct request *r);
enum MHD_Result api_metrics(struct request *r);
enum MHD_Result api_report(struct request *r);
enum MHD_Result api_series(struct request *r);
enum MHD_Result api_summary(struct request *r);
enum MHD_Result api_targets(struct request *r);
enum MHD_Result api_worst(struct request *r);

#endif
