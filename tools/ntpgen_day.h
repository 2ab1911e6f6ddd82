/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A day of a pool server, with few packets but every sort of them.  A visitor is one client with its
 * habits; day_poll() lets it ask once and draws what becomes of that.
 *
 *   ntpgen_day.c      the time of day, one poll, the groups of ordinary clients
 *   ntpgen_day_odd.c  everybody else: scanners, attackers, peers, broken and abusive clients
 *   ntpgen_ntske.c    NTS key establishment over TCP
 */
#ifndef NTPGEN_DAY_H
#define NTPGEN_DAY_H

#include "ntpgen.h"

#define MINUTE (60 * SEC)
#define HOUR   (60 * MINUTE)

struct day {
	struct stage st;
	int64_t start_ns, end_ns;
	double scale; /* of the numbers of clients */
};

enum style {
	STYLE_PRIVATE, /* all but the transmit timestamp zero, and that one random; a new port each time */
	STYLE_NTPD,    /* port 123, real time, fields of its own clock */
	STYLE_SIMPLE,  /* SNTP of a device: real time, one port, nothing else */
};

/* What comes back from a client that cannot use our answers. */
struct icmp_habit {
	uint8_t type, code, weight;
	bool from_router;
};

struct visitor {
	struct talk t;
	struct day *d;
	enum style style;
	int64_t clock_error_ns, path_ns;
	const struct icmp_habit *icmp;         /* NULL = none */
	bool answer_comes_late;                /* by our fault or the network's: its socket is closed */
	unsigned ignored_percent, kod_percent; /* rate limiting */
};

/* A visitor from this address (NULL: a scattered one) with usual habits. */
struct visitor visitor_of(struct day *d, const struct addr *from, bool v4, const char *note);

/* One request at t_ns, and what becomes of it. */
void day_poll(struct visitor *v, int64_t t_ns);

/* Polls from t_ns on, every interval_ns give or take a little, until until_ns. */
void day_poll_until(struct visitor *v, int64_t t_ns, int64_t until_ns, int64_t interval_ns);

/* A number of clients, scaled and at least one. */
unsigned day_count(const struct day *d, unsigned n);

/* A random moment, more likely when people are awake. */
int64_t day_moment(struct day *d);

/* How busy the server is: 1 is usual. */
double day_load(const struct day *d, int64_t t_ns);

/* When the peaks begin, and how many new clients each brings: a table that ends with length 0. */
struct peak {
	int64_t at_ns, length_ns;
	unsigned n_clients;
};
extern const struct peak day_peaks[];

/* All that is not ordinary. */
void day_odd(struct day *d);

/* A TLS handshake on TCP port 4460; alpn "ntske/1" is accepted, others get an alert.  Returns its end. */
int64_t ntske_play(struct talk *t, int64_t t_ns, const char *sni, const char *alpn);

#endif
