/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daemon: MHD's epoll, the timer, and what happens on its ticks. */
#include "web/web.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "web/listen.h"
#include "web/web_private.h"

/* Of a connection: request line and headers have to fit in, and so does a piece of an answer. */
enum { CONNECTION_MEMORY = 96 * 1024 };

/* Without a look at anything else, while answers are on their way. */
enum { TURN_NS = 2 * 1000 * 1000 };

struct web_config web_config_default(void)
{
	return (struct web_config){
		.address = "127.0.0.1",
		.port = 8123,
		.user = "ntpscope",
		.max_connections = 256,
		.max_per_address = 64,
		.max_readers = 64,
		.timeout_s = 30,
		.max_view_bytes = (size_t)24 << 20,
	};
}

void web_log(const struct web *w, bool is_error, const char *format, ...)
{
	char line[300];
	va_list args;

	if (!w->hooks.log)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	for (char *p = line; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = p[1] ? '?' : '\0';
	w->hooks.log(w->hooks.arg, is_error, line);
}

/* ---- hooks ---------------------------------------------------------------------------------------- */

const char *web_name(const struct web *w, const struct addr *a)
{
	return w->hooks.name ? w->hooks.name(w->hooks.arg, a) : NULL;
}

size_t web_sources(const struct web *w, struct web_source out[WEB_SOURCES_MAX])
{
	return w->hooks.sources ? w->hooks.sources(w->hooks.arg, out, WEB_SOURCES_MAX) : 0;
}

struct web_names web_names(const struct web *w)
{
	struct web_names n = { 0 };
	if (w->hooks.names)
		w->hooks.names(w->hooks.arg, &n);
	return n;
}

struct web_about web_about(const struct web *w)
{
	struct web_about a = { 0 };
	if (w->hooks.about)
		w->hooks.about(w->hooks.arg, &a);
	return a;
}

bool web_counting(const struct web *w)
{
	return !w->hooks.counting || w->hooks.counting(w->hooks.arg);
}

/* ---- what MHD tells -------------------------------------------------------------------------------- */

/* The request line is there: the raw target, before MHD takes it apart its own way. */
static void *began(void *arg, const char *target, struct MHD_Connection *connection)
{
	struct request *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->web = arg;
	r->connection = connection;
	url_parse(target, &r->url);
	return r;
}

struct connection *web_connection(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

void web_moved(struct MHD_Connection *connection)
{
	struct connection *c = web_connection(connection);
	if (c)
		c->moved_ns = clock_monotonic_ns();
}

static enum MHD_Result answer(void *arg, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *data, size_t *data_len,
			      void **state)
{
	struct request *r = *state;
	struct connection *c = web_connection(connection);

	(void)arg, (void)url, (void)version, (void)data;
	if (!r || *data_len)
		return MHD_NO; /* nothing here takes a body */
	/* MHD closes a connection that was answered before its request has ended. */
	if (!r->whole && routes_is_read(method)) {
		r->whole = true;
		return MHD_YES;
	}
	if (c)
		c->waits_since_ns = 0;
	return routes_answer(r, method);
}

static void ended(void *arg, struct MHD_Connection *connection, void **state,
		  enum MHD_RequestTerminationCode how)
{
	struct request *r = *state;
	struct connection *c = web_connection(connection);

	(void)arg, (void)how;
	if (c)
		c->waits_since_ns = c->moved_ns = clock_monotonic_ns();
	if (r && r->job)
		report_job_leave(&r->web->reports, r->job);
	free(r);
	*state = NULL;
}

/* The certificate of now, whatever MHD began with. */
static bool show_identity(const struct web *w, struct connection *c, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *tls = MHD_get_connection_info(connection,
								      MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (!w->identity)
		return true;
	if (!tls || !tls_identity_show(w->identity, tls->tls_session))
		return false;
	c->identity = tls_identity_hold(w->identity);
	return true;
}

static void connected(void *arg, struct MHD_Connection *connection, void **context,
		      enum MHD_ConnectionNotificationCode code)
{
	struct web *w = arg;
	struct connection *c = *context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *fd = MHD_get_connection_info(
			connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		int64_t now_ns = clock_monotonic_ns();
		*context = c = fd ? calloc(1, sizeof(*c)) : NULL;
		if (!c)
			return;
		*c = (struct connection){ .fd = fd->connect_fd,
					  .from = web_peer(connection),
					  .waits_since_ns = now_ns,
					  .moved_ns = now_ns };
		/* A proxy brings many readers: their own addresses are counted as they ask. */
		connections_add(&w->connections, c, w->config.max_connections,
				forwarded_is_proxy(&w->proxies, &c->from) ? UINT_MAX
									  : w->config.max_per_address);
		if (!show_identity(w, c, connection))
			connections_drop(&w->connections, c);
	} else if (c) {
		connections_remove(&w->connections, c);
		tls_identity_let_go(c->identity);
		free(c);
		*context = NULL;
	}
}

static void log_line(void *arg, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* MHD's own remarks are about clients that went away: they matter to nobody. */
static void log_line(void *arg, const char *format, va_list args)
{
	(void)arg, (void)format, (void)args;
}

/* ---- starting ------------------------------------------------------------------------------------- */

static struct MHD_Daemon *start_mhd(struct web *w, const struct tls_files *tls)
{
	const char *priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE";
	struct MHD_OptionItem secure[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, tls->certificate },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, tls->key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)priorities },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem *more = w->tls ? secure : &secure[3];

	return MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (w->tls ? MHD_USE_TLS : 0),
		w->port, NULL, NULL, answer, w, MHD_OPTION_EXTERNAL_LOGGER, log_line, w,
		MHD_OPTION_LISTEN_SOCKET, w->listener, MHD_OPTION_URI_LOG_CALLBACK, began, w,
		MHD_OPTION_NOTIFY_COMPLETED, ended, w, MHD_OPTION_NOTIFY_CONNECTION, connected, w,
		MHD_OPTION_CONNECTION_LIMIT, w->config.max_connections + CONNECTIONS_SPARE,
		MHD_OPTION_CONNECTION_TIMEOUT, w->config.timeout_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY, more,
		MHD_OPTION_END);
}

static bool watch(const struct web *w, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };
	return epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

/* Unless it is to ring before that anyway: the call costs more than to be woken up for nothing. */
static void arm(struct web *w, int64_t now_ns, int64_t in_ns)
{
	if (in_ns < 1)
		in_ns = 1;
	if (w->rings_ns > now_ns && w->rings_ns <= now_ns + in_ns)
		return;
	w->rings_ns = now_ns + in_ns;
	struct itimerspec t = { .it_value = { in_ns / NS_PER_S, in_ns % NS_PER_S } };
	timerfd_settime(w->timer, 0, &t, NULL);
}

static enum err start_loop(struct web *w, const struct tls_files *tls, char why[WEB_WHY_MAX])
{
	w->daemon = start_mhd(w, tls);
	const union MHD_DaemonInfo *info = w->daemon
						   ? MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD)
						   : NULL;
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (!info || w->epoll < 0 || w->timer < 0 || !watch(w, info->epoll_fd) || !watch(w, w->timer)) {
		snprintf(why, WEB_WHY_MAX, "cannot start the HTTP server: %s", strerror(errno));
		return ERR_SYS;
	}
	arm(w, clock_monotonic_ns(), 1);
	return ERR_OK;
}

static enum err start(struct web *w, const struct web_config *config, char why[WEB_WHY_MAX])
{
	struct tls_files tls = { 0 };
	enum err e = guard_init(&w->guard, config, why);

	if (e)
		return e;
	addr_parse(config->address, &w->address);
	w->tls = config->certificate != NULL;
	if (w->tls)
		e = tls_files_read(config->certificate, config->key, &tls, why);
	if (!e && w->tls && !(w->identity = tls_identity_new(&tls)))
		e = ERR_MEMORY;
	if (!e)
		e = listen_open(&w->address, &w->port, &w->listener, why);
	if (!e)
		e = start_loop(w, &tls, why);
	tls_files_release(&tls);
	return e;
}

static void take_proxies(struct web *w, const struct web_config *config)
{
	w->proxies.n = 0;
	for (size_t i = 0; i < config->n_proxies && i < FORWARDED_PROXIES_MAX; i++)
		w->proxies.at[w->proxies.n++] = config->proxies[i];
}

/* The texts are not ours to keep. */
static void forget_texts(struct web_config *c)
{
	c->proxies = NULL;
	c->address = c->certificate = c->key = c->user = c->password = c->token = c->names = NULL;
}

enum err web_new(const struct web_config *config, struct live *live, const struct web_hooks *hooks,
		 struct web **out, char why[WEB_WHY_MAX])
{
	uint64_t random;
	struct web *w = calloc(1, sizeof(*w));

	*out = NULL;
	why[0] = '\0';
	if (!w || getrandom(&random, sizeof(random), 0) != sizeof(random)) {
		snprintf(why, WEB_WHY_MAX, "%s", err_text(w ? ERR_SYS : ERR_MEMORY));
		free(w);
		return ERR_MEMORY;
	}
	w->live = live;
	w->hooks = *hooks;
	w->config = *config;
	forget_texts(&w->config);
	take_proxies(w, config);
	w->port = config->port;
	w->epoll = w->timer = w->listener = -1;
	w->started_ns = clock_monotonic_ns();
	w->started_wall_ns = clock_utc_ns();
	snprintf(w->instance, sizeof(w->instance), "%016llx", (unsigned long long)random);
	views_init(&w->views, config->max_view_bytes, random);
	kept_init(&w->kept, hooks->history);
	reports_init(&w->reports);
	events_init(&w->events, config->max_readers);
	enum err e = start(w, config, why);
	if (e) {
		web_free(w);
		return e;
	}
	*out = w;
	return ERR_OK;
}

void web_free(struct web *w)
{
	if (!w)
		return;
	streams_go_on(w);
	events_end(&w->events);
	reports_end(w);
	if (w->daemon)
		MHD_stop_daemon(w->daemon); /* closes the listener */
	else if (w->listener >= 0)
		close(w->listener);
	if (w->timer >= 0)
		close(w->timer);
	if (w->epoll >= 0)
		close(w->epoll);
	events_release(&w->events);
	views_release(&w->views);
	kept_release(&w->kept);
	guard_release(&w->guard);
	tls_identity_let_go(w->identity);
	free(w);
}

enum err web_check(const struct web_config *config, char why[WEB_WHY_MAX])
{
	struct tls_files tls = { 0 };
	struct guard guard;
	enum err e = guard_init(&guard, config, why);

	if (e)
		return e;
	guard_release(&guard);
	if (config->certificate)
		e = tls_files_read(config->certificate, config->key, &tls, why);
	tls_files_release(&tls);
	return e;
}

enum err web_reload(struct web *w, const struct web_config *config, char why[WEB_WHY_MAX])
{
	struct tls_identity *identity = NULL;
	struct tls_files tls = { 0 };
	struct guard guard;

	if (w->tls != (config->certificate != NULL)) {
		snprintf(why, WEB_WHY_MAX, "TLS begins and ends with the program only");
		return ERR_USAGE;
	}
	enum err e = guard_init(&guard, config, why);
	if (e)
		return e;
	if (w->tls)
		e = tls_files_read(config->certificate, config->key, &tls, why);
	if (!e && w->tls && !(identity = tls_identity_new(&tls)))
		e = ERR_MEMORY;
	tls_files_release(&tls);
	if (e) {
		guard_release(&guard);
		return e;
	}
	if (guard_take(&w->guard, &guard, config))
		connections_drop_all(&w->connections);
	tls_identity_let_go(w->identity);
	w->identity = identity;
	take_proxies(w, config);
	return ERR_OK;
}

int web_fd(const struct web *w)
{
	return w->epoll;
}

void web_url(const struct web *w, char out[WEB_URL_MAX])
{
	char text[ADDR_TEXT_MAX];

	addr_text(&w->address, text);
	snprintf(out, WEB_URL_MAX, addr_is_v4(&w->address) ? "%s://%s:%u/" : "%s://[%s]:%u/",
		 w->tls ? "https" : "http", text, w->port);
}

/* ---- running -------------------------------------------------------------------------------------- */

static void tick(struct web *w, int64_t now_ns)
{
	w->next_tick_ns = now_ns + TICK_MS * INT64_C(1000000);
	metrics_tick(w);
	if (w->n_ticks % TICKS_PER_S == 0) {
		pulse_beat(w, now_ns);
		connections_drop_dribblers(&w->connections, now_ns, w->config.timeout_s * NS_PER_S);
		views_expire(&w->views, now_ns);
		reports_expire(w, now_ns);
		events_summary(w);
	}
	events_packets(w);
	/* Not sooner: a thread has the rights of the one that made it. */
	if (!w->n_ticks)
		(void)kept_begin(&w->kept, now_ns); /* who asks begins it then */
	w->n_ticks++;
}

static void take_events(struct web *w)
{
	struct epoll_event ready[8];
	uint64_t n_expired;
	int n = epoll_wait(w->epoll, ready, 8, 0);

	for (int i = 0; i < n; i++) {
		if (ready[i].data.fd != w->timer) {
			reports_readable(w, ready[i].data.fd);
			continue;
		}
		(void)!read(w->timer, &n_expired, sizeof(n_expired));
		w->rings_ns = 0;
	}
}

/* How long it may wait for the next call: 0 when there is more to do. */
static int64_t serve(struct web *w)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;

	streams_go_on(w);
	MHD_run(w->daemon);
	if (w->paused)
		return 0;
	bool has = MHD_get_timeout(w->daemon, &wait_ms) == MHD_YES && wait_ms < TICK_MS;
	return has ? (int64_t)wait_ms * 1000000 : INT64_MAX;
}

void web_run(struct web *w)
{
	int64_t now_ns = clock_monotonic_ns(), end_ns = now_ns + TURN_NS, wait_ns;

	take_events(w);
	if (now_ns >= w->next_tick_ns)
		tick(w, now_ns);
	do {
		wait_ns = serve(w);
		now_ns = clock_monotonic_ns();
	} while (wait_ns == 0 && now_ns < end_ns);
	int64_t until_ns = w->next_tick_ns - now_ns;
	arm(w, now_ns, wait_ns < until_ns ? wait_ns : until_ns);
}
