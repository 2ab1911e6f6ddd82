/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The target of a request, "/api/v1/clients?sort=rx&filter=alert%3Ared", taken apart: the path and
 * the parameters, %XX and + undone.  Then the getters read parameters as what they should be; the
 * first one that is wrong is remembered, and later getters do nothing, so that a handler asks once
 * at the end:
 *
 *	uint64_t limit = 100;
 *	url_count(u, "limit", 0, 1000, &limit);
 *	if (u->wrong)
 *		return reply_wrong(r);
 */
#ifndef WEB_URL_H
#define WEB_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum { URL_TARGET_MAX = 2048, URL_PARAMETERS_MAX = 16, URL_WRONG_MAX = 320 };

struct url_parameter {
	const char *name, *value; /* in url.text */
};

struct url {
	const char *path; /* begins with a slash */
	struct url_parameter at[URL_PARAMETERS_MAX];
	size_t n;
	bool wrong;
	const char *wrong_parameter; /* NULL: the target itself */
	char message[URL_WRONG_MAX];
	char text[URL_TARGET_MAX + 2];
};

/* Never fails but by u->wrong: too long, no path, a broken escape, an octet of zero, a parameter
 * twice. */
void url_parse(const char *target, struct url *u);

/* NULL when it is not there. */
const char *url_text(const struct url *u, const char *name);

/* Wrong when there is a parameter that is not among the names, which end in NULL. */
void url_allow(struct url *u, const char *const *names);

/* The getters leave *out alone when the parameter is not there, or something is wrong. */
void url_count(struct url *u, const char *name, uint64_t min, uint64_t max, uint64_t *out);

/* words as in option tables, "asc|desc"; *out is the index of the word. */
void url_word(struct url *u, const char *name, const char *words, unsigned *out);

/* RFC 3339, seconds since 1970, or negative: seconds before now_ns. */
void url_moment(struct url *u, const char *name, int64_t now_ns, int64_t *out);

/* An address, or a prefix; `bits` of the 128-bit form.  `all` is bits 0. */
void url_prefix(struct url *u, const char *name, struct addr *net, unsigned *bits);

void url_wrong(struct url *u, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
