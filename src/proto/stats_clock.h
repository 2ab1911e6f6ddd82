/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the code of a reference clock says that ntpd writes into clockstats: sentences of NMEA receivers
 * (RMC, GGA, GLL, ZDA), DCF77's bits and Meinberg's telegram of the driver "parse".  "clock_event" is the
 * state that ntpd's driver makes of the same code.
 */
#ifndef PROTO_STATS_CLOCK_H
#define PROTO_STATS_CLOCK_H

#include "proto/stats_line.h"

/* Fills in up to STATS_VALUES_MAX; returns how many, 0: it is a code that we do not know. */
size_t stats_clock_values(const char *code, size_t len, struct stats_value out[STATS_VALUES_MAX]);

#endif
