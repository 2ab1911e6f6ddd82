/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The variable lists of mode 6 (RFC 9327 section 4): `name=value, name="quoted, with commas",\r\n...`.
 * Read one by one; what the octets are is the reader's affair: nothing is unescaped, nothing refused.
 *
 *	struct var_list l = var_list_of(data, len);
 *	struct var v;
 *	while (var_next(&l, &v))
 *		if (var_is(&v, "stratum") && var_u64(&v, &n))
 *			...
 */
#ifndef PROTO_VAR_LIST_H
#define PROTO_VAR_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct var_list {
	const char *at, *end;
};

/* Name and value are borrowed from the list, without blanks around them and without the quotes. */
struct var {
	const char *name, *value;
	size_t name_len, value_len;
	bool has_value, quoted; /* a name may stand alone */
};

struct var_list var_list_of(const void *data, size_t len);

/* The next variable; false at the end.  A quote that nobody closes goes to the end. */
bool var_next(struct var_list *l, struct var *out);

bool var_is(const struct var *v, const char *name);

/* "addr.7" for the stem "addr" gives 7.  False for other names, and numbers above 65535. */
bool var_indexed(const struct var *v, const char *stem, unsigned *index);

/* The first variable of that name; false when there is none. */
bool var_find(struct var_list l, const char *name, struct var *out);

/* Decimal or 0x and hexadecimal digits; all of the value.  False when it is something else or too large. */
bool var_u64(const struct var *v, uint64_t *out);
bool var_i64(const struct var *v, int64_t *out); /* decimal, may have a sign */

/* A number with decimals times ten to the power of `shift` (0 to 9), rounded to an integer: with 6
 * milliseconds become nanoseconds.  False when it is something else or does not fit. */
bool var_scaled(const struct var *v, unsigned shift, int64_t *out);

/* "0xeeacbcd8.932cf533" as the 64-bit timestamp. */
bool var_timestamp(const struct var *v, uint64_t *out);

#endif
