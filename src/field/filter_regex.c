/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/filter_regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* Match data for as many threads as may ask at once; more wait. */
enum { N_SLOTS = 64 };

/* A hostile packet and an unlucky pattern can make a match exponential: this many steps are some milliseconds
 * (Wireshark allows ten million). */
enum { MATCH_STEPS = 100000, HEAP_KIB = 4096 };

struct pool {
	_Atomic uint64_t busy; /* one bit a slot */
	pcre2_match_data *slots[N_SLOTS];
};

struct filter_regex {
	pcre2_code *code;
	pcre2_match_context *limits;
	struct pool *pool;
};

static enum err compile(struct filter_regex *r, const char *pattern, size_t len, char *message,
			size_t message_len, size_t *column)
{
	int code;
	PCRE2_SIZE at;
	r->code = pcre2_compile((PCRE2_SPTR)pattern, len, PCRE2_CASELESS | PCRE2_NEVER_UTF, &code, &at, NULL);
	if (r->code)
		return ERR_OK;
	*column = at < len ? at : len;
	PCRE2_UCHAR text[160];
	if (pcre2_get_error_message(code, text, sizeof(text)) < 0)
		return ERR_MEMORY;
	snprintf(message, message_len, "%s", (const char *)text);
	return ERR_USAGE;
}

static enum err prepare(struct filter_regex *r)
{
	r->limits = pcre2_match_context_create(NULL);
	r->pool = calloc(1, sizeof(*r->pool));
	if (!r->limits || !r->pool)
		return ERR_MEMORY;
	pcre2_set_match_limit(r->limits, MATCH_STEPS);
	pcre2_set_heap_limit(r->limits, HEAP_KIB);
	/* One pair of offsets is the least that there is; nobody asks where it matched. */
	for (unsigned i = 0; i < N_SLOTS; i++)
		if (!(r->pool->slots[i] = pcre2_match_data_create(1, NULL)))
			return ERR_MEMORY;
	return ERR_OK;
}

enum err filter_regex_new(struct filter_regex **out, const char *pattern, size_t len, char *message,
			  size_t message_len, size_t *column)
{
	*out = NULL;
	*column = 0;
	if (len > FILTER_REGEX_MAX) {
		snprintf(message, message_len, "longer than %d octets", FILTER_REGEX_MAX);
		return ERR_USAGE;
	}
	struct filter_regex *r = calloc(1, sizeof(*r));
	if (!r)
		return ERR_MEMORY;
	enum err e = compile(r, pattern, len, message, message_len, column);
	if (!e)
		e = prepare(r);
	if (e)
		filter_regex_free(r);
	else
		*out = r;
	return e;
}

void filter_regex_free(struct filter_regex *r)
{
	if (!r)
		return;
	for (unsigned i = 0; r->pool && i < N_SLOTS; i++)
		pcre2_match_data_free(r->pool->slots[i]);
	free(r->pool);
	pcre2_match_context_free(r->limits);
	pcre2_code_free(r->code);
	free(r);
}

static unsigned enter(struct pool *p)
{
	uint64_t busy = atomic_load_explicit(&p->busy, memory_order_relaxed);
	for (;;) {
		if (busy == UINT64_MAX) {
			sched_yield();
			busy = atomic_load_explicit(&p->busy, memory_order_relaxed);
			continue;
		}
		unsigned slot = (unsigned)__builtin_ctzll(~busy);
		if (atomic_compare_exchange_weak_explicit(&p->busy, &busy, busy | UINT64_C(1) << slot,
							  memory_order_acquire, memory_order_relaxed))
			return slot;
	}
}

static void leave(struct pool *p, unsigned slot)
{
	atomic_fetch_and_explicit(&p->busy, ~(UINT64_C(1) << slot), memory_order_release);
}

bool filter_regex_matches(const struct filter_regex *r, const uint8_t *at, size_t len)
{
	static const uint8_t nothing[1] = { 0 };
	unsigned slot = enter(r->pool);
	int n = pcre2_match(r->code, len ? at : nothing, len, 0, 0, r->pool->slots[slot], r->limits);
	leave(r->pool, slot);
	return n >= 0;
}
