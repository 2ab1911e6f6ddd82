/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/views.h"

#include <stdio.h>
#include <string.h>

enum { BYTES_A_CLIENT = 12 };

void views_init(struct views *s, size_t max_bytes, uint64_t first_id)
{
	*s = (struct views){ .max_bytes = max_bytes, .next_id = first_id | 1 };
}

static size_t size_of_view(const struct view *v)
{
	return live_view_bytes(&v->order);
}

static void drop(struct views *s, struct view *v)
{
	s->n_bytes -= size_of_view(v);
	live_view_release(&v->order);
	*v = (struct view){ 0 };
}

void views_release(struct views *s)
{
	for (size_t i = 0; i < VIEWS_MAX; i++)
		if (s->at[i].taken)
			drop(s, &s->at[i]);
}

void views_expire(struct views *s, int64_t now_ns)
{
	for (size_t i = 0; i < VIEWS_MAX; i++) {
		struct view *v = &s->at[i];
		if (v->taken && !v->n_holders && now_ns - v->used_ns > VIEW_IDLE_NS)
			drop(s, v);
	}
}

void view_leave(struct view *v, int64_t now_ns)
{
	v->n_holders--;
	v->used_ns = now_ns;
}

/* The one that was not used for longest and that nobody holds, but for `not`; NULL: none. */
static struct view *oldest(struct views *s, const struct view * not )
{
	struct view *found = NULL;

	for (size_t i = 0; i < VIEWS_MAX; i++) {
		struct view *v = &s->at[i];
		if (v != not &&v->taken && !v->n_holders && (!found || v->used_ns < found->used_ns))
			found = v;
	}
	return found;
}

static struct view *free_place(struct views *s)
{
	for (size_t i = 0; i < VIEWS_MAX; i++)
		if (!s->at[i].taken)
			return &s->at[i];
	struct view *v = oldest(s, NULL);
	if (v)
		drop(s, v);
	return v;
}

/* Bytes of all that are held, or of all that are not; *n: how many. */
static size_t room_taken(const struct views *s, bool held, unsigned *n)
{
	size_t sum = 0;

	*n = 0;
	for (size_t i = 0; i < VIEWS_MAX; i++) {
		const struct view *v = &s->at[i];
		if (v->taken && (v->n_holders > 0) == held) {
			sum += size_of_view(v);
			++*n;
		}
	}
	return sum;
}

/* Half of all room is for views that are held, half for the others; the first one of either may have any
 * size. */
static bool may_hold(const struct views *s, size_t bytes)
{
	unsigned n;
	size_t held = room_taken(s, true, &n);
	return n == 0 || (n < VIEWS_MAX / 2 && held + bytes <= s->max_bytes / 2);
}

/* The others give way, but for one. */
static void make_room(struct views *s, size_t bytes, const struct view *but)
{
	struct view *v;
	unsigned n;

	while (room_taken(s, false, &n) + bytes > s->max_bytes / 2 && (v = oldest(s, but)))
		drop(s, v);
}

/* What it will take, as far as one can tell without sorting. */
static size_t expected_bytes(struct live *l, const struct view_wish *wish)
{
	struct live_totals t;

	if (wish->filter.n_terms)
		return 0;
	live_totals(l, &t);
	return (size_t)t.n_clients * BYTES_A_CLIENT;
}

static enum err make(struct views *s, struct live *l, const struct view_wish *wish, int64_t now_ns,
		     struct view **out)
{
	struct view *v = free_place(s);

	if (!v)
		return ERR_LIMIT;
	make_room(s, expected_bytes(l, wish), v);
	*v = (struct view){ .wish = *wish, .made_ns = now_ns };
	enum err e = live_view_make(l, wish->by, wish->descending, &v->wish.filter, &v->order);
	if (e) {
		live_view_release(&v->order);
		*v = (struct view){ 0 };
		return e;
	}
	make_room(s, size_of_view(v), v);
	v->taken = true;
	v->id = s->next_id;
	s->next_id += 2;
	s->n_bytes += size_of_view(v);
	*out = v;
	return ERR_OK;
}

static bool fits(const struct view *v, const struct view_wish *wish)
{
	return v->taken && v->wish.by == wish->by && v->wish.descending == wish->descending &&
	       strcmp(v->wish.filter_text, wish->filter_text) == 0;
}

/* id 0: one that is younger than max_age_ns. */
static struct view *find(struct views *s, const struct view_wish *wish, uint64_t id, int64_t now_ns,
			 int64_t max_age_ns)
{
	for (size_t i = 0; i < VIEWS_MAX; i++) {
		struct view *v = &s->at[i];
		if (fits(v, wish) && (id ? v->id == id : now_ns - v->made_ns < max_age_ns))
			return v;
	}
	return NULL;
}

enum err views_get(struct views *s, struct live *l, const struct view_wish *wish, uint64_t id, int64_t now_ns,
		   struct view **out)
{
	struct view *found = id ? find(s, wish, id, now_ns, 0) : NULL;
	enum err e = ERR_OK;

	if (!found)
		found = find(s, wish, 0, now_ns, VIEW_FRESH_NS);
	if (!found)
		e = make(s, l, wish, now_ns, &found);
	if (found)
		found->used_ns = now_ns;
	*out = found;
	return e;
}

enum err views_hold(struct views *s, struct live *l, const struct view_wish *wish, int64_t now_ns,
		    struct view **out)
{
	struct view *v = find(s, wish, 0, now_ns, VIEW_SHARED_NS);
	enum err e = ERR_OK;

	*out = NULL;
	if (!v && !may_hold(s, expected_bytes(l, wish)))
		return ERR_LIMIT;
	if (!v)
		e = make(s, l, wish, now_ns, &v);
	if (e || (!v->n_holders && !may_hold(s, size_of_view(v))))
		return e ? e : ERR_LIMIT;
	v->used_ns = now_ns;
	v->n_holders++;
	*out = v;
	return ERR_OK;
}

void view_id_text(uint64_t id, char out[VIEW_ID_MAX])
{
	snprintf(out, VIEW_ID_MAX, "%016llx", (unsigned long long)id);
}

uint64_t view_id_parse(const char *text)
{
	uint64_t id = 0;

	for (const char *p = text; *p; p++) {
		int digit = *p >= '0' && *p <= '9' ? *p - '0' : *p >= 'a' && *p <= 'f' ? *p - 'a' + 10 : -1;
		if (digit < 0 || p - text >= 16)
			return 0;
		id = id << 4 | (uint64_t)digit;
	}
	return id;
}
