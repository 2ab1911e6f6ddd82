/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Logic becomes a list of tests, each with the place to go on to when it holds and when it does not.
 * Operands of and and or have no effects, so the cheap ones go first.
 *
 * Sets and chains can be thousands long, so nothing here recurses along a list.
 */
#include <stdlib.h>

#include "field/filter_direct.h"
#include "field/filter_tree.h"

/* About nanoseconds. */
enum { COST_DIRECT = 1, COST_FIELD = 20, COST_HEADER = 30, COST_REGEX = 300 };

static unsigned cost_of(const struct filter *f, uint32_t n)
{
	const struct filter_node *at = &f->nodes[n];
	unsigned cost = 0;
	if (at->kind == NODE_FIELD)
		return at->field->needs ? COST_HEADER : COST_FIELD;
	if (at->kind == NODE_CONSTANT)
		return at->constant->regex ? COST_REGEX : 1;
	struct filter_direct direct;
	if (filter_direct_of(f, n, &direct))
		return COST_DIRECT;
	for (uint32_t child = at->first; child && cost < 1 << 20; child = f->nodes[child].next)
		cost += cost_of(f, child);
	return cost;
}

struct operand {
	uint32_t node;
	unsigned cost;
	unsigned order; /* as written, among equals */
};

static int by_cost(const void *pa, const void *pb)
{
	const struct operand *a = pa, *b = pb;
	if (a->cost != b->cost)
		return a->cost < b->cost ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* Puts the children of an and or an or in order. */
static bool sort_operands(struct filter *f, uint32_t n)
{
	unsigned count = 0;
	for (uint32_t child = f->nodes[n].first; child; child = f->nodes[child].next)
		count++;
	struct operand *list = calloc(count + 1, sizeof(*list));
	if (!list) {
		f->no_memory = true;
		return false;
	}
	unsigned i = 0;
	for (uint32_t child = f->nodes[n].first; child; child = f->nodes[child].next, i++)
		list[i] = (struct operand){ child, cost_of(f, child), i };
	qsort(list, count, sizeof(*list), by_cost);
	f->nodes[n].first = list[0].node;
	for (i = 0; i < count; i++)
		f->nodes[list[i].node].next = list[i + 1].node; /* the last entry is empty */
	free(list);
	return true;
}

static uint32_t flow(struct filter *f, uint32_t n, uint32_t yes, uint32_t no);

/* Steps are made from the last to the first, so that each knows where the next one is.  What
 * it returns means nothing once there is no memory. */
static uint32_t flow_list(struct filter *f, uint32_t n, uint32_t yes, uint32_t no)
{
	bool and = f->nodes[n].kind == NODE_AND;
	uint32_t count = 0, start = and? yes : no;
	if (!sort_operands(f, n))
		return no;
	for (uint32_t child = f->nodes[n].first; child; child = f->nodes[child].next)
		count++;
	uint32_t *children = malloc((count + 1) * sizeof(*children));
	if (!children) {
		f->no_memory = true;
		return no;
	}
	uint32_t i = 0;
	for (uint32_t child = f->nodes[n].first; child; child = f->nodes[child].next)
		children[i++] = child;
	while (i-- > 0)
		start = and? flow(f, children[i], start, no) : flow(f, children[i], yes, start);
	free(children);
	return start;
}

/* Appends the tests of a node; returns where they begin. */
static uint32_t flow(struct filter *f, uint32_t n, uint32_t yes, uint32_t no)
{
	enum node_kind kind = (enum node_kind)f->nodes[n].kind;
	if (kind == NODE_AND || kind == NODE_OR)
		return flow_list(f, n, yes, no);
	if (kind == NODE_NOT)
		return flow(f, f->nodes[n].first, no, yes);
	f->steps[f->n_steps] = (struct filter_step){ .node = n, .yes = yes, .no = no };
	return f->n_steps++;
}

/* The direct form of every step, when there is one for each. */
static bool direct_steps(struct filter *f)
{
	struct filter_direct *direct = calloc(f->n_steps ? f->n_steps : 1, sizeof(*direct));
	if (!direct) {
		f->no_memory = true;
		return false;
	}
	for (uint32_t i = 0; i < f->n_steps; i++) {
		if (!filter_direct_of(f, f->steps[i].node, &direct[i])) {
			free(direct);
			return true;
		}
		direct[i].yes = f->steps[i].yes;
		direct[i].no = f->steps[i].no;
	}
	f->direct = direct;
	return true;
}

bool filter_flow(struct filter *f)
{
	f->start = STEP_YES;
	if (!f->root)
		return true;
	/* A test is a node. */
	f->steps = calloc(f->n_nodes, sizeof(*f->steps));
	if (!f->steps) {
		f->no_memory = true;
		return false;
	}
	f->start = flow(f, f->root, STEP_YES, STEP_NO);
	return !f->no_memory && direct_steps(f);
}
