/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/url.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"

void url_wrong(struct url *u, const char *name, const char *format, ...)
{
	va_list args;

	if (u->wrong)
		return;
	u->wrong = true;
	u->wrong_parameter = name;
	va_start(args, format);
	vsnprintf(u->message, sizeof(u->message), format, args);
	va_end(args);
}

/* ---- taking apart -------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes %XX, and + when it stands for a blank, in place.  False on a broken escape or a zero. */
static bool unescape(char *s, bool plus)
{
	char *to = s;

	for (; *s; s++) {
		int c = (unsigned char)*s;
		if (c == '%') {
			int high = hex_digit(s[1]), low = high < 0 ? -1 : hex_digit(s[2]);
			c = low < 0 ? 0 : high << 4 | low;
			s += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (!c)
			return false;
		*to++ = (char)c;
	}
	*to = '\0';
	return true;
}

/* One "name=value" of u->text, which ends in NUL. */
static void add_parameter(struct url *u, char *name)
{
	char *value = strchr(name, '=');

	if (value)
		*value++ = '\0';
	else
		value = name + strlen(name);
	if (!unescape(name, true) || (*value && !unescape(value, true))) {
		url_wrong(u, NULL,
			  "a parameter has a broken escape: %%XX has two hexadecimal digits, and never 00");
	} else if (url_text(u, name)) {
		url_wrong(u, name, "is given twice");
	} else if (u->n == URL_PARAMETERS_MAX) {
		url_wrong(u, NULL, "there are more than %d parameters", URL_PARAMETERS_MAX);
	} else {
		u->at[u->n++] = (struct url_parameter){ name, value };
	}
}

void url_parse(const char *target, struct url *u)
{
	size_t len = strlen(target);

	u->n = 0;
	u->wrong = false;
	u->path = "/";
	if (len > URL_TARGET_MAX) {
		url_wrong(u, NULL, "the request's target is longer than %d octets", URL_TARGET_MAX);
		return;
	}
	memcpy(u->text, target, len + 1);
	char *rest = strchr(u->text, '?');
	if (rest)
		*rest++ = '\0';
	if (u->text[0] != '/' || !unescape(u->text, false)) {
		url_wrong(u, NULL, "the request's target is not a path");
		return;
	}
	u->path = u->text;
	while (rest && !u->wrong) {
		char *name = rest;
		rest = strchr(rest, '&');
		if (rest)
			*rest++ = '\0';
		if (*name)
			add_parameter(u, name);
	}
}

const char *url_text(const struct url *u, const char *name)
{
	for (size_t i = 0; i < u->n; i++)
		if (strcmp(u->at[i].name, name) == 0)
			return u->at[i].value;
	return NULL;
}

void url_allow(struct url *u, const char *const *names)
{
	for (size_t i = 0; i < u->n; i++) {
		const char *const *n = names;
		while (*n && strcmp(*n, u->at[i].name) != 0)
			n++;
		if (!*n)
			url_wrong(u, u->at[i].name, "there is no such parameter here");
	}
}

/* ---- as what they should be ---------------------------------------------------------------------- */

static const char *wanted(const struct url *u, const char *name)
{
	return u->wrong ? NULL : url_text(u, name);
}

void url_count(struct url *u, const char *name, uint64_t min, uint64_t max, uint64_t *out)
{
	const char *s = wanted(u, name);
	uint64_t v = 0;

	if (!s)
		return;
	size_t n = strspn(s, "0123456789");
	bool fits = n > 0 && !s[n];
	for (size_t i = 0; fits && i < n; i++)
		fits = !__builtin_mul_overflow(v, 10, &v) &&
		       !__builtin_add_overflow(v, (uint64_t)(s[i] - '0'), &v);
	if (!fits || v < min || v > max)
		url_wrong(u, name, "must be a whole number from %llu to %llu", (unsigned long long)min,
			  (unsigned long long)max);
	else
		*out = v;
}

void url_word(struct url *u, const char *name, const char *words, unsigned *out)
{
	const char *s = wanted(u, name);
	size_t len = s ? strlen(s) : 0;
	unsigned i = 0;

	if (!s)
		return;
	for (const char *w = words;; i++) {
		size_t n = strcspn(w, "|");
		if (n == len && memcmp(w, s, n) == 0) {
			*out = i;
			return;
		}
		if (!w[n])
			break;
		w += n + 1;
	}
	url_wrong(u, name, "must be one of %s", words);
}

static bool digits(const char **s, unsigned n, int64_t *out)
{
	for (*out = 0; n; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

/* ".25" as nanoseconds. */
static bool fraction(const char **s, int64_t *ns)
{
	int64_t unit = NS_PER_S / 10;

	*ns = 0;
	if (**s != '.')
		return true;
	for ((*s)++; **s >= '0' && **s <= '9'; (*s)++, unit /= 10)
		*ns += (**s - '0') * unit;
	return true;
}

/* "-900", "1772323200.5": decimal, at most ten digits before the point. */
static bool seconds(const char *s, bool *negative, int64_t *out)
{
	int64_t ns;

	*negative = *s == '-';
	s += *negative;
	size_t n = strspn(s, "0123456789");
	if (n < 1 || n > 10 || !digits(&s, (unsigned)n, out) || !fraction(&s, &ns) || *s || *out > 9223372035)
		return false;
	*out = *out * NS_PER_S + ns;
	return true;
}

void url_moment(struct url *u, const char *name, int64_t now_ns, int64_t *out)
{
	const char *s = wanted(u, name);
	bool negative = false;
	int64_t t;

	if (!s)
		return;
	if (seconds(s, &negative, &t))
		*out = negative ? ns_minus(now_ns, t) : t;
	else if (nstime_parse(s, &t))
		*out = t;
	else
		url_wrong(u, name,
			  "must be a time like 2026-03-01T00:00:00Z, seconds since 1970, or negative: "
			  "seconds ago");
}

void url_prefix(struct url *u, const char *name, struct addr *net, unsigned *bits)
{
	const char *s = wanted(u, name);
	char text[ADDR_TEXT_MAX];
	int64_t n = 128;

	if (!s)
		return;
	if (strcmp(s, "all") == 0) {
		*net = (struct addr){ 0 };
		*bits = 0;
		return;
	}
	size_t len = strcspn(s, "/"), n_digits = s[len] ? strspn(s + len + 1, "0123456789") : 0;
	const char *number = s + len + 1;
	struct addr a = { 0 };
	bool good = len < sizeof(text) && (!s[len] || (n_digits >= 1 && n_digits <= 3 && !number[n_digits]));
	if (good) {
		memcpy(text, s, len);
		text[len] = '\0';
		good = addr_parse(text, &a);
	}
	if (good && s[len]) {
		good = digits(&number, (unsigned)n_digits, &n);
		n += addr_is_v4(&a) ? 96 : 0;
	}
	if (!good || n > 128) {
		url_wrong(u, name, "must be an address, or a prefix like 192.0.2.0/24 or 2001:db8::/32");
		return;
	}
	*net = addr_truncate(&a, (unsigned)n);
	*bits = (unsigned)n;
}
