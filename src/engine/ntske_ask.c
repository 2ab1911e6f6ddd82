/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/ntske_ask.h"

#include <string.h>

#include "crypto/aead.h"

static const uint16_t offered[] = { AEAD_SIV_CMAC_256, AEAD_SIV_CMAC_512 };
enum { N_OFFERED = sizeof(offered) / sizeof(offered[0]) };

void ntske_ask_init(struct ntske_ask *k)
{
	k->request_len = ntske_request_write(offered, N_OFFERED, k->request, sizeof(k->request));
	k->written = k->in_len = 0;
	k->verdict = NTSKE_INCOMPLETE;
}

const uint8_t *ntske_ask_output(const struct ntske_ask *k, size_t *len)
{
	*len = k->request_len - k->written;
	return k->request + k->written;
}

enum ntske_verdict ntske_ask_input(struct ntske_ask *k, const uint8_t *p, size_t len, bool at_end)
{
	bool is_too_long = len > sizeof(k->in) - k->in_len;

	if (k->verdict != NTSKE_INCOMPLETE)
		return k->verdict;
	if (is_too_long)
		len = sizeof(k->in) - k->in_len;
	if (len)
		memcpy(k->in + k->in_len, p, len);
	k->in_len += len;
	k->verdict = ntske_answer_parse(k->in, k->in_len, offered, N_OFFERED, &k->answer);
	/* Nothing more to come, or nothing more that we would take: it never was a whole message. */
	if (k->verdict == NTSKE_INCOMPLETE && (at_end || is_too_long)) {
		k->verdict = NTSKE_BAD_RECORD;
		k->answer.bad_type = NTSKE_END;
	}
	return k->verdict;
}
