/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records of a key establishment's answer, whole and in pieces of so many octets as the first octet says:
 * the same must come of both. */
#include <stdlib.h>
#include <string.h>

#include "crypto/aead.h"
#include "engine/ntske_ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void is_sound(enum ntske_verdict v, const struct ntske_answer *a)
{
	must(a->n_cookies <= NTSKE_COOKIES_MAX);
	for (int i = 0; i < a->n_cookies; i++)
		must(a->cookies[i].len > 0 && a->cookies[i].len <= NTSKE_COOKIE_MAX);
	const char *end = memchr(a->server, 0, sizeof(a->server));
	must(end);
	for (const char *c = a->server; c < end; c++)
		must(*c > ' ' && *c < 0x7f && *c != '"' && *c != '%' && *c != '/');
	if (v == NTSKE_OK)
		must(a->n_cookies && (a->aead == AEAD_SIV_CMAC_256 || a->aead == AEAD_SIV_CMAC_512));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t offered[] = { AEAD_SIV_CMAC_256, AEAD_SIV_CMAC_512 };
	static struct ntske_ask ask;
	static struct ntske_answer whole;
	size_t piece = size ? 1U + data[0] : 1, len = size ? size - 1 : 0;
	const uint8_t *p = data + (size > 0);

	if (len >= NTSKE_ANSWER_MAX)
		return 0;
	enum ntske_verdict v = ntske_answer_parse(p, len, offered, 2, &whole);
	is_sound(v, &whole);
	ntske_ask_init(&ask);
	for (size_t at = 0; at < len; at += piece) {
		enum ntske_verdict before = ask.verdict;
		ntske_ask_input(&ask, p + at, len - at < piece ? len - at : piece, false);
		must(before == NTSKE_INCOMPLETE || ask.verdict == before);
	}
	must(ask.verdict == v);
	/* An answer that is over may have been read before all of it was there, but says the same. */
	if (v != NTSKE_INCOMPLETE)
		must(memcmp(&ask.answer, &whole, sizeof(whole)) == 0);
	must(ntske_ask_input(&ask, NULL, 0, true) == (v == NTSKE_INCOMPLETE ? NTSKE_BAD_RECORD : v));
	return 0;
}
