/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variables of mode 6, as ntpq's readvar prints them and as JSON.  Names and values are a stranger's text. */
#ifndef PRESENT_VAR_ROWS_H
#define PRESENT_VAR_ROWS_H

#include "present/json.h"
#include "proto/ntp_control.h"
#include "proto/var_list.h"

enum var_kind { VARS_SYSTEM, VARS_PEER, VARS_CLOCK };
enum { VAR_STATUS_MAX = 160 };

/* "leap_none, sync_ntp, 1 event, clock_sync", "conf, reach, sel_sys.peer, 2 events, sys_peer". */
void var_status_words(enum var_kind kind, uint16_t status, char out[VAR_STATUS_MAX]);

/* name=value, ... in lines that fit `columns`; dates, leap, reach and flash in plain text. */
void var_rows_text(struct buf *out, struct var_list l, unsigned columns, int64_t now_ns);

/* "values": {...}, those that are known, by our names with units in them, in seconds where the server has
 * milliseconds; "variables": [...], all of them as they came. */
void var_rows_json(struct jw *j, struct var_list l, int64_t now_ns);

/* "status": {...} */
void var_status_json(struct jw *j, enum var_kind kind, uint16_t status);

#endif
