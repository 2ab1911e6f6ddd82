/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/options.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "cmd/captures.h"

const struct option_row *options_row(const struct command *self, size_t i)
{
	if (i < self->n_options)
		return &self->options[i];
	i -= self->n_options;
	return self->reads_captures && i < n_capture_rows ? &capture_rows[i] : NULL;
}

/* How the user wrote the option, for messages. */
struct spelling {
	char text[80];
};

static struct spelling spelling_of(const char *name, size_t len, char letter)
{
	struct spelling s;
	if (letter || !name)
		snprintf(s.text, sizeof(s.text), "-%c", letter);
	else
		snprintf(s.text, sizeof(s.text), "--%.*s", (int)(len < 64 ? len : 64), name);
	return s;
}

/* The state of one run over the arguments. */
struct parser {
	const struct command *self;
	char *settings;
	char **argv;
	int argc, at;
	int n_kept; /* positional arguments moved to the front so far */
	int status;
	bool over;
};

static bool fail(struct parser *p)
{
	p->status = STATUS_FAILED;
	p->over = true;
	return false;
}

/* Digits with an optional fraction, then a unit; the value times the unit's factor, rounded down. */
struct unit {
	const char *name;
	uint64_t factor;
};

static bool parse_scaled(const char *text, const struct unit *units, uint64_t *out)
{
	uint64_t whole = 0, fraction = 0, scale = 1;
	const char *p = text;
	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(*p - '0'), &whole))
			return false;
	if (*p == '.') {
		for (p++; *p >= '0' && *p <= '9'; p++)
			if (scale < 1000000000) {
				fraction = fraction * 10 + (uint64_t)(*p - '0');
				scale *= 10;
			}
	}
	for (; units->name; units++)
		if (strcmp(units->name, p) == 0)
			break;
	if (!units->name || (scale > 1 && units->factor == 1))
		return false;
	if (__builtin_mul_overflow(whole, units->factor, out))
		return false;
	uint64_t rest = (uint64_t)((__uint128_t)fraction * units->factor / scale);
	return !__builtin_add_overflow(*out, rest, out);
}

/* What is wrong with a value goes here. */
struct why {
	char *text;
	size_t len;
};

__attribute__((format(printf, 2, 3))) static bool because(struct why why, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsnprintf(why.text, why.len, format, ap);
	va_end(ap);
	return false;
}

static bool take_count(const struct option_row *row, char *settings, const char *value, struct why why)
{
	static const struct unit units[] = {
		{ "", 1 }, { "k", 1000 }, { "K", 1000 }, { "M", 1000000 }, { "G", 1000000000 }, { NULL, 0 },
	};
	uint64_t n;
	if (!parse_scaled(value, units, &n))
		return because(why, "not a number");
	if ((n < row->min || n > row->max) && row->max == UINT64_MAX)
		return because(why, "at least %llu", (unsigned long long)row->min);
	if (n < row->min || n > row->max)
		return because(why, "%llu to %llu", (unsigned long long)row->min,
			       (unsigned long long)row->max);
	memcpy(settings + row->offset, &n, sizeof(n));
	return true;
}

static bool take_duration(const struct option_row *row, char *settings, const char *value, struct why why)
{
	const char *unit = value + strspn(value, "0123456789.");
	int64_t unit_ns = *unit ? nstime_unit_ns(unit, strlen(unit)) : NS_PER_S;
	const struct unit units[] = { { unit, (uint64_t)unit_ns }, { NULL, 0 } };
	uint64_t ns;
	if (!unit_ns || !parse_scaled(value, units, &ns) || ns > INT64_MAX)
		return because(why, "not a duration such as 5, 200ms, 10min, 2h or 7d");
	uint64_t most_s = row->max < INT64_MAX / NS_PER_S ? row->max : (uint64_t)(INT64_MAX / NS_PER_S);
	if (ns < row->min * (uint64_t)NS_PER_S || ns > most_s * (uint64_t)NS_PER_S)
		return because(why, "%llu to %llu seconds", (unsigned long long)row->min,
			       (unsigned long long)most_s);
	int64_t d = (int64_t)ns;
	memcpy(settings + row->offset, &d, sizeof(d));
	return true;
}

static bool take_choice(const struct option_row *row, char *settings, const char *value, struct why why)
{
	const char *word = row->choices;
	for (int i = 0; *word; i++) {
		size_t len = strcspn(word, "|");
		if (strlen(value) == len && memcmp(word, value, len) == 0) {
			memcpy(settings + row->offset, &i, sizeof(i));
			return true;
		}
		word += len + (word[len] == '|');
	}
	because(why, "one of %s", row->choices);
	for (char *c = why.text; *c; c++)
		if (*c == '|')
			*c = ' ';
	return false;
}

static bool take_addr(const struct option_row *row, char *settings, const char *value, struct why why)
{
	struct addr_list *list = (struct addr_list *)(void *)(settings + row->offset);
	if (list->n == OPTION_LIST_MAX)
		return because(why, "given too often");
	if (row->max && list->n >= row->max)
		return because(why, "given too often, %llu times at most", (unsigned long long)row->max);
	if (!addr_parse(value, &list->at[list->n]))
		return because(why, "not an IPv4 or IPv6 address");
	list->n++;
	return true;
}

static bool take_text(const struct option_row *row, char *settings, const char *value, struct why why)
{
	struct text_list *list = (struct text_list *)(void *)(settings + row->offset);
	if (list->n == OPTION_LIST_MAX)
		return because(why, "given too often");
	for (size_t i = 0; row->clashes && i < list->n; i++)
		if (row->clashes(list->at[i], value, why.text, why.len))
			return false;
	list->at[list->n++] = value;
	return true;
}

static bool take_flag(const struct option_row *row, char *settings, const char *value, struct why why)
{
	static const char *const words[] = { "no", "yes", "off", "on", "false", "true", "0", "1" };
	size_t i = 0, n = sizeof(words) / sizeof(words[0]);
	while (i < n && strcmp(words[i], value) != 0)
		i++;
	if (i == n)
		return because(why, "yes or no");
	*(bool *)(settings + row->offset) = i % 2;
	return true;
}

bool options_take(const struct option_row *row, void *settings, const char *value, char *why, size_t why_len)
{
	struct why w = { why, why_len };
	if (row->check && !row->check(value, why, why_len))
		return false;
	switch (row->kind) {
	case OPTION_FLAG: return take_flag(row, settings, value, w);
	case OPTION_TEXT: memcpy((char *)settings + row->offset, &value, sizeof(value)); return true;
	case OPTION_TEXTS: return take_text(row, settings, value, w);
	case OPTION_ADDRS: return take_addr(row, settings, value, w);
	case OPTION_COUNT: return take_count(row, settings, value, w);
	case OPTION_DURATION: return take_duration(row, settings, value, w);
	case OPTION_CHOICE: return take_choice(row, settings, value, w);
	}
	return true;
}

/* Sets the flag, or finds the value (in the same word, or the next one) and takes it. */
static bool apply(struct parser *p, const struct option_row *row, const char *option, const char *value)
{
	if (row->kind == OPTION_FLAG) {
		*(bool *)(p->settings + row->offset) = true;
		return true;
	}
	if (!value) {
		if (p->at + 1 >= p->argc) {
			command_error(p->self, "option '%s' needs a value; try 'ntpscope %s --help'", option,
				      p->self->name);
			return fail(p);
		}
		value = p->argv[++p->at];
	}
	char why[160];
	if (options_take(row, p->settings, value, why, sizeof(why)))
		return true;
	if (row->is_secret)
		command_error(p->self, "bad value for '%s': %s", option, why);
	else
		command_error(p->self, "bad value '%s' for '%s': %s", value, option, why);
	return fail(p);
}

static bool unknown(struct parser *p, const char *option)
{
	const char *names[64];
	size_t n = 0;
	for (const struct option_row *row; n < 64 && (row = options_row(p->self, n)); n++)
		names[n] = row->name ? row->name : "";
	const char *near = option[1] == '-' ? options_nearest(option + 2, names, n) : NULL;
	if (near)
		command_error(p->self, "unknown option '%s'; did you mean '--%s'?", option, near);
	else
		command_error(p->self, "unknown option '%s'; try 'ntpscope %s --help'", option,
			      p->self->name);
	return fail(p);
}

static bool help_wanted(struct parser *p)
{
	options_help(p->self, stdout);
	p->status = fflush(stdout) == 0 ? STATUS_OK : STATUS_FAILED;
	if (p->status)
		command_error(p->self, "cannot write to standard output");
	p->over = true;
	return false;
}

static bool long_option(struct parser *p, const char *word)
{
	size_t len = strcspn(word, "=");
	const char *value = word[len] ? word + len + 1 : NULL;
	struct spelling s = spelling_of(word, len, 0);
	if (strcmp(word, "help") == 0)
		return help_wanted(p);
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(p->self, i)); i++)
		if (row->name && strlen(row->name) == len && memcmp(row->name, word, len) == 0)
			break;
	if (!row)
		return unknown(p, s.text);
	if (row->kind == OPTION_FLAG && value) {
		command_error(p->self, "option '%s' takes no value", s.text);
		return fail(p);
	}
	return apply(p, row, s.text, value);
}

static bool short_options(struct parser *p, const char *word)
{
	for (; *word; word++) {
		struct spelling s = spelling_of(NULL, 0, *word);
		const struct option_row *row;
		if (*word == 'h')
			return help_wanted(p);
		for (size_t i = 0; (row = options_row(p->self, i)); i++)
			if (row->letter == *word)
				break;
		if (!row)
			return unknown(p, s.text);
		if (row->kind != OPTION_FLAG)
			return apply(p, row, s.text, word[1] ? word + 1 : NULL);
		apply(p, row, s.text, NULL);
	}
	return true;
}

bool options_parse(const struct command *self, void *settings, int *argc, char **argv, int *status)
{
	struct parser p = { .self = self, .settings = settings, .argv = argv, .argc = *argc };
	bool only_arguments = false;
	for (p.at = 1; p.at < p.argc && !p.over; p.at++) {
		char *word = argv[p.at];
		if (only_arguments || word[0] != '-' || !word[1])
			argv[p.n_kept++] = word;
		else if (strcmp(word, "--") == 0)
			only_arguments = true;
		else if (word[1] == '-')
			long_option(&p, word + 2);
		else
			short_options(&p, word + 1);
	}
	if (!p.over && (unsigned)p.n_kept < self->min_arguments) {
		command_error(self, "%s missing; try 'ntpscope %s --help'",
			      self->reads_captures ? "no capture file: CAPTURE is" : "an argument is",
			      self->name);
		fail(&p);
	}
	*argc = p.n_kept;
	*status = p.status;
	return !p.over;
}

/* Levenshtein distance, given up beyond what is asked for. */
static unsigned distance(const char *a, const char *b)
{
	enum { LONGEST = 48 };
	size_t na = strlen(a), nb = strlen(b);
	unsigned row[LONGEST + 1];
	if (na > LONGEST || nb > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= nb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[nb];
}

const char *options_nearest(const char *word, const char *const *words, size_t n)
{
	size_t len = strlen(word);
	unsigned best = len < 4 ? 2 : len < 8 ? 3 : 4; /* up to a third of the word may be wrong */
	const char *found = NULL;
	for (size_t i = 0; i < n; i++) {
		unsigned d = distance(word, words[i]);
		if (words[i][0] && d < best) {
			best = d;
			found = words[i];
		}
	}
	return found;
}
