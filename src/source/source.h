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

#include "base/err.h"
#include "base/packet.h"

/* What a source itself saw; all counts are over its whole life so far. */
struct source_stats {
	uint64_t n_frames;
	uint64_t n_bytes;           /* captured bytes of those frames */
	uint64_t n_file_bytes;      /* bytes read of the (compressed) files */
	uint64_t n_cut_by_snaplen;  /* frames with caplen < len */
	uint64_t n_without_time;
	uint64_t n_damaged;         /* records or blocks that could not be read; reading of that file ended there
				       or went on behind it */
	uint64_t n_skipped_blocks;  /* pcapng blocks of other types */
	uint64_t n_time_backwards;  /* frames earlier than the one before */
	int64_t first_ns, last_ns;  /* least and greatest time seen; 0 when none */
};

struct source;

struct source_ops {
	/* Fills at most max packets, returns how many in *n.  ERR_OK with *n > 0; ERR_END at the end (*n is 0);
	 * anything else: the source is broken off, what it gave before stays valid knowledge. */
	enum err (*next)(struct source *s, struct packet *out, size_t max, size_t *n);
	void (*free)(struct source *s);
};

struct source {
	const struct source_ops *ops;
	struct source_stats stats;
	/* What went wrong that reading could go on or had to stop, one line, "a.pcap: truncated after frame 17";
	 * "" while all is well.  The first one is kept; n_damaged counts them. */
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

/* Opens capture files, "-" for standard input.  Files whose time ranges overlap are merged in time order;
 * others are read one after the other, earliest first.  On failure *out is NULL and message (of size
 * message_len) holds one line that names the file, e.g. "cannot read 'a.pcap': not a capture file".
 * A file that is damaged further in opens well: see source.damage. */
enum err source_open_files(const char *const *paths, size_t n_paths, struct source **out, char *message,
			   size_t message_len);

/* Packets from memory, for tests; data stays the caller's. */
struct source *source_from_memory(const struct packet *packets, size_t n);

#endif
