/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines that say who we are for an SNMP agent: whatever they are, texts end within their room. */
#include <stdlib.h>
#include <string.h>

#include "proto/snmp_login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct snmp_login l = snmp_login_default();
	const char *why = NULL;
	const char *at = (const char *)data, *end = at + len;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t n = newline ? (size_t)(newline - at) : (size_t)(end - at);
		if (!snmp_login_line(&l, at, n, &why) && !why[0])
			abort();
		at += n + 1;
	}
	if (!memchr(l.community, '\0', sizeof(l.community)) || !memchr(l.user, '\0', sizeof(l.user)) ||
	    !memchr(l.context, '\0', sizeof(l.context)) ||
	    !memchr(l.auth_passphrase, '\0', sizeof(l.auth_passphrase)) ||
	    !memchr(l.priv_passphrase, '\0', sizeof(l.priv_passphrase)))
		abort();
	if (snmp_login_check(&l, &why) != !why[0])
		abort();
	return 0;
}
