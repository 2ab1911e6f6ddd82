/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The octets as a reply of chronyd: read in every way, printed in every way. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "engine/chrony_ask.h"
#include "present/chrony_json.h"
#include "present/chrony_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void print_rest(struct buf *b, struct jw *j, const struct chrony_reply *r)
{
	struct chrony_authdata auth;
	struct chrony_selectdata select;
	struct chrony_clients clients;
	struct chrony_activity activity;
	char name[CHRONY_NAME_MAX];
	uint32_t n;

	if (chrony_authdata(r, &auth)) {
		chrony_authdata_row(b, &auth, "x");
		chrony_authdata_json(j, &auth);
	}
	if (chrony_selectdata(r, &select)) {
		chrony_selectdata_row(b, &select, "x");
		chrony_selectdata_json(j, &select);
	}
	if (chrony_activity(r, &activity)) {
		chrony_activity_text(b, &activity);
		chrony_activity_json(j, &activity);
	}
	if (chrony_clients(r, &clients) && clients.n) {
		chrony_clients_row(b, &clients.at[clients.n - 1], "x");
		chrony_client_json(j, &clients.at[clients.n - 1]);
	}
	if (chrony_source_name(r, name))
		must(memchr(name, '\0', sizeof(name)) != NULL);
	chrony_n_sources(r, &n);
}

static void print(struct buf *b, struct jw *j, const struct chrony_reply *r)
{
	struct chrony_tracking tracking;
	struct chrony_source source;
	struct chrony_sourcestats stats;
	struct chrony_serverstats server;
	struct chrony_ntpdata ntp;

	if (chrony_tracking(r, &tracking)) {
		chrony_tracking_text(b, &tracking, "x");
		chrony_tracking_json(j, &tracking);
	}
	if (chrony_source(r, &source)) {
		chrony_sources_row(b, &source, "x");
		chrony_source_json(j, &source);
	}
	if (chrony_sourcestats(r, &stats)) {
		chrony_sourcestats_row(b, &stats, "x");
		chrony_sourcestats_json(j, &stats);
	}
	if (chrony_serverstats(r, &server)) {
		chrony_serverstats_text(b, &server);
		chrony_serverstats_json(j, &server);
	}
	if (chrony_ntpdata(r, &ntp)) {
		chrony_ntpdata_text(b, &ntp);
		chrony_ntpdata_json(j, &ntp);
	}
	print_rest(b, j, r);
}

static void read_and_print(const uint8_t *data, size_t size)
{
	struct chrony_reply r;
	struct buf b, text;
	struct jw j;

	must(chrony_reply_parse(data, size, &r) || size < CHRONY_REPLY_HEAD || data[0] != 6 || data[1] != 2);
	must(buf_init(&b, -1) == ERR_OK && buf_init(&text, -1) == ERR_OK);
	jw_begin(&j, &b);
	jw_open(&j, NULL, JW_OBJECT);
	if (r.data)
		print(&text, &j, &r);
	jw_close(&j);
	jw_end(&j);
	json_t *root = json_loadb(b.data, b.len, JSON_DECODE_INT_AS_REAL, NULL);
	must(root != NULL);
	json_decref(root);
	for (size_t i = 0; i < text.len; i++)
		must((unsigned char)text.data[i] >= 0x20 || text.data[i] == '\n');
	buf_release(&text);
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct chrony_ask ask;
	struct ask_action a;

	if (size > 2000)
		return 0;
	read_and_print(data, size);
	chrony_ask_begin(&ask, CHRONY_CLIENTS, NULL, 0x01020344, ask_patience_of(NS_PER_S, 3));
	chrony_ask_next(&ask, 0, &a);
	chrony_ask_take(&ask, data, size, 1);
	must(ask.result != ASK_OK || ask.reply.len + CHRONY_REPLY_HEAD == size);
	return 0;
}
