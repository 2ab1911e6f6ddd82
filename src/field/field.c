/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/field.h"

#include <string.h>

#include "field/table.h"

/* In the order of their names, so that all of them together are sorted: '.' sorts before letters. */
static const struct field_table *const tables[] = {
	&table_client,      &table_eth,      &table_frame,     &table_icmp,        &table_icmpv6,
	&table_ip,          &table_ipv6,     &table_ntp_first, &table_ntp_control, &table_ntp_middle,
	&table_ntp_private, &table_ntp_last, &table_tcp,       &table_udp,         &table_vlan,
};

enum { N_TABLES = sizeof(tables) / sizeof(tables[0]) };

const struct field *field_at(size_t i)
{
	for (size_t t = 0; t < N_TABLES; t++) {
		if (i < tables[t]->n)
			return &tables[t]->at[i];
		i -= tables[t]->n;
	}
	return NULL;
}

static const struct field *find_in(const struct field_table *t, const char *name)
{
	size_t low = 0, high = t->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, t->at[middle].name);
		if (order == 0)
			return &t->at[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct field *field_find(const char *name)
{
	const struct field *f = NULL;
	for (size_t t = 0; t < N_TABLES && !f; t++)
		f = find_in(tables[t], name);
	return f;
}

const char *field_type_name(enum field_type t)
{
	switch (t) {
	case FIELD_NONE: return "NONE";
	case FIELD_BOOLEAN: return "BOOLEAN";
	case FIELD_UINT8: return "UINT8";
	case FIELD_UINT16: return "UINT16";
	case FIELD_UINT24: return "UINT24";
	case FIELD_UINT32: return "UINT32";
	case FIELD_UINT64: return "UINT64";
	case FIELD_INT8: return "INT8";
	case FIELD_INT16: return "INT16";
	case FIELD_INT32: return "INT32";
	case FIELD_INT64: return "INT64";
	case FIELD_DOUBLE: return "DOUBLE";
	case FIELD_FRAMENUM: return "FRAMENUM";
	case FIELD_BYTES: return "BYTES";
	case FIELD_ETHER: return "ETHER";
	case FIELD_IPV4: return "IPv4";
	case FIELD_IPV6: return "IPv6";
	case FIELD_STRING: return "STRING";
	case FIELD_ABSOLUTE_TIME: return "ABSOLUTE_TIME";
	case FIELD_RELATIVE_TIME: return "RELATIVE_TIME";
	case FIELD_PROTOCOL: return "PROTOCOL";
	}
	return "";
}
