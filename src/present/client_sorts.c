/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/client_sorts.h"

#include <string.h>

const struct client_sort_row client_sort_rows[N_CLIENT_SORTS] = {
	{ "rx", "rx", SORT_RX, true },
	{ "ip", "ip", SORT_IP, false },
	{ "name", "name", SORT_NAME, false },
	{ "first", "first", SORT_FIRST, false },
	{ "last", "last", SORT_LAST, true },
	{ "tx", "tx", SORT_TX, true },
	{ "rx_every", "rx_every_s", SORT_RX_EVERY, false },
	{ "alert", "alert", SORT_ALERT, true },
	{ "owed", "owed", SORT_OWED, true },
	{ "peak", "peak_1s", SORT_PEAK, true },
	{ "rx_bytes", "rx_bytes", SORT_RX_BYTES, true },
	{ "tx_bytes", "tx_bytes", SORT_TX_BYTES, true },
	{ "delta", "delta_mean_s", SORT_DELTA, true },
	{ "icmp", "icmp_errors", SORT_ICMP, true },
	{ "recent_every", "recent_every_s", SORT_RECENT_EVERY, false },
	{ "peak_10s", "peak_10s", SORT_PEAK_10S, true },
	{ "delta_max", "delta_max_s", SORT_DELTA_MAX, true },
	{ "deltas", "deltas", SORT_DELTAS, true },
	{ "poll", "poll_log2s", SORT_POLL, false },
	{ "port", "last_port", SORT_PORT, true },
	{ "kod_rate", "kod_rate", SORT_KOD_RATE, true },
	{ "kod_deny", "kod_deny", SORT_KOD_DENY, true },
	{ "kod_rstr", "kod_rstr", SORT_KOD_RSTR, true },
	{ "rx_flags", "rx_flags", SORT_RX_FLAGS, true },
	{ "tx_flags", "tx_flags", SORT_TX_FLAGS, true },
	{ "servers", "servers", SORT_SERVERS, true },
	{ "classes", "classes", SORT_CLASSES, true },
};

const char client_sort_words[] =
	"rx|ip|name|first|last|tx|rx_every|alert|owed|peak|rx_bytes|tx_bytes|delta|icmp|recent_every|"
	"peak_10s|delta_max|deltas|poll|port|kod_rate|kod_deny|kod_rstr|rx_flags|tx_flags|servers|classes";

const struct client_sort_row *client_sort_find(const char *text)
{
	for (unsigned i = 0; i < N_CLIENT_SORTS; i++)
		if (strcmp(client_sort_rows[i].word, text) == 0 ||
		    strcmp(client_sort_rows[i].column, text) == 0)
			return &client_sort_rows[i];
	return NULL;
}
