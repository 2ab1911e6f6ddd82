/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal to src/field: the getters of what is inside the NTP payload. */
#ifndef FIELD_NTP_GET_H
#define FIELD_NTP_GET_H

#include "field/table.h"

/* In the place of a layer in field.what: how the items of mode 7 name what they repeat of the header. */
enum item_field {
	ITEM_NONE,
	ITEM_STRATUM,
	ITEM_PPOLL,
	ITEM_PRECISION,
	ITEM_ROOT_DELAY,
	ITEM_ROOT_DISPERSION,
	ITEM_REFID,
	ITEM_REFTIME,
	ITEM_ORG,
	ITEM_REC,
	ITEM_XMT,
	ITEM_KEYID,
};

/* Parts of the trailer that ntp_trailer_get() knows. */
enum trailer_part { TRAILER_EXT_TYPE, TRAILER_EXT_LENGTH, TRAILER_KEYID, TRAILER_MAC };

void get_ntp_flags(const struct field *f, const struct row *row, struct field_sink *sink);
void get_ntp_leap(const struct field *f, const struct row *row, struct field_sink *sink);
void get_ntp_data(const struct field *f, const struct row *row, struct field_sink *sink);
void get_ntp_trailer(const struct field *f, const struct row *row, struct field_sink *sink);
void get_ntp_control(const struct field *f, const struct row *row, struct field_sink *sink);

/* ntp_private.c: the values of a field (in the place of its layer: enum item_field) in the items of a mode 7
 * message of at least 4 octets.  False when tshark stopped inside the items: nothing behind them is shown
 * then; or when the sink wants no more. */
bool private_items_get(const struct field *f, unsigned item, const uint8_t *p, uint32_t len,
		       struct field_sink *sink);


#endif
