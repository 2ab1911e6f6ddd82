/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/radix.h"

#include <stdlib.h>
#include <string.h>

enum {
	DIGIT_BITS = 11,
	DIGITS = 1 << DIGIT_BITS,
	FEW = 24,         /* so many are inserted one by one */
	PARTS_MAX = 1024, /* of RADIX_PART / 2 = 2^16 each: 2^26 records */
	SAMPLES_A_PART = 32,
	UNWANTED = 0xffff,
};

struct keyed {
	uint64_t key;
	uint32_t i;
};

struct ordering {
	const struct radix_keys *keys;
	struct keyed *at, *other; /* for the part at work */
	size_t cap;               /* of each */
	/* parts: border k is the first of part k + 1 */
	uint32_t border[PARTS_MAX];
	uint64_t border_key[PARTS_MAX]; /* its first word */
	unsigned n_borders;
};

static uint64_t key_of(const struct ordering *o, uint32_t i, unsigned word)
{
	return o->keys->word(o->keys->arg, i, word);
}

static bool wanted(const struct ordering *o, uint32_t i)
{
	return !o->keys->wanted || o->keys->wanted(o->keys->arg, i);
}

static bool make_room(struct ordering *o, size_t n)
{
	if (n <= o->cap)
		return true;
	free(o->at);
	o->at = malloc(2 * n * sizeof(*o->at));
	o->other = o->at ? o->at + n : NULL;
	o->cap = o->at ? n : 0;
	return o->at;
}

/* ---- a part, stable ------------------------------------------------------------------------------ */

/* By the words from `word` on. */
static int compare(const struct ordering *o, uint32_t a, uint32_t b, unsigned word)
{
	for (; word < o->keys->n_words; word++) {
		uint64_t ka = key_of(o, a, word), kb = key_of(o, b, word);
		if (ka != kb)
			return ka < kb ? -1 : 1;
	}
	return 0;
}

static void insert_each(const struct ordering *o, uint32_t *out, size_t n, unsigned word)
{
	for (size_t k = 1; k < n; k++) {
		uint32_t i = out[k];
		size_t to = k;
		for (; to && compare(o, i, out[to - 1], word) < 0; to--)
			out[to] = out[to - 1];
		out[to] = i;
	}
}

static unsigned digit(uint64_t key, unsigned shift)
{
	return (unsigned)(key >> shift) & (DIGITS - 1);
}

static void move_by_digit(const struct keyed *from, struct keyed *to, size_t n, unsigned shift)
{
	uint32_t start[DIGITS] = { 0 }, sum = 0;

	for (size_t k = 0; k < n; k++)
		start[digit(from[k].key, shift)]++;
	for (size_t d = 0; d < DIGITS; d++) {
		uint32_t count = start[d];
		start[d] = sum;
		sum += count;
	}
	for (size_t k = 0; k < n; k++)
		to[start[digit(from[k].key, shift)]++] = from[k];
}

/* False when all have the same word. */
static bool sort_by_word(const struct ordering *o, uint32_t *out, size_t n, unsigned word)
{
	struct keyed *from = o->at, *to = o->other;
	uint64_t diff = 0;

	for (size_t k = 0; k < n; k++) {
		from[k] = (struct keyed){ key_of(o, out[k], word), out[k] };
		diff |= from[k].key ^ from[0].key;
	}
	for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
		if (!digit(diff, shift))
			continue;
		move_by_digit(from, to, n, shift);
		struct keyed *t = from;
		from = to;
		to = t;
	}
	for (size_t k = 0; diff && k < n; k++)
		out[k] = from[k].i;
	return diff != 0;
}

/* By this word, then those that have it in common by the next; as deep as a key has words. */
static void sort_part(const struct ordering *o, uint32_t *out, size_t n, unsigned word)
{
	if (n <= FEW) {
		insert_each(o, out, n, word);
		return;
	}
	while (!sort_by_word(o, out, n, word))
		if (++word == o->keys->n_words)
			return;
	if (++word == o->keys->n_words)
		return;
	for (size_t from = 0, to; from < n; from = to) {
		uint64_t key = key_of(o, out[from], word - 1);
		for (to = from + 1; to < n && key_of(o, out[to], word - 1) == key;)
			to++;
		if (to - from > 1)
			sort_part(o, out + from, to - from, word);
	}
}

/* ---- parts --------------------------------------------------------------------------------------- */

/* Leaves the sample in out, which is not needed for anything else yet. */
static bool find_borders(struct ordering *o, size_t n, uint32_t *out)
{
	size_t n_parts = 2 * n / RADIX_PART + 1, n_samples = 0;
	if (n_parts > PARTS_MAX)
		n_parts = PARTS_MAX;
	size_t step = n / (n_parts * SAMPLES_A_PART);
	for (size_t i = 0; i < n; i += step)
		if (wanted(o, (uint32_t)i))
			out[n_samples++] = (uint32_t)i;
	if (!make_room(o, n_samples))
		return false;
	sort_part(o, out, n_samples, 0);
	for (size_t k = SAMPLES_A_PART; k < n_samples && o->n_borders < PARTS_MAX - 1; k += SAMPLES_A_PART) {
		o->border[o->n_borders] = out[k];
		o->border_key[o->n_borders++] = key_of(o, out[k], 0);
	}
	return true;
}

/* How many borders are not above i. */
static unsigned part_of(const struct ordering *o, uint32_t i)
{
	unsigned low = 0, high = o->n_borders;
	uint64_t key = key_of(o, i, 0);

	while (low < high) {
		unsigned k = (low + high) / 2;
		int order = (key > o->border_key[k]) - (key < o->border_key[k]);
		if (!order)
			order = compare(o, i, o->border[k], 1);
		if (order > 0 || (order == 0 && i >= o->border[k]))
			low = k + 1;
		else
			high = k;
	}
	return low;
}

static size_t count_parts(const struct ordering *o, size_t n, uint16_t *part, size_t len[PARTS_MAX])
{
	size_t n_wanted = 0;
	memset(len, 0, PARTS_MAX * sizeof(*len));
	for (size_t i = 0; i < n; i++) {
		part[i] = UNWANTED;
		if (!wanted(o, (uint32_t)i))
			continue;
		part[i] = (uint16_t)part_of(o, (uint32_t)i);
		len[part[i]]++;
		n_wanted++;
	}
	return n_wanted;
}

static void fill_parts(const uint16_t *part, size_t n, const size_t len[PARTS_MAX], uint32_t *out)
{
	size_t at[PARTS_MAX], sum = 0;
	for (unsigned k = 0; k < PARTS_MAX; k++) {
		at[k] = sum;
		sum += len[k];
	}
	for (size_t i = 0; i < n; i++)
		if (part[i] != UNWANTED)
			out[at[part[i]]++] = (uint32_t)i;
}

static bool sort_parts(struct ordering *o, const size_t len[PARTS_MAX], uint32_t *out)
{
	for (unsigned k = 0; k <= o->n_borders; k++) {
		if (!make_room(o, len[k])) /* more than RADIX_PART where the sample misled */
			return false;
		sort_part(o, out, len[k], 0);
		out += len[k];
	}
	return true;
}

enum err radix_order(const struct radix_keys *keys, size_t n, uint32_t *out, size_t *n_out)
{
	struct ordering o = { .keys = keys };
	size_t len[PARTS_MAX];
	uint16_t *part = malloc((n + 1) * sizeof(*part));
	bool done = false;

	*n_out = 0;
	if (part && (n <= RADIX_PART || find_borders(&o, n, out))) {
		*n_out = count_parts(&o, n, part, len);
		fill_parts(part, n, len, out);
		done = sort_parts(&o, len, out);
	}
	free(part);
	free(o.at);
	return done ? ERR_OK : ERR_MEMORY;
}
