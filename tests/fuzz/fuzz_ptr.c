/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An answer of a name server to a reverse lookup: a name of printable characters, or none. */
#include <stdlib.h>
#include <string.h>

#include "net/ptr_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char name[PTR_NAME_MAX];
	enum err e = ptr_reply_name(data, len, name);

	if (e != ERR_OK && e != ERR_END && e != ERR_FORMAT && e != ERR_LIMIT)
		abort();
	if (e)
		return 0;
	size_t n = strnlen(name, PTR_NAME_MAX);
	if (n == 0 || n == PTR_NAME_MAX)
		abort();
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)name[i] <= 0x20 || (unsigned char)name[i] >= 0x7f)
			abort();
	return 0;
}
