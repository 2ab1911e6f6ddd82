/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reference clock of ntpd in plain text: what its status word, its counts and its telegrams mean. */
#ifndef PRESENT_CLOCK_ROWS_H
#define PRESENT_CLOCK_ROWS_H

#include "present/json.h"
#include "proto/var_list.h"

/* name is what the association is called, "GPS_NMEA(0)", or "". */
void clock_text(struct buf *out, uint16_t association, uint16_t status, const char *name, struct var_list l,
		unsigned columns, int64_t now_ns);

/* Members of an object that is open: status, decoded, values, variables. */
void clock_json(struct jw *j, uint16_t association, uint16_t status, const char *name, struct var_list l,
		int64_t now_ns);

#endif
