/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Server-sent events.  A reader's connection sleeps (suspended) until there is something for it;
 * what waits for a reader that is too slow is bounded, and the rest is left out and counted.
 */
#ifndef WEB_EVENTS_H
#define WEB_EVENTS_H

#include <stddef.h>

enum { EVENTS_WAITING_MAX = 128 * 1024, EVENTS_RATE_MAX = 1000, EVENTS_PACKET_READERS = 16 };

struct reader;
struct web;

struct events {
	struct reader *readers;
	size_t n, max;
	size_t n_packet_readers;
};

void events_init(struct events *e, unsigned max);
/* Wakes everybody for the last time: before MHD is stopped. */
void events_end(struct events *e);
void events_release(struct events *e);

/* Each second, after pulse_beat(). */
void events_summary(struct web *w);
/* On each tick. */
void events_packets(struct web *w);

#endif
