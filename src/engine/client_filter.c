/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/client_filter.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/nstime.h"
#include "engine/flags.h"

enum term_kind { TERM_NET, TERM_ALERT, TERM_FLAG, TERM_CLASS, TERM_NAME, TERM_FIGURE, TERM_TEXT };
enum comparison { LESS, AT_MOST, MORE, AT_LEAST, EQUAL };

/* ---- words --------------------------------------------------------------------------------------- */

/* Behind those of enum client_class. */
enum { CLASS_INACTIVE = 1 << 30, CLASS_ONE_SHOT = 1 << 29 };

struct word {
	const char *name;
	uint32_t bit;
};

static const struct word classes[] = {
	{ "active", CLIENT_ACTIVE },    { "inactive", CLASS_INACTIVE },    { "abusive", CLIENT_ABUSIVE },
	{ "rapid", CLIENT_RAPID },      { "very-slow", CLIENT_VERY_SLOW }, { "scanner", CLIENT_SCANNER },
	{ "one-shot", CLASS_ONE_SHOT },
};

static const struct word alerts[] = {
	{ "none", 1 << ALERT_NONE },
	{ "sleep", 1 << ALERT_SLEEP },
	{ "yellow", 1 << ALERT_YELLOW },
	{ "red", 1 << ALERT_RED },
};

/* ---- figures ------------------------------------------------------------------------------------- */

/* A client's figure; negative when it has none. */
struct figure {
	const char *name;
	bool is_span; /* seconds */
	bool is_mark; /* client_info_marks() knows it */
	double (*of)(const struct client_info *c, int64_t now_ns);
};

/* A packet may be dated a little behind the present. */
static double age(int64_t now_ns, int64_t then_ns)
{
	int64_t d_ns = ns_minus(now_ns, then_ns);
	return d_ns > 0 ? ns_seconds(d_ns) : 0;
}

#define COUNT(name, member)                                                  \
	static double name##_of(const struct client_info *c, int64_t now_ns) \
	{                                                                    \
		(void)now_ns;                                                \
		return (double)(member);                                     \
	}

COUNT(rx, c->rx)
COUNT(tx, c->tx)
COUNT(rx_bytes, c->rx_bytes)
COUNT(tx_bytes, c->tx_bytes)
COUNT(owed, c->owed)
COUNT(peak, c->peak_1s)
COUNT(icmp, c->icmp_errors)
COUNT(kod, (uint64_t)c->kod_rate + c->kod_deny + c->kod_rstr)
COUNT(port, c->last_port)
COUNT(every, c->rx_every_s)
COUNT(recent, c->recent_every_s)
COUNT(delta, c->n_deltas ? c->delta_mean_s : -1)
COUNT(delta_max, c->n_deltas ? ns_seconds(c->delta_max_ns) : -1)

static double last_of(const struct client_info *c, int64_t now_ns)
{
	return age(now_ns, c->last_ns);
}

static double first_of(const struct client_info *c, int64_t now_ns)
{
	return age(now_ns, c->first_ns);
}

static const struct figure figures[] = {
	{ "rx", false, true, rx_of },
	{ "tx", false, true, tx_of },
	{ "rx_bytes", false, false, rx_bytes_of },
	{ "tx_bytes", false, false, tx_bytes_of },
	{ "owed", false, false, owed_of },
	{ "peak", false, false, peak_of },
	{ "icmp", false, false, icmp_of },
	{ "kod", false, false, kod_of },
	{ "port", false, false, port_of },
	{ "every", true, true, every_of },
	{ "recent", true, false, recent_of },
	{ "delta", true, false, delta_of },
	{ "delta_max", true, false, delta_max_of },
	{ "last", true, true, last_of },
	{ "first", true, false, first_of },
};

enum { N_FIGURES = sizeof(figures) / sizeof(figures[0]) };

/* ---- parsing ------------------------------------------------------------------------------------- */

struct parser {
	struct client_filter *filter;
	struct client_term *term;
	size_t text_len; /* of filter->text in use */
	struct client_filter_error *error;
};

/* Adds to the message what fits. */
static void say(struct parser *p, const char *words)
{
	char *message = p->error->message;
	size_t len = strlen(message), n = strlen(words);
	if (n > CLIENT_FILTER_MESSAGE - 1 - len)
		n = CLIENT_FILTER_MESSAGE - 1 - len;
	memcpy(message + len, words, n);
	message[len + n] = '\0';
}

static bool refuse(struct parser *p, const char *why)
{
	say(p, why);
	return false;
}

static bool refuse_word(struct parser *p, const char *what, const struct word *words, size_t n)
{
	say(p, "no such ");
	say(p, what);
	say(p, "; there are ");
	for (size_t i = 0; i < n; i++) {
		say(p, i ? ", " : "");
		say(p, words[i].name);
	}
	return false;
}

/* Several with commas. */
static bool parse_words(struct parser *p, const char *s, const char *what, const struct word *words, size_t n)
{
	while (true) {
		size_t len = strcspn(s, ","), i = 0;
		while (i < n && (strncasecmp(words[i].name, s, len) != 0 || words[i].name[len]))
			i++;
		if (i == n || len == 0)
			return refuse_word(p, what, words, n);
		p->term->mask |= words[i].bit;
		if (!s[len])
			return true;
		s += len + 1;
	}
}

static bool parse_flags(struct parser *p, const char *letters, uint32_t *mask)
{
	for (const char *c = letters; *c; c++) {
		size_t i = 0;
		while (i < N_FLAGS && flag_table[i].letter != *c)
			i++;
		if (i == N_FLAGS)
			return refuse(p, "no flag has that letter");
		*mask |= flag_table[i].bit;
	}
	return *letters || refuse(p, "a flag letter is missing");
}

static bool keep_text(struct parser *p, const char *s)
{
	size_t len = strlen(s) + 1;
	if (len == 1)
		return refuse(p, "there is nothing to look for");
	if (p->text_len + len > CLIENT_FILTER_TEXT)
		return refuse(p, "the filter is too long");
	memcpy(p->filter->text + p->text_len, s, len);
	p->term->text = (uint16_t)p->text_len;
	p->text_len += len;
	return true;
}

static bool parse_net(struct parser *p, const char *s, const char *slash)
{
	char address[ADDR_TEXT_MAX], *end;
	size_t len = (size_t)(slash - s);
	if (len >= sizeof(address))
		return refuse(p, "not an address");
	memcpy(address, s, len);
	address[len] = '\0';
	if (!addr_parse(address, &p->term->net))
		return refuse(p, "not an address");
	unsigned max = addr_is_v4(&p->term->net) && !strchr(address, ':') ? 32 : 128;
	unsigned long bits = strtoul(slash + 1, &end, 10);
	if (!isdigit((unsigned char)slash[1]) || *end || bits > max)
		return refuse(p, max == 32 ? "a prefix length is a number up to 32"
					   : "a prefix length is a number up to 128");
	p->term->bits = (uint8_t)(bits + 128 - max);
	p->term->net = addr_truncate(&p->term->net, p->term->bits);
	return true;
}

/* What a value is multiplied by; 0: there is no such unit.  Capitals are as good. */
static double span_factor(const char *unit)
{
	char small[8];
	size_t len = strlen(unit);

	if (!len)
		return 1;
	if (len >= sizeof(small))
		return 0;
	for (size_t i = 0; i < len; i++)
		small[i] = (char)tolower((unsigned char)unit[i]);
	return (double)nstime_unit_ns(small, len) / 1e9;
}

static double count_factor(const char *unit)
{
	static const struct {
		const char *name;
		double factor;
	} units[] = { { "", 1 }, { "k", 1e3 }, { "M", 1e6 }, { "G", 1e9 } };

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcasecmp(unit, units[i].name) == 0)
			return units[i].factor;
	return 0;
}

static bool parse_value(struct parser *p, const char *s, bool is_span)
{
	char *end;
	double v = strtod(s, &end);
	if (!isdigit((unsigned char)*s) || !(v <= 1e18))
		return refuse(p, "a number is missing");
	double factor = is_span ? span_factor(end) : count_factor(end);
	p->term->value = v * factor;
	return factor > 0 || refuse(p, is_span ? "a span of time has the unit us, ms, s, m, h or d"
					       : "a number may end in k, M or G and nothing else");
}

static bool parse_comparison(struct parser *p, const char *s, size_t *len)
{
	static const char *const signs[] = { "<=", ">=", "==", "<", ">", "=" };
	static const enum comparison meaning[] = { AT_MOST, AT_LEAST, EQUAL, LESS, MORE, EQUAL };
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		*len = strlen(signs[i]);
		if (strncmp(s, signs[i], *len) == 0) {
			p->term->comparison = (uint8_t)meaning[i];
			return true;
		}
	}
	return false;
}

static bool parse_figure(struct parser *p, const char *s, size_t name_len)
{
	size_t i = 0, len;
	while (i < N_FIGURES && (strncasecmp(figures[i].name, s, name_len) != 0 || figures[i].name[name_len]))
		i++;
	if (i == N_FIGURES)
		return refuse(p, "no such figure; there are rx, tx, owed, every, recent, last, first, peak, "
				 "delta, icmp, kod and some more");
	p->term->figure = (uint8_t)i;
	return parse_comparison(p, s + name_len, &len) &&
	       parse_value(p, s + name_len + len, figures[i].is_span);
}

/* Length of "word:" at the front, without the colon; 0 when it is none, or may be the beginning of an IPv6
 * address. */
static size_t keyword_len(const char *s)
{
	size_t len = 0;
	bool hex = true;
	for (; isalpha((unsigned char)s[len]); len++)
		hex &= isxdigit((unsigned char)s[len]) != 0;
	return s[len] == ':' && !(hex && len <= 4) ? len : 0;
}

static bool is_word(const char *s, size_t len, const char *word)
{
	return strncasecmp(s, word, len) == 0 && !word[len];
}

static bool parse_keyword(struct parser *p, const char *s, size_t len)
{
	struct client_term *t = p->term;
	const char *value = s + len + 1;
	if (is_word(s, len, "alert")) {
		t->kind = TERM_ALERT;
		return parse_words(p, value, "alert", alerts, sizeof(alerts) / sizeof(*alerts));
	}
	if (is_word(s, len, "class")) {
		t->kind = TERM_CLASS;
		return parse_words(p, value, "class", classes, sizeof(classes) / sizeof(*classes));
	}
	if (is_word(s, len, "name")) {
		t->kind = TERM_NAME;
		return keep_text(p, value);
	}
	t->kind = TERM_FLAG;
	if (is_word(s, len, "rxflag"))
		return parse_flags(p, value, &t->rx_mask);
	if (is_word(s, len, "txflag"))
		return parse_flags(p, value, &t->tx_mask);
	if (!is_word(s, len, "flag"))
		return refuse(p, "no such term; there are alert:, class:, flag:, rxflag:, txflag: and name:");
	if (!parse_flags(p, value, &t->rx_mask))
		return false;
	t->tx_mask = t->rx_mask;
	return true;
}

static bool parse_term(struct parser *p, const char *s)
{
	struct client_term *t = p->term;
	if (*s == '-' && s[1]) {
		t->negated = true;
		s++;
	}
	size_t keyword = keyword_len(s), name_len = strcspn(s, "<>=");
	if (keyword)
		return parse_keyword(p, s, keyword);
	if (s[name_len]) {
		t->kind = TERM_FIGURE;
		return parse_figure(p, s, name_len);
	}
	t->kind = TERM_NET;
	const char *slash = strchr(s, '/');
	if (slash)
		return parse_net(p, s, slash);
	t->bits = 128;
	if (addr_parse(s, &t->net))
		return true;
	t->kind = TERM_TEXT;
	return keep_text(p, s);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool parse_next(struct parser *p, const char *s, size_t len)
{
	char word[CLIENT_FILTER_TEXT];
	if (p->filter->n_terms == CLIENT_FILTER_TERMS)
		return refuse(p, "more than 16 terms");
	if (len >= sizeof(word))
		return refuse(p, "the filter is too long");
	memcpy(word, s, len);
	word[len] = '\0';
	p->term = &p->filter->terms[p->filter->n_terms++];
	return parse_term(p, word);
}

enum err client_filter_parse(const char *text, struct client_filter *out, struct client_filter_error *error)
{
	struct parser p = { .filter = out, .error = error };
	*out = (struct client_filter){ 0 };
	*error = (struct client_filter_error){ 0 };
	for (const char *s = text; *s;) {
		size_t len = 0;
		while (s[len] && !is_blank(s[len]))
			len++;
		if (len && !parse_next(&p, s, len)) {
			error->column = (size_t)(s - text) + 1;
			*out = (struct client_filter){ 0 };
			return ERR_USAGE;
		}
		s += len ? len : 1;
	}
	return ERR_OK;
}

/* ---- matching ------------------------------------------------------------------------------------ */

static bool contains(const char *text, const char *part)
{
	return strcasestr(text, part) != NULL;
}

static char lower(char c)
{
	return (char)tolower((unsigned char)c);
}

/* stands for any characters, ? for one.  After a mismatch only the latest * is tried again, so that the
 * time is at most the product of the lengths. */
static bool fits(const char *text, const char *pattern)
{
	const char *star = NULL, *again = text;
	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			again = text;
		} else if (*pattern && (*pattern == '?' || lower(*pattern) == lower(*text))) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			text = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static const char *name_of(const struct client_filter *f, const struct client_info *c)
{
	const char *name = f->name ? f->name(f->name_arg, &c->addr) : NULL;
	return name ? name : "";
}

static bool has_name(const struct client_filter *f, const struct client_info *c, const char *pattern)
{
	const char *name = name_of(f, c);
	return strpbrk(pattern, "*?") ? *name && fits(name, pattern) : contains(name, pattern);
}

static bool has_text(const struct client_filter *f, const struct client_info *c, const char *part)
{
	char address[ADDR_TEXT_MAX];
	addr_text(&c->addr, address);
	return contains(address, part) || contains(name_of(f, c), part);
}

static uint32_t classes_of(const struct client_info *c)
{
	return c->classes | (c->classes & CLIENT_ACTIVE ? 0 : CLASS_INACTIVE) |
	       (c->rx == 1 ? CLASS_ONE_SHOT : 0);
}

static bool compares(enum comparison how, double a, double b)
{
	switch (how) {
	case LESS: return a < b;
	case AT_MOST: return a <= b;
	case MORE: return a > b;
	case AT_LEAST: return a >= b;
	case EQUAL: return a == b;
	}
	return false;
}

static bool is_within(const struct addr *a, const struct client_term *t)
{
	struct addr net = addr_truncate(a, t->bits);
	return addr_equal(&net, &t->net) && addr_is_v4(a) == addr_is_v4(&t->net);
}

static bool has_flag(uint32_t rx_flags, uint32_t tx_flags, const struct client_term *t)
{
	return (rx_flags & t->rx_mask) || (tx_flags & t->tx_mask);
}

bool client_filter_may_match(const struct client_filter *f, const struct addr *a, uint32_t rx_flags,
			     uint32_t tx_flags, bool *passes)
{
	*passes = true;
	for (size_t i = 0; i < f->n_terms; i++) {
		const struct client_term *t = &f->terms[i];
		if (t->kind != TERM_NET && t->kind != TERM_FLAG)
			*passes = false;
		else if ((t->kind == TERM_NET ? is_within(a, t) : has_flag(rx_flags, tx_flags, t)) ==
			 t->negated)
			return *passes = false;
	}
	return true;
}

bool client_filter_wants_names(const struct client_filter *f)
{
	for (size_t i = 0; i < f->n_terms; i++)
		if (f->terms[i].kind == TERM_NAME || f->terms[i].kind == TERM_TEXT)
			return true;
	return false;
}

bool client_filter_wants_figures(const struct client_filter *f)
{
	for (size_t i = 0; i < f->n_terms; i++)
		if (f->terms[i].kind == TERM_FIGURE && !figures[f->terms[i].figure].is_mark)
			return true;
	return false;
}

static bool term_holds(const struct client_filter *f, const struct client_term *t,
		       const struct client_info *c, int64_t now_ns)
{
	double v;
	switch ((enum term_kind)t->kind) {
	case TERM_NET: return is_within(&c->addr, t);
	case TERM_ALERT: return t->mask >> c->alert & 1;
	case TERM_FLAG: return has_flag(c->rx_flags, c->tx_flags, t);
	case TERM_CLASS: return (classes_of(c) & t->mask) != 0;
	case TERM_NAME: return has_name(f, c, f->text + t->text);
	case TERM_FIGURE:
		v = figures[t->figure].of(c, now_ns);
		return v >= 0 && compares(t->comparison, v, t->value);
	case TERM_TEXT: return has_text(f, c, f->text + t->text);
	}
	return false;
}

bool client_filter_match(const struct client_filter *f, const struct client_info *c, int64_t now_ns)
{
	for (size_t i = 0; i < f->n_terms; i++)
		if (term_holds(f, &f->terms[i], c, now_ns) == f->terms[i].negated)
			return false;
	return true;
}
