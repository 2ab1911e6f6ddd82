/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chronyd's own protocol of commands and reports, version 6, the part that only reads: requests
 * written, replies read.  Reports grow from release to release: each layout has a code of its own, and
 * all those since chrony 3.0 are known here.  Values are kept as they came, offsets with chrony's sign;
 * what an older layout lacks is 0.
 *
 * Request                                     Reply
 *	 0  version 6, type 1, 0, 0                 0  version 6, type 2, 0, 0
 *	 4  command (16), attempt (16)              4  command (16), reply code (16)
 *	 8  sequence (32)                           8  status (16), 3 times 0 (16)
 *	12  0, 0 (32)                              16  sequence (32), 0, 0 (32)
 *	20  arguments, then zeros up to the        28  data
 *	    length of the reply that is expected
 */
#ifndef PROTO_CHRONY_H
#define PROTO_CHRONY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum {
	CHRONY_PORT = 323,
	CHRONY_REQUEST_HEAD = 20,
	CHRONY_REPLY_HEAD = 28,
	CHRONY_MESSAGE_MAX = 520,
	CHRONY_CLIENTS_MAX = 8, /* of one reply */
	CHRONY_NAME_MAX = 256,
};

enum chrony_command {
	CHRONY_N_SOURCES = 14,
	CHRONY_SOURCE_DATA = 15,
	CHRONY_TRACKING = 33,
	CHRONY_SOURCESTATS = 34,
	CHRONY_ACTIVITY = 44,
	CHRONY_SERVERSTATS = 54,
	CHRONY_NTPDATA = 57,
	CHRONY_SOURCE_NAME = 65,
	CHRONY_AUTHDATA = 67,
	CHRONY_CLIENTS = 68,
	CHRONY_SELECTDATA = 69,
};

enum chrony_family { CHRONY_NO_ADDR, CHRONY_IPV4, CHRONY_IPV6, CHRONY_ID /* of a name not resolved yet */ };

struct chrony_addr {
	enum chrony_family family;
	struct addr addr;
	uint32_t id; /* CHRONY_ID; with CHRONY_IPV4 the four octets, which name a reference clock */
};

struct chrony_arguments {
	uint32_t index;          /* SOURCE_DATA, SOURCESTATS, SELECTDATA; the first one of CLIENTS */
	struct chrony_addr addr; /* NTPDATA, AUTHDATA, SOURCE_NAME */
	uint32_t min_hits;       /* CLIENTS */
};

/* Returns the length. */
size_t chrony_request_write(enum chrony_command command, const struct chrony_arguments *args,
			    uint32_t sequence, uint16_t attempt, uint8_t out[CHRONY_MESSAGE_MAX]);

struct chrony_reply {
	uint16_t command, code, status;
	uint32_t sequence;
	const uint8_t *data;
	size_t len; /* octets at data */
};

/* False when it is no reply of version 6. */
bool chrony_reply_parse(const uint8_t *p, size_t len, struct chrony_reply *out);

/* "success", "not authorised", "no such source", ...; never NULL. */
const char *chrony_status_name(uint16_t status);
enum {
	CHRONY_OK = 0,
	CHRONY_UNAUTHORISED = 2,
	CHRONY_INVALID = 3,
	CHRONY_NO_SUCH_SOURCE = 4,
	CHRONY_NOT_ENABLED = 6
};

/* 7 bits of exponent, 25 of coefficient, both signed: coefficient * 2^(exponent - 25). */
double chrony_float(uint32_t word);

struct chrony_tracking {
	uint32_t refid;
	struct chrony_addr addr;
	uint16_t stratum, leap;
	int64_t ref_time_ns;
	double correction_s; /* positive: the system's clock is behind */
	double last_offset_s, rms_offset_s;
	double frequency_ppm, residual_ppm, skew_ppm;
	double root_delay_s, root_dispersion_s, update_interval_s;
};

struct chrony_source {
	struct chrony_addr addr; /* of a reference clock: CHRONY_IPV4, id its name */
	int16_t poll_log2s;
	uint16_t stratum, state, mode, flags, reach;
	uint32_t since_sample_s;                     /* UINT32_MAX: there was none */
	double original_offset_s, offset_s, error_s; /* positive: our clock is ahead */
};

struct chrony_sourcestats {
	uint32_t refid;
	struct chrony_addr addr; /* none: a reference clock */
	uint32_t n_samples, n_runs, span_s;
	double deviation_s, residual_ppm, skew_ppm, offset_s, offset_error_s;
};

struct chrony_activity {
	uint32_t online, offline, burst_online, burst_offline, unresolved;
};

struct chrony_serverstats {
	uint64_t ntp_hits, nke_hits, cmd_hits, ntp_drops, nke_drops, cmd_drops, log_drops, ntp_auth_hits;
	uint64_t ntp_interleaved_hits, ntp_timestamps, ntp_span_s;
	uint64_t daemon_rx, daemon_tx, kernel_rx, kernel_tx, hardware_rx, hardware_tx;
	unsigned n_known; /* of these, in order: older layouts have fewer */
};

struct chrony_ntpdata {
	struct chrony_addr remote, local;
	uint16_t port;
	uint8_t leap, version, mode, stratum;
	int8_t poll_log2s, precision_log2s;
	double root_delay_s, root_dispersion_s;
	uint32_t refid;
	int64_t ref_time_ns;
	double offset_s, peer_delay_s, peer_dispersion_s, response_time_s, jitter_asymmetry;
	uint16_t flags;            /* CHRONY_TESTS and what follows */
	char tx_source, rx_source; /* D daemon, K kernel, H hardware */
	uint32_t n_tx, n_rx, n_valid, n_good;
	uint32_t n_kernel_tx, n_kernel_rx, n_hardware_tx, n_hardware_rx;
	bool has_stamps; /* n_kernel_tx and what follows it, since chrony 4.4 */
};
enum { CHRONY_TESTS = 0x3ff, CHRONY_INTERLEAVED = 0x4000, CHRONY_AUTHENTICATED = 0x8000 };

struct chrony_authdata {
	uint16_t mode; /* 0 none, 1 symmetric, 2 NTS */
	uint16_t key_type, key_length, ke_attempts, cookies, cookie_length, nak;
	uint32_t key_id, last_ke_ago_s; /* UINT32_MAX: never */
};

struct chrony_selectdata {
	uint32_t refid;
	struct chrony_addr addr;
	char state;
	uint8_t authentication, leap;
	uint16_t configured, effective; /* options: 1 noselect, 2 prefer, 4 trust, 8 require */
	uint32_t last_sample_ago_s;
	double score, low_limit_s, high_limit_s;
};

struct chrony_client {
	struct chrony_addr addr;
	uint32_t ntp_hits, nke_hits, cmd_hits, ntp_drops, nke_drops, cmd_drops;
	int8_t ntp_interval_log2s, nke_interval_log2s, cmd_interval_log2s, ntp_timeout_interval_log2s;
	uint32_t last_ntp_ago_s, last_nke_ago_s, last_cmd_ago_s; /* UINT32_MAX: never */
};
enum { CHRONY_NO_INTERVAL = 127 };

struct chrony_clients {
	uint32_t n_indices, next_index, n;
	struct chrony_client at[CHRONY_CLIENTS_MAX];
};

/* Each reads the data of a reply with status CHRONY_OK.  False when it has another code or is too short. */
bool chrony_n_sources(const struct chrony_reply *r, uint32_t *n);
bool chrony_tracking(const struct chrony_reply *r, struct chrony_tracking *out);
bool chrony_source(const struct chrony_reply *r, struct chrony_source *out);
bool chrony_sourcestats(const struct chrony_reply *r, struct chrony_sourcestats *out);
bool chrony_activity(const struct chrony_reply *r, struct chrony_activity *out);
bool chrony_serverstats(const struct chrony_reply *r, struct chrony_serverstats *out);
bool chrony_ntpdata(const struct chrony_reply *r, struct chrony_ntpdata *out);
bool chrony_authdata(const struct chrony_reply *r, struct chrony_authdata *out);
bool chrony_selectdata(const struct chrony_reply *r, struct chrony_selectdata *out);
bool chrony_clients(const struct chrony_reply *r, struct chrony_clients *out);

/* The name that the source has in chronyd's configuration, ended by '\0': a stranger's text. */
bool chrony_source_name(const struct chrony_reply *r, char out[CHRONY_NAME_MAX]);

#endif
