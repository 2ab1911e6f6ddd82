/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mode 7 items that hold fields of the data header under the same names: a peer's stratum, delays, times.
 * The layouts are those that tshark 4.0.17 reads, which are not everywhere those of ntpd.
 */
#include "base/bytes.h"
#include "present/cell.h"

enum { XNTPD = 3, ITEMS_AT = 8, BOTH = 2 };

struct item_field {
	uint8_t field; /* enum ntp_field */
	uint8_t offset;
};

/* clang-format off */
static const struct item_field peer_summary[] = { { NTP_STRATUM, 10 }, { NTP_PPOLL, 12 } };
static const struct item_field peer[] = {
	{ NTP_STRATUM, 14 }, { NTP_PPOLL, 15 }, { NTP_PRECISION, 17 }, { NTP_KEYID, 28 }, { NTP_REFID, 36 },
	{ NTP_ROOT_DELAY, 44 }, { NTP_ROOT_DISPERSION, 48 }, { NTP_REFTIME, 52 }, { NTP_ORG, 60 },
	{ NTP_REC, 68 }, { NTP_XMT, 76 },
};
static const struct item_field system_info[] = {
	{ NTP_STRATUM, 6 }, { NTP_PRECISION, 7 }, { NTP_ROOT_DELAY, 8 }, { NTP_ROOT_DISPERSION, 12 },
	{ NTP_REFID, 16 }, { NTP_REFTIME, 20 },
};
static const struct item_field configure[] = { { NTP_KEYID, 12 } };
static const struct item_field key[] = { { NTP_KEYID, 0 } };
/* clang-format on */

struct item_layout {
	uint8_t code;
	uint8_t response; /* 0: of requests, 1: of responses, BOTH */
	uint16_t len;     /* octets that tshark reads of an item, whatever its stated size */
	const struct item_field *fields;
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

static uint8_t width(enum ntp_field f)
{
	switch ((int)f) {
	case NTP_STRATUM:
	case NTP_PPOLL:
	case NTP_PRECISION: return 1;
	case NTP_REFTIME:
	case NTP_ORG:
	case NTP_REC:
	case NTP_XMT: return 8;
	default: return 4;
	}
}

bool private_items_print(enum ntp_field f, const uint8_t *p, uint32_t len, struct cell *cell)
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
		for (unsigned k = 0; layout && k < layout->n; k++)
			if (layout->fields[k].field == f &&
			    have >= (uint32_t)layout->fields[k].offset + width(f))
				ntp_field_value(f, p + at + layout->fields[k].offset, cell);
		if (item_reach(layout, code, item_len, p + at, have) > have)
			return false;
	}
	return true;
}
