/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/chrony_points.h"

#include <string.h>

#include "proto/names.h"

enum { MODE_REFCLOCK = 2 };

static void refid_fact(struct reading_made *m, const char *name, uint32_t refid, unsigned stratum)
{
	const uint8_t octets[4] = { (uint8_t)(refid >> 24), (uint8_t)(refid >> 16), (uint8_t)(refid >> 8),
				    (uint8_t)refid };
	char text[REFID_TEXT_MAX];

	ntp_refid_text((uint8_t)(stratum > 1 ? 2 : 1), octets, text);
	reading_fact(m, name, text);
}

static void address_fact(struct reading_made *m, const char *name, const struct chrony_addr *a)
{
	char text[ADDR_TEXT_MAX];

	if (a->family != CHRONY_IPV4 && a->family != CHRONY_IPV6)
		return;
	addr_text(&a->addr, text);
	reading_fact(m, name, text);
}

void chrony_tracking_points(struct reading_made *m, const struct chrony_tracking *t)
{
	reading_point(m, "clock_offset_s", t->correction_s);
	reading_point(m, "clock_jitter_s", t->rms_offset_s);
	reading_point(m, "frequency_ppm", t->frequency_ppm);
	reading_point(m, "residual_ppm", t->residual_ppm);
	reading_point(m, "skew_ppm", t->skew_ppm);
	reading_point(m, "root_delay_s", t->root_delay_s);
	reading_point(m, "root_dispersion_s", t->root_dispersion_s);
	reading_point(m, "root_distance_s", t->root_dispersion_s + t->root_delay_s / 2);
	reading_point(m, "stratum", t->stratum);
	reading_point(m, "leap", t->leap);
	refid_fact(m, "refid", t->refid, t->stratum);
	address_fact(m, "system_peer", &t->addr);
}

void chrony_serverstats_points(struct reading_made *m, struct chrony_counts *c,
			       const struct chrony_serverstats *s, int64_t time_ns)
{
	const struct {
		const char *series;
		uint64_t n;
		unsigned known;
	} rows[CHRONY_COUNTERS] = {
		{ "received_per_s", s->ntp_hits, 1 },
		{ "dropped_per_s", s->ntp_drops, 1 },
		{ "nts_ke_per_s", s->nke_hits, 8 },
		{ "authenticated_per_s", s->ntp_auth_hits, 8 },
		{ "interleaved_per_s", s->ntp_interleaved_hits, 9 },
	};
	unsigned bits = s->n_known > 11 ? 64 : 32;
	double per_s;

	for (size_t i = 0; i < CHRONY_COUNTERS; i++)
		if (s->n_known >= rows[i].known &&
		    counter_rate_next(&c->at[i], rows[i].n, bits, time_ns, &per_s))
			reading_point(m, rows[i].series, per_s);
}

void chrony_part(const struct chrony_source *s, char *out, size_t room)
{
	char text[ADDR_TEXT_MAX] = "";

	if (s->mode == MODE_REFCLOCK && s->addr.family == CHRONY_IPV4) {
		for (size_t i = 0; i < 4; i++)
			text[i] = (char)(s->addr.id >> (24 - 8 * i));
		text[4] = '\0';
	} else if (s->addr.family == CHRONY_IPV4 || s->addr.family == CHRONY_IPV6) {
		addr_text(&s->addr.addr, text);
	}
	reading_part(out, room, text, strlen(text));
}

static const char *state_name(uint16_t state)
{
	static const char *const names[] = { "selected",     "not selectable", "falseticker",
					     "too variable", "not combined",   "combined" };

	return state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

void chrony_source_points(struct reading_made *m, const struct chrony_source *s,
			  const struct chrony_sourcestats *stats, const struct chrony_ntpdata *data)
{
	bool has_sample = s->since_sample_s != UINT32_MAX;

	if (has_sample) {
		reading_point(m, "offset_s", -s->offset_s);
		reading_point(m, "bound_s", s->error_s);
	}
	if (stats && has_sample) {
		reading_point(m, "jitter_s", stats->deviation_s);
		reading_point(m, "residual_ppm", stats->residual_ppm);
		reading_point(m, "skew_ppm", stats->skew_ppm);
	}
	if (data && has_sample) {
		reading_point(m, "delay_s", data->peer_delay_s);
		reading_point(m, "dispersion_s", data->peer_dispersion_s);
		reading_point(m, "root_delay_s", data->root_delay_s);
		reading_point(m, "root_dispersion_s", data->root_dispersion_s);
	}
	reading_point(m, "stratum", s->stratum);
	reading_reach(m, (uint8_t)s->reach);
	reading_fact(m, "selection", state_name(s->state));
	address_fact(m, "address", s->mode == MODE_REFCLOCK ? &(const struct chrony_addr){ 0 } : &s->addr);
	if (stats && stats->refid)
		refid_fact(m, "refid", stats->refid, s->mode == MODE_REFCLOCK ? 1 : 2);
}
