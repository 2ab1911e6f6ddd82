/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From captures to the accumulators of a graph (engine/chart.h), series by series: what the parts of
 * `ntpscope graph` share.
 */
#ifndef CMD_GRAPH_H
#define CMD_GRAPH_H

#include "cmd/captures.h"
#include "engine/chart.h"
#include "engine/exchange.h"
#include "present/chart_view.h"

struct field;
struct row;

enum graph_y { GRAPH_DELTA, GRAPH_OFFSET, GRAPH_RATE, GRAPH_CLIENTS, GRAPH_FIELD };
enum graph_by { GRAPH_BY_NONE, GRAPH_BY_SERVER, GRAPH_BY_CLIENT, GRAPH_BY_STREAM, GRAPH_BY_VERSION };

/* What was asked for, checked. */
struct graph_wish {
	enum graph_y y;
	const struct field *field; /* GRAPH_FIELD */
	enum graph_by by;
	unsigned top; /* series of their own, at most CHART_SERIES_MAX - 1 */
	enum chart_kind kind;
	int64_t interval_ns; /* 0: as fine as the picture shows */
	bool relative;       /* intervals begin with the first frame */
	size_t columns;      /* of pixels, about */
};

/* What a series stands for; unused members are zero. */
struct graph_key {
	struct addr a, b; /* server or client; of a stream client and server */
	uint32_t stream;  /* of the field table, plus 1 */
	uint16_t a_port, b_port;
	uint32_t version;
};

struct graph_entry {
	struct graph_key key;
	uint64_t n;
	uint32_t series; /* once chosen: its index + 1 */
};

/* Keys and how often they came, in open addressing. */
struct graph_keys {
	struct graph_entry *at;
	size_t n, mask;
	uint64_t secret;
	uint64_t n_turned_away; /* values of keys for which there was no room */
	enum err err;
};

void graph_keys_release(struct graph_keys *k);
/* NULL when there is no room, or it is not there and must not be made. */
struct graph_entry *graph_keys_find(struct graph_keys *k, const struct graph_key *key, bool make);
/* Numbers the `top` most frequent ones (ties by key) and hands them out; returns how many. */
size_t graph_keys_choose(struct graph_keys *k, size_t top, struct graph_key *out);

/* The accumulators, while they are filled and after that. */
struct graph {
	const struct graph_wish *wish;
	struct graph_keys keys;
	struct graph_key chosen[CHART_SERIES_MAX];
	size_t n_chosen, n_series; /* with the one for the others */
	struct chart series[CHART_SERIES_MAX];
	struct chart load;            /* requests, whatever is drawn */
	bool counting;                /* the first of two passes */
	int64_t first_ns;             /* of the first frame that has a time */
	int64_t earliest_ns, last_ns; /* of all frames */
	bool has_first;
	uint64_t n_without_time;
	enum err err;
};

void graph_init(struct graph *g, const struct graph_wish *wish, uint64_t secret);
void graph_release(struct graph *g);

/* Makes the charts; for those who feed exchanges themselves, and before the first one. */
void graph_begin(struct graph *g);

/* One exchange, in either pass. */
void graph_exchange(struct graph *g, const struct exchange *x);
/* One packet with its values of the field, in either pass. */
void graph_row(struct graph *g, const struct row *row);

/* Chooses the series; call it between the passes, or at once when there is only one. */
void graph_choose(struct graph *g);

/* All charts get the same intervals, and not too many for the span.  *times gets the axis. */
void graph_settle(struct graph *g, struct chart_times *times);

/* Values of a field: how they become numbers of the accumulators, and back. */
bool graph_field_is_number(const struct field *f);
enum chart_unit graph_field_unit(const struct field *f);
double graph_field_scale(const struct field *f);

/* Whether the captures have to be read twice. */
bool graph_reads_twice(const struct graph_wish *wish, const struct capture_options *options);

/* Reads everything.  STATUS_OK, or STATUS_FAILED after one line. */
int graph_read(struct graph *g, struct captures *in);

#endif
