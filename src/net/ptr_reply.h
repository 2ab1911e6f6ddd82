/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The name in a DNS answer to a reverse lookup (RFC 1035 section 4): that of its first PTR record, behind
 * whatever aliases there are (RFC 2317). Anything may be in it: printable ASCII stays as it is, a dot or
 * backslash inside a label and all other octets are written as \DDD, as in zone files.
 */
#ifndef NET_PTR_REPLY_H
#define NET_PTR_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { PTR_NAME_MAX = 256 };

/* ERR_END: a good answer without a name; ERR_FORMAT: none; ERR_LIMIT: a name that is longer than its text
 * may be. */
enum err ptr_reply_name(const uint8_t *message, size_t len, char out[PTR_NAME_MAX]);

#endif
