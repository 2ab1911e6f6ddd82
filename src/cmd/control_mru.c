/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope mru` of ntpd: the list sorted, which needs it whole, or row by row as it comes. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nstime.h"
#include "cmd/control.h"
#include "cmd/control_filter.h"
#include "net/clock.h"
#include "present/mru_table.h"

enum { ROWS_MAX = 8000000 }; /* that are sorted; a longer list is for --direct */

struct list {
	struct control_run *x;
	struct mru_row *rows;
	size_t n, room;
	uint64_t n_turned_away, n_printed;
	bool shows_progress;
};

/* Set by SIGINT: what there is until then is printed. */
static volatile int stopped;

static void on_signal(int signal)
{
	(void)signal;
	stopped = 1;
}

static void print(struct list *l, const struct mru_row *r, uint64_t now)
{
	struct control_run *x = l->x;

	l->n_printed++;
	switch ((enum control_format)x->s->format) {
	case CONTROL_TABLE: mru_table_row(&x->out.buf, r, now); return;
	case CONTROL_JSON: mru_json_row(&x->j, r, now, x->now_ns); return;
	case CONTROL_CSV: mru_csv_row(&x->out.buf, r, now, x->now_ns); return;
	}
}

static void print_now(void *arg, const struct mru_row *r)
{
	struct list *l = arg;
	print(l, r, nstime_to_ntp(clock_utc_ns()));
	if (output_broken(&l->x->out))
		stopped = 1;
}

/* How far it is, on the terminal of someone who waits. */
static void show_progress(const struct list *l)
{
	if (l->shows_progress && l->n % 20000 == 0)
		fprintf(stderr, "\r%zu clients", l->n);
}

static void keep(void *arg, const struct mru_row *r)
{
	struct list *l = arg;

	if (l->n == l->room) {
		size_t room = l->room ? l->room * 2 : 4096;
		struct mru_row *more = room <= 2 * (size_t)ROWS_MAX ? realloc(l->rows, room * sizeof(*more))
								    : NULL;
		if (!more) {
			l->n_turned_away++;
			return;
		}
		l->rows = more;
		l->room = room;
	}
	l->rows[l->n++] = *r;
	show_progress(l);
}

static void print_head(struct control_run *x)
{
	switch ((enum control_format)x->s->format) {
	case CONTROL_TABLE: mru_table_head(&x->out.buf); return;
	case CONTROL_JSON: jw_open(&x->j, "clients", JW_ARRAY | JW_LINES); return;
	case CONTROL_CSV: mru_csv_head(&x->out.buf); return;
	}
}

static void print_kept(struct list *l, uint64_t now)
{
	const struct control_settings *s = l->x->s;
	size_t n = mru_sort(l->rows, l->n, (enum mru_sort)s->sort, s->reverse);

	for (size_t i = 0; i < n && (!s->limit || i < s->limit) && !output_broken(&l->x->out); i++)
		print(l, &l->rows[i], now);
}

static void print_end(const struct list *l, const struct mru_walk *w)
{
	struct jw *j = &l->x->j;

	if (!control_is_json(l->x))
		return;
	jw_u64(j, "rows", l->n_printed);
	jw_u64(j, "questions", w->n_questions);
	jw_u64(j, "asked_again", w->n_asked_again);
	jw_u64(j, "restarts", w->n_restarts);
	jw_u64(j, "damaged_rows", w->n_damaged);
}

/* Silence after the first rows is another story than silence. */
static enum ask_result result_of(const struct list *l, enum ask_result r)
{
	return r == ASK_TIMEOUT && (l->n || l->n_printed) ? ASK_INCOMPLETE : r;
}

static void explain(struct control_run *x, const struct list *l, const struct mru_walk *w, enum ask_result r)
{
	x->why[0] = '\0';
	if (r == ASK_ERROR)
		snprintf(x->why, sizeof(x->why), "%s", control_error_name(w->error));
	else if (r == ASK_TIMEOUT && result_of(l, r) == ASK_INCOMPLETE)
		snprintf(x->why, sizeof(x->why), "the server fell silent after %zu rows",
			 l->n ? l->n : (size_t)l->n_printed);
	else if (r == ASK_INCOMPLETE)
		snprintf(x->why, sizeof(x->why),
			 "the list changes faster than it can be read; recent=N reads its end");
	if (l->n_turned_away)
		command_warning(x->self, "%llu rows had no place; --direct prints any number",
				(unsigned long long)l->n_turned_away);
}

static enum ask_result walk(struct list *l, struct mru_walk *w, const struct control_filter *f)
{
	struct control_run *x = l->x;
	const struct control_settings *s = x->s;
	const struct mru_wish wish = {
		.filter = f->text,
		.first_only = f->first_only,
		.pace_ns = s->pace_ns,
		.patience = x->server.control.patience,
		.limit = s->direct ? s->limit : 0,
		.row = s->direct ? print_now : keep,
		.arg = l,
	};
	const struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	sigaction(SIGINT, &action, NULL);
	return control_mru(&x->server.control, w, &wish, &stopped);
}

bool mru_accepts(struct control_run *x)
{
	struct control_filter f;
	return control_filter_parse(&f, x->args, x->n_args, x->why, sizeof(x->why));
}

enum ask_result ntpd_mru(struct control_run *x)
{
	struct list l = { .x = x };
	struct control_filter f;
	struct mru_walk *w = calloc(1, sizeof(*w));
	enum ask_result r = ASK_LOCAL;

	if (!w || !control_filter_parse(&f, x->args, x->n_args, x->why, sizeof(x->why))) {
		free(w);
		return r;
	}
	l.shows_progress = isatty(STDERR_FILENO) && !(x->s->direct && x->out.terminal);
	if (x->s->direct)
		print_head(x);
	r = walk(&l, w, &f);
	if (l.shows_progress && l.n)
		fputs("\r\033[K", stderr);
	if (!x->s->direct && (r == ASK_OK || l.n || control_is_json(x))) {
		print_head(x);
		print_kept(&l, w->now ? w->now : nstime_to_ntp(clock_utc_ns()));
	}
	if (control_is_json(x))
		jw_close(&x->j);
	print_end(&l, w);
	explain(x, &l, w, r);
	r = result_of(&l, r);
	free(l.rows);
	free(w);
	return r;
}
