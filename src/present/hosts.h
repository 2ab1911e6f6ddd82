/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names that the operator gives to addresses, in the form of /etc/hosts: "ADDRESS NAME [ALIAS...]", comments
 * from '#' on.  The first name given to an address is the one shown; aliases are accepted and not shown.
 */
#ifndef PRESENT_HOSTS_H
#define PRESENT_HOSTS_H

#include <stddef.h>

#include "base/addr.h"
#include "base/err.h"

enum { HOSTS_NAME_MAX = 256 };

struct hosts_entry {
	struct addr addr;
	char *name;
	size_t order; /* of its line in the file */
};

struct hosts {
	struct hosts_entry *at; /* sorted by address once parsed */
	size_t n, cap;
};

/* Reads text of len bytes.  ERR_FORMAT: *line (from 1) is no entry; ERR_MEMORY.  On failure *h is empty. */
enum err hosts_parse(struct hosts *h, const char *text, size_t len, unsigned *line);
void hosts_release(struct hosts *h);

/* The name of a, or NULL.  Printable ASCII and UTF-8 only: other bytes were refused by hosts_parse(). */
const char *hosts_name(const struct hosts *h, const struct addr *a);

#endif
