/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chronyd's reports as members of a JSON object that is open.  Offsets have the sign of all of
 * ntpscope: positive is the source (or the true time) ahead of chronyd's clock.
 */
#ifndef PRESENT_CHRONY_JSON_H
#define PRESENT_CHRONY_JSON_H

#include "present/json.h"
#include "proto/chrony.h"

void chrony_tracking_json(struct jw *j, const struct chrony_tracking *t);
void chrony_activity_json(struct jw *j, const struct chrony_activity *a);
void chrony_serverstats_json(struct jw *j, const struct chrony_serverstats *s);
void chrony_ntpdata_json(struct jw *j, const struct chrony_ntpdata *d);
void chrony_source_json(struct jw *j, const struct chrony_source *s);
void chrony_sourcestats_json(struct jw *j, const struct chrony_sourcestats *s);
void chrony_authdata_json(struct jw *j, const struct chrony_authdata *a);
void chrony_selectdata_json(struct jw *j, const struct chrony_selectdata *s);
void chrony_client_json(struct jw *j, const struct chrony_client *c);

/* Its address, or null when it has none. */
void chrony_addr_json(struct jw *j, const char *key, const struct chrony_addr *a);

#endif
