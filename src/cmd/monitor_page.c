/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { SECRET_MAX = 256, HOST_MAX = 1024 };

/* ---- what web/ asks ------------------------------------------------------------------------------ */

static const char *name_of(void *arg, const struct addr *a)
{
	const struct page *p = arg;
	return names_find(p->names, a);
}

static size_t replay_source(struct page *p, struct web_source *out)
{
	struct source_stats stats;
	feed_devices(p->feed, NULL, 0, &stats);
	*out = (struct web_source){
		.name = p->options->replay.at[0],
		.kind = WEB_SOURCE_REPLAY,
		.state = replay_is_over(p->feed->replay) ? WEB_SOURCE_ENDED : WEB_SOURCE_UP,
		.n_received = stats.n_frames,
	};
	return 1;
}

static size_t sources(void *arg, struct web_source *out, size_t max)
{
	struct page *p = arg;
	if (!p->feed->watch)
		return max ? replay_source(p, out) : 0;
	size_t n = feed_devices(p->feed, p->devices, WATCH_DEVICES_MAX, NULL);
	n = n < max ? n : max;
	for (size_t i = 0; i < n; i++) {
		const struct watch_device *d = &p->devices[i];
		out[i] = (struct web_source){
			.name = d->name,
			.kind = WEB_SOURCE_INTERFACE,
			.state = d->is_up ? WEB_SOURCE_UP : WEB_SOURCE_DOWN,
			.has_drops = true,
			.n_received = d->n_frames,
			.n_dropped = d->n_kernel_drops,
			.n_interface_dropped = d->n_interface_drops,
		};
	}
	return n;
}

static void names(void *arg, struct web_names *out)
{
	const struct page *p = arg;
	struct resolver_stats stats;

	*out = (struct web_names){ .state = WEB_NAMES_OFF, .n_known = p->names->hosts.n };
	if (!p->names->resolver)
		return;
	resolver_stats(p->names->resolver, &stats);
	out->state = p->names->is_suspended ? WEB_NAMES_SUSPENDED : WEB_NAMES_ON;
	out->n_known += stats.n_known;
	out->n_waiting = stats.n_waiting;
	out->n_queries = stats.n_asked;
}

/* Without memory it stays. */
static void take_setting(struct page *p, size_t n, const struct option_row *row)
{
	char room[256];
	struct buf text;

	buf_lend(&text, room, sizeof(room));
	monitor_options_value(p->options, row, &text);
	char *fresh = text.err ? NULL : strdup(text.data);
	if (fresh) {
		free(p->values[n]);
		p->values[n] = fresh;
	}
	buf_release(&text);
}

void page_settings(struct page *p, bool (*which)(const char *name))
{
	size_t n = 0;
	const struct option_row *row;

	for (size_t i = 0; n < PAGE_SETTINGS_MAX && (row = options_row(p->self, i)); i++) {
		if (!row->section)
			continue;
		if (!which || which(row->name))
			take_setting(p, n, row);
		p->settings[n] = (struct web_fact){ .what = row->name,
						    .value = p->values[n] ? p->values[n] : "" };
		n++;
	}
	p->n_settings = n;
}

const char *page_setting(const struct page *p, const char *name)
{
	for (size_t i = 0; i < p->n_settings; i++)
		if (strcmp(p->settings[i].what, name) == 0)
			return p->settings[i].value;
	return "";
}

static size_t files(struct page *p)
{
	const struct monitor_options *o = p->options;
	const struct web_fact facts[] = {
		{ .what = "configuration", .value = o->config },
		{ .what = "state", .value = o->state_dir },
		{ .what = "hosts", .value = o->hosts },
		{ .what = "replay", .value = o->replay.n ? o->replay.at[0] : NULL },
		{ .what = "certificate", .value = o->tls_certificate },
	};
	size_t n = 0;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (facts[i].value)
			p->files[n++] = facts[i];
	return n;
}

static void about(void *arg, struct web_about *out)
{
	struct page *p = arg;

	p->libraries[0] = (struct web_fact){ .what = "libpcap", .value = device_library() };
	p->libraries[1] = (struct web_fact){ .what = "c-ares", .value = resolver_library() };
	p->sentences[0] = p->safety;
	*out = (struct web_about){
		.files = p->files,
		.n_files = files(p),
		.settings = p->settings,
		.n_settings = p->n_settings,
		.safety = p->sentences,
		.n_safety = p->safety[0] ? 1 : 0,
		.libraries = p->libraries,
		.n_libraries = 2,
		.snapshot_trouble = p->trouble[0] ? p->trouble : NULL,
		.misses_helper = p->actions && p->actions->is_missed,
	};
}

static bool counting(void *arg)
{
	const struct page *p = arg;
	return feed_is_well(p->feed);
}

static void log_line(void *arg, bool is_error, const char *line)
{
	const struct page *p = arg;
	log_say(p->log, is_error ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "page: %s", line);
}

/* ---- opening ------------------------------------------------------------------------------------- */

bool page_listen(const char *text, char address[ADDR_TEXT_MAX], uint16_t *port)
{
	const char *colon = strrchr(text, ':'), *begin = text;
	struct addr a;
	char *end;

	if (!colon || colon[1] < '0' || colon[1] > '9')
		return false;
	unsigned long number = strtoul(colon + 1, &end, 10);
	size_t len = (size_t)(colon - text);
	if (*end || number > UINT16_MAX)
		return false;
	if (len >= 2 && text[0] == '[' && colon[-1] == ']') {
		begin++;
		len -= 2;
	} else if (memchr(text, ':', len)) {
		return false; /* which colon is the port's? */
	}
	if (len >= ADDR_TEXT_MAX)
		return false;
	memcpy(address, begin, len);
	address[len] = '\0';
	*port = (uint16_t)number;
	return addr_parse(address, &a);
}

/* The first line of a file; an empty one is no secret.  False: why says what is wrong. */
static bool read_secret(const struct monitor_options *o, const char *path, char out[SECRET_MAX],
			char why[WEB_WHY_MAX])
{
	char where[CONF_WHERE_MAX];
	FILE *f = fopen(path, "re");
	bool good = f && fgets(out, SECRET_MAX, f);
	int error = errno;

	if (f)
		fclose(f);
	conf_where(o->file, path, where);
	if (!f) {
		snprintf(why, WEB_WHY_MAX, "%scannot read '%.140s': %s", where, path, strerror(error));
		return false;
	}
	size_t len = good ? strcspn(out, "\r\n") : 0;
	if (len == 0 || len == SECRET_MAX - 1) {
		snprintf(why, WEB_WHY_MAX, "%s'%.140s': the first line is %s", where, path,
			 len ? "too long" : "empty");
		return false;
	}
	out[len] = '\0';
	return true;
}

static const struct web_hooks hooks_of_page = {
	.name = name_of,
	.sources = sources,
	.names = names,
	.about = about,
	.counting = counting,
	.log = log_line,
};

static void web_ready(void *arg, int fd, uint32_t events)
{
	struct page *p = arg;
	(void)fd;
	(void)events;
	web_run(p->web);
}

static int begin(struct page *p, const struct web_config *c, struct live *live)
{
	struct web_hooks hooks = hooks_of_page;
	char why[WEB_WHY_MAX], url[WEB_URL_MAX];

	hooks.arg = p;
	hooks.board = p->board;
	hooks.alarms = p->alarms;
	if (p->options->state_dir && snprintf(p->history, sizeof(p->history), "%s/history",
					      p->options->state_dir) < (int)sizeof(p->history))
		hooks.history = p->history;
	enum err e = web_new(c, live, &hooks, &p->web, why);
	if (!e)
		e = loop_add(p->loop, web_fd(p->web), EPOLLIN, web_ready, p);
	else
		monitor_options_wrong(p->self, p->options, p->options->listen,
				      "cannot serve the page at '%s': %s", p->options->listen, why);
	if (e)
		return STATUS_FAILED;
	web_url(p->web, url);
	log_say(p->log, LOG_LEVEL_INFO, "page: %s", url);
	return STATUS_OK;
}

/* What may stand in a browser's address line for this host: its own name, and those of the settings. */
static bool names_of_host(const struct monitor_options *o, char out[HOST_MAX])
{
	if (gethostname(out, HOST_MAX - 1))
		out[0] = '\0';
	size_t n = strlen(out);
	for (size_t i = 0; i < o->web_names.n && n < HOST_MAX; i++)
		n += (size_t)snprintf(out + n, HOST_MAX - n, " %s", o->web_names.at[i]);
	return n < HOST_MAX;
}

/* The texts of a configuration. */
struct texts {
	char address[ADDR_TEXT_MAX], host[HOST_MAX];
	char password[SECRET_MAX], token[SECRET_MAX];
};

/* False: why says what is wrong. */
static bool configure(const struct monitor_options *o, struct web_config *c, struct texts *t,
		      char why[WEB_WHY_MAX])
{
	*c = web_config_default();
	if (!page_listen(o->listen, t->address, &c->port)) {
		snprintf(why, WEB_WHY_MAX,
			 "bad value '%.100s' for 'listen': not ADDRESS:PORT, [ADDRESS]:PORT or off",
			 o->listen);
		return false;
	}
	if (!names_of_host(o, t->host)) {
		snprintf(why, WEB_WHY_MAX, "too many values for 'web-name'");
		return false;
	}
	if ((o->password_file && !read_secret(o, o->password_file, t->password, why)) ||
	    (o->token_file && !read_secret(o, o->token_file, t->token, why)))
		return false;
	c->address = t->address;
	c->names = t->host;
	c->proxies = o->proxies.at;
	c->n_proxies = o->proxies.n;
	c->certificate = o->tls_certificate;
	c->key = o->tls_key;
	c->user = o->web_user;
	c->password = o->password_file ? t->password : NULL;
	c->token = o->token_file ? t->token : NULL;
	c->max_connections = (unsigned)o->max_connections;
	return true;
}

int page_open(struct page *p, const struct command *self, const struct monitor_options *o, struct live *live)
{
	struct web_config c;
	struct texts texts = { 0 };
	char why[WEB_WHY_MAX];
	int status = STATUS_FAILED;

	p->self = self;
	page_settings(p, NULL);
	if (strcmp(o->listen, "off") == 0)
		return STATUS_OK;
	if (configure(o, &c, &texts, why))
		status = begin(p, &c, live);
	else
		command_error(self, "%s", why);
	explicit_bzero(&texts, sizeof(texts));
	return status;
}

int page_check(const struct command *self, const struct monitor_options *o)
{
	struct web_config c;
	struct texts texts = { 0 };
	char why[WEB_WHY_MAX];
	bool good = true;

	if (strcmp(o->listen, "off") == 0)
		return STATUS_OK;
	if (!configure(o, &c, &texts, why)) {
		command_error(self, "%s", why);
		good = false;
	} else if (web_check(&c, why)) {
		monitor_options_wrong(self, o, o->listen, "cannot serve the page at '%s': %s", o->listen,
				      why);
		good = false;
	}
	explicit_bzero(&texts, sizeof(texts));
	return good ? STATUS_OK : STATUS_FAILED;
}

bool page_reload(struct page *p, const struct monitor_options *o)
{
	struct monitor_options as_it_was = *o;
	struct web_config c;
	struct texts texts = { 0 };
	char why[WEB_WHY_MAX];

	if (!p->web)
		return true;
	/* It listens where it did, whatever the settings say now. */
	as_it_was.listen = page_setting(p, "listen");
	bool good = configure(&as_it_was, &c, &texts, why) && web_reload(p->web, &c, why) == ERR_OK;
	if (!good)
		log_say(p->log, LOG_LEVEL_ERROR,
			"the page's certificate, secrets and names stay as they were: %s", why);
	explicit_bzero(&texts, sizeof(texts));
	return good;
}

void page_close(struct page *p)
{
	if (p->web)
		loop_remove(p->loop, web_fd(p->web));
	web_free(p->web);
	p->web = NULL;
	for (size_t i = 0; i < PAGE_SETTINGS_MAX; i++)
		free(p->values[i]);
	memset(p->values, 0, sizeof(p->values));
	p->n_settings = 0;
}
