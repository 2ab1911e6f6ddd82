/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What runs here, and whether it is well. */
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/flags.h"
#include "web/asset.h"
#include "web/web_private.h"

/* 0 when it cannot be told. */
static uint64_t resident_bytes(void)
{
	unsigned long long size = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (!f)
		return 0;
	if (fscanf(f, "%llu %llu", &size, &resident) != 2)
		resident = 0;
	fclose(f);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void memory(struct jw *j, const struct web *w)
{
	uint64_t resident = resident_bytes();

	jw_open(j, "memory", JW_OBJECT);
	jw_u64(j, "engine_bytes", w->pulse.totals.memory_bytes);
	if (resident)
		jw_u64(j, "resident_bytes", resident);
	else
		jw_null(j, "resident_bytes");
	jw_u64(j, "views_bytes", w->views.n_bytes);
	jw_close(j);
}

static void facts(struct jw *j, const char *what, const char *value, const struct web_fact *f, size_t n,
		  bool notes)
{
	for (size_t i = 0; i < n; i++) {
		jw_open(j, NULL, JW_OBJECT);
		jw_text(j, what, f[i].what);
		jw_text(j, value, f[i].value);
		if (notes)
			jw_text_or_null(j, "note", f[i].note);
		jw_close(j);
	}
}

static void configuration(struct jw *j, const struct web_about *a)
{
	const struct web_fact http[] = { { "libmicrohttpd", MHD_get_version(), NULL },
					 { "GnuTLS", gnutls_check_version(NULL), NULL } };

	jw_open(j, "files", JW_ARRAY | JW_LINES);
	facts(j, "what", "path", a->files, a->n_files, true);
	jw_close(j);
	jw_open(j, "settings", JW_ARRAY | JW_LINES);
	facts(j, "name", "value", a->settings, a->n_settings, false);
	jw_close(j);
	jw_open(j, "safety", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < a->n_safety; i++)
		jw_text(j, NULL, a->safety[i]);
	jw_close(j);
	jw_open(j, "libraries", JW_ARRAY | JW_LINES);
	facts(j, "name", "version", http, 2, false);
	facts(j, "name", "version", a->libraries, a->n_libraries, false);
	jw_close(j);
}

static void flags(struct jw *j)
{
	jw_open(j, "flags", JW_ARRAY | JW_LINES);
	for (unsigned i = 0; i < N_FLAGS; i++) {
		jw_open(j, NULL, JW_OBJECT);
		jw_text_n(j, "letter", &flag_table[i].letter, 1);
		jw_text(j, "name", flag_table[i].name);
		jw_text(j, "meaning", flag_table[i].meaning);
		jw_close(j);
	}
	jw_close(j);
}

static void http(struct jw *j, const struct web *w)
{
	jw_open(j, "http", JW_OBJECT);
	jw_u64(j, "connections", w->connections.n);
	jw_u64(j, "connections_max", w->config.max_connections);
	jw_bool(j, "tls", w->tls);
	jw_bool(j, "password", w->guard.has_password || w->guard.has_token);
	jw_bool(j, "page", assets[0].path != NULL);
	jw_close(j);
}

enum MHD_Result api_about(struct request *r)
{
	struct web *w = r->web;
	struct web_source sources[WEB_SOURCES_MAX];
	char host[256] = "";
	struct buf b;
	struct jw j;

	if (buf_init(&b, -1))
		return MHD_NO;
	gethostname(host, sizeof(host) - 1);
	begin_object(&j, &b, "ntpscope-about-1");
	jw_text(&j, "program", "ntpscope");
	jw_text(&j, "version", NTPSCOPE_VERSION);
	jw_text(&j, "instance", w->instance);
	jw_u64(&j, "pid", (uint64_t)getpid());
	jw_text(&j, "host", host);
	jw_time(&j, "started_at", w->started_wall_ns);
	jw_real(&j, "uptime_s", (double)(clock_monotonic_ns() - w->started_ns) / 1e9, 3);
	sources_json(&j, sources, web_sources(w, sources));
	memory(&j, w);
	struct web_about about = web_about(w);
	configuration(&j, &about);
	flags(&j);
	http(&j, w);
	jw_close(&j);
	jw_end(&j);
	return reply_json(r, &b);
}

/* Ended is no trouble of a replay; a monitor whose interfaces are all away is in trouble. */
static const char *health(const struct web *w)
{
	struct web_source s[WEB_SOURCES_MAX];
	size_t n = web_sources(w, s), n_down = 0;

	if (!web_counting(w))
		return "stopped";
	for (size_t i = 0; i < n; i++)
		n_down += s[i].state == WEB_SOURCE_DOWN;
	return n && n_down == n ? "no-source" : "ok";
}

enum MHD_Result api_health(struct request *r)
{
	const char *status = health(r->web);
	struct buf b;
	struct jw j;

	if (buf_init(&b, -1))
		return MHD_NO;
	begin_object(&j, &b, "ntpscope-health-1");
	jw_text(&j, "status", status);
	jw_close(&j);
	jw_end(&j);
	return reply_bytes(r, strcmp(status, "ok") == 0 ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE,
			   "application/json", &b);
}
