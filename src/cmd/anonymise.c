/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/anonymise.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "crypto/digest.h"

enum { KEY_MAX = 4096 };

static bool read_key(const struct command *self, const char *path, uint8_t key[KEY_MAX + 1], size_t *len)
{
	FILE *f = fopen(path, "rb");
	if (f)
		*len = fread(key, 1, KEY_MAX + 1, f);
	if (!f || ferror(f)) {
		command_error(self, "cannot read key file '%s': %s", path, strerror(errno));
		if (f)
			fclose(f);
		return false;
	}
	fclose(f);
	while (*len && (key[*len - 1] == '\n' || key[*len - 1] == '\r'))
		--*len;
	if (*len < ANONYMISE_KEY_MIN || *len > KEY_MAX) {
		command_error(self, "key file '%s' must hold %d to %d octets, it has %zu%s", path,
			      ANONYMISE_KEY_MIN, KEY_MAX, *len, *len > KEY_MAX ? " or more" : "");
		return false;
	}
	return true;
}

struct anonymise *anonymise_new(const struct command *self, const char *key_file)
{
	uint8_t key[KEY_MAX + 1];
	size_t len;
	struct hmac_sha256 *h = NULL;

	if (read_key(self, key_file, key, &len)) {
		h = hmac_sha256_new(key, len);
		if (!h)
			command_error(self, "no memory for the key");
	}
	explicit_bzero(key, sizeof(key));
	return (struct anonymise *)h;
}

void anonymise_free(struct anonymise *a)
{
	hmac_sha256_free((struct hmac_sha256 *)a);
}

size_t anonymise_token(void *arg, const struct addr *a, char *out)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t mac[HMAC_SHA256_LEN];

	hmac_sha256(arg, a->b, sizeof(a->b), mac);
	memcpy(out, addr_is_v4(a) ? "v4-" : "v6-", 3);
	for (unsigned i = 0; i < 8; i++) {
		out[3 + 2 * i] = digits[mac[i] >> 4];
		out[4 + 2 * i] = digits[mac[i] & 15];
	}
	return TOKEN_LEN;
}
