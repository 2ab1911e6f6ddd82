/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses as tokens, for lists that leave the house: HMAC-SHA-256 of the address under the operator's key,
 * "v4-" or "v6-" and 16 hex digits of it.  The same address has the same token in every list made with the
 * same key; without the key nobody can go back, not even by trying all four billion IPv4 addresses.
 */
#ifndef CMD_ANONYMISE_H
#define CMD_ANONYMISE_H

#include "base/addr.h"
#include "cmd/command.h"

enum { TOKEN_LEN = 19, ANONYMISE_KEY_MIN = 16 };

struct anonymise;

/* Reads the key: all octets of the file but a line break at its end, at least ANONYMISE_KEY_MIN and at most
 * 4096.  NULL after one line on standard error. */
struct anonymise *anonymise_new(const struct command *self, const char *key_file);
void anonymise_free(struct anonymise *a);

/* Writes TOKEN_LEN characters, no NUL, and returns their number.  arg is a struct anonymise. */
size_t anonymise_token(void *arg, const struct addr *a, char *out);

#endif
