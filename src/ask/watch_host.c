/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/watch_host.h"

#include <netdb.h>
#include <string.h>

#include "base/nstime.h"

/* So long is a name server waited for.  An answer that comes later counts all the same: a resolver takes
 * longer where the first server is dead, or the second question is never answered. */
static const int64_t patience_ns = 10 * NS_PER_S;

void watch_host_init(struct watch_host *h, const char *name)
{
	*h = (struct watch_host){ .name = name, .is_path = name[0] == '/' };
	h->is_literal = addr_parse(name, &h->addr);
	h->has_addr = h->is_path || h->is_literal;
	h->wants_lookup = !h->has_addr;
}

void watch_host_release(struct watch_host *h)
{
	struct lookup_one one;

	if (h->question)
		lookup_end(h->question, &one);
	h->question = NULL;
}

bool watch_host_is_here(const struct watch_host *h)
{
	return h->is_path || strcmp(h->name, "localhost") == 0 || (h->is_literal && lookup_is_ours(&h->addr));
}

bool watch_host_knows(struct watch_host *h, int64_t now_ns)
{
	if (h->is_path || h->is_literal)
		return true;
	bool is_old = h->wants_lookup || now_ns - h->looked_ns > WATCH_HOST_LOOKUP_S * NS_PER_S;
	if (!h->question && !h->wish_ns && is_old)
		h->wish_ns = now_ns;
	return h->has_addr;
}

bool watch_host_is_sooner(const struct watch_host *h, const struct watch_host *than)
{
	if (!h->n_lost != !than->n_lost)
		return !h->n_lost;
	return h->wish_ns < than->wish_ns;
}

static void take_addresses(struct watch_host *h, const struct lookup_one *one, int64_t now_ns)
{
	h->looked_ns = now_ns;
	h->wants_lookup = false;
	h->n_lost = one->n ? 0 : h->n_lost + 1;
	if (one->n) {
		h->addr = one->at[h->pick % one->n].addr;
		h->scope = one->at[h->pick % one->n].scope;
		h->has_addr = true;
	} else if (!h->has_addr) {
		memcpy(h->why, one->why, sizeof(h->why));
	}
}

bool watch_host_begin(struct watch_host *h, struct lookups *lookups, int64_t now_ns)
{
	struct lookup_one none = { .why = "there is no thread or no memory to look it up" };

	h->question = lookup_begin(lookups, h->name);
	h->is_overdue = false;
	h->question_ns = now_ns;
	h->wish_ns = 0;
	if (!h->question)
		take_addresses(h, &none, now_ns);
	return h->question;
}

static void take_answer(struct watch_host *h, int64_t now_ns)
{
	struct lookup_one one = { .host = h->name };

	lookup_end(h->question, &one);
	h->question = NULL;
	take_addresses(h, &one, now_ns);
	/* That there was none is no news where nobody waited for it. */
	h->wants_lookup = h->is_overdue && !one.n;
}

void watch_host_look(struct watch_host *h, int64_t now_ns)
{
	struct lookup_one none;

	if (!h->question)
		return;
	if (lookup_is_over(h->question) || now_ns - h->question_ns > WATCH_HOST_LOOKUP_S * NS_PER_S) {
		take_answer(h, now_ns);
	} else if (!h->is_overdue && now_ns - h->question_ns >= patience_ns) {
		h->is_overdue = true;
		lookup_one_fill(&none, EAI_INPROGRESS, NULL);
		take_addresses(h, &none, now_ns);
	}
}

void watch_host_failed(struct watch_host *h)
{
	h->wants_lookup = !h->is_literal && !h->is_path;
}
