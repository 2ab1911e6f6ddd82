/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file that says who we are for an SNMP agent (proto/snmp_login.h), read while we still may. */
#ifndef ASK_SNMP_FILE_H
#define ASK_SNMP_FILE_H

#include <stddef.h>

#include "base/err.h"
#include "proto/snmp_login.h"

enum { SNMP_FILE_WHY_MAX = 400 };

/* A file that everybody may read, or others than its owner write, is refused: passphrases in it are none.
 * why holds one line that names the file, without them.  Without success *out is all zero. */
enum err snmp_file_read(const char *path, struct snmp_login *out, char why[SNMP_FILE_WHY_MAX]);

#endif
