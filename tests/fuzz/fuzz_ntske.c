/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TCP segment of the NTS-KE port, read as TLS and as the records that TLS would hide. */
#include <assert.h>
#include <string.h>

#include "proto/ntske.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tls_hello hello;
	tls_hello_parse(data, (uint32_t)size, &hello);
	assert(memchr(hello.sni, 0, sizeof(hello.sni)));
	assert(memchr(hello.alpn, 0, sizeof(hello.alpn)));

	struct bytes b = bytes_of(data, size);
	struct ntske_record r;
	while (ntske_record_next(&b, &r))
		assert(r.body_len == 0 || (r.body >= data && r.body + r.body_len <= data + size));
	return 0;
}
