/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A port where nobody listens, and which nobody gets as long as the test runs. */
#ifndef TESTS_UNIT_CLOSED_PORT_H
#define TESTS_UNIT_CLOSED_PORT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

/* A UDP socket that is bound on loopback hears port 1 alone from now on: to anybody else the kernel says that
 * its port is closed.  One that is merely free may become the asker's own, who then answers himself. */
static inline bool hear_nobody(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at = { 0 };
	socklen_t len = sizeof(at);

	if (getsockname(fd, &at.any, &len) != 0)
		return false;
	if (at.any.sa_family == AF_INET)
		at.v4.sin_port = htons(1);
	else
		at.v6.sin6_port = htons(1);
	return connect(fd, &at.any, len) == 0;
}

#endif
