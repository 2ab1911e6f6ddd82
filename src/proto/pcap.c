/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/pcap.h"

#include "base/packet.h"

/* Each kind of file begins with one of these, in the byte order of the machine that wrote it. */
static const struct kind {
	uint32_t magic;
	bool nanoseconds;
	uint8_t header_len, record_len;
} kinds[] = {
	{ 0xa1b2c3d4, false, PCAPFILE_HEADER_LEN, PCAPFILE_RECORD_LEN },
	{ 0xa1b23c4d, true, PCAPFILE_HEADER_LEN, PCAPFILE_RECORD_LEN },
	/* Kuznetsov's patch to libpcap: interface index, protocol and packet type in each record. */
	{ 0xa1b2cd34, false, PCAPFILE_HEADER_LEN, PCAPFILE_RECORD_MAX },
	/* IXIA's hardware and software captures: the size of all records follows the file header. */
	{ 0x1c0001ac, false, PCAPFILE_HEADER_MAX, PCAPFILE_RECORD_LEN },
	{ 0x1c0001ab, false, PCAPFILE_HEADER_MAX, PCAPFILE_RECORD_LEN },
};

static const struct kind *kind_of(const uint8_t *p, bool *big_endian)
{
	uint32_t be = load_be32(p), le = load_le32(p);

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		*big_endian = kinds[i].magic == be;
		if (*big_endian || kinds[i].magic == le)
			return &kinds[i];
	}
	return NULL;
}

uint16_t capture_link_type(uint16_t link)
{
	/* Raw IP has the registered number 101; 12 (most systems) and 14 (OpenBSD) are its DLT_ numbers,
	 * written to files all the same. */
	return link == 12 || link == 14 ? LINK_RAW : link;
}

static enum pcapfile_lengths lengths_of(uint16_t major, uint16_t minor)
{
	/* 543.0 is what Digital UNIX wrote. */
	if (major == 543 || (major == 2 && minor < 3))
		return PCAPFILE_LENGTHS_SWAPPED;
	if (major == 2 && minor == 3)
		return PCAPFILE_LENGTHS_MAYBE_SWAPPED;
	return PCAPFILE_LENGTHS_NAMED;
}

enum err pcapfile_parse(const uint8_t *p, size_t n, struct pcapfile *out)
{
	const struct kind *kind;
	bool big;
	uint32_t network;

	*out = (struct pcapfile){ 0 };
	if (n < 4)
		return n ? ERR_FORMAT : ERR_TRUNCATED;
	kind = kind_of(p, &big);
	if (!kind)
		return ERR_FORMAT;
	out->big_endian = big;
	out->nanoseconds = kind->nanoseconds;
	out->header_len = kind->header_len;
	out->record_len = kind->record_len;
	if (n < kind->header_len)
		return ERR_TRUNCATED;
	out->major = big ? load_be16(p + 4) : load_le16(p + 4);
	out->minor = big ? load_be16(p + 6) : load_le16(p + 6);
	out->snaplen = big ? load_be32(p + 16) : load_le32(p + 16);
	network = big ? load_be32(p + 20) : load_le32(p + 20);
	out->link = capture_link_type((uint16_t)network);
	out->lengths = lengths_of(out->major, out->minor);
	/* The upper six bits say how long the frame check sequence is; it counts as frame bytes like any
	 * trailer.  The ten below them are reserved. */
	if (out->major < 2 || (network & 0x03ff0000))
		return ERR_UNSUPPORTED;
	return ERR_OK;
}
