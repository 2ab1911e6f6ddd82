/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/pcapng.h"

#include "base/nstime.h"

enum {
	BYTE_ORDER = 0x1a2b3c4d,
	OPTION_END = 0,
	OPTION_TSRESOL = 9,
	OPTION_TSOFFSET = 14,
	RESOLUTION_BINARY = 0x80,
	RESOLUTION_US = 6,
	RESOLUTION_NS = 9,
	DECIMAL_MAX = 19, /* 10^19 < 2^64 */
};

static uint32_t get32(struct bytes *b, bool big_endian)
{
	const uint8_t *p = bytes_take(b, 4);

	return !p ? 0 : big_endian ? load_be32(p) : load_le32(p);
}

static uint16_t get16(struct bytes *b, bool big_endian)
{
	const uint8_t *p = bytes_take(b, 2);

	return !p ? 0 : big_endian ? load_be16(p) : load_le16(p);
}

enum err pcapng_block_parse(const uint8_t *p, bool *big_endian, struct pcapng_block *out)
{
	*out = (struct pcapng_block){ 0 };
	if (load_be32(p) == PCAPNG_SECTION) {
		if (load_be32(p + 8) != BYTE_ORDER && load_le32(p + 8) != BYTE_ORDER)
			return ERR_FORMAT;
		*big_endian = load_be32(p + 8) == BYTE_ORDER;
	}
	out->type = *big_endian ? load_be32(p) : load_le32(p);
	out->total_len = *big_endian ? load_be32(p + 4) : load_le32(p + 4);
	if (out->total_len < PCAPNG_FRAMING || out->total_len > PCAPNG_BLOCK_MAX)
		return ERR_FORMAT;
	out->len = (out->total_len + 3) & ~UINT32_C(3);
	return ERR_OK;
}

/* An interface's option that we want. */
static void use_option(uint16_t code, const uint8_t *value, size_t len, bool big_endian,
		       struct pcapng_interface *out)
{
	if (code == OPTION_TSRESOL && len == 1)
		out->resolution = *value;
	if (code == OPTION_TSOFFSET && len == 8)
		out->offset_s = (int64_t)(big_endian ? load_be64(value) : load_le64(value));
}

/* Walks the options of a block to see that they keep inside it; interface is NULL for other blocks. */
static enum err walk_options(struct bytes *b, bool big_endian, struct pcapng_interface *interface)
{
	while (bytes_left(b) >= 4) {
		uint16_t code = get16(b, big_endian), len = get16(b, big_endian);
		const uint8_t *value = bytes_take(b, ((size_t)len + 3) & ~(size_t)3);

		if (!value)
			return ERR_FORMAT;
		if (code == OPTION_END)
			break;
		if (interface)
			use_option(code, value, len, big_endian, interface);
	}
	return ERR_OK;
}

enum err pcapng_section_parse(const uint8_t *body, size_t n, bool big_endian)
{
	struct bytes b = bytes_of(body, n);
	uint16_t major, minor;

	bytes_take(&b, 4);
	major = get16(&b, big_endian);
	minor = get16(&b, big_endian);
	bytes_take(&b, 8); /* the section's length: the blocks say it better */
	if (b.bad)
		return ERR_FORMAT;
	if (major != 1 || (minor != 0 && minor != 2))
		return ERR_UNSUPPORTED;
	return walk_options(&b, big_endian, NULL);
}

enum err pcapng_interface_parse(const uint8_t *body, size_t n, bool big_endian, struct pcapng_interface *out)
{
	struct bytes b = bytes_of(body, n);

	*out = (struct pcapng_interface){ .resolution = RESOLUTION_US };
	out->link = capture_link_type(get16(&b, big_endian));
	bytes_take(&b, 2);
	out->snaplen = get32(&b, big_endian);
	if (b.bad)
		return ERR_FORMAT;
	return walk_options(&b, big_endian, out);
}

static void simple_packet(struct bytes *b, bool big_endian, uint32_t snaplen, struct pcapng_packet *out)
{
	out->len = get32(b, big_endian);
	out->caplen = snaplen && snaplen < out->len ? snaplen : out->len;
}

static void timed_packet(struct bytes *b, bool big_endian, bool enhanced, struct pcapng_packet *out)
{
	uint64_t high;

	if (enhanced) {
		out->interface = get32(b, big_endian);
	} else {
		out->interface = get16(b, big_endian);
		bytes_take(b, 2); /* drops before this packet */
	}
	high = get32(b, big_endian);
	out->ticks = high << 32 | get32(b, big_endian);
	out->has_time = true;
	out->caplen = get32(b, big_endian);
	out->len = get32(b, big_endian);
}

enum err pcapng_packet_parse(uint32_t type, const uint8_t *body, size_t n, bool big_endian,
			     uint32_t simple_snaplen, struct pcapng_packet *out)
{
	struct bytes b = bytes_of(body, n);

	*out = (struct pcapng_packet){ 0 };
	if (type == PCAPNG_SIMPLE_PACKET)
		simple_packet(&b, big_endian, simple_snaplen, out);
	else
		timed_packet(&b, big_endian, type == PCAPNG_ENHANCED_PACKET, out);
	if (out->caplen > CAPTURE_CAPLEN_MAX)
		return ERR_FORMAT;
	out->data = bytes_take(&b, out->caplen);
	bytes_take(&b, -out->caplen & 3);
	if (b.bad)
		return ERR_FORMAT;
	/* What follows a simple packet is not options: the format has none there. */
	return type == PCAPNG_SIMPLE_PACKET ? ERR_OK : walk_options(&b, big_endian, NULL);
}

static uint64_t power_of_ten(unsigned int exponent)
{
	uint64_t v = 1;

	while (exponent--)
		v *= 10;
	return v;
}

/* Splits ticks of a general resolution into seconds and nanoseconds. */
static uint64_t split(uint8_t resolution, uint64_t ticks, uint32_t *ns)
{
	unsigned int exponent = resolution & ~RESOLUTION_BINARY & 0xff;
	uint64_t unit, rest;

	*ns = 0;
	if (exponent > (resolution & RESOLUTION_BINARY ? 63 : DECIMAL_MAX))
		return 0;
	if (resolution & RESOLUTION_BINARY) {
		rest = ticks & ((UINT64_C(1) << exponent) - 1);
		*ns = (uint32_t)((__extension__(unsigned __int128) rest * NS_PER_S) >> exponent);
		return ticks >> exponent;
	}
	unit = power_of_ten(exponent);
	rest = ticks % unit;
	*ns = (uint32_t)(exponent > RESOLUTION_NS ? rest / (unit / NS_PER_S) : rest * (NS_PER_S / unit));
	return ticks / unit;
}

int64_t pcapng_time(const struct pcapng_interface *i, uint64_t ticks, bool *odd_time)
{
	uint64_t whole;
	uint32_t ns;
	int64_t s, t;

	if (i->resolution == RESOLUTION_US && !i->offset_s && ticks <= INT64_MAX / 1000)
		return (int64_t)ticks * 1000;
	whole = split(i->resolution, ticks, &ns);
	if (whole <= INT64_MAX && !__builtin_add_overflow((int64_t)whole, i->offset_s, &s) &&
	    !__builtin_mul_overflow(s, NS_PER_S, &t) && !__builtin_add_overflow(t, (int64_t)ns, &t))
		return t;
	*odd_time = true;
	return i->offset_s < 0 && whole <= INT64_MAX ? INT64_MIN : INT64_MAX;
}

bool pcapng_takes_number(uint32_t type)
{
	switch (type) {
	case PCAPNG_CUSTOM:
	case PCAPNG_CUSTOM_NO_COPY:
	case PCAPNG_JOURNAL:
	case PCAPNG_SYSDIG:
	case PCAPNG_SYSDIG_2:
	case PCAPNG_SYSDIG_2_LARGE: return true;
	default: return false;
	}
}
