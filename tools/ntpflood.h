/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frames of ntpflood, and the fast way to send them: a program in the kernel that turns one frame into
 * all of them, each other one an answer, and passes them on in batches (XDP, BPF_F_TEST_XDP_LIVE_FRAMES).  A
 * frame then costs a fraction of what a socket takes for it.
 */
#ifndef NTPFLOOD_H
#define NTPFLOOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLOOD_FRAME = 14 + 20 + 8 + 48, FLOOD_IP_AT = 14, FLOOD_UDP_AT = 34, FLOOD_NTP_AT = 42 };

enum {
	FLOOD_CLIENT_PORT = 40000,
	FLOOD_NTP_PORT = 123,
	FLOOD_REQUEST = 0x23,
	FLOOD_ANSWER = 0x24,
	FLOOD_STRATUM = 2,
};

static const uint32_t flood_server = 0xc6336401; /* 198.51.100.1 */
static const uint32_t flood_first_client = 0x0a000000;
static const uint32_t flood_seconds = 0xed000000; /* of all NTP timestamps */

/* A kernel program that goes on with frame number 0.  begin is what all frames have in common.  Returns its
 * descriptor, or -1 where the kernel has no such thing or does not let us. */
int flood_program_new(unsigned interface, const uint8_t begin[FLOOD_FRAME], uint32_t n_clients);

/* Lets it make n frames more.  False with errno. */
bool flood_program_run(int program, const uint8_t begin[FLOOD_FRAME], size_t n);

#endif
