/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walks over the list of a made-up ntpd under a clock of their own: lost and swapped fragments, clients
 * that move while we read, nonces that grow old, points that nobody knows any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/mru_rows.h"

enum { MS = 1000000, CLIENTS_MAX = 5000, TEXT_MAX = 65536 };

struct client {
	unsigned id;
	uint64_t last;
};

struct server {
	struct client clients[CLIENTS_MAX]; /* by last, the oldest first */
	unsigned n;
	uint64_t clock;
	int64_t nonce_ns;                  /* when the valid one was made */
	unsigned seed, loss_percent, busy; /* busy: clients that move between two answers */
	unsigned n_requests, max_frags;
	bool refuses_points, refuses_frags, swaps;
	char text[TEXT_MAX];
	size_t len;
};

struct bench {
	struct server s;
	struct mru_walk w;
	int64_t now_ns;
	uint64_t seen[CLIENTS_MAX]; /* the latest `last` handed out, by id; 0: never */
	uint64_t n_repeated;
};

static unsigned dice(struct server *s, unsigned n)
{
	s->seed = s->seed * 1103515245 + 12345;
	return (s->seed >> 16) % n;
}

static void on_row(void *arg, const struct mru_row *r)
{
	struct bench *b = arg;
	unsigned id = (unsigned)r->addr.b[13] << 16 | (unsigned)r->addr.b[14] << 8 | r->addr.b[15];
	assert_true(id < CLIENTS_MAX);
	assert_true(r->last > b->seen[id] || b->s.refuses_points);
	assert_int_equal(r->port, 1000 + id % 60000);
	assert_int_equal(r->count, id + 1);
	b->n_repeated += b->seen[id] != 0;
	b->seen[id] = r->last;
}

static void move_to_the_end(struct server *s, unsigned i)
{
	struct client c = s->clients[i];
	memmove(s->clients + i, s->clients + i + 1, (s->n - i - 1) * sizeof(c));
	c.last = s->clock += 1000;
	s->clients[s->n - 1] = c;
}

static struct bench *bench_new(unsigned n)
{
	struct bench *b = calloc(1, sizeof(*b));
	b->s.clock = UINT64_C(0xeeacbcd800000000);
	b->s.nonce_ns = INT64_MIN;
	b->s.seed = 1;
	b->s.max_frags = 32;
	for (unsigned i = 0; i < n; i++)
		b->s.clients[b->s.n++] = (struct client){ i, b->s.clock += 1000 };
	return b;
}

/* ---- the server ------------------------------------------------------------------------------------ */

__attribute__((format(printf, 2, 3))) static void say(struct server *s, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	s->len += (size_t)vsnprintf(s->text + s->len, sizeof(s->text) - s->len, format, ap);
	va_end(ap);
}

/* Behind the newest point that is still so; -1: none is. */
static int place_of(struct server *s, struct var_list l)
{
	int place = -2; /* no point was named */
	struct var v;
	for (unsigned i = 0; i < 16; i++) {
		char name[16];
		struct mru_row r;
		uint64_t last;
		snprintf(name, sizeof(name), "addr.%u", i);
		if (!var_find(l, name, &v))
			break;
		place = -1;
		assert_true(mru_address(v.value, v.value_len, &r));
		snprintf(name, sizeof(name), "last.%u", i);
		assert_true(var_find(l, name, &v) && var_timestamp(&v, &last));
		for (unsigned k = 0; k < s->n; k++)
			if (s->clients[k].last == last && !s->refuses_points)
				return (int)k + 1;
	}
	return place == -1 ? -1 : 0;
}

static void send_fragment(struct bench *b, const uint8_t *request, size_t from, size_t n, bool more)
{
	uint8_t p[12 + 468] = { 0xd6, (uint8_t)(0x80 | (more ? 0x20 : 0) | request[1]), request[2],
				request[3] };
	if (dice(&b->s, 100) < b->s.loss_percent)
		return;
	p[8] = (uint8_t)(from >> 8);
	p[9] = (uint8_t)from;
	p[10] = (uint8_t)(n >> 8);
	p[11] = (uint8_t)n;
	memcpy(p + 12, b->s.text + from, n);
	mru_walk_take(&b->w, p, 12 + (n + 3) / 4 * 4, b->now_ns);
	if (dice(&b->s, 100) < b->s.loss_percent)
		mru_walk_take(&b->w, p, 12 + (n + 3) / 4 * 4, b->now_ns);
}

static void send_error(struct bench *b, const uint8_t *request, uint8_t code)
{
	uint8_t p[12] = { 0xd6, (uint8_t)(0xc0 | request[1]), request[2], request[3], code };
	mru_walk_take(&b->w, p, sizeof(p), b->now_ns);
}

static void send_text(struct bench *b, const uint8_t *request)
{
	size_t n = (b->s.len + 467) / 468;
	for (size_t k = 0; k < n; k++) {
		size_t i = b->s.swaps ? (k * 7 + 3) % n : k; /* each once when 7 does not divide n */
		if (n % 7 == 0)
			i = k;
		size_t from = i * 468;
		send_fragment(b, request, from, i + 1 == n ? b->s.len - from : 468, i + 1 != n);
	}
}

static void say_rows(struct server *s, unsigned from, size_t frags)
{
	unsigned k = from;
	for (; k < s->n && s->len + 250 < frags * 468; k++) {
		const struct client *c = &s->clients[k];
		unsigned i = k - from;
		say(s, ", last.%u=0x%08x.%08x, qzr.%u=7, ct.%u=%u", i, (unsigned)(c->last >> 32),
		    (unsigned)c->last, i, i, c->id + 1);
		say(s, ", addr.%u=10.%u.%u.%u:%u, first.%u=0xeeacbcd8.00000000, mv.%u=35, rs.%u=0x1d0", i,
		    c->id >> 16, c->id >> 8 & 255, c->id & 255, 1000 + c->id % 60000, i, i, i);
	}
	if (k == s->n)
		say(s, ", now=0x%08x.%08x, last.newest=0x0.0", (unsigned)(s->clock >> 32),
		    (unsigned)s->clock);
	say(s, "\r\n");
}

static void answer(struct bench *b, const uint8_t *request)
{
	struct server *s = &b->s;
	struct var_list l = var_list_of(request + 12, (size_t)request[10] << 8 | request[11]);
	struct var v;
	uint64_t frags = 0;
	s->n_requests++;
	s->len = 0;
	if (request[1] == CONTROL_NONCE) {
		s->nonce_ns = b->now_ns;
		say(s, "nonce=0123456789abcdef01234567\r\n");
		send_text(b, request);
		return;
	}
	assert_int_equal(request[1], CONTROL_READMRU);
	assert_true(var_find(l, "nonce", &v));
	if (b->now_ns - s->nonce_ns > 16 * NS_PER_S ||
	    (!(var_find(l, "frags", &v) && !s->refuses_frags && var_u64(&v, &frags)) &&
	     !var_find(l, "limit", &v))) {
		send_error(b, request, 6);
		return;
	}
	for (unsigned i = 0; i < s->busy; i++)
		move_to_the_end(s, dice(s, s->n));
	int place = place_of(s, l);
	if (place == -1) {
		send_error(b, request, 5);
		return;
	}
	s->nonce_ns = b->now_ns;
	say(s, "nonce=0123456789abcdef01234567");
	say_rows(s, (unsigned)place, frags ? (frags < s->max_frags ? frags : s->max_frags) : 20);
	send_text(b, request);
}

static void walk(struct bench *b, struct mru_wish wish)
{
	struct ask_action a;
	wish.row = on_row;
	wish.arg = b;
	wish.patience = ask_patience_of(700 * MS, 3);
	mru_walk_begin(&b->w, &wish, 77);
	for (unsigned i = 0;; i++) {
		assert_true(i < 1000000);
		mru_walk_next(&b->w, b->now_ns, &a);
		if (a.what == ASK_OVER)
			return;
		if (a.what == ASK_SEND) {
			uint8_t request[CONTROL_REQUEST_MAX];
			memcpy(request, a.bytes, a.len);
			b->now_ns += MS;
			answer(b, request);
		} else {
			b->now_ns = a.until_ns;
		}
	}
}

static unsigned n_seen(const struct bench *b)
{
	unsigned n = 0;
	for (unsigned i = 0; i < CLIENTS_MAX; i++)
		n += b->seen[i] != 0;
	return n;
}

/* ---- tests ----------------------------------------------------------------------------------------- */

static void all_rows_come_once_and_in_order(void **state)
{
	(void)state;
	static const unsigned sizes[] = { 0, 1, 2, 60, 1000, CLIENTS_MAX };
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct bench *b = bench_new(sizes[i]);
		walk(b, (struct mru_wish){ .filter = "" });
		assert_int_equal(b->w.result, ASK_OK);
		assert_int_equal(b->w.n_rows, sizes[i]);
		assert_int_equal(n_seen(b), sizes[i]);
		assert_true(b->w.now == b->s.clock);
		assert_int_equal(b->n_repeated, 0);
		assert_int_equal(b->w.n_restarts + b->w.n_asked_again, 0);
		free(b);
	}
}

static void lost_doubled_and_swapped_fragments_lose_no_row(void **state)
{
	(void)state;
	for (unsigned loss = 1; loss <= 5; loss += 2) {
		struct bench *b = bench_new(2000);
		b->s.loss_percent = loss;
		b->s.swaps = true;
		walk(b, (struct mru_wish){ .filter = "" });
		assert_int_equal(b->w.result, ASK_OK);
		assert_int_equal(n_seen(b), 2000);
		assert_int_equal(b->w.n_rows, 2000);
		assert_true(b->w.n_asked_again > 0);
		free(b);
	}
}

static void clients_that_move_while_we_read_are_in_the_list(void **state)
{
	(void)state;
	struct bench *b = bench_new(3000);
	b->s.busy = 20;
	walk(b, (struct mru_wish){ .filter = "" });
	assert_int_equal(b->w.result, ASK_OK);
	assert_int_equal(n_seen(b), 3000);
	assert_int_equal(b->w.n_rows, 3000 + b->n_repeated);
	assert_true(b->n_repeated > 0);
	/* what was handed out last of each is how it is now, or was when the last answer was made */
	for (unsigned i = 0; i < b->s.n; i++)
		assert_true(b->seen[b->s.clients[i].id] == b->s.clients[i].last);
	free(b);
}

static void a_slow_pace_fetches_new_nonces(void **state)
{
	(void)state;
	struct bench *b = bench_new(1000);
	walk(b, (struct mru_wish){ .filter = "", .pace_ns = 20 * NS_PER_S });
	assert_int_equal(b->w.result, ASK_OK);
	assert_int_equal(n_seen(b), 1000);
	assert_true(b->now_ns > 60 * NS_PER_S);
	free(b);
}

static void a_server_that_counts_rows_is_asked_for_rows(void **state)
{
	(void)state;
	struct bench *b = bench_new(1000);
	b->s.refuses_frags = true;
	walk(b, (struct mru_wish){ .filter = "" });
	assert_int_equal(b->w.result, ASK_OK);
	assert_int_equal(n_seen(b), 1000);
	free(b);
}

static void when_no_point_is_known_the_list_is_begun_again_but_not_for_ever(void **state)
{
	(void)state;
	struct bench *b = bench_new(1000);
	b->s.refuses_points = true;
	walk(b, (struct mru_wish){ .filter = "" });
	assert_int_equal(b->w.result, ASK_INCOMPLETE);
	assert_int_equal(b->w.n_restarts, MRU_RESTARTS_MAX + 1);
	assert_true(n_seen(b) > 10 && n_seen(b) < 1000);
	free(b);
}

static void the_limit_stops_it(void **state)
{
	(void)state;
	struct bench *b = bench_new(1000);
	walk(b, (struct mru_wish){ .filter = "", .limit = 10 });
	assert_int_equal(b->w.result, ASK_OK);
	assert_int_equal(n_seen(b), 10);
	assert_int_equal(b->w.n_rows, 10);
	free(b);
}

static void silence_ends_it(void **state)
{
	(void)state;
	struct bench *b = bench_new(10);
	b->s.loss_percent = 100;
	walk(b, (struct mru_wish){ .filter = "" });
	assert_int_equal(b->w.result, ASK_TIMEOUT);
	assert_int_equal(b->s.n_requests, 3);
	assert_in_range(b->now_ns, 690 * (int64_t)MS, 720 * (int64_t)MS);
	free(b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_rows_come_once_and_in_order),
		cmocka_unit_test(lost_doubled_and_swapped_fragments_lose_no_row),
		cmocka_unit_test(clients_that_move_while_we_read_are_in_the_list),
		cmocka_unit_test(a_slow_pace_fetches_new_nonces),
		cmocka_unit_test(a_server_that_counts_rows_is_asked_for_rows),
		cmocka_unit_test(when_no_point_is_known_the_list_is_begun_again_but_not_for_ever),
		cmocka_unit_test(the_limit_stops_it),
		cmocka_unit_test(silence_ends_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
