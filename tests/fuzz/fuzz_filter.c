/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A display filter and a frame for it: the text up to the first NUL, then an Ethernet frame.  What compiles
 * is run on that frame and on a fixed one; the short cut for plain frames must agree with the long way, and
 * an error must point into the text.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "field/filter.h"
#include "field/filter_direct.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 2000 };

static void check_error(const struct filter_error *error, size_t len)
{
	assert(error->len >= 1 && error->column <= len);
	assert(error->message[0]);
	for (const char *c = error->message; *c; c++)
		assert((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
}

static void ask(const struct filter *f, struct packet *p, enum finder_rule rule)
{
	struct finder finder;
	struct found found;
	struct row row;
	struct frame_plain plain;
	finder_init(&finder, rule, true, 1);
	bool is_ntp = finder_packet(&finder, p, &found);
	if (!is_ntp)
		frame_decode(p, &found.datagram, &found.layers);
	row_of_found(&found, is_ntp, &row);
	row.request_in = 1;
	row.delta_ns = 71000;
	row.udp_stream = 3;
	bool yes = filter_matches(f, &row);
	if (is_ntp && filter_is_direct(f) && frame_plain(p, &plain) && filter_direct_fits(&plain))
		assert(filter_matches_plain(f, p, &plain) == yes);
	finder_release(&finder);
}

/* A request in IPv4. */
static const uint8_t request[] = {
	0x02, 0,   0,    0,    0,    1,    0x02, 0, 0,    0,    0,    2,    0x08, 0x00, 0x45, 0, 0,    76,
	0,    1,   0x40, 0,    64,   17,   0,    0, 192,  0,    2,    1,    198,  51,   100,  7, 0,    123,
	0,    123, 0,    56,   0,    0,    0x23, 2, 6,    0xe9, 0,    0,    0,    1,    0,    0, 0,    2,
	'G',  'P', 'S',  0,    0xed, 0x4e, 0,    0, 0x80, 0,    0,    0,    0xed, 0x4e, 0,    0, 0x80, 0,
	0,    0,   0xed, 0x4e, 0,    0,    0x80, 0, 0,    0,    0xed, 0x4e, 0,    0,    0x80, 0, 0,    1,
};

static void run(const struct filter *f, const uint8_t *frame, size_t len)
{
	struct packet p = {
		.link = LINK_ETHERNET, .frame = 7, .time_ns = INT64_C(1772323200500000000), .has_time = true
	};
	p.data = request;
	p.caplen = p.len = sizeof(request);
	ask(f, &p, FINDER_STRICT);
	p.data = frame;
	p.caplen = p.len = (uint32_t)len;
	ask(f, &p, FINDER_WIRESHARK);
	ask(f, &p, FINDER_STRICT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[TEXT_MAX + 1];
	const uint8_t *end = memchr(data, 0, size);
	size_t len = end ? (size_t)(end - data) : size;
	if (size == 0 || len > TEXT_MAX)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	struct filter *f;
	struct filter_error error;
	enum err e = filter_compile(text, &f, &error);
	assert(e == ERR_OK || e == ERR_USAGE);
	if (e) {
		check_error(&error, len);
		return 0;
	}
	size_t at = end ? len + 1 : len;
	/* A copy, so that reading beyond the frame shows. */
	uint8_t *frame = malloc(size - at + 1);
	memcpy(frame, data + at, size - at);
	run(f, frame, size - at);
	free(frame);
	filter_free(f);
	return 0;
}
