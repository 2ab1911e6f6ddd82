/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/match_wireshark.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "proto/ntp.h"

/* The newest request of one key in one conversation. */
struct match_wireshark_entry {
	struct addr low, high; /* the end with the lower address (then port) first: either direction */
	uint16_t low_port, high_port;
	uint32_t key;      /* see key_of() */
	uint64_t request;  /* frame; 0: the entry is free */
	uint64_t response; /* frame of the first response to it; 0: none yet */
	int64_t time_ns;   /* of the request */
};
_Static_assert(sizeof(struct match_wireshark_entry) == 64, "one cache line");

enum { START = 1024 };

enum role { ROLE_NONE, ROLE_REQUEST, ROLE_FIRST_RESPONSE, ROLE_EVERY_RESPONSE };

enum err match_wireshark_init(struct match_wireshark *m, size_t capacity, uint64_t secret)
{
	*m = (struct match_wireshark){ .capacity = capacity, .secret = secret, .mask = START - 1 };
	m->at = calloc(START, sizeof(*m->at));
	return m->at ? ERR_OK : ERR_MEMORY;
}

void match_wireshark_release(struct match_wireshark *m)
{
	free(m->at);
	*m = (struct match_wireshark){ 0 };
}

/* One number per kind of question, so that the kinds never meet: modes 3 and 4 all ones; mode 7 the
 * implementation number under 0xff; mode 6 its 16-bit sequence number.  Bit 20, not used by any of these
 * alone, tells TCP from UDP. */
static enum role key_of(const struct view_ntp *v, uint32_t *key)
{
	const uint8_t *p = v->payload;
	enum role role = ROLE_NONE;
	*key = 0;
	switch ((enum ntp_mode)ntp_first_mode(p[0])) {
	case NTP_MODE_CLIENT:
		*key = UINT32_MAX;
		role = ROLE_REQUEST;
		break;
	case NTP_MODE_SERVER:
		*key = UINT32_MAX;
		role = ROLE_FIRST_RESPONSE;
		break;
	case NTP_MODE_CONTROL:
		if (v->len < 8)
			break;
		*key = load_be16(p + 2);
		role = p[1] & 0x80 ? ROLE_EVERY_RESPONSE : ROLE_REQUEST;
		break;
	case NTP_MODE_PRIVATE:
		if (v->len < 4)
			break;
		*key = UINT32_C(0xff000000) | p[2];
		role = p[0] & 0x80 ? ROLE_EVERY_RESPONSE : ROLE_REQUEST;
		break;
	case NTP_MODE_RESERVED:
	case NTP_MODE_ACTIVE:
	case NTP_MODE_PASSIVE:
	case NTP_MODE_BROADCAST: break;
	}
	if (v->tcp)
		*key ^= UINT32_C(1) << 20;
	return role;
}

static struct match_wireshark_entry entry_of(const struct view_ntp *v, uint32_t key)
{
	struct match_wireshark_entry e = { .key = key };
	int order = addr_compare(&v->src, &v->dst);
	bool src_low = order < 0 || (order == 0 && v->sport <= v->dport);
	e.low = src_low ? v->src : v->dst;
	e.high = src_low ? v->dst : v->src;
	e.low_port = src_low ? v->sport : v->dport;
	e.high_port = src_low ? v->dport : v->sport;
	return e;
}

static uint64_t hash_of(const struct match_wireshark_entry *e, uint64_t secret)
{
	uint64_t rest = (uint64_t)e->key << 32 | (uint32_t)e->low_port << 16 | e->high_port;
	return hash64(hash_addr(&e->low, secret) + hash_addr(&e->high, ~secret), secret) ^
	       hash64(rest, ~secret);
}

/* Where the entry is, or the free place where it would go. */
static struct match_wireshark_entry *find(const struct match_wireshark *m,
					  const struct match_wireshark_entry *e)
{
	enum { KEY_LEN = offsetof(struct match_wireshark_entry, request) };
	size_t i = (size_t)hash_of(e, m->secret) & m->mask;
	while (m->at[i].request && memcmp(&m->at[i], e, KEY_LEN) != 0)
		i = (i + 1) & m->mask;
	return &m->at[i];
}

/* Doubles the table when it is three quarters full.  Without memory it goes on until it is full but for
 * one. */
static void grow(struct match_wireshark *m)
{
	struct match_wireshark old = *m;
	struct match_wireshark_entry *bigger = calloc((old.mask + 1) * 2, sizeof(*bigger));
	if (!bigger)
		return;
	m->at = bigger;
	m->mask = old.mask * 2 + 1;
	for (size_t i = 0; i <= old.mask; i++)
		if (old.at[i].request)
			*find(m, &old.at[i]) = old.at[i];
	free(old.at);
}

static void remember(struct match_wireshark *m, struct match_wireshark_entry *e, uint64_t frame,
		     int64_t time_ns)
{
	m->n_requests++;
	struct match_wireshark_entry *place = find(m, e);
	if (!place->request) {
		if (m->n >= m->capacity || m->n >= m->mask) {
			m->n_turned_away++;
			return;
		}
		if (m->n >= (m->mask + 1) / 4 * 3) {
			grow(m);
			place = find(m, e);
		}
		m->n++;
	}
	e->request = frame;
	e->time_ns = time_ns;
	*place = *e;
}

void match_wireshark_prefetch(const struct match_wireshark *m, const struct view_ntp *v)
{
	uint32_t key;
	if (key_of(v, &key) == ROLE_NONE)
		return;
	struct match_wireshark_entry e = entry_of(v, key);
	__builtin_prefetch(&m->at[(size_t)hash_of(&e, m->secret) & m->mask], 1);
}

struct match_answer match_wireshark_packet(struct match_wireshark *m, const struct view_ntp *v,
					   uint64_t frame, int64_t time_ns)
{
	struct match_answer none = { 0 };
	uint32_t key;
	enum role role = key_of(v, &key);
	if (role == ROLE_NONE)
		return none;
	struct match_wireshark_entry e = entry_of(v, key);
	if (role == ROLE_REQUEST) {
		remember(m, &e, frame, time_ns);
		return none;
	}
	struct match_wireshark_entry *found = find(m, &e);
	if (!found->request || (role == ROLE_FIRST_RESPONSE && found->response))
		return none;
	if (!found->response)
		found->response = frame;
	m->n_paired++;
	int64_t delta_ns;
	if (__builtin_sub_overflow(time_ns, found->time_ns, &delta_ns))
		delta_ns = time_ns < 0 ? INT64_MIN : INT64_MAX;
	return (struct match_answer){ .request = found->request, .delta_ns = delta_ns };
}
