/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/hosts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void hosts_release(struct hosts *h)
{
	for (size_t i = 0; i < h->n; i++)
		free(h->at[i].name);
	free(h->at);
	*h = (struct hosts){ 0 };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of the line, or one of length 0 at its end. */
static const char *next_word(const char **at, const char *end, size_t *len)
{
	const char *p = *at;
	while (p < end && is_blank(*p))
		p++;
	const char *word = p;
	while (p < end && !is_blank(*p))
		p++;
	*at = p;
	*len = (size_t)(p - word);
	return word;
}

/* Names go to terminals and pages: no control bytes, no quotes or angle brackets, no 8-bit controls. */
static bool name_is_clean(const char *name, size_t len)
{
	if (len == 0 || len >= HOSTS_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)name[i];
		if (c < 0x21 || c == 0x7f || c == '<' || c == '>' || c == '"' || c == '\\')
			return false;
		if (c >= 0x80 && (c == 0xc2 && (i + 1 >= len || (unsigned char)name[i + 1] < 0xa0)))
			return false;
	}
	return true;
}

static enum err add(struct hosts *h, const struct addr *addr, const char *name, size_t len)
{
	if (h->n == h->cap) {
		size_t cap = h->cap ? h->cap * 2 : 16;
		struct hosts_entry *grown = realloc(h->at, cap * sizeof(*grown));
		if (!grown)
			return ERR_MEMORY;
		h->at = grown;
		h->cap = cap;
	}
	char *copy = strndup(name, len);
	if (!copy)
		return ERR_MEMORY;
	h->at[h->n] = (struct hosts_entry){ .addr = *addr, .name = copy, .order = h->n };
	h->n++;
	return ERR_OK;
}

static enum err parse_line(struct hosts *h, const char *at, const char *end)
{
	size_t len;
	char text[ADDR_TEXT_MAX];
	struct addr addr;
	const char *comment = memchr(at, '#', (size_t)(end - at));
	if (comment)
		end = comment;
	const char *word = next_word(&at, end, &len);
	if (len == 0)
		return ERR_OK;
	if (len >= sizeof(text))
		return ERR_FORMAT;
	memcpy(text, word, len);
	text[len] = '\0';
	if (!addr_parse(text, &addr))
		return ERR_FORMAT;
	const char *name = next_word(&at, end, &len);
	if (!name_is_clean(name, len))
		return ERR_FORMAT;
	return add(h, &addr, name, len);
}

static int compare(const void *a, const void *b)
{
	const struct hosts_entry *x = a, *y = b;
	return addr_compare(&x->addr, &y->addr);
}

/* Equal addresses keep their order in the file, so that the first name wins. */
static int compare_in_order(const void *a, const void *b)
{
	const struct hosts_entry *x = a, *y = b;
	int by_addr = compare(a, b);
	return by_addr ? by_addr : (x->order > y->order) - (x->order < y->order);
}

static void sort_and_drop_repeats(struct hosts *h)
{
	if (h->n == 0)
		return;
	qsort(h->at, h->n, sizeof(*h->at), compare_in_order);
	size_t kept = 0;
	for (size_t i = 0; i < h->n; i++) {
		if (kept > 0 && compare(&h->at[kept - 1], &h->at[i]) == 0)
			free(h->at[i].name);
		else
			h->at[kept++] = h->at[i];
	}
	h->n = kept;
}

enum err hosts_parse(struct hosts *h, const char *text, size_t len, unsigned *line)
{
	*h = (struct hosts){ 0 };
	*line = 0;
	for (const char *at = text, *end = text + len; at < end;) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));
		if (!eol)
			eol = end;
		++*line;
		enum err e = parse_line(h, at, eol);
		if (e) {
			hosts_release(h);
			return e;
		}
		at = eol < end ? eol + 1 : end;
	}
	sort_and_drop_repeats(h);
	return ERR_OK;
}

const char *hosts_name(const struct hosts *h, const struct addr *a)
{
	if (h->n == 0)
		return NULL;
	struct hosts_entry key = { .addr = *a };
	const struct hosts_entry *found = bsearch(&key, h->at, h->n, sizeof(key), compare);
	return found ? found->name : NULL;
}
