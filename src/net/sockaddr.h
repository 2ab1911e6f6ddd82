/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses as the socket calls want them, and back. */
#ifndef NET_SOCKADDR_H
#define NET_SOCKADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/addr.h"

union socket_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* scope: of a link-local IPv6 address the interface's number, else 0.  Returns the length. */
socklen_t socket_address_of(const struct addr *a, uint16_t port, uint32_t scope, union socket_address *out);

/* False when it is neither IPv4 nor IPv6. scope may be NULL. */
bool socket_address_read(const struct sockaddr *s, struct addr *out, uint32_t *scope);

#endif
