/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A capture file: octets given to each read (1; 0 for all), the file, plain or compressed.  Every packet's
 * bytes are touched; the same file read in other steps must give the same packets, but for damaged compressed
 * ones, where it is the decompressor who decides what it still gives before it sees the damage.
 */
#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "source/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BATCH = 16, PACKETS_MAX = 4096 };

struct seen {
	uint64_t n, bytes, sum;
};

static void touch(struct seen *seen, const struct packet *p)
{
	assert(p->caplen == 0 || p->data);
	for (uint32_t i = 0; i < p->caplen; i++)
		seen->sum = seen->sum * 31 + p->data[i];
	seen->sum += (uint64_t)p->time_ns + p->len + p->link;
	seen->bytes += p->caplen;
	seen->n++;
	assert(p->frame >= seen->n);
}

static struct seen read_all(const uint8_t *data, size_t len, size_t step)
{
	struct seen seen = { 0 };
	struct source *s = NULL;
	char message[256];
	if (source_open_memory_file(data, len, step, &s, message, sizeof(message))) {
		assert(!s && message[0]);
		return seen;
	}
	struct packet batch[BATCH];
	size_t n;
	while (seen.n < PACKETS_MAX && source_next(s, batch, BATCH, &n) == ERR_OK)
		for (size_t i = 0; i < n; i++)
			touch(&seen, &batch[i]);
	source_free(s);
	return seen;
}

static bool is_packed(const uint8_t *p, size_t len)
{
	if (len < 4)
		return false;
	return (p[0] == 0x1f && p[1] == 0x8b) || load_le32(p) == 0xfd2fb528 || load_le32(p) == 0x184d2204 ||
	       load_le32(p) >> 4 == 0x184d2a5;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = bytes_of(data, size);
	uint8_t step = bytes_u8(&b);
	size_t len = bytes_left(&b);
	const uint8_t *file = bytes_take(&b, len);
	struct seen stepped = read_all(file, len, step);
	struct seen whole = read_all(file, len, 0);
	assert(is_packed(file, len) || stepped.n == whole.n);
	assert(is_packed(file, len) || (stepped.bytes == whole.bytes && stepped.sum == whole.sum));
	return 0;
}
