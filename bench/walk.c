/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench-walk FILE: the floor.  Maps a pcap file and walks from record header to record header, touching
 * nothing else: no reader of every packet can do less.  Prints the number of records.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"

enum { FILE_HEADER = 24, RECORD_HEADER = 16 };

/* record header:  seconds (4) | fraction (4) | captured length (4) | wire length (4) */
static uint64_t walk(const uint8_t *p, size_t len, uint64_t *bytes)
{
	uint64_t n = 0;
	size_t at = FILE_HEADER;
	while (len - at >= RECORD_HEADER) {
		uint32_t caplen = load_le32(p + at + 8);
		if (caplen > len - at - RECORD_HEADER)
			break;
		at += RECORD_HEADER + caplen;
		*bytes += caplen;
		n++;
	}
	return n;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: bench-walk FILE\n");
		return 2;
	}
	int fd = open(argv[1], O_RDONLY);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) || st.st_size < FILE_HEADER) {
		fprintf(stderr, "bench-walk: cannot read '%s'\n", argv[1]);
		return 1;
	}
	size_t len = (size_t)st.st_size;
	const uint8_t *p = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return 1;
	/* Little-endian pcap, microseconds or nanoseconds: what ntpgen writes. */
	uint32_t magic = load_le32(p);
	if (magic != 0xa1b2c3d4 && magic != 0xa1b23c4d) {
		fprintf(stderr, "bench-walk: '%s' is no little-endian pcap file\n", argv[1]);
		return 1;
	}
	uint64_t bytes = 0;
	uint64_t n = walk(p, len, &bytes);
	printf("%ju packets, %ju bytes\n", (uintmax_t)n, (uintmax_t)bytes);
	return 0;
}
