/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lazy_order.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/reserve.h"

enum {
	FEW = 4096, /* so many are sorted at once, words at hand */
	DIGIT_BITS = 8,
	DIGITS = 1 << DIGIT_BITS,
	SMALL = 1 << 17, /* rows that are not worth large pages */
};

struct lazy_part {
	uint32_t from; /* to where the next one begins */
	uint8_t level;
	bool settled;
};

enum err lazy_order_init(struct lazy_order *o, size_t cap)
{
	*o = (struct lazy_order){ .cap = cap };
	o->ids = reserve_pages(cap * sizeof(*o->ids));
	o->words = reserve_pages(cap * sizeof(*o->words));
	if (o->ids && o->words)
		return ERR_OK;
	lazy_order_release(o);
	return ERR_MEMORY;
}

void lazy_order_release(struct lazy_order *o)
{
	if (o->cap) {
		reserve_release(o->ids, o->cap * sizeof(*o->ids));
		reserve_release(o->words, o->cap * sizeof(*o->words));
	} else {
		free(o->ids);
		free(o->words);
	}
	free(o->parts);
	*o = (struct lazy_order){ 0 };
}

/* Few rows in large pages would take a thousand times their size. */
static enum err move_to_heap(struct lazy_order *o)
{
	struct lazy_order small = { .n = o->n };
	small.ids = malloc((o->n + 1) * sizeof(*small.ids));
	small.words = malloc((o->n + 1) * sizeof(*small.words));
	if (!small.ids || !small.words) {
		lazy_order_release(&small);
		return ERR_MEMORY;
	}
	memcpy(small.ids, o->ids, o->n * sizeof(*small.ids));
	memcpy(small.words, o->words, o->n * sizeof(*small.words));
	lazy_order_release(o);
	*o = small;
	return ERR_OK;
}

enum err lazy_order_close(struct lazy_order *o, unsigned level)
{
	enum err e = o->n < SMALL ? move_to_heap(o) : ERR_OK;
	if (e)
		return e;
	o->parts_cap = 64;
	o->parts = malloc(o->parts_cap * sizeof(*o->parts));
	if (!o->parts)
		return ERR_MEMORY;
	o->parts[0] = (struct lazy_part){ .level = (uint8_t)level, .settled = o->n < 2 };
	o->n_parts = 1;
	return ERR_OK;
}

/* ---- parts --------------------------------------------------------------------------------------- */

static size_t end_of(const struct lazy_order *o, size_t part)
{
	return part + 1 < o->n_parts ? o->parts[part + 1].from : o->n;
}

static size_t part_at(const struct lazy_order *o, size_t row)
{
	size_t low = 0, high = o->n_parts;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		if (o->parts[middle].from <= row)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Puts n parts in the place of one. */
static enum err replace(struct lazy_order *o, size_t part, const struct lazy_part *with, size_t n)
{
	if (o->n_parts + n > o->parts_cap) {
		size_t cap = 2 * (o->n_parts + n);
		struct lazy_part *more = realloc(o->parts, cap * sizeof(*more));
		if (!more)
			return ERR_MEMORY;
		o->parts = more;
		o->parts_cap = cap;
	}
	memmove(o->parts + part + n, o->parts + part + 1, (o->n_parts - part - 1) * sizeof(*o->parts));
	memcpy(o->parts + part, with, n * sizeof(*with));
	o->n_parts += n - 1;
	return ERR_OK;
}

/* It becomes one with settled neighbours, so that reading on from row to row leaves a single one. */
static void settled(struct lazy_order *o, size_t part)
{
	size_t first = part, last = part;
	o->parts[part].settled = true;
	if (first && o->parts[first - 1].settled)
		first--;
	if (last + 1 < o->n_parts && o->parts[last + 1].settled)
		last++;
	memmove(o->parts + first + 1, o->parts + last + 1, (o->n_parts - last - 1) * sizeof(*o->parts));
	o->n_parts -= last - first;
}

/* ---- few rows ------------------------------------------------------------------------------------ */

struct row {
	uint64_t word;
	uint32_t id;
};

static int by_word(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;
	return (a->word > b->word) - (a->word < b->word);
}

static void sort_words(uint64_t *words, uint32_t *ids, size_t n)
{
	struct row rows[FEW];
	for (size_t i = 0; i < n; i++)
		rows[i] = (struct row){ words[i], ids[i] };
	qsort(rows, n, sizeof(*rows), by_word);
	for (size_t i = 0; i < n; i++) {
		words[i] = rows[i].word;
		ids[i] = rows[i].id;
	}
}

/* The level at which those n, which have the word in common, are told apart; their words of it. */
static unsigned go_on(const struct lazy_words *w, unsigned level, uint64_t *words, const uint32_t *ids,
		      size_t n)
{
	unsigned next = w->next(w->arg, level, words[0]);
	if (next < LAZY_ORDER_LEVELS)
		w->words(w->arg, next, ids, n, words);
	return next;
}

/* Rows from `from` to before `to` that have all words up to that level in common. */
struct run {
	uint16_t from, to;
	uint8_t level;
};

struct runs {
	struct run at[FEW / 2];
	size_t n;
};

/* Those that are left among rows whose words of that level are in order. */
static void add_runs(struct runs *r, const struct lazy_words *w, const uint64_t *words, size_t from,
		     size_t end, unsigned level)
{
	for (size_t to; from < end; from = to) {
		for (to = from + 1; to < end && words[to] == words[from];)
			to++;
		unsigned next = to - from > 1 ? w->next(w->arg, level, words[from]) : LAZY_ORDER_LEVELS;
		if (next < LAZY_ORDER_LEVELS)
			r->at[r->n++] = (struct run){ (uint16_t)from, (uint16_t)to, (uint8_t)next };
	}
}

/* The words of that level, of all runs that wait for it: asking costs more than what is answered. */
static void fill_runs(const struct runs *r, const struct lazy_words *w, unsigned level, uint64_t *words,
		      const uint32_t *ids)
{
	uint32_t asked[FEW];
	uint64_t got[FEW];
	size_t n = 0, k = 0;

	for (size_t i = 0; i < r->n; i++)
		for (size_t row = r->at[i].from; r->at[i].level == level && row < r->at[i].to; row++)
			asked[n++] = ids[row];
	w->words(w->arg, level, asked, n, got);
	for (size_t i = 0; i < r->n; i++)
		for (size_t row = r->at[i].from; r->at[i].level == level && row < r->at[i].to; row++)
			words[row] = got[k++];
}

static void sort_few(const struct lazy_words *w, unsigned level, uint64_t *words, uint32_t *ids, size_t n)
{
	struct runs now = { .n = 0 }, after;

	sort_words(words, ids, n);
	add_runs(&now, w, words, 0, n, level);
	while (now.n) {
		level = now.at[0].level;
		fill_runs(&now, w, level, words, ids);
		after.n = 0;
		for (size_t i = 0; i < now.n; i++) {
			const struct run *r = &now.at[i];
			if (r->level != level) {
				after.at[after.n++] = *r;
				continue;
			}
			sort_words(words + r->from, ids + r->from, (size_t)(r->to - r->from));
			add_runs(&after, w, words, r->from, r->to, level);
		}
		now.n = after.n;
		memcpy(now.at, after.at, after.n * sizeof(*after.at));
	}
}

/* ---- many rows ----------------------------------------------------------------------------------- */

struct digits {
	uint64_t least;
	unsigned shift;
	uint32_t end[DIGITS]; /* where the rows with that digit end */
};

static size_t digit_of(const struct digits *d, uint64_t word)
{
	return (size_t)((word - d->least) >> d->shift);
}

/* False when all words are the same. */
static bool choose_digits(struct digits *d, const uint64_t *words, size_t n)
{
	uint64_t least = words[0], most = words[0];
	for (size_t i = 1; i < n; i++) {
		least = words[i] < least ? words[i] : least;
		most = words[i] > most ? words[i] : most;
	}
	if (least == most)
		return false;
	unsigned bits = 64 - (unsigned)__builtin_clzll(most - least);
	*d = (struct digits){ .least = least, .shift = bits > DIGIT_BITS ? bits - DIGIT_BITS : 0 };
	return true;
}

/* Moves each row to those with the same digit, in place. */
static void move_by_digit(struct digits *d, uint64_t *words, uint32_t *ids, size_t n)
{
	uint32_t next[DIGITS], sum = 0;

	for (size_t i = 0; i < n; i++)
		d->end[digit_of(d, words[i])]++;
	for (size_t k = 0; k < DIGITS; k++) {
		next[k] = sum;
		sum += d->end[k];
		d->end[k] = sum;
	}
	for (size_t k = 0; k < DIGITS; k++) {
		while (next[k] < d->end[k]) {
			struct row r = { words[next[k]], ids[next[k]] };
			size_t to;
			while ((to = digit_of(d, r.word)) != k) {
				uint32_t at = next[to]++;
				struct row other = { words[at], ids[at] };
				words[at] = r.word;
				ids[at] = r.id;
				r = other;
			}
			words[next[k]] = r.word;
			ids[next[k]++] = r.id;
		}
	}
}

/* Rows with one digit are a part, or several digits with few rows. */
static enum err cut(struct lazy_order *o, size_t part, const struct digits *d)
{
	struct lazy_part parts[DIGITS];
	uint32_t base = o->parts[part].from, from = 0;
	size_t n = 0;

	for (size_t k = 0; k < DIGITS; k++) {
		if (k + 1 < DIGITS && d->end[k + 1] - from <= FEW)
			continue;
		if (d->end[k] > from)
			parts[n++] = (struct lazy_part){ .from = base + from, .level = o->parts[part].level };
		from = d->end[k];
	}
	return replace(o, part, parts, n);
}

/* Cuts it, or goes on to another level, or finds that all is settled. */
static enum err cut_by_words(struct lazy_order *o, const struct lazy_words *w, size_t part)
{
	struct lazy_part *p = &o->parts[part];
	uint64_t *words = o->words + p->from;
	uint32_t *ids = o->ids + p->from;
	size_t n = end_of(o, part) - p->from;
	struct digits d;

	while (!choose_digits(&d, words, n)) {
		unsigned next = go_on(w, p->level, words, ids, n);
		if (next >= LAZY_ORDER_LEVELS) {
			settled(o, part);
			return ERR_OK;
		}
		p->level = (uint8_t)next;
	}
	move_by_digit(&d, words, ids, n);
	return cut(o, part, &d);
}

enum err lazy_order_settle(struct lazy_order *o, const struct lazy_words *w, size_t from, size_t to)
{
	enum err e = ERR_OK;
	if (to > o->n)
		to = o->n;
	while (from < to && !e) {
		size_t part = part_at(o, from), begin = o->parts[part].from, end = end_of(o, part);
		if (o->parts[part].settled) {
			from = end;
		} else if (end - begin <= FEW) {
			sort_few(w, o->parts[part].level, o->words + begin, o->ids + begin, end - begin);
			settled(o, part);
		} else {
			e = cut_by_words(o, w, part);
		}
	}
	return e;
}
