/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/filter.h"

#include <stdlib.h>
#include <string.h>

#include "engine/wireshark_view.h"
#include "field/filter_direct.h"
#include "field/filter_lex.h"
#include "field/filter_tree.h"

uint32_t filter_node_new(struct filter *f, enum node_kind kind, uint32_t at, uint32_t len)
{
	if (f->n_nodes == f->nodes_cap) {
		uint32_t cap = f->nodes_cap ? f->nodes_cap * 2 : 32;
		struct filter_node *grown = cap <= FILTER_NODES_MAX ? realloc(f->nodes, cap * sizeof(*grown))
								    : NULL;
		if (!grown) {
			f->no_memory = true;
			return 0;
		}
		f->nodes = grown;
		f->nodes_cap = cap;
	}
	f->nodes[f->n_nodes] = (struct filter_node){ .kind = (uint8_t)kind, .at = at, .len = len };
	return f->n_nodes++;
}

void filter_append(struct filter *f, uint32_t parent, uint32_t child)
{
	uint32_t *link = &f->nodes[parent].first;
	while (*link)
		link = &f->nodes[*link].next;
	*link = child;
}

struct filter_constant *filter_constant_new(struct filter *f, enum field_type type)
{
	struct filter_constant *c = calloc(1, sizeof(*c));
	if (!c) {
		f->no_memory = true;
		return NULL;
	}
	c->value.type = (uint8_t)type;
	c->value.prefix = 128;
	return c;
}

uint8_t *filter_pool(struct filter *f, size_t len)
{
	if (len > f->pool_cap - f->pool_len) {
		f->no_memory = true;
		return NULL;
	}
	f->pool_len += len;
	return (uint8_t *)f->pool + f->pool_len - len;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < f->n_nodes; i++) {
		if (f->nodes[i].kind != NODE_CONSTANT)
			continue;
		filter_regex_free(f->nodes[i].constant->regex);
		free(f->nodes[i].constant);
	}
	free(f->nodes);
	free(f->steps);
	free(f->direct);
	free(f->pool);
	free(f->text);
	free(f);
}

static enum err compile(struct filter *f, const char *text, size_t len)
{
	f->text = malloc(len + 1);
	/* Each literal is copied, converted, and perhaps there twice, in a chain of comparisons. */
	f->pool_cap = 8 * len + 64;
	f->pool = malloc(f->pool_cap);
	if (!f->text || !f->pool)
		return ERR_MEMORY;
	memcpy(f->text, text, len + 1);
	filter_node_new(f, NODE_NONE, 0, 0); /* number 0 */
	bool good = filter_parse(f) && filter_check(f) && filter_flow(f);
	if (f->direct) /* see filter_matches() */
		f->needs &= ~(unsigned)ROW_NEEDS_HEADERS;
	if (f->no_memory)
		return ERR_MEMORY;
	return good ? ERR_OK : ERR_USAGE;
}

enum err filter_compile(const char *text, struct filter **out, struct filter_error *error)
{
	size_t len = strlen(text);
	*out = NULL;
	*error = (struct filter_error){ 0 };
	if (len > FILTER_TEXT_MAX) {
		filter_fail(error, FILTER_TEXT_MAX, 1, "longer than %d octets", FILTER_TEXT_MAX);
		return ERR_USAGE;
	}
	struct filter *f = calloc(1, sizeof(*f));
	if (!f)
		return ERR_MEMORY;
	f->error = error;
	enum err e = compile(f, text, len);
	f->error = NULL;
	if (e)
		filter_free(f);
	else
		*out = f;
	return e;
}

unsigned filter_needs(const struct filter *f)
{
	return f->needs;
}

static bool run(const struct filter *f, const struct row *row)
{
	uint32_t at = f->start;
	while (at < f->n_steps)
		at = filter_test(f, f->steps[at].node, row) ? f->steps[at].yes : f->steps[at].no;
	return at == STEP_YES;
}

/* The headers that nobody filled in, since plain frames do without. */
static bool run_with_headers(const struct filter *f, const struct row *row)
{
	struct found found = *row->found;
	struct datagram d;
	struct view_ntp view;
	struct row whole;
	frame_decode(found.packet, &d, &found.layers);
	if (row->ntp && (d.kind == DATAGRAM_ICMP || d.kind == DATAGRAM_ICMPV6))
		wireshark_view(found.packet, &d, &found.layers, &view); /* those of what the error quotes */
	found.whole_layers.n = 0;
	if (found.reassembled)
		frame_decode(&found.whole, &d, &found.whole_layers);
	row_of_found(&found, row->ntp != NULL, &whole);
	return run(f, &whole);
}

bool filter_matches(const struct filter *f, const struct row *row)
{
	struct frame_plain plain;
	if (!f->direct)
		return run(f, row);
	if (row->ntp && frame_plain(row->packet, &plain) && filter_direct_fits(&plain))
		return filter_matches_plain(f, row->packet, &plain);
	return row->n_headers ? run(f, row) : run_with_headers(f, row);
}

bool filter_is_direct(const struct filter *f)
{
	return !f->root || f->direct;
}
