/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/query_result.h"

static const struct {
	const char *name, *sentence;
} results[N_QUERY_RESULTS] = {
	[QUERY_OK] = { "ok", "it answers, and its time can be used" },
	[QUERY_NONE] = { "none", "nothing came before it was ended" },
	[QUERY_TIMEOUT] = { "timeout", "no answer in time" },
	[QUERY_REFUSED] = { "refused", "nobody listens on that port" },
	[QUERY_UNREACHABLE] = { "unreachable", "it cannot be reached" },
	[QUERY_KOD] = { "kod", "it asks us to stay away" },
	[QUERY_UNSYNCHRONISED] = { "unsynchronised", "its own clock is not synchronised" },
	[QUERY_BAD_HEADER] = { "bad-header", "its answer says what cannot be" },
	[QUERY_BOGUS] = { "bogus", "an answer came, but not to our question" },
	[QUERY_MALFORMED] = { "malformed", "its answer cannot be read" },
	[QUERY_WRONG_MODE] = { "wrong-mode", "what came is no server's answer" },
	[QUERY_WRONG_VERSION] = { "wrong-version", "it answers with another version than it was asked for" },
	[QUERY_AUTH_MISSING] = { "auth-missing", "its answer is not authenticated" },
	[QUERY_AUTH_FAILED] = { "auth-failed", "its answer fails the authentication" },
	[QUERY_CRYPTO_NAK] = { "crypto-nak", "it does not accept our key" },
	[QUERY_DNS] = { "dns", "its name leads to no address" },
	[QUERY_LOCAL] = { "local", "this machine could not ask" },
	[QUERY_NTS_CONNECT] = { "nts-connect", "no connection for the key establishment" },
	[QUERY_NTS_TLS] = { "nts-tls", "no TLS session that NTS could use" },
	[QUERY_NTS_CERTIFICATE] = { "nts-certificate", "its certificate is not to be trusted" },
	[QUERY_NTS_REFUSED] = { "nts-refused", "the key establishment refuses us" },
	[QUERY_NTS_MALFORMED] = { "nts-malformed", "the key establishment's answer cannot be understood" },
	[QUERY_NTS_NAK] = { "nts-nak", "it does not know its own cookies" },
};

enum { FIRST_STATUS = 10 };

const char *query_result_name(enum query_result r)
{
	return (unsigned)r < N_QUERY_RESULTS ? results[r].name : "unknown";
}

const char *query_result_sentence(enum query_result r)
{
	return (unsigned)r < N_QUERY_RESULTS ? results[r].sentence : "unknown";
}

int query_result_status(enum query_result r)
{
	return r == QUERY_OK ? 0 : FIRST_STATUS + (int)r - (int)QUERY_TIMEOUT;
}
