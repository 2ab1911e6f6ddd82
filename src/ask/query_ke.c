/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/query_ke.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "net/lookup.h"

struct query_ke_talk {
	struct query_report *report;
	struct tls *tls;
	char name[256]; /* whom the certificate has to be for */
	int64_t began_ns, deadline_ns;
	struct ntske_ask ask;
};

/* A host as people write it: brackets, an interface and the root's dot are no part of its name. */
static void name_of(const char *host, char *out, size_t room)
{
	lookup_without_brackets(host, out, room);
	if (strchr(out, ':'))
		out[strcspn(out, "%")] = '\0';
	size_t len = strlen(out);
	if (len > 1 && out[len - 1] == '.')
		out[len - 1] = '\0';
}

struct query_ke_talk *query_ke_open(struct query_report *report, const struct ask_query_options *o,
				    const struct udp_target *at, int64_t now_ns)
{
	struct query_ke_talk *k = calloc(1, sizeof(*k));
	struct tls_options tls = { .trust = o->trust,
				   .is_unverified = o->is_unverified,
				   .alpn = "ntske/1",
				   .addr = at->addr,
				   .port = at->port,
				   .scope = at->scope,
				   .source = o->source };

	if (!k)
		return NULL;
	name_of(report->host, k->name, sizeof(k->name));
	tls.name = k->name;
	if (tls_open(&k->tls, &tls)) {
		free(k);
		return NULL;
	}
	k->report = report;
	k->began_ns = now_ns;
	k->deadline_ns = now_ns + o->config.timeout_ns;
	ntske_ask_init(&k->ask);
	report->ke = (struct query_ke){ .was_tried = true };
	return k;
}

void query_ke_close(struct query_ke_talk *k)
{
	if (!k)
		return;
	tls_close(k->tls);
	explicit_bzero(k, sizeof(*k)); /* cookies */
	free(k);
}

int query_ke_fd(const struct query_ke_talk *k)
{
	return tls_fd(k->tls);
}

short query_ke_events(const struct query_ke_talk *k)
{
	return tls_events(k->tls);
}

static void say(struct query_report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct query_report *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->why, sizeof(r->why), format, args);
	va_end(args);
}

static void keep_facts(struct query_ke *ke, const struct tls_facts *f)
{
	snprintf(ke->tls_version, sizeof(ke->tls_version), "%s", f->version);
	snprintf(ke->cipher, sizeof(ke->cipher), "%s", f->cipher);
	snprintf(ke->subject, sizeof(ke->subject), "%s", f->subject);
	snprintf(ke->issuer, sizeof(ke->issuer), "%s", f->issuer);
	snprintf(ke->distrust, sizeof(ke->distrust), "%s", f->distrust);
	ke->not_before_s = f->not_before_s;
	ke->not_after_s = f->not_after_s;
}

static enum query_result no_session(struct query_ke_talk *k)
{
	const struct tls_facts *f = tls_facts(k->tls);

	keep_facts(&k->report->ke, f);
	say(k->report, "%s", f->why);
	switch (f->failure) {
	case TLS_NO_CONNECTION: return QUERY_NTS_CONNECT;
	case TLS_BAD_CERTIFICATE: return QUERY_NTS_CERTIFICATE;
	default: return QUERY_NTS_TLS;
	}
}

static enum query_result refused(struct query_report *r, const struct ntske_answer *a,
				 enum ntske_verdict verdict)
{
	const char *name = ntske_error_name(a->code);

	switch (verdict) {
	case NTSKE_SAID_ERROR:
		say(r, "the server said error %u%s%s", a->code, name ? ", " : "", name ? name : "");
		return QUERY_NTS_REFUSED;
	case NTSKE_SAID_WARNING: say(r, "the server said warning %u", a->code); return QUERY_NTS_REFUSED;
	case NTSKE_NO_PROTOCOL: say(r, "the server has no NTS for NTPv4"); return QUERY_NTS_REFUSED;
	case NTSKE_NO_AEAD: say(r, "the server has none of our AEAD algorithms"); return QUERY_NTS_REFUSED;
	case NTSKE_NO_COOKIES: say(r, "the server gave no cookies"); return QUERY_NTS_REFUSED;
	case NTSKE_UNKNOWN:
		say(r, "a critical record of type %u is not known to us", a->bad_type);
		return QUERY_NTS_MALFORMED;
	default:
		if (a->bad_type == NTSKE_END)
			say(r, "the records end before the End of Message");
		else
			say(r, "a record of type %u is not as it must be", a->bad_type);
		return QUERY_NTS_MALFORMED;
	}
}

static bool export_keys(struct query_ke_talk *k, struct nts *nts)
{
	uint8_t context[NTS_CONTEXT_LEN];
	size_t len = aead_key_len(nts->aead);

	nts_exporter_context(nts->aead, false, context);
	if (!tls_export(k->tls, NTS_EXPORTER_LABEL, context, sizeof(context), nts->c2s, len))
		return false;
	nts_exporter_context(nts->aead, true, context);
	return tls_export(k->tls, NTS_EXPORTER_LABEL, context, sizeof(context), nts->s2c, len);
}

static enum query_result take_answer(struct query_ke_talk *k, int64_t now_ns)
{
	struct query_report *r = k->report;
	const struct ntske_answer *a = &k->ask.answer;
	struct query_ke *ke = &r->ke;

	if (k->ask.verdict != NTSKE_OK)
		return refused(r, a, k->ask.verdict);
	nts_take_answer(&r->query.nts, a);
	if (!export_keys(k, &r->query.nts)) {
		say(r, "no keys from the TLS session");
		return QUERY_NTS_TLS;
	}
	ke->is_good = true;
	ke->took_ns = now_ns - k->began_ns;
	ke->aead = a->aead;
	ke->n_cookies = a->n_cookies + (unsigned)a->n_cookies_more;
	ke->cookie_len = a->cookies[0].len;
	ke->port = a->port;
	snprintf(ke->server, sizeof(ke->server), "%s", a->server);
	return QUERY_OK;
}

/* Writes what is left, reads what is there. */
static enum query_result talk(struct query_ke_talk *k, int64_t now_ns)
{
	uint8_t piece[4096];
	bool at_end;
	size_t len;
	const uint8_t *out = ntske_ask_output(&k->ask, &len);
	long n = len ? tls_write(k->tls, out, len) : 0;

	if (n < 0)
		return no_session(k);
	k->ask.written += (size_t)n;
	for (;;) {
		n = tls_read(k->tls, piece, sizeof(piece), &at_end);
		if (n < 0)
			return no_session(k);
		if (!n && !at_end)
			return QUERY_NONE;
		if (ntske_ask_input(&k->ask, piece, (size_t)n, at_end) != NTSKE_INCOMPLETE)
			return take_answer(k, now_ns);
	}
}

static enum query_result too_late(struct query_report *r, enum tls_state state)
{
	switch (state) {
	case TLS_CONNECTING: say(r, "no connection in time"); return QUERY_NTS_CONNECT;
	case TLS_READY: say(r, "no answer to the request in the TLS session"); return QUERY_NTS_MALFORMED;
	default: say(r, "no TLS session in time"); return QUERY_NTS_TLS;
	}
}

enum query_result query_ke_step(struct query_ke_talk *k, int64_t now_ns)
{
	enum tls_state state = tls_step(k->tls);

	if (state == TLS_FAILED)
		return no_session(k);
	if (state == TLS_READY) {
		keep_facts(&k->report->ke, tls_facts(k->tls));
		enum query_result result = talk(k, now_ns);
		if (result != QUERY_NONE)
			return result;
	}
	if (now_ns < k->deadline_ns)
		return QUERY_NONE;
	return too_late(k->report, state);
}
