/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history.h"

#include <stdlib.h>

#include "store/history_scan.h"
#include "store/journal.h"

struct history {
	struct journal *journal;
};

enum err history_open(const char *folder, struct history **out)
{
	struct history *h = calloc(1, sizeof(*h));

	*out = NULL;
	if (!h)
		return ERR_MEMORY;
	enum err e = journal_open(folder, &h->journal);
	if (e) {
		free(h);
		return e;
	}
	*out = h;
	return ERR_OK;
}

void history_close(struct history *h)
{
	if (!h)
		return;
	journal_close(h->journal);
	free(h);
}

void history_turn(struct history *h)
{
	(void)h;
}

enum err history_add(struct history *h, const struct reading *r)
{
	char name[HISTORY_TARGET_MAX];

	if (!r->n_points || !reading_name(r->target, r->part, name))
		return ERR_OK;
	return journal_add(h->journal, r->time_ns, r->every_ns, name, r->points, r->n_points);
}

enum err history_read(const char *folder, const struct history_wish *w, struct history_span *out)
{
	return history_scan_read(folder, w, out);
}

enum err history_list(const char *folder,
		      bool (*each)(void *arg, const char *name, const char *series, int64_t first_ns,
				   int64_t last_ns),
		      void *arg)
{
	return history_scan_list(folder, each, arg);
}

void history_span_release(struct history_span *s)
{
	free(s->at);
	*s = (struct history_span){ 0 };
}
