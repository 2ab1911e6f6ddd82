/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mru_walk.h"

#include <string.h>

#include "engine/mru_rows.h"

/* ntpd takes back a nonce 16 s old (RFC 9327 section 4.1.4); the question is some time on its way. */
#define NONCE_LIVES_NS (10 * NS_PER_S)

enum {
	FRAGS_FIRST = 16,
	FRAGS_MAX = 32,
	ROWS_MAX = 96, /* when asked for by rows */
	FAILED_MAX = 6,
	BACK_MAX = 10,
};

static void ask(struct mru_walk *w, enum control_opcode opcode, const char *data, size_t len)
{
	struct ask_patience patience = w->wish.patience;

	/* Lost answers to the list are met by smaller questions. */
	if (opcode == CONTROL_READMRU)
		patience.tries = 1;
	control_ask_begin(&w->ask, opcode, 0, data, len, w->sequence, patience);
	w->sequence = (uint16_t)(w->sequence + 8);
	if (!w->sequence)
		w->sequence = 8;
	w->n_questions++;
}

static void ask_for_nonce(struct mru_walk *w)
{
	w->phase = MRU_NONCE;
	ask(w, CONTROL_NONCE, NULL, 0);
}

void mru_walk_begin(struct mru_walk *w, const struct mru_wish *wish, uint16_t sequence)
{
	w->result = ASK_PENDING;
	w->error = 0;
	w->now = w->n_rows = w->n_questions = w->n_asked_again = w->n_restarts = w->n_damaged = 0;
	w->wish = *wish;
	w->sequence = sequence ? sequence : 1;
	w->nonce[0] = '\0';
	w->nonce_ns = w->next_ns = INT64_MIN;
	w->n_frags = FRAGS_FIRST;
	w->n_failed = w->n_back = w->at = w->n_points = 0;
	w->uses_limit = false;
	w->newest = 0;
	ask_for_nonce(w);
}

/* ---- questions ----------------------------------------------------------------------------------- */

/* The point handed out `age` rows ago; 0 is the newest. */
static const struct mru_point *point(const struct mru_walk *w, unsigned age)
{
	return &w->points[(w->at + MRU_POINTS - 1 - age) % MRU_POINTS];
}

static void ask_for_list(struct mru_walk *w)
{
	char data[CONTROL_DATA_MAX];
	bool first = !w->n_points;
	struct mru_text t = { .out = data, .room = sizeof(data) };

	mru_text_add(&t, w->nonce);
	mru_text_number(&t, w->uses_limit ? ", limit=" : ", frags=", w->uses_limit ? ROWS_MAX : w->n_frags);
	for (unsigned i = 0; i < 2; i++) {
		const char *more = i ? (first ? w->wish.first_only : NULL) : w->wish.filter;
		if (more && *more) {
			mru_text_add(&t, ", ");
			mru_text_add(&t, more);
		}
	}
	/* Rows near the end, and some from further back in case that all of those have moved. */
	unsigned age = w->n_back ? 1U << w->n_back : 0;
	for (unsigned i = 0; i < 16 && age < w->n_points; i++) {
		const struct mru_point *p = point(w, age);
		if (!mru_text_point(&t, i, &p->addr, p->scope, p->port, p->last))
			break;
		age = age < 3 ? age + 1 : age * 2;
	}
	w->phase = MRU_LIST;
	ask(w, CONTROL_READMRU, data, t.len);
}

/* ---- answers --------------------------------------------------------------------------------------- */

static void end(struct mru_walk *w, enum ask_result why)
{
	w->result = why;
	w->error = w->ask.error;
}

static void begin_again(struct mru_walk *w)
{
	w->n_points = w->at = w->n_back = 0;
	if (++w->n_restarts > MRU_RESTARTS_MAX)
		end(w, ASK_INCOMPLETE);
	else
		ask_for_list(w);
}

static void remember(struct mru_walk *w, const struct mru_row *r)
{
	struct mru_point *p = &w->points[w->at];

	*p = (struct mru_point){ .last = r->last, .addr = r->addr, .port = r->port };
	memcpy(p->scope, r->scope, sizeof(p->scope));
	w->at = (w->at + 1) % MRU_POINTS;
	if (w->n_points < MRU_POINTS)
		w->n_points++;
	if (r->last > w->newest)
		w->newest = r->last;
}

/* A row that was handed out as it is now: an older point than the newest was gone on from. */
static bool is_repeated(const struct mru_walk *w, const struct mru_row *r)
{
	if (r->last > w->newest)
		return false;
	for (unsigned i = 0; i < w->n_points; i++)
		if (point(w, i)->last == r->last && addr_equal(&point(w, i)->addr, &r->addr))
			return true;
	return false;
}

/* Returns how many of the answer's rows are new. */
static unsigned hand_out(struct mru_walk *w, unsigned n)
{
	unsigned n_new = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct mru_row *r = &w->rows[i].row;
		if (!mru_row_is_whole(w->rows[i].have)) {
			w->n_damaged += w->rows[i].have != 0;
			continue;
		}
		if (is_repeated(w, r))
			continue;
		remember(w, r);
		n_new++;
		if (w->wish.limit && w->n_rows >= w->wish.limit)
			continue;
		w->n_rows++;
		w->wish.row(w->wish.arg, r);
	}
	return n_new;
}

/* Each row of the answer where its number says; returns how many numbers there are. */
static unsigned sort_out(struct mru_walk *w, struct mru_rest *rest)
{
	struct var_list l = var_list_of(w->ask.data, w->ask.len);
	struct var v;
	unsigned n = 0, i;

	for (i = 0; i < MRU_ROWS_MAX; i++)
		w->rows[i].have = 0;
	while (var_next(&l, &v)) {
		if (mru_rest_take(rest, &v) || !mru_var_index(&v, &i) || i >= MRU_ROWS_MAX)
			continue;
		for (; n <= i; n++)
			w->rows[n].row = (struct mru_row){ .count = 0 };
		mru_row_take(&w->rows[i].row, &w->rows[i].have, &v);
	}
	return n;
}

static void take_list(struct mru_walk *w, int64_t now_ns)
{
	struct mru_rest rest = { .now = 0 };
	unsigned n = sort_out(w, &rest);

	if (rest.nonce[0]) {
		memcpy(w->nonce, rest.nonce, sizeof(w->nonce));
		w->nonce_ns = now_ns;
	}
	n = hand_out(w, n);
	w->now = rest.now;
	w->n_failed = n ? 0 : w->n_failed + 1;
	w->n_back = 0;
	if (rest.now || (w->wish.limit && w->n_rows >= w->wish.limit)) {
		w->result = ASK_OK;
		return;
	}
	if (w->n_failed > FAILED_MAX) {
		end(w, ASK_BAD_ANSWER);
		return;
	}
	if (w->n_frags < FRAGS_MAX)
		w->n_frags++;
	w->next_ns = ns_plus(now_ns, w->wish.pace_ns);
	ask_for_list(w);
}

static void take_nonce(struct mru_walk *w, int64_t now_ns)
{
	struct mru_rest rest = { .now = 0 };
	struct var_list l = var_list_of(w->ask.data, w->ask.len);
	struct var v;

	while (var_next(&l, &v))
		mru_rest_take(&rest, &v);
	if (!rest.nonce[0]) {
		end(w, ASK_BAD_ANSWER);
		return;
	}
	memcpy(w->nonce, rest.nonce, sizeof(w->nonce));
	w->nonce_ns = now_ns;
	ask_for_list(w);
}

/* The server's errors that there is a way round of. */
static void on_error(struct mru_walk *w)
{
	bool of_list = w->phase == MRU_LIST;

	if (of_list && w->ask.error == 5 && w->n_points) {
		/* It knows none of the rows that we named. */
		if (w->n_back < BACK_MAX && 2U << w->n_back < w->n_points) {
			w->n_back += w->n_back ? 2 : 4;
			ask_for_list(w);
		} else {
			begin_again(w);
		}
	} else if (of_list && w->ask.error == 6 && ++w->n_failed <= 2) {
		/* An old nonce, or a server that counts rows instead of fragments. */
		w->uses_limit = w->n_failed == 2;
		ask_for_nonce(w);
	} else {
		end(w, ASK_ERROR);
	}
}

static void on_silence(struct mru_walk *w)
{
	if (w->phase == MRU_NONCE || ++w->n_failed > FAILED_MAX) {
		end(w, w->ask.result);
		return;
	}
	w->n_asked_again++;
	w->n_frags = w->n_frags > 1 ? w->n_frags / 2 : 1;
	ask_for_nonce(w);
}

static void on_answer(struct mru_walk *w, int64_t now_ns)
{
	switch (w->ask.result) {
	case ASK_PENDING: return;
	case ASK_OK:
		if (w->phase == MRU_LIST)
			take_list(w, now_ns);
		else
			take_nonce(w, now_ns);
		return;
	case ASK_ERROR: on_error(w); return;
	case ASK_TIMEOUT:
	case ASK_INCOMPLETE: on_silence(w); return;
	case ASK_REFUSED:
	case ASK_UNREACHABLE:
	case ASK_LOCAL:
	case ASK_BAD_ANSWER:
	case ASK_UNSUPPORTED: end(w, w->ask.result); return;
	}
}

void mru_walk_next(struct mru_walk *w, int64_t now_ns, struct ask_action *out)
{
	*out = (struct ask_action){ .what = ASK_OVER };
	if (w->result != ASK_PENDING)
		return;
	if (now_ns < w->next_ns) {
		*out = (struct ask_action){ .what = ASK_WAIT, .until_ns = w->next_ns };
		return;
	}
	if (w->phase == MRU_LIST && !w->ask.n_sent && now_ns > ns_plus(w->nonce_ns, NONCE_LIVES_NS))
		ask_for_nonce(w);
	control_ask_next(&w->ask, now_ns, out);
	if (out->what != ASK_OVER)
		return;
	on_answer(w, now_ns);
	if (w->result == ASK_PENDING)
		control_ask_next(&w->ask, now_ns, out);
}

void mru_walk_take(struct mru_walk *w, const uint8_t *p, size_t len, int64_t now_ns)
{
	if (w->result != ASK_PENDING)
		return;
	control_ask_take(&w->ask, p, len, now_ns);
	on_answer(w, now_ns);
}

void mru_walk_fail(struct mru_walk *w, enum ask_result why)
{
	if (w->result == ASK_PENDING)
		w->result = why;
}
