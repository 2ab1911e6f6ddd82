/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The history read from the journal alone: exact, for as long as it takes to read the days. */
#ifndef STORE_HISTORY_SCAN_H
#define STORE_HISTORY_SCAN_H

#include "store/history.h"

/* As history_read() and history_list(); buckets from a second on. */
enum err history_scan_read(const char *folder, const struct history_wish *w, struct history_span *out);
/* The same, where it is known that there is nothing before since_ns: days before are not read. */
enum err history_scan_since(const char *folder, const struct history_wish *w, int64_t since_ns,
			    struct history_span *out);
enum err history_scan_list(const char *folder,
			   bool (*each)(void *arg, const char *name, const char *series, int64_t first_ns,
					int64_t last_ns),
			   void *arg);

#endif
