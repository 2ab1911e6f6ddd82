/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The variables of one association of ntpd (RFC 9327 section 4, and what ntpsec adds), from the answer to
 * readvar. */
#ifndef ENGINE_PEER_VARS_H
#define ENGINE_PEER_VARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/ntp_control.h"
#include "proto/var_list.h"

struct peer_text {
	const char *p; /* borrowed from the answer, a stranger's text; NULL: there is none */
	size_t len;
};

enum peer_has {
	PEER_DELAY = 1,
	PEER_OFFSET = 2,
	PEER_JITTER = 4,
	PEER_DISPERSION = 8,
	PEER_ROOTDELAY = 16,
	PEER_ROOTDISP = 32,
	PEER_NTSCOOKIES = 64,
	PEER_STRATUM = 128,
	PEER_POLL = 256,
	PEER_FLASH = 512,
};

struct peer_vars {
	uint16_t association, status;
	struct peer_status flags; /* status, taken apart */
	struct peer_text srcadr, srchost, refid, dstadr;
	unsigned has; /* PEER_... */
	bool is_fine; /* delay came with six decimals, so ntpq shows four */
	int64_t delay_ns, offset_ns, jitter_ns, dispersion_ns, rootdelay_ns, rootdisp_ns;
	uint64_t reftime, rec; /* NTP timestamps; 0: never */
	uint64_t stratum, reach, flash, srcport;
	int64_t hmode, hpoll, ppoll, unreach, leap, ntscookies;
};

void peer_vars_parse(struct peer_vars *out, uint16_t association, uint16_t status, const void *data,
		     size_t len);

/* The log2 of the seconds between two polls. */
unsigned peer_vars_poll_log2s(const struct peer_vars *p);

/* Whether it is a reference clock of that machine. */
bool peer_vars_is_clock(const struct peer_vars *p);

/* The letter that ntpq has in its column t: l local clock, u unicast, p pool, a manycast, s and S
 * symmetric active and passive, b broadcast client, B and M broadcast and multicast server, a digit:
 * NTS cookies left. */
char peer_vars_type(const struct peer_vars *p);

/* The tally that ntpq has before the name, " x.-+#*o". */
char peer_tally(uint8_t selection);

#endif
