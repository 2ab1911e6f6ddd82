/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client list on its way out: table for people, JSON and CSV for programs, by the million, without
 * printf and without memory.  docs/formats.md defines the columns; JSON and CSV have the same ones in the
 * same order.
 */
#ifndef PRESENT_CLIENT_ROWS_H
#define PRESENT_CLIENT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/census.h"
#include "present/put.h"
#include "present/source_info.h"

enum client_format { CLIENTS_TABLE, CLIENTS_JSON, CLIENTS_CSV };

enum { CLIENT_SERVERS_SHOWN = 64 }; /* bits of client_info.servers; the last one stands for the rest */

/* What is true of the whole list: the head says it, and rows name servers. */
struct client_facts {
	uint64_t n_clients;
	bool any_packets;
	int64_t first_ns, last_ns; /* of all packets */
	bool one_way;
	uint64_t n_refused_packets;
	double refused_addresses;
	size_t n_servers;
	struct addr servers[CLIENT_SERVERS_SHOWN - 1]; /* bit i of client_info.servers; rows name them by
							  address, whatever the bits are */
};

void client_facts_of(const struct census *c, struct client_facts *out);

struct client_server {
	char text[ADDR_TEXT_MAX + 1];
	size_t len;
};

struct client_rows {
	struct buf *out;
	const struct client_facts *facts;
	/* The name of an address, or NULL when it has none.  name itself may be NULL: no names. */
	const char *(*name)(void *arg, const struct addr *a);
	void *name_arg;
	const struct source_info *source;
	enum client_format format;
	bool color;
	unsigned columns; /* of the page, for the table */
	/* Anonymised: writes a token for an address, at most ADDR_TEXT_MAX octets without NUL, returns
	 * its length. NULL: addresses are shown. */
	size_t (*token)(void *arg, const struct addr *a, char *out);
	void *token_arg;

	/* the rest is private */
	struct put_day day;
	uint64_t n;
	struct client_server servers[CLIENT_SERVERS_SHOWN];
	uint8_t order[CLIENT_SERVERS_SHOWN];           /* in which a row names them */
	unsigned ip_width, name_width, flags_width[2]; /* table */
	bool one_day, has_owed, has_peak, has_delta;
};

/* The clients that will be printed: the table measures them first, the others do not look. */
struct client_rows_ahead {
	size_t n;
	void (*get)(void *arg, size_t i, struct client_info *out);
	void *arg;
};

void client_rows_begin(struct client_rows *w, const struct client_rows_ahead *ahead);
void client_rows_row(struct client_rows *w, const struct client_info *c);
void client_rows_end(struct client_rows *w);

/* For the formats, and for rows elsewhere: after client_rows_prepare() instead of client_rows_begin(). */
void client_rows_prepare(struct client_rows *w);
void client_row_json(struct client_rows *w, const struct client_info *c);
void client_row_csv(struct client_rows *w, const struct client_info *c);
void client_table_begin(struct client_rows *w, const struct client_rows_ahead *ahead);
void client_row_table(struct client_rows *w, const struct client_info *c);
char *client_put_ip(const struct client_rows *w, char *p, const struct addr *a);

/* The address of a client's name, or NULL: unknown, or the list is anonymised. */
const char *client_name(const struct client_rows *w, const struct client_info *c);

enum { N_CLIENT_CLASSES = 5 };

/* "active", "abusive", ... for bit i of enum client_class. */
const char *client_class_word(unsigned i);

#endif
