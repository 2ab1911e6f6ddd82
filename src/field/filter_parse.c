/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wireshark's grammar, by recursive descent.  From weakest to strongest: or; and; not; comparisons, which
 * do not associate but chain (a < b < c is a < b and b < c); &; + and -; * / %; the sign.  Parentheses group
 * logic, braces group sums.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field/filter_lex.h"
#include "field/filter_tree.h"

struct parser {
	struct filter *f;
	struct lex lex;
	struct token token;
	unsigned depth;
};

static uint32_t parse_or(struct parser *p);
static uint32_t parse_sum(struct parser *p);
static uint32_t parse_entity(struct parser *p);

/* ---- words ----------------------------------------------------------------------------------------- */

static bool is(const struct parser *p, enum token_kind kind)
{
	return p->token.kind == kind;
}

static void advance(struct parser *p)
{
	lex_next(&p->lex, &p->token);
}

static bool skip(struct parser *p, enum token_kind kind)
{
	if (!is(p, kind))
		return false;
	advance(p);
	return true;
}

/* "expected X, not Y"; 0 for convenience. */
static uint32_t unexpected(struct parser *p, const char *expected)
{
	const struct token *t = &p->token;
	if (is(p, TOKEN_BAD))
		return 0; /* has its message already */
	if (is(p, TOKEN_END))
		filter_fail(p->f->error, t->at, 1, "expected %s, but the filter ends here", expected);
	else
		filter_fail(p->f->error, t->at, t->len, "expected %s, not '%.*s'", expected,
			    t->len < 60 ? (int)t->len : 60, p->f->text + t->at);
	return 0;
}

static bool expect(struct parser *p, enum token_kind kind, const char *what)
{
	if (skip(p, kind))
		return true;
	unexpected(p, what);
	return false;
}

static bool enter(struct parser *p)
{
	if (p->depth++ < FILTER_DEPTH_MAX)
		return true;
	return filter_fail(p->f->error, p->token.at, p->token.len, "nested too deeply");
}

/* A node for the word at hand, which is passed. */
static uint32_t node_here(struct parser *p, enum node_kind kind)
{
	uint32_t n = filter_node_new(p->f, kind, p->token.at, p->token.len);
	advance(p);
	return n;
}

static struct filter_node *node(struct parser *p, uint32_t n)
{
	return &p->f->nodes[n];
}

/* Stretches a node's place to where the last word of it ends. */
static void reach(struct parser *p, uint32_t n, uint32_t last)
{
	uint32_t end = node(p, last)->at + node(p, last)->len;
	if (end > node(p, n)->at + node(p, n)->len)
		node(p, n)->len = end - node(p, n)->at;
}

/* A node with one or two children that reaches over them; 0 when one of them is. */
static uint32_t above(struct parser *p, enum node_kind kind, enum filter_op op, uint32_t a, uint32_t b)
{
	if (!a || !b)
		return 0;
	uint32_t n = filter_node_new(p->f, kind, node(p, a)->at, node(p, a)->len);
	if (!n)
		return 0;
	node(p, n)->op = (uint8_t)op;
	filter_append(p->f, n, a);
	filter_append(p->f, n, b);
	reach(p, n, b);
	return n;
}

/* ---- slices ---------------------------------------------------------------------------------------- */

static bool number_of(const char **s, int32_t *out)
{
	char *end;
	long v = strtol(*s, &end, 0);
	if (end == *s || v > INT32_MAX || v < INT32_MIN)
		return false;
	*out = (int32_t)v;
	*s = end;
	return true;
}

/* i:j from i on j octets; i-j from i to j; i one octet; :j from 0 on; i: the rest.  NULL, or the fault. */
static const char *parse_range(const char *s, struct filter_node *n)
{
	n->op = RANGE_LENGTH;
	n->range.start = 0;
	n->range.end = 1;
	s += strspn(s, " \t\n");
	if (*s != ':' && !number_of(&s, &n->range.start))
		return "expected a number, as in [2], [0:2], [4-7], [:2] or [2:]";
	s += strspn(s, " \t\n");
	if (*s == '-') {
		n->op = RANGE_TO;
		s++;
		if (!number_of(&s, &n->range.end))
			return "expected the last octet's number behind '-'";
	} else if (*s == ':') {
		s++;
		if (!s[strspn(s, " \t\n")])
			n->op = RANGE_REST;
		else if (!number_of(&s, &n->range.end))
			return "expected a number of octets behind ':'";
	}
	if (s[strspn(s, " \t\n")])
		return "expected a range, as in [2], [0:2], [4-7], [:2] or [2:]";
	int32_t start = n->range.start, end = n->range.end;
	if (n->op == RANGE_LENGTH && end <= 0)
		return "expected a number of octets above 0";
	if (n->op == RANGE_TO && ((start < 0 && end > 0) || (start > 0 && end < 0)))
		return "expected both ends to count from the same side";
	if (n->op == RANGE_TO && end <= start)
		return "expected the end behind the beginning";
	return NULL;
}

static uint32_t range_node(struct parser *p)
{
	const struct token t = p->token;
	char text[64];
	if (!is(p, TOKEN_RANGE))
		return unexpected(p, "a range");
	uint32_t n = node_here(p, NODE_RANGE);
	if (!n)
		return 0;
	snprintf(text, sizeof(text), "%.*s", t.len < sizeof(text) ? (int)t.len : 0, p->f->text + t.at);
	const char *wrong = parse_range(text, node(p, n));
	if (wrong)
		filter_fail(p->f->error, t.at, t.len, "%s", wrong);
	return wrong ? 0 : n;
}

static uint32_t parse_slice(struct parser *p, uint32_t entity)
{
	uint32_t n = filter_node_new(p->f, NODE_SLICE, node(p, entity)->at, node(p, entity)->len);
	if (!n)
		return 0;
	filter_append(p->f, n, entity);
	advance(p); /* the bracket */
	do {
		uint32_t range = range_node(p);
		if (!range)
			return 0;
		filter_append(p->f, n, range);
		reach(p, n, range);
	} while (skip(p, TOKEN_COMMA));
	node(p, n)->len++; /* the bracket */
	return expect(p, TOKEN_RIGHT_BRACKET, "',' or ']'") ? n : 0;
}

/* ---- expressions ------------------------------------------------------------------------------------ */

struct function_name {
	const char *name;
	enum filter_function function;
};

static const struct function_name functions[] = {
	{ "len", FUNCTION_LEN },     { "count", FUNCTION_COUNT },   { "lower", FUNCTION_LOWER },
	{ "upper", FUNCTION_UPPER }, { "string", FUNCTION_STRING }, { "min", FUNCTION_MIN },
	{ "max", FUNCTION_MAX },     { "abs", FUNCTION_ABS },
};

static uint32_t parse_call(struct parser *p, const struct token *name)
{
	uint32_t n = 0;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		const struct function_name *f = &functions[i];
		if (strlen(f->name) != name->text_len || memcmp(f->name, name->text, name->text_len) != 0)
			continue;
		n = filter_node_new(p->f, NODE_CALL, name->at, name->len);
		if (!n)
			return 0;
		node(p, n)->op = (uint8_t)f->function;
	}
	if (!n) {
		filter_fail(p->f->error, name->at, name->len,
			    "expected a function (len count lower upper string min max abs), not '%.*s'",
			    name->text_len < 60 ? (int)name->text_len : 60, name->text);
		return 0;
	}
	advance(p); /* the parenthesis */
	if (skip(p, TOKEN_RIGHT_PAREN))
		return n;
	do {
		uint32_t argument = parse_sum(p);
		if (!argument)
			return 0;
		filter_append(p->f, n, argument);
	} while (skip(p, TOKEN_COMMA));
	return expect(p, TOKEN_RIGHT_PAREN, "',' or ')'") ? n : 0;
}

static const struct field *find_field(const struct token *t)
{
	char name[128];
	if (t->text_len >= sizeof(name))
		return NULL;
	memcpy(name, t->text, t->text_len);
	name[t->text_len] = '\0';
	return field_find(name);
}

static uint32_t unknown_field(struct parser *p, const struct token *t)
{
	const char *near = filter_nearest(t->text, t->text_len);
	filter_fail(p->f->error, t->at, t->len, "expected a field, not '%.*s'%s%s%s",
		    t->text_len < 60 ? (int)t->text_len : 60, t->text, near ? "; did you mean '" : "",
		    near ? near : "", near ? "'?" : "");
	return 0;
}

/* A field, a function, or a literal without quotes. */
static uint32_t parse_word(struct parser *p)
{
	const struct token t = p->token;
	advance(p);
	if (t.kind == TOKEN_WORD && is(p, TOKEN_LEFT_PAREN))
		return parse_call(p, &t);
	const struct field *field = t.kind == TOKEN_VALUE ? NULL : find_field(&t);
	if (!field && t.kind == TOKEN_FIELD)
		return unknown_field(p, &t);
	uint32_t n = filter_node_new(p->f, field ? NODE_FIELD : NODE_TEXT, t.at, t.len);
	if (!n)
		return 0;
	if (field) {
		node(p, n)->field = field;
	} else {
		node(p, n)->op = TEXT_WORD;
		node(p, n)->text.at = t.text;
		node(p, n)->text.len = t.text_len;
	}
	return n;
}

static uint32_t parse_quoted(struct parser *p)
{
	const struct token t = p->token;
	uint32_t n = node_here(p, NODE_TEXT);
	if (!n)
		return 0;
	node(p, n)->op = t.kind == TOKEN_CHAR ? TEXT_CHAR : TEXT_STRING;
	node(p, n)->text.at = t.text;
	node(p, n)->text.len = t.kind == TOKEN_CHAR ? t.number : t.text_len;
	return n;
}

static uint32_t parse_entity(struct parser *p)
{
	uint32_t n = 0;
	unsigned depth = p->depth;
	if (!enter(p))
		return 0;
	if (is(p, TOKEN_WORD) || is(p, TOKEN_FIELD) || is(p, TOKEN_VALUE))
		n = parse_word(p);
	else if (is(p, TOKEN_STRING) || is(p, TOKEN_CHAR))
		n = parse_quoted(p);
	else
		return unexpected(p, "a field or a value");
	while (n && is(p, TOKEN_LEFT_BRACKET) && enter(p))
		n = parse_slice(p, n);
	p->depth = depth;
	return p->f->error->len ? 0 : n;
}

/* [sign] entity */
static uint32_t parse_signed(struct parser *p)
{
	if (skip(p, TOKEN_PLUS))
		return parse_entity(p);
	if (!is(p, TOKEN_MINUS))
		return parse_entity(p);
	uint32_t n = node_here(p, NODE_SUM), entity = parse_entity(p);
	if (!n || !entity)
		return 0;
	node(p, n)->op = OP_MINUS;
	filter_append(p->f, n, entity);
	reach(p, n, entity);
	return n;
}

static uint32_t parse_factor(struct parser *p)
{
	if (!is(p, TOKEN_LEFT_BRACE))
		return parse_signed(p);
	if (!enter(p))
		return 0;
	advance(p);
	uint32_t n = parse_sum(p);
	p->depth--;
	return n && expect(p, TOKEN_RIGHT_BRACE, "an operator or '}'") ? n : 0;
}

struct sum_op {
	enum token_kind token;
	enum filter_op op;
	uint8_t level; /* of two operators the higher goes first */
};

static const struct sum_op sum_ops[] = {
	{ TOKEN_AMP, OP_BIT_AND, 1 },   { TOKEN_PLUS, OP_ADD, 2 },     { TOKEN_MINUS, OP_SUBTRACT, 2 },
	{ TOKEN_STAR, OP_MULTIPLY, 3 }, { TOKEN_SLASH, OP_DIVIDE, 3 }, { TOKEN_PERCENT, OP_MODULO, 3 },
};

static uint32_t parse_level(struct parser *p, unsigned level)
{
	uint32_t n = level > 3 ? parse_factor(p) : parse_level(p, level + 1);
	unsigned depth = p->depth;
	for (size_t i = 0; n && level <= 3 && i < sizeof(sum_ops) / sizeof(sum_ops[0]); i++) {
		if (sum_ops[i].level != level || !is(p, sum_ops[i].token))
			continue;
		advance(p);
		if (!enter(p)) /* sums lean to the left: each operator is one deeper */
			return 0;
		n = above(p, NODE_SUM, sum_ops[i].op, n, parse_level(p, level + 1));
		i = SIZE_MAX; /* look at all of them again */
	}
	p->depth = depth;
	return n;
}

static uint32_t parse_sum(struct parser *p)
{
	return parse_level(p, 1);
}

/* ---- tests ------------------------------------------------------------------------------------------ */

struct relation_op {
	enum token_kind token;
	enum filter_op op;
	bool all;
};

static const struct relation_op relation_ops[] = {
	{ TOKEN_ANY_EQ, OP_EQ, false }, { TOKEN_ALL_EQ, OP_EQ, true }, { TOKEN_ANY_NE, OP_NE, false },
	{ TOKEN_ALL_NE, OP_NE, true },  { TOKEN_GT, OP_GT, false },    { TOKEN_GE, OP_GE, false },
	{ TOKEN_LT, OP_LT, false },     { TOKEN_LE, OP_LE, false },
};

static const struct relation_op *relation_here(const struct parser *p)
{
	for (size_t i = 0; i < sizeof(relation_ops) / sizeof(relation_ops[0]); i++)
		if (is(p, relation_ops[i].token))
			return &relation_ops[i];
	return NULL;
}

/* Another copy, with all below it. */
static uint32_t copy(struct parser *p, uint32_t from)
{
	uint32_t n = filter_node_new(p->f, NODE_NONE, 0, 0);
	if (!n)
		return 0;
	*node(p, n) = *node(p, from);
	node(p, n)->first = node(p, n)->next = 0;
	for (uint32_t child = node(p, from)->first; child; child = node(p, child)->next) {
		uint32_t twin = copy(p, child);
		if (!twin)
			return 0;
		filter_append(p->f, n, twin);
	}
	return n;
}

/* a == b, or a == b == c: the pairs, joined by and.  prefix: "any" or "all" stood before, which counts for a
 * single comparison only. */
static uint32_t parse_comparisons(struct parser *p, uint32_t left, enum token_kind prefix)
{
	uint32_t chain = 0, n = 0;
	const struct relation_op *op;
	while ((op = relation_here(p))) {
		bool all = op->all;
		advance(p);
		if (n && !chain) {
			chain = filter_node_new(p->f, NODE_AND, node(p, n)->at, node(p, n)->len);
			if (!chain)
				return 0;
			filter_append(p->f, chain, n);
		}
		uint32_t right = parse_sum(p);
		if (n && right)
			left = copy(p, left);
		n = above(p, NODE_RELATION, op->op, left, right);
		if (!n)
			return 0;
		node(p, n)->all = all;
		if (chain) {
			filter_append(p->f, chain, n);
			reach(p, chain, n);
		}
		left = right;
	}
	if (!chain && prefix != TOKEN_END)
		node(p, n)->all = prefix == TOKEN_ALL;
	return chain ? chain : n;
}

/* An element of a set: a value or a span of values. */
static uint32_t parse_element(struct parser *p)
{
	uint32_t low = parse_signed(p);
	if (!low || !skip(p, TOKEN_DOTDOT))
		return low;
	return above(p, NODE_SPAN, OP_EQ, low, parse_signed(p));
}

static uint32_t parse_set(struct parser *p, uint32_t left)
{
	uint32_t n = filter_node_new(p->f, NODE_IN, node(p, left)->at, node(p, left)->len);
	if (!n)
		return 0;
	filter_append(p->f, n, left);
	if (!expect(p, TOKEN_LEFT_BRACE, "'{'"))
		return 0;
	uint32_t last = 0;
	bool comma;
	do {
		uint32_t element = parse_element(p);
		if (!element)
			return 0;
		/* Not filter_append(): sets may be long. */
		node(p, last ? last : left)->next = element;
		last = element;
		comma = skip(p, TOKEN_COMMA); /* or a space, as older Wiresharks had it */
	} while (comma || (!is(p, TOKEN_RIGHT_BRACE) && !is(p, TOKEN_END) && !is(p, TOKEN_BAD)));
	reach(p, n, last);
	return expect(p, TOKEN_RIGHT_BRACE, "a value or '}'") ? n : 0;
}

static uint32_t negated(struct parser *p, uint32_t n)
{
	if (!n)
		return 0;
	uint32_t not = filter_node_new(p->f, NODE_NOT, node(p, n)->at, node(p, n)->len);
	if (not )
		filter_append(p->f, not, n);
	return not ;
}

/* contains, matches, in: between entities, not sums. */
static uint32_t parse_membership(struct parser *p, uint32_t left, enum token_kind prefix)
{
	uint32_t n;
	if (node(p, left)->kind == NODE_SUM) {
		unexpected(p, "a comparison behind a sum");
		return 0;
	}
	if (is(p, TOKEN_CONTAINS) || is(p, TOKEN_MATCHES)) {
		enum filter_op op = is(p, TOKEN_CONTAINS) ? OP_CONTAINS : OP_MATCHES;
		advance(p);
		n = above(p, NODE_RELATION, op, left, parse_entity(p));
	} else if (skip(p, TOKEN_IN)) {
		n = parse_set(p, left);
	} else {
		advance(p); /* not */
		if (!expect(p, TOKEN_IN, "'in'"))
			return 0;
		return negated(p, parse_set(p, left)); /* a prefix says nothing here: as Wireshark has it */
	}
	if (n && prefix != TOKEN_END)
		node(p, n)->all = prefix == TOKEN_ALL;
	return n;
}

/* [any|all] test, or an expression that is there or is not zero. */
static uint32_t parse_test(struct parser *p)
{
	enum token_kind prefix = is(p, TOKEN_ANY) || is(p, TOKEN_ALL) ? p->token.kind : TOKEN_END;
	if (prefix != TOKEN_END)
		advance(p);
	uint32_t left = parse_sum(p);
	if (!left)
		return 0;
	if (relation_here(p))
		return parse_comparisons(p, left, prefix);
	if (is(p, TOKEN_CONTAINS) || is(p, TOKEN_MATCHES) || is(p, TOKEN_IN) || is(p, TOKEN_NOT))
		return parse_membership(p, left, prefix);
	if (prefix != TOKEN_END)
		return unexpected(p, "a comparison");
	uint32_t n = filter_node_new(p->f, node(p, left)->kind == NODE_FIELD ? NODE_EXISTS : NODE_NONZERO,
				     node(p, left)->at, node(p, left)->len);
	if (n)
		filter_append(p->f, n, left);
	return n;
}

/* ---- logic ------------------------------------------------------------------------------------------ */

static uint32_t parse_not(struct parser *p)
{
	unsigned n_not = 0;
	while (skip(p, TOKEN_NOT))
		n_not++;
	uint32_t n;
	if (is(p, TOKEN_LEFT_PAREN)) {
		if (!enter(p))
			return 0;
		advance(p);
		n = parse_or(p);
		p->depth--;
		if (!n || !expect(p, TOKEN_RIGHT_PAREN, "an operator or ')'"))
			return 0;
	} else {
		n = parse_test(p);
	}
	return n_not % 2 ? negated(p, n) : n;
}

/* Operands with one operator between them become one list, however many. */
static uint32_t parse_list(struct parser *p, enum token_kind operator, enum node_kind kind,
			   uint32_t (*operand)(struct parser *))
{
	uint32_t n = operand(p), list = 0, last = n;
	while (n && skip(p, operator)) {
		if (!list) {
			list = filter_node_new(p->f, kind, node(p, n)->at, node(p, n)->len);
			if (!list)
				return 0;
			node(p, list)->first = n;
		}
		uint32_t next = operand(p);
		if (!next)
			return 0;
		node(p, last)->next = next;
		last = next;
	}
	if (list)
		reach(p, list, last);
	return list ? list : n;
}

static uint32_t parse_and(struct parser *p)
{
	return parse_list(p, TOKEN_AND, NODE_AND, parse_not);
}

static uint32_t parse_or(struct parser *p)
{
	return parse_list(p, TOKEN_OR, NODE_OR, parse_and);
}

bool filter_parse(struct filter *f)
{
	struct parser p = {
		.f = f,
		.lex = { .text = f->text, .pool = f->pool, .error = f->error },
	};
	advance(&p);
	if (is(&p, TOKEN_END))
		return true;
	f->root = parse_or(&p);
	f->pool_len = p.lex.pool_len;
	if (!f->root)
		return false;
	if (!is(&p, TOKEN_END))
		unexpected(&p, "an operator");
	return f->error->len == 0;
}
