/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line on standard error while captures are read: share done, packets a second, time left.  Only when
 * standard error is a terminal and the work lasts longer than a second; erased at the end.
 */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include "source/source.h"

/* Wraps a source: everything read through the result moves the line.  The wrapper owns inner.  Returns inner
 * itself when there is no terminal (or no memory): then nothing is shown.  Likewise when standard output is
 * one, unless stdout_is_quiet: rows that come meanwhile would be mixed with the line. */
struct source *progress_watch(struct source *inner, const char *what, bool stdout_is_quiet);

#endif
