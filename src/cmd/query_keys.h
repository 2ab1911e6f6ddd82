/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One key out of a file of keys. */
#ifndef CMD_QUERY_KEYS_H
#define CMD_QUERY_KEYS_H

#include "cmd/command.h"
#include "proto/ntp_keys.h"

/* Finds the key of that number; keys of other numbers may be of types that we do not know.  0, or
 * STATUS_FAILED after one line on standard error that names the file, and the line if one is to blame. */
int query_key_read(const struct command *self, const char *path, uint32_t id, enum ntp_key_dialect dialect,
		   struct ntp_key *out);

#endif
