/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chronyd's reports, as chronyc prints them.  Offsets have chronyc's signs.  A name is shown as it is:
 * the caller has escaped it.
 */
#ifndef PRESENT_CHRONY_ROWS_H
#define PRESENT_CHRONY_ROWS_H

#include "base/buf.h"
#include "proto/chrony.h"

void chrony_tracking_text(struct buf *out, const struct chrony_tracking *t, const char *name);
void chrony_activity_text(struct buf *out, const struct chrony_activity *a);
void chrony_serverstats_text(struct buf *out, const struct chrony_serverstats *s);
void chrony_ntpdata_text(struct buf *out, const struct chrony_ntpdata *d);

void chrony_sources_head(struct buf *out);
void chrony_sources_row(struct buf *out, const struct chrony_source *s, const char *name);
void chrony_sourcestats_head(struct buf *out);
void chrony_sourcestats_row(struct buf *out, const struct chrony_sourcestats *s, const char *name);
void chrony_authdata_head(struct buf *out);
void chrony_authdata_row(struct buf *out, const struct chrony_authdata *a, const char *name);
void chrony_selectdata_head(struct buf *out);
void chrony_selectdata_row(struct buf *out, const struct chrony_selectdata *s, const char *name);
void chrony_clients_head(struct buf *out);
void chrony_clients_row(struct buf *out, const struct chrony_client *c, const char *name);

/* The options of selectdata as letters, "NP---". */
void chrony_option_letters(uint16_t options, char out[6]);

#endif
