/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one set of result codes.  0 is success, failures are negative; functions that can fail return
 * enum err and hand results out by pointer.  The text of a failure is made in cmd/, with its subject.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	ERR_OK = 0,
	ERR_SYS = -1,         /* a system call failed: errno says why */
	ERR_END = -2,         /* no more input; not a failure of its own */
	ERR_FORMAT = -3,      /* bytes that are not what they should be */
	ERR_TRUNCATED = -4,   /* good bytes that stop too early */
	ERR_MEMORY = -5,      /* no memory */
	ERR_LIMIT = -6,       /* a stated bound was reached */
	ERR_UNSUPPORTED = -7, /* well formed, but nothing we can read */
	ERR_USAGE = -8,       /* the caller's options do not fit together */
};

/* One lower-case sentence without a full stop, for example "not a capture file".  For ERR_SYS it is
 * strerror(errno) as the caller left it.  Never NULL. */
const char *err_text(enum err e);

#endif
