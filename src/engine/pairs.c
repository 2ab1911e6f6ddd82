/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/pairs.h"

#include <stdlib.h>

enum err pairs_add(struct pairs *p, uint64_t request, uint64_t response, int64_t delta_ns)
{
	if (p->n == UINT32_MAX)
		return ERR_LIMIT;
	if (p->n == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 1024;
		struct pair *grown = realloc(p->at, cap * sizeof(*grown));
		if (!grown)
			return ERR_MEMORY;
		p->at = grown;
		p->cap = cap;
	}
	p->at[p->n++] = (struct pair){ .request = request, .response = response, .delta_ns = delta_ns };
	return ERR_OK;
}

static int by_response(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	if (x->response != y->response)
		return x->response < y->response ? -1 : 1;
	return (x->request > y->request) - (x->request < y->request);
}

static int by_request(const void *a, const void *b, void *context)
{
	const struct pair *at = context;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	if (at[i].request != at[j].request)
		return at[i].request < at[j].request ? -1 : 1;
	return (i > j) - (i < j); /* at is by response already */
}

enum err pairs_seal(struct pairs *p)
{
	bool sorted = true;
	if (p->n == 0)
		return ERR_OK;
	for (size_t i = 1; i < p->n && sorted; i++)
		sorted = by_response(&p->at[i - 1], &p->at[i]) <= 0;
	if (!sorted)
		qsort(p->at, p->n, sizeof(*p->at), by_response);
	free(p->by_request);
	p->by_request = malloc(p->n * sizeof(*p->by_request));
	if (!p->by_request)
		return ERR_MEMORY;
	for (size_t i = 0; i < p->n; i++)
		p->by_request[i] = (uint32_t)i;
	qsort_r(p->by_request, p->n, sizeof(*p->by_request), by_request, p->at);
	return ERR_OK;
}

void pairs_release(struct pairs *p)
{
	free(p->at);
	free(p->by_request);
	*p = (struct pairs){ 0 };
}

static uint64_t key_at(const struct pairs *p, bool request, size_t i)
{
	return request ? p->at[p->by_request[i]].request : p->at[i].response;
}

/* The first index whose key is not below frame: gallops from the hint, then halves. */
static size_t lower_bound(const struct pairs *p, bool request, uint64_t frame, size_t hint)
{
	size_t low = 0, high = p->n, step = 1;
	if (hint < p->n && key_at(p, request, hint) < frame) {
		low = hint + 1;
		while (low + step < high && key_at(p, request, low + step) < frame) {
			low += step + 1;
			step *= 2;
		}
		if (low + step < high)
			high = low + step + 1;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (key_at(p, request, middle) < frame)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct pair *pairs_of_response(const struct pairs *p, uint64_t frame, size_t *hint)
{
	size_t i = lower_bound(p, false, frame, *hint);
	if (i >= p->n || p->at[i].response != frame)
		return NULL;
	*hint = i;
	return &p->at[i];
}

const struct pair *pairs_of_request(const struct pairs *p, uint64_t frame, size_t *hint)
{
	if (!p->by_request)
		return NULL;
	size_t i = lower_bound(p, true, frame, *hint);
	if (i >= p->n || p->at[p->by_request[i]].request != frame)
		return NULL;
	*hint = i;
	return &p->at[p->by_request[i]];
}
