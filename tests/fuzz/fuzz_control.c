/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same octets as a control message (mode 6) and as a private one (mode 7). */
#include <stdlib.h>
#include <string.h>

#include "proto/ntp_control.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void read_control(const uint8_t *data, uint32_t len)
{
	struct control_header h;

	must(control_header_parse(data, len, &h) == (len >= CONTROL_HEADER_LEN));
	must(h.data_len <= h.count && (!h.data_len || h.data + h.data_len <= data + len));
	must(strlen(control_opcode_name(h.opcode)) > 0);
	must(strlen(control_error_name((uint8_t)(h.status >> 8))) > 0);
	must(strlen(system_event_name(system_status_of(h.status).event)) > 0);
	must(strlen(system_source_name(system_status_of(h.status).source)) > 0);
	must(strlen(peer_selection_name(peer_status_of(h.status).selection)) > 0);
	must(strlen(clock_event_name(clock_status_of(h.status).event)) > 0);
}

static void read_private(const uint8_t *data, uint32_t len)
{
	struct private_header h;
	struct monlist_item item;
	unsigned n = 0;

	must(private_header_parse(data, len, &h) == (len >= PRIVATE_HEADER_LEN));
	must(strlen(private_request_name(h.request_code)) > 0);
	while (monlist_item_parse(&h, n, &item))
		n++;
	must((uint64_t)n * h.item_len <= len && n <= h.n_items);
	must(!monlist_item_parse(&h, 0x0fff, &item) && !monlist_item_parse(&h, UINT32_MAX, &item));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 70000)
		return 0;
	read_control(data, (uint32_t)size);
	read_private(data, (uint32_t)size);
	return 0;
}
