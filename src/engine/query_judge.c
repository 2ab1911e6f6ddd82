/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/query_judge.h"

#include <string.h>

#include "base/nstime.h"
#include "crypto/mac.h"

enum { MAX_STRATUM = 15, OWN_PRECISION_LOG2S = -23, MAXDISP_S = 16, PHI_PPM = 15 };

/* Clocks tick and are slewed: so much longer than we waited, or shorter than no time, a server may say that
 * it has held a question. */
static const int64_t held_slack_ns = NS_PER_S / 10;

/* 4.28 seconds of version 5 as 16.16. */
static uint32_t short_of_time32(uint32_t t)
{
	return t >> 12;
}

static int64_t precision_ns(int8_t log2s)
{
	if (log2s > 0)
		return NS_PER_S;
	return log2s < -30 ? 1 : NS_PER_S >> -log2s;
}

bool query_is_not_it(enum query_result r)
{
	switch (r) {
	case QUERY_BOGUS:
	case QUERY_MALFORMED:
	case QUERY_WRONG_MODE:
	case QUERY_WRONG_VERSION:
	case QUERY_AUTH_MISSING:
	case QUERY_AUTH_FAILED: return true;
	default: return false;
	}
}

/* ---- who says it --------------------------------------------------------------------------------- */

static bool mac_is_right(const struct query *q, const uint8_t *p, const struct ntp_trailer *t)
{
	uint8_t digest[MAC_DIGEST_MAX];
	size_t n = mac_digest((enum mac_kind)q->key->type, q->key->octets, q->key->len, p,
			      t->mac_offset - (size_t)4, digest);

	if (n > t->mac_len && q->config.version >= 4 && t->mac_len == QUERY_V4_DIGEST_MAX)
		n = QUERY_V4_DIGEST_MAX;
	return t->key_id == q->key->id && n && n == t->mac_len && mac_equal(p + t->mac_offset, digest, n);
}

static enum query_result check_mac(const struct query *q, const uint8_t *p, const struct ntp_trailer *t)
{
	if (t->auth == NTP_AUTH_CRYPTO_NAK)
		return QUERY_CRYPTO_NAK;
	if (!t->mac_len)
		return QUERY_AUTH_MISSING;
	return mac_is_right(q, p, t) ? QUERY_OK : QUERY_AUTH_FAILED;
}

static enum query_result check_nts(struct query *q, const uint8_t *p, size_t len, const struct ntp_header *h,
				   const struct ntp_trailer *t)
{
	switch (nts_open(&q->nts, p, len, h, t)) {
	case NTS_GOOD: return QUERY_OK;
	case NTS_NAK: return QUERY_NTS_NAK;
	case NTS_FORGED: return QUERY_AUTH_FAILED;
	default: return QUERY_AUTH_MISSING;
	}
}

static enum query_result check_auth(struct query *q, const uint8_t *p, size_t len, const struct ntp_header *h,
				    const struct ntp_trailer *t)
{
	if (q->config.has_nts)
		return check_nts(q, p, len, h, t);
	return q->key ? check_mac(q, p, t) : QUERY_OK;
}

/* ---- what it says -------------------------------------------------------------------------------- */

static enum query_result read_v5(const struct query *q, const uint8_t *p, size_t len, struct query_sample *s)
{
	struct ntp_header *h = &s->header;
	struct ntp5_header h5;

	if (!ntp5_header_parse(p, (uint32_t)len, &h5))
		return QUERY_MALFORMED;
	*h = (struct ntp_header){ .leap = h5.leap,
				  .version = 5,
				  .mode = h5.mode,
				  .stratum = h5.stratum,
				  .poll_log2s = h5.poll_log2s,
				  .precision_log2s = h5.precision_log2s,
				  .root_delay = short_of_time32(h5.root_delay),
				  .root_dispersion = short_of_time32(h5.root_dispersion),
				  .origin = h5.client_cookie,
				  .receive = h5.receive,
				  .transmit = h5.transmit };
	if (h->mode != NTP_MODE_SERVER)
		return QUERY_WRONG_MODE;
	if (h5.client_cookie != q->transmit)
		return QUERY_BOGUS;
	enum { SYNCHRONIZED = 1, UTC = 0 };
	s->is_unsynchronised = !(h5.flags & SYNCHRONIZED); /* leap 3 is no more than an unknown one */
	return h5.timescale == UTC ? QUERY_OK : QUERY_BAD_HEADER;
}

/* Version and mode are the first octet's, and the origin is ours. */
static enum query_result read_header(const struct query *q, const uint8_t *p, size_t len,
				     struct query_sample *s)
{
	struct ntp_header *h = &s->header;

	if (!ntp_header_parse(p, (uint32_t)len, h))
		return QUERY_MALFORMED;
	if (h->version != q->config.version)
		return QUERY_WRONG_VERSION;
	if (h->version == 5)
		return read_v5(q, p, len, s);
	if (h->mode != NTP_MODE_SERVER)
		return QUERY_WRONG_MODE;
	s->is_unsynchronised = h->leap == 3;
	bool is_ours = h->origin == q->transmit || (q->receive && h->origin == q->receive);
	return is_ours ? QUERY_OK : QUERY_BOGUS;
}

/* False when the server cannot have held the question for so long. */
static bool measure(const struct query_sample *timing, uint64_t t2, uint64_t t3, int64_t t4_ns,
		    struct query_sample *s)
{
	uint64_t t1 = nstime_to_ntp(timing->t1_ns), t4 = nstime_to_ntp(t4_ns);
	int64_t there_ns = ntp_diff_ns(t2, t1), back_ns = ntp_diff_ns(t3, t4);
	int64_t delay_ns = ns_minus(there_ns, back_ns), held_ns = ntp_diff_ns(t3, t2);

	s->has_times = true;
	s->offset_ns = there_ns / 2 + back_ns / 2 + (there_ns % 2 + back_ns % 2) / 2;
	s->delay_ns = delay_ns > 0 ? delay_ns : 0;
	s->dispersion_ns = precision_ns(s->header.precision_log2s) + precision_ns(OWN_PRECISION_LOG2S) +
			   ns_minus(t4_ns, timing->t1_ns) / 1000000 * PHI_PPM;
	/* Its two times, or ours, are wrong by so much at the least. */
	if (delay_ns < 0)
		s->dispersion_ns = ns_minus(s->dispersion_ns, delay_ns);
	return delay_ns >= -held_slack_ns && held_ns >= -held_slack_ns;
}

/* The times of one exchange: this one's, or with an interleaved answer those of the one before, whose true
 * transmit time has now come. */
static bool take_times(struct query *q, bool kernel_t4, struct query_sample *s)
{
	const struct ntp_header *h = &s->header;
	bool can_be = true;

	s->is_interleaved = h->version == 4 && q->receive && h->origin == q->receive;
	if (s->is_interleaved) {
		s->t1_ns = q->before.t1_ns;
		s->kernel_t1 = q->before.kernel_t1;
		s->kernel_t4 = q->before.kernel_t4;
		if (h->transmit)
			can_be = measure(s, q->before.receive, h->transmit, q->before.t4_ns, s);
	} else if (h->receive && h->transmit) {
		can_be = measure(s, h->receive, h->transmit, q->t4_ns, s);
	}
	q->before.is_set = h->receive;
	q->before.receive = h->receive;
	q->before.transmit = h->transmit;
	q->before.t1_ns = q->t1_ns;
	q->before.t4_ns = q->t4_ns;
	q->before.kernel_t1 = q->kernel_t1;
	q->before.kernel_t4 = kernel_t4;
	return can_be;
}

/* Those that only say that the server has no time yet ask nothing of us. */
static bool is_kiss_of_death(const struct ntp_header *h)
{
	enum ntp_kiss kiss = ntp_kiss_of(h);
	return kiss != KISS_NONE && kiss != KISS_INIT && kiss != KISS_STEP;
}

static enum query_result check_values(const struct query_sample *s)
{
	const struct ntp_header *h = &s->header;

	if (s->is_unsynchronised || h->stratum == 0 || h->stratum > MAX_STRATUM)
		return QUERY_UNSYNCHRONISED;
	if (!s->has_times ||
	    ntp_short_ns(h->root_delay) / 2 + ntp_short_ns(h->root_dispersion) >= MAXDISP_S * NS_PER_S)
		return QUERY_BAD_HEADER;
	/* The transmit time of an interleaved answer is the one before's: the clock may be set since then. */
	uint64_t latest = s->is_interleaved ? h->receive : h->transmit;
	return h->reference && ntp_diff_ns(h->reference, latest) > 0 ? QUERY_BAD_HEADER : QUERY_OK;
}

enum query_result query_judge(struct query *q, const uint8_t *p, size_t len, bool by_kernel,
			      struct query_sample *s)
{
	struct ntp_trailer trailer;

	*s = (struct query_sample){ .t1_ns = q->t1_ns, .kernel_t1 = q->kernel_t1, .kernel_t4 = by_kernel };
	enum query_result result = read_header(q, p, len, s);
	if (result != QUERY_OK)
		return result;
	ntp_trailer_parse(p, (uint32_t)len, (uint32_t)len, &s->header, &trailer);
	if (trailer.malformed)
		return QUERY_MALFORMED;
	result = check_auth(q, p, len, &s->header, &trailer);
	if (result != QUERY_OK)
		return result;
	/* Of its times nothing is known (RFC 5905 section 7.4): many are ours. */
	if (is_kiss_of_death(&s->header))
		return QUERY_KOD;
	bool can_be = take_times(q, by_kernel, s);
	result = check_values(s);
	return result == QUERY_OK && !can_be ? QUERY_BAD_HEADER : result;
}
