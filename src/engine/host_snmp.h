/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What any machine says of itself by SNMP (MIB-2, HOST-RESOURCES-MIB, UCD-SNMP-MIB), and what an NTP server
 * says in NTPv4-MIB (RFC 5907).  Interfaces but the loopback are parts by their names, at most eight, those
 * that are up first.
 */
#ifndef ENGINE_HOST_SNMP_H
#define ENGINE_HOST_SNMP_H

#include "engine/mib_ask.h"
#include "engine/mib_report.h"

enum { HOST_SNMP_INTERFACES = 8 };

/* By number from 0; NULL at the end.  What all agents are asked first, */
const struct mib_want *host_snmp_first(size_t i);
/* and then, of those that have it. */
const struct mib_want *host_snmp_wants(size_t i, const struct mib_table *t);

/* Of the machine, or else of its agent; NAN: it does not say. */
double host_snmp_uptime_s(const struct mib_table *t);

/* Adds to the first part of the report, and parts.  rates was begun for this round. */
void host_snmp_read(const struct mib_table *t, struct mib_rates *rates, struct mib_report *r);

/* NTPv4-MIB. */
void host_snmp_ntp(const struct mib_table *t, struct mib_rates *rates, struct reading_made *p);

/* "0.032 ms", "1.2 s", "-3.5us"; without a unit they are milliseconds.  NAN: it is none. */
double host_snmp_seconds(const char *text);

#endif
