/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/chrony_json.h"

#include <math.h>
#include <stdio.h>

#include "present/chrony_rows.h"
#include "present/chrony_words.h"

static void json_refid(struct jw *j, uint32_t refid)
{
	char hex[12];

	snprintf(hex, sizeof(hex), "%08X", refid);
	jw_text(j, "refid", hex);
}

static void json_seconds(struct jw *j, const char *key, double s)
{
	jw_real(j, key, s == 0 ? 0 : s, 9); /* no -0 */
}

static void json_ago(struct jw *j, const char *key, uint32_t s)
{
	if (s == UINT32_MAX)
		jw_null(j, key);
	else
		jw_u64(j, key, s);
}

static void json_time(struct jw *j, const char *key, int64_t ns)
{
	if (ns)
		jw_time(j, key, ns);
	else
		jw_null(j, key);
}

static void json_reach(struct jw *j, unsigned reach)
{
	char octal[8];

	snprintf(octal, sizeof(octal), "%03o", reach & 0xffff);
	jw_u64(j, "reach", reach);
	jw_text(j, "reach_octal", octal);
}

void chrony_addr_json(struct jw *j, const char *key, const struct chrony_addr *a)
{
	if (a->family == CHRONY_IPV4 || a->family == CHRONY_IPV6)
		jw_addr(j, key, &a->addr);
	else
		jw_null(j, key);
}

void chrony_tracking_json(struct jw *j, const struct chrony_tracking *t)
{
	json_refid(j, t->refid);
	chrony_addr_json(j, "source", &t->addr);
	jw_u64(j, "stratum", t->stratum);
	jw_text(j, "leap", chrony_leap_name(t->leap));
	json_time(j, "reference_time", t->ref_time_ns);
	json_seconds(j, "offset_s", t->correction_s);
	json_seconds(j, "last_offset_s", -t->last_offset_s);
	json_seconds(j, "rms_offset_s", t->rms_offset_s);
	jw_real(j, "frequency_ppm", t->frequency_ppm, 6);
	jw_real(j, "residual_frequency_ppm", t->residual_ppm, 6);
	jw_real(j, "skew_ppm", t->skew_ppm, 6);
	json_seconds(j, "root_delay_s", t->root_delay_s);
	json_seconds(j, "root_dispersion_s", t->root_dispersion_s);
	json_seconds(j, "update_interval_s", t->update_interval_s);
}

void chrony_activity_json(struct jw *j, const struct chrony_activity *a)
{
	jw_u64(j, "online", a->online);
	jw_u64(j, "offline", a->offline);
	jw_u64(j, "burst_online", a->burst_online);
	jw_u64(j, "burst_offline", a->burst_offline);
	jw_u64(j, "unresolved", a->unresolved);
}

void chrony_serverstats_json(struct jw *j, const struct chrony_serverstats *s)
{
	const struct {
		const char *key;
		uint64_t n;
		unsigned known;
	} rows[] = {
		{ "ntp_received", s->ntp_hits, 1 },
		{ "ntp_dropped", s->ntp_drops, 1 },
		{ "commands_received", s->cmd_hits, 1 },
		{ "commands_dropped", s->cmd_drops, 1 },
		{ "log_dropped", s->log_drops, 1 },
		{ "nts_ke_accepted", s->nke_hits, 8 },
		{ "nts_ke_dropped", s->nke_drops, 8 },
		{ "ntp_authenticated", s->ntp_auth_hits, 8 },
		{ "ntp_interleaved", s->ntp_interleaved_hits, 11 },
		{ "timestamps_held", s->ntp_timestamps, 11 },
		{ "timestamps_span_s", s->ntp_span_s, 11 },
		{ "daemon_rx_timestamps", s->daemon_rx, 17 },
		{ "daemon_tx_timestamps", s->daemon_tx, 17 },
		{ "kernel_rx_timestamps", s->kernel_rx, 17 },
		{ "kernel_tx_timestamps", s->kernel_tx, 17 },
		{ "hardware_rx_timestamps", s->hardware_rx, 17 },
		{ "hardware_tx_timestamps", s->hardware_tx, 17 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (s->n_known >= rows[i].known)
			jw_u64(j, rows[i].key, rows[i].n);
}

static void ntpdata_counts_json(struct jw *j, const struct chrony_ntpdata *d)
{
	jw_text(j, "tx_timestamping", chrony_stamp_name(d->tx_source));
	jw_text(j, "rx_timestamping", chrony_stamp_name(d->rx_source));
	jw_u64(j, "sent", d->n_tx);
	jw_u64(j, "received", d->n_rx);
	jw_u64(j, "received_valid", d->n_valid);
	jw_u64(j, "received_good", d->n_good);
	if (!d->has_stamps)
		return;
	jw_u64(j, "kernel_tx_timestamps", d->n_kernel_tx);
	jw_u64(j, "kernel_rx_timestamps", d->n_kernel_rx);
	jw_u64(j, "hardware_tx_timestamps", d->n_hardware_tx);
	jw_u64(j, "hardware_rx_timestamps", d->n_hardware_rx);
}

void chrony_ntpdata_json(struct jw *j, const struct chrony_ntpdata *d)
{
	char tests[11] = "";

	for (int i = 0; i < 10; i++)
		tests[i] = d->flags >> (9 - i) & 1 ? '1' : '0';
	chrony_addr_json(j, "remote", &d->remote);
	jw_u64(j, "remote_port", d->port);
	chrony_addr_json(j, "local", &d->local);
	jw_text(j, "leap", chrony_leap_name(d->leap));
	jw_u64(j, "version", d->version);
	jw_u64(j, "mode", d->mode);
	jw_u64(j, "stratum", d->stratum);
	jw_i64(j, "poll_log2s", d->poll_log2s);
	jw_i64(j, "precision_log2s", d->precision_log2s);
	json_seconds(j, "root_delay_s", d->root_delay_s);
	json_seconds(j, "root_dispersion_s", d->root_dispersion_s);
	json_refid(j, d->refid);
	json_time(j, "reference_time", d->ref_time_ns);
	json_seconds(j, "offset_s", d->offset_s);
	json_seconds(j, "delay_s", d->peer_delay_s);
	json_seconds(j, "dispersion_s", d->peer_dispersion_s);
	json_seconds(j, "response_time_s", d->response_time_s);
	jw_real(j, "jitter_asymmetry", d->jitter_asymmetry, 2);
	jw_text(j, "tests", tests);
	jw_bool(j, "interleaved", d->flags & CHRONY_INTERLEAVED);
	jw_bool(j, "authenticated", d->flags & CHRONY_AUTHENTICATED);
	ntpdata_counts_json(j, d);
}

void chrony_source_json(struct jw *j, const struct chrony_source *s)
{
	const char tally[] = { chrony_state_char(s->state), '\0' };

	jw_text(j, "mode", chrony_mode_name(s->mode));
	jw_text(j, "tally", tally);
	jw_text(j, "state", chrony_state_name(s->state));
	jw_u64(j, "stratum", s->stratum);
	jw_i64(j, "poll_log2s", s->poll_log2s);
	jw_real(j, "poll_s", exp2(s->poll_log2s > 32 ? 32 : s->poll_log2s), 6);
	json_reach(j, s->reach);
	json_ago(j, "since_sample_s", s->since_sample_s);
	json_seconds(j, "offset_s", -s->offset_s);
	json_seconds(j, "measured_offset_s", -s->original_offset_s);
	json_seconds(j, "error_s", s->error_s);
}

void chrony_sourcestats_json(struct jw *j, const struct chrony_sourcestats *s)
{
	jw_u64(j, "samples", s->n_samples);
	jw_u64(j, "runs", s->n_runs);
	jw_u64(j, "span_s", s->span_s);
	jw_real(j, "residual_frequency_ppm", s->residual_ppm, 6);
	jw_real(j, "skew_ppm", s->skew_ppm, 6);
	json_seconds(j, "offset_s", -s->offset_s);
	json_seconds(j, "offset_error_s", s->offset_error_s);
	json_seconds(j, "deviation_s", s->deviation_s);
}

void chrony_authdata_json(struct jw *j, const struct chrony_authdata *a)
{
	jw_text(j, "mode", chrony_auth_name(a->mode));
	jw_u64(j, "key_id", a->key_id);
	jw_u64(j, "key_type", a->key_type);
	jw_u64(j, "key_bits", a->key_length);
	json_ago(j, "last_ke_ago_s", a->last_ke_ago_s);
	jw_u64(j, "ke_attempts", a->ke_attempts);
	jw_u64(j, "nak", a->nak);
	jw_u64(j, "cookies", a->cookies);
	jw_u64(j, "cookie_bytes", a->cookie_length);
}

void chrony_selectdata_json(struct jw *j, const struct chrony_selectdata *s)
{
	const char state[] = { s->state, '\0' };
	char options[6];

	jw_text(j, "state", state);
	jw_text(j, "meaning", chrony_select_name(s->state));
	jw_bool(j, "authenticated", s->authentication);
	jw_text(j, "leap", chrony_leap_name(s->leap));
	chrony_option_letters(s->configured, options);
	jw_text(j, "configured_options", options);
	chrony_option_letters(s->effective, options);
	jw_text(j, "effective_options", options);
	json_ago(j, "last_sample_ago_s", s->last_sample_ago_s);
	jw_real(j, "score", s->score, 3);
	json_seconds(j, "offset_low_s", -s->high_limit_s);
	json_seconds(j, "offset_high_s", -s->low_limit_s);
}

static void json_interval(struct jw *j, const char *key, int8_t log2s)
{
	if (log2s == CHRONY_NO_INTERVAL)
		jw_null(j, key);
	else
		jw_i64(j, key, log2s);
}

void chrony_client_json(struct jw *j, const struct chrony_client *c)
{
	chrony_addr_json(j, "address", &c->addr);
	jw_u64(j, "ntp", c->ntp_hits);
	jw_u64(j, "ntp_dropped", c->ntp_drops);
	json_interval(j, "ntp_interval_log2s", c->ntp_interval_log2s);
	json_interval(j, "ntp_limited_interval_log2s", c->ntp_timeout_interval_log2s);
	json_ago(j, "ntp_last_ago_s", c->last_ntp_ago_s);
	jw_u64(j, "nts_ke", c->nke_hits);
	jw_u64(j, "nts_ke_dropped", c->nke_drops);
	json_interval(j, "nts_ke_interval_log2s", c->nke_interval_log2s);
	json_ago(j, "nts_ke_last_ago_s", c->last_nke_ago_s);
	jw_u64(j, "commands", c->cmd_hits);
	jw_u64(j, "commands_dropped", c->cmd_drops);
	json_interval(j, "commands_interval_log2s", c->cmd_interval_log2s);
	json_ago(j, "commands_last_ago_s", c->last_cmd_ago_s);
}
