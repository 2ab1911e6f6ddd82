/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ordinary clients of a pool server's day; see ntpgen_day.h. */
#include "ntpgen_day.h"

enum { DAY_PACKETS = 75000, N_HOURS = 24 };

/* Full hours bring cron jobs; 14:02 is when a popular program starts. */
const struct peak day_peaks[] = {
	{ 0 * HOUR + 30 * SEC, 60 * SEC, 60 },
	{ 3 * HOUR, 90 * SEC, 160 },
	{ 6 * HOUR, 100 * SEC, 220 },
	{ 9 * HOUR, 120 * SEC, 180 },
	{ 12 * HOUR, 90 * SEC, 240 },
	{ 14 * HOUR + 131 * SEC, 220 * SEC, 700 },
	{ 18 * HOUR, 120 * SEC, 260 },
	{ 21 * HOUR + 30 * MINUTE, 100 * SEC, 200 },
	{ 0 },
};

/* Hundredths of the usual traffic, by hour (UTC). */
static const uint8_t hour_weight[N_HOURS] = { 62,  58,  55,  54,  58,  66,  80,  96,  108, 112, 114, 118,
					      120, 121, 122, 121, 120, 122, 124, 120, 112, 100, 84,  70 };

static const struct icmp_habit icmp6_habits[] = {
	{ 1, 4, 74, false }, { 1, 1, 11, true }, { 1, 3, 7, true }, { 3, 0, 4, true }, { 1, 0, 4, true },
};
static const struct icmp_habit icmp4_habits[] = {
	{ 3, 3, 70, false }, { 3, 10, 12, true }, { 3, 1, 10, true }, { 11, 0, 5, true }, { 3, 13, 3, true },
};

unsigned day_count(const struct day *d, unsigned n)
{
	unsigned scaled = (unsigned)(n * d->scale + 0.5);
	return scaled ? scaled : 1;
}

int64_t day_moment(struct day *d)
{
	for (;;) {
		int64_t t = (int64_t)rng_below(&d->st.rng, 24 * (uint64_t)HOUR);
		if (rng_below(&d->st.rng, 125) < hour_weight[t / HOUR])
			return d->start_ns + t;
	}
}

double day_load(const struct day *d, int64_t t_ns)
{
	int64_t t = t_ns - d->start_ns;
	double load = hour_weight[(uint64_t)(t / HOUR) % N_HOURS] / 100.0;
	for (const struct peak *p = day_peaks; p->length_ns; p++)
		if (t >= p->at_ns && t < p->at_ns + p->length_ns)
			load += p->n_clients / 25.0 * (double)(p->at_ns + p->length_ns - t) /
				(double)p->length_ns;
	return load;
}

/* The busier, the longer; and once in a while something holds the processor for 10 ms. */
static int64_t delta_under_load(struct day *d, int64_t t_ns)
{
	int64_t mean = (int64_t)(9000 + 4500 * day_load(d, t_ns));
	int64_t delta = 19000 + rng_exp(&d->st.rng, mean);
	if (rng_one_in(&d->st.rng, 6000))
		delta += 8 * MS + rng_exp(&d->st.rng, 2 * MS);
	return delta;
}

static const struct icmp_habit *draw_habit(struct rng *r, bool v4)
{
	const struct icmp_habit *h = v4 ? icmp4_habits : icmp6_habits;
	unsigned x = (unsigned)rng_below(r, 100);
	while (x >= h->weight)
		x -= h++->weight;
	return h;
}

static uint8_t draw_version(struct rng *r)
{
	unsigned x = (unsigned)rng_below(r, 1000);
	return x < 2 ? 1 : x < 8 ? 2 : x < 90 ? 3 : 4;
}

struct visitor visitor_of(struct day *d, const struct addr *from, bool v4, const char *note)
{
	struct rng *r = &d->st.rng;
	struct addr address = from ? *from : client_address(r, v4), server = server_address(v4);
	struct endpoint client = endpoint_of(&address, (uint16_t)rng_range(r, 1024, 65535));
	struct endpoint to = endpoint_of(&server, PORT_NTP);
	uint8_t version = draw_version(r);
	struct visitor v = { .t = talk_of(&d->st, &client, &to, version, note), .d = d };
	v.style = version < 4 ? STYLE_SIMPLE : STYLE_PRIVATE;
	v.clock_error_ns = rng_exp(r, 4 * MS) - 4 * MS;
	v.path_ns = 2 * MS + rng_exp(r, 18 * MS);
	v.t.reply.stratum = 1;
	v.t.reply.refid = refid_of("PPS");
	v.t.reply.root_delay = 0;
	v.t.reply.root_dispersion = 0x12;
	if (version == 1)
		v.t.ask.mode = 0; /* RFC 1059 had none */
	if (version == 4 && rng_percent(r, 30))
		v.style = STYLE_NTPD;
	if (v.style == STYLE_NTPD) {
		v.t.client.port = PORT_NTP;
		v.t.ask.stratum = (uint8_t)rng_range(r, 2, 4);
		v.t.ask.precision = -20;
		v.t.ask.root_delay = (uint32_t)rng_range(r, 0x200, 0x1800);
		v.t.ask.root_dispersion = (uint32_t)rng_range(r, 0x300, 0x1200);
		v.t.ask.refid = 0xcb007100 | (uint32_t)rng_range(r, 1, 20); /* 203.0.113.x */
	}
	if (rng_below(r, 1000) < (v4 ? 11u : 42u)) {
		v.icmp = draw_habit(r, v4);
		v.answer_comes_late = v.icmp->code == (v4 ? 3 : 4) && rng_percent(r, 40);
	}
	return v;
}

static uint64_t next_transmit(struct visitor *v, int64_t t_ns)
{
	struct rng *r = &v->d->st.rng;
	switch (v->style) {
	case STYLE_PRIVATE: v->t.client.port = (uint16_t)rng_range(r, 1024, 65535); return rng_next(r) | 1;
	case STYLE_NTPD: v->t.ask.reference = ntp_time(t_ns - t_ns % (300 * SEC) - 40 * SEC); break;
	case STYLE_SIMPLE: break;
	}
	return ntp_time(t_ns - v->path_ns + v->clock_error_ns);
}

/* An error about the answer: from the client itself, or from a router on the way to it. */
static void bounce(struct visitor *v, int32_t reply, int64_t t_ns)
{
	uint8_t frame[FRAME_MAX];
	const struct staged *p = &v->d->st.packets[reply];
	struct addr from = v->t.client.addr;
	bool v4 = addr_is_v4(&from);
	if (v->icmp->from_router)
		from.b[15] = (uint8_t)(from.b[15] & 0x80 ? 1 : 254);
	size_t quote = v4 && rng_percent(&v->d->st.rng, 50) ? 28 : 1232;
	size_t len = frame_icmp(frame, &from, v->icmp->type, v->icmp->code, 0, v->d->st.bytes + p->at, p->len,
				quote);
	struct talk t = v->t;
	t.note = v->answer_comes_late ? "icmp_after_late_answer" : "icmp";
	int64_t way_ns = 2 * v->path_ns;
	if (v->answer_comes_late)
		way_ns += SEC + rng_exp(&v->d->st.rng, 2 * SEC);
	talk_row(&t, CLASS_OTHER, stage_frame(&v->d->st, t_ns + way_ns, frame, len), -1);
}

static enum class class_of_reply(const struct visitor *v) {
	switch (v->t.reply_trailer){
		case TRAILER_CRYPTO_NAK : case TRAILER_NTS_NAK : return CLASS_NAK;
		case TRAILER_NONE : case TRAILER_MD5 : case TRAILER_SHA1 : case TRAILER_NTS : break;
	}
return CLASS_ANSWERED;
}

static void answer(struct visitor *v, int64_t t_ns, int32_t ask, uint64_t transmit)
{
	struct rng *r = &v->d->st.rng;
	int64_t delta = delta_under_load(v->d, t_ns);
	if (v->answer_comes_late && rng_percent(r, 50))
		delta = 5 * SEC + rng_exp(r, 2 * SEC) % (20 * SEC);
	if (rng_one_in(r, 4000)) /* somebody guesses, and guesses wrong */
		talk_row(&v->t, CLASS_UNSOLICITED, -1, talk_reply(&v->t, t_ns + delta / 2, rng_next(r)));
	int64_t at = t_ns + delta;
	int32_t reply = v->t.reply_trailer == TRAILER_NTS_NAK ? talk_kiss(&v->t, at, transmit, "NTSN")
							      : talk_reply(&v->t, at, transmit);
	talk_row(&v->t, class_of_reply(v), ask, reply);
	if (rng_one_in(r, 2500))
		talk_row(&v->t, CLASS_DUPLICATE, ask, talk_again(&v->t, reply, at + 1000 + rng_exp(r, MS)));
	if (v->icmp && rng_percent(r, 70))
		bounce(v, reply, at);
	v->t.ask.origin = v->style == STYLE_NTPD ? ntp_time(at - 6000) : 0;
	v->t.ask.receive = v->style == STYLE_NTPD ? ntp_time(at + v->path_ns + v->clock_error_ns) : 0;
}

void day_poll(struct visitor *v, int64_t t_ns)
{
	struct rng *r = &v->d->st.rng;
	if (t_ns >= v->d->end_ns)
		return;
	uint64_t transmit = next_transmit(v, t_ns);
	if (rng_one_in(r, 8000)) { /* the tap lost the request */
		talk_row(&v->t, CLASS_UNSOLICITED, -1, talk_reply(&v->t, t_ns + 30000, transmit));
		return;
	}
	int32_t ask = talk_ask(&v->t, t_ns, transmit);
	if (rng_below(r, 100) < v->ignored_percent || rng_one_in(r, 300)) {
		talk_row(&v->t, CLASS_UNANSWERED, ask, -1);
		if (v->style == STYLE_SIMPLE && rng_one_in(r, 8))
			talk_row(&v->t, CLASS_RETRANSMITTED, talk_again(&v->t, ask, t_ns + 3 * SEC), -1);
	} else if (rng_below(r, 100) < v->kod_percent) {
		int64_t at = t_ns + delta_under_load(v->d, t_ns);
		talk_row(&v->t, CLASS_KOD, ask, talk_kiss(&v->t, at, transmit, "RATE"));
	} else {
		answer(v, t_ns, ask, transmit);
	}
}

void day_poll_until(struct visitor *v, int64_t t_ns, int64_t until_ns, int64_t interval_ns)
{
	if (until_ns > v->d->end_ns)
		until_ns = v->d->end_ns;
	for (; t_ns < until_ns;
	     t_ns += interval_ns + rng_range(&v->d->st.rng, -interval_ns / 64, interval_ns / 64))
		day_poll(v, t_ns);
}

/* ---- ordinary clients ---- */

struct group {
	const char *note;
	unsigned n, v6_percent;
	uint8_t poll_low, poll_high;          /* the interval grows from one to the other */
	uint8_t n_burst;                      /* requests 2 s apart at the start */
	uint16_t stay_low_min, stay_high_min; /* minutes; 1440 = from before the capture to after it */
};

static const struct group groups[] = {
	{ "steady_1024", 92, 55, 10, 10, 0, 1440, 1440 },
	{ "steady_512", 14, 60, 9, 9, 0, 1440, 1440 },
	{ "steady_64", 3, 50, 6, 6, 0, 1440, 1440 },
	{ "adaptive", 280, 60, 6, 10, 4, 40, 420 },
	{ "evening", 120, 45, 6, 8, 8, 15, 80 },
	{ "hourly", 45, 30, 12, 12, 0, 1440, 1440 },
	{ "few", 500, 50, 7, 9, 1, 2, 25 },
	{ "one_shot", 2600, 62, 6, 6, 1, 0, 0 },
};

static void visit(struct day *d, const struct group *g)
{
	struct visitor v = visitor_of(d, NULL, !rng_percent(&d->st.rng, g->v6_percent), g->note);
	bool all_day = g->stay_low_min >= 1440;
	int64_t step = SEC << g->poll_low, at = day_moment(d);
	int64_t until = at + MINUTE * rng_range(&d->st.rng, g->stay_low_min, g->stay_high_min);
	if (all_day) {
		at = d->start_ns + (int64_t)rng_below(&d->st.rng, (uint64_t)step);
		until = d->end_ns;
	}
	for (unsigned i = 0; i < g->n_burst; i++, at += 2 * SEC)
		day_poll(&v, at);
	for (uint8_t poll = g->poll_low; at < until && at < d->end_ns; poll++) {
		v.t.ask.poll = (int8_t)(poll < g->poll_high ? poll : g->poll_high);
		step = SEC << v.t.ask.poll;
		int64_t stage_end = poll < g->poll_high ? at + 6 * step : until;
		at += step;
		day_poll_until(&v, at, stage_end < until ? stage_end : until, step);
		at = stage_end;
		if (poll >= g->poll_high)
			break;
	}
}

static void play_peak(struct day *d, const struct peak *p)
{
	for (unsigned i = 0; i < day_count(d, p->n_clients); i++) {
		struct visitor v = visitor_of(d, NULL, rng_percent(&d->st.rng, 40), "peak");
		int64_t after = rng_exp(&d->st.rng, p->length_ns / 3) % p->length_ns;
		unsigned n = rng_percent(&d->st.rng, 35) ? 3 : 1;
		for (unsigned k = 0; k < n; k++)
			day_poll(&v, d->start_ns + p->at_ns + after + k * 2 * SEC);
	}
}

int day_run(const struct options *o, struct sink *s)
{
	struct day d = { .start_ns = o->start_ns, .end_ns = o->start_ns + 24 * HOUR };
	d.scale = (double)(o->n_packets ? o->n_packets : DAY_PACKETS) / DAY_PACKETS;
	stage_init(&d.st, o->seed, 3);
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		for (unsigned k = 0; k < day_count(&d, groups[i].n); k++)
			visit(&d, &groups[i]);
	for (const struct peak *p = day_peaks; p->length_ns; p++)
		play_peak(&d, p);
	day_odd(&d);
	stage_write(&d.st, s);
	stage_release(&d.st);
	return 0;
}
