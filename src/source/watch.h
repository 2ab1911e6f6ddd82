/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Packets as they come, from several network interfaces at once.  One thread asks for them; another one may
 * ask how the interfaces are, exchange them, or end it.
 *
 * An interface that goes away is noted and opened again when its name is back; one that is not there at the
 * start is waited for in the same way.  Frames of one call are in the order of their times, across the
 * interfaces; between calls, interfaces that are far behind may differ by a batch.
 */
#ifndef SOURCE_WATCH_H
#define SOURCE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/packet.h"
#include "source/device.h"
#include "source/source.h"

enum {
	WATCH_DEVICES_MAX = 16,
	WATCH_BATCH = 16384, /* frames of one call, at most */
	WATCH_WAIT_MS = 100, /* no call waits longer */
	WATCH_WHY_MAX = 256,
};

/* How an interface is.  Counts are over all the times it was there. */
struct watch_device {
	char name[DEVICE_NAME_MAX];
	bool is_up;
	bool may_come; /* while it is not up: trying again makes sense */
	uint16_t link; /* LINKTYPE_ of its frames; 0 before it was there */
	uint64_t n_frames, n_bytes;
	uint64_t n_kernel_drops, n_interface_drops; /* see device_drops() */
	uint64_t n_lost;                            /* how often it went away */
	int64_t changed_ns;                         /* when it came or went, UTC */
	char why[WATCH_WHY_MAX];                    /* while it is not up */
};

struct watch;

struct watch_config {
	const struct device_config *devices;
	size_t n_devices; /* 1 to WATCH_DEVICES_MAX */
	/* Something to note: an interface came or went.  From the thread that asks for packets, and from
	 * watch_new().  May be NULL. */
	void (*note)(void *arg, bool is_bad, const char *line);
	void *note_arg;
};

/* Opens the interfaces, those that are there.  ERR_MEMORY, ERR_SYS (descriptors), ERR_LIMIT (too many). */
enum err watch_new(const struct watch_config *c, struct watch **out);
void watch_free(struct watch *w); /* accepts NULL */

/* The next frames, at most max, their bytes valid until the next call.  ERR_OK with *n = 0: none came for
 * some 100 ms, and *now_ns is a time before which none will come any more.  ERR_END after watch_stop(). */
enum err watch_next(void *watch, struct packet *out, size_t max, size_t *n, int64_t *now_ns);

/* From any thread, also a signal handler's: the next watch_next() ends. */
void watch_stop(struct watch *w);

/* Other interfaces from now on; those that are in both lists with the same settings go on undisturbed.
 * ERR_LIMIT. */
enum err watch_set(struct watch *w, const struct device_config *devices, size_t n_devices);

/* Copies at most max; returns how many there are.  stats may be NULL. */
size_t watch_devices(struct watch *w, struct watch_device *out, size_t max, struct source_stats *stats);

#endif
