/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a monitor knows, in a file that survives it.  A file is there whole or not at all: it is written
 * beside its place, synced, and renamed.  It is taken up again only when it makes sense: whole, of this
 * version, about the same servers, younger than the age-out, and with a clock that has not stepped since.
 * A damaged one is kept beside its place under another name, never deleted. */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/live.h"

/* Two clocks at one moment: CLOCK_REALTIME, and CLOCK_BOOTTIME of the boot that has this id (all zero:
 * unknown). */
struct snapshot_moment {
	int64_t wall_ns, boot_ns;
	uint8_t boot_id[16];
};

/* The present one; the id is read from /proc/sys/kernel/random, before a sandbox closes that, and may be
 * taken over from an earlier moment. */
void snapshot_moment_now(struct snapshot_moment *m);

enum snapshot_state {
	SNAPSHOT_LOADED,
	SNAPSHOT_NONE,          /* there is no file */
	SNAPSHOT_UNREADABLE,    /* it cannot be opened; errno says why */
	SNAPSHOT_DAMAGED,       /* checksum, length or content is wrong */
	SNAPSHOT_OTHER_VERSION, /* of the file or of what is in it */
	SNAPSHOT_OTHER_SERVERS, /* made with another identity */
	SNAPSHOT_OLD,           /* older than the age-out */
	SNAPSHOT_CLOCK_STEPPED, /* by more than SNAPSHOT_STEP_NS since */
};

#define SNAPSHOT_STEP_NS (128 * INT64_C(1000000000))

/* For the log and the page: "its checksum is wrong", ... */
const char *snapshot_reason(enum snapshot_state s);

struct snapshot_result {
	enum snapshot_state state;
	int64_t made_ns;      /* wall clock; 0 unknown */
	char aside[PATH_MAX]; /* where one that may still be wanted is now; "" when nowhere */
};

/* Writes PATH by way of PATH.new, readable for the owner alone.  To be called where live_save() may be: in
 * a child between live_freeze() and the end, or when counting has ended.  identity tells apart what must
 * not be mixed: servers that are named, for example.  ERR_SYS with errno; PATH is then as it was. */
enum err snapshot_save(const char *path, const struct snapshot_moment *now, uint64_t identity,
		       struct live *l);

/* Makes a live of that configuration: with what the file says, or fresh.  Fails only when no live could be
 * made; why nothing was taken up is in *result. */
enum err snapshot_load(const char *path, const struct snapshot_moment *now, uint64_t identity,
		       const struct engine_config *config, struct live **out, struct snapshot_result *result);

#endif
