/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Internal to src/field: the getters of what is inside the NTP payload.  field.what is a PLACE() unless said
 * otherwise; in the place of its layer stands what the getter wants to know besides.
 */
#ifndef FIELD_NTP_GET_H
#define FIELD_NTP_GET_H

#include "field/table.h"

/* ntp_get.c: the first octet, and its leap indicator, which tshark does not show in mode 7. */
void get_ntp_flags(const struct field *f, const struct row *row, struct field_sink *sink);
void get_ntp_leap(const struct field *f, const struct row *row, struct field_sink *sink);

/* The data header (layer: enum item_field, what mode 7 calls it). */
void get_ntp_data(const struct field *f, const struct row *row, struct field_sink *sink);

/* What follows the data header, and what ends a private request; what: enum trailer_part. */
enum trailer_part {
	TRAILER_EXT,
	TRAILER_EXT_INVALID,
	TRAILER_EXT_TYPE,
	TRAILER_EXT_LENGTH,
	TRAILER_EXT_VALUE,
	TRAILER_TIME, /* private requests only */
	TRAILER_KEYID,
	TRAILER_MAC,
};
void get_ntp_trailer(const struct field *f, const struct row *row, struct field_sink *sink);

/* The mode, or -1 without a first octet. */
int ntp_mode_of(const struct row *row);

/* Hands over what is at the field's place, when it is there.  False when the sink has enough. */
bool take_ntp_place(const struct field *f, const struct view_ntp *v, struct field_sink *sink);

/* ntp_control.c: control messages.  Layer of get_control_status(): how the status word is to be read. */
enum control_status { STATUS_ANY, STATUS_ERROR, STATUS_SYSTEM, STATUS_PEER, STATUS_CLOCK };
void get_control(const struct field *f, const struct row *row, struct field_sink *sink);
void get_control_status(const struct field *f, const struct row *row, struct field_sink *sink);
void get_control_associd(const struct field *f, const struct row *row, struct field_sink *sink);
void get_control_data(const struct field *f, const struct row *row, struct field_sink *sink);
void get_control_item(const struct field *f, const struct row *row, struct field_sink *sink);
/* what: the two opcodes, or one twice: low << 8 | high. */
void get_control_text(const struct field *f, const struct row *row, struct field_sink *sink);
/* what: enum control_auth. */
enum control_auth { AUTH_PADDING, AUTH_KEY_TYPE, AUTH_KEY_INDEX, AUTH_SIGNATURE };
void get_control_auth(const struct field *f, const struct row *row, struct field_sink *sink);

/* ntp_private.c: the envelope of mode 7; its second half, which needs ntpd's implementation number; where
 * items begin; values in items (layer: enum item_field). */
void get_private(const struct field *f, const struct row *row, struct field_sink *sink);
void get_private_counts(const struct field *f, const struct row *row, struct field_sink *sink);
void get_private_begin(const struct field *f, const struct row *row, struct field_sink *sink);
void get_private_item(const struct field *f, const struct row *row, struct field_sink *sink);

/* Hands over all values of that kind (enum item_field; ITEM_NONE: none) of a mode 7 message.  False when
 * tshark stopped inside the items: nothing behind them is shown then; or when the sink wants no more. */
bool private_items_get(const struct field *f, unsigned item, const struct view_ntp *v,
		       struct field_sink *sink);

#endif
