/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/table.h"

static const struct field fields[] = {
	{ "udp.dstport", "destination port", FIELD_UINT16, 0, ROW_NEEDS_HEADERS, false,
	  PLACE(LAYER_UDP, 2, 2, 0, 0), get_header },
	{ "udp.length", "octets of UDP header and payload", FIELD_UINT16, 0, ROW_NEEDS_HEADERS, false,
	  PLACE(LAYER_UDP, 4, 2, 0, 0), get_header },
	{ "udp.srcport", "source port", FIELD_UINT16, 0, ROW_NEEDS_HEADERS, false,
	  PLACE(LAYER_UDP, 0, 2, 0, 0), get_header },
};

const struct field_table table_udp = { fields, sizeof(fields) / sizeof(fields[0]) };
