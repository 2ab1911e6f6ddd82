/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mib.h"

#include <string.h>

bool mib_oid_parse(const char *text, struct mib_oid *out)
{
	uint64_t number = 0;
	bool has_digit = false;

	*out = (struct mib_oid){ 0 };
	for (;; text++) {
		if (*text >= '0' && *text <= '9') {
			number = number * 10 + (uint64_t)(*text - '0');
			has_digit = true;
			if (number <= UINT32_MAX)
				continue;
		}
		if (!has_digit || (*text && *text != '.') || !mib_oid_add(out, (uint32_t)number))
			break;
		if (!*text)
			return true;
		number = 0;
		has_digit = false;
	}
	out->n = 0;
	return false;
}

int mib_oid_compare(const struct mib_oid *a, const struct mib_oid *b)
{
	for (uint32_t i = 0; i < a->n && i < b->n; i++)
		if (a->at[i] != b->at[i])
			return a->at[i] < b->at[i] ? -1 : 1;
	return a->n == b->n ? 0 : a->n < b->n ? -1 : 1;
}

bool mib_oid_is_below(const struct mib_oid *oid, const struct mib_oid *root)
{
	return oid->n >= root->n && memcmp(oid->at, root->at, root->n * sizeof(root->at[0])) == 0;
}

bool mib_oid_add(struct mib_oid *oid, uint32_t number)
{
	if (oid->n >= MIB_OID_MAX)
		return false;
	oid->at[oid->n++] = number;
	return true;
}

static struct mib_value *find(const struct mib_table *t, const struct mib_oid *oid)
{
	for (size_t i = 0; i < t->n; i++)
		if (mib_oid_compare(&t->at[i].oid, oid) == 0)
			return (struct mib_value *)&t->at[i];
	return NULL;
}

void mib_table_put(struct mib_table *t, const struct mib_value *v)
{
	if (v->kind == MIB_NONE || v->kind == MIB_OTHER)
		return;
	struct mib_value *place = find(t, &v->oid);
	if (!place && t->n < MIB_VALUES_MAX)
		place = &t->at[t->n++];
	if (place)
		*place = *v;
	else
		t->n_refused++;
}

const struct mib_value *mib_find(const struct mib_table *t, const char *column, uint32_t row)
{
	struct mib_oid oid;

	return mib_oid_parse(column, &oid) && mib_oid_add(&oid, row) ? find(t, &oid) : NULL;
}

bool mib_decimal(const char *text, double *out, const char **end)
{
	double value = 0, unit = 1;
	bool has_digits = false, has_point = false, is_negative = false;

	while (*text == ' ')
		text++;
	if (*text == '-' || *text == '+')
		is_negative = *text++ == '-';
	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !has_point); text++) {
		if (*text == '.') {
			has_point = true;
			continue;
		}
		has_digits = true;
		value = value * 10 + (*text - '0');
		if (has_point)
			unit *= 10;
	}
	*end = text;
	*out = (is_negative ? -value : value) / unit;
	return has_digits && *out - *out == 0;
}

static bool decimal_only(const struct mib_value *v, double *out)
{
	const char *end;

	if (!mib_decimal(v->text, out, &end))
		return false;
	while (*end == ' ')
		end++;
	return !*end;
}

bool mib_number(const struct mib_table *t, const char *column, uint32_t row, double *out)
{
	const struct mib_value *v = mib_find(t, column, row);

	if (!v)
		return false;
	switch (v->kind) {
	case MIB_INTEGER: *out = (double)v->integer; return true;
	case MIB_COUNT: *out = (double)v->count; return true;
	case MIB_TEXT: return decimal_only(v, out);
	case MIB_NONE:
	case MIB_OTHER: break;
	}
	return false;
}

bool mib_integer(const struct mib_table *t, const char *column, uint32_t row, int64_t *out)
{
	const struct mib_value *v = mib_find(t, column, row);

	if (!v || (v->kind == MIB_COUNT && v->count > INT64_MAX))
		return false;
	*out = v->kind == MIB_COUNT ? (int64_t)v->count : v->integer;
	return v->kind == MIB_COUNT || v->kind == MIB_INTEGER;
}

const char *mib_text(const struct mib_table *t, const char *column, uint32_t row)
{
	const struct mib_value *v = mib_find(t, column, row);

	if (!v || v->kind != MIB_TEXT || !v->len || memchr(v->text, '\0', v->len))
		return NULL;
	return strcmp(v->text, "n/a") == 0 || strcmp(v->text, "N/A") == 0 ? NULL : v->text;
}

size_t mib_rows(const struct mib_table *t, const char *column, uint32_t out[MIB_ROWS_MAX])
{
	struct mib_oid root;
	size_t n = 0;

	if (!mib_oid_parse(column, &root))
		return 0;
	for (size_t i = 0; i < t->n && n < MIB_ROWS_MAX; i++) {
		const struct mib_oid *oid = &t->at[i].oid;
		if (oid->n != root.n + 1 || !mib_oid_is_below(oid, &root))
			continue;
		size_t place = n++;
		for (; place && out[place - 1] > oid->at[root.n]; place--)
			out[place] = out[place - 1];
		out[place] = oid->at[root.n];
	}
	return n;
}
