/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/watch_spec.h"

#include <string.h>

#include "base/nstime.h"

enum { PORT_MOST = 65535 };

struct word {
	const char *p;
	size_t len;
};

/* "PIECE 'WORD' PIECE"; controls and the bits above ASCII become '?', since it is for a terminal. */
static enum err fail(char why[WATCH_SPEC_WHY_MAX], struct word w, const char *after)
{
	size_t n = 0, most = 40, len = strlen(after);

	why[n++] = '\'';
	for (size_t i = 0; i < w.len && i < most; i++)
		why[n++] = w.p[i] >= ' ' && w.p[i] < 0x7f ? w.p[i] : '?';
	if (w.len > most) {
		memcpy(why + n, "...", 3);
		n += 3;
	}
	why[n++] = '\'';
	if (len > WATCH_SPEC_WHY_MAX - 1 - n)
		len = WATCH_SPEC_WHY_MAX - 1 - n;
	memcpy(why + n, after, len);
	why[n + len] = '\0';
	return ERR_FORMAT;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool next_word(const char **at, struct word *w)
{
	while (is_blank(**at))
		++*at;
	w->p = *at;
	while (**at && !is_blank(**at))
		++*at;
	w->len = (size_t)(*at - w->p);
	return w->len > 0;
}

/* No blanks, no controls: it is part of lines and of paths. */
static bool is_plain(struct word w)
{
	for (size_t i = 0; i < w.len; i++)
		if ((unsigned char)w.p[i] <= ' ' || w.p[i] == 0x7f)
			return false;
	return w.len > 0;
}

static enum err take_text(char *out, size_t room, struct word value, struct word whole,
			  char why[WATCH_SPEC_WHY_MAX])
{
	if (!is_plain(value))
		return fail(why, whole, ": nothing stands behind '=', or what cannot be printed");
	if (value.len >= room)
		return fail(why, whole, " is too long");
	memcpy(out, value.p, value.len);
	out[value.len] = '\0';
	return ERR_OK;
}

/* Digits; false when it is something else or above most. */
static bool take_number(struct word w, uint64_t most, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < w.len; i++) {
		if (w.p[i] < '0' || w.p[i] > '9')
			return false;
		*out = *out * 10 + (uint64_t)(w.p[i] - '0');
		if (*out > most)
			return false;
	}
	return w.len > 0;
}

static enum err take_way(struct watch_spec *s, struct word w, char why[WATCH_SPEC_WHY_MAX])
{
	const char *colon = memchr(w.p, ':', w.len);
	size_t len = colon ? (size_t)(colon - w.p) : w.len;
	enum watch_via via;
	uint64_t port = 0;

	if (!watch_via_find(w.p, len, &via) || (int)via >= N_WATCH_WAYS)
		return fail(why, w, " is no way to ask: ntp, mode6, chrony, gpsd, snmp");
	if (s->via[via])
		return fail(why, w, " is given twice");
	if (colon && (!take_number((struct word){ colon + 1, w.len - len - 1 }, PORT_MOST, &port) || !port))
		return fail(why, w, ": a port is a number from 1 to 65535");
	s->via[via] = true;
	s->port[via] = (uint16_t)port;
	return ERR_OK;
}

static enum err take_ways(struct watch_spec *s, struct word list, struct word whole,
			  char why[WATCH_SPEC_WHY_MAX])
{
	const char *end = list.p + list.len;

	s->is_auto = false;
	for (const char *at = list.p; at <= end;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct word w = { at, (size_t)((comma ? comma : end) - at) };
		if (!w.len)
			return fail(why, whole, ": a way is missing: ntp, mode6, chrony, gpsd, snmp");
		enum err e = take_way(s, w, why);
		if (e)
			return e;
		at += w.len + 1;
	}
	return ERR_OK;
}

static enum err take_every(struct watch_spec *s, struct word value, struct word whole,
			   char why[WATCH_SPEC_WHY_MAX])
{
	size_t digits = 0;
	uint64_t n;

	while (digits < value.len && value.p[digits] >= '0' && value.p[digits] <= '9')
		digits++;
	if (!take_number((struct word){ value.p, digits }, WATCH_EVERY_MOST_S, &n))
		return fail(why, whole, ": not a time such as 30s, 5min or 1h");
	/* Nobody says it in milliseconds. */
	int64_t unit_ns = digits == value.len ? NS_PER_S
					      : nstime_unit_ns(value.p + digits, value.len - digits);
	if (unit_ns < NS_PER_S)
		return fail(why, whole, ": not a time such as 30s, 5min or 1h");
	n *= (uint64_t)(unit_ns / NS_PER_S);
	if (n < WATCH_EVERY_LEAST_S || n > WATCH_EVERY_MOST_S)
		return fail(why, whole, ": from 1 s to one day");
	s->every_ns = (int64_t)n * NS_PER_S;
	return ERR_OK;
}

/* With a '/' it would be called as a part of another one is. */
static enum err take_name(struct watch_spec *s, struct word value, struct word whole,
			  char why[WATCH_SPEC_WHY_MAX])
{
	if (memchr(value.p, '/', value.len))
		return fail(why, whole, ": no '/' in a name, a part of a target has one");
	return take_text(s->name, sizeof(s->name), value, whole, why);
}

enum key { KEY_NAME, KEY_VIA, KEY_EVERY, KEY_SNMP, N_KEYS };

static enum err take_setting(struct watch_spec *s, struct word w, bool given[N_KEYS],
			     char why[WATCH_SPEC_WHY_MAX])
{
	static const char *const keys[N_KEYS] = { "name", "via", "every", "snmp" };
	const char *equals = memchr(w.p, '=', w.len);
	size_t len = equals ? (size_t)(equals - w.p) : 0, k = 0;

	while (k < N_KEYS && (strlen(keys[k]) != len || memcmp(keys[k], w.p, len) != 0))
		k++;
	if (k == N_KEYS)
		return fail(why, w, " is none of name=, via=, every=, snmp=");
	if (given[k])
		return fail(why, w, ": that was said already");
	given[k] = true;
	struct word value = { equals + 1, w.len - len - 1 };
	switch ((enum key)k) {
	case KEY_NAME: return take_name(s, value, w, why);
	case KEY_VIA: return take_ways(s, value, w, why);
	case KEY_EVERY: return take_every(s, value, w, why);
	case KEY_SNMP: return take_text(s->snmp_file, sizeof(s->snmp_file), value, w, why);
	case N_KEYS: break;
	}
	return ERR_FORMAT;
}

/* A path is chronyd's socket, and nothing else is asked there. */
static enum err check_path(struct watch_spec *s, char why[WATCH_SPEC_WHY_MAX])
{
	for (size_t i = 0; i < N_WATCH_WAYS; i++)
		if (s->via[i] && i != WATCH_VIA_CHRONY && !s->is_auto) {
			const char *name = watch_via_name((enum watch_via)i);
			return fail(why, (struct word){ name, strlen(name) },
				    ": at a path nobody is but chronyd: via=chrony");
		}
	for (size_t i = 0; i < N_WATCH_WAYS; i++)
		s->via[i] = i == WATCH_VIA_CHRONY;
	s->is_auto = false;
	return ERR_OK;
}

enum err watch_spec_parse(struct watch_spec *out, const char *text, char why[WATCH_SPEC_WHY_MAX])
{
	bool given[N_KEYS] = { false };
	struct word w;
	enum err e;

	*out = (struct watch_spec){ .is_auto = true };
	why[0] = '\0';
	if (!next_word(&text, &w))
		return fail(why, w, ": no host is named");
	if (!is_plain(w) || memchr(w.p, '=', w.len) || (w.p[0] != '/' && memchr(w.p, '/', w.len)))
		return fail(why, w,
			    " is no host: a name, an address, or the path of chronyd's socket comes first");
	if (w.len >= sizeof(out->host))
		return fail(why, w, " is too long");
	memcpy(out->host, w.p, w.len);
	while (next_word(&text, &w)) {
		e = take_setting(out, w, given, why);
		if (e)
			return e;
	}
	if (!out->name[0]) {
		size_t len = strlen(out->host);
		if (len >= sizeof(out->name))
			return fail(why, (struct word){ out->host, len }, " is too long; give it a name=");
		memcpy(out->name, out->host, len + 1);
	}
	if (strcmp(out->name, WATCH_TRAFFIC_NAME) == 0)
		return fail(why, (struct word){ out->name, strlen(out->name) },
			    " is the name of what is seen on the wire; give it another name=");
	if (out->is_auto)
		for (size_t i = 0; i < N_WATCH_WAYS; i++)
			out->via[i] = true;
	return out->host[0] == '/' ? check_path(out, why) : ERR_OK;
}

bool watch_spec_asks_alike(const struct watch_spec *a, const struct watch_spec *b)
{
	bool is_same = strcmp(a->host, b->host) == 0 && a->is_auto == b->is_auto;

	for (size_t i = 0; is_same && i < N_WATCH_WAYS; i++)
		is_same = a->via[i] == b->via[i] && a->port[i] == b->port[i];
	return is_same;
}

bool watch_spec_is_same(const struct watch_spec *a, const struct watch_spec *b)
{
	return watch_spec_asks_alike(a, b) && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->snmp_file, b->snmp_file) == 0 && a->every_ns == b->every_ns;
}
