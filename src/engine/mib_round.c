/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mib_round.h"

#include "engine/host_snmp.h"

void mib_round_begin(struct mib_round *r, bool is_v1)
{
	const struct mib_want *w;

	r->knows_kind = false;
	r->kind = LANTIME_NONE;
	r->table.n = r->table.n_refused = 0;
	mib_ask_init(&r->ask, is_v1);
	for (size_t i = 0; (w = host_snmp_first(i)); i++)
		(void)mib_ask_add(&r->ask, w);
	for (size_t i = 0; (w = lantime_first(i)); i++)
		(void)mib_ask_add(&r->ask, w);
}

bool mib_round_next(struct mib_round *r, struct mib_question *out)
{
	const struct mib_want *w;

	if (mib_ask_next(&r->ask, out))
		return true;
	if (r->knows_kind)
		return false;
	r->knows_kind = true;
	r->kind = lantime_kind(&r->table);
	for (size_t i = 0; (w = lantime_wants(r->kind, i)); i++)
		(void)mib_ask_add(&r->ask, w);
	for (size_t i = 0; (w = host_snmp_wants(i, &r->table)); i++)
		(void)mib_ask_add(&r->ask, w);
	return mib_ask_next(&r->ask, out);
}

void mib_round_take(struct mib_round *r, const struct mib_value *v, size_t n, int error, size_t error_index)
{
	mib_ask_take(&r->ask, v, n, error, error_index, &r->table);
}

bool mib_round_report(const struct mib_round *r, struct mib_rates *rates, int64_t now_ns,
		      struct mib_report *out)
{
	struct reading_made *machine = mib_report_begin(out);

	mib_rates_begin(rates, now_ns, host_snmp_uptime_s(&r->table));
	lantime_read(r->kind, &r->table, out);
	host_snmp_ntp(&r->table, rates, machine);
	host_snmp_read(&r->table, rates, out);
	return out->n > 1 || machine->n_points || machine->n_facts;
}
