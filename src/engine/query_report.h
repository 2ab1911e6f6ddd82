/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What asking one address came to, for those who show it. */
#ifndef ENGINE_QUERY_REPORT_H
#define ENGINE_QUERY_REPORT_H

#include "engine/query.h"

enum { QUERY_WHY_MAX = 448, QUERY_TEXT_MAX = 256 };

/* The key establishment of NTS; texts are printable. */
struct query_ke {
	bool was_tried, is_good;
	int64_t took_ns;
	char tls_version[24], cipher[64];                     /* "" without a session */
	char subject[QUERY_TEXT_MAX], issuer[QUERY_TEXT_MAX]; /* "" without a certificate */
	int64_t not_before_s, not_after_s;                    /* Unix; 0: unknown */
	char distrust[QUERY_TEXT_MAX]; /* what is wrong with the certificate, though it was let through */
	uint16_t aead, cookie_len;
	unsigned n_cookies;
	char server[NTSKE_SERVER_MAX]; /* where to ask for the time, as it said; "": the same address */
	uint16_t port;
};

struct query_report {
	const char *host; /* as it was given */
	struct addr addr; /* asked for the time; meaningless for QUERY_DNS */
	uint32_t scope;
	uint16_t port;
	bool ke_only;             /* nothing but the key establishment was wanted */
	enum query_result result; /* of all */
	char why[QUERY_WHY_MAX];  /* more about a failure, printable; "" nothing more is known */
	int64_t asked_ns;         /* UTC, when it began */
	struct query_ke ke;
	struct query query; /* n_sent is 0 when it did not come to it */
	struct query_summary summary;
};

#endif
