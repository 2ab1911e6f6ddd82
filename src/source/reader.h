/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One capture file, pcap or pcapng, in the order in which it was written: input bytes to packets.  A bad
 * record ends the file, as in Wireshark: everything before it is kept.
 */
#ifndef SOURCE_READER_H
#define SOURCE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/packet.h"
#include "proto/pcap.h"
#include "proto/pcapng.h"
#include "source/input.h"

enum { READER_INTERFACES_MAX = 65536 };

struct reader {
	/* Frames so far, with the pcapng blocks that take a number without being packets. */
	uint64_t n_frames;
	uint64_t n_skipped_blocks;
	uint64_t n_odd_time;
	/* Why it ended, when not at a proper end: "truncated"; the frame before is number n_frames. */
	const char *damage;
	bool is_over;

	/* the rest is private */
	struct input in;
	bool is_pcapng;
	bool big_endian;
	struct pcapfile pcap;
	struct pcapng_interface *interfaces;
	size_t n_interfaces, cap_interfaces;
};

/* Opens a file and reads its header.  On failure *why is what to tell the user ("not a capture file");
 * *r is to be released all the same.  An empty file opens, is damaged and has no packets. */
enum err reader_open(struct reader *r, const char *path, size_t block_len, const char **why);
enum err reader_open_memory(struct reader *r, const uint8_t *data, size_t len, size_t step, const char **why);
void reader_release(struct reader *r);

/* The next packets, at most max; 0: the file is at its end, damaged or not.  Their bytes are valid until
 * the next call.  frame counts from 1 in this file; file is left 0. */
size_t reader_next(struct reader *r, struct packet *out, size_t max);

/* For the two halves of the reader. */
size_t reader_next_pcapng(struct reader *r, struct packet *out, size_t max);
enum err reader_begin_pcapng(struct reader *r);
void reader_break(struct reader *r, const char *damage);
void reader_break_short(struct reader *r);

#endif
