/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IEEE 802.11 data frames, bare or behind a radiotap header. */
#include "base/bytes.h"
#include "proto/frame.h"
#include "proto/walk.h"

/*   0     2          4           10..28                24
 *  +-----+----------+-----------+---------+----------+---------------------+-----+-----+
 *  | fc  | duration | 3 addresses          | sequence | address 4 if WDS   | QoS | HT  |
 *  +-----+----------+-----------+---------+----------+---------------------+-----+-----+
 * then LLC.  fc byte 0: version (2 bits), type (2), subtype (4); byte 1: to DS, from DS, more fragments,
 * retry, power, more data, protected, order.
 */
enum step wlan_frame(struct walk *w, bool padded)
{
	enum { TYPE_DATA = 2, SUB_NO_DATA = 4, SUB_QOS = 8 };
	enum { TO_DS = 0x01, FROM_DS = 0x02, MORE = 0x04, PROTECTED = 0x40, ORDER = 0x80 };

	if (!walk_has(w, 24))
		return STEP_END;
	unsigned type = w->at[0] >> 2 & 3, sub = w->at[0] >> 4, flags = w->at[1];
	/* Encrypted, in pieces, or not data: nothing for us to open. */
	if ((w->at[0] & 3) || type != TYPE_DATA || (sub & SUB_NO_DATA) || (flags & (PROTECTED | MORE)) ||
	    (w->at[22] & 0x0f))
		return walk_end(w, DATAGRAM_OTHER);
	uint32_t len = 24;
	if ((flags & TO_DS) && (flags & FROM_DS))
		len += 6;
	bool aggregate = false;
	if (sub & SUB_QOS) {
		if (!walk_has(w, len + 2))
			return STEP_END;
		aggregate = w->at[len] & 0x80; /* A-MSDU: several frames in one */
		len += flags & ORDER ? 6 : 2;
	}
	if (padded)
		len = (len + 3) & ~UINT32_C(3);
	if (!walk_header(w, LAYER_WLAN, len))
		return STEP_END;
	return aggregate ? walk_end(w, DATAGRAM_OTHER) : STEP_LLC;
}

/* The flags field of the first radiotap namespace, 0 when it is not there.  h holds len bytes, at least 8. */
static uint8_t radiotap_flags(const uint8_t *h, uint32_t len)
{
	enum { HAS_TSFT = 1 << 0, HAS_FLAGS = 1 << 1 };
	const uint32_t more_words = UINT32_C(1) << 31;
	uint32_t present = load_le32(h + 4), at = 8;

	if (!(present & HAS_FLAGS))
		return 0;
	for (uint32_t word = present; word & more_words; at += 4) {
		if (at + 4 > len)
			return 0;
		word = load_le32(h + at);
	}
	if (present & HAS_TSFT) /* 8 bytes, aligned to 8 from the header's beginning */
		at = ((at + 7) & ~UINT32_C(7)) + 8;
	return at < len ? h[at] : 0;
}

/*   0         1     2        4
 *  +---------+-----+--------+----------------------+--------
 *  | version | pad | length | present bits (le32)… | fields     all little endian
 *  +---------+-----+--------+----------------------+--------
 */
enum step wlan_radiotap(struct walk *w)
{
	enum { FLAG_FCS = 0x10, FLAG_PADDED = 0x20 };

	if (!walk_has(w, 8))
		return STEP_END;
	uint32_t len = load_le16(w->at + 2);
	if (w->at[0] || len < 8)
		return walk_end(w, DATAGRAM_MALFORMED);
	if (!walk_has(w, len))
		return STEP_END;
	uint8_t flags = radiotap_flags(w->at, len);
	walk_skip(w, len);
	if ((flags & FLAG_FCS) && w->wire >= 4)
		walk_bound(w, w->wire - 4);
	return wlan_frame(w, flags & FLAG_PADDED);
}
