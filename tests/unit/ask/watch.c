/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ask/watch.h"
#include "base/nstime.h"
#include "net/clock.h"

enum { TARGETS_MOST = 700, NAME_MOST = 128 };

/* ---- ways that need no network, under a time of their own ------------------------------------------- */

/* What was asked of whom: "dead" in a name is silent for two seconds, anybody else answers at once. */
struct fake {
	const struct poll_target *target;
	enum watch_via via;
	bool is_dead;
	int64_t until_ns;
};

static void *open_fake(const struct poll_target *t)
{
	struct fake *f = calloc(1, sizeof(*f));
	f->target = t;
	f->is_dead = strstr(t->name, "dead") != NULL;
	return f;
}

static void begin_fake(void *state, const struct poll_turn *turn)
{
	struct fake *f = state;
	f->until_ns = turn->now_ns + (f->is_dead ? 2 * NS_PER_S : 0);
}

static enum poll_state step_as(enum watch_via via, void *state, const struct poll_turn *turn,
			       struct poll_wait *wait, bool is_dead)
{
	struct fake *f = state;
	struct reading r = { .target = f->target->name,
			     .part = "",
			     .via = via,
			     .time_ns = turn->now_ns,
			     .every_ns = turn->every_ns,
			     .is_ok = !is_dead,
			     .why = is_dead ? "no answer" : "" };
	if (turn->now_ns < f->until_ns) {
		wait->until_ns = f->until_ns;
		return POLL_WAITS;
	}
	/* One that is not synchronised answers all the same. */
	*turn->is_there = strstr(f->target->name, "unsynchronised") != NULL && via == WATCH_VIA_NTP;
	turn->sink->take(turn->sink->arg, &r);
	return is_dead ? POLL_SILENT : POLL_ANSWERED;
}

/* Of "swap" chronyd is replaced at that moment by somebody who answers for the time alone. */
#define SWAP_NS (1300 * NS_PER_S)

static enum poll_state step_ntp(void *state, const struct poll_turn *turn, struct poll_wait *wait)
{
	struct fake *f = state;
	bool is_silent = strstr(f->target->name, "swap") && turn->now_ns < SWAP_NS;
	return step_as(WATCH_VIA_NTP, state, turn, wait,
		       f->is_dead || is_silent || strstr(f->target->name, "unsynchronised"));
}

/* Of this kind there is nobody anywhere, but at "chrony". */
static enum poll_state step_chrony(void *state, const struct poll_turn *turn, struct poll_wait *wait)
{
	struct fake *f = state;
	bool is_silent = strstr(f->target->name, "swap") && turn->now_ns >= SWAP_NS;
	return step_as(WATCH_VIA_CHRONY, state, turn, wait, is_silent || !strstr(f->target->name, "chrony"));
}

static const struct poller fake_ntp = { .via = WATCH_VIA_NTP,
					.least_s = 16,
					.open = open_fake,
					.begin = begin_fake,
					.step = step_ntp,
					.close = free };
static const struct poller fake_chrony = { .via = WATCH_VIA_CHRONY,
					   .least_s = 10,
					   .least_here_s = 1,
					   .usual_s = 60,
					   .open = open_fake,
					   .begin = begin_fake,
					   .step = step_chrony,
					   .close = free };
static const struct ask_pollers fakes = { .at = {
						  [WATCH_VIA_NTP] = &fake_ntp,
						  [WATCH_VIA_CHRONY] = &fake_chrony,
					  } };

/* When each was heard of. */
struct heard {
	struct {
		char name[NAME_MOST];
		enum watch_via via;
		unsigned n, n_ok;
		int64_t last_ns, longest_ns, shortest_ns;
	} at[2 * TARGETS_MOST];
	size_t n;
};

static void hear(void *arg, const struct reading *r)
{
	struct heard *h = arg;
	size_t i = 0;
	while (i < h->n && (h->at[i].via != r->via || strcmp(h->at[i].name, r->target) != 0))
		i++;
	if (i == h->n) {
		snprintf(h->at[i].name, NAME_MOST, "%s", r->target);
		h->at[i].via = r->via;
		h->at[i].shortest_ns = INT64_MAX;
		h->n++;
	} else {
		int64_t since_ns = r->time_ns - h->at[i].last_ns;
		if (since_ns > h->at[i].longest_ns)
			h->at[i].longest_ns = since_ns;
		if (since_ns < h->at[i].shortest_ns)
			h->at[i].shortest_ns = since_ns;
	}
	h->at[i].n++;
	h->at[i].n_ok += r->is_ok;
	h->at[i].last_ns = r->time_ns;
}

static size_t find(const struct heard *h, const char *name, enum watch_via via)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->at[i].via == via && strcmp(h->at[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

/* A watch under a time of its own. */
struct trial {
	struct ask_watch *w;
	struct heard *h;
	int64_t now_ns;
};

static struct trial begin(const struct watch_spec *specs, size_t n, int64_t every_ns)
{
	struct trial t = { .h = calloc(1, sizeof(*t.h)), .now_ns = 1000 * NS_PER_S };
	assert_int_equal(ask_watch_new(specs, n, every_ns, &fakes, t.now_ns, &t.w), ERR_OK);
	return t;
}

static void end(struct trial *t)
{
	ask_watch_free(t->w);
	free(t->h);
}

static void set(struct trial *t, const struct watch_spec *specs, size_t n, int64_t every_ns)
{
	assert_int_equal(ask_watch_set(t->w, specs, n, every_ns, t->now_ns), ERR_OK);
}

/* That long, from one moment of interest to the next. */
static void pass(struct trial *t, int64_t span_ns)
{
	const struct reading_sink sink = { hear, t->h };
	int64_t end_ns = t->now_ns + span_ns;
	while (t->now_ns < end_ns) {
		int64_t next_ns = ask_watch_step(t->w, t->now_ns, &sink);
		assert_true(next_ns > t->now_ns);
		t->now_ns = next_ns < end_ns ? next_ns : end_ns;
	}
}

/* As much later, and only what was heard since. */
static void pass_afresh(struct trial *t, int64_t span_ns)
{
	memset(t->h, 0, sizeof(*t->h));
	pass(t, span_ns);
}

static void spec_of(struct watch_spec *s, const char *text)
{
	char why[WATCH_SPEC_WHY_MAX];
	if (watch_spec_parse(s, text, why))
		fail_msg("'%s': %s", text, why);
}

static void three_hundred_dead_ones_keep_five_living_ones_from_nothing(void **state)
{
	struct watch_spec *specs = calloc(305, sizeof(*specs));
	char text[64];
	(void)state;
	for (int i = 0; i < 305; i++) {
		snprintf(text, sizeof(text), "192.0.2.1 name=%s%d via=ntp", i % 61 ? "dead" : "alive", i);
		spec_of(&specs[i], text);
	}
	struct trial t = begin(specs, 305, 16 * NS_PER_S);
	memset(specs, 'x', 305 * sizeof(*specs)); /* they were copied */
	pass(&t, 600 * NS_PER_S);
	assert_int_equal(t.h->n, 305);
	for (int i = 0; i < 305; i += 61) {
		snprintf(text, sizeof(text), "alive%d", i);
		size_t k = find(t.h, text, WATCH_VIA_NTP);
		assert_true(k < t.h->n);
		assert_in_range(t.h->at[k].n, 34, 39);
		assert_int_equal(t.h->at[k].n, t.h->at[k].n_ok);
		/* A tenth more or less is meant, and that the politeness of 16 s is kept. */
		assert_true(t.h->at[k].shortest_ns >= 16 * NS_PER_S && t.h->at[k].longest_ns < 18 * NS_PER_S);
	}
	size_t dead = find(t.h, "dead1", WATCH_VIA_NTP);
	assert_true(dead < t.h->n && t.h->at[dead].n < 16 && t.h->at[dead].n_ok == 0);
	end(&t);
	free(specs);
}

static void of_all_ways_those_that_answer_are_kept(void **state)
{
	struct watch_spec specs[3];
	(void)state;
	spec_of(&specs[0], "192.0.2.1 name=both-chrony");
	spec_of(&specs[1], "192.0.2.2 name=time");
	spec_of(&specs[2], "192.0.2.3 name=dead");
	struct trial t = begin(specs, 3, 64 * NS_PER_S);
	pass(&t, 600 * NS_PER_S);
	size_t chrony = find(t.h, "both-chrony", WATCH_VIA_CHRONY);
	assert_true(chrony < t.h->n && t.h->at[chrony].n_ok >= 9 &&
		    t.h->at[chrony].n_ok == t.h->at[chrony].n);
	assert_true(find(t.h, "both-chrony", WATCH_VIA_NTP) < t.h->n);
	/* What was tried in vain is not told of, unless nothing else is known. */
	assert_true(find(t.h, "time", WATCH_VIA_NTP) < t.h->n);
	assert_int_equal(find(t.h, "time", WATCH_VIA_CHRONY), SIZE_MAX);
	assert_true(find(t.h, "dead", WATCH_VIA_NTP) < t.h->n);
	assert_int_equal(find(t.h, "dead", WATCH_VIA_CHRONY), SIZE_MAX);
	end(&t);
}

static void a_way_that_was_named_is_told_of_when_it_is_silent(void **state)
{
	struct watch_spec spec;
	(void)state;
	spec_of(&spec, "192.0.2.1 name=time via=chrony every=30s");
	struct trial t = begin(&spec, 1, 64 * NS_PER_S);
	pass(&t, 100 * NS_PER_S);
	assert_int_equal(t.h->n, 1);
	assert_true(t.h->at[0].via == WATCH_VIA_CHRONY && t.h->at[0].n >= 3 && t.h->at[0].n_ok == 0);
	end(&t);
}

/* A silent one shows it: after three lost questions it is asked more and more seldom. */
static void others_may_be_set_and_those_that_stay_go_on(void **state)
{
	struct watch_spec specs[3], others[3];
	(void)state;
	spec_of(&specs[0], "192.0.2.1 name=dead-stays via=ntp");
	spec_of(&specs[1], "192.0.2.2 name=goes via=ntp");
	spec_of(&specs[2], "192.0.2.3 name=dead-changes via=ntp");
	struct trial t = begin(specs, 3, 16 * NS_PER_S);
	pass(&t, 599 * NS_PER_S);
	spec_of(&others[0], "192.0.2.4 name=comes via=ntp");
	spec_of(&others[1], "192.0.2.3 name=dead-changes via=ntp every=17s");
	others[2] = specs[0];
	/* In the middle of a round of whoever goes. */
	set(&t, others, 3, 16 * NS_PER_S);
	pass_afresh(&t, 60 * NS_PER_S);
	assert_int_equal(find(t.h, "goes", WATCH_VIA_NTP), SIZE_MAX);
	size_t i = find(t.h, "comes", WATCH_VIA_NTP);
	assert_true(i < t.h->n && t.h->at[i].n >= 3 && t.h->at[i].n_ok == t.h->at[i].n);
	i = find(t.h, "dead-changes", WATCH_VIA_NTP);
	assert_true(i < t.h->n && t.h->at[i].n >= 3);
	i = find(t.h, "dead-stays", WATCH_VIA_NTP);
	assert_true(i == SIZE_MAX || t.h->at[i].n == 1);
	/* Another usual interval is another rhythm for whoever has none of its own. */
	set(&t, others, 3, 20 * NS_PER_S);
	pass_afresh(&t, 60 * NS_PER_S);
	i = find(t.h, "dead-stays", WATCH_VIA_NTP);
	assert_true(i < t.h->n && t.h->at[i].n >= 2);
	set(&t, NULL, 0, 20 * NS_PER_S);
	pass_afresh(&t, 60 * NS_PER_S);
	assert_int_equal(t.h->n, 0);
	end(&t);
}

static void who_goes_on_is_asked_as_before_in_the_same_rhythm(void **state)
{
	static const struct {
		const char *was, *is;
		int64_t was_s, is_s;
		bool goes_on;
	} rows[] = {
		{ "192.0.2.1 via=ntp", "192.0.2.1 via=ntp", 64, 64, true },
		{ "192.0.2.1 via=ntp", "192.0.2.1 via=ntp", 64, 32, false },
		{ "192.0.2.1 every=64s", "192.0.2.1 every=64s", 64, 32, true }, /* it has its own */
		{ "192.0.2.1 every=64s", "192.0.2.1 every=32s", 64, 64, false },
		{ "192.0.2.1", "192.0.2.1 every=64s", 64, 64, false },
		{ "192.0.2.1 snmp=/a", "192.0.2.1 snmp=/b", 64, 64, false },
		{ "192.0.2.1", "192.0.2.2 name=192.0.2.1", 64, 64, false },
	};
	struct watch_spec was, is;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		spec_of(&was, rows[i].was);
		spec_of(&is, rows[i].is);
		assert_int_equal(
			ask_watch_goes_on(&was, rows[i].was_s * NS_PER_S, &is, rows[i].is_s * NS_PER_S),
			rows[i].goes_on);
	}
}

/* Three hundred silent ones took all places but those for the living: with them their places are free. */
static void whoever_goes_leaves_no_place_taken(void **state)
{
	struct watch_spec *specs = calloc(305, sizeof(*specs)), alive;
	char text[64];
	(void)state;
	for (int i = 0; i < 305; i++) {
		snprintf(text, sizeof(text), "192.0.2.1 name=dead%d via=ntp", i);
		spec_of(&specs[i], text);
	}
	spec_of(&alive, "192.0.2.1 name=alive via=ntp");
	struct trial t = begin(specs, 305, 16 * NS_PER_S);
	for (int i = 0; i < 5; i++) {
		pass(&t, 2 * NS_PER_S + NS_PER_S / 2); /* some of them run */
		set(&t, &alive, 1, 16 * NS_PER_S);
		pass_afresh(&t, 5 * NS_PER_S);
		assert_true(find(t.h, "alive", WATCH_VIA_NTP) < t.h->n);
		assert_int_equal(t.h->n, 1);
		set(&t, specs, 305, 16 * NS_PER_S);
	}
	end(&t);
	free(specs);
}

static void of_this_machine_what_is_oftener_is_allowed(void **state)
{
	static const char *const lines[] = { "192.0.2.1 name=far-chrony via=chrony every=1s",
					     "127.0.0.1 name=near-chrony via=chrony every=1s",
					     "/run/chrony/chronyd.sock name=path-chrony every=1s",
					     "127.0.0.1 name=time via=ntp every=1s" };
	static const unsigned least[] = { 10, 1, 1, 16 };
	struct watch_spec specs[4];
	(void)state;
	for (int i = 0; i < 4; i++)
		spec_of(&specs[i], lines[i]);
	struct trial t = begin(specs, 4, 64 * NS_PER_S);
	pass(&t, 100 * NS_PER_S);
	for (int i = 0; i < 4; i++) {
		size_t k = find(t.h, specs[i].name, i == 3 ? WATCH_VIA_NTP : WATCH_VIA_CHRONY);
		assert_true(k < t.h->n);
		assert_true(t.h->at[k].shortest_ns >= least[i] * NS_PER_S);
		assert_true(t.h->at[k].longest_ns < least[i] * NS_PER_S * 5 / 4);
	}
	end(&t);
}

/* Who else answered first makes no difference. */
static void a_server_that_is_not_synchronised_is_somebody(void **state)
{
	struct watch_spec spec;
	(void)state;
	spec_of(&spec, "192.0.2.1 name=unsynchronised-chrony");
	struct trial t = begin(&spec, 1, 16 * NS_PER_S);
	pass(&t, 100 * NS_PER_S);
	size_t ntp = find(t.h, spec.name, WATCH_VIA_NTP), chrony = find(t.h, spec.name, WATCH_VIA_CHRONY);
	assert_true(ntp < t.h->n && t.h->at[ntp].n >= 3 && t.h->at[ntp].n_ok == 0);
	assert_true(chrony < t.h->n && t.h->at[chrony].n_ok >= 1);
	end(&t);
}

static void when_all_fall_silent_the_others_are_tried_again(void **state)
{
	struct watch_spec spec;
	(void)state;
	spec_of(&spec, "192.0.2.1 name=swap-chrony every=16s");
	struct trial t = begin(&spec, 1, 16 * NS_PER_S);
	pass(&t, 300 * NS_PER_S);
	size_t chrony = find(t.h, spec.name, WATCH_VIA_CHRONY);
	assert_true(chrony < t.h->n && t.h->at[chrony].n == t.h->at[chrony].n_ok);
	size_t ntp = find(t.h, spec.name, WATCH_VIA_NTP);
	assert_true(ntp >= t.h->n || t.h->at[ntp].n_ok == 0);
	pass(&t, 300 * NS_PER_S);
	ntp = find(t.h, spec.name, WATCH_VIA_NTP);
	assert_true(ntp < t.h->n && t.h->at[ntp].n_ok >= 10);
	end(&t);
}

/* ---- names ------------------------------------------------------------------------------------------ */

/* Of a name with "dead" in it the name server answers after long: half a minute in the time of the test, of
 * which half a second passes in a thousandth.  How often the one asked for oftenest was, and how many of
 * them run. */
enum { DEAD = 600, DEAD_MS = 60 };
static struct {
	pthread_mutex_t lock;
	unsigned n_asked[DEAD], n_most, n_running, n_running_most;
} dead = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void note_dead(const char *host, int by)
{
	unsigned *n = &dead.n_asked[strtoul(host + strlen("dead"), NULL, 10) % DEAD];
	pthread_mutex_lock(&dead.lock);
	*n += by > 0;
	dead.n_most = *n > dead.n_most ? *n : dead.n_most;
	dead.n_running += (unsigned)by;
	dead.n_running_most = dead.n_running > dead.n_running_most ? dead.n_running : dead.n_running_most;
	pthread_mutex_unlock(&dead.lock);
}

static unsigned so_far(const unsigned *n)
{
	pthread_mutex_lock(&dead.lock);
	unsigned copy = *n;
	pthread_mutex_unlock(&dead.lock);
	return copy;
}

static size_t n_never_asked(void)
{
	size_t n = 0;
	for (size_t i = 0; i < DEAD; i++)
		n += !dead.n_asked[i];
	return n;
}

static int look_up(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	if (strncmp(host, "dead", 4) != 0)
		return getaddrinfo("192.0.2.1", service, hints, out);
	note_dead(host, 1);
	poll(NULL, 0, DEAD_MS);
	note_dead(host, -1);
	return EAI_AGAIN;
}

static const struct ask_pollers with_names = { .at = { [WATCH_VIA_NTP] = &fake_ntp }, .look_up = look_up };

static unsigned n_ok(const struct heard *h, const char *name)
{
	size_t i = find(h, name, WATCH_VIA_NTP);
	return i < h->n ? h->at[i].n_ok : 0;
}

/* One that is there is found before any of the dead ones is looked for a third time, and later they leave it
 * places. */
static void six_hundred_names_of_a_dead_name_server_do_not_keep_a_good_one_waiting(void **state)
{
	struct watch_spec *specs = calloc(DEAD + 1, sizeof(*specs));
	struct heard *h = calloc(1, sizeof(*h));
	const struct reading_sink sink = { hear, h };
	struct ask_watch *w;
	int64_t now_ns = 1000 * NS_PER_S;
	char text[64];
	unsigned most_when_found = 0;
	(void)state;
	for (int i = 0; i < DEAD; i++) {
		snprintf(text, sizeof(text), "dead%d.invalid via=ntp", i);
		spec_of(&specs[i], text);
	}
	spec_of(&specs[DEAD], "good.example via=ntp");
	assert_int_equal(ask_watch_new(specs, DEAD + 1, 16 * NS_PER_S, &with_names, now_ns, &w), ERR_OK);
	for (int i = 0; i < 20000 && (!n_ok(h, "good.example") || so_far(&dead.n_most) < 2); i++) {
		ask_watch_step(w, now_ns, &sink);
		poll(NULL, 0, 1);
		now_ns += NS_PER_S / 2;
		if (!n_ok(h, "good.example"))
			most_when_found = so_far(&dead.n_most);
	}
	assert_true(n_ok(h, "good.example") && so_far(&dead.n_most) >= 2);
	assert_in_range(most_when_found, 1, 2);
	assert_in_range(so_far(&dead.n_running_most), 1, ASK_WATCH_LOOKUPS);
	int n_known = 0; /* turns in which all of them are known to be dead */
	for (int i = 0; i < 20000 && n_known < 300; i++) {
		ask_watch_step(w, now_ns, &sink);
		poll(NULL, 0, 1);
		now_ns += NS_PER_S / 2;
		pthread_mutex_lock(&dead.lock);
		n_known += n_known || (!n_never_asked() && dead.n_running <= ASK_WATCH_LOST_LOOKUPS);
		if (n_known == 1)
			dead.n_running_most = 0;
		pthread_mutex_unlock(&dead.lock);
	}
	assert_int_equal(n_known, 300);
	assert_in_range(so_far(&dead.n_running_most), 1, ASK_WATCH_LOST_LOOKUPS);
	ask_watch_free(w);
	free(specs);
	free(h);
}

/* ---- the real ones ---------------------------------------------------------------------------------- */

struct noted {
	unsigned n;
	char names[8][NAME_MOST];
	double results[8];
};

static void note(void *arg, const struct reading *r)
{
	struct noted *n = arg;
	assert_int_equal(r->via, WATCH_VIA_NTP);
	assert_true(r->time_ns > 0 && r->every_ns >= 16 * NS_PER_S);
	assert_true(r->n_points >= 2 && r->n_facts >= 1);
	assert_true(r->is_ok == !r->why[0]);
	assert_int_equal(r->n_polls, 1); /* each is asked for the first time */
	if (n->n == 8)
		return;
	snprintf(n->names[n->n], NAME_MOST, "%s", r->target);
	for (size_t i = 0; i < r->n_points; i++)
		if (strcmp(r->points[i].name, "result") == 0)
			n->results[n->n] = r->points[i].value;
	n->n++;
}

/* Whether anybody answers on port 123 of loopback is not ours to say; that nobody does is an answer, too. */
static void addresses_and_names_are_asked_for_the_time(void **state)
{
	struct watch_spec specs[2];
	struct noted n = { 0 };
	const struct reading_sink sink = { note, &n };
	struct timespec nap = { .tv_nsec = 50000000 };
	struct ask_watch *w;
	(void)state;
	spec_of(&specs[0], "127.0.0.1 via=ntp");
	spec_of(&specs[1], "nosuch.invalid via=ntp");
	assert_int_equal(ask_watch_new(specs, 2, 16 * NS_PER_S, &ask_watch_pollers, clock_monotonic_ns(), &w),
			 ERR_OK);
	for (int i = 0; i < 300 && n.n < 2; i++) {
		struct pollfd fds[(ASK_WATCH_AT_ONCE + 2) * POLL_FDS_MAX];
		ask_watch_step(w, clock_monotonic_ns(), &sink);
		assert_true(ask_watch_fds(w, fds) <= ask_watch_fds_most(2));
		nanosleep(&nap, NULL);
	}
	assert_int_equal(n.n, 2);
	unsigned silent = strcmp(n.names[1], "nosuch.invalid") == 0;
	assert_string_equal(n.names[silent], "nosuch.invalid");
	assert_int_equal(n.results[silent], 23);
	ask_watch_free(w);
	ask_watch_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_hundred_dead_ones_keep_five_living_ones_from_nothing),
		cmocka_unit_test(of_all_ways_those_that_answer_are_kept),
		cmocka_unit_test(a_way_that_was_named_is_told_of_when_it_is_silent),
		cmocka_unit_test(a_server_that_is_not_synchronised_is_somebody),
		cmocka_unit_test(when_all_fall_silent_the_others_are_tried_again),
		cmocka_unit_test(others_may_be_set_and_those_that_stay_go_on),
		cmocka_unit_test(who_goes_on_is_asked_as_before_in_the_same_rhythm),
		cmocka_unit_test(whoever_goes_leaves_no_place_taken),
		cmocka_unit_test(of_this_machine_what_is_oftener_is_allowed),
		cmocka_unit_test(six_hundred_names_of_a_dead_name_server_do_not_keep_a_good_one_waiting),
		cmocka_unit_test(addresses_and_names_are_asked_for_the_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
