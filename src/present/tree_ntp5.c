/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NTP version 5, draft-ietf-ntp-ntpv5 from -06 on. */
#include <math.h>

#include "present/tree_parts.h"

static const char *timescale_name(uint8_t v)
{
	static const char *const names[] = { "UTC", "TAI", "UT1", "UTC, leap seconds smeared" };
	return TREE_WORD(names, v);
}

/* 4.28 fixed point. */
static void short_item(struct tree *t, const char *label, uint32_t v)
{
	tree_item(t, label, "%.9f s (0x%08x)", v / 268435456.0, v);
}

static void timestamp_item(struct tree *t, const char *label, uint64_t ntp, const struct row *row)
{
	char text[TREE_TIME_MAX];
	tree_timestamp_text(ntp, row->packet, text);
	tree_item(t, label, "%s", text);
}

static void flags(struct tree *t, uint16_t v)
{
	tree_item(t, "Flags, version 5", "0x%04x", v);
	t->depth++;
	tree_flag(t, v, 16, 1, "Synchronised");
	tree_flag(t, v, 16, 2, "Interleaved");
	tree_flag(t, v, 16, 4, "Authentication refused");
	t->depth--;
}

void tree_ntp5(struct tree *t, const struct row *row, const struct ntp_header *first)
{
	struct ntp5_header h;
	(void)first;
	if (!ntp5_header_parse(row->ntp->payload, row->ntp->len, &h))
		return;
	tree_item(t, "Stratum", "%u", h.stratum);
	if (h.poll_log2s == 127)
		tree_item(t, "Poll", "127 (never ask again)");
	else
		tree_item(t, "Poll", "%d", h.poll_log2s);
	tree_item(t, "Precision", "%d", h.precision_log2s);
	short_item(t, "Root delay", h.root_delay);
	short_item(t, "Root dispersion", h.root_dispersion);
	tree_item(t, "Timescale", "%u (%s)", h.timescale, timescale_name(h.timescale));
	tree_item(t, "Era", "%u", h.era);
	flags(t, h.flags);
	tree_item(t, "Server cookie", "%016llx", (unsigned long long)h.server_cookie);
	tree_item(t, "Client cookie", "%016llx", (unsigned long long)h.client_cookie);
	timestamp_item(t, "Receive timestamp", h.receive, row);
	timestamp_item(t, "Transmit timestamp", h.transmit, row);
}

static void versions(struct tree *t, uint16_t mask)
{
	tree_item(t, "Versions supported", "0x%04x", mask);
	t->depth++;
	for (unsigned i = 0; i < 16; i++)
		if (mask >> i & 1)
			tree_bits(t, mask, 16, 1U << i, "Version", "%u", i + 1);
	t->depth--;
}

static void stamp(struct tree *t, const uint8_t *p, int64_t pivot_ns)
{
	struct packet at = { .time_ns = pivot_ns, .has_time = pivot_ns != 0 };
	char text[TREE_TIME_MAX];
	tree_timestamp_text(load_be64(p), &at, text);
	tree_item(t, "Timestamp", "%s", text);
}

/* Correction: signed 64 bits of seconds, 32.32, and the path it was measured on; for each direction. */
static void correction(struct tree *t, const uint8_t *p)
{
	tree_item(t, "Origin correction", "%.9f s, path %u", ldexp((double)(int64_t)load_be64(p), -32),
		  load_be16(p + 8));
	tree_item(t, "Delay correction", "%.9f s, path %u", ldexp((double)(int64_t)load_be64(p + 12), -32),
		  load_be16(p + 20));
}

void tree_ntp5_ext(struct tree *t, uint16_t type, const uint8_t *p, uint32_t len, int64_t pivot_ns)
{
	if (type == NTP5_EXT_PADDING) {
		tree_item(t, "Padding", "%u octets", len);
	} else if (type == NTP5_EXT_DRAFT_ID) {
		tree_quote(t, "Draft", (const char *)p, len);
	} else if (type == NTP5_EXT_MAC && len >= 4) {
		tree_item(t, "Key ID", "%u (0x%08x)", load_be32(p), load_be32(p));
		tree_bytes(t, "Tag", p + 4, len - 4);
	} else if (type == NTP5_EXT_REFID_REQUEST && len >= 2) {
		tree_item(t, "Offset", "%u", load_be16(p));
		tree_item(t, "Octets wanted", "%u", len);
	} else if (type == NTP5_EXT_SERVER_INFO && len >= 2) {
		versions(t, load_be16(p));
	} else if (type == NTP5_EXT_CORRECTION && len >= 24) {
		correction(t, p);
	} else if (type == NTP5_EXT_REFERENCE && len >= 8) {
		stamp(t, p, pivot_ns);
	} else if (type == NTP5_EXT_MONO_RECEIVE && len >= 12) {
		tree_item(t, "Epoch", "%u", load_be32(p));
		tree_bytes(t, "Monotonic time", p + 4, 8);
	} else if (type == NTP5_EXT_SECONDARY && len >= 12) {
		tree_item(t, "Timescale", "%u (%s)", p[0], timescale_name(p[0]));
		tree_item(t, "Era", "%u", p[1]);
		stamp(t, p + 4, pivot_ns);
	} else {
		tree_bytes(t, "Value", p, len);
	}
}
