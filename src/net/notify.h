/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Telling systemd how a service is (sd_notify(3)): datagrams to the socket that $NOTIFY_SOCKET names.
 * Outside systemd nothing happens.
 */
#ifndef NET_NOTIFY_H
#define NET_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct notify {
	int fd; /* -1: nobody listens */
	struct sockaddr_un to;
	socklen_t to_len;
	int64_t watchdog_ns; /* "WATCHDOG=1" is wanted at least so often; 0: not at all */
};

/* Reads the environment. */
void notify_init(struct notify *n);
void notify_release(struct notify *n);

/* "READY=1", "STOPPING=1", "RELOADING=1\nMONOTONIC_USEC=...", "WATCHDOG=1", "STATUS=..." */
void notify_say(const struct notify *n, const char *text);

#endif
