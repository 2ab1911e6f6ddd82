/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/alarm_limits.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/nstime.h"
#include "engine/alarm_own.h"

enum { WORD_MAX = 32, READINGS_MAX = 10000 };
#define TWICE "the same rule is given twice at"
static const double MOST_S = 10 * 366 * 86400.0, MOST_NUMBER = 1e9;

struct words {
	const char *at;
	char word[WORD_MAX]; /* "": there is none; what is too long is cut, and makes no sense either way */
};

static bool next_word(struct words *w)
{
	w->at += strspn(w->at, " \t");
	size_t n = strcspn(w->at, " \t"), kept = n < sizeof(w->word) ? n : sizeof(w->word) - 1;

	memcpy(w->word, w->at, kept);
	w->word[kept] = '\0';
	w->at += n;
	return w->word[0] != '\0';
}

static bool is_word(const struct words *w, const char *word)
{
	return strcmp(w->word, word) == 0;
}

/* Digits with or without a point; what comes behind them is left.  False: there are none, or too many. */
static bool take_decimal(const char **text, double *out)
{
	const char *c = *text;
	double v = 0, scale = 1;
	size_t n = 0;

	for (; *c >= '0' && *c <= '9'; c++, n++)
		v = 10 * v + (*c - '0');
	if (*c == '.')
		for (c++; *c >= '0' && *c <= '9'; c++, n++) {
			scale *= 10;
			v = 10 * v + (*c - '0');
		}
	*out = v / scale;
	*text = c;
	return n > 0 && n <= 18;
}

static bool take_time(const char *text, double *out)
{
	if (!take_decimal(&text, out))
		return false;
	int64_t unit_ns = nstime_unit_ns(text, strlen(text));
	*out *= (double)unit_ns / 1e9;
	return unit_ns && *out <= MOST_S;
}

/* "-" is none. */
static bool take_limit(enum alarm_unit unit, const char *text, double *out)
{
	if (strcmp(text, "-") == 0) {
		*out = (double)NAN;
		return true;
	}
	if (unit == ALARM_IN_SECONDS)
		return take_time(text, out);
	return take_decimal(&text, out) && *out <= MOST_NUMBER &&
	       (!*text || (unit == ALARM_IN_PERCENT && strcmp(text, "%") == 0));
}

static bool because(char why[ALARM_WHY_MAX], const char *what, const char *word)
{
	struct buf b;
	char text[ALARM_WHY_MAX];

	buf_lend(&b, text, sizeof(text));
	buf_printf(&b, "%s%s%.40s%s", what, word ? " '" : "", word ? word : "", word ? "'" : "");
	size_t n = b.len < ALARM_WHY_MAX - 1 ? b.len : ALARM_WHY_MAX - 1;
	memcpy(why, b.data, n);
	why[n] = '\0';
	buf_release(&b);
	return false;
}

/* "for 3", "for 5min". */
static bool take_duration(struct words *w, struct alarm_limit *l, char why[ALARM_WHY_MAX])
{
	const char *rest;
	double v;

	if (!next_word(w))
		return because(why, "'for' needs a number of readings or a time such as 5min", NULL);
	rest = w->word;
	if (take_decimal(&rest, &v) && !*rest) {
		if (v < 1 || v > READINGS_MAX || v != floor(v))
			return because(why, "1 to 10000 readings", NULL);
		l->readings = (unsigned)v;
		l->hold_ns = 0;
		return true;
	}
	if (!take_time(w->word, &v))
		return because(why, "neither a number of readings nor a time such as 5min:", w->word);
	l->readings = 1;
	l->hold_ns = (int64_t)(v * 1e9 + 0.5);
	return true;
}

static bool are_in_order(enum alarm_rule rule, const struct alarm_limit *l)
{
	if (isnan(l->warn) || isnan(l->critical))
		return true;
	return alarm_rule_is_below(rule) ? l->critical <= l->warn : l->critical >= l->warn;
}

/* "at gps1", "at ntpd/NMEA(0)": a name may be longer than other words. */
static bool take_name(struct words *w, char out[HISTORY_TARGET_MAX], char why[ALARM_WHY_MAX])
{
	w->at += strspn(w->at, " \t");
	size_t n = strcspn(w->at, " \t");

	out[0] = '\0';
	if (!n || n >= HISTORY_TARGET_MAX)
		return because(why, n ? "too long a name behind 'at'" : "'at' needs the name of a target",
			       NULL);
	memcpy(out, w->at, n);
	out[n] = '\0';
	alarm_clean(out);
	w->at += n;
	return true;
}

void alarm_limit_name(const char *text, char out[HISTORY_TARGET_MAX])
{
	struct words w = { .at = text };
	char why[ALARM_WHY_MAX];
	bool is_there = next_word(&w);

	while (is_there && !is_word(&w, "at"))
		is_there = next_word(&w);
	out[0] = '\0';
	if (is_there)
		take_name(&w, out, why);
}

static bool begins_clause(const struct words *w)
{
	return is_word(w, "for") || is_word(w, "at");
}

/* "off", "on", and one or two limits. */
static bool take_limits(enum alarm_rule rule, struct words *w, struct alarm_limit *l, char why[ALARM_WHY_MAX])
{
	enum alarm_unit unit = alarm_rule_unit(rule);
	unsigned n = 0;

	l->is_on = !is_word(w, "off");
	if (!l->is_on || is_word(w, "on"))
		next_word(w);
	else if (w->word[0] && !begins_clause(w) && unit == ALARM_IN_STATES)
		return because(why, "is on or off, not", w->word);
	for (; unit != ALARM_IN_STATES && w->word[0] && !begins_clause(w); next_word(w)) {
		if (n == 2 || !take_limit(unit, w->word, n ? &l->critical : &l->warn))
			return because(why,
				       n == 2 ? "two limits at the most, not" : "no limit of it:", w->word);
		n++;
	}
	if (n == 1)
		l->critical = (double)NAN;
	return are_in_order(rule, l) ||
	       because(why, "the first limit is for warnings, the second for worse", NULL);
}

/* "for 3", "at gps1", in either order. */
static bool take_clauses(struct words *w, struct alarm_own *o, bool *has_for, char why[ALARM_WHY_MAX])
{
	bool has_at = false;

	for (*has_for = false; begins_clause(w); next_word(w)) {
		bool *has = is_word(w, "at") ? &has_at : has_for;
		if (*has)
			return because(why, "is said twice:", w->word);
		*has = true;
		if (!(has == &has_at ? take_name(w, o->name, why) : take_duration(w, &o->limit, why)))
			return false;
	}
	return w->word[0] ? because(why, "nothing may follow, not", w->word) : true;
}

static bool take_setting(const struct alarm_limits *l, const char *text, struct alarm_own *o,
			 char why[ALARM_WHY_MAX])
{
	struct words w = { .at = text };
	bool has_for;

	why[0] = '\0';
	next_word(&w);
	if (!alarm_rule_find(w.word, strlen(w.word), &o->rule))
		return because(why, "there is no rule", w.word);
	alarm_limit_name(text, o->name);
	o->limit = *alarm_own_find(l, o->rule, o->name);
	bool is_said = next_word(&w) && !is_word(&w, "at");
	if (!take_limits(o->rule, &w, &o->limit, why) || !take_clauses(&w, o, &has_for, why))
		return false;
	return is_said || has_for || because(why, "needs limits, 'on' or 'off'", NULL);
}

bool alarm_limits_take(struct alarm_limits *l, const char *text, char why[ALARM_WHY_MAX])
{
	struct alarm_own o;

	if (!take_setting(l, text, &o, why))
		return false;
	if (!o.name[0]) {
		l->of[o.rule] = o.limit;
		return true;
	}
	enum err e = alarm_own_add(l, &o);
	return !e || because(why, e == ERR_MEMORY ? "no memory for it at" : TWICE, o.name);
}

bool alarm_limit_is_again(const char *earlier, const char *text, char why[ALARM_WHY_MAX])
{
	char name[2][HISTORY_TARGET_MAX];
	struct words a = { .at = earlier }, b = { .at = text };

	next_word(&a);
	next_word(&b);
	if (!is_word(&a, b.word))
		return false;
	alarm_limit_name(earlier, name[0]);
	alarm_limit_name(text, name[1]);
	if (!name[0][0] || strcmp(name[0], name[1]) != 0)
		return false;
	because(why, TWICE, name[0]);
	return true;
}

/* 0 is for all, 1 a target, more a part of it. */
static unsigned depth_of(const char *text)
{
	char name[HISTORY_TARGET_MAX];

	alarm_limit_name(text, name);
	unsigned depth = name[0] != '\0';
	for (const char *c = name; *c; c++)
		depth += *c == '/';
	return depth;
}

bool alarm_limits_take_all(struct alarm_limits *l, const char *const *texts, size_t n, size_t *wrong,
			   char why[ALARM_WHY_MAX])
{
	unsigned deepest = 0;

	for (unsigned depth = 0; depth <= deepest; depth++)
		for (*wrong = 0; *wrong < n; ++*wrong) {
			unsigned its = depth_of(texts[*wrong]);
			if (its > deepest)
				deepest = its;
			if (its == depth && !alarm_limits_take(l, texts[*wrong], why))
				return false;
		}
	return true;
}

/* The greatest unit of which it is a whole number. */
static void put_time(struct buf *b, double s)
{
	static const char *const units[] = { "d", "h", "min", "s", "ms", "us", "ns" };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		double n = s * 1e9 / (double)nstime_unit_ns(units[i], strlen(units[i]));
		if (fabs(n - round(n)) > 1e-9 * n || round(n) < 1)
			continue;
		buf_printf(b, "%.0f%s", round(n), units[i]);
		return;
	}
	buf_printf(b, "%.0fns", s * 1e9);
}

/* As few decimals as it has, six at the most. */
static void put_decimal(struct buf *b, double v)
{
	char text[48];
	struct buf digits;

	buf_lend(&digits, text, sizeof(text));
	buf_printf(&digits, "%.6f", v);
	while (digits.data[digits.len - 1] == '0')
		digits.len--;
	digits.len -= digits.data[digits.len - 1] == '.';
	buf_add(b, digits.data, digits.len);
	buf_release(&digits);
}

static void put_limit(struct buf *b, enum alarm_unit unit, double v)
{
	buf_char(b, ' ');
	if (isnan(v))
		buf_char(b, '-');
	else if (unit == ALARM_IN_SECONDS)
		put_time(b, v);
	else
		put_decimal(b, v);
	if (unit == ALARM_IN_PERCENT && !isnan(v))
		buf_char(b, '%');
}

void alarm_limit_text(enum alarm_rule rule, const struct alarm_limit *l, char out[ALARM_SETTING_MAX])
{
	enum alarm_unit unit = alarm_rule_unit(rule);
	char text[ALARM_SETTING_MAX];
	struct buf b;

	buf_lend(&b, text, sizeof(text));
	buf_str(&b, alarm_rule_name(rule));
	if (!l->is_on || unit == ALARM_IN_STATES)
		buf_str(&b, l->is_on ? " on" : " off");
	if (l->is_on && unit != ALARM_IN_STATES) {
		put_limit(&b, unit, l->warn);
		if (!isnan(l->critical))
			put_limit(&b, unit, l->critical);
	}
	if (l->is_on && l->hold_ns) {
		buf_str(&b, " for ");
		put_time(&b, (double)l->hold_ns / 1e9);
	} else if (l->is_on) {
		buf_printf(&b, " for %u", l->readings);
	}
	size_t n = b.len < ALARM_SETTING_MAX - 1 ? b.len : ALARM_SETTING_MAX - 1;
	memcpy(out, b.data, n);
	out[n] = '\0';
	buf_release(&b);
}
