/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of chronyd. */
#include <stdio.h>
#include <string.h>

#include "cmd/control.h"
#include "cmd/control_filter.h"
#include "present/chrony_json.h"
#include "present/chrony_rows.h"
#include "present/chrony_words.h"
#include "present/utf8.h"

static const struct chrony_reply *reply(const struct control_run *x)
{
	return &x->server.chronyd.ask.reply;
}

/* ASK_OK as it is; a reply that cannot be read is an answer that makes no sense. */
static enum ask_result read_as(struct control_run *x, bool understood)
{
	if (understood)
		return ASK_OK;
	snprintf(x->why, sizeof(x->why), "a reply of an unknown layout, code %u", reply(x)->code);
	return ASK_BAD_ANSWER;
}

static enum ask_result ask_index(struct control_run *x, enum chrony_command command, uint32_t index)
{
	const struct chrony_arguments arguments = { .index = index };
	return control_ask_chronyd(x, command, &arguments);
}

static void begin_list(struct control_run *x, const char *key, void (*head)(struct buf *out))
{
	if (control_is_json(x)) {
		jw_open(&x->j, key, JW_ARRAY | JW_LINES);
	} else if (head) {
		x->head_from = x->out.buf.len;
		head(&x->out.buf);
		x->head_to = x->out.buf.len;
	}
}

static void end_list(struct control_run *x)
{
	if (control_is_json(x))
		jw_close(&x->j);
}

/* ---- sources ----------------------------------------------------------------------------------------- */

/* One source: what is printed of it comes from its address, which it has from SOURCE_DATA. */
struct one_source {
	uint32_t index;
	struct chrony_source data;
	bool is_clock;
	char name[CHRONY_NAME_MAX];   /* of the configuration; of a clock its refid; "" */
	char label[CHRONY_LABEL_MAX]; /* what a table shows: the name, or the address with -n */
};

typedef enum ask_result each_source(struct control_run *x, const struct one_source *s);

static void take_name(struct control_run *x, struct one_source *s)
{
	const struct chrony_arguments arguments = { .addr = s->data.addr };

	s->name[0] = '\0';
	if (s->is_clock)
		snprintf(s->name, sizeof(s->name), "%s", chrony_refid_words(s->data.addr.id).s);
	else if (control_ask_chronyd(x, CHRONY_SOURCE_NAME, &arguments) == ASK_OK)
		chrony_source_name(reply(x), s->name);
	if (s->name[0] && (s->is_clock || !x->s->numeric))
		utf8_clean(s->name, strlen(s->name), s->label, sizeof(s->label));
	else
		chrony_addr_words(&s->data.addr, s->label);
}

static enum ask_result for_each_source(struct control_run *x, each_source *each)
{
	struct one_source s = { .index = 0 };
	uint32_t n = 0;
	enum ask_result r = control_ask_chronyd(x, CHRONY_N_SOURCES, NULL);

	if (r == ASK_OK)
		r = read_as(x, chrony_n_sources(reply(x), &n));
	for (; s.index < n && r == ASK_OK; s.index++) {
		r = ask_index(x, CHRONY_SOURCE_DATA, s.index);
		if (r == ASK_OK)
			r = read_as(x, chrony_source(reply(x), &s.data));
		if (r != ASK_OK)
			break;
		s.is_clock = s.data.mode == 2;
		take_name(x, &s);
		r = each(x, &s);
		x->head_to = r == ASK_OK ? 0 : x->head_to; /* the table has a row: its head stays */
	}
	return r;
}

static void name_json(struct control_run *x, const struct one_source *s)
{
	jw_open(&x->j, NULL, JW_OBJECT);
	if (s->is_clock)
		jw_null(&x->j, "remote");
	else
		chrony_addr_json(&x->j, "remote", &s->data.addr);
	jw_text_or_null(&x->j, "name", s->name[0] ? s->name : NULL);
}

static enum ask_result print_source(struct control_run *x, const struct one_source *s)
{
	if (control_is_json(x)) {
		name_json(x, s);
		chrony_source_json(&x->j, &s->data);
		jw_close(&x->j);
	} else {
		chrony_sources_row(&x->out.buf, &s->data, s->label);
	}
	return ASK_OK;
}

enum ask_result chronyd_sources(struct control_run *x)
{
	begin_list(x, "sources", chrony_sources_head);
	enum ask_result r = for_each_source(x, print_source);
	end_list(x);
	return r;
}

static enum ask_result take_stats(struct control_run *x, const struct one_source *s,
				  struct chrony_sourcestats *out)
{
	enum ask_result r = ask_index(x, CHRONY_SOURCESTATS, s->index);
	return r == ASK_OK ? read_as(x, chrony_sourcestats(reply(x), out)) : r;
}

static enum ask_result one_stats(struct control_run *x, const struct one_source *s)
{
	struct chrony_sourcestats stats;
	enum ask_result r = take_stats(x, s, &stats);

	if (r != ASK_OK)
		return r;
	if (control_is_json(x)) {
		name_json(x, s);
		chrony_sourcestats_json(&x->j, &stats);
		jw_close(&x->j);
	} else {
		chrony_sourcestats_row(&x->out.buf, &stats, s->label);
	}
	return ASK_OK;
}

enum ask_result chronyd_sourcestats(struct control_run *x)
{
	begin_list(x, "sources", chrony_sourcestats_head);
	enum ask_result r = for_each_source(x, one_stats);
	end_list(x);
	return r;
}

static enum ask_result one_peer(struct control_run *x, const struct one_source *s)
{
	struct chrony_sourcestats stats;
	enum ask_result r = take_stats(x, s, &stats);

	if (r != ASK_OK)
		return r;
	name_json(x, s);
	chrony_source_json(&x->j, &s->data);
	jw_real(&x->j, "jitter_s", stats.deviation_s, 9);
	jw_open(&x->j, "statistics", JW_OBJECT);
	chrony_sourcestats_json(&x->j, &stats);
	jw_close(&x->j);
	jw_close(&x->j);
	return ASK_OK;
}

enum ask_result chronyd_peers(struct control_run *x)
{
	if (!control_is_json(x)) {
		enum ask_result r = chronyd_sources(x);
		if (r != ASK_OK)
			return r;
		buf_char(&x->out.buf, '\n');
		return chronyd_sourcestats(x);
	}
	begin_list(x, "peers", NULL);
	enum ask_result r = for_each_source(x, one_peer);
	end_list(x);
	return r;
}

static enum ask_result one_select(struct control_run *x, const struct one_source *s)
{
	struct chrony_selectdata select;
	enum ask_result r = ask_index(x, CHRONY_SELECTDATA, s->index);

	if (r == ASK_OK)
		r = read_as(x, chrony_selectdata(reply(x), &select));
	if (r != ASK_OK)
		return r;
	if (control_is_json(x)) {
		name_json(x, s);
		chrony_selectdata_json(&x->j, &select);
		jw_close(&x->j);
	} else {
		chrony_selectdata_row(&x->out.buf, &select, s->label);
	}
	return ASK_OK;
}

enum ask_result chronyd_selectdata(struct control_run *x)
{
	begin_list(x, "sources", chrony_selectdata_head);
	enum ask_result r = for_each_source(x, one_select);
	end_list(x);
	return r;
}

/* Reports on NTP sources by their address: clocks and names not resolved yet have none. */
static enum ask_result ask_address(struct control_run *x, enum chrony_command command,
				   const struct one_source *s)
{
	const struct chrony_arguments arguments = { .addr = s->data.addr };
	return control_ask_chronyd(x, command, &arguments);
}

static bool has_address(const struct one_source *s)
{
	return !s->is_clock && (s->data.addr.family == CHRONY_IPV4 || s->data.addr.family == CHRONY_IPV6);
}

static enum ask_result one_auth(struct control_run *x, const struct one_source *s)
{
	struct chrony_authdata auth;

	if (!has_address(s))
		return ASK_OK;
	enum ask_result r = ask_address(x, CHRONY_AUTHDATA, s);
	if (r == ASK_OK)
		r = read_as(x, chrony_authdata(reply(x), &auth));
	if (r != ASK_OK)
		return r;
	if (control_is_json(x)) {
		name_json(x, s);
		chrony_authdata_json(&x->j, &auth);
		jw_close(&x->j);
	} else {
		chrony_authdata_row(&x->out.buf, &auth, s->label);
	}
	return ASK_OK;
}

enum ask_result chronyd_authdata(struct control_run *x)
{
	begin_list(x, "sources", chrony_authdata_head);
	enum ask_result r = for_each_source(x, one_auth);
	end_list(x);
	return r;
}

/* The words behind the host name addresses of sources; without any all are wanted. */
static bool is_wanted(const struct control_run *x, const struct one_source *s)
{
	struct addr a;

	for (size_t i = 0; i < x->n_args; i++)
		if (addr_parse(x->args[i], &a) && addr_equal(&a, &s->data.addr.addr))
			return true;
	return !x->n_args;
}

static enum ask_result one_ntpdata(struct control_run *x, const struct one_source *s)
{
	struct chrony_ntpdata data;

	if (!has_address(s) || !is_wanted(x, s))
		return ASK_OK;
	enum ask_result r = ask_address(x, CHRONY_NTPDATA, s);
	if (r == ASK_OK)
		r = read_as(x, chrony_ntpdata(reply(x), &data));
	if (r != ASK_OK)
		return r;
	if (control_is_json(x)) {
		jw_open(&x->j, NULL, JW_OBJECT | JW_LINES);
		chrony_ntpdata_json(&x->j, &data);
		jw_close(&x->j);
	} else {
		chrony_ntpdata_text(&x->out.buf, &data);
		buf_char(&x->out.buf, '\n');
	}
	return ASK_OK;
}

enum ask_result chronyd_ntpdata(struct control_run *x)
{
	begin_list(x, "sources", NULL);
	enum ask_result r = for_each_source(x, one_ntpdata);
	end_list(x);
	return r;
}

/* ---- reports on chronyd itself ----------------------------------------------------------------------- */

enum ask_result chronyd_tracking(struct control_run *x)
{
	struct chrony_tracking t;
	char name[ADDR_TEXT_MAX] = "";
	enum ask_result r = control_ask_chronyd(x, CHRONY_TRACKING, NULL);

	if (r == ASK_OK)
		r = read_as(x, chrony_tracking(reply(x), &t));
	if (r != ASK_OK)
		return r;
	if (control_is_json(x)) {
		chrony_tracking_json(&x->j, &t);
		return r;
	}
	if (t.addr.family == CHRONY_NO_ADDR)
		snprintf(name, sizeof(name), "%s", chrony_refid_words(t.refid).s);
	else
		chrony_addr_words(&t.addr, name);
	chrony_tracking_text(&x->out.buf, &t, name);
	return r;
}

enum ask_result chronyd_serverstats(struct control_run *x)
{
	struct chrony_serverstats s;
	enum ask_result r = control_ask_chronyd(x, CHRONY_SERVERSTATS, NULL);

	if (r == ASK_OK)
		r = read_as(x, chrony_serverstats(reply(x), &s));
	if (r == ASK_OK && control_is_json(x))
		chrony_serverstats_json(&x->j, &s);
	else if (r == ASK_OK)
		chrony_serverstats_text(&x->out.buf, &s);
	return r;
}

enum ask_result chronyd_activity(struct control_run *x)
{
	struct chrony_activity a;
	enum ask_result r = control_ask_chronyd(x, CHRONY_ACTIVITY, NULL);

	if (r == ASK_OK)
		r = read_as(x, chrony_activity(reply(x), &a));
	if (r == ASK_OK && control_is_json(x))
		chrony_activity_json(&x->j, &a);
	else if (r == ASK_OK)
		chrony_activity_text(&x->out.buf, &a);
	return r;
}

/* ---- clients ----------------------------------------------------------------------------------------- */

static void print_client(struct control_run *x, const struct chrony_client *c)
{
	char name[ADDR_TEXT_MAX];

	if (control_is_json(x)) {
		jw_open(&x->j, NULL, JW_OBJECT);
		chrony_client_json(&x->j, c);
		jw_close(&x->j);
		return;
	}
	chrony_addr_words(&c->addr, name);
	chrony_clients_row(&x->out.buf, c, name);
}

/* Eight at a time, by their place in chronyd's table; empty places are left out by it. */
static enum ask_result read_clients(struct control_run *x, uint32_t min_hits)
{
	struct chrony_arguments arguments = { .min_hits = min_hits };
	struct chrony_clients c;
	uint64_t n_printed = 0;

	do {
		enum ask_result r = control_ask_chronyd(x, CHRONY_CLIENTS, &arguments);
		if (r == ASK_OK)
			r = read_as(x, chrony_clients(reply(x), &c));
		if (r != ASK_OK)
			return r;
		for (uint32_t i = 0; i < c.n && (!x->s->limit || n_printed < x->s->limit); i++, n_printed++)
			print_client(x, &c.at[i]);
		x->head_to = c.n ? 0 : x->head_to;
		if (c.next_index <= arguments.index || output_broken(&x->out))
			break;
		arguments.index = c.next_index;
	} while (arguments.index < c.n_indices && (!x->s->limit || n_printed < x->s->limit));
	return ASK_OK;
}

enum ask_result chronyd_clients(struct control_run *x)
{
	struct control_filter f;

	if (!control_filter_parse(&f, x->args, x->n_args, x->why, sizeof(x->why)))
		return ASK_LOCAL;
	if (!f.only_min_count || x->s->format == CONTROL_CSV) {
		snprintf(x->why, sizeof(x->why),
			 "chronyd knows no filter but mincount=, and has no --format=csv");
		return ASK_UNSUPPORTED;
	}
	begin_list(x, "clients", chrony_clients_head);
	enum ask_result r = read_clients(x, f.min_count > UINT32_MAX ? UINT32_MAX : (uint32_t)f.min_count);
	end_list(x);
	return r;
}
