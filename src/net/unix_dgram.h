/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A datagram socket of this machine, connected to a server's.  So that the server can answer, ours has
 * a path, too: in the server's directory, or where the caller may not write there in the one for
 * temporary files; it is removed when closed.  It never blocks.
 */
#ifndef NET_UNIX_DGRAM_H
#define NET_UNIX_DGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum { UNIX_DGRAM_PATH_MAX = 108 };

struct unix_dgram {
	int fd; /* -1: not open */
	char path[UNIX_DGRAM_PATH_MAX];
};

/* ERR_LIMIT: the path is too long; ERR_SYS: not there, nobody listens, no permission. */
enum err unix_dgram_open(struct unix_dgram *u, const char *server_path);
void unix_dgram_close(struct unix_dgram *u); /* once more does no harm */

enum err unix_dgram_send(struct unix_dgram *u, const uint8_t *p, size_t len);

/* Its octets; -1 and errno EAGAIN: nothing is there. */
ssize_t unix_dgram_next(struct unix_dgram *u, uint8_t *buffer, size_t room);

#endif
