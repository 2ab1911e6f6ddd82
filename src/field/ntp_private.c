/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mode 7 items that hold fields of the data header under the same names: a peer's stratum, delays, times.
 * The layouts are those that tshark 4.0.17 reads, which are not everywhere those of ntpd.
 */
#include "field/ntp_get.h"

#include "base/bytes.h"

enum { XNTPD = 3, ITEMS_AT = 8, BOTH = 2 };

struct item_at {
	uint8_t field; /* enum item_field */
	uint8_t offset;
};

/* clang-format off */
static const struct item_at peer_summary[] = { { ITEM_STRATUM, 10 }, { ITEM_PPOLL, 12 } };
static const struct item_at peer[] = {
	{ ITEM_STRATUM, 14 }, { ITEM_PPOLL, 15 }, { ITEM_PRECISION, 17 }, { ITEM_KEYID, 28 }, { ITEM_REFID, 36 },
	{ ITEM_ROOT_DELAY, 44 }, { ITEM_ROOT_DISPERSION, 48 }, { ITEM_REFTIME, 52 }, { ITEM_ORG, 60 },
	{ ITEM_REC, 68 }, { ITEM_XMT, 76 },
};
static const struct item_at system_info[] = {
	{ ITEM_STRATUM, 6 }, { ITEM_PRECISION, 7 }, { ITEM_ROOT_DELAY, 8 }, { ITEM_ROOT_DISPERSION, 12 },
	{ ITEM_REFID, 16 }, { ITEM_REFTIME, 20 },
};
static const struct item_at configure[] = { { ITEM_KEYID, 12 } };
static const struct item_at key[] = { { ITEM_KEYID, 0 } };
/* clang-format on */

struct item_layout {
	uint8_t code;
	uint8_t response; /* 0: of requests, 1: of responses, BOTH */
	uint16_t len;     /* octets that tshark reads of an item, whatever its stated size */
	const struct item_at *fields;
	uint8_t n;
};

#define FIELDS(list) list, sizeof(list) / sizeof((list)[0])

static const struct item_layout layouts[] = {
	{ 0, BOTH, 32, NULL, 0 }, /* peer list */
	{ 1, BOTH, 72, FIELDS(peer_summary) },
	{ 2, 0, 32, NULL, 0 }, /* peer information */
	{ 2, 1, 189, FIELDS(peer) },
	{ 3, 0, 32, NULL, 0 }, /* peer statistics */
	{ 3, 1, 119, NULL, 0 },
	{ 4, BOTH, 80, FIELDS(system_info) },
	{ 5, BOTH, 52, NULL, 0 }, /* system statistics */
	{ 6, BOTH, 40, NULL, 0 }, /* input and output */
	{ 8, BOTH, 24, NULL, 0 }, /* loop */
	{ 9, BOTH, 16, NULL, 0 }, /* timer */
	{ 10, BOTH, 168, FIELDS(configure) },
	{ 11, BOTH, 24, NULL, 0 }, /* unconfigure */
	{ 12, BOTH, 4, NULL, 0 },  /* set a system flag */
	{ 13, BOTH, 4, NULL, 0 },  /* clear it */
	{ 16, BOTH, 56, NULL, 0 }, /* restrictions */
	{ 17, BOTH, 50, NULL, 0 },
	{ 18, BOTH, 50, NULL, 0 },
	{ 19, BOTH, 50, NULL, 0 },
	{ 21, BOTH, 4, NULL, 0 },  /* reset statistics */
	{ 22, BOTH, 24, NULL, 0 }, /* reset a peer */
	{ 26, BOTH, 8, NULL, 0 },  /* trust a key */
	{ 27, BOTH, 8, NULL, 0 },
	{ 28, BOTH, 36, NULL, 0 }, /* authentication */
	{ 29, BOTH, 64, NULL, 0 }, /* traps */
	{ 30, BOTH, 48, NULL, 0 },
	{ 31, BOTH, 48, NULL, 0 },
	{ 32, BOTH, 4, FIELDS(key) }, /* request key */
	{ 33, BOTH, 4, FIELDS(key) }, /* control key */
	{ 34, BOTH, 60, NULL, 0 },    /* control statistics */
	{ 36, 0, 4, NULL, 0 },        /* reference clock */
	{ 36, 1, 52, NULL, 0 },
	{ 37, BOTH, 20, NULL, 0 }, /* fudge factors */
	{ 38, BOTH, 60, NULL, 0 }, /* kernel */
	{ 39, 0, 4, NULL, 0 },     /* a clock's debugging words */
	{ 39, 1, 332, NULL, 0 },
	{ 44, BOTH, 136, NULL, 0 }, /* interfaces */
	{ 45, BOTH, 136, NULL, 0 },
};

static const struct item_layout *layout_of(uint8_t code, unsigned response)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (layouts[i].code == code &&
		    (layouts[i].response == BOTH || layouts[i].response == response))
			return &layouts[i];
	return NULL;
}

/* Octets that tshark reads from where an item begins; p has `have` octets there. */
static uint32_t item_reach(const struct item_layout *layout, uint8_t code, uint32_t item_len,
			   const uint8_t *p, uint32_t have)
{
	enum { MEMORY = 7, MONLIST = 20, MONLIST_1 = 42, MEMORY_LEN = 20 };
	uint32_t fixed = code == MONLIST_1 ? 40 : 32;
	switch (code) {
	case MEMORY: /* a table of item_len - 20 octets ends it; -1 means "all there is" */
		return item_len >= MEMORY_LEN       ? item_len
		       : item_len == MEMORY_LEN - 1 ? MEMORY_LEN
						    : UINT32_MAX;
	case MONLIST:
	case MONLIST_1:
		if (have < fixed || load_be32(p + fixed - 8) == 0)
			return fixed;
		return code == MONLIST_1 ? 72 : 48;
	default: return layout ? layout->len : 0;
	}
}

static uint8_t width(unsigned item)
{
	switch (item) {
	case ITEM_STRATUM:
	case ITEM_PPOLL:
	case ITEM_PRECISION: return 1;
	case ITEM_REFTIME:
	case ITEM_ORG:
	case ITEM_REC:
	case ITEM_XMT: return 8;
	default: return 4;
	}
}

/* One item, of which `have` octets are there. */
static bool item_get(const struct field *f, unsigned item, const struct item_layout *layout, const uint8_t *p,
		     uint32_t have, struct field_sink *sink)
{
	for (unsigned k = 0; layout && k < layout->n; k++)
		if (layout->fields[k].field == item &&
		    have >= (uint32_t)layout->fields[k].offset + width(item) &&
		    !take_octets(f, p + layout->fields[k].offset, width(item), sink))
			return false;
	return true;
}

bool private_items_get(const struct field *f, unsigned item, const uint8_t *p, uint32_t len,
		       struct field_sink *sink)
{
	uint8_t code = p[3];
	if (p[2] != XNTPD)
		return true;
	if (len < ITEMS_AT)
		return false;
	unsigned n_items = load_be16(p + 4) & 0xfff;
	uint32_t item_len = load_be16(p + 6) & 0xfff;
	const struct item_layout *layout = layout_of(code, p[0] >> 7);
	for (unsigned i = 0; i < n_items; i++) {
		uint32_t at = (ITEMS_AT + item_len * i) & 0xffff; /* tshark's offset has 16 bits */
		if (at > len || len - at < item_len)
			return false;
		uint32_t have = len - at;
		if (!item_get(f, item, layout, p + at, have, sink))
			return false;
		if (item_reach(layout, code, item_len, p + at, have) > have)
			return false;
	}
	return true;
}
