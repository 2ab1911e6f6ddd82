/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/query.h"

#include <string.h>

#include "base/bytes.h"
#include "base/nstime.h"
#include "crypto/mac.h"
#include "engine/query_judge.h"
#include "proto/ntp_write.h"

/* An NTPv5 server has to know the draft that we speak. */
static const char draft_id[] = "draft-ietf-ntp-ntpv5-09";

/* In both layouts of the header: version 5 has the client's cookie there. */
enum { ORIGIN_AT = 24 };

/* Where the data minimisation draft leaves no field but one, it gives the precision this value. */
enum { MINIMAL_PRECISION = 32 };

_Static_assert((int)NTP_KEY_MD5 == (int)MAC_MD5 && (int)NTP_KEY_SHA1 == (int)MAC_SHA1 &&
		       (int)NTP_KEY_SHA512 == (int)MAC_SHA512 && (int)NTP_KEY_AES128 == (int)MAC_AES128 &&
		       (int)NTP_KEY_AES256 == (int)MAC_AES256,
	       "the kinds of keys in files are the kinds of MACs");

void query_init(struct query *q, const struct query_config *config, const struct ntp_key *key, int64_t now_ns)
{
	memset(q, 0, sizeof(*q));
	q->config = *config;
	q->key = key;
	q->next_ns = now_ns;
	q->worst_seen = QUERY_NONE;
}

/* ---- the request --------------------------------------------------------------------------------- */

static size_t add_mac(const struct ntp_key *key, uint8_t version, uint8_t *p, size_t len)
{
	uint8_t digest[MAC_DIGEST_MAX];
	size_t n = mac_digest((enum mac_kind)key->type, key->octets, key->len, p, len, digest);

	if (version >= 4 && n > QUERY_V4_DIGEST_MAX)
		n = QUERY_V4_DIGEST_MAX;
	store_be32(p + len, key->id);
	memcpy(p + len + 4, digest, n);
	return len + 4 + n;
}

static size_t request_v5(struct query *q, const uint8_t *random, uint8_t *out)
{
	struct ntp5_header h = { .mode = NTP_MODE_CLIENT, .client_cookie = load_be64(random) };

	q->transmit = h.client_cookie;
	q->receive = 0;
	ntp5_header_write(&h, out);
	return NTP_HEADER_LEN + ntp5_ext_write(out + NTP_HEADER_LEN, QUERY_PACKET_MAX - NTP_HEADER_LEN,
					       NTP5_EXT_DRAFT_ID, (const uint8_t *)draft_id,
					       sizeof(draft_id) - 1);
}

/* RFC 9769 section 2: the origin is the receive time of the answer before, and the receive time is ours. */
static void interleave(const struct query *q, const uint8_t *random, struct ntp_header *h)
{
	if (!q->config.is_interleaved || !q->before.is_set)
		return;
	h->origin = q->before.receive;
	h->receive = load_be64(random);
	if (h->receive == h->transmit || !h->receive)
		h->receive ^= 2;
}

size_t query_request(struct query *q, int64_t now_ns, const uint8_t random[QUERY_RANDOM_LEN],
		     uint8_t out[QUERY_PACKET_MAX])
{
	struct ntp_header h = { .version = q->config.version,
				.mode = NTP_MODE_CLIENT,
				.precision_log2s = MINIMAL_PRECISION,
				.transmit = load_be64(random) | 1 };
	size_t len = NTP_HEADER_LEN;

	q->is_waiting = true;
	q->n_sent++;
	q->deadline_ns = now_ns + q->config.timeout_ns;
	q->next_ns = now_ns + q->config.interval_ns;
	q->worst_seen = QUERY_NONE;
	if (q->config.version == 5) {
		len = request_v5(q, random, out);
	} else {
		if (q->config.version == 1)
			h.mode = NTP_MODE_RESERVED; /* RFC 1059: the ports tell it */
		interleave(q, random + 8, &h);
		q->transmit = h.transmit;
		q->receive = h.receive;
		ntp_header_write(&h, out);
	}
	q->sent[q->n_sent - 1].transmit = q->transmit;
	q->sent[q->n_sent - 1].receive = q->receive;
	if (q->config.has_nts)
		return nts_seal(&q->nts, random + 16, out, len, QUERY_PACKET_MAX);
	return q->key ? add_mac(q->key, q->config.version, out, len) : len;
}

/* ---- going on ------------------------------------------------------------------------------------ */

static void end_sample(struct query *q, const struct query_sample *s)
{
	q->is_waiting = false;
	q->samples[q->n_samples++] = *s;
	if (q->n_samples == q->config.samples)
		q->is_over = true;
}

static void fail_sample(struct query *q, enum query_result result)
{
	const struct query_sample s = { .result = (uint8_t)result, .t1_ns = q->t1_ns };
	end_sample(q, &s);
}

enum query_do query_next(struct query *q, int64_t now_ns, int64_t *until_ns)
{
	if (q->is_waiting && now_ns >= q->deadline_ns)
		fail_sample(q, q->worst_seen == QUERY_NONE ? QUERY_TIMEOUT : q->worst_seen);
	*until_ns = q->deadline_ns;
	if (q->is_waiting)
		return QUERY_WAIT;
	if (q->is_over)
		return QUERY_DONE;
	if (q->config.has_nts && (q->wants_keys || !q->nts.n_cookies))
		return QUERY_RENEW;
	*until_ns = q->next_ns;
	return now_ns >= q->next_ns ? QUERY_SEND : QUERY_WAIT;
}

void query_sent(struct query *q, unsigned nth, int64_t t1_ns, bool by_kernel)
{
	if (!q->is_waiting || nth + 1U != q->n_sent)
		return;
	q->t1_ns = t1_ns;
	q->kernel_t1 = by_kernel;
}

void query_error(struct query *q, int64_t now_ns, const struct query_error *e)
{
	(void)now_ns;
	q->error = *e;
	if (q->is_waiting)
		fail_sample(q, e->is_refused ? QUERY_REFUSED : e->is_icmp ? QUERY_UNREACHABLE : QUERY_LOCAL);
}

void query_renewed(struct query *q, int64_t now_ns, enum query_result result)
{
	q->wants_keys = false;
	if (result == QUERY_OK && q->nts.n_cookies) {
		if (q->next_ns < now_ns)
			q->next_ns = now_ns;
		return;
	}
	fail_sample(q, result == QUERY_OK ? QUERY_NTS_REFUSED : result);
	q->is_over = true;
}

/* ---- an answer ----------------------------------------------------------------------------------- */

/* A server that says so is not asked again in this run. */
static void take_kiss(struct query *q, const struct ntp_header *h)
{
	memcpy(q->kiss, h->refid, 4);
	q->kiss[4] = '\0';
	q->is_over = true;
}

/* It came late, or twice: that tells nothing of the one that is waited for. */
static bool answers_an_earlier_one(const struct query *q, const uint8_t *p, size_t len)
{
	if (len < NTP_HEADER_LEN)
		return false;
	uint64_t origin = load_be64(p + ORIGIN_AT);
	for (unsigned i = 0; origin && i + 1 < q->n_sent; i++)
		if (origin == q->sent[i].transmit || origin == q->sent[i].receive)
			return true;
	return false;
}

void query_answer(struct query *q, int64_t now_ns, const uint8_t *p, size_t len, int64_t t4_ns,
		  bool by_kernel)
{
	struct query_sample s;
	(void)now_ns;

	if (!q->is_waiting || answers_an_earlier_one(q, p, len))
		return;
	q->t4_ns = t4_ns;
	enum query_result result = query_judge(q, p, len, by_kernel, &s);
	if (query_is_not_it(result)) {
		/* The right one may still come: whoever guesses what we wait for must not end the wait. */
		q->worst_seen = (uint8_t)result;
		return;
	}
	s.result = (uint8_t)result;
	end_sample(q, &s);
	if (result == QUERY_KOD)
		take_kiss(q, &s.header);
	if (result == QUERY_NTS_NAK && !q->had_nak) {
		q->had_nak = q->wants_keys = true;
		q->is_over = false;
		q->n_samples--; /* asked again with new keys */
	} else if (result == QUERY_NTS_NAK) {
		q->is_over = true;
	}
}
