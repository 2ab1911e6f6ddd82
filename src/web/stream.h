/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole client list, a piece at a time, as the reader takes it: memory does not grow with the
 * list. */
#ifndef WEB_STREAM_H
#define WEB_STREAM_H

#include "web/views.h"

struct request;
struct stream;
struct web;

/* A reader of a sorted list who takes nothing for so long may be cut off when others want one. */
#define STREAM_STALLED_NS INT64_C(3000000000)

/* Those that looked at many clients without finding one that passes go on where they were. */
void streams_go_on(struct web *w);

/* Reads sort, order and filter; see url.h for what is wrong with them. */
void wish_parse(struct request *r, struct view_wish *wish);

#endif
