/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What fits together, as Wireshark 4.0 has it.  The left side of a comparison decides: literals on the right
 * become constants of its type, fields must be of its kind.
 */
#include <stdlib.h>
#include <string.h>

#include "field/filter_lex.h"
#include "field/filter_tree.h"

/* What values of a type can do. */
enum {
	CAN_COMPARE = 1 << 0,
	CAN_SEARCH = 1 << 1, /* contains, matches */
	CAN_SLICE = 1 << 2,
	CAN_BIT_AND = 1 << 3,
	CAN_ADD = 1 << 4,      /* and subtract */
	CAN_MULTIPLY = 1 << 5, /* and divide */
	CAN_MODULO = 1 << 6,
	CAN_MINUS = 1 << 7,
	CAN_PRINT = 1 << 8, /* string() */
	CAN_NUMBER = CAN_COMPARE | CAN_BIT_AND | CAN_ADD | CAN_MULTIPLY | CAN_MODULO | CAN_MINUS | CAN_PRINT,
	CAN_OCTETS = CAN_COMPARE | CAN_SEARCH | CAN_SLICE | CAN_BIT_AND,
};

/* Types that compare with each other. */
enum kind {
	KIND_NONE,
	KIND_BOOLEAN,
	KIND_NUMBER,
	KIND_REAL,
	KIND_OCTETS,
	KIND_IPV4,
	KIND_IPV6,
	KIND_STRING,
	KIND_TIME,
	KIND_SPAN,
	KIND_PROTOCOL
};

struct nature {
	const char *name; /* for messages */
	uint16_t can;
	uint8_t kind; /* enum kind */
};

static const struct nature natures[] = {
	[FIELD_NONE] = { "a mark", 0, KIND_NONE },
	[FIELD_BOOLEAN] = { "a boolean", CAN_COMPARE, KIND_BOOLEAN },
	[FIELD_UINT8] = { "a number", CAN_NUMBER, KIND_NUMBER },
	[FIELD_UINT16] = { "a number", CAN_NUMBER, KIND_NUMBER },
	[FIELD_UINT24] = { "a number", CAN_NUMBER, KIND_NUMBER },
	[FIELD_UINT32] = { "a number", CAN_NUMBER, KIND_NUMBER },
	[FIELD_UINT64] = { "a number", CAN_NUMBER, KIND_NUMBER },
	[FIELD_INT8] = { "a number", CAN_NUMBER, KIND_NUMBER },
	[FIELD_INT16] = { "a number", CAN_NUMBER, KIND_NUMBER },
	[FIELD_INT32] = { "a number", CAN_NUMBER, KIND_NUMBER },
	[FIELD_INT64] = { "a number", CAN_NUMBER, KIND_NUMBER },
	[FIELD_FRAMENUM] = { "a frame number", CAN_NUMBER, KIND_NUMBER },
	[FIELD_DOUBLE] = { "a real number", CAN_COMPARE | CAN_ADD | CAN_MULTIPLY | CAN_MINUS | CAN_PRINT,
			   KIND_REAL },
	[FIELD_BYTES] = { "a string of octets", CAN_OCTETS, KIND_OCTETS },
	[FIELD_ETHER] = { "an Ethernet address", CAN_OCTETS | CAN_PRINT, KIND_OCTETS },
	[FIELD_IPV4] = { "an IPv4 address", CAN_COMPARE | CAN_SLICE | CAN_BIT_AND | CAN_PRINT, KIND_IPV4 },
	[FIELD_IPV6] = { "an IPv6 address", CAN_COMPARE | CAN_SLICE | CAN_BIT_AND | CAN_PRINT, KIND_IPV6 },
	[FIELD_STRING] = { "a text", CAN_COMPARE | CAN_SEARCH | CAN_SLICE, KIND_STRING },
	[FIELD_ABSOLUTE_TIME] = { "a time", CAN_COMPARE, KIND_TIME },
	[FIELD_RELATIVE_TIME] = { "a duration", CAN_COMPARE | CAN_ADD | CAN_MINUS, KIND_SPAN },
	[FIELD_PROTOCOL] = { "a protocol", CAN_COMPARE | CAN_SEARCH | CAN_SLICE, KIND_PROTOCOL },
};

/* Where a type is not known yet: nothing to compare with. */
enum { NO_TYPE = 0xff };

static bool check(struct filter *f, uint32_t n);
static bool check_value(struct filter *f, uint32_t n, uint8_t wanted);

static struct filter_node *node(struct filter *f, uint32_t n)
{
	return &f->nodes[n];
}

/* The words of the node, for messages. */
#define WORDS(f, n) (node(f, n)->len < 60 ? (int)node(f, n)->len : 60), (f)->text + node(f, n)->at

static bool fail(struct filter *f, uint32_t n, const char *what)
{
	return filter_fail(f->error, node(f, n)->at, node(f, n)->len, "%s", what);
}

static bool can(struct filter *f, uint32_t n, unsigned what, const char *verb)
{
	const struct nature *t = &natures[node(f, n)->type];
	if (t->can & what)
		return true;
	return filter_fail(f->error, node(f, n)->at, node(f, n)->len, "'%.*s' is %s, which cannot be %s",
			   WORDS(f, n), t->name, verb);
}

static bool compatible(struct filter *f, uint32_t a, uint32_t b)
{
	enum kind ka = natures[node(f, a)->type].kind, kb = natures[node(f, b)->type].kind;
	/* A boolean counts as a number on the right of a number, not the other way round. */
	if (ka == kb || (ka == KIND_NUMBER && kb == KIND_BOOLEAN))
		return true;
	return filter_fail(f->error, node(f, b)->at, node(f, b)->len, "expected %s, but '%.*s' is %s",
			   natures[node(f, a)->type].name, WORDS(f, b), natures[node(f, b)->type].name);
}

/* A literal where no field says what it should be. */
static bool bare_literal(struct filter *f, uint32_t n)
{
	const struct filter_node *t = node(f, n);
	const char *near = t->op == TEXT_WORD ? filter_nearest(t->text.at, t->text.len) : NULL;
	return filter_fail(f->error, t->at, t->len, "expected a field or a protocol, not '%.*s'%s%s%s",
			   WORDS(f, n), near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- functions ------------------------------------------------------------------------------------- */

static bool is_field(struct filter *f, uint32_t call, uint32_t argument, const char *what)
{
	if (node(f, argument)->kind == NODE_FIELD)
		return true;
	if (node(f, argument)->kind == NODE_TEXT)
		return bare_literal(f, argument);
	return filter_fail(f->error, node(f, argument)->at, node(f, argument)->len,
			   "expected %s in '%.*s()', not '%.*s'", what, WORDS(f, call), WORDS(f, argument));
}

/* min, max, abs: of what can be compared, all of one type. */
static bool check_extreme(struct filter *f, uint32_t n, uint8_t wanted)
{
	for (uint32_t a = node(f, n)->first; a; a = node(f, a)->next) {
		if (node(f, a)->kind == NODE_TEXT && wanted == NO_TYPE)
			return fail(f, a, "expected a field or an expression of fields before a literal");
		if (node(f, a)->kind == NODE_SLICE)
			return fail(f, a, "expected a field, a function or a number, not a slice");
		if (!check_value(f, a, wanted))
			return false;
		if (wanted == NO_TYPE)
			wanted = node(f, a)->type;
		if (node(f, a)->type != wanted)
			return filter_fail(f->error, node(f, a)->at, node(f, a)->len,
					   "expected arguments of one type, but '%.*s' is %s", WORDS(f, a),
					   natures[node(f, a)->type].name);
		if (!can(f, a, CAN_COMPARE, "compared"))
			return false;
	}
	node(f, n)->type = wanted;
	return true;
}

static bool check_call(struct filter *f, uint32_t n, uint8_t wanted)
{
	uint32_t a = node(f, n)->first;
	enum filter_function function = (enum filter_function)node(f, n)->op;
	bool many = function == FUNCTION_MIN || function == FUNCTION_MAX;
	if (!a || (node(f, a)->next && !many))
		return filter_fail(f->error, node(f, n)->at, node(f, n)->len, "expected %s in '%.*s()'",
				   many ? "at least one argument" : "one argument", WORDS(f, n));
	switch (function) {
	case FUNCTION_LEN:
	case FUNCTION_COUNT:
		node(f, n)->type = FIELD_UINT32;
		return is_field(f, n, a, "a field") && check_value(f, a, NO_TYPE);
	case FUNCTION_LOWER:
	case FUNCTION_UPPER:
		node(f, n)->type = FIELD_STRING;
		if (!is_field(f, n, a, "a field with text") || !check_value(f, a, NO_TYPE))
			return false;
		return node(f, a)->type == FIELD_STRING || fail(f, a, "expected a field with text");
	case FUNCTION_STRING:
		node(f, n)->type = FIELD_STRING;
		return is_field(f, n, a, "a number or an address") && check_value(f, a, NO_TYPE) &&
		       can(f, a, CAN_PRINT, "made a string");
	case FUNCTION_ABS: return check_extreme(f, n, wanted) && can(f, a, CAN_MINUS, "made positive");
	case FUNCTION_MIN:
	case FUNCTION_MAX: break;
	}
	return check_extreme(f, n, wanted);
}

/* ---- expressions ------------------------------------------------------------------------------------ */

static bool check_slice(struct filter *f, uint32_t n)
{
	uint32_t of = node(f, n)->first;
	node(f, n)->type = FIELD_BYTES;
	if (node(f, of)->kind == NODE_TEXT)
		return bare_literal(f, of);
	return check_value(f, of, NO_TYPE) && can(f, of, CAN_SLICE, "sliced");
}

struct sum_need {
	uint16_t can;
	const char *verb;
};

static const struct sum_need sum_needs[] = {
	[OP_ADD] = { CAN_ADD, "added" },
	[OP_SUBTRACT] = { CAN_ADD, "subtracted" },
	[OP_MULTIPLY] = { CAN_MULTIPLY, "multiplied" },
	[OP_DIVIDE] = { CAN_MULTIPLY, "divided" },
	[OP_MODULO] = { CAN_MODULO, "divided with a rest" },
	[OP_BIT_AND] = { CAN_BIT_AND, "masked with '&'" },
	[OP_MINUS] = { CAN_MINUS, "negated" },
};

static bool check_sum(struct filter *f, uint32_t n, uint8_t wanted)
{
	uint32_t a = node(f, n)->first, b = node(f, a)->next;
	const struct sum_need *need = &sum_needs[node(f, n)->op];
	if (wanted == NO_TYPE && node(f, a)->kind == NODE_TEXT)
		return bare_literal(f, a);
	if (!check_value(f, a, wanted) || !can(f, a, need->can, need->verb))
		return false;
	node(f, n)->type = node(f, a)->type;
	if (!b)
		return true;
	return check_value(f, b, node(f, a)->type) && can(f, b, need->can, need->verb) && compatible(f, a, b);
}

/* Gives the expression its type.  wanted: what it will meet, for its literals; or NO_TYPE. */
static bool check_value(struct filter *f, uint32_t n, uint8_t wanted)
{
	switch ((enum node_kind)node(f, n)->kind) {
	case NODE_FIELD:
		node(f, n)->type = node(f, n)->field->type;
		f->needs |= node(f, n)->field->needs;
		return true;
	case NODE_TEXT:
		if (wanted == NO_TYPE)
			return bare_literal(f, n);
		return filter_literal(f, n, (enum field_type)wanted, false, NULL);
	case NODE_CONSTANT: return true;
	case NODE_SLICE: return check_slice(f, n);
	case NODE_CALL: return check_call(f, n, wanted);
	case NODE_SUM: return check_sum(f, n, wanted);
	case NODE_NONE:
	case NODE_AND:
	case NODE_OR:
	case NODE_NOT:
	case NODE_EXISTS:
	case NODE_NONZERO:
	case NODE_RELATION:
	case NODE_IN:
	case NODE_SPAN:
	case NODE_RANGE: break;
	}
	return fail(f, n, "expected a value");
}

/* ---- relations -------------------------------------------------------------------------------------- */

/* The right side of a comparison with `left`, which is checked.  Slices make octets of the other side. */
static bool check_right(struct filter *f, uint32_t left, uint32_t right, bool partial)
{
	uint8_t type = node(f, left)->type;
	if (node(f, right)->kind == NODE_TEXT) {
		const struct field *words = node(f, left)->kind == NODE_FIELD ? node(f, left)->field : NULL;
		return filter_literal(f, right, (enum field_type)type, partial, words);
	}
	if (!check_value(f, right, type))
		return false;
	if (node(f, right)->kind == NODE_SLICE)
		return can(f, left, CAN_SLICE, "taken for octets");
	if (node(f, left)->kind == NODE_SLICE && (natures[node(f, right)->type].can & CAN_SLICE))
		return true;
	return compatible(f, left, right);
}

static bool check_regex(struct filter *f, uint32_t n, uint32_t pattern)
{
	char message[160];
	size_t column;
	const struct filter_node *t = node(f, pattern);
	if (t->kind != NODE_TEXT || t->op != TEXT_STRING)
		return fail(f, pattern, "expected a pattern in double quotes behind 'matches'");
	struct filter_constant *c = filter_constant_new(f, FIELD_STRING);
	if (!c)
		return false;
	enum err e = filter_regex_new(&c->regex, t->text.at, t->text.len, message, sizeof(message), &column);
	if (e == ERR_MEMORY)
		f->no_memory = true;
	if (e == ERR_USAGE) {
		/* The column is exact where the pattern stands in the filter as it is. */
		bool as_is = t->text.at >= f->text && t->text.at < f->text + strlen(f->text);
		uint32_t at = as_is ? (uint32_t)(t->text.at - f->text) + (uint32_t)column : t->at;
		filter_fail(f->error, at, as_is ? 1 : t->len, "bad pattern: %s", message);
	}
	if (e) {
		free(c);
		return false;
	}
	node(f, pattern)->kind = NODE_CONSTANT;
	node(f, pattern)->type = FIELD_STRING;
	node(f, pattern)->constant = c;
	return can(f, node(f, n)->first, CAN_SEARCH, "searched");
}

static bool check_left(struct filter *f, uint32_t left)
{
	if (node(f, left)->kind != NODE_TEXT)
		return check_value(f, left, NO_TYPE);
	return bare_literal(f, left);
}

static bool check_relation(struct filter *f, uint32_t n)
{
	uint32_t left = node(f, n)->first, right = node(f, left)->next;
	enum filter_op op = (enum filter_op)node(f, n)->op;
	if (!check_left(f, left))
		return false;
	if (op == OP_MATCHES)
		return check_regex(f, n, right);
	if (op == OP_CONTAINS)
		return can(f, left, CAN_SEARCH, "searched") && check_right(f, left, right, true);
	return can(f, left, CAN_COMPARE, "compared") && check_right(f, left, right, false);
}

static bool check_element(struct filter *f, uint32_t left, uint32_t element)
{
	if (node(f, element)->kind == NODE_SLICE)
		return fail(f, element, "expected a field or a value in a set, not a slice");
	return check_right(f, left, element, false);
}

static bool check_in(struct filter *f, uint32_t n)
{
	uint32_t left = node(f, n)->first;
	if (node(f, left)->kind == NODE_TEXT)
		return bare_literal(f, left);
	if (node(f, left)->kind != NODE_FIELD)
		return fail(f, left, "expected a field before 'in'");
	if (!check_value(f, left, NO_TYPE) || !can(f, left, CAN_COMPARE, "compared"))
		return false;
	for (uint32_t e = node(f, left)->next; e; e = node(f, e)->next) {
		if (node(f, e)->kind != NODE_SPAN) {
			if (!check_element(f, left, e))
				return false;
			continue;
		}
		uint32_t low = node(f, e)->first;
		if (!check_element(f, left, low) || !check_element(f, left, node(f, low)->next))
			return false;
	}
	return true;
}

/* A test without an operator. */
static bool check_alone(struct filter *f, uint32_t n)
{
	uint32_t child = node(f, n)->first;
	if (node(f, child)->kind == NODE_CALL)
		return fail(f, child, "expected a comparison: a function alone is no test");
	return check_value(f, child, NO_TYPE);
}

static bool check_all(struct filter *f, uint32_t n)
{
	for (uint32_t child = node(f, n)->first; child; child = node(f, child)->next)
		if (!check(f, child))
			return false;
	return true;
}

/* Logic and tests. */
static bool check(struct filter *f, uint32_t n)
{
	switch ((enum node_kind)node(f, n)->kind) {
	case NODE_AND:
	case NODE_OR:
	case NODE_NOT: return check_all(f, n);
	case NODE_EXISTS:
	case NODE_NONZERO: return check_alone(f, n);
	case NODE_RELATION: return check_relation(f, n);
	case NODE_IN: return check_in(f, n);
	case NODE_NONE:
	case NODE_SPAN:
	case NODE_FIELD:
	case NODE_TEXT:
	case NODE_CONSTANT:
	case NODE_SLICE:
	case NODE_RANGE:
	case NODE_CALL:
	case NODE_SUM: break;
	}
	return fail(f, n, "expected a test");
}

bool filter_check(struct filter *f)
{
	return !f->root || check(f, f->root);
}
