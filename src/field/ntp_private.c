/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mode 7, as far as tshark 4.0 gets: items are shown of ntpd's implementation only. */
#include "base/bytes.h"
#include "field/items.h"
#include "field/ntp_get.h"
#include "proto/ntp.h"
#include "proto/ntp_control.h"

enum { XNTPD = 3, ENVELOPE_SHORT = 4 };

static bool is_private(const struct row *row)
{
	return ntp_mode_of(row) == NTP_MODE_PRIVATE;
}

void get_private(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (is_private(row))
		take_ntp_place(f, row->ntp, sink);
}

static bool has_items(const struct view_ntp *v)
{
	return v->len >= ENVELOPE_SHORT && v->payload[2] == XNTPD;
}

void get_private_counts(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (is_private(row) && has_items(row->ntp))
		take_ntp_place(f, row->ntp, sink);
}

/* Items of a message one by one.  tshark's offsets have 16 bits. */
struct item_walk {
	const struct item_layout *layout;
	const uint8_t *p, *at; /* the message, and the item */
	uint32_t len, have;    /* octets of the message, and from the item on */
	uint32_t item_len;
	unsigned i, n;
	uint8_t code;
	bool stopped; /* tshark went no further */
};

static bool walk_begin(struct item_walk *w, const struct view_ntp *v)
{
	*w = (struct item_walk){ .p = v->payload, .len = v->len };
	if (!has_items(v))
		return false;
	w->stopped = v->len < PRIVATE_HEADER_LEN;
	if (w->stopped)
		return false;
	w->code = w->p[3];
	w->n = load_be16(w->p + 4) & 0xfff;
	w->item_len = load_be16(w->p + 6) & 0xfff;
	w->layout = item_layout_of(w->code, w->p[0] >> 7);
	return true;
}

/* Before it shows a list entry, tshark reads the entry's address and port for its title. */
static uint32_t title_reach(uint8_t code)
{
	switch (code) {
	case 20: return 22;
	case 42: return 30;
	case 44:
	case 45: return 52; /* the IPv6 word decides what is shown first */
	default: return 0;
	}
}

static bool walk_next(struct item_walk *w)
{
	if (w->stopped || w->i == w->n)
		return false;
	uint32_t at = (PRIVATE_HEADER_LEN + w->item_len * w->i++) & 0xffff;
	w->stopped = at > w->len || w->len - at < w->item_len;
	if (w->stopped)
		return false;
	w->at = w->p + at;
	w->have = w->len - at;
	return true;
}

static bool item_has_ipv6(const struct item_walk *w)
{
	uint32_t at = w->layout->ipv6_at;
	return at && w->have >= at + 4u && load_be32(w->at + at) != 0;
}

/* Octets that tshark reads from where an item begins. */
static uint32_t item_reach(const struct item_walk *w)
{
	enum { MEMORY = 7, MEMORY_LEN = 20 };
	if (!w->layout)
		return 0;
	switch (w->code) {
	case MEMORY: /* a table of item_len - 20 octets ends it; -1 means "all there is" */
		return w->item_len >= MEMORY_LEN       ? w->item_len
		       : w->item_len == MEMORY_LEN - 1 ? MEMORY_LEN
						       : UINT32_MAX;
	case 20: return item_has_ipv6(w) ? 48 : 32;
	case 42: return item_has_ipv6(w) ? 72 : 40;
	default: return w->layout->len;
	}
}

static bool take_from_item(const struct field *f, unsigned item, const struct item_walk *w,
			   struct field_sink *sink)
{
	if (!w->layout || w->have < title_reach(w->code))
		return true;
	bool ipv6 = item_has_ipv6(w);
	for (unsigned k = 0; k < w->layout->n; k++) {
		const struct item_at *a = &w->layout->fields[k];
		if (a->field != item || (a->when == WITH_IPV6 && !ipv6) || (a->when == WITHOUT_IPV6 && ipv6))
			continue;
		uint32_t octets = a->octets;
		if (octets == 0) { /* all that is left of the item */
			if (w->item_len + 1 < a->offset || w->have < a->offset)
				continue;
			octets = w->item_len < a->offset ? w->have - a->offset : w->item_len - a->offset;
		}
		if (w->have < a->offset + octets)
			continue;
		const uint8_t *p = w->at + a->offset;
		if (a->when == SWAPPED ? !take_u64(sink, load_le64(p)) : !take_octets(f, p, octets, sink))
			return false;
	}
	return true;
}

bool private_items_get(const struct field *f, unsigned item, const struct view_ntp *v,
		       struct field_sink *sink)
{
	struct item_walk w;
	if (v->len < ENVELOPE_SHORT)
		return false;
	if (!walk_begin(&w, v))
		return !w.stopped;
	while (walk_next(&w)) {
		if (item != ITEM_NONE && !take_from_item(f, item, &w, sink))
			return false;
		w.stopped = item_reach(&w) > w.have;
	}
	return !w.stopped;
}

void get_private_item(const struct field *f, const struct row *row, struct field_sink *sink)
{
	if (is_private(row))
		private_items_get(f, place_layer(f->what), row->ntp, sink);
}

/* A text of tshark's own, and for all but the list of clients an empty one. */
void get_private_begin(const struct field *f, const struct row *row, struct field_sink *sink)
{
	static const char title[] = "Monlist Item";
	struct item_walk w;
	(void)f;
	if (!is_private(row) || !walk_begin(&w, row->ntp))
		return;
	uint32_t len = private_is_monlist(w.code) ? sizeof(title) - 1 : 0;
	while (walk_next(&w)) {
		struct field_value v = { .bytes = { (const uint8_t *)title, len, NULL } };
		if (w.have < title_reach(len ? w.code : 0) || !sink->take(sink, &v))
			return;
		w.stopped = item_reach(&w) > w.have;
	}
}
