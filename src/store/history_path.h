/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the round-robin file of a series lies.  Names come from strangers: whatever is no letter, digit, '-',
 * '_', ':' or '.' inside is written %XX, so that no name leaves the folder and no two share a file; one that
 * is too long for a file system goes on in a folder below whose name begins with '+'.
 */
#ifndef STORE_HISTORY_PATH_H
#define STORE_HISTORY_PATH_H

#include <limits.h>
#include <stdbool.h>

#include "base/err.h"

/* "FOLDER/rrd/NAME/SERIES.ending", or the folder of the name without series ("") and ending; the name as the
 * journal has it.  False: it is too long, empty, or the series is none. */
bool history_path(char out[PATH_MAX], const char *folder, const char *name, const char *series,
		  const char *ending);

/* Makes the folders of a name, down from FOLDER, which there is.  ERR_SYS. */
enum err history_path_make(const char *folder, const char *name);

/* Each file "SERIES.rrd" there is.  ERR_SYS: FOLDER/rrd cannot be read (ENOENT: there is none); ERR_END:
 * each() said so. */
enum err history_path_walk(const char *folder,
			   bool (*each)(void *arg, const char *path, const char *name, const char *series),
			   void *arg);

/* Takes away what a program that was killed left half made, and nothing else: "SERIES.rrd.new", and librrd's
 * "SERIES.rrdXXXXXX" and "SERIES.rrd.newXXXXXX".  To be called where nobody else makes one. */
void history_path_tidy(const char *folder);

#endif
