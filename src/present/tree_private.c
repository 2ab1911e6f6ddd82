/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mode 7, private messages of ntpd, and the list of clients (monlist) that made them infamous. */
#include <stdio.h>

#include "base/bytes.h"
#include "present/tree_parts.h"
#include "proto/names.h"
#include "proto/ntp_control.h"

static const char *implementation_name(uint8_t v)
{
	static const char *const names[] = { [0] = "any", [2] = "ntpd before IPv6", [3] = "ntpd" };
	return TREE_WORD(names, v);
}

static const char *error_name(uint8_t v)
{
	static const char *const names[] = {
		[0] = "none",    [1] = "wrong implementation",  [2] = "unknown request", [3] = "format",
		[4] = "no data", [7] = "authentication failed",
	};
	return TREE_WORD(names, v);
}

static const char *const restrict_names[] = {
	"ignore",   "noserve", "notrust", "version", "nopeer", "limited", "noquery",
	"nomodify", "notrap",  "lptrap",  "kod",     "mssntp", "flake",   "nomrulist",
};

static void restrict_item(struct tree *t, uint32_t bits)
{
	enum { N_NAMES = sizeof(restrict_names) / sizeof(restrict_names[0]) };
	char names[200] = "";
	size_t n = 0;
	for (unsigned i = 0; i < N_NAMES; i++)
		if (bits >> i & 1)
			n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", n ? " " : "",
					      restrict_names[i]);
	tree_item(t, "Restrictions", "0x%08x%s%s%s", bits, n ? " (" : "", names, n ? ")" : "");
}

static void monlist_item(struct tree *t, const struct monlist_item *m, unsigned i)
{
	char text[TREE_ADDR_MAX];
	struct addr address = addr_from_v6(m->address), local = addr_from_v6(m->local);
	tree_addr_text(t, &address, text);
	tree_open(t, "Client %u: %s", i + 1, text);
	tree_item(t, "Address", "%s", text);
	tree_item(t, "Port", "%u", m->port);
	tree_addr_text(t, &local, text);
	tree_item(t, "Local address", "%s", text);
	tree_item(t, "Packets", "%u", m->count);
	tree_item(t, "Average interval", "%u s", m->average_s);
	tree_item(t, "Last seen", "%u s ago", m->last_s);
	tree_item(t, "Mode", "%u (%s)", m->mode, ntp_mode_name(m->mode));
	tree_item(t, "Version", "%u", m->version);
	restrict_item(t, m->restrict_bits);
	tree_item(t, "Flags", "0x%08x", m->flags);
	tree_close(t);
}

static void items(struct tree *t, const struct private_header *p)
{
	struct monlist_item m;
	unsigned i = 0;
	if (!p->data_len)
		return;
	if (!private_is_monlist(p->request_code) || !p->response) {
		tree_bytes(t, "Data", p->data, p->data_len);
		return;
	}
	for (; i < p->n_items && monlist_item_parse(p, i, &m); i++)
		monlist_item(t, &m, i);
	uint32_t used = i * p->item_len;
	if (i < p->n_items)
		tree_fault(t, "%u items are announced, %u are there", p->n_items, i);
	if (used < p->data_len)
		tree_bytes(t, "Rest", p->data + used, p->data_len - used);
}

static void flags(struct tree *t, const uint8_t *octet, const struct private_header *p)
{
	tree_item(t, "Flags", "0x%02x", octet[0]);
	t->depth++;
	tree_flag(t, octet[0], 8, 0x80, "Response");
	tree_flag(t, octet[0], 8, 0x40, "More");
	tree_bits(t, octet[0], 8, 0x38, "Version", "%u", p->version);
	tree_bits(t, octet[0], 8, 0x07, "Mode", "7 (private)");
	t->depth--;
}

void tree_private(struct tree *t, const struct row *row)
{
	const struct view_ntp *v = row->ntp;
	struct private_header p;
	bool whole = private_header_parse(v->payload, v->len, &p);
	tree_open(t, "NTP private message, %s %s", private_request_name(p.request_code),
		  p.response ? "response" : "request");
	flags(t, v->payload, &p);
	if (!whole) {
		tree_fault(t, "%s",
			   v->wire_len < PRIVATE_HEADER_LEN ? "shorter than a header"
							    : "the capture ends inside the header");
		return;
	}
	tree_item(t, "Sequence octet", "0x%02x", v->payload[1]);
	t->depth++;
	tree_flag(t, v->payload[1], 8, 0x80, "Authenticated");
	tree_bits(t, v->payload[1], 8, 0x7f, "Sequence", "%u", p.sequence);
	t->depth--;
	tree_item(t, "Implementation", "%u (%s)", p.implementation, implementation_name(p.implementation));
	tree_item(t, "Request code", "%u (%s)", p.request_code, private_request_name(p.request_code));
	tree_item(t, "Error", "%u (%s)", p.error, error_name(p.error));
	tree_item(t, "Items", "%u", p.n_items);
	tree_item(t, "Item size", "%u", p.item_len);
	if (private_is_monlist(p.request_code) && !p.response)
		tree_fault(t, "asks for the list of clients: the answer may be thousands of times as long");
	items(t, &p);
}
