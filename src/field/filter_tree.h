/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A display filter on its way from text to tests: what filter_*.c share.
 *
 *	filter_lex      text → words
 *	filter_parse    words → tree, names of fields looked up
 *	filter_check    what fits together; literals become constants of the type they are compared with
 *	filter_flow     and, or, not → a list of tests that say where to go on
 *	filter_eval     one test on one row
 *
 * Nodes refer to each other by number, 0 is none.  Lists (operands of and, arguments, sets, ranges) hang on
 * `first` and go on with `next`.
 */
#ifndef FIELD_FILTER_TREE_H
#define FIELD_FILTER_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "field/field.h"
#include "field/filter.h"
#include "field/filter_regex.h"

enum {
	FILTER_TEXT_MAX = 1 << 20,
	FILTER_NODES_MAX = 1 << 20,
	FILTER_DEPTH_MAX = 100,    /* parentheses, functions and slices in one another */
	FILTER_STEPS_MAX = 200000, /* values that one test of one row looks at before it gives up */
	FILTER_OCTETS_MAX = 8192,  /* of a value that has to be made: slices of several parts, lower() */
};

/* A value on its way through an expression.  Its type may differ from that of the node it comes from: 3 - 5
 * is signed. */
struct filter_value {
	struct field_value v;
	uint8_t type;   /* enum field_type */
	uint8_t prefix; /* of addresses: bits that count */
};

struct filter_constant {
	struct filter_value value; /* bytes point into the filter's pool, or to octets */
	uint8_t octets[16];
	struct filter_regex *regex;
};

enum node_kind {
	NODE_NONE,
	/* Logic. */
	NODE_AND, /* of its children, two or more */
	NODE_OR,
	NODE_NOT,
	/* Tests, the leaves of logic. */
	NODE_EXISTS,   /* a field has a value */
	NODE_NONZERO,  /* an expression has a value that is not zero; a slice one that is not empty */
	NODE_RELATION, /* op between the first child and the second */
	NODE_IN,       /* the first child in the others; pairs are NODE_SPAN */
	NODE_SPAN,     /* from the first child to the second */
	/* Expressions. */
	NODE_FIELD,
	NODE_TEXT, /* a literal that has no type yet */
	NODE_CONSTANT,
	NODE_SLICE, /* of the first child, by the ranges that follow it */
	NODE_RANGE,
	NODE_CALL,
	NODE_SUM, /* op between two children, or minus before one */
};

enum filter_op {
	OP_EQ,
	OP_NE,
	OP_GT,
	OP_GE,
	OP_LT,
	OP_LE,
	OP_CONTAINS,
	OP_MATCHES,
	/* of NODE_SUM */
	OP_ADD,
	OP_SUBTRACT,
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_MODULO,
	OP_BIT_AND,
	OP_MINUS,
};

enum filter_function {
	FUNCTION_LEN,
	FUNCTION_COUNT,
	FUNCTION_LOWER,
	FUNCTION_UPPER,
	FUNCTION_STRING,
	FUNCTION_MIN,
	FUNCTION_MAX,
	FUNCTION_ABS,
};

enum text_kind { TEXT_WORD, TEXT_STRING, TEXT_CHAR };

/* How a range ends. */
enum range_end { RANGE_LENGTH, RANGE_TO, RANGE_REST };

struct filter_node {
	uint8_t kind; /* enum node_kind */
	uint8_t op;   /* enum filter_op, filter_function, text_kind, range_end */
	uint8_t type; /* enum field_type of an expression, once checked */
	bool all;     /* of a test: every value must pass, not just one */
	uint32_t first, next;
	uint32_t at, len; /* in the text, for messages */
	union {
		const struct field *field;
		struct filter_constant *constant;
		struct {
			const char *at;
			uint32_t len; /* of a character: its number */
		} text;
		struct {
			int32_t start, end;
		} range;
	};
};

/* One test and where to go on after it. */
struct filter_step {
	uint32_t node;
	uint32_t yes, no; /* a step, or one of these: */
};

enum { STEP_YES = 0xffffffff, STEP_NO = 0xfffffffe };

struct filter {
	char *text;
	char *pool; /* strings and octets of constants */
	size_t pool_len, pool_cap;
	struct filter_node *nodes;
	uint32_t n_nodes, nodes_cap;
	uint32_t root; /* 0: an empty filter, which everything matches */
	struct filter_step *steps;
	uint32_t n_steps, start;
	struct filter_direct *direct; /* one a step, when plain frames need nothing else; or NULL */
	unsigned needs;
	struct filter_error *error; /* while compiling */
	bool no_memory;
};

/* A new node; 0 when there is no room. */
uint32_t filter_node_new(struct filter *f, enum node_kind kind, uint32_t at, uint32_t len);

/* Makes child the last of parent's children. */
void filter_append(struct filter *f, uint32_t parent, uint32_t child);

/* A constant that the filter owns, NULL without memory. */
struct filter_constant *filter_constant_new(struct filter *f, enum field_type type);

/* Room in the pool; NULL when there is none (which the text's length bounds, so there always is). */
uint8_t *filter_pool(struct filter *f, size_t len);

bool filter_parse(struct filter *f);
bool filter_check(struct filter *f);
bool filter_flow(struct filter *f);

/* Turns a NODE_TEXT into a constant of the type, as a value of `words` (a field with names for its numbers,
 * or NULL).  partial: half an address will do, for contains. */
bool filter_literal(struct filter *f, uint32_t node, enum field_type type, bool partial,
		    const struct field *words);

/* The time that a text means, as Wireshark reads it.  False when it is none. */
bool filter_time(const char *text, struct field_time *out);

/* The number of one of Wireshark's names for the values of this field: "client", "Not set".  Case does not
 * matter. */
bool filter_word(const struct field *f, const char *text, uint32_t len, uint64_t *out);

/* The name of a field that is meant by this one, or NULL. */
const char *filter_nearest(const char *name, uint32_t len);

bool filter_test(const struct filter *f, uint32_t node, const struct row *row);

#endif
