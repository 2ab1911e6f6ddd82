/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of ntpd's mrulist: as ntpq's mrulist prints them, as CSV and as JSON; and their order. */
#ifndef PRESENT_MRU_TABLE_H
#define PRESENT_MRU_TABLE_H

#include "engine/mru_walk.h"
#include "present/json.h"

enum mru_sort { MRU_BY_LSTINT, MRU_BY_AVGINT, MRU_BY_ADDR, MRU_BY_COUNT, MRU_BY_SCORE, MRU_BY_DROP };

void mru_table_head(struct buf *out);

/* now: the server's, an NTP timestamp. */
void mru_table_row(struct buf *out, const struct mru_row *r, uint64_t now);

void mru_csv_head(struct buf *out);
void mru_csv_row(struct buf *out, const struct mru_row *r, uint64_t now, int64_t now_ns);

/* One object of an array that is open. */
void mru_json_row(struct jw *j, const struct mru_row *r, uint64_t now, int64_t now_ns);

/* Leaves of each address the row that is newest, and returns how many there are.  Counts, scores and
 * drops: the greatest first; all others: the least first, addresses those of IPv4 before those of IPv6. */
size_t mru_sort(struct mru_row *rows, size_t n, enum mru_sort by, bool reverse);

#endif
