/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The target of a request, and each way to read a parameter; then the same bytes as headers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "web/forwarded.h"
#include "web/guard.h"
#include "web/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(const char *target)
{
	static const char *const names[] = { "a", "sort", NULL };
	struct url u;
	struct addr net;
	uint64_t n = 0;
	int64_t t = 0;
	unsigned word = 0, bits = 0;

	for (int how = 0; how < 5; how++) {
		url_parse(target, &u);
		if (u.path[0] != '/' || (u.wrong && !u.message[0]))
			abort();
		switch (how) {
		case 0: url_count(&u, "a", 3, 1000, &n); break;
		case 1: url_word(&u, "a", "asc|desc", &word); break;
		case 2: url_moment(&u, "a", INT64_MAX, &t); break;
		case 3: url_prefix(&u, "a", &net, &bits); break;
		case 4: url_allow(&u, names); break;
		}
		if ((!u.wrong && n && (n < 3 || n > 1000)) || word > 1 || bits > 128)
			abort();
	}
}

/* What a proxy says: who it is that does not trust itself, and a prefix that is one. */
static void read_forwarded(const char *text)
{
	struct forwarded_proxies p = { .n = 1, .at = { { .b = { 1 } } } };
	static const struct addr other = { .b = { 2 } };
	struct addr asker = forwarded_asker(&p, &other, text);
	size_t len = forwarded_prefix(text, text);

	if (!addr_equal(&asker, &other) || (len && text[len] != '/'))
		abort();
	(void)forwarded_asker(&p, &p.at[0], text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct addr from = { .b = { 1 } };
	struct web_config config = web_config_default();
	char why[WEB_WHY_MAX], *text = malloc(size + 1);
	struct guard g;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	read_all(text);
	read_forwarded(text);
	config.password = "a password";
	config.token = "a token of sixteen";
	if (guard_init(&g, &config, why) == ERR_OK) {
		(void)guard_credentials(&g, text, &from, 1);
		(void)guard_host(&g, text);
		guard_release(&g);
	}
	config.password = config.token = NULL;
	if (guard_init(&g, &config, why) == ERR_OK) {
		(void)guard_host(&g, text);
		guard_release(&g);
	}
	free(text);
	return 0;
}
