/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an SNMP agent said: values by object identifier, each exactly as it came.  A table of bounded size;
 * what finds no place is counted.  Identifiers are written as in the MIBs, numbers apart by points.
 */
#ifndef ENGINE_MIB_H
#define ENGINE_MIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MIB_OID_MAX = 24, MIB_TEXT_MAX = 128, MIB_VALUES_MAX = 1024, MIB_ROWS_MAX = 64 };

struct mib_oid {
	uint32_t n;
	uint32_t at[MIB_OID_MAX];
};

enum mib_kind {
	MIB_NONE,    /* there is no such object or instance, or the view ends here */
	MIB_INTEGER, /* signed */
	MIB_COUNT,   /* Counter32, Gauge32, TimeTicks, Counter64 */
	MIB_TEXT,    /* octets; cut at MIB_TEXT_MAX - 1 */
	MIB_OTHER,
};

struct mib_value {
	struct mib_oid oid;
	enum mib_kind kind;
	unsigned bits; /* of a MIB_COUNT: 32 or 64 */
	int64_t integer;
	uint64_t count;
	size_t len;
	char text[MIB_TEXT_MAX]; /* a stranger's; ends with a NUL beyond len */
};

struct mib_table {
	size_t n, n_refused;
	struct mib_value at[MIB_VALUES_MAX];
};

/* Numbers apart by points.  False when it is anything else, or too long; then *out has no numbers. */
bool mib_oid_parse(const char *text, struct mib_oid *out);
/* <0, 0, >0: the order of a walk. */
int mib_oid_compare(const struct mib_oid *a, const struct mib_oid *b);
/* Whether it is root itself or lies below it. */
bool mib_oid_is_below(const struct mib_oid *oid, const struct mib_oid *root);
/* One more number at the end.  False: there is no room. */
bool mib_oid_add(struct mib_oid *oid, uint32_t number);

/* Copies; a value that is there already is replaced.  MIB_NONE and MIB_OTHER are not kept. */
void mib_table_put(struct mib_table *t, const struct mib_value *v);

/* The value of column.row, 0 for scalars.  NULL: there is none. */
const struct mib_value *mib_find(const struct mib_table *t, const char *column, uint32_t row);
/* As a number; text that is a decimal number is one, too.  False: there is none ("n/a" is none). */
bool mib_number(const struct mib_table *t, const char *column, uint32_t row, double *out);
/* The same, to the last digit. */
bool mib_integer(const struct mib_table *t, const char *column, uint32_t row, int64_t *out);
/* Printable text that says something: not "", not "n/a".  NULL: there is none. */
const char *mib_text(const struct mib_table *t, const char *column, uint32_t row);
/* The rows of a column, in order; returns how many. */
size_t mib_rows(const struct mib_table *t, const char *column, uint32_t out[MIB_ROWS_MAX]);

/* A decimal number at the beginning of text, maybe after blanks; *end is behind it.  False: none. */
bool mib_decimal(const char *text, double *out, const char **end);

#endif
