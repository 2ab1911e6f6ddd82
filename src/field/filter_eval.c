/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One test on one row.  An expression hands its values on one by one, to whoever asked, so nothing is kept
 * and nothing allocated: a field hands its values to a sum, the sum its results to a comparison, and the
 * comparison stops them all when it is decided.
 *
 * A test of a field that the row does not have fails, whatever its operator; "not" before it is the way to
 * ask for that.  A row can be made so that a test costs very much (thousands of values, against each other):
 * after FILTER_STEPS_MAX steps a test fails.
 */
#include <stddef.h>
#include <string.h>

#include "field/filter_value.h"

/* Takes the values of an expression.  False: no more are wanted. */
struct output {
	bool (*take)(struct output *o, const struct filter_value *v);
};

struct eval {
	const struct filter *f;
	const struct row *row;
	uint32_t steps;
	bool missing; /* a field had no value */
};

static bool emit(struct eval *e, uint32_t n, struct output *out);

static const struct filter_node *node(const struct eval *e, uint32_t n)
{
	return &e->f->nodes[n];
}

/* Each value counts; false when it was too many. */
static bool step(struct eval *e)
{
	if (e->steps == 0)
		return false;
	e->steps--;
	return true;
}

/* ---- fields ------------------------------------------------------------------------------------------ */

struct field_values {
	struct field_sink sink;
	struct eval *e;
	struct output *out;
	struct filter_value value;
	bool any, go_on;
};

static bool take_field_value(struct field_sink *sink, const struct field_value *v)
{
	struct field_values *values = (struct field_values *)(void *)sink;
	values->any = true;
	values->value.v = *v;
	values->go_on = step(values->e) && values->out->take(values->out, &values->value);
	return values->go_on;
}

static bool emit_field(struct eval *e, const struct field *field, struct output *out)
{
	struct field_values values = {
		.sink = { take_field_value },
		.e = e,
		.out = out,
		.value = { .type = field->type, .prefix = 128 },
		.go_on = true,
	};
	field->get(field, e->row, &values.sink);
	if (!values.any)
		e->missing = true;
	return values.go_on;
}

/* ---- slices ------------------------------------------------------------------------------------------ */

struct slices {
	struct output o;
	struct eval *e;
	struct output *out;
	uint32_t ranges; /* the first of them */
};

/* The octets of a range, in a value of len; false when it has not that many. */
static bool range_of(const struct filter_node *r, uint32_t len, uint32_t *from, uint32_t *n)
{
	int64_t start = r->range.start, end = r->range.end, length = len;
	if (start < 0)
		start += length;
	if (start < 0)
		return false;
	if (r->op == RANGE_REST)
		end = length;
	else if (r->op == RANGE_LENGTH)
		end += start;
	else
		end = (end < 0 ? end + length : end) + 1;
	if (end > length || end <= start)
		return false;
	*from = (uint32_t)start;
	*n = (uint32_t)(end - start);
	return true;
}

/* Several ranges are joined; one that is not there ends them, as Wireshark has it. */
static uint32_t join(const struct slices *s, const uint8_t *at, uint32_t len, uint8_t *room)
{
	uint32_t n = 0, from, part;
	for (uint32_t r = s->ranges; r; r = node(s->e, r)->next) {
		if (!range_of(node(s->e, r), len, &from, &part))
			break;
		if (part > FILTER_OCTETS_MAX - n)
			part = FILTER_OCTETS_MAX - n;
		memcpy(room + n, at + from, part);
		n += part;
	}
	return n;
}

static bool take_slice(struct output *o, const struct filter_value *v)
{
	struct slices *s = (struct slices *)(void *)o;
	uint8_t room[FILTER_OCTETS_MAX];
	uint32_t len = v->v.bytes.len, from = 0, n = 0;
	const uint8_t *at = v->v.bytes.at;
	struct filter_value slice = { .type = FIELD_BYTES, .v.bytes.at = room };
	if (node(s->e, s->ranges)->next)
		n = join(s, at, len, room);
	else if (range_of(node(s->e, s->ranges), len, &from, &n))
		slice.v.bytes.at = at + from;
	slice.v.bytes.len = n;
	return s->out->take(s->out, &slice);
}

static bool emit_slice(struct eval *e, uint32_t n, struct output *out)
{
	uint32_t of = node(e, n)->first;
	struct slices s = { { take_slice }, e, out, node(e, of)->next };
	return emit(e, of, &s.o);
}

/* ---- functions --------------------------------------------------------------------------------------- */

struct call {
	struct output o;
	struct output *out;
	enum filter_function function;
	uint32_t n; /* values so far */
	struct filter_value best;
	uint8_t best_octets[256]; /* min() and max() keep no more of a string */
};

static uint32_t change_case(const struct filter_value *v, bool up, uint8_t *room)
{
	uint32_t n = v->v.bytes.len < FILTER_OCTETS_MAX ? v->v.bytes.len : FILTER_OCTETS_MAX;
	uint8_t first = up ? 'a' : 'A';
	for (uint32_t i = 0; i < n; i++) {
		uint8_t c = v->v.bytes.at[i];
		room[i] = c >= first && c < first + 26 ? c ^ 0x20 : c;
	}
	return n;
}

/* Functions of one value. */
static bool take_argument(struct output *o, const struct filter_value *v)
{
	struct call *c = (struct call *)(void *)o;
	uint8_t room[FILTER_OCTETS_MAX];
	struct filter_value result = { .type = FIELD_STRING, .v.bytes.at = room };
	switch (c->function) {
	case FUNCTION_LEN:
		result.type = FIELD_UINT32;
		result.v.u = filter_len(v);
		break;
	case FUNCTION_LOWER: result.v.bytes.len = change_case(v, false, room); break;
	case FUNCTION_UPPER: result.v.bytes.len = change_case(v, true, room); break;
	case FUNCTION_STRING: result.v.bytes.len = filter_print(v, (char *)room); break;
	case FUNCTION_ABS:
		result = *v;
		if (filter_is_negative(v) && !filter_negate(v, &result))
			return true;
		break;
	case FUNCTION_COUNT:
	case FUNCTION_MIN:
	case FUNCTION_MAX: break;
	}
	return c->out->take(c->out, &result);
}

static bool take_count(struct output *o, const struct filter_value *v)
{
	struct call *c = (struct call *)(void *)o;
	(void)v;
	c->n++;
	return true;
}

static bool holds_octets(uint8_t type)
{
	return type == FIELD_BYTES || type == FIELD_ETHER || type == FIELD_IPV4 || type == FIELD_IPV6 ||
	       type == FIELD_STRING || type == FIELD_PROTOCOL;
}

static bool take_extreme(struct output *o, const struct filter_value *v)
{
	struct call *c = (struct call *)(void *)o;
	enum order better = c->function == FUNCTION_MAX ? ORDER_GREATER : ORDER_LESS;
	if (c->n++ && filter_order(v, &c->best) != better)
		return true;
	c->best = *v;
	if (holds_octets(v->type)) { /* its octets do not last */
		if (c->best.v.bytes.len > sizeof(c->best_octets))
			c->best.v.bytes.len = sizeof(c->best_octets);
		memcpy(c->best_octets, v->v.bytes.at, c->best.v.bytes.len);
		c->best.v.bytes.at = c->best_octets;
	}
	return true;
}

/* Arguments that are not there are passed over, as long as one is. */
static bool emit_extreme(struct eval *e, uint32_t n, struct call *c)
{
	bool missing = e->missing;
	for (uint32_t a = node(e, n)->first; a; a = node(e, a)->next)
		emit(e, a, &c->o);
	e->missing = missing || c->n == 0;
	return c->n == 0 || c->out->take(c->out, &c->best);
}

static bool emit_call(struct eval *e, uint32_t n, struct output *out)
{
	struct call c = { .out = out, .function = (enum filter_function)node(e, n)->op };
	switch (c.function) {
	case FUNCTION_MIN:
	case FUNCTION_MAX: c.o.take = take_extreme; return emit_extreme(e, n, &c);
	case FUNCTION_COUNT:
		c.o.take = take_count;
		emit(e, node(e, n)->first, &c.o);
		return c.n == 0 || out->take(out, &(struct filter_value){ .type = FIELD_UINT32, .v.u = c.n });
	case FUNCTION_LEN:
	case FUNCTION_LOWER:
	case FUNCTION_UPPER:
	case FUNCTION_STRING:
	case FUNCTION_ABS: break;
	}
	c.o.take = take_argument;
	return emit(e, node(e, n)->first, &c.o);
}

/* ---- sums -------------------------------------------------------------------------------------------- */

struct sum {
	struct output left, right;
	struct eval *e;
	struct output *out;
	enum filter_op op;
	uint32_t right_node;
	const struct filter_value *a; /* while the right side's values come */
};

static bool take_right(struct output *o, const struct filter_value *b)
{
	struct sum *s = (struct sum *)(void *)((char *)o - offsetof(struct sum, right));
	uint8_t room[FILTER_OCTETS_MAX];
	struct filter_value result;
	if (!filter_compute(s->op, s->a, b, room, &result))
		return step(s->e); /* no value */
	return step(s->e) && s->out->take(s->out, &result);
}

static bool take_left(struct output *o, const struct filter_value *a)
{
	struct sum *s = (struct sum *)(void *)o;
	struct filter_value negative;
	if (s->op == OP_MINUS)
		return !filter_negate(a, &negative) || s->out->take(s->out, &negative);
	s->a = a;
	return emit(s->e, s->right_node, &s->right);
}

static bool emit_sum(struct eval *e, uint32_t n, struct output *out)
{
	uint32_t left = node(e, n)->first;
	struct sum s = {
		.left = { take_left },
		.right = { take_right },
		.e = e,
		.out = out,
		.op = (enum filter_op)node(e, n)->op,
		.right_node = node(e, left)->next,
	};
	return emit(e, left, &s.left);
}

/* Hands on the values of an expression.  False when the taker wants no more. */
static bool emit(struct eval *e, uint32_t n, struct output *out)
{
	switch ((enum node_kind)node(e, n)->kind) {
	case NODE_FIELD: return emit_field(e, node(e, n)->field, out);
	case NODE_CONSTANT: return out->take(out, &node(e, n)->constant->value);
	case NODE_SLICE: return emit_slice(e, n, out);
	case NODE_CALL: return emit_call(e, n, out);
	case NODE_SUM: return emit_sum(e, n, out);
	case NODE_NONE:
	case NODE_AND:
	case NODE_OR:
	case NODE_NOT:
	case NODE_EXISTS:
	case NODE_NONZERO:
	case NODE_RELATION:
	case NODE_IN:
	case NODE_SPAN:
	case NODE_TEXT:
	case NODE_RANGE: break;
	}
	return true;
}

/* ---- relations --------------------------------------------------------------------------------------- */

/* Of two values: YES, NO, or neither. */
enum truth { NO, YES, NEITHER };

static enum truth holds(enum filter_op op, const struct filter_value *a, const struct filter_value *b)
{
	enum order order = filter_order(a, b);
	if (order == ORDER_UNKNOWN)
		return NEITHER;
	switch (op) {
	case OP_EQ: return order == ORDER_EQUAL ? YES : NO;
	case OP_NE: return order != ORDER_EQUAL ? YES : NO;
	case OP_GT: return order == ORDER_GREATER ? YES : NO;
	case OP_GE: return order != ORDER_LESS ? YES : NO;
	case OP_LT: return order == ORDER_LESS ? YES : NO;
	case OP_LE: return order != ORDER_GREATER ? YES : NO;
	default: return NO;
	}
}

/* A test while its values come. */
struct test {
	struct output left, right;
	struct eval *e;
	uint32_t right_node;
	uint32_t first_element; /* of a set */
	enum filter_op op;
	bool all;     /* every pair must hold; or one of them */
	bool decided; /* a pair spoke against all, or for one */
	bool low;     /* of a span: this value lies above its beginning */
	const struct filter_value *a;
};

/* True to go on. */
static bool note(struct test *t, enum truth truth)
{
	if (truth == (t->all ? NO : YES))
		t->decided = true;
	return !t->decided;
}

static bool take_pair(struct output *o, const struct filter_value *b)
{
	struct test *t = (struct test *)(void *)((char *)o - offsetof(struct test, right));
	if (t->op == OP_CONTAINS)
		return note(t, filter_contains(t->a, b) ? YES : NO) && step(t->e);
	return note(t, holds(t->op, t->a, b)) && step(t->e);
}

static bool take_relation(struct output *o, const struct filter_value *a)
{
	struct test *t = (struct test *)(void *)o;
	const struct filter_node *right = node(t->e, t->right_node);
	t->a = a;
	if (t->op == OP_MATCHES) {
		uint32_t len;
		const uint8_t *at = filter_searched(a, &len);
		return note(t, filter_regex_matches(right->constant->regex, at, len));
	}
	if (right->kind == NODE_CONSTANT)
		return take_pair(&t->right, &right->constant->value);
	return emit(t->e, t->right_node, &t->right);
}

/* What became of it. */
static bool outcome(const struct test *t)
{
	if (t->decided)
		return !t->all;
	return t->all && !t->e->missing && t->e->steps;
}

static bool test_relation(struct eval *e, uint32_t n)
{
	uint32_t left = node(e, n)->first;
	struct test t = {
		.left = { take_relation },
		.right = { take_pair },
		.e = e,
		.right_node = node(e, left)->next,
		.op = (enum filter_op)node(e, n)->op,
		.all = node(e, n)->all,
	};
	emit(e, left, &t.left);
	return outcome(&t);
}

/* ---- sets -------------------------------------------------------------------------------------------- */

static bool take_bound(struct output *o, const struct filter_value *b)
{
	struct test *t = (struct test *)(void *)((char *)o - offsetof(struct test, right));
	t->low = t->low || holds(t->op, t->a, b) == YES;
	return !t->low && step(t->e);
}

static bool within_bound(struct test *t, enum filter_op op, uint32_t bound)
{
	t->op = op;
	t->low = false;
	t->right.take = take_bound;
	emit(t->e, bound, &t->right);
	return t->low;
}

static bool take_element(struct output *o, const struct filter_value *a)
{
	struct test *t = (struct test *)(void *)o;
	const struct filter_node *element = node(t->e, t->right_node);
	t->a = a;
	if (element->kind != NODE_SPAN) {
		if (element->kind == NODE_CONSTANT) /* the common case */
			return note(t, holds(OP_EQ, a, &element->constant->value)) && step(t->e);
		return note(t, within_bound(t, OP_EQ, t->right_node) ? YES : NO);
	}
	uint32_t low = element->first, high = node(t->e, low)->next;
	return note(t, within_bound(t, OP_GE, low) && within_bound(t, OP_LE, high) ? YES : NO);
}

/* A value against one element after the other. */
static bool take_member(struct output *o, const struct filter_value *a)
{
	struct test *t = (struct test *)(void *)o;
	for (uint32_t element = t->first_element; element; element = node(t->e, element)->next) {
		t->right_node = element;
		if (!take_element(o, a))
			return false;
	}
	return true;
}

/* "all x in {1, 2}" means that all are 1 or all are 2, as Wireshark has it. */
static bool test_all_in(struct eval *e, uint32_t left)
{
	for (uint32_t element = node(e, left)->next; element; element = node(e, element)->next) {
		struct test t = {
			.left = { take_element },
			.e = e,
			.right_node = element,
			.all = true,
		};
		e->missing = false;
		emit(e, left, &t.left);
		if (outcome(&t))
			return true;
	}
	return false;
}

static bool test_in(struct eval *e, uint32_t n)
{
	uint32_t left = node(e, n)->first;
	struct test t = {
		.left = { take_member },
		.e = e,
		.first_element = node(e, left)->next,
	};
	if (node(e, n)->all)
		return test_all_in(e, left);
	emit(e, left, &t.left);
	return outcome(&t);
}

/* ---- the rest ---------------------------------------------------------------------------------------- */

/* Stops at the first value that says yes. */
struct search {
	struct output o;
	bool found, slice;
};

static bool take_any(struct output *o, const struct filter_value *v)
{
	(void)v;
	((struct search *)(void *)o)->found = true;
	return false;
}

static bool take_nonzero(struct output *o, const struct filter_value *v)
{
	struct search *s = (struct search *)(void *)o;
	s->found = s->slice ? v->v.bytes.len > 0 : !filter_is_zero(v);
	return !s->found;
}

bool filter_test(const struct filter *f, uint32_t n, const struct row *row)
{
	struct eval e = { .f = f, .row = row, .steps = FILTER_STEPS_MAX };
	const struct filter_node *test = node(&e, n);
	struct search s = { .o = { take_any } };
	if (test->kind == NODE_RELATION)
		return test_relation(&e, n);
	if (test->kind == NODE_IN)
		return test_in(&e, n);
	if (test->kind == NODE_NONZERO) {
		s.o.take = take_nonzero;
		s.slice = node(&e, test->first)->kind == NODE_SLICE;
	}
	emit(&e, test->first, &s.o);
	return s.found;
}
