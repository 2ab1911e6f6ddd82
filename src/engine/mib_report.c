/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mib_report.h"

#include <string.h>

/* ---- rates --------------------------------------------------------------------------------------- */

void mib_rates_begin(struct mib_rates *r, int64_t now_ns, double uptime_s)
{
	/* Another machine, or the same anew: a 32-bit counter that begins at 0 again looks as if it came
	 * round. */
	if (uptime_s < r->uptime_s)
		r->n = 0;
	if (uptime_s - uptime_s == 0)
		r->uptime_s = uptime_s;
	r->now_ns = now_ns;
}

bool mib_rate(struct mib_rates *r, const struct mib_table *t, const char *column, uint32_t row, double *per_s)
{
	const struct mib_value *v = mib_find(t, column, row);
	size_t i = 0;

	if (!v || v->kind != MIB_COUNT)
		return false;
	while (i < r->n && mib_oid_compare(&r->at[i].oid, &v->oid) != 0)
		i++;
	if (i == MIB_RATES_MAX)
		return false;
	if (i == r->n) {
		r->at[r->n].oid = v->oid;
		counter_rate_reset(&r->at[r->n++].rate);
	}
	return counter_rate_next(&r->at[i].rate, v->count, v->bits, r->now_ns, per_s);
}

/* ---- parts --------------------------------------------------------------------------------------- */

struct reading_made *mib_report_part(struct mib_report *r, const char *name)
{
	if (r->n == MIB_PARTS_MAX)
		return NULL;
	struct reading_made *p = &r->at[r->n++];
	reading_made_clear(p);
	reading_part(p->part, sizeof(p->part), name, strlen(name));
	return p;
}

struct reading_made *mib_report_begin(struct mib_report *r)
{
	r->n = 0;
	return mib_report_part(r, "");
}

/* Digits, and what follows them. */
static void put_number(char *out, size_t room, const char *before, int64_t number, const char *after)
{
	char digits[24];
	size_t n = sizeof(digits), len = 0;
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	digits[--n] = '\0';
	do {
		digits[--n] = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (number < 0)
		digits[--n] = '-';
	const char *const pieces[] = { before, digits + n, after };
	for (size_t i = 0; i < 3; i++) {
		reading_text(out + len, room - len, pieces[i]);
		len += strlen(out + len);
	}
}

struct reading_made *mib_report_numbered(struct mib_report *r, const char *name, uint32_t number)
{
	char text[READING_PART_MAX];

	put_number(text, sizeof(text), name, number, "");
	return mib_report_part(r, text);
}

void mib_number_fact(struct reading_made *p, const char *name, int64_t number, const char *unit)
{
	char text[READING_TEXT_MAX];

	put_number(text, sizeof(text), "", number, unit);
	reading_fact(p, name, text);
}

const char *mib_word(const struct mib_word *words, int64_t value)
{
	for (; words->name; words++)
		if (words->value == value)
			return words->name;
	return NULL;
}
