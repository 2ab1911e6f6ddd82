/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/addr.h"

#include <arpa/inet.h>

/* Addresses have no pattern that a branch predictor could learn: leading zeros are written and then written
 * over, without a jump. */
static char *put_octet(char *out, uint8_t v)
{
	*out = (char)('0' + v / 100);
	out += v >= 100;
	*out = (char)('0' + v / 10 % 10);
	out += v >= 10;
	*out = (char)('0' + v % 10);
	return out + 1;
}

static char *put_quad(char *out, const uint8_t v4[4])
{
	for (int i = 0; i < 4; i++) {
		if (i)
			*out++ = '.';
		out = put_octet(out, v4[i]);
	}
	return out;
}

static char *put_group(char *out, unsigned v)
{
	static const char digits[] = "0123456789abcdef";

	*out = digits[v >> 12];
	out += v >= 0x1000;
	*out = digits[v >> 8 & 15];
	out += v >= 0x100;
	*out = digits[v >> 4 & 15];
	out += v >= 0x10;
	*out = digits[v & 15];
	return out + 1;
}

/* RFC 5952 section 4.2: "::" stands for the longest run of two or more zero groups, the first of equals. */
struct zero_run {
	int start, len;
};

static struct zero_run longest_zeros(const unsigned group[8])
{
	struct zero_run best = { -1, 1 };

	for (int i = 0; i < 8; i++) {
		int start = i;
		while (i < 8 && !group[i])
			i++;
		if (i - start > best.len)
			best = (struct zero_run){ start, i - start };
	}
	return best;
}

static size_t v6_text(const struct addr *a, char *out)
{
	unsigned group[8];
	for (int i = 0; i < 8; i++)
		group[i] = (unsigned)a->b[2 * i] << 8 | a->b[2 * i + 1];
	struct zero_run zeros = longest_zeros(group);

	/* An IPv4-compatible address, ::a.b.c.d, as inet_ntop and Wireshark show it (RFC 5952 section 5). */
	int n_groups = zeros.start == 0 && zeros.len == 6 ? 6 : 8;
	char *p = out;

	for (int i = 0; i < n_groups; i++) {
		if (i == zeros.start) {
			*p++ = ':';
			*p++ = ':';
			i += zeros.len - 1;
			continue;
		}
		if (i && i != zeros.start + zeros.len)
			*p++ = ':';
		p = put_group(p, group[i]);
	}
	if (n_groups == 6)
		p = put_quad(p, a->b + 12);
	*p = '\0';
	return (size_t)(p - out);
}

size_t addr_text(const struct addr *a, char *out)
{
	if (!addr_is_v4(a))
		return v6_text(a, out);
	char *p = put_quad(out, a->b + 12);
	*p = '\0';
	return (size_t)(p - out);
}

bool addr_parse(const char *text, struct addr *out)
{
	uint8_t raw[16];

	if (inet_pton(AF_INET, text, raw) == 1) {
		*out = addr_from_v4(raw);
		return true;
	}
	if (inet_pton(AF_INET6, text, raw) == 1) {
		*out = addr_from_v6(raw);
		return true;
	}
	*out = (struct addr){ { 0 } };
	return false;
}

struct addr addr_truncate(const struct addr *a, unsigned bits)
{
	struct addr t = *a;
	unsigned whole = bits / 8, rest = bits % 8;

	if (bits >= 128)
		return t;
	if (rest)
		t.b[whole] &= (uint8_t)(0xff << (8 - rest));
	for (unsigned i = whole + (rest != 0); i < 16; i++)
		t.b[i] = 0;
	return t;
}

bool addr_is_loopback(const struct addr *a)
{
	static const struct addr v6 = { .b = { [15] = 1 } };
	return addr_is_v4(a) ? a->b[12] == 127 : addr_equal(a, &v6);
}
