/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as a table for people: a line a server, and below it what there is to explain. */
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/query_rows.h"
#include "present/text.h"
#include "present/utf8.h"
#include "proto/names.h"

enum { NAME_MOST = 40, DURATION = 10, STRATUM = 4, REFID = 16, INDENT = 2 };

/* The table's columns: what it needs, and what the page has room for. */
struct columns {
	int name, result;
	bool jitter, refid;
};

static void name_of(const struct query_report *r, char *out, size_t room)
{
	char clean[300], addr[ADDR_TEXT_MAX];

	text_clean(r->host, clean, sizeof(clean));
	addr_text(&r->addr, addr);
	if (r->result == QUERY_DNS || strcmp(clean, addr) == 0)
		snprintf(out, room, "%s", clean);
	else
		snprintf(out, room, "%s (%s)", clean, addr);
}

static int wider(int width, const char *text)
{
	int w = (int)utf8_columns(text, strlen(text));
	return w > width ? w : width;
}

static struct columns choose_columns(const struct query_list *l, unsigned page)
{
	struct columns c = { .name = (int)strlen("SERVER"), .result = (int)strlen("RESULT") };
	char name[400];

	for (size_t i = 0; i < l->n; i++) {
		name_of(&l->at[i], name, sizeof(name));
		c.name = wider(c.name, name);
		if (l->at[i].summary.best)
			c.result = wider(c.result, query_result_name(l->at[i].result));
		c.jitter |= l->at[i].summary.n_good > 1;
	}
	if (c.name > NAME_MOST)
		c.name = NAME_MOST;
	int width = c.name + 2 + c.result + 3 * DURATION + c.jitter * DURATION + STRATUM + 2 +
		    (int)strlen("SHA256");
	c.refid = width + REFID <= (int)page;
	return c;
}

static void heads(struct text *t, const struct columns *c)
{
	text_cell(t, TEXT_HEAD, -c->name, "SERVER");
	text_put(t, TEXT_PLAIN, "  ");
	text_cell(t, TEXT_HEAD, -c->result, "RESULT");
	text_cell(t, TEXT_HEAD, DURATION, "OFFSET");
	text_cell(t, TEXT_HEAD, DURATION, "± BOUND");
	text_cell(t, TEXT_HEAD, DURATION, "DELAY");
	if (c->jitter)
		text_cell(t, TEXT_HEAD, DURATION, "JITTER");
	text_cell(t, TEXT_HEAD, STRATUM, "ST");
	text_put(t, TEXT_PLAIN, "  ");
	if (c->refid)
		text_cell(t, TEXT_HEAD, -REFID, "REFID");
	text_put(t, TEXT_HEAD, "AUTH");
	text_line(t);
}

static void duration_cell(struct text *t, bool is_signed, bool is_known, int64_t ns)
{
	char s[DURATION_TEXT_MAX + 1] = "+";

	if (!is_known) {
		text_cell(t, TEXT_DIM, DURATION, "-");
		return;
	}
	duration_text(ns, s + 1);
	text_cell(t, TEXT_PLAIN, DURATION, is_signed && ns > 0 ? s : s + 1);
}

static void times(struct text *t, const struct query_list *l, const struct query_report *r,
		  const struct columns *c)
{
	const struct query_sample *s = r->summary.best;
	char refid[REFID_TEXT_MAX], number[8];

	duration_cell(t, true, s->has_times, s->offset_ns);
	duration_cell(t, false, s->has_times, r->summary.bound_ns);
	duration_cell(t, false, s->has_times, s->delay_ns);
	if (c->jitter)
		duration_cell(t, false, r->summary.n_good > 1, r->summary.jitter_ns);
	snprintf(number, sizeof(number), "%u", s->header.stratum);
	text_cell(t, TEXT_PLAIN, STRATUM, number);
	text_put(t, TEXT_PLAIN, "  ");
	if (c->refid) {
		ntp_refid_text(s->header.stratum, s->header.refid, refid);
		text_cell(t, TEXT_PLAIN, -REFID, refid);
	}
	text_put(t, TEXT_PLAIN, query_auth_name(l, r));
}

static void leap(struct text *t, const struct query_report *r)
{
	static const char *const words[] = {
		NULL, "  announces a leap second: the last minute will have 61 seconds",
		"  announces a leap second: the last minute will have 59 seconds", NULL
	};
	const char *word = r->summary.best ? words[r->summary.best->header.leap & 3] : NULL;

	if (!word)
		return;
	text_put(t, TEXT_WARN, word);
	text_line(t);
}

static void explain(struct text *t, const struct query_report *r)
{
	char clean[QUERY_WHY_MAX * 2];

	if (r->result == QUERY_OK)
		return;
	text_put(t, TEXT_PLAIN, "  ");
	text_words(t, TEXT_PLAIN, query_result_sentence(r->result));
	if (r->query.kiss[0]) {
		text_clean(r->query.kiss, clean, sizeof(clean));
		text_put(t, TEXT_PLAIN, ": ");
		text_put(t, TEXT_WARN, clean);
	}
	text_line(t);
	if (r->why[0]) {
		text_clean(r->why, clean, sizeof(clean));
		text_put(t, TEXT_PLAIN, "  ");
		text_words(t, TEXT_DIM, clean);
		text_line(t);
	}
}

static void losses(struct text *t, const struct query_report *r)
{
	char s[96];

	if (r->result != QUERY_OK || r->summary.n_good == r->summary.n_sent)
		return;
	snprintf(s, sizeof(s), "  %u of %u questions had a good answer", r->summary.n_good,
		 r->summary.n_sent);
	text_put(t, TEXT_WARN, s);
	text_line(t);
}

static void certificate(struct text *t, const struct query_list *l, const struct query_ke *ke)
{
	char clean[QUERY_TEXT_MAX * 4];
	int64_t left_d = query_days_left(l, ke);

	if (!ke->subject[0] && !ke->not_after_s)
		return;
	text_clean(ke->subject, clean, sizeof(clean));
	text_item(t, TEXT_PLAIN, "certificate %s", clean[0] ? clean : "without a subject");
	if (ke->not_after_s && left_d < 0)
		text_item(t, TEXT_ALARM, "expired");
	else if (ke->not_after_s)
		text_item(t, left_d < 14 ? TEXT_WARN : TEXT_PLAIN, "%lld days left", (long long)left_d);
	if (ke->distrust[0] && ke->is_good)
		text_item(t, TEXT_ALARM, "NOT VERIFIED: %s", ke->distrust);
}

static void establishment(struct text *t, const struct query_list *l, const struct query_report *r)
{
	const struct query_ke *ke = &r->ke;
	char took[DURATION_TEXT_MAX];
	const char *aead = nts_aead_name(ke->aead);

	if (!ke->tls_version[0])
		return;
	t->indent = INDENT;
	text_put(t, TEXT_PLAIN, "  ");
	text_item(t, TEXT_PLAIN, "%s", ke->tls_version);
	certificate(t, l, ke);
	if (ke->is_good) {
		duration_text(ke->took_ns, took);
		text_item(t, TEXT_PLAIN, "keys after %s", took);
		text_item(t, TEXT_PLAIN, "%s", aead ? aead : "unknown AEAD");
		text_item(t, TEXT_PLAIN, "%u cookies of %u octets", ke->n_cookies, ke->cookie_len);
		if (ke->server[0] || ke->port)
			text_item(t, TEXT_PLAIN, "sent on to %s port %u",
				  ke->server[0] ? ke->server : "itself", r->port);
	}
	text_line(t);
}

void query_table(const struct query_list *l, struct buf *out, bool color, unsigned columns)
{
	const struct columns c = choose_columns(l, columns);
	struct text t;
	char name[400];

	text_begin(&t, out, color);
	t.columns = columns;
	t.indent = INDENT;
	heads(&t, &c);
	for (size_t i = 0; i < l->n; i++) {
		const struct query_report *r = &l->at[i];
		name_of(r, name, sizeof(name));
		text_cell(&t, TEXT_PLAIN, -c.name, name);
		text_put(&t, TEXT_PLAIN, "  ");
		text_cell(&t, r->result == QUERY_OK ? TEXT_PLAIN : TEXT_ALARM,
			  r->summary.best ? -c.result : 0, query_result_name(r->result));
		if (r->summary.best)
			times(&t, l, r, &c);
		text_line(&t);
		explain(&t, r);
		leap(&t, r);
		losses(&t, r);
		establishment(&t, l, r);
	}
}
