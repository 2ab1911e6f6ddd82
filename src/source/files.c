/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/files.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "source/account.h"

/* Block of a file that is read beside others, or only looked into. */
enum { SMALL_BLOCK = 128 << 10 };

static const char *name_of(const struct member *m)
{
	return !m->path ? "memory" : strcmp(m->path, "-") ? m->path : "standard input";
}

/* Notes damage; the first one keeps its words. */
static void note(struct files *f, const struct member *m, const char *what, uint64_t frame)
{
	char *d = f->base.damage;
	size_t size = sizeof(f->base.damage);

	f->base.stats.n_damaged++;
	if (*d)
		return;
	if (frame)
		snprintf(d, size, "'%s': %s after frame %" PRIu64, name_of(m), what, frame);
	else
		snprintf(d, size, "'%s': %s", name_of(m), what);
}

/* Brings the source's stats up to what m's reader has counted. */
static void sync_counts(struct files *f, struct member *m)
{
	const struct reader *r = m->reader;
	struct source_stats *s = &f->base.stats;

	s->n_file_bytes += r->in.n_raw_bytes - m->seen_raw_bytes;
	s->n_skipped_blocks += r->n_skipped_blocks - m->seen_skipped;
	s->n_odd_time += r->n_odd_time - m->seen_odd_time;
	m->seen_raw_bytes = r->in.n_raw_bytes;
	m->seen_skipped = r->n_skipped_blocks;
	m->seen_odd_time = r->n_odd_time;
}

static bool reserve(struct member *m, size_t n)
{
	struct packet *q;

	if (n <= m->queue_cap)
		return true;
	q = realloc(m->queue, n * sizeof(*q));
	if (!q)
		return false;
	m->queue = q;
	m->queue_cap = n;
	return true;
}

static void set_key(struct member *m)
{
	const struct packet *p = &m->queue[m->queue_at];

	if (p->has_time)
		m->key_ns = p->time_ns;
}

bool files_fill_queue(struct files *f, struct member *m)
{
	if (m->queue_at == m->queue_n) {
		if (!reserve(m, FILES_QUEUE_LEN))
			return false;
		m->queue_at = 0;
		m->queue_n = reader_next(m->reader, m->queue, FILES_QUEUE_LEN);
		sync_counts(f, m);
		if (f->n_heap > FILES_PARK_ABOVE)
			input_park(&m->reader->in);
		if (!m->queue_n)
			return false;
	}
	set_key(m);
	return true;
}

static void close_member(struct member *m)
{
	if (m->reader)
		reader_release(m->reader);
	free(m->reader);
	free(m->queue);
	m->reader = NULL;
	m->queue = NULL;
	m->queue_at = m->queue_n = m->queue_cap = 0;
}

void files_finish(struct files *f, struct member *m)
{
	const struct reader *r = m->reader;

	if (r->damage)
		note(f, m, r->damage, r->n_frames);
	f->frame += r->n_frames - m->frame_given;
	close_member(m);
}

static enum err open_member(struct member *m, size_t block_len, const char **why)
{
	m->reader = calloc(1, sizeof(*m->reader));
	m->seen_raw_bytes = m->seen_skipped = m->seen_odd_time = 0;
	if (!m->reader) {
		*why = err_text(ERR_MEMORY);
		return ERR_MEMORY;
	}
	return reader_open(m->reader, m->path, block_len, why);
}

bool files_begin_next(struct files *f)
{
	struct member *m = &f->members[f->n_begun++];
	const char *why = "";

	m->key_ns = m->first_ns;
	if (!m->reader && open_member(m, f->n_heap ? SMALL_BLOCK : INPUT_BLOCK_DEFAULT, &why)) {
		note(f, m, why, 0);
		close_member(m);
		return true;
	}
	if (!files_fill_queue(f, m)) {
		files_finish(f, m);
		return true;
	}
	if (f->n_heap && !f->arena) {
		f->arena = malloc(FILES_ARENA_LEN);
		if (!f->arena) {
			note(f, m, err_text(ERR_MEMORY), 0);
			close_member(m);
			return false;
		}
	}
	f->base.order_was_merged |= f->n_heap > 0;
	files_heap_push(f, m);
	return true;
}

size_t files_take(struct files *f, struct member *m, struct packet *out, size_t max)
{
	size_t n = m->queue_n - m->queue_at;

	if (!n) {
		n = reader_next(m->reader, out, max);
		sync_counts(f, m);
		return n;
	}
	n = n < max ? n : max;
	memcpy(out, m->queue + m->queue_at, n * sizeof(*out));
	m->queue_at += n;
	return n;
}

/* Puts packets that were just taken back to the head of m's queue. */
static bool put_back(struct member *m, const struct packet *p, size_t n)
{
	if (m->queue_at >= n) {
		m->queue_at -= n;
	} else {
		if (!reserve(m, n))
			return false;
		memcpy(m->queue, p, n * sizeof(*p));
		m->queue_at = 0;
		m->queue_n = n;
	}
	set_key(m);
	return true;
}

/* How many of the packets lie before the beginning of the next file. */
static size_t until_next(const struct files *f, const struct packet *p, size_t n)
{
	int64_t limit;
	size_t i = 0;

	if (f->n_begun == f->n_members)
		return n;
	limit = f->members[f->n_begun].first_ns;
	while (i < n && !(p[i].has_time && p[i].time_ns > limit))
		i++;
	return i;
}

/* Frame numbers of the whole run, and whose they are. */
static void number(struct files *f, struct member *m, struct packet *p, size_t n)
{
	uint64_t add = f->frame - m->frame_given;

	m->frame_given = p[n - 1].frame;
	for (size_t i = 0; (add || m->index) && i < n; i++) {
		p[i].frame += add;
		p[i].file = m->index;
	}
	f->frame = p[n - 1].frame;
}

/* A batch of the only file that is being read, up to where the next one begins.  The bytes stay where they
 * are.  0: look again who is being read. */
static enum err take_alone(struct files *f, struct packet *out, size_t max, size_t *n)
{
	struct member *m = f->heap[0];
	size_t taken = files_take(f, m, out, max);

	*n = until_next(f, out, taken);
	if (!taken) {
		files_heap_pop(f);
		files_finish(f, m);
		return ERR_OK;
	}
	if (*n < taken && !put_back(m, out + *n, taken - *n))
		return ERR_MEMORY;
	if (*n)
		number(f, m, out, *n);
	else if (!files_begin_next(f))
		return ERR_MEMORY;
	return ERR_OK;
}

static enum err files_next(struct source *s, struct packet *out, size_t max, size_t *n)
{
	struct files *f = (struct files *)s;
	enum err e = ERR_OK;

	*n = 0;
	if (!max)
		return ERR_USAGE;
	while (!*n && !e) {
		if (f->n_heap > 1)
			*n = files_merge(f, out, max);
		else if (f->n_heap == 1)
			e = take_alone(f, out, max, n);
		else if (f->n_begun < f->n_members)
			e = files_begin_next(f) ? ERR_OK : ERR_MEMORY;
		else
			e = ERR_END;
	}
	account_packets(&s->stats, &f->prev_ns, out, *n);
	return e;
}

static void files_free(struct source *s)
{
	struct files *f = (struct files *)s;

	for (size_t i = 0; i < f->n_members; i++) {
		close_member(&f->members[i]);
		free(f->members[i].path);
	}
	free(f->members);
	free(f->heap);
	free(f->arena);
	free(f);
}

static struct files *new_files(size_t n)
{
	static const struct source_ops ops = { .next = files_next, .free = files_free };
	struct files *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->base.ops = &ops;
	f->prev_ns = INT64_MIN;
	f->members = calloc(n, sizeof(*f->members));
	f->heap = calloc(n, sizeof(*f->heap));
	if (f->members && f->heap)
		return f;
	files_free(&f->base);
	return NULL;
}

/* Reads the first packets for the file's first time.  A file that can be opened again is closed: there may
 * be thousands. */
static void look_into(struct files *f, struct member *m)
{
	m->first_ns = m->key_ns = INT64_MIN;
	files_fill_queue(f, m);
	for (size_t i = 0; i < m->queue_n && m->first_ns == INT64_MIN; i++)
		if (m->queue[i].has_time)
			m->first_ns = m->queue[i].time_ns;
	if (m->reader->in.is_regular)
		close_member(m);
}

static int by_first_time(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static void add_size(struct files *f, const struct member *m, bool *unknown)
{
	struct stat st;

	if (!strcmp(m->path, "-") || stat(m->path, &st) || !S_ISREG(st.st_mode))
		*unknown = true;
	else
		f->base.total_file_bytes += (uint64_t)st.st_size;
}

static enum err open_all(struct files *f, const char *const *paths, size_t n, char *message, size_t len)
{
	bool size_unknown = false;

	for (size_t i = 0; i < n; i++) {
		struct member *m = &f->members[f->n_members++];
		const char *why;
		enum err e;

		m->index = (uint16_t)(i < UINT16_MAX ? i : UINT16_MAX);
		m->path = strdup(paths[i]);
		if (!m->path)
			return ERR_MEMORY;
		e = open_member(m, n == 1 ? INPUT_BLOCK_DEFAULT : SMALL_BLOCK, &why);
		if (e) {
			snprintf(message, len, "cannot read '%s': %s", name_of(m), why);
			return e;
		}
		add_size(f, m, &size_unknown);
		if (n > 1)
			look_into(f, m);
	}
	if (size_unknown)
		f->base.total_file_bytes = 0;
	return ERR_OK;
}

static enum err check_usage(const char *const *paths, size_t n, char *message, size_t len)
{
	size_t n_stdin = 0;

	for (size_t i = 0; i < n; i++)
		n_stdin += !strcmp(paths[i], "-");
	if (n && n_stdin < 2)
		return ERR_OK;
	snprintf(message, len, "%s", n ? "standard input can be read only once" : "no capture file is named");
	return ERR_USAGE;
}

enum err source_open_files(const char *const *paths, size_t n_paths, struct source **out, char *message,
			   size_t message_len)
{
	struct files *f;
	enum err e = check_usage(paths, n_paths, message, message_len);

	*out = NULL;
	if (e)
		return e;
	snprintf(message, message_len, "%s", err_text(ERR_MEMORY));
	f = new_files(n_paths);
	if (!f)
		return ERR_MEMORY;
	e = open_all(f, paths, n_paths, message, message_len);
	if (e) {
		files_free(&f->base);
		return e;
	}
	/* What was read to look into files that are opened again is read once more. */
	if (n_paths > 1)
		f->base.stats = (struct source_stats){ 0 };
	qsort(f->members, n_paths, sizeof(*f->members), by_first_time);
	for (size_t i = 0; i < n_paths; i++)
		f->members[i].order = (uint32_t)i;
	*message = '\0';
	*out = &f->base;
	return ERR_OK;
}

enum err source_open_memory_file(const uint8_t *data, size_t len, size_t step, struct source **out,
				 char *message, size_t message_len)
{
	struct files *f = new_files(1);
	struct member *m;
	const char *why = err_text(ERR_MEMORY);
	enum err e = ERR_MEMORY;

	*out = NULL;
	if (!f)
		goto fail;
	f->n_members = 1;
	m = f->members;
	m->first_ns = INT64_MIN;
	m->reader = calloc(1, sizeof(*m->reader));
	if (m->reader)
		e = reader_open_memory(m->reader, data, len, step, &why);
	if (e)
		goto fail;
	f->base.total_file_bytes = len;
	*out = &f->base;
	return ERR_OK;
fail:
	snprintf(message, message_len, "cannot read '%s': %s", "memory", why);
	if (f)
		files_free(&f->base);
	return e;
}
