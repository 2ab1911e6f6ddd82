/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line that says what to watch: what is taken fits and names a way to ask, what is refused says why. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/watch_spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct watch_spec s;
	char why[WATCH_SPEC_WHY_MAX];
	bool has_way = false;
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	enum err e = watch_spec_parse(&s, text, why);
	assert(e == ERR_OK || e == ERR_FORMAT);
	assert(!e == !why[0] && strlen(why) < sizeof(why));
	for (const char *c = why; *c; c++)
		assert((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
	for (size_t i = 0; i < N_WATCH_WAYS; i++)
		has_way = has_way || s.via[i];
	assert(e || (has_way && s.host[0] && s.name[0]));
	free(text);
	return 0;
}
