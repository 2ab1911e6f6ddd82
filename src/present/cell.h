/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One cell of a row being printed: the values of a field arrive one by one, and the cell keeps all of them,
 * the first or the last.  Only for the fields_*.c files.
 */
#ifndef PRESENT_CELL_H
#define PRESENT_CELL_H

#include "present/fields.h"

struct cell {
	struct buf *out; /* NULL: the values are only counted */
	const struct fields_style *style;
	unsigned n;    /* values so far */
	unsigned only; /* print only this one, from 1; 0: all */
};

/* Where the next value's text goes; NULL when this cell does not want it. */
struct buf *cell_next(struct cell *cell);

/* Formats as tshark prints them. */
void cell_u64(struct cell *cell, uint64_t v);
void cell_hex(struct cell *cell, uint64_t v, unsigned digits);      /* "0x0a" */
void cell_bytes(struct cell *cell, const uint8_t *p, uint32_t len); /* "0a0b0c" */
void cell_seconds(struct cell *cell, int64_t ns);                   /* "1.000000000" */
void cell_ntp_time(struct cell *cell, uint64_t ntp); /* "Jan  1, 2026 00:00:00.000000000 UTC" */
void cell_ipv4(struct cell *cell, const uint8_t *p);
void cell_ipv6(struct cell *cell, const uint8_t *p);

/* fields_ntp.c: every field inside the NTP payload, named by enum ntp_field in field.what. */
void field_print_ntp(const struct field *f, const struct row *row, struct cell *cell);

enum ntp_field {
	NTP_FLAGS,
	NTP_LEAP,
	NTP_VERSION,
	NTP_MODE,
	NTP_STRATUM,
	NTP_PPOLL,
	NTP_PRECISION,
	NTP_ROOT_DELAY,
	NTP_ROOT_DISPERSION,
	NTP_REFID,
	NTP_REFTIME,
	NTP_ORG,
	NTP_REC,
	NTP_XMT,
	NTP_KEYID,
	NTP_MAC,
	NTP_EXT_TYPE,
	NTP_EXT_LENGTH,
	NTP_CTRL_OPCODE,
	NTP_CTRL_SEQUENCE,
};

/* fields_private.c: those that mode 7 repeats in its items.  False when tshark stopped inside the items:
 * nothing behind them is shown then. */
bool private_items_print(enum ntp_field f, const uint8_t *p, uint32_t len, struct cell *cell);

/* One value of a field, `at` octets of the packet, in the field's format. */
void ntp_field_value(enum ntp_field f, const uint8_t *at, struct cell *cell);

#endif
