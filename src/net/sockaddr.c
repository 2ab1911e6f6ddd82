/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/sockaddr.h"

#include <arpa/inet.h>
#include <string.h>

socklen_t socket_address_of(const struct addr *a, uint16_t port, uint32_t scope, union socket_address *out)
{
	memset(out, 0, sizeof(*out));
	if (addr_is_v4(a)) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(port);
		memcpy(&out->v4.sin_addr, a->b + 12, 4);
		return sizeof(out->v4);
	}
	out->v6.sin6_family = AF_INET6;
	out->v6.sin6_port = htons(port);
	out->v6.sin6_scope_id = scope;
	memcpy(&out->v6.sin6_addr, a->b, 16);
	return sizeof(out->v6);
}

bool socket_address_read(const struct sockaddr *s, struct addr *out, uint32_t *scope)
{
	union socket_address u;

	if (scope)
		*scope = 0;
	if (s->sa_family == AF_INET) {
		memcpy(&u.v4, s, sizeof(u.v4)); /* wherever it lies */
		*out = addr_from_v4((const uint8_t *)&u.v4.sin_addr);
		return true;
	}
	if (s->sa_family != AF_INET6)
		return false;
	memcpy(&u.v6, s, sizeof(u.v6));
	*out = addr_from_v6(u.v6.sin6_addr.s6_addr);
	if (scope)
		*scope = u.v6.sin6_scope_id;
	return true;
}
