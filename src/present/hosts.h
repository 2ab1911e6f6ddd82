/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names that the operator gives to addresses, in the form of /etc/hosts: "ADDRESS NAME [ALIAS...]", comments
 * from '#' on, and maybe a byte order mark at the start.  The first name given to an address is the one
 * shown; aliases are accepted and not shown.
 */
#ifndef PRESENT_HOSTS_H
#define PRESENT_HOSTS_H

#include <stddef.h>

#include "base/addr.h"
#include "base/err.h"

enum {
	HOSTS_NAME_MAX = 256,
	HOSTS_LABEL_MAX = 4 * HOSTS_NAME_MAX, /* an escape is up to four times as long as what it is for */
};

struct hosts_entry {
	struct addr addr;
	char *name;
	char *label;  /* name itself when there is nothing to escape */
	size_t order; /* of its line in the file */
};

struct hosts {
	struct hosts_entry *at; /* sorted by address once parsed */
	size_t n, cap;
};

/* Reads text of len bytes.  ERR_FORMAT: *line (from 1) is no entry, *why says what is wrong with it;
 * ERR_MEMORY.  On failure *h is empty. */
enum err hosts_parse(struct hosts *h, const char *text, size_t len, unsigned *line, const char **why);
void hosts_release(struct hosts *h);

/* The name of a as the file has it, or NULL: for writers that escape (CSV, JSON).  No controls, no blanks, no
 * quotes, but maybe characters that are not seen, and octets that are no UTF-8. */
const char *hosts_name(const struct hosts *h, const struct addr *a);

/* The same as a terminal may see it. */
const char *hosts_label(const struct hosts *h, const struct addr *a);

#endif
