/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A round with an SNMP agent that says whatever it likes: it comes to an end, and what is made of it is
 * within its bounds. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "engine/mib_round.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { ANSWERS_MOST = 1000, VALUES_MOST = 128 };

/* An octet of what, an octet of where; then a number or text. */
static struct mib_value read_value(struct bytes *b, const struct mib_question *q, size_t i)
{
	uint8_t kind = bytes_u8(b), where = bytes_u8(b);
	struct mib_value v = { .oid = q->oid[i % q->n],
			       .kind = kind % (MIB_OTHER + 1),
			       .bits = kind & 0x80 ? 64 : 32 };

	if (q->kind != MIB_GET && where < 0x80)
		(void)mib_oid_add(&v.oid, where);
	else if (where == 0xff && v.oid.n)
		v.oid.n--;
	if (v.kind == MIB_TEXT) {
		v.len = bytes_u8(b) % MIB_TEXT_MAX;
		const uint8_t *text = bytes_take(b, v.len);
		v.len = text ? v.len : 0;
		if (text)
			memcpy(v.text, text, v.len);
	} else {
		v.count = bytes_be32(b);
		v.integer = (int32_t)v.count;
		if (v.bits == 64)
			v.count = v.count << 32 | bytes_be32(b);
	}
	return v;
}

static void answer(struct mib_round *r, struct bytes *b)
{
	static struct mib_value v[VALUES_MOST];
	struct mib_question q;
	unsigned n_answers = 0;

	while (mib_round_next(r, &q)) {
		uint8_t n = bytes_u8(b) % VALUES_MOST, error = bytes_u8(b);
		if (!q.n || q.n > MIB_ASK_MAX || ++n_answers > ANSWERS_MOST)
			abort();
		for (size_t i = 0; i < n; i++)
			v[i] = read_value(b, &q, i);
		mib_round_take(r, v, n, error > 0xf0 ? error & 0xf : 0, error % 20);
	}
}

static void check(const struct mib_report *r)
{
	if (!r->n || r->n > MIB_PARTS_MAX)
		abort();
	for (size_t i = 0; i < r->n; i++) {
		const struct reading_made *p = &r->at[i];
		if (p->n_points > HISTORY_POINTS_MAX || p->n_facts > READING_FACTS_MAX ||
		    !memchr(p->part, '\0', sizeof(p->part)))
			abort();
		for (size_t k = 0; k < p->n_points; k++)
			if (p->points[k].value - p->points[k].value != 0)
				abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes b = { .at = data, .end = data + len };
	struct mib_round *round = malloc(sizeof(*round));
	struct mib_rates *rates = calloc(1, sizeof(*rates));
	struct mib_report *report = malloc(sizeof(*report));

	for (int64_t s = 0; round && rates && report && s < 2; s++) {
		mib_round_begin(round, len & 1);
		answer(round, &b);
		(void)mib_round_report(round, rates, s * 60000000000, report);
		check(report);
	}
	free(report);
	free(rates);
	free(round);
	return 0;
}
