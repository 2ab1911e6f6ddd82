/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/ptr_reply.h"

#include <stdbool.h>

#include "base/bytes.h"

enum { TYPE_PTR = 12, CLASS_IN = 1, POINTER = 0xc0, JUMPS_MAX = 32 };

/* Over a name, without following it. */
static void skip_name(struct bytes *b)
{
	for (;;) {
		uint8_t len = bytes_u8(b);
		if (b->bad || len == 0)
			return;
		if (len >= POINTER) {
			bytes_u8(b);
			return;
		}
		bytes_take(b, len);
	}
}

static size_t put_octet(char *out, uint8_t c)
{
	if (c > 0x20 && c < 0x7f && c != '.' && c != '\\') {
		out[0] = (char)c;
		return 1;
	}
	out[0] = '\\';
	out[1] = (char)('0' + c / 100);
	out[2] = (char)('0' + c / 10 % 10);
	out[3] = (char)('0' + c % 10);
	return 4;
}

/* The name at `at`; pointers lead to earlier places in the message (RFC 1035 section 4.1.4). */
static enum err read_name(const uint8_t *message, size_t len, size_t at, char out[PTR_NAME_MAX])
{
	size_t n = 0;
	for (unsigned jumps = 0; jumps < JUMPS_MAX;) {
		if (at >= len)
			return ERR_FORMAT;
		uint8_t label = message[at++];
		if (label >= POINTER) {
			if (at >= len)
				return ERR_FORMAT;
			at = (size_t)(label & 0x3f) << 8 | message[at];
			jumps++;
			continue;
		}
		if (label == 0) {
			out[n] = '\0';
			return n ? ERR_OK : ERR_END;
		}
		if (label > 63 || label > len - at)
			return ERR_FORMAT;
		if (n + 4u * label + 2 > PTR_NAME_MAX)
			return ERR_LIMIT;
		if (n)
			out[n++] = '.';
		for (; label; label--)
			n += put_octet(out + n, message[at++]);
	}
	return ERR_FORMAT;
}

enum err ptr_reply_name(const uint8_t *message, size_t len, char out[PTR_NAME_MAX])
{
	struct bytes b = { message, message + len, false };

	out[0] = '\0';
	bytes_take(&b, 4); /* id, flags: whoever asked has looked at them */
	unsigned n_questions = bytes_be16(&b), n_answers = bytes_be16(&b);
	bytes_take(&b, 4);
	for (; n_questions && !b.bad; n_questions--) {
		skip_name(&b);
		bytes_take(&b, 4);
	}
	for (; n_answers && !b.bad; n_answers--) {
		skip_name(&b);
		unsigned type = bytes_be16(&b), class = bytes_be16(&b);
		bytes_take(&b, 4);
		uint16_t data_len = bytes_be16(&b);
		const uint8_t *data = bytes_take(&b, data_len);
		if (data && type == TYPE_PTR && class == CLASS_IN)
			return read_name(message, len, (size_t)(data - message), out);
	}
	return b.bad ? ERR_FORMAT : ERR_END;
}
