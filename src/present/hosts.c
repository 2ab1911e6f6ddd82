/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/hosts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "present/utf8.h"

static void release_entry(struct hosts_entry *e)
{
	if (e->label != e->name)
		free(e->label);
	free(e->name);
}

void hosts_release(struct hosts *h)
{
	for (size_t i = 0; i < h->n; i++)
		release_entry(&h->at[i]);
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

static bool is_control(const char *at, const char *end)
{
	unsigned char c = (unsigned char)*at;
	/* U+0080 to U+009F are C2 80 to C2 9F. */
	return c < 0x20 || c == 0x7f || (c == 0xc2 && end - at > 1 && (unsigned char)at[1] < 0xa0);
}

/* Names go to terminals, pages and programs.  NULL when this one may. */
static const char *fault_of_name(const char *name, size_t len)
{
	if (len == 0)
		return "expected an address and a name";
	if (len >= HOSTS_NAME_MAX)
		return "name is too long";
	for (size_t i = 0; i < len; i++)
		if (is_control(name + i, name + len))
			return "name has control characters";
	for (size_t i = 0; i < len; i++)
		if (name[i] && strchr("<>\"\\", name[i]))
			return "name has a quote, a backslash or an angle bracket";
	return NULL;
}

/* Names the entry, whose label is made once, since tables show it in each row. */
static enum err name_entry(struct hosts_entry *e, const char *name, size_t len)
{
	char label[HOSTS_LABEL_MAX];

	utf8_clean(name, len, label, sizeof(label));
	e->name = e->label = strndup(name, len);
	if (e->name && strcmp(label, e->name) != 0)
		e->label = strdup(label);
	if (e->label)
		return ERR_OK;
	free(e->name);
	return ERR_MEMORY;
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
	h->at[h->n] = (struct hosts_entry){ .addr = *addr, .order = h->n };
	enum err e = name_entry(&h->at[h->n], name, len);
	h->n += !e;
	return e;
}

static enum err parse_line(struct hosts *h, const char *at, const char *end, const char **why)
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
	*why = "expected an address and a name";
	if (len >= sizeof(text))
		return ERR_FORMAT;
	memcpy(text, word, len);
	text[len] = '\0';
	if (!addr_parse(text, &addr))
		return ERR_FORMAT;
	const char *name = next_word(&at, end, &len);
	*why = fault_of_name(name, len);
	if (*why)
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
			release_entry(&h->at[i]);
		else
			h->at[kept++] = h->at[i];
	}
	h->n = kept;
}

static size_t mark_len(const char *text, size_t len)
{
	return len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

enum err hosts_parse(struct hosts *h, const char *text, size_t len, unsigned *line, const char **why)
{
	*h = (struct hosts){ 0 };
	*line = 0;
	*why = NULL;
	for (const char *at = text + mark_len(text, len), *end = text + len; at < end;) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));
		if (!eol)
			eol = end;
		++*line;
		enum err e = parse_line(h, at, eol, why);
		if (e) {
			hosts_release(h);
			return e;
		}
		at = eol < end ? eol + 1 : end;
	}
	sort_and_drop_repeats(h);
	return ERR_OK;
}

static const struct hosts_entry *find(const struct hosts *h, const struct addr *a)
{
	if (h->n == 0)
		return NULL;
	struct hosts_entry key = { .addr = *a };
	return bsearch(&key, h->at, h->n, sizeof(key), compare);
}

const char *hosts_name(const struct hosts *h, const struct addr *a)
{
	const struct hosts_entry *e = find(h, a);
	return e ? e->name : NULL;
}

const char *hosts_label(const struct hosts *h, const struct addr *a)
{
	const struct hosts_entry *e = find(h, a);
	return e ? e->label : NULL;
}
