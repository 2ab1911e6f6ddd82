/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/tally.h"

#include <stdlib.h>

#include "proto/ntp_control.h"

struct tally *tally_new(void)
{
	return calloc(1, sizeof(struct tally));
}

void tally_free(struct tally *t)
{
	free(t);
}

unsigned tally_size_class(unsigned len)
{
	if (len <= NTP_HEADER_LEN)
		return len < NTP_HEADER_LEN ? 0 : 1;
	return len <= 72 ? 2 : len <= 256 ? 3 : len <= 1024 ? 4 : 5;
}

const char *tally_size_name(unsigned size_class)
{
	static const char *const name[N_SIZES] = { "below 48", "48",       "49-72",
						   "73-256",   "257-1024", "above 1024" };
	return name[size_class];
}

void tally_fate(struct tally *t, const struct packet *p, const struct datagram *d, enum fate fate)
{
	t->n_frames++;
	t->n_bytes += p->caplen;
	t->fates[fate]++;
	if (d->findings) {
		t->n_udp_length_lies += (d->findings & FRAME_UDP_LENGTH_LIES) != 0;
		t->n_ip_length_lies += (d->findings & FRAME_IP_LENGTH_LIES) != 0;
		t->n_cut_payload += (d->findings & FRAME_CUT) != 0 && fate == FATE_NTP;
	}
}

static void count_tunnels(struct tally *t, unsigned tunnels)
{
	for (; tunnels; tunnels &= tunnels - 1) {
		unsigned bit = (unsigned)__builtin_ctz(tunnels);
		if (bit < N_TUNNELS)
			t->tunnels[bit]++;
	}
}

static void count_exposure(struct exposure *x, const struct event *e, bool request)
{
	if (request) {
		x->n_requests++;
		x->request_bytes += e->payload_len;
		x->by_opcode[e->opcode]++;
	} else {
		x->n_responses++;
		x->response_bytes += e->payload_len;
	}
}

static void count_role(struct tally *t, const struct event *e)
{
	if (e->header_cut)
		return;
	bool monlist = e->mode == NTP_MODE_PRIVATE && private_is_monlist(e->opcode);

	switch ((enum event_role)e->role) {
	case EVENT_REQUEST:
	case EVENT_SYMMETRIC:
		if (e->mode != NTP_MODE_PASSIVE)
			t->polls[(uint8_t)(e->poll_log2s + 128)]++;
		break;
	case EVENT_RESPONSE:
	case EVENT_BROADCAST:
		t->strata[e->stratum]++;
		if (e->leap)
			t->leaps[e->leap]++;
		if (e->kiss)
			t->kisses[e->kiss]++;
		break;
	case EVENT_CONTROL_REQUEST:
	case EVENT_CONTROL_RESPONSE: count_exposure(&t->control, e, e->role == EVENT_CONTROL_REQUEST); break;
	case EVENT_PRIVATE_REQUEST:
		count_exposure(&t->private_, e, true);
		t->n_monlist_requests += monlist;
		break;
	case EVENT_PRIVATE_RESPONSE:
		count_exposure(&t->private_, e, false);
		t->n_monlist_responses += monlist;
		break;
	case EVENT_MALFORMED:
	case EVENT_STRANGE:
	case EVENT_ICMP_ERROR:
	case EVENT_OUTSIDE: break;
	}
}

/* Leap 0, no kiss, no authentication, 48 octets: the usual is worked out by tally_finish(). */
void tally_event(struct tally *t, const struct datagram *d, const struct event *e)
{
	unsigned side = !e->to_server;

	if (e->role == EVENT_OUTSIDE) {
		t->n_outside++;
		return;
	}
	t->packets[side]++;
	t->bytes[side] += e->payload_len;
	t->n_ipv6 += !addr_is_v4(&e->client);
	if (d->payload_len)
		t->first_octets[side][d->payload[0]]++;
	if (e->payload_len != NTP_HEADER_LEN) {
		t->sizes[side][tally_size_class(e->payload_len)]++;
		if (e->auth)
			t->auth[side][e->auth]++;
		t->n_extension += (e->flags & FLAG_EXTENSION) != 0;
		t->n_bad_trailer += (e->flags & FLAG_BAD_TRAILER) != 0;
	}
	if (d->tunnels)
		count_tunnels(t, d->tunnels);
	count_role(t, e);
}

static uint64_t sum_of(const uint64_t *v, size_t n)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += v[i];
	return sum;
}

void tally_finish(struct tally *t)
{
	uint64_t answers = sum_of(t->strata, 256);
	for (unsigned side = 0; side < 2; side++) {
		for (unsigned i = 0; i < 256; i++) {
			t->versions[side][ntp_first_version((uint8_t)i)] += t->first_octets[side][i];
			t->modes[side][ntp_first_mode((uint8_t)i)] += t->first_octets[side][i];
		}
		t->sizes[side][1] += t->packets[side] - sum_of(t->sizes[side], N_SIZES);
		t->auth[side][0] = t->packets[side] - sum_of(t->auth[side], N_AUTH);
	}
	for (unsigned v = 0; v < 8; v++) {
		for (unsigned z = 0; z < N_SIZES; z++) {
			hist_merge(&t->delta_by_version[v], &t->delta_of[v][z]);
			hist_merge(&t->delta_by_size[z], &t->delta_of[v][z]);
		}
	}
	t->leaps[0] = answers - sum_of(t->leaps, 4);
	t->kisses[0] = answers - sum_of(t->kisses, N_KISS);
}

static bool is_time_mode(unsigned mode)
{
	return mode != NTP_MODE_CONTROL && mode != NTP_MODE_PRIVATE;
}

static void count_notes(struct tally *t, const struct exchange *x)
{
	t->n_before_capture += (x->notes & NOTE_BEFORE_CAPTURE) && x->class == CLASS_UNSOLICITED;
	t->n_capture_end += (x->notes & NOTE_CAPTURE_END) != 0;
	t->n_interleaved += (x->notes & NOTE_INTERLEAVED) != 0;
	t->n_reordered += (x->notes & NOTE_REORDERED) != 0;
	t->n_zero_origin += (x->notes & NOTE_ZERO_ORIGIN) != 0;
}

void tally_outcome(struct tally *t, const struct exchange *x, unsigned payload_len)
{
	if (x->notes)
		count_notes(t, x);
	if (!exchange_has_delta(x) || x->class == CLASS_DUPLICATE)
		return;
	if (is_time_mode(x->mode))
		hist_add(&t->delta_of[x->version & 7][tally_size_class(payload_len)], exchange_delta_ns(x));
	else if (x->mode == NTP_MODE_CONTROL)
		t->control.n_answered++;
	else
		t->private_.n_answered++;
}

static void add_u64(uint64_t *into, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		into[i] += from[i];
}

static void take_u64(uint64_t *of, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		of[i] = of[i] > from[i] ? of[i] - from[i] : 0;
}

/* Sums that are only added to: what is made by tally_finish() or with the census is not among them. */
static void each_sum(struct tally *t, const struct tally *by,
		     void (*f)(uint64_t *of, const uint64_t *by, size_t n))
{
#define EACH(field) f((uint64_t *)&t->field, (const uint64_t *)&by->field, sizeof(t->field) / 8)
	EACH(n_frames), EACH(n_bytes), EACH(fates), EACH(n_reassembled), EACH(n_outside);
	EACH(n_udp_length_lies), EACH(n_ip_length_lies), EACH(n_cut_payload);
	EACH(tunnels), EACH(first_octets), EACH(auth), EACH(sizes), EACH(bytes), EACH(packets);
	EACH(n_ipv6), EACH(polls), EACH(strata), EACH(leaps), EACH(kisses), EACH(n_extension);
	EACH(n_bad_trailer), EACH(control), EACH(private_), EACH(n_monlist_requests);
	EACH(n_monlist_responses), EACH(n_before_capture), EACH(n_capture_end);
	EACH(n_interleaved), EACH(n_reordered), EACH(n_zero_origin);
#undef EACH
}

void tally_merge(struct tally *into, const struct tally *from)
{
	each_sum(into, from, add_u64);
	for (unsigned v = 0; v < 8; v++)
		for (unsigned z = 0; z < N_SIZES; z++)
			hist_merge(&into->delta_of[v][z], &from->delta_of[v][z]);
	hist_merge(&into->icmp_after_answer, &from->icmp_after_answer);
}

void tally_take_away(struct tally *t, const struct tally *from)
{
	each_sum(t, from, take_u64);
	for (unsigned v = 0; v < 8; v++)
		for (unsigned z = 0; z < N_SIZES; z++)
			hist_take_away(&t->delta_of[v][z], &from->delta_of[v][z]);
	hist_take_away(&t->icmp_after_answer, &from->icmp_after_answer);
}
