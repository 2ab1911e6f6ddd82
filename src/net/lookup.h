/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses of a name, asked for in the calling thread (getaddrinfo: /etc/hosts, then the DNS). */
#ifndef NET_LOOKUP_H
#define NET_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

enum { LOOKUP_MAX = 64, LOOKUP_WHY_MAX = 128 };

struct lookup_addr {
	struct addr addr;
	uint32_t scope; /* of a link-local address: the interface's number; else 0 */
};

/* host is a name or an address ("192.0.2.1", "fe80::1%eth0", "[2001:db8::1]"); family 4, 6, or 0 for
 * both.  In the order in which they are to be tried; *n is how many.  ERR_FORMAT: no such name, or it
 * has no such address; why says so. */
enum err lookup(const char *host, int family, struct lookup_addr out[LOOKUP_MAX], size_t *n,
		char why[LOOKUP_WHY_MAX]);

/* The same for an answer of getaddrinfo() that is there already: appends what is not there yet. */
struct addrinfo;
void lookup_take(const struct addrinfo *list, struct lookup_addr out[LOOKUP_MAX], size_t *n);

/* "[2001:db8::1]" as "2001:db8::1", anything else as it is; cut to the room. */
void lookup_without_brackets(const char *host, char *out, size_t room);

/* Whether one of this machine's interfaces has the address. */
bool lookup_is_ours(const struct addr *a);

#endif
