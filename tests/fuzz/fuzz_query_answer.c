/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers to a query.  The first octet: version (0 to 4 for 1 to 5), 8 a key, 16 NTS, 32 interleaved.  Then
 * one event after another: an octet of what is put right in it or happens instead (enum below), its length in
 * two octets, and the answer.  However the state comes to be, it is consistent; and without the right key
 * nothing is believed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/nstime.h"
#include "crypto/mac.h"
#include "engine/query.h"
#include "present/query_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	RIGHT_ORIGIN = 1,
	RIGHT_RECEIVE = 2, /* as an interleaved answer has it */
	RIGHT_FIRST = 4,   /* version and mode */
	RIGHT_SEAL = 8,    /* MAC or NTS authenticator; what follows the header is sealed */
	LATER = 16,
	ERROR = 32, /* no answer, an error */
	STAMP = 64, /* the kernel's time of the question comes before it */

	SAMPLES = 5,
	MS = 1000000,
};

struct talk {
	struct query q;
	int64_t now_ns;
	unsigned n_random;
	uint8_t request[QUERY_PACKET_MAX];
	uint8_t answer[QUERY_PACKET_MAX];
};

static const struct ntp_key key = { .id = 7, .type = NTP_KEY_SHA1, .len = 6, .octets = "secret" };
static const int64_t utc_ns = INT64_C(1795651200) * NS_PER_S;

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void is_sound(const struct query *q)
{
	must(q->n_samples <= SAMPLES && q->n_sent <= SAMPLES + 1 && q->nts.n_cookies <= NTSKE_COOKIES_MAX);
	must(memchr(q->kiss, 0, sizeof(q->kiss)));
	for (int i = 0; i < q->nts.n_cookies; i++)
		must(q->nts.cookies[i].len > 0 && q->nts.cookies[i].len <= NTSKE_COOKIE_MAX);
	for (int i = 0; i < q->n_samples; i++) {
		const struct query_sample *s = &q->samples[i];
		must(s->result < N_QUERY_RESULTS && s->result != QUERY_NONE);
		must(!s->has_times || (s->delay_ns >= 0 && s->dispersion_ns >= 0));
		must(s->result != QUERY_OK ||
		     (s->has_times && s->header.stratum > 0 && s->header.stratum < 16));
		must(s->result != QUERY_KOD || !s->has_times);
	}
}

static unsigned n_good(const struct query *q)
{
	unsigned n = 0;
	for (int i = 0; i < q->n_samples; i++)
		n += q->samples[i].result == QUERY_OK;
	return n;
}

/* Asks until it waits for an answer; false when it is over. */
static bool ask(struct talk *t)
{
	for (;;) {
		uint8_t random[QUERY_RANDOM_LEN];
		int64_t until_ns;
		switch (query_next(&t->q, t->now_ns, &until_ns)) {
		case QUERY_SEND:
			for (size_t i = 0; i < sizeof(random); i++, t->n_random++)
				random[i] = (uint8_t)(31 * (t->n_random + 1) + (t->n_random >> 8));
			must(query_request(&t->q, t->now_ns, random, t->request) >= NTP_HEADER_LEN);
			query_sent(&t->q, t->q.n_sent - 1U, utc_ns + t->now_ns, false);
			break;
		case QUERY_RENEW:
			t->q.nts = (struct nts){ .aead = AEAD_SIV_CMAC_256, .n_cookies = 2 };
			t->q.nts.cookies[0].len = t->q.nts.cookies[1].len = 100;
			query_renewed(&t->q, t->now_ns, QUERY_OK);
			break;
		case QUERY_WAIT:
			must(until_ns > t->now_ns);
			if (t->q.is_waiting)
				return true;
			t->now_ns = until_ns;
			break;
		case QUERY_DONE: return false;
		}
	}
}

/* What stands behind the header goes into the seal. */
static size_t seal_nts(struct talk *t, size_t len)
{
	static uint8_t sealed[QUERY_PACKET_MAX];
	uint8_t *p = t->answer;
	size_t plain_len = len - NTP_HEADER_LEN < 1024 ? len - NTP_HEADER_LEN : 1024;
	uint8_t plain[1024];

	memcpy(plain, p + NTP_HEADER_LEN, plain_len);
	memcpy(p + NTP_HEADER_LEN, t->request + NTP_HEADER_LEN, 4 + NTS_UID_LEN);
	size_t at = NTP_HEADER_LEN + 4 + NTS_UID_LEN, sealed_len = plain_len + AEAD_TAG_LEN;
	size_t padded = (sealed_len + 3) / 4 * 4;
	struct aead_text text = { .associated = p,
				  .associated_len = at,
				  .nonce = p,
				  .nonce_len = 16,
				  .input = plain,
				  .input_len = plain_len };
	must(aead_seal(t->q.nts.aead, t->q.nts.s2c, &text, sealed));
	store_be16(p + at, NTP_EXT_NTS_AUTH);
	store_be16(p + at + 2, (uint16_t)(24 + padded));
	store_be16(p + at + 4, 16);
	store_be16(p + at + 6, (uint16_t)sealed_len);
	memcpy(p + at + 8, p, 16);
	memset(p + at + 24, 0, padded);
	memcpy(p + at + 24, sealed, sealed_len);
	return at + 24 + padded;
}

static size_t put_right(struct talk *t, uint8_t what, size_t len)
{
	uint8_t *p = t->answer;

	if (len < NTP_HEADER_LEN)
		return len;
	if (what & RIGHT_ORIGIN)
		store_be64(p + 24, t->q.transmit);
	if (what & RIGHT_RECEIVE)
		store_be64(p + 24, t->q.receive);
	if (what & RIGHT_FIRST)
		p[0] = (uint8_t)((p[0] & 0xc0) | t->q.config.version << 3 | NTP_MODE_SERVER);
	if (!(what & RIGHT_SEAL))
		return len;
	if (t->q.config.has_nts)
		return seal_nts(t, len);
	if (!t->q.key)
		return len;
	store_be32(p + NTP_HEADER_LEN, key.id);
	return NTP_HEADER_LEN + 4 +
	       mac_digest(MAC_SHA1, key.octets, key.len, p, NTP_HEADER_LEN, p + NTP_HEADER_LEN + 4);
}

static void event(struct talk *t, uint8_t what, const uint8_t *data, size_t len)
{
	const struct query_error error = { .is_icmp = what & 1, .is_refused = what & 2, .system_error = 111 };
	bool is_secured = t->q.key || t->q.config.has_nts;
	unsigned good_before = n_good(&t->q);

	if (what & STAMP)
		query_sent(&t->q, what & 1U, utc_ns + t->now_ns + 1, true);
	if (what & LATER)
		t->now_ns += 40 * MS;
	if (what & ERROR) {
		query_error(&t->q, t->now_ns, &error);
		return;
	}
	memcpy(t->answer, data, len);
	len = put_right(t, what, len);
	uint8_t *exactly = malloc(len ? len : 1); /* for the address sanitizer */
	if (exactly) {
		memcpy(exactly, t->answer, len);
		query_answer(&t->q, t->now_ns, exactly, len, utc_ns + t->now_ns, what & STAMP);
	}
	free(exactly);
	must(!is_secured || (what & RIGHT_SEAL) || n_good(&t->q) == good_before);
}

/* All forms can be printed, and nothing in them acts. */
static void print(const struct talk *t)
{
	static struct query_report r;
	const struct query_list l = { .at = &r, .n = 1, .key = t->q.key, .now_ns = utc_ns };
	struct buf b;

	r = (struct query_report){ .host = "192.0.2.1", .port = 123, .query = t->q };
	query_summary(&r.query, &r.summary);
	r.result = r.summary.result;
	must((r.result == QUERY_OK) == (n_good(&t->q) > 0));
	must(r.summary.jitter_ns >= 0 && r.summary.bound_ns >= 0);
	if (buf_init(&b, -1))
		return;
	query_table(&l, &b, false, 100);
	query_json(&l, &b);
	query_sntp(&l, &b);
	query_ntpdate(&l, &b);
	query_nagios(&l, NS_PER_S, NS_PER_S, &b);
	for (size_t i = 0; i < b.len; i++)
		must(b.data[i] == '\n' || (uint8_t)b.data[i] >= ' ');
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct talk t;
	struct bytes in = bytes_of(data, size);
	uint8_t kind = bytes_u8(&in);
	struct query_config c = { .version = (uint8_t)(1 + (kind & 7) % 5),
				  .samples = SAMPLES,
				  .interval_ns = 100 * MS,
				  .timeout_ns = 150 * MS };

	memset(&t, 0, sizeof(t));
	c.has_nts = c.version == 4 && (kind & 16);
	c.is_interleaved = c.version == 4 && (kind & 32);
	query_init(&t.q, &c, (kind & 8) && !c.has_nts && c.version < 5 ? &key : NULL, 0);
	while (bytes_left(&in) >= 3 && ask(&t)) {
		uint8_t what = bytes_u8(&in);
		size_t len = bytes_be16(&in);
		if (len > bytes_left(&in))
			len = bytes_left(&in);
		if (len > QUERY_PACKET_MAX)
			len = QUERY_PACKET_MAX;
		event(&t, what, bytes_take(&in, len), len);
		is_sound(&t.q);
	}
	for (int i = 0; ask(&t); i++) {
		must(i < SAMPLES);
		t.now_ns = t.q.deadline_ns;
	}
	is_sound(&t.q);
	print(&t);
	return 0;
}
