/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where packets come from, behind one struct: capture files (pcap, pcapng, compressed, standard input),
 * several files in time order, memory (tests), later live interfaces.  Packets come in batches; their bytes
 * are borrowed until the next call.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/packet.h"

/* What a source itself saw; all counts are over its whole life so far. */
struct source_stats {
	uint64_t n_frames;
	uint64_t n_bytes;          /* captured bytes of those frames */
	uint64_t n_file_bytes;     /* bytes read of the (compressed) files */
	uint64_t n_cut_by_snaplen; /* frames with caplen < len */
	uint64_t n_without_time;
	uint64_t n_damaged;        /* records or blocks that could not be read: that file ended there */
	uint64_t n_skipped_blocks; /* pcapng blocks of other types */
	uint64_t n_time_backwards; /* frames earlier than the one before */
	uint64_t n_odd_time;       /* times with a fraction of a second or more, carried into the seconds, or
				       outside 1677 to 2262, moved to the border */
	int64_t first_ns, last_ns; /* least and greatest time seen; 0 when none */
};

struct source;

struct source_ops {
	/* Fills at most max packets, returns how many in *n.  ERR_OK with *n > 0; ERR_END at the end (*n is
	 * 0); anything else: the source is broken off, what it gave before stays valid knowledge. */
	enum err (*next)(struct source *s, struct packet *out, size_t max, size_t *n);
	void (*free)(struct source *s);
};

struct source {
	const struct source_ops *ops;
	struct source_stats stats;
	/* What went wrong that reading could go on or had to stop, one line, "'a.pcap': truncated after
	 * frame 17" (as that file counts its frames); "" while all is well.  The first one is kept;
	 * n_damaged counts them. */
	char damage[512];
	uint64_t total_file_bytes; /* sum of the files' sizes, 0 when unknown (a pipe): for progress */
	bool order_was_merged;     /* several files overlapped and were merged by time */
};

static inline enum err source_next(struct source *s, struct packet *out, size_t max, size_t *n)
{
	return s->ops->next(s, out, max, n);
}

static inline void source_free(struct source *s)
{
	if (s)
		s->ops->free(s);
}

/* For sources that wrap another one (a filter, a progress line): what can be seen of inner shows on outer. */
static inline void source_copy_state(struct source *outer, const struct source *inner)
{
	outer->stats = inner->stats;
	outer->total_file_bytes = inner->total_file_bytes;
	outer->order_was_merged = inner->order_was_merged;
	if (inner->damage[0] && !outer->damage[0])
		memcpy(outer->damage, inner->damage, sizeof(outer->damage));
}

/* Opens capture files, "-" (at most once) for standard input.  Several files are read in the order of their
 * first times, each in its own order; one whose first time is passed before the files ahead of it are at
 * their end joins in, and then the earliest frame goes next (of equal ones, that of the earlier file).  So
 * files are merged exactly where they overlap, and only those are open at a time.  packet.file is the index
 * in paths.  Compressed files (gzip, zstd, lz4) are read as they are.  On failure *out is NULL and message
 * (of size message_len) holds one line that names the file, e.g. "cannot read 'a.pcap': not a capture file".
 * A file that is damaged further in opens well: see source.damage. */
enum err source_open_files(const char *const *paths, size_t n_paths, struct source **out, char *message,
			   size_t message_len);

/* The same over one file in memory that stays the caller's: for tests and fuzzing.  Each read gives at most
 * step bytes (0: all), so that every border can be met. */
enum err source_open_memory_file(const uint8_t *data, size_t len, size_t step, struct source **out,
				 char *message, size_t message_len);

/* Packets from memory, for tests; data stays the caller's.  NULL when there is no memory.  Frame numbers are
 * given anew. */
struct source *source_from_memory(const struct packet *packets, size_t n);

#endif
