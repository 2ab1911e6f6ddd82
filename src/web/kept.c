/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/kept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/history.h"

static void release(struct kept_list *l)
{
	free(l->at);
	free(l->texts);
	*l = (struct kept_list){ 0 };
}

/* Room for one more of them.  False: no memory. */
static bool grow(void *at, size_t *cap, size_t wanted, size_t size)
{
	void **p = at;
	size_t more = *cap ? *cap : 64;

	if (wanted <= *cap)
		return true;
	while (more < wanted)
		more *= 2;
	void *fresh = realloc(*p, more * size);
	if (!fresh)
		return false;
	*p = fresh;
	*cap = more;
	return true;
}

static bool add_text(struct kept_list *l, const char *text, size_t *at)
{
	size_t len = strlen(text) + 1;

	if (!grow(&l->texts, &l->cap_texts, l->n_texts + len, 1))
		return false;
	memcpy(l->texts + l->n_texts, text, len);
	*at = l->n_texts;
	l->n_texts += len;
	return true;
}

static bool add(void *arg, const char *name, const char *series, int64_t first_ns, int64_t last_ns)
{
	struct kept_list *l = arg;
	struct kept_series s = { .first_ns = first_ns, .last_ns = last_ns };

	/* Series of one name follow one another. */
	bool is_same = l->n && strcmp(l->texts + l->at[l->n - 1].name, name) == 0;
	if (is_same)
		s.name = l->at[l->n - 1].name;
	if (!grow(&l->at, &l->cap, l->n + 1, sizeof(s)) || (!is_same && !add_text(l, name, &s.name)) ||
	    !add_text(l, series, &s.series)) {
		l->failed = ERR_MEMORY;
		return false;
	}
	l->at[l->n++] = s;
	return true;
}

static void *make(void *arg)
{
	struct kept *k = arg;
	enum err e = history_list(k->folder, add, &k->next);

	if (!k->next.failed)
		k->next.failed = e;
	atomic_store(&k->is_made, true);
	return NULL;
}

void kept_init(struct kept *k, const char *folder)
{
	*k = (struct kept){ .folder = folder };
}

enum err kept_begin(struct kept *k, int64_t now_ns)
{
	if (!k->folder || k->runs)
		return ERR_OK;
	release(&k->next);
	k->begun_ns = now_ns;
	atomic_store(&k->is_made, false);
	errno = pthread_create(&k->thread, NULL, make, k);
	k->runs = errno == 0;
	return k->runs ? ERR_OK : ERR_SYS;
}

/* Takes what the thread has made, which is at its end. */
static void take(struct kept *k)
{
	pthread_join(k->thread, NULL);
	k->runs = false;
	release(&k->list);
	k->list = k->next;
	k->next = (struct kept_list){ 0 };
	k->has_list = true;
	k->made_ns = k->begun_ns;
}

enum err kept_get(struct kept *k, int64_t now_ns, const struct kept_list **out)
{
	*out = &k->list;
	if (!k->folder)
		return ERR_OK;
	if (k->runs && atomic_load(&k->is_made))
		take(k);
	if (k->has_list && now_ns - k->made_ns <= KEPT_FRESH_NS)
		return k->list.failed;
	enum err e = kept_begin(k, now_ns);
	return k->has_list ? k->list.failed : e;
}

bool kept_is_making(const struct kept *k)
{
	return k->folder && !k->has_list;
}

void kept_release(struct kept *k)
{
	if (k->runs)
		pthread_join(k->thread, NULL);
	release(&k->list);
	release(&k->next);
	k->runs = false;
}
