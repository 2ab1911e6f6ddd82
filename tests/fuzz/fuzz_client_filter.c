/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A filter of the client list: what it refuses it explains, and what it takes can be asked. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "engine/client_filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *name_of(void *arg, const struct addr *a)
{
	return addr_is_v4(a) ? arg : NULL;
}

static void ask(struct client_filter *f)
{
	struct client_info c = { .addr = { .b = { 0x20, 1, 0xd, 0xb8 } },
				 .rx = 5,
				 .tx = 5,
				 .rx_flags = UINT32_MAX,
				 .rx_every_s = -1,
				 .recent_every_s = -1 };
	(void)client_filter_match(f, &c, 100 * NS_PER_S);
	f->name = name_of;
	f->name_arg = (void *)(uintptr_t) "time.example";
	c.addr = addr_from_v4((const uint8_t[4]){ 192, 0, 2, 7 });
	(void)client_filter_match(f, &c, INT64_MIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct client_filter f;
	struct client_filter_error error;
	char *text = malloc(size + 1);
	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (client_filter_parse(text, &f, &error)) {
		assert(error.column >= 1 && error.column <= strlen(text));
		assert(error.message[0] && f.n_terms == 0);
		for (const char *c = error.message; *c; c++)
			assert((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
	} else {
		assert(!error.message[0] && f.n_terms <= CLIENT_FILTER_TERMS);
		ask(&f);
	}
	free(text);
	return 0;
}
