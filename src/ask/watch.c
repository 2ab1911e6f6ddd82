/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/watch.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "ask/watch_host.h"
#include "base/nstime.h"
#include "engine/query_report.h"
#include "engine/watch_points.h"
#include "net/clock.h"
#include "net/lookup_beside.h"

/* How often it is looked whether a name server has answered. */
static const int64_t lookup_look_ns = NS_PER_S / 10;

/* So many rounds without an answer are a silence; trials then, but not more often than that. */
enum { SILENT_ROUNDS = 3, TRIALS_LEAST_S = 600 };

enum way_mode {
	WAY_KEPT,  /* asked again and again */
	WAY_TRIAL, /* whether there is somebody is being found out */
	WAY_RESTS, /* there was nobody */
};

struct way {
	const struct poller *poller;
	struct poll_target who;
	void *state;
	struct watch_plan plan;
	enum way_mode mode;
	bool runs;
	bool is_there; /* somebody answered in this round */
	bool counts;   /* among those that may run at once; a connection that lasts does not */
	struct poll_wait wait;
};

struct target {
	struct watch_spec spec;
	int64_t interval_ns; /* where the spec says nothing */
	bool stays;          /* while others are set: it is the same */
	struct watch_host host;
	bool has_answered;
	int64_t trials_ns; /* the latest because of a silence */
	size_t n_ways;
	struct way ways[N_WATCH_WAYS];
};

struct ask_watch {
	const struct ask_pollers *ways;
	size_t n, turn; /* where the next step begins to look: everybody has a turn */
	struct target **targets;
	size_t n_rounds; /* that run, and count */
	struct lookups *lookups;
	struct pollfd *fds;
};

const struct ask_pollers ask_watch_pollers = { .at = {
						       [WATCH_VIA_NTP] = &poll_ntp,
						       [WATCH_VIA_MODE6] = &poll_mode6,
						       [WATCH_VIA_CHRONY] = &poll_chrony,
						       [WATCH_VIA_GPSD] = &poll_gpsd,
#ifdef NTPSCOPE_SNMP
						       [WATCH_VIA_SNMP] = &poll_snmp,
#endif
					       } };

/* ---- beginning and end ----------------------------------------------------------------------------- */

static unsigned least_s_of(const struct target *t, const struct poller *p, int64_t every_ns)
{
	bool is_wanted = p->least_here_s && every_ns < p->least_s * NS_PER_S;
	return is_wanted && watch_host_is_here(&t->host) ? p->least_here_s : p->least_s;
}

static bool open_ways(struct target *t, const struct ask_pollers *ways, uint64_t seed, int64_t now_ns)
{
	for (size_t i = 0; i < N_WATCH_WAYS; i++) {
		const struct poller *p = ways->at[i];
		if (!p || !t->spec.via[i])
			continue;
		struct way *y = &t->ways[t->n_ways];
		int64_t every_ns = t->spec.every_ns ? t->spec.every_ns
				   : p->usual_s     ? p->usual_s * NS_PER_S
						    : t->interval_ns;
		y->who = (struct poll_target){ .name = t->spec.name,
					       .host = t->spec.host,
					       .port = t->spec.port[i],
					       .snmp_file = t->spec.snmp_file };
		y->poller = p;
		y->state = p->open(&y->who);
		if (!y->state)
			return false;
		y->mode = t->spec.is_auto ? WAY_TRIAL : WAY_KEPT;
		watch_plan_init(&y->plan, every_ns, least_s_of(t, p, every_ns) * NS_PER_S, seed + i, now_ns);
		t->n_ways++;
	}
	return true;
}

static void count_no_more(struct ask_watch *w, struct way *y)
{
	w->n_rounds -= y->counts;
	y->counts = false;
}

static void target_free(struct ask_watch *w, struct target *t)
{
	if (!t)
		return;
	for (size_t k = 0; k < t->n_ways; k++) {
		count_no_more(w, &t->ways[k]);
		t->ways[k].poller->close(t->ways[k].state);
	}
	watch_host_release(&t->host);
	free(t);
}

static struct target *target_new(struct ask_watch *w, const struct watch_spec *spec, int64_t interval_ns,
				 uint64_t seed, int64_t now_ns)
{
	struct target *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->spec = *spec;
	t->interval_ns = interval_ns;
	watch_host_init(&t->host, t->spec.host);
	if (open_ways(t, w->ways, seed, now_ns))
		return t;
	target_free(w, t);
	return NULL;
}

bool ask_watch_goes_on(const struct watch_spec *was, int64_t was_interval_ns, const struct watch_spec *is,
		       int64_t is_interval_ns)
{
	return watch_spec_is_same(was, is) && (is->every_ns || was_interval_ns == is_interval_ns);
}

static struct target *find_same(struct ask_watch *w, const struct watch_spec *spec, int64_t interval_ns)
{
	for (size_t i = 0; i < w->n; i++) {
		struct target *t = w->targets[i];
		if (!t->stays && ask_watch_goes_on(&t->spec, t->interval_ns, spec, interval_ns))
			return t;
	}
	return NULL;
}

/* Those that stay, and new ones.  False: there is no memory for all. */
static bool gather_targets(struct ask_watch *w, struct target **all, const struct watch_spec *specs, size_t n,
			   int64_t interval_ns, int64_t now_ns)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed))
		seed = (uint64_t)now_ns;
	for (size_t i = 0; i < n; i++) {
		all[i] = find_same(w, &specs[i], interval_ns);
		if (all[i])
			all[i]->stays = true;
		else
			all[i] = target_new(w, &specs[i], interval_ns,
					    seed + i * UINT64_C(0x9e3779b97f4a7c15), now_ns);
		if (!all[i])
			return false;
	}
	return true;
}

/* Of those the ones that do not stay. */
static void free_targets(struct ask_watch *w, struct target **all, size_t n)
{
	for (size_t i = 0; all && i < n; i++)
		if (all[i] && !all[i]->stays)
			target_free(w, all[i]);
	free(all);
}

size_t ask_watch_fds_most(size_t n_targets)
{
	return (ASK_WATCH_AT_ONCE + n_targets) * POLL_FDS_MAX;
}

enum err ask_watch_set(struct ask_watch *w, const struct watch_spec *specs, size_t n, int64_t interval_ns,
		       int64_t now_ns)
{
	struct target **all = calloc(n ? n : 1, sizeof(*all));
	struct pollfd *fds = calloc(ask_watch_fds_most(n) + 1, sizeof(*fds));

	for (size_t i = 0; i < w->n; i++)
		w->targets[i]->stays = false;
	if (!all || !fds || !gather_targets(w, all, specs, n, interval_ns, now_ns)) {
		free_targets(w, all, n);
		free(fds);
		return ERR_MEMORY;
	}
	free_targets(w, w->targets, w->n);
	free(w->fds);
	w->targets = all;
	w->fds = fds;
	w->n = n;
	w->turn = 0;
	return ERR_OK;
}

enum err ask_watch_new(const struct watch_spec *specs, size_t n, int64_t interval_ns,
		       const struct ask_pollers *ways, int64_t now_ns, struct ask_watch **out)
{
	struct ask_watch *w = calloc(1, sizeof(*w));

	*out = NULL;
	if (!w)
		return ERR_MEMORY;
	w->ways = ways;
	if (lookups_new(ways->look_up ? ways->look_up : getaddrinfo, &w->lookups) ||
	    ask_watch_set(w, specs, n, interval_ns, now_ns)) {
		ask_watch_free(w);
		return ERR_MEMORY;
	}
	*out = w;
	return ERR_OK;
}

void ask_watch_free(struct ask_watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n; i++)
		target_free(w, w->targets[i]);
	lookups_free(w->lookups);
	free(w->targets);
	free(w->fds);
	free(w);
}

/* ---- readings -------------------------------------------------------------------------------------- */

struct given {
	struct ask_watch *w;
	const struct reading_sink *sink;
	struct target *t;
	struct way *y;
};

static bool has_kept(const struct target *t, const struct way *but)
{
	for (size_t i = 0; i < t->n_ways; i++)
		if (&t->ways[i] != but && t->ways[i].mode == WAY_KEPT)
			return true;
	return false;
}

/* That nobody is there is told of ways that are kept; and of the time, once it is known that there is nothing
 * else. */
static bool is_to_be_told(const struct target *t, const struct way *y)
{
	bool is_alone = y->poller->via == WATCH_VIA_NTP;

	for (size_t i = 0; i < t->n_ways; i++)
		is_alone = is_alone && (&t->ways[i] == y || t->ways[i].mode == WAY_RESTS);
	return y->mode == WAY_KEPT || is_alone;
}

static void count(struct ask_watch *w, struct way *y)
{
	y->counts = !y->poller->is_stream || y->mode != WAY_KEPT;
	w->n_rounds += y->counts;
}

static void take(void *arg, const struct reading *r)
{
	struct given *g = arg;

	if (r->is_ok || g->y->is_there) {
		g->y->mode = WAY_KEPT;
		if (g->y->poller->is_stream)
			count_no_more(g->w, g->y);
	}
	if (g->y->mode == WAY_KEPT || is_to_be_told(g->t, g->y))
		g->sink->take(g->sink->arg, r);
}

/* The host has no address. */
static void tell_no_address(struct given *g, int64_t every_ns)
{
	struct query_report *report = calloc(1, sizeof(*report));
	struct reading_made m;
	const struct reading r = { .target = g->t->spec.name,
				   .via = g->y->poller->via,
				   .time_ns = clock_utc_ns(),
				   .every_ns = every_ns,
				   .n_polls = watch_plan_asked(g->y->plan.n_asked),
				   .why = g->t->host.why };

	reading_made_clear(&m);
	if (report && r.via == WATCH_VIA_NTP) {
		report->result = QUERY_DNS;
		watch_points(&m, report, (uint8_t)(g->y->plan.reach << 1));
	}
	/* Nobody else can be there either. */
	if (g->y->mode == WAY_KEPT || (r.via == WATCH_VIA_NTP && !has_kept(g->t, g->y)))
		reading_give(&m, r, g->sink);
	free(report);
}

/* ---- rounds ---------------------------------------------------------------------------------------- */

/* There is nobody: that the time is not told either is worth knowing soon. */
static void hurry_time(struct target *t, int64_t now_ns)
{
	for (size_t i = 0; i < t->n_ways; i++) {
		struct way *y = &t->ways[i];
		int64_t soon_ns = now_ns + y->plan.least_ns;
		if (!y->runs && y->mode == WAY_TRIAL && y->plan.reach == 0 && y->plan.n_silent == 1 &&
		    is_to_be_told(t, y) && y->plan.next_ns > soon_ns)
			y->plan.next_ns = soon_ns;
	}
}

static void end_of_trial(struct target *t, struct way *y, bool is_good, int64_t now_ns)
{
	if (is_good) {
		y->mode = WAY_KEPT;
		return;
	}
	/* The time goes on being asked for where nothing answers: somebody may start it again. */
	if (y->mode == WAY_KEPT || (y->poller->via == WATCH_VIA_NTP && !has_kept(t, y)))
		return;
	y->mode = WAY_RESTS;
	int64_t again_ns = ASK_WATCH_AGAIN_S * NS_PER_S, next_ns = now_ns + again_ns;
	if (y->plan.next_ns < next_ns)
		y->plan.next_ns = next_ns + (int64_t)(y->plan.random % (uint64_t)(again_ns / 10));
	hurry_time(t, now_ns);
}

/* All that answered once are silent: somebody else may be there by now. */
static void look_for_silence(struct target *t, int64_t now_ns)
{
	bool is_silent = t->spec.is_auto;

	for (size_t i = 0; i < t->n_ways; i++)
		is_silent = is_silent &&
			    (t->ways[i].mode != WAY_KEPT || t->ways[i].plan.n_silent >= SILENT_ROUNDS);
	if (!is_silent || !has_kept(t, NULL) ||
	    (t->trials_ns && now_ns - t->trials_ns < TRIALS_LEAST_S * NS_PER_S))
		return;
	t->trials_ns = now_ns;
	t->has_answered = false;
	for (size_t i = 0; i < t->n_ways; i++)
		if (t->ways[i].mode == WAY_RESTS)
			t->ways[i].plan.next_ns = now_ns + t->ways[i].plan.least_ns;
}

static void end_round(struct ask_watch *w, struct target *t, struct way *y, enum poll_state s, int64_t now_ns)
{
	bool is_good = s == POLL_ANSWERED;

	y->runs = false;
	y->wait.n = 0;
	count_no_more(w, y);
	t->has_answered = t->has_answered || is_good;
	/* Of several addresses the first may be of a network that we are not part of. */
	if (!t->has_answered && y == &t->ways[0])
		t->host.pick++;
	watch_plan_done(&y->plan, is_good ? QUERY_OK : QUERY_TIMEOUT,
			s == POLL_RATE     ? WATCH_RATE
			: s == POLL_DENIED ? WATCH_DENY
					   : WATCH_NO_KISS,
			now_ns);
	if (!is_good)
		watch_host_failed(&t->host);
	end_of_trial(t, y, is_good, now_ns);
	look_for_silence(t, now_ns);
}

static struct poll_turn turn_of(const struct target *t, struct way *y, const struct reading_sink *sink,
				int64_t now_ns)
{
	return (struct poll_turn){ .addr = t->host.addr,
				   .scope = t->host.scope,
				   .is_path = t->host.is_path,
				   .is_trial = y->mode != WAY_KEPT,
				   .now_ns = now_ns,
				   .every_ns = y->plan.interval_ns,
				   .reach = y->plan.reach,
				   .n_asked = y->plan.n_asked,
				   .is_there = &y->is_there,
				   .sink = sink };
}

static void step_way(struct ask_watch *w, struct target *t, struct way *y, int64_t now_ns,
		     const struct reading_sink *sink)
{
	struct given g = { w, sink, t, y };
	const struct reading_sink ours = { take, &g };
	const struct poll_turn turn = turn_of(t, y, &ours, now_ns);

	y->wait.until_ns = INT64_MAX;
	enum poll_state s = y->poller->step(y->state, &turn, &y->wait);
	if (s != POLL_WAITS)
		end_round(w, t, y, s, now_ns);
}

static void begin_round(struct ask_watch *w, struct target *t, struct way *y, int64_t now_ns,
			const struct reading_sink *sink)
{
	struct given g = { w, sink, t, y };
	const struct reading_sink ours = { take, &g };

	if (y->mode == WAY_RESTS)
		y->mode = WAY_TRIAL;
	const struct poll_turn turn = turn_of(t, y, &ours, now_ns);
	y->runs = true;
	y->is_there = false;
	y->wait = (struct poll_wait){ .n = 0 };
	count(w, y);
	y->poller->begin(y->state, &turn);
	step_way(w, t, y, now_ns, sink);
}

/* ---- addresses ------------------------------------------------------------------------------------- */

/* Those whose name had no address the last time never take all places: their name server may be dead, which
 * takes long to find out. */
static bool begin_a_lookup(struct ask_watch *w, int64_t now_ns)
{
	struct target *first = NULL;

	for (size_t i = 0; i < w->n; i++) {
		struct target *t = w->targets[i];
		if (t->host.wish_ns && (!first || watch_host_is_sooner(&t->host, &first->host)))
			first = t;
	}
	if (!first ||
	    lookups_running(w->lookups) >= (first->host.n_lost ? ASK_WATCH_LOST_LOOKUPS : ASK_WATCH_LOOKUPS))
		return false;
	return watch_host_begin(&first->host, w->lookups, now_ns);
}

/* The name server knows none: those who would be asked are silent. */
static void no_address(struct ask_watch *w, struct target *t, struct way *y, int64_t now_ns,
		       const struct reading_sink *sink)
{
	struct given g = { w, sink, t, y };

	count(w, y);
	tell_no_address(&g, y->plan.interval_ns);
	end_round(w, t, y, POLL_SILENT, now_ns);
}

/* ---- all of them ----------------------------------------------------------------------------------- */

static size_t gather_fds(const struct ask_watch *w, struct pollfd *out)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		for (size_t k = 0; k < w->targets[i]->n_ways; k++) {
			const struct way *y = &w->targets[i]->ways[k];
			for (size_t f = 0; y->runs && f < y->wait.n; f++)
				out[n++] = y->wait.fds[f];
		}
	return n;
}

size_t ask_watch_fds(const struct ask_watch *w, struct pollfd *out)
{
	return gather_fds(w, out);
}

/* Those for whom something came, or whose time has. */
static void step_running(struct ask_watch *w, int64_t now_ns, const struct reading_sink *sink)
{
	size_t n = gather_fds(w, w->fds), at = 0;

	if (n && poll(w->fds, n, 0) < 0)
		n = 0;
	for (size_t i = 0; i < w->n; i++)
		for (size_t k = 0; k < w->targets[i]->n_ways; k++) {
			struct way *y = &w->targets[i]->ways[k];
			bool is_ready = y->runs && now_ns >= y->wait.until_ns;
			for (size_t f = 0; y->runs && f < y->wait.n; f++, at++) {
				y->wait.fds[f].revents = at < n ? w->fds[at].revents : 0;
				is_ready = is_ready || y->wait.fds[f].revents;
			}
			if (is_ready)
				step_way(w, w->targets[i], y, now_ns, sink);
		}
}

/* A few places are left to those who answered the last time: they are done at once, and the silent ones,
 * however many, do not make them wait. */
static bool has_room(const struct ask_watch *w, const struct way *y)
{
	bool is_alive = y->mode == WAY_KEPT && (y->plan.reach & 1);

	if (y->poller->is_stream && y->mode == WAY_KEPT)
		return true;
	return w->n_rounds < (is_alive ? ASK_WATCH_AT_ONCE : ASK_WATCH_SILENT_AT_ONCE);
}

static void begin_target(struct ask_watch *w, struct target *t, int64_t now_ns,
			 const struct reading_sink *sink)
{
	watch_host_look(&t->host, now_ns);
	for (size_t k = 0; k < t->n_ways; k++) {
		struct way *y = &t->ways[k];
		if (y->runs || !watch_plan_is_due(&y->plan, now_ns))
			continue;
		if (!has_room(w, y))
			continue;
		if (watch_host_knows(&t->host, now_ns))
			begin_round(w, t, y, now_ns, sink);
		else if (!watch_host_waits(&t->host))
			no_address(w, t, y, now_ns, sink);
	}
}

static int64_t next_of(const struct ask_watch *w, int64_t now_ns)
{
	int64_t next_ns = INT64_MAX;

	for (size_t i = 0; i < w->n; i++) {
		const struct target *t = w->targets[i];
		if (watch_host_waits(&t->host) && now_ns + lookup_look_ns < next_ns)
			next_ns = now_ns + lookup_look_ns;
		for (size_t k = 0; k < t->n_ways; k++) {
			const struct way *y = &t->ways[k];
			/* One that is due waits for another to end, or for the name server. */
			int64_t at_ns = y->runs                     ? y->wait.until_ns
					: y->plan.next_ns <= now_ns ? INT64_MAX
								    : y->plan.next_ns;
			if (at_ns < next_ns)
				next_ns = at_ns;
		}
	}
	return next_ns;
}

int64_t ask_watch_step(struct ask_watch *w, int64_t now_ns, const struct reading_sink *sink)
{
	step_running(w, now_ns, sink);
	size_t first = w->turn;
	for (size_t k = 0; k < w->n; k++) {
		size_t i = (first + k) % w->n;
		bool had_room = w->n_rounds < ASK_WATCH_SILENT_AT_ONCE;
		begin_target(w, w->targets[i], now_ns, sink);
		/* Whoever found no room is the first of the next step. */
		if (had_room && w->n_rounds >= ASK_WATCH_SILENT_AT_ONCE)
			w->turn = i;
	}
	while (begin_a_lookup(w, now_ns))
		continue;
	return next_of(w, now_ns);
}
