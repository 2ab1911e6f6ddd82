/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What asking servers for the time came to: for people, for programs, and as older tools print it. */
#ifndef PRESENT_QUERY_ROWS_H
#define PRESENT_QUERY_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/query_report.h"

struct query_list {
	const struct query_report *at;
	size_t n;
	const struct ntp_key *key; /* that it was asked with; NULL: none */
	int64_t now_ns;            /* UTC: how long a certificate is still good */
};

/* Offsets are server minus us in all of them. */
void query_table(const struct query_list *l, struct buf *out, bool color, unsigned columns);
void query_json(const struct query_list *l, struct buf *out);

/* One line a server, as ntpdig and sntp print it. */
void query_sntp(const struct query_list *l, struct buf *out);

/* `ntpdate -q`: one line a server, and one about the best. */
void query_ntpdate(const struct query_list *l, struct buf *out);

/* A Nagios plugin's answer, with performance data.  Returns its exit status, 0 to 3. */
int query_nagios(const struct query_list *l, int64_t warning_ns, int64_t critical_ns, struct buf *out);

/* "none", "SHA1", "NTS": how the answers were authenticated. */
const char *query_auth_name(const struct query_list *l, const struct query_report *r);

/* Whole days that the certificate is still good; below 0 once it has expired. */
int64_t query_days_left(const struct query_list *l, const struct query_ke *ke);

/* The best of all: the least bound among those that are ok; NULL when none is. */
const struct query_report *query_best(const struct query_list *l);

#endif
