/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mib_ask.h"

/* A round of a big machine takes some twenty; an agent that never comes to an end does not keep us. */
enum { QUESTIONS_MOST = 200, ROWS_AT_ONCE = 10, COLUMNS_AT_ONCE = 8 };

void mib_ask_init(struct mib_ask *a, bool is_v1)
{
	*a = (struct mib_ask){ .is_v1 = is_v1, .at_once = MIB_ASK_MAX, .rows_at_once = ROWS_AT_ONCE };
}

bool mib_ask_add(struct mib_ask *a, const struct mib_want *want)
{
	if (a->n == MIB_WANTS_MAX || !mib_oid_parse(want->oid, &a->want[a->n].root))
		return false;
	a->want[a->n].last = a->want[a->n].root;
	a->want[a->n].is_column = want->is_column;
	a->want[a->n].is_done = false;
	a->want[a->n].n_rows = 0;
	a->n++;
	return true;
}

static void gather(struct mib_ask *a, struct mib_question *out, bool columns)
{
	size_t most = columns && a->at_once > COLUMNS_AT_ONCE ? COLUMNS_AT_ONCE : a->at_once;

	a->n_asked = 0;
	for (size_t i = 0; i < a->n && a->n_asked < most; i++) {
		if (a->want[i].is_done || a->want[i].is_column != columns)
			continue;
		a->asked[a->n_asked] = i;
		out->oid[a->n_asked++] = columns ? a->want[i].last : a->want[i].root;
	}
	out->n = a->n_asked;
	out->kind = !columns ? MIB_GET : a->is_v1 ? MIB_NEXT : MIB_BULK;
	out->repeat = out->kind == MIB_BULK ? a->rows_at_once : 0;
}

bool mib_ask_next(struct mib_ask *a, struct mib_question *out)
{
	*out = (struct mib_question){ 0 };
	if (a->is_stuck || a->n_questions == QUESTIONS_MOST) {
		a->is_stuck = true;
		return false;
	}
	gather(a, out, false);
	if (!out->n)
		gather(a, out, true);
	a->n_questions += out->n > 0;
	return out->n > 0;
}

static void take_error(struct mib_ask *a, int error, size_t error_index)
{
	if (error == MIB_ERROR_TOO_BIG && a->rows_at_once > 1) {
		a->rows_at_once /= 2;
		a->at_once = (a->at_once + 1) / 2;
	} else if (error == MIB_ERROR_TOO_BIG && a->at_once > 1) {
		a->at_once /= 2;
	} else if (error_index && error_index <= a->n_asked) {
		/* Not this one; the others once more. */
		a->want[a->asked[error_index - 1]].is_done = true;
	} else {
		for (size_t i = 0; i < a->n_asked; i++)
			a->want[a->asked[i]].is_done = true;
	}
}

static void take_row(struct mib_ask *a, size_t i, const struct mib_value *v, struct mib_table *table)
{
	bool goes_on = v->kind != MIB_NONE && mib_oid_is_below(&v->oid, &a->want[i].root) &&
		       mib_oid_compare(&v->oid, &a->want[i].last) > 0;

	if (!goes_on || a->want[i].n_rows == MIB_ROWS_MAX) {
		a->want[i].is_done = true;
		return;
	}
	a->want[i].last = v->oid;
	a->want[i].n_rows++;
	mib_table_put(table, v);
}

void mib_ask_take(struct mib_ask *a, const struct mib_value *v, size_t n, int error, size_t error_index,
		  struct mib_table *table)
{
	bool columns = a->n_asked && a->want[a->asked[0]].is_column;

	if (error != MIB_ERROR_NONE) {
		take_error(a, error, error_index);
		return;
	}
	for (size_t i = 0; i < n && a->n_asked; i++) {
		size_t which = a->asked[i % a->n_asked];
		if (columns && !a->want[which].is_done)
			take_row(a, which, &v[i], table);
		else if (!columns && mib_oid_compare(&v[i].oid, &a->want[which].root) == 0)
			mib_table_put(table, &v[i]);
	}
	/* An answer with fewer than one each: what is missing is not asked for again. */
	for (size_t i = columns ? n : 0; i < a->n_asked; i++)
		a->want[a->asked[i]].is_done = true;
}
