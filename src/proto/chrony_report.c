/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of replies, field by field in the order in which they lie. */
#include <string.h>

#include "base/bytes.h"
#include "base/nstime.h"
#include "proto/chrony.h"

enum {
	REPLY_N_SOURCES = 2,
	REPLY_SOURCE_DATA = 3,
	REPLY_TRACKING = 5,
	REPLY_SOURCESTATS = 6,
	REPLY_ACTIVITY = 12,
	REPLY_SERVERSTATS1 = 14, /* chrony 3.0 */
	REPLY_NTPDATA1 = 16,
	REPLY_SOURCE_NAME = 19,
	REPLY_AUTHDATA = 20,
	REPLY_CLIENTS3 = 21,
	REPLY_SERVERSTATS2 = 22, /* 4.0 */
	REPLY_SELECTDATA = 23,
	REPLY_SERVERSTATS3 = 24, /* 4.2 */
	REPLY_SERVERSTATS4 = 25, /* 4.4: 64 bits */
	REPLY_NTPDATA2 = 26,     /* 4.4 */
};

double chrony_float(uint32_t word)
{
	int exponent = (int)(word >> 25);
	int32_t coefficient = (int32_t)(word & 0x1ffffff);
	double v;

	if (exponent >= 64)
		exponent -= 128;
	if (coefficient >= 1 << 24)
		coefficient -= 1 << 25;
	v = coefficient;
	for (exponent -= 25; exponent > 0; exponent--)
		v *= 2;
	for (; exponent < 0; exponent++)
		v /= 2;
	return v;
}

static double take_float(struct bytes *b)
{
	return chrony_float(bytes_be32(b));
}

static struct chrony_addr take_address(struct bytes *b)
{
	struct chrony_addr a = { .family = CHRONY_NO_ADDR };
	const uint8_t *p = bytes_take(b, 16);
	uint16_t family = bytes_be16(b);

	bytes_take(b, 2);
	if (!p || family > CHRONY_ID)
		return a;
	a.family = (enum chrony_family)family;
	if (family == CHRONY_IPV6)
		a.addr = addr_from_v6(p);
	else if (family == CHRONY_IPV4)
		a.addr = addr_from_v4(p);
	if (family == CHRONY_IPV4 || family == CHRONY_ID)
		a.id = load_be32(p);
	return a;
}

/* Seconds since 1970 in two halves, the upper one 0x7fffffff where only 32 bits are meant; nanoseconds. */
static int64_t take_time(struct bytes *b)
{
	uint32_t high = bytes_be32(b), low = bytes_be32(b), ns = bytes_be32(b);
	int64_t s = (int64_t)((uint64_t)(high == 0x7fffffff ? 0 : high) << 32 | low);

	return ns_plus(ns_times(s, NS_PER_S), ns);
}

static struct bytes data_of(const struct chrony_reply *r, uint16_t code)
{
	struct bytes b = bytes_of(r->data, r->len);
	b.bad = r->code != code || r->status != CHRONY_OK;
	return b;
}

bool chrony_n_sources(const struct chrony_reply *r, uint32_t *n)
{
	struct bytes b = data_of(r, REPLY_N_SOURCES);
	*n = bytes_be32(&b);
	return !b.bad;
}

bool chrony_tracking(const struct chrony_reply *r, struct chrony_tracking *out)
{
	struct bytes b = data_of(r, REPLY_TRACKING);

	*out = (struct chrony_tracking){ .refid = bytes_be32(&b) };
	out->addr = take_address(&b);
	out->stratum = bytes_be16(&b);
	out->leap = bytes_be16(&b);
	out->ref_time_ns = take_time(&b);
	out->correction_s = take_float(&b);
	out->last_offset_s = take_float(&b);
	out->rms_offset_s = take_float(&b);
	out->frequency_ppm = take_float(&b);
	out->residual_ppm = take_float(&b);
	out->skew_ppm = take_float(&b);
	out->root_delay_s = take_float(&b);
	out->root_dispersion_s = take_float(&b);
	out->update_interval_s = take_float(&b);
	return !b.bad;
}

bool chrony_source(const struct chrony_reply *r, struct chrony_source *out)
{
	struct bytes b = data_of(r, REPLY_SOURCE_DATA);

	*out = (struct chrony_source){ .addr = take_address(&b) };
	out->poll_log2s = (int16_t)bytes_be16(&b);
	out->stratum = bytes_be16(&b);
	out->state = bytes_be16(&b);
	out->mode = bytes_be16(&b);
	out->flags = bytes_be16(&b);
	out->reach = bytes_be16(&b);
	out->since_sample_s = bytes_be32(&b);
	out->original_offset_s = take_float(&b);
	out->offset_s = take_float(&b);
	out->error_s = take_float(&b);
	return !b.bad;
}

bool chrony_sourcestats(const struct chrony_reply *r, struct chrony_sourcestats *out)
{
	struct bytes b = data_of(r, REPLY_SOURCESTATS);

	*out = (struct chrony_sourcestats){ .refid = bytes_be32(&b) };
	out->addr = take_address(&b);
	out->n_samples = bytes_be32(&b);
	out->n_runs = bytes_be32(&b);
	out->span_s = bytes_be32(&b);
	out->deviation_s = take_float(&b);
	out->residual_ppm = take_float(&b);
	out->skew_ppm = take_float(&b);
	out->offset_s = take_float(&b);
	out->offset_error_s = take_float(&b);
	return !b.bad;
}

bool chrony_activity(const struct chrony_reply *r, struct chrony_activity *out)
{
	struct bytes b = data_of(r, REPLY_ACTIVITY);

	*out = (struct chrony_activity){ .online = bytes_be32(&b) };
	out->offline = bytes_be32(&b);
	out->burst_online = bytes_be32(&b);
	out->burst_offline = bytes_be32(&b);
	out->unresolved = bytes_be32(&b);
	return !b.bad;
}

/* NTP hits, commands, drops of each, drops of the log: the first layout knew no NTS. */
static void take_first_serverstats(struct bytes *b, struct chrony_serverstats *out)
{
	out->ntp_hits = bytes_be32(b);
	out->cmd_hits = bytes_be32(b);
	out->ntp_drops = bytes_be32(b);
	out->cmd_drops = bytes_be32(b);
	out->log_drops = bytes_be32(b);
	out->n_known = 7;
}

bool chrony_serverstats(const struct chrony_reply *r, struct chrony_serverstats *out)
{
	struct bytes b = data_of(r, r->code);
	uint64_t *const fields[] = {
		&out->ntp_hits,       &out->nke_hits,      &out->cmd_hits,
		&out->ntp_drops,      &out->nke_drops,     &out->cmd_drops,
		&out->log_drops,      &out->ntp_auth_hits, &out->ntp_interleaved_hits,
		&out->ntp_timestamps, &out->ntp_span_s,    &out->daemon_rx,
		&out->daemon_tx,      &out->kernel_rx,     &out->kernel_tx,
		&out->hardware_rx,    &out->hardware_tx,
	};

	*out = (struct chrony_serverstats){ .n_known = 0 };
	switch (r->code) {
	case REPLY_SERVERSTATS1: take_first_serverstats(&b, out); return !b.bad;
	case REPLY_SERVERSTATS2: out->n_known = 8; break;
	case REPLY_SERVERSTATS3: out->n_known = 11; break;
	case REPLY_SERVERSTATS4: out->n_known = 17; break;
	default: return false;
	}
	for (unsigned i = 0; i < out->n_known; i++)
		*fields[i] = r->code == REPLY_SERVERSTATS4 ? bytes_be64(&b) : bytes_be32(&b);
	return !b.bad;
}

static void take_ntpdata_counts(struct bytes *b, struct chrony_ntpdata *out)
{
	out->n_tx = bytes_be32(b);
	out->n_rx = bytes_be32(b);
	out->n_valid = bytes_be32(b);
	out->n_good = bytes_be32(b);
	if (!out->has_stamps)
		return;
	out->n_kernel_tx = bytes_be32(b);
	out->n_kernel_rx = bytes_be32(b);
	out->n_hardware_tx = bytes_be32(b);
	out->n_hardware_rx = bytes_be32(b);
}

bool chrony_ntpdata(const struct chrony_reply *r, struct chrony_ntpdata *out)
{
	bool is_second = r->code == REPLY_NTPDATA2;
	struct bytes b = data_of(r, is_second ? REPLY_NTPDATA2 : REPLY_NTPDATA1);

	*out = (struct chrony_ntpdata){ .remote = take_address(&b), .has_stamps = is_second };
	out->local = take_address(&b);
	out->port = bytes_be16(&b);
	out->leap = bytes_u8(&b);
	out->version = bytes_u8(&b);
	out->mode = bytes_u8(&b);
	out->stratum = bytes_u8(&b);
	out->poll_log2s = (int8_t)bytes_u8(&b);
	out->precision_log2s = (int8_t)bytes_u8(&b);
	out->root_delay_s = take_float(&b);
	out->root_dispersion_s = take_float(&b);
	out->refid = bytes_be32(&b);
	out->ref_time_ns = take_time(&b);
	out->offset_s = take_float(&b);
	out->peer_delay_s = take_float(&b);
	out->peer_dispersion_s = take_float(&b);
	out->response_time_s = take_float(&b);
	out->jitter_asymmetry = take_float(&b);
	out->flags = bytes_be16(&b);
	out->tx_source = (char)bytes_u8(&b);
	out->rx_source = (char)bytes_u8(&b);
	take_ntpdata_counts(&b, out);
	return !b.bad;
}

bool chrony_authdata(const struct chrony_reply *r, struct chrony_authdata *out)
{
	struct bytes b = data_of(r, REPLY_AUTHDATA);

	*out = (struct chrony_authdata){ .mode = bytes_be16(&b) };
	out->key_type = bytes_be16(&b);
	out->key_id = bytes_be32(&b);
	out->key_length = bytes_be16(&b);
	out->ke_attempts = bytes_be16(&b);
	out->last_ke_ago_s = bytes_be32(&b);
	out->cookies = bytes_be16(&b);
	out->cookie_length = bytes_be16(&b);
	out->nak = bytes_be16(&b);
	return !b.bad;
}

bool chrony_selectdata(const struct chrony_reply *r, struct chrony_selectdata *out)
{
	struct bytes b = data_of(r, REPLY_SELECTDATA);

	*out = (struct chrony_selectdata){ .refid = bytes_be32(&b) };
	out->addr = take_address(&b);
	out->state = (char)bytes_u8(&b);
	out->authentication = bytes_u8(&b);
	out->leap = bytes_u8(&b);
	bytes_take(&b, 1);
	out->configured = bytes_be16(&b);
	out->effective = bytes_be16(&b);
	out->last_sample_ago_s = bytes_be32(&b);
	out->score = take_float(&b);
	out->low_limit_s = take_float(&b);
	out->high_limit_s = take_float(&b);
	return !b.bad;
}

static void take_client(struct bytes *b, struct chrony_client *out)
{
	*out = (struct chrony_client){ .addr = take_address(b) };
	out->ntp_hits = bytes_be32(b);
	out->nke_hits = bytes_be32(b);
	out->cmd_hits = bytes_be32(b);
	out->ntp_drops = bytes_be32(b);
	out->nke_drops = bytes_be32(b);
	out->cmd_drops = bytes_be32(b);
	out->ntp_interval_log2s = (int8_t)bytes_u8(b);
	out->nke_interval_log2s = (int8_t)bytes_u8(b);
	out->cmd_interval_log2s = (int8_t)bytes_u8(b);
	out->ntp_timeout_interval_log2s = (int8_t)bytes_u8(b);
	out->last_ntp_ago_s = bytes_be32(b);
	out->last_nke_ago_s = bytes_be32(b);
	out->last_cmd_ago_s = bytes_be32(b);
}

bool chrony_clients(const struct chrony_reply *r, struct chrony_clients *out)
{
	struct bytes b = data_of(r, REPLY_CLIENTS3);

	*out = (struct chrony_clients){ .n_indices = bytes_be32(&b) };
	out->next_index = bytes_be32(&b);
	out->n = bytes_be32(&b);
	if (out->n > CHRONY_CLIENTS_MAX)
		b.bad = true;
	if (b.bad)
		out->n = 0;
	for (uint32_t i = 0; i < out->n; i++)
		take_client(&b, &out->at[i]);
	return !b.bad;
}

bool chrony_source_name(const struct chrony_reply *r, char out[CHRONY_NAME_MAX])
{
	struct bytes b = data_of(r, REPLY_SOURCE_NAME);
	const uint8_t *p = bytes_take(&b, CHRONY_NAME_MAX);
	bool ok = p && memchr(p, '\0', CHRONY_NAME_MAX);

	out[0] = '\0';
	if (ok)
		memcpy(out, p, CHRONY_NAME_MAX);
	return ok;
}
