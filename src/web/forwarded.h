/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who asks, when a reverse proxy stands between: what X-Forwarded-For and X-Forwarded-Prefix say is believed
 * from addresses that the configuration trusts, and from nobody else, since anybody can write them.
 */
#ifndef WEB_FORWARDED_H
#define WEB_FORWARDED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"

enum { FORWARDED_PROXIES_MAX = 16, FORWARDED_PREFIX_MAX = 128 };

struct forwarded_proxies {
	struct addr at[FORWARDED_PROXIES_MAX];
	size_t n;
};

bool forwarded_is_proxy(const struct forwarded_proxies *p, const struct addr *a);

/* "203.0.113.7, 198.51.100.2": each proxy adds who asked it at the end.  Whoever asked the outermost proxy
 * that is trusted; `from` itself when it is none, or when what stands there is no address.  NULL: nothing. */
struct addr forwarded_asker(const struct forwarded_proxies *p, const struct addr *from, const char *header);

/* How much of the path a trusted proxy says that it put before it: "/ntp" of "/ntp/api/v1/summary".  0 when
 * the path does not begin so. */
size_t forwarded_prefix(const char *header, const char *path);

#endif
