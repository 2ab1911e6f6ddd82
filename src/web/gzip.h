/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers that are sent compressed when the reader takes that. */
#ifndef WEB_GZIP_H
#define WEB_GZIP_H

#include <stdbool.h>

#include "base/buf.h"

enum { GZIP_LEAST = 1400 }; /* what fits into a packet is sent as it is */

/* Whether an Accept-Encoding takes gzip; NULL: none was sent. */
bool gzip_accepted(const char *accept);

/* Puts the compressed form in the place of what b holds; false, and b as it was, when that is not worth it or
 * there is no memory. */
bool gzip_buf(struct buf *b);

#endif
