/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of a key file in each dialect: a key, nothing, or a reason; and a key is the same one when it
 * is written down in hex. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/mac.h"
#include "proto/ntp_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void is_sound(const struct ntp_key *k)
{
	char line[64 + 2 * NTP_KEY_MAX];
	uint8_t digest[MAC_DIGEST_MAX];
	struct ntp_key again;
	const char *why;

	must(k->id > 0 && k->type < N_NTP_KEY_TYPES && k->len > 0 && k->len <= NTP_KEY_MAX);
	must(mac_digest((enum mac_kind)k->type, k->octets, k->len, digest, 0, digest) > 0);
	int n = snprintf(line, sizeof(line), "%u %s HEX:", k->id,
			 ntp_key_type_name((enum ntp_key_type)k->type));
	for (size_t i = 0; i < k->len; i++)
		n += snprintf(line + n, sizeof(line) - (size_t)n, "%02x", k->octets[i]);
	must(ntp_key_parse(line, (size_t)n, NTP_KEYS_CHRONY, &again, &why) == 1);
	must(again.id == k->id && again.type == k->type && again.len == k->len);
	must(memcmp(again.octets, k->octets, k->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 5000)
		return 0;
	for (int dialect = NTP_KEYS_AUTO; dialect <= NTP_KEYS_CHRONY; dialect++) {
		struct ntp_key k = { 0 };
		const char *why = NULL;
		int kind = ntp_key_parse((const char *)data, size, (enum ntp_key_dialect)dialect, &k, &why);
		must(kind >= -1 && kind <= 1 && (kind == -1) == (why != NULL));
		if (kind == 1)
			is_sound(&k);
	}
	return 0;
}
