/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the engine knows when it has seen the packets: the result of a run, for presenters.  It is read only
 * and owns all its memory.  The same packets give the same census, whatever the threads, the secret or the
 * cutting into files.
 */
#ifndef ENGINE_CENSUS_H
#define ENGINE_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/hist.h"
#include "engine/config.h"
#include "engine/exchange.h"
#include "engine/tally.h"

enum alert { ALERT_NONE, ALERT_SLEEP, ALERT_YELLOW, ALERT_RED };

/* "none", "sleep", "yellow", "red". */
const char *alert_name(enum alert a);

/* Schlitt's classes (spec/clients.md); bits, since they overlap. */
enum client_class {
	CLIENT_ACTIVE = 1 << 0, /* else inactive */
	CLIENT_ABUSIVE = 1 << 1,
	CLIENT_RAPID = 1 << 2,
	CLIENT_VERY_SLOW = 1 << 3,
	CLIENT_SCANNER = 1 << 4, /* sends mode 6 or 7 and never asked for time */
};

/* One client, unpacked. */
struct client_info {
	struct addr addr;
	int64_t first_ns, last_ns;       /* first and latest packet in either direction */
	int64_t first_rx_ns, last_rx_ns; /* from the client; 0 while rx is 0 */
	uint64_t rx, tx;                 /* packets from and to the client */
	uint64_t rx_bytes, tx_bytes;     /* NTP payload octets */
	uint32_t rx_flags, tx_flags;
	double rx_every_s;          /* (last rx - first rx) / (rx - 1); negative = undefined (rx < 2) */
	double recent_every_s;      /* moving mean of the interval; negative = undefined */
	uint64_t owed;              /* requests that got no answer */
	uint32_t peak_1s, peak_10s; /* most packets in one second, in ten */
	uint32_t kod_rate, kod_deny, kod_rstr; /* saturate at 65535 */
	uint32_t icmp_errors;                  /* that quote this client; saturates at 65535 */
	uint16_t last_port;
	int8_t poll_log2s; /* of the latest packet from it */
	uint64_t n_deltas;
	double delta_mean_s;  /* of its answered requests; meaningful when n_deltas > 0 */
	int64_t delta_max_ns; /* within 1 % */
	enum alert alert;
	unsigned classes; /* enum client_class */
	uint64_t servers; /* bit i: it used census_server(i), i < 63; bit 63: others */
};

struct worst {
	uint64_t request_frame, response_frame;
	int64_t delta_ns, request_ns;
	struct addr client;
};

struct server_info {
	struct addr addr; /* all zero: the servers beyond the table's capacity, together */
	uint64_t rx, tx, rx_bytes, tx_bytes;
	uint64_t packets[N_CLASSES];   /* its packets by class */
	uint64_t exchanges[N_CLASSES]; /* its exchanges by class */
	/* questions for time: answered + unanswered + late + kod + nak + retransmitted */
	uint64_t n_requests;
	uint64_t n_lost; /* of these, unanswered */
	/* addresses that sent to it or got from it; beyond some thousand servers a lower bound */
	uint64_t n_clients;
	bool clients_unknown; /* in a part of the time, where many servers are not told apart by client */
	uint64_t kisses[N_KISS];
	uint64_t n_interleaved;
	const struct hist *delta, *turnaround; /* NULL when it never answered */
	struct worst worst[ENGINE_WORST_MAX];  /* slowest first */
	unsigned n_worst;
	/* As its latest answer said: */
	uint64_t last_answer_frame;
	uint8_t stratum, leap, refid[4];
	int8_t precision_log2s;
	bool one_way; /* the capture holds no packet from it */
};

enum window { WINDOW_5MIN, WINDOW_20MIN, WINDOW_1H, WINDOW_24H, WINDOW_7D, WINDOW_ALL, N_WINDOWS };

const char *window_name(enum window w); /* "5 min", ... */
int64_t window_ns(enum window w);       /* INT64_MAX for all */

/* Unique client addresses whose latest packet lies in the window at the capture's end: a window of 5 min is
 * the minute of the clock in which the capture ends, and the four before it. */
struct unique_clients {
	uint64_t now[N_WINDOWS], now_v6[N_WINDOWS];
	/* Highest number at the end of any minute, and when; of the first three windows. */
	uint64_t most[3];
	int64_t most_ns[3];
};

/* Traffic over time: bucket i covers [start_s + i * width_s, + width_s). */
struct bucket {
	uint32_t requests, answers, unanswered, new_clients;
	uint32_t n_deltas;
	int64_t delta_max_ns;
	int64_t delta_sum_ns;
};

struct series {
	int64_t start_s;
	uint32_t width_s; /* a power of two; 1 unless the capture is longer than about a day and a half */
	size_t n;
	const struct bucket *at;
};

struct peak {
	int64_t start_ns, end_ns;
	double requests_per_s; /* highest bucket */
	double usual_per_s;    /* trailing median before its onset */
	uint64_t new_clients;  /* first seen during the peak */
	double usual_new_per_s;
};

/* Delta time at a level of load: exchanges whose second had a request rate from `from` to `to`, both
 * included. */
struct load_level {
	double from_per_s, to_per_s;
	uint64_t n;
	double delta_mean_s;
	int64_t delta_max_ns;
};

struct icmp_row {
	uint8_t ip_version, type, code;
	uint64_t n_packets, n_sources, n_clients;
	bool bounded; /* distinct numbers are lower bounds: a set was full */
};

struct icmp_info {
	uint64_t n_packets, n_sources, n_clients, n_v6_clients;
	double v6_client_share;          /* of all IPv6 clients; negative when there are none */
	uint64_t n_answer_quoted;        /* errors about an answer of a server, the rest about requests */
	const struct hist *after_answer; /* time from our latest answer to the client until the error */
	size_t n_rows;
	struct icmp_row *rows; /* most packets first */
};

struct sni_row {
	char name[256];
	uint64_t n;
};

struct ntske_info {
	uint64_t n_segments, n_client_hellos, n_server_hellos, n_alerts, n_without_alpn, n_cut;
	uint64_t n_clients; /* distinct addresses that sent a hello */
	size_t n_names;
	struct sni_row names[16]; /* most frequent server names */
};

struct fragment_info {
	uint64_t n_fragments, n_reassembled, n_timed_out, n_overlaps, n_refused;
};

struct subnet {
	struct addr net;
	unsigned bits; /* in the 128-bit form: IPv4 /24 is 120 */
	uint64_t n_clients, rx, n_abusive;
	double rate_per_s; /* requests over all the time that was counted */
};

/* Bin i holds values in [2^(i/2), 2^((i+1)/2)). */
enum { LIST_BINS = 64 };

struct list_histograms {
	uint64_t by_requests[LIST_BINS];
	uint64_t by_interval_s[LIST_BINS];
	uint64_t by_active_s[LIST_BINS]; /* first to last */
	uint64_t by_since_first_s[LIST_BINS];
	uint64_t by_since_last_s[LIST_BINS];
};

struct list_summary {
	uint64_t n, n_v6;
	uint64_t rx; /* packets from them */
	uint64_t n_active, n_inactive, n_abusive, n_rapid, n_very_slow, n_one_shot, n_scanner, n_returning;
	uint64_t n_alert[4];       /* by enum alert */
	uint64_t n_never_answered; /* rx > 0, tx = 0 */
	uint64_t n_version[8];     /* clients that were seen with it */
	uint64_t n_mac, n_nts, n_control, n_private, n_kod;
	uint64_t n_owed;               /* clients with a request that got no answer */
	uint64_t n_aged_out;           /* entries that left by age */
	uint64_t n_refused_packets;    /* of addresses for which there was no room */
	double refused_addresses;      /* their distinct number, an estimate */
	uint64_t n_forgotten_requests; /* table of open requests was full */
	struct list_histograms histograms;
};

/*
 * A census of a part of the time up to now (engine/since.h): what is a sum, counts from from_ns on.  Clients
 * are those whose latest packet came since then, but what is said of each, and what is added up over them,
 * is of the whole time since it was first seen; so are subnets; but for their packets where these are known.
 * How many addresses sent something, other than clients, is not known.  A server's clients are those that
 * ever used it, and not known where there are more servers than a client's record tells apart.
 */
struct census_span {
	int64_t asked_ns, from_ns, to_ns; /* where it was to begin; where it begins and ends */
	bool whole;                       /* nothing was counted before: all of the above is known */
	bool packets_known; /* client_info.rx and tx are of it: it is short enough for what is remembered */
};

struct census;

void census_free(struct census *c);

const struct engine_config *census_config(const struct census *c);
const struct tally *census_tally(const struct census *c);
int64_t census_first_ns(const struct census *c); /* time of the earliest and the latest packet; 0 = none */
int64_t census_last_ns(const struct census *c);

/* NULL: of all that was counted. */
const struct census_span *census_span(const struct census *c);
/* True when something was counted before it. */
bool census_is_part(const struct census *c);
/* False when it is, and what clients sent and got in it is not known. */
bool census_packets_known(const struct census *c);

/* Servers, most requests first; the one for the rest (if any) last. */
size_t census_n_servers(const struct census *c);
const struct server_info *census_server(const struct census *c, size_t i);

/* Clients, in an order that means nothing and may differ from run to run: see census_sort_clients(). */
size_t census_n_clients(const struct census *c);
void census_client(const struct census *c, size_t i, struct client_info *out);

/* True when no packet at all came from any server: alerts by missing answers are suspended. */
bool census_one_way(const struct census *c);

const struct unique_clients *census_unique(const struct census *c);
const struct list_summary *census_summary(const struct census *c);
const struct series *census_series(const struct census *c);
const struct icmp_info *census_icmp(const struct census *c);
const struct ntske_info *census_ntske(const struct census *c);
const struct fragment_info *census_fragments(const struct census *c);

/* The greatest subnets (/24; /48 or /64): most clients first, then most requests, those with at least
 * min_clients.  *out is the caller's to free. */
enum err census_subnets(const struct census *c, unsigned v4_bits, unsigned v6_bits, uint64_t min_clients,
			size_t max, struct subnet **out, size_t *n);

/* Peaks, in order of time; *out is the caller's to free. */
enum err census_peaks(const struct census *c, struct peak **out, size_t *n);

/* At most max levels of load, each with about the same number of exchanges, rising; returns how many. */
size_t census_load_levels(const struct census *c, struct load_level *out, size_t max);

/* Client indexes sorted by a key, for lists and top talkers; what is undefined comes last either way. */
enum client_sort {
	SORT_IP,
	SORT_FIRST,
	SORT_LAST,
	SORT_RX,
	SORT_TX,
	SORT_RX_EVERY,
	SORT_ALERT,
	SORT_OWED,
	SORT_PEAK,
	SORT_RX_BYTES,
	SORT_TX_BYTES,
	SORT_DELTA, /* mean */
	SORT_ICMP,
	SORT_RECENT_EVERY,
	SORT_PEAK_10S,
	SORT_DELTA_MAX,
	SORT_DELTAS,
	SORT_POLL,
	SORT_PORT,
	SORT_KOD_RATE,
	SORT_KOD_DENY,
	SORT_KOD_RSTR,
	SORT_RX_FLAGS, /* as numbers: rarer flags are greater, as a rule */
	SORT_TX_FLAGS,
	SORT_SERVERS, /* how many */
	SORT_CLASSES, /* as numbers */
	SORT_NAME /* by the caller: like SORT_IP */,
	N_CLIENT_SORTS,
};

/* The n (at most max) clients with the most packets, most first, ties by address. */
size_t census_top_clients(const struct census *c, uint32_t *out, size_t max);

/* *order gets census_n_clients() indexes, ascending (or descending); ties by address.  Caller frees. */
enum err census_sort_clients(const struct census *c, enum client_sort by, bool descending, uint32_t **order);

#endif
