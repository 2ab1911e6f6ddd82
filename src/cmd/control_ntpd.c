/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of ntpd that read variables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "cmd/control.h"
#include "net/clock.h"
#include "present/clock_rows.h"
#include "present/peer_rows.h"
#include "present/stat_rows.h"
#include "present/var_rows.h"

/* ---- associations ------------------------------------------------------------------------------------ */

struct association {
	uint16_t id, status;
};

static int by_id(const void *pa, const void *pb)
{
	const struct association *a = pa, *b = pb;
	return a->id - b->id;
}

/* Those of the server in order of their ids; the caller frees *out. */
static enum ask_result associations(struct control_run *x, struct association **out, size_t *n)
{
	enum ask_result r = control_ask_ntpd(x, CONTROL_READSTAT, 0, "");
	const struct control_ask *a = &x->server.control.ask;
	struct bytes b = bytes_of(a->data, r == ASK_OK ? a->len : 0);

	*n = bytes_left(&b) / 4;
	*out = calloc(*n + 1, sizeof(**out));
	if (!*out)
		*n = 0;
	for (size_t i = 0; i < *n; i++) {
		(*out)[i].id = bytes_be16(&b);
		(*out)[i].status = bytes_be16(&b);
	}
	if (*out)
		qsort(*out, *n, sizeof(**out), by_id);
	return r;
}

static struct var_list answered(const struct control_run *x)
{
	return var_list_of(x->server.control.ask.data, x->server.control.ask.len);
}

/* An association that went away between two questions is no failure. */
static bool went_away(const struct control_run *x, enum ask_result r)
{
	return r == ASK_ERROR && x->server.control.ask.error == 4;
}

/* ---- peers ------------------------------------------------------------------------------------------- */

enum ask_result ntpd_peers(struct control_run *x)
{
	const struct control_settings *s = x->s;
	struct peer_table t = {
		&x->out.buf, x->out.columns, s->numeric, s->wide, s->associations, x->now_ns
	};
	struct association *list;
	struct peer_vars p;
	size_t n;
	enum ask_result r = associations(x, &list, &n);

	if (control_is_json(x))
		jw_open(&x->j, "peers", JW_ARRAY | JW_LINES);
	else if (r == ASK_OK)
		peer_table_head(&t);
	for (size_t i = 0; i < n && r == ASK_OK; i++) {
		r = control_ask_ntpd(x, CONTROL_READVAR, list[i].id, "");
		if (went_away(x, r)) {
			r = ASK_OK;
			continue;
		}
		if (r != ASK_OK)
			break;
		t.now_ns = clock_utc_ns();
		peer_vars_parse(&p, list[i].id, x->server.control.ask.status, x->server.control.ask.data,
				x->server.control.ask.len);
		if (control_is_json(x))
			peer_json_row(&x->j, &p, t.now_ns);
		else
			peer_table_row(&t, &p);
	}
	if (control_is_json(x))
		jw_close(&x->j);
	free(list);
	return r;
}

/* ---- variables --------------------------------------------------------------------------------------- */

static bool names_asked_for(struct control_run *x, char out[CONTROL_DATA_MAX])
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < x->n_args && len < CONTROL_DATA_MAX; i++)
		len += (size_t)snprintf(out + len, CONTROL_DATA_MAX - len, "%s%s", len ? "," : "",
					x->args[i]);
	if (len < CONTROL_DATA_MAX)
		return true;
	snprintf(x->why, sizeof(x->why), "too many names for one question");
	return false;
}

static void print_vars(struct control_run *x, enum var_kind kind, uint16_t id)
{
	uint16_t status = x->server.control.ask.status;
	char words[VAR_STATUS_MAX];

	if (control_is_json(x)) {
		jw_u64(&x->j, "association", id);
		var_status_json(&x->j, kind, status);
		var_rows_json(&x->j, answered(x), x->now_ns);
		return;
	}
	var_status_words(kind, status, words);
	buf_printf(&x->out.buf, "associd=%u status=%04x %s,\n", id, status, words);
	var_rows_text(&x->out.buf, answered(x), x->out.columns, x->now_ns);
}

enum ask_result ntpd_vars(struct control_run *x)
{
	uint16_t id = (uint16_t)x->s->association;
	char names[CONTROL_DATA_MAX];

	if (!names_asked_for(x, names))
		return ASK_LOCAL;
	enum ask_result r = control_ask_ntpd(x, CONTROL_READVAR, id, names);
	if (r == ASK_OK)
		print_vars(x, id ? VARS_PEER : VARS_SYSTEM, id);
	return r;
}

/* ---- counters ---------------------------------------------------------------------------------------- */

/* Asks for those names; older servers refuse the whole list for one that they do not know: then one by
 * one. */
static enum ask_result collect(struct control_run *x, char *names, struct buf *all)
{
	enum ask_result r = control_ask_ntpd(x, CONTROL_READVAR, 0, names);
	char *one, *rest = names;

	if (r == ASK_OK) {
		buf_add(all, (const char *)x->server.control.ask.data, x->server.control.ask.len);
		buf_str(all, ",");
	}
	if (r != ASK_ERROR || x->server.control.ask.error != 5)
		return r;
	while ((one = strsep(&rest, ","))) {
		r = control_ask_ntpd(x, CONTROL_READVAR, 0, one);
		if (r == ASK_OK) {
			buf_add(all, (const char *)x->server.control.ask.data, x->server.control.ask.len);
			buf_str(all, ",");
		} else if (r != ASK_ERROR || x->server.control.ask.error != 5) {
			return r;
		}
	}
	return ASK_OK;
}

static enum ask_result counters(struct control_run *x, const struct stat_table *t)
{
	char names[CONTROL_DATA_MAX];
	size_t from = 0;
	struct buf all;
	enum ask_result r = buf_init(&all, -1) ? ASK_LOCAL : ASK_OK;

	while (r == ASK_OK && stat_names(t, &from, names, sizeof(names)))
		r = collect(x, names, &all);
	if (r == ASK_OK && control_is_json(x))
		stat_json(&x->j, t, var_list_of(all.data, all.len));
	else if (r == ASK_OK)
		stat_text(&x->out.buf, t, var_list_of(all.data, all.len));
	buf_release(&all);
	return r;
}

enum ask_result ntpd_sysstats(struct control_run *x)
{
	return counters(x, &stat_sysstats);
}

enum ask_result ntpd_iostats(struct control_run *x)
{
	return counters(x, &stat_iostats);
}

enum ask_result ntpd_monstats(struct control_run *x)
{
	return counters(x, &stat_monstats);
}

/* ---- reference clocks -------------------------------------------------------------------------------- */

enum { CLOCK_NAME_MAX = 64 };

/* "GPS_NMEA(0)", or "" when nobody says. */
static void name_of_clock(struct control_run *x, uint16_t id, char out[CLOCK_NAME_MAX])
{
	struct var v;

	out[0] = '\0';
	if (control_ask_ntpd(x, CONTROL_READVAR, id, "srchost") == ASK_OK &&
	    var_find(answered(x), "srchost", &v))
		snprintf(out, CLOCK_NAME_MAX, "%.*s", (int)(v.value_len < CLOCK_NAME_MAX ? v.value_len : 0),
			 v.value);
}

static void print_clock(struct control_run *x, uint16_t id, const char *name)
{
	uint16_t status = x->server.control.ask.status;

	if (control_is_json(x)) {
		jw_open(&x->j, NULL, JW_OBJECT | JW_LINES);
		clock_json(&x->j, id, status, name, answered(x), x->now_ns);
		jw_close(&x->j);
	} else {
		clock_text(&x->out.buf, id, status, name, answered(x), x->out.columns, x->now_ns);
		buf_char(&x->out.buf, '\n');
	}
}

enum ask_result ntpd_clock(struct control_run *x)
{
	struct association *list;
	char name[CLOCK_NAME_MAX];
	size_t n, n_clocks = 0;
	enum ask_result r = associations(x, &list, &n);

	if (control_is_json(x))
		jw_open(&x->j, "clocks", JW_ARRAY | JW_LINES);
	for (size_t i = 0; i < n && r == ASK_OK; i++) {
		name_of_clock(x, list[i].id, name);
		r = control_ask_ntpd(x, CONTROL_READCLOCK, list[i].id, "");
		if (r == ASK_OK) {
			print_clock(x, list[i].id, name);
			n_clocks++;
		} else if (went_away(x, r)) {
			r = ASK_OK; /* it is no reference clock */
		}
	}
	if (control_is_json(x))
		jw_close(&x->j);
	else if (r == ASK_OK && !n_clocks)
		buf_str(&x->out.buf, "no reference clocks\n");
	free(list);
	return r;
}
