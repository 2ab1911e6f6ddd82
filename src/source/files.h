/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the source over capture files: files.c opens and reads, merge.c puts overlapping ones in
 * order. */
#ifndef SOURCE_FILES_H
#define SOURCE_FILES_H

#include "source/reader.h"
#include "source/source.h"

/* One of the files.  It has a reader while it is being read. */
struct member {
	char *path; /* NULL: memory */
	uint16_t index;
	uint32_t order;   /* place after sorting: decides between equal times */
	int64_t first_ns; /* INT64_MIN when its beginning has no times */
	int64_t key_ns;   /* of the packet at its head: its time, or that of the one before */
	struct reader *reader;
	struct packet *queue; /* read, not handed out yet; the bytes lie in the reader's block */
	size_t queue_at, queue_n, queue_cap;
	uint64_t frame_given; /* the file's own number of the last frame handed out */
	/* What the stats of the source have of the reader's counts so far. */
	uint64_t seen_raw_bytes, seen_skipped, seen_odd_time;
};

struct files {
	struct source base;
	struct member *members; /* by first time */
	size_t n_members, n_begun;
	uint64_t frame;
	int64_t prev_ns;
	/* The members being read, the one with the earliest head first. */
	struct member **heap;
	size_t n_heap;
	uint8_t *arena; /* the bytes of a merged batch */
};

enum {
	FILES_QUEUE_LEN = 512,
	FILES_ARENA_LEN = 4 << 20,
	FILES_PARK_ABOVE = 64, /* with more files than this open at once, each is closed between reads */
};

/* Begins to read the next member: it goes on the heap unless it has no packets.  False: no memory. */
bool files_begin_next(struct files *f);

/* Makes sure that m's queue has a head and sets its key.  False: it is at its end. */
bool files_fill_queue(struct files *f, struct member *m);

/* m is at its end: notes its damage and closes it.  It must not be on the heap any more. */
void files_finish(struct files *f, struct member *m);

/* Takes the next packets of m: from its queue, else from its reader. */
size_t files_take(struct files *f, struct member *m, struct packet *out, size_t max);

/* A heap of members by the time of their heads. */
void files_heap_push(struct files *f, struct member *m);
void files_heap_pop(struct files *f);    /* removes the first */
void files_heap_settle(struct files *f); /* the first one's key has changed */
bool files_before(const struct member *a, const struct member *b);

/* A batch from several files at once, copied into the arena.  0: fewer than two are left. */
size_t files_merge(struct files *f, struct packet *out, size_t max);

#endif
