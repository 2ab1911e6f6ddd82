/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of the client that a packet is from or to, from the whole capture. */
#include <stddef.h>

#include "base/nstime.h"
#include "engine/census.h"
#include "engine/flags.h"
#include "field/table.h"

/* Members of struct client_info that are numbers as they stand; what: its offset and how wide it is. */
#define MEMBER(member)                                         \
	((uint32_t)offsetof(struct client_info, member) << 8 | \
	 (uint32_t)sizeof(((const struct client_info *)NULL)->member))

static void get_count(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (!row->client)
		return;
	const char *p = (const char *)row->client + (f->what >> 8);
	switch (f->what & 0xff) {
	case 2: take_u64(sink, *(const uint16_t *)(const void *)p); break;
	case 4: take_u64(sink, *(const uint32_t *)(const void *)p); break;
	case 8: take_u64(sink, *(const uint64_t *)(const void *)p); break;
	}
}

/* Negative: undefined. */
static void get_interval(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (!row->client)
		return;
	double s = *(const double *)(const void *)((const char *)row->client + (f->what >> 8));
	if (s >= 0)
		sink->take(sink, &(struct field_value){ .d = s });
}

static void get_when(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (row->client)
		take_ns(sink, *(const int64_t *)(const void *)((const char *)row->client + (f->what >> 8)));
}

static void get_delta(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (!row->client || !row->client->n_deltas)
		return;
	if (f->what)
		take_ns(sink, row->client->delta_max_ns);
	else
		sink->take(sink, &(struct field_value){ .d = row->client->delta_mean_s });
}

static void get_poll(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	if (row->client)
		sink->take(sink, &(struct field_value){ .i = row->client->poll_log2s });
}

static void get_alert(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	if (row->client)
		take_text(sink, alert_name(row->client->alert));
}

static void get_address(const struct field *f, const struct row *row, struct field_sink *sink)
{
	char text[ADDR_TEXT_MAX];
	if (!row->client)
		return;
	const struct addr *a = &row->client->addr;
	switch ((enum field_type)f->type) {
	case FIELD_IPV4:
		if (addr_is_v4(a))
			take_octets(f, a->b + 12, 4, sink);
		break;
	case FIELD_IPV6:
		if (!addr_is_v4(a))
			take_octets(f, a->b, 16, sink);
		break;
	default:
		text[addr_text(a, text)] = '\0';
		take_text(sink, text);
		break;
	}
}

/* One value a class; whoever is not active is inactive. */
static void get_classes(const struct field *f, const struct row *row, struct field_sink *sink)
{
	static const struct {
		unsigned bit;
		const char *name;
	} classes[] = {
		{ CLIENT_ACTIVE, "active" },       { CLIENT_ABUSIVE, "abusive" }, { CLIENT_RAPID, "rapid" },
		{ CLIENT_VERY_SLOW, "very-slow" }, { CLIENT_SCANNER, "scanner" },
	};
	(void)f;
	for (size_t i = 0; row->client && i < sizeof(classes) / sizeof(classes[0]); i++)
		if ((row->client->classes & classes[i].bit) && !take_text(sink, classes[i].name))
			return;
}

/* One value a flag that was seen in either direction. */
static void get_flags(const struct field *f, const struct row *row, struct field_sink *sink)
{
	(void)f;
	if (!row->client)
		return;
	uint32_t flags = row->client->rx_flags | row->client->tx_flags;
	for (size_t i = 0; i < N_FLAGS; i++)
		if ((flags & flag_table[i].bit) && !take_text(sink, flag_table[i].name))
			return;
}

#define CLIENT(name, meaning, type, base, get, what)                                                         \
	{                                                                                                    \
		"client." name, "client: " meaning, FIELD_##type, FIELD_BASE_##base, ROW_NEEDS_CLIENT, true, \
			what, get                                                                            \
	}
#define COUNT(name, meaning, type, member) CLIENT(name, meaning, type, DEC, get_count, MEMBER(member))

/* clang-format off */
static const struct field fields[] = {
	CLIENT("address", "its address, as text", STRING, DEC, get_address, 0),
	CLIENT("alert", "none, sleep, yellow, red", STRING, DEC, get_alert, 0),
	CLIENT("classes", "active, abusive, rapid, very-slow, scanner; one value each",
	       STRING, DEC, get_classes, 0),
	CLIENT("delta_max_s", "slowest answer, within 1 %", RELATIVE_TIME, DEC, get_delta, 1),
	CLIENT("delta_mean_s", "mean delta time of its answered requests, seconds",
	       DOUBLE, DEC, get_delta, 0),
	COUNT("deltas", "answered requests", UINT64, n_deltas),
	CLIENT("first", "its first packet, in either direction",
	       ABSOLUTE_TIME, DEC, get_when, MEMBER(first_ns)),
	CLIENT("flags", "flags of its packets by name (mode-client, nts, ...); one value each",
	       STRING, DEC, get_flags, 0),
	COUNT("icmp_errors", "ICMP errors that quote its packets or those to it", UINT32, icmp_errors),
	CLIENT("ip", "its address when it is IPv4", IPV4, DEC, get_address, 0),
	CLIENT("ipv6", "its address when it is IPv6", IPV6, DEC, get_address, 0),
	COUNT("kod_deny", "DENY kisses that it got", UINT32, kod_deny),
	COUNT("kod_rate", "RATE kisses that it got", UINT32, kod_rate),
	COUNT("kod_rstr", "RSTR kisses that it got", UINT32, kod_rstr),
	CLIENT("last", "its latest packet, in either direction",
	       ABSOLUTE_TIME, DEC, get_when, MEMBER(last_ns)),
	COUNT("last_port", "port of its latest packet", UINT16, last_port),
	COUNT("owed", "requests that got no answer", UINT64, owed),
	COUNT("peak_10s", "most packets in ten seconds", UINT32, peak_10s),
	COUNT("peak_1s", "most packets in one second", UINT32, peak_1s),
	CLIENT("poll_log2s", "poll interval that its latest packet says, log2 seconds",
	       INT8, DEC, get_poll, 0),
	CLIENT("recent_every_s", "moving mean of its interval, seconds",
	       DOUBLE, DEC, get_interval, MEMBER(recent_every_s)),
	COUNT("rx", "packets from it", UINT64, rx),
	COUNT("rx_bytes", "NTP octets from it", UINT64, rx_bytes),
	CLIENT("rx_every_s", "mean interval of its packets, seconds",
	       DOUBLE, DEC, get_interval, MEMBER(rx_every_s)),
	CLIENT("rx_flags", "flags of the packets from it, as bits", UINT32, HEX, get_count, MEMBER(rx_flags)),
	COUNT("tx", "packets to it", UINT64, tx),
	COUNT("tx_bytes", "NTP octets to it", UINT64, tx_bytes),
	CLIENT("tx_flags", "flags of the packets to it, as bits", UINT32, HEX, get_count, MEMBER(tx_flags)),
};
/* clang-format on */

const struct field_table table_client = FIELD_TABLE(fields);
