/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/lookup.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "net/sockaddr.h"

/* Brackets around an IPv6 address are for those who write a port behind it. */
void lookup_without_brackets(const char *host, char *out, size_t room)
{
	size_t len = strlen(host);
	bool has_brackets = len >= 2 && host[0] == '[' && host[len - 1] == ']';

	snprintf(out, room, "%.*s", (int)(has_brackets ? len - 2 : len), host + has_brackets);
}

static bool is_there(const struct lookup_addr *at, size_t n, const struct lookup_addr *one)
{
	for (size_t i = 0; i < n; i++)
		if (addr_equal(&at[i].addr, &one->addr) && at[i].scope == one->scope)
			return true;
	return false;
}

void lookup_take(const struct addrinfo *list, struct lookup_addr out[LOOKUP_MAX], size_t *n)
{
	for (const struct addrinfo *a = list; a && *n < LOOKUP_MAX; a = a->ai_next)
		if (socket_address_read(a->ai_addr, &out[*n].addr, &out[*n].scope) &&
		    !is_there(out, *n, &out[*n]))
			(*n)++;
}

enum err lookup(const char *host, int family, struct lookup_addr out[LOOKUP_MAX], size_t *n,
		char why[LOOKUP_WHY_MAX])
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_ADDRCONFIG }, *list = NULL;
	char copy[256];

	*n = 0;
	why[0] = '\0';
	lookup_without_brackets(host, copy, sizeof(copy));
	hints.ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
	int e = getaddrinfo(copy, NULL, &hints, &list);
	/* Without a network AI_ADDRCONFIG knows not even this machine's own addresses. */
	if (e) {
		hints.ai_flags = 0;
		e = getaddrinfo(copy, NULL, &hints, &list);
	}
	if (e) {
		snprintf(why, LOOKUP_WHY_MAX, "%s", e == EAI_SYSTEM ? strerror(errno) : gai_strerror(e));
		return ERR_FORMAT;
	}
	lookup_take(list, out, n);
	freeaddrinfo(list);
	if (*n)
		return ERR_OK;
	snprintf(why, LOOKUP_WHY_MAX, "it has no address");
	return ERR_FORMAT;
}

bool lookup_is_ours(const struct addr *a)
{
	struct ifaddrs *list = NULL;
	struct lookup_addr one;
	bool found = addr_is_loopback(a);

	if (found || getifaddrs(&list) != 0)
		return found;
	for (const struct ifaddrs *i = list; i && !found; i = i->ifa_next)
		found = i->ifa_addr && socket_address_read(i->ifa_addr, &one.addr, &one.scope) &&
			addr_equal(&one.addr, a);
	freeifaddrs(list);
	return found;
}
