/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program that reads what strangers send gives up before it does: root, the capabilities that it
 * needs no more, new privileges by execve, most system calls (seccomp), and most of the file system
 * (Landlock). Each part that the kernel does not have is left out; *state says which are on.
 *
 * It holds for the calling thread and all that it makes from then on: enter before there are others.
 */
#ifndef NET_SANDBOX_H
#define NET_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { SANDBOX_PATHS_MAX = 64, SANDBOX_USER_MAX = 64, SANDBOX_TEXT_MAX = 256 };

struct sandbox_config {
	const char *user;  /* who to be from now on, for root; NULL: stay */
	bool keeps_raw;    /* CAP_NET_RAW stays, to open interfaces again, if it is there */
	bool has_seccomp;  /* wanted */
	bool has_landlock; /* wanted */
	/* Files and folders that it may read, and folders in which it may also make folders, and make,
	 * change, rename and remove files. Those that do not exist are passed over. */
	const char *readable[SANDBOX_PATHS_MAX];
	size_t n_readable;
	const char *writable[SANDBOX_PATHS_MAX];
	size_t n_writable;
	const char *sockets[SANDBOX_PATHS_MAX]; /* folders in which it may make and remove sockets */
	size_t n_sockets;
};

struct sandbox_state {
	bool is_root; /* still */
	bool has_raw; /* CAP_NET_RAW */
	bool has_seccomp;
	int landlock; /* the kernel's ABI; 0: off */
	char user[SANDBOX_USER_MAX];
	const char *failed; /* what could not be done, when it failed */
};

/* ERR_SYS (errno, state->failed), ERR_USAGE (no such user): then the process is in between and must end. */
enum err sandbox_enter(const struct sandbox_config *c, struct sandbox_state *state);

/* Whether there is such a user, and its numbers. */
bool sandbox_user(const char *name, unsigned *uid, unsigned *gid);

/* One line for the log: "user ntpscope, CAP_NET_RAW only, seccomp, Landlock 4". */
void sandbox_text(const struct sandbox_state *s, char out[SANDBOX_TEXT_MAX]);

#endif
