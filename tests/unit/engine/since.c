/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of the last hour is what that hour alone, cut out of the capture, tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/since.h"
#include "live_traffic.h"

enum { N_PACKETS = 3000, N_SEEDS = 6, HOUR_S = 3600 };

static const int64_t S = NS_PER_S;

/* ---- traffic ------------------------------------------------------------------------------------- */

/* The same packets within length_ns from start_ns on; those without a time stay so. */
static void squeeze(struct traffic *t, int64_t start_ns, int64_t length_ns)
{
	int64_t first = t->at[0].time_ns, last = first;
	for (size_t i = 0; i < t->n; i++)
		if (t->at[i].has_time && t->at[i].time_ns > last)
			last = t->at[i].time_ns;
	double scale = (double)length_ns / (double)(last - first);
	for (size_t i = 0; i < t->n; i++)
		if (t->at[i].has_time)
			t->at[i].time_ns = start_ns + (int64_t)((double)(t->at[i].time_ns - first) * scale);
}

static void append(struct traffic *to, const struct traffic *from)
{
	for (size_t i = 0; i < from->n; i++) {
		struct packet *p = traffic_frame(to, from->at[i].time_ns, from->at[i].link, from->at[i].data,
						 from->at[i].caplen);
		p->len = from->at[i].len;
		p->has_time = from->at[i].has_time;
		p->interface = from->at[i].interface;
	}
}

/* Two hours of all kinds of packets, a minute and a half of silence, and another hour. */
struct story {
	struct traffic hour, all;
	int64_t cut_ns;
};

static struct story tell(uint64_t seed)
{
	struct story s = { .cut_ns = TRAFFIC_START + 2 * HOUR_S * S };
	struct traffic before = random_traffic(seed, N_PACKETS, RT_ORDERLY);
	s.hour = random_traffic(seed + 100, N_PACKETS, RT_ORDERLY);
	squeeze(&before, TRAFFIC_START, (2 * HOUR_S - 90) * S);
	squeeze(&s.hour, s.cut_ns, (HOUR_S - 7) * S);
	append(&s.all, &before);
	append(&s.all, &s.hour);
	traffic_free(&before);
	return s;
}

static void story_free(struct story *s)
{
	traffic_free(&s->hour);
	traffic_free(&s->all);
}

static struct census *census_of_span(struct live *l, enum live_span span)
{
	struct census *c;
	assert_int_equal(live_census(l, span, &c), ERR_OK);
	return c;
}

/* ---- sums ---------------------------------------------------------------------------------------- */

static void assert_same_hist(const struct hist *a, const struct hist *b)
{
	static const struct hist none;
	a = a ? a : &none;
	b = b ? b : &none;
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->n_negative, b->n_negative);
	assert_true(a->sum == b->sum);
	assert_memory_equal(a->bins, b->bins, sizeof(a->bins));
	if (!a->n)
		return;
	if (b->max >= INT64_C(1) << HIST_MAX_LOG2) {
		assert_true(a->max >= INT64_C(1) << HIST_MAX_LOG2); /* no bin has an end there */
		return;
	}
	assert_true(llabs(a->max - b->max) * 100 <= llabs(b->max));
	for (unsigned share = 1; share < 1000; share += 111) {
		int64_t x = hist_percentile(a, share / 1000.0), y = hist_percentile(b, share / 1000.0);
		assert_true(llabs(x - y) * 100 <= llabs(y));
	}
}

/* Of the tally only this may differ: in a capture of the hour alone an answer at its beginning may belong to
 * a request of before. */
static void assert_same_tally(const struct tally *have, const struct tally *want)
{
	struct tally *a = tally_new(), *b = tally_new();
	*a = *have;
	*b = *want;
	assert_true(a->n_before_capture <= b->n_before_capture);
	a->n_before_capture = b->n_before_capture;
	assert_memory_equal(a, b, offsetof(struct tally, delta));
	tally_free(a);
	tally_free(b);
	assert_same_hist(&have->delta, &want->delta);
	for (unsigned v = 0; v < 8; v++)
		assert_same_hist(&have->delta_by_version[v], &want->delta_by_version[v]);
	for (unsigned z = 0; z < N_SIZES; z++)
		assert_same_hist(&have->delta_by_size[z], &want->delta_by_size[z]);
	assert_same_hist(&have->turnaround, &want->turnaround);
	assert_same_hist(&have->outside_server, &want->outside_server);
}

static void assert_same_servers(const struct census *have, const struct census *want)
{
	assert_int_equal(census_n_servers(have), census_n_servers(want));
	for (size_t i = 0; i < census_n_servers(want); i++) {
		const struct server_info *a = census_server(have, i), *b = census_server(want, i);
		assert_true(addr_equal(&a->addr, &b->addr));
		assert_int_equal(a->rx, b->rx);
		assert_int_equal(a->tx, b->tx);
		assert_int_equal(a->rx_bytes, b->rx_bytes);
		assert_int_equal(a->tx_bytes, b->tx_bytes);
		assert_memory_equal(a->packets, b->packets, sizeof(a->packets));
		assert_memory_equal(a->exchanges, b->exchanges, sizeof(a->exchanges));
		assert_memory_equal(a->kisses, b->kisses, sizeof(a->kisses));
		assert_int_equal(a->n_requests, b->n_requests);
		assert_int_equal(a->n_lost, b->n_lost);
		assert_int_equal(a->n_interleaved, b->n_interleaved);
		assert_true(a->n_clients >= b->n_clients || a->clients_unknown);
		assert_same_hist(a->delta, b->delta);
		assert_same_hist(a->turnaround, b->turnaround);
		assert_int_equal(a->n_worst, b->n_worst);
		for (unsigned w = 0; w < b->n_worst; w++) {
			assert_int_equal(a->worst[w].delta_ns, b->worst[w].delta_ns);
			assert_int_equal(a->worst[w].request_ns, b->worst[w].request_ns);
			assert_true(addr_equal(&a->worst[w].client, &b->worst[w].client));
		}
	}
}

static void assert_same_series(const struct census *have, const struct census *want)
{
	const struct series *a = census_series(have), *b = census_series(want);
	assert_int_equal(a->width_s, 1);
	assert_true(a->start_s <= b->start_s);
	for (size_t i = 0; i < a->n; i++) {
		static const struct bucket none;
		int64_t at = a->start_s + (int64_t)i - b->start_s;
		const struct bucket *x = &a->at[i], *y = at >= 0 && at < (int64_t)b->n ? &b->at[at] : &none;
		assert_int_equal(x->requests, y->requests);
		assert_int_equal(x->answers, y->answers);
		assert_int_equal(x->unanswered, y->unanswered);
		assert_int_equal(x->n_deltas, y->n_deltas);
		assert_int_equal(x->delta_max_ns, y->delta_max_ns);
		assert_int_equal(x->delta_sum_ns, y->delta_sum_ns);
		assert_true(x->new_clients <= y->new_clients);
	}
}

static void assert_same_asides(const struct census *have, const struct census *want)
{
	const struct icmp_info *a = census_icmp(have), *b = census_icmp(want);
	const struct ntske_info *k = census_ntske(have), *w = census_ntske(want);
	const struct fragment_info *f = census_fragments(have), *g = census_fragments(want);
	assert_int_equal(a->n_packets, b->n_packets);
	assert_int_equal(a->n_answer_quoted, b->n_answer_quoted);
	assert_int_equal(a->n_rows, b->n_rows);
	for (size_t i = 0; i < a->n_rows; i++) {
		assert_int_equal(a->rows[i].code, b->rows[i].code);
		assert_int_equal(a->rows[i].n_packets, b->rows[i].n_packets);
	}
	assert_int_equal(k->n_segments, w->n_segments);
	assert_int_equal(k->n_client_hellos, w->n_client_hellos);
	assert_int_equal(k->n_names, w->n_names);
	for (size_t i = 0; i < k->n_names; i++)
		assert_int_equal(k->names[i].n, w->names[i].n);
	assert_int_equal(f->n_fragments, g->n_fragments);
	assert_int_equal(f->n_reassembled, g->n_reassembled);
	assert_int_equal(f->n_overlaps, g->n_overlaps);
	assert_true(f->n_timed_out >= g->n_timed_out);
}

/* Who is in the list, and how many were there when; their figures are of all the time. */
static void assert_same_clients(const struct census *have, const struct census *want)
{
	uint32_t *a, *b;
	assert_int_equal(census_n_clients(have), census_n_clients(want));
	assert_int_equal(census_sort_clients(have, SORT_IP, false, &a), ERR_OK);
	assert_int_equal(census_sort_clients(want, SORT_IP, false, &b), ERR_OK);
	for (size_t i = 0; i < census_n_clients(want); i++) {
		struct client_info x, y;
		census_client(have, a[i], &x);
		census_client(want, b[i], &y);
		assert_true(addr_equal(&x.addr, &y.addr));
		assert_int_equal(x.last_ns, y.last_ns);
		assert_true(x.first_ns <= y.first_ns);
		assert_int_equal(x.rx, y.rx);
		/* An answer to somebody of whom nothing is known, as at the beginning of a capture, makes no
		 * entry. */
		assert_true(x.tx >= y.tx);
	}
	assert_memory_equal(census_unique(have)->now, census_unique(want)->now, sizeof(uint64_t[N_WINDOWS]));
	assert_memory_equal(census_unique(have)->now_v6, census_unique(want)->now_v6,
			    sizeof(uint64_t[N_WINDOWS]));
	for (unsigned w = 0; w < 3; w++)
		assert_true(census_unique(have)->most[w] >= census_unique(want)->most[w]);
	assert_int_equal(census_summary(have)->n_v6, census_summary(want)->n_v6);
	free(a);
	free(b);
}

static void assert_is_the_hour(const struct census *have, const struct story *s)
{
	struct engine_config config = traffic_config();
	struct census *want = traffic_census(&s->hour, &config, 0, NULL);
	const struct census_span *span = census_span(have);
	assert_non_null(span);
	assert_false(span->whole);
	assert_int_equal(span->from_ns, s->cut_ns);
	assert_int_equal(span->to_ns, census_last_ns(want));
	assert_int_equal(census_first_ns(have), s->cut_ns);
	assert_int_equal(census_last_ns(have), census_last_ns(want));
	assert_same_tally(census_tally(have), census_tally(want));
	assert_same_servers(have, want);
	assert_same_series(have, want);
	assert_same_asides(have, want);
	assert_true(span->packets_known);
	assert_same_clients(have, want);
	census_free(want);
}

/* ---- tests --------------------------------------------------------------------------------------- */

static void the_last_hour_is_the_hour_cut_out(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= N_SEEDS; seed++) {
		struct story s = tell(seed);
		struct engine_config config = traffic_config();
		config.n_threads = 1 + seed % 2;
		struct live *l = live_of(&s.all, &config, seed, seed % 3 == 0);
		struct census *c = census_of_span(l, LIVE_HOUR);
		assert_is_the_hour(c, &s);
		census_free(c);
		live_free(l);
		story_free(&s);
	}
}

/* Each exchange is whole, and none is on its way when a part begins: the parts add up. */
static void steady_each(struct traffic *t, int64_t from_s, int64_t to_s, int64_t step_s, unsigned n_clients)
{
	struct addr server = traffic_v4(192, 0, 2, 1);
	for (int64_t s = from_s; s < to_s; s += step_s) {
		struct addr a = traffic_v4(10, 0, 0, (unsigned)(s % n_clients));
		traffic_ask(t, TRAFFIC_START + s * S, &a, &server, (uint64_t)s + 1);
		traffic_answer(t, TRAFFIC_START + s * S + 1000 * (1 + s % 50), &a, &server, (uint64_t)s + 1);
	}
}

static void steady(struct traffic *t, int64_t from_s, int64_t to_s, unsigned n_clients)
{
	steady_each(t, from_s, to_s, 1, n_clients);
}

static uint64_t n_ntp(struct live *l, enum live_span span, int64_t *from_ns)
{
	struct census *c = census_of_span(l, span);
	const struct tally *t = census_tally(c);
	uint64_t n = t->fates[FATE_NTP];
	assert_int_equal(t->class_packets[CLASS_ANSWERED], n);
	assert_int_equal(t->delta.n, n / 2);
	assert_int_equal(t->packets[0], n / 2);
	*from_ns = census_first_ns(c);
	census_free(c);
	return n;
}

static void assert_span(enum live_span span, int64_t end_s, int64_t step_s)
{
	struct traffic t = { 0 };
	struct engine_config config = traffic_config();
	int64_t length_s = span == LIVE_HOUR ? HOUR_S : 24 * HOUR_S, from_ns;
	int64_t most_s = step_s + (span == LIVE_HOUR ? 150 : 1800);
	steady_each(&t, 0, end_s, step_s, 7);
	struct live *l = live_of(&t, &config, 0, false);
	uint64_t n = n_ntp(l, span, &from_ns);
	int64_t from_s = (from_ns - TRAFFIC_START) / S;
	if (end_s <= length_s)
		assert_int_equal(from_ns, TRAFFIC_START);
	else
		assert_true(llabs(end_s - from_s - length_s) <= most_s);
	/* It begins exactly where it says. */
	assert_int_equal(n, 2 * ((end_s - from_s) / step_s));
	live_free(l);
	traffic_free(&t);
}

static void an_hour_begins_within_two_and_a_half_minutes_and_a_day_within_half_an_hour(void **state)
{
	static const int64_t hours_s[] = { 500, 3700, 3800, 7449, 7451 };
	static const int64_t days_s[] = { 7200, 87000, 90000, 110400, 170100 };
	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		assert_span(LIVE_HOUR, hours_s[i], 1);
		assert_span(LIVE_DAY, days_s[i], 20);
	}
}

static void clients_that_were_silent_are_not_in_it(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config config = traffic_config();
	steady(&t, 0, 3000, 200);
	steady(&t, 4000, 8000, 50);
	struct live *l = live_of(&t, &config, 0, false);
	struct census *c = census_of_span(l, LIVE_HOUR);
	assert_int_equal(census_n_clients(c), 50);
	assert_int_equal(census_server(c, 0)->n_clients, 50);
	assert_false(census_server(c, 0)->clients_unknown);
	assert_int_equal(census_summary(c)->n, 50);
	assert_int_equal(census_unique(c)->now[WINDOW_ALL], 50);
	/* ... and those that are have what they did in it. */
	assert_int_equal(census_summary(c)->rx, census_tally(c)->packets[0]);
	census_free(c);
	live_free(l);
	traffic_free(&t);
}

/* Requests without answer: what is open when a part begins ends in it. */
static void an_exchange_belongs_to_where_it_is_over(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config config = traffic_config();
	struct addr a = traffic_v4(10, 0, 0, 9), server = traffic_v4(192, 0, 2, 1);
	steady(&t, 0, 3590, 7);
	traffic_ask(&t, TRAFFIC_START + 3590 * S, &a, &server, 900000);
	traffic_ask(&t, TRAFFIC_START + 3599 * S, &a, &server, 900001);
	traffic_answer(&t, TRAFFIC_START + 3601 * S, &a, &server, 900001);
	steady(&t, 3602, 7200, 7);
	struct live *l = live_of(&t, &config, 0, false);
	struct census *c = census_of_span(l, LIVE_HOUR);
	const struct tally *y = census_tally(c);
	assert_int_equal(census_first_ns(c), TRAFFIC_START + 3600 * S);
	assert_int_equal(y->packets[0], 3598);
	assert_int_equal(y->packets[1], 3599);
	assert_int_equal(y->class_exchanges[CLASS_ANSWERED], 3599);
	assert_int_equal(y->class_exchanges[CLASS_UNANSWERED], 1);
	census_free(c);
	live_free(l);
	traffic_free(&t);
}

/* More servers than have sums of their own. */
static void servers_beyond_the_table_are_told_together(void **state)
{
	(void)state;
	struct traffic t = { 0 };
	struct engine_config config = traffic_config();
	for (unsigned s = 0; s < 7200; s += 2) {
		for (unsigned k = 0; k < 100; k++) {
			struct addr server = traffic_v4(192, 0, 2, k), a = traffic_v4(10, 0, 0, k);
			int64_t at_ns = TRAFFIC_START + s * S + k * 1000000;
			if (s % (2 * (1 + k / 40)))
				continue; /* the first forty are busier */
			traffic_ask(&t, at_ns, &a, &server, 1000 * s + k + 1);
			traffic_answer(&t, at_ns + 1000, &a, &server, 1000 * s + k + 1);
		}
	}
	struct live *l = live_of(&t, &config, 0, false);
	struct census *c = census_of_span(l, LIVE_HOUR);
	uint64_t rx = 0, n_deltas = 0;
	assert_int_equal(census_n_servers(c), SINCE_SERVERS);
	assert_true(census_server(c, 0)->clients_unknown);
	for (size_t i = 0; i < census_n_servers(c); i++) {
		const struct server_info *s = census_server(c, i);
		bool others = i == SINCE_SERVERS - 1;
		rx += s->rx;
		n_deltas += s->delta->n;
		if (i < 40)
			assert_int_equal(s->rx, 1800);
		else if (!others)
			assert_in_range(s->rx, 600, 900);
		assert_int_equal(s->n_lost, 0);
	}
	assert_int_equal(rx, census_tally(c)->packets[0]);
	assert_int_equal(n_deltas, rx);
	assert_int_equal(census_tally(c)->delta.n, rx);
	census_free(c);
	live_free(l);
	traffic_free(&t);
}

/* More than is remembered of single packets: clients' packets are those of all time then, and the census
 * says so. */
static void an_hour_of_a_busy_server_knows_no_packets_of_single_clients(void **state)
{
	struct addr server = traffic_v4(192, 0, 2, 1);
	struct engine_config config = traffic_config();
	struct traffic t = { 0 };
	uint64_t key = 0;
	(void)state;
	for (int64_t i = 0; i < 4500 * 80; i++) {
		struct addr a = traffic_v4(10, 0, 0, (unsigned)(i % 7));
		traffic_ask(&t, TRAFFIC_START + i * (S / 80), &a, &server, ++key);
	}
	struct live *l = live_of(&t, &config, 0, false);
	struct census *c = census_of_span(l, LIVE_HOUR);
	struct client_info info;
	uint64_t rx = 0;
	assert_true(census_is_part(c));
	assert_false(census_packets_known(c));
	for (size_t i = 0; i < census_n_clients(c); i++) {
		census_client(c, i, &info);
		rx += info.rx;
	}
	assert_int_equal(rx, 4500 * 80);
	census_free(c);
	live_free(l);
	traffic_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_hour_is_the_hour_cut_out),
		cmocka_unit_test(an_hour_begins_within_two_and_a_half_minutes_and_a_day_within_half_an_hour),
		cmocka_unit_test(clients_that_were_silent_are_not_in_it),
		cmocka_unit_test(an_exchange_belongs_to_where_it_is_over),
		cmocka_unit_test(servers_beyond_the_table_are_told_together),
		cmocka_unit_test(an_hour_of_a_busy_server_knows_no_packets_of_single_clients),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
