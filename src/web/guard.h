/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may ask.  Without password and token everybody on this machine may, so that the address must
 * be a loopback one, and pages of other sites must not reach us through a name of theirs that
 * leads here: requests have to name us by an address, as localhost, or by a name that is
 * configured.  Otherwise TLS is required as soon as others can reach the address, and each request
 * brings the password (RFC 7617) or the token (RFC 6750).  They are compared by keyed digests, in
 * the same time whatever is wrong.
 */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "crypto/digest.h"
#include "web/web.h"

enum { GUARD_PASSWORD_MIN = 8, GUARD_TOKEN_MIN = 16, GUARD_SECRET_MAX = 256, GUARD_TRIES = 10 };

/* Wrong tries of one address (IPv6: of its /64) within a minute. */
struct guard_tries {
	struct addr from;
	int64_t since_ns;
	unsigned n;
};

struct guard {
	struct hmac_sha256 *mac; /* under a random key */
	bool has_password, has_token;
	uint8_t password[HMAC_SHA256_LEN], token[HMAC_SHA256_LEN]; /* digests of what the header has to say */
	char *names;
	struct guard_tries tries[64];
};

/* ERR_USAGE and why when the configuration is not safe. */
enum err guard_init(struct guard *g, const struct web_config *config, char why[WEB_WHY_MAX]);
void guard_release(struct guard *g);

/* What fresh was made of takes the place of g, which keeps count of wrong tries; fresh is no more.  Says
 * whether a secret has changed. */
bool guard_take(struct guard *g, struct guard *fresh, const struct web_config *config);

/* host is the header of that name, NULL without one. */
bool guard_host(const struct guard *g, const char *host);

/* GUARD_WRONG_LAST: wrong, and with that too many from now on. */
enum guard_verdict { GUARD_PASS, GUARD_ASK, GUARD_WRONG, GUARD_WRONG_LAST, GUARD_TOO_MANY };

/* authorization is the header of that name, NULL without one. */
enum guard_verdict guard_credentials(struct guard *g, const char *authorization, const struct addr *from,
				     int64_t now_ns);

#endif
