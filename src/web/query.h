/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The target of a request, "/api/v1/clients?sort=rx&filter=alert%3Ared", taken apart: the path and
 * the parameters, %XX and + undone.  Then the getters read parameters as what they should be; the
 * first one that is wrong is remembered, and later getters do nothing, so that a handler asks once
 * at the end:
 *
 *	uint64_t limit = 100;
 *	query_count(q, "limit", 0, 1000, &limit);
 *	if (q->wrong)
 *		return reply_bad(r);
 */
#ifndef WEB_QUERY_H
#define WEB_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum { QUERY_TARGET_MAX = 2048, QUERY_PARAMETERS_MAX = 16, QUERY_WRONG_MAX = 320 };

struct query_parameter {
	const char *name, *value; /* in query.text */
};

struct query {
	const char *path; /* begins with a slash */
	struct query_parameter at[QUERY_PARAMETERS_MAX];
	size_t n;
	bool wrong;
	const char *wrong_parameter; /* NULL: the target itself */
	char message[QUERY_WRONG_MAX];
	char text[QUERY_TARGET_MAX + 2];
};

/* Never fails but by q->wrong: too long, no path, a broken escape, an octet of zero, a parameter
 * twice. */
void query_parse(const char *target, struct query *q);

/* NULL when it is not there. */
const char *query_text(const struct query *q, const char *name);

/* Wrong when there is a parameter that is not among the names, which end in NULL. */
void query_allow(struct query *q, const char *const *names);

/* The getters leave *out alone when the parameter is not there, or something is wrong. */
void query_count(struct query *q, const char *name, uint64_t min, uint64_t max, uint64_t *out);

/* words as in option tables, "asc|desc"; *out is the index of the word. */
void query_word(struct query *q, const char *name, const char *words, unsigned *out);

/* RFC 3339, seconds since 1970, or negative: seconds before now_ns. */
void query_moment(struct query *q, const char *name, int64_t now_ns, int64_t *out);

/* An address, or a prefix; `bits` of the 128-bit form.  `all` is bits 0. */
void query_prefix(struct query *q, const char *name, struct addr *net, unsigned *bits);

void query_wrong(struct query *q, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
