/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/table.h"

static const struct field ip[] = {
	{ "ip.dst", "destination", FIELD_IPV4, 0, ROW_NEEDS_HEADERS, false, PLACE(LAYER_IPV4, 16, 4, 0, 0),
	  get_header },
	{ "ip.src", "source", FIELD_IPV4, 0, ROW_NEEDS_HEADERS, false, PLACE(LAYER_IPV4, 12, 4, 0, 0),
	  get_header },
};

static const struct field ipv6[] = {
	{ "ipv6.dst", "destination", FIELD_IPV6, 0, ROW_NEEDS_HEADERS, false,
	  PLACE(LAYER_IPV6, 24, OCTETS_16, 0, 0), get_header },
	{ "ipv6.src", "source", FIELD_IPV6, 0, ROW_NEEDS_HEADERS, false,
	  PLACE(LAYER_IPV6, 8, OCTETS_16, 0, 0), get_header },
};

const struct field_table table_ip = { ip, sizeof(ip) / sizeof(ip[0]) };
const struct field_table table_ipv6 = { ipv6, sizeof(ipv6) / sizeof(ipv6[0]) };
