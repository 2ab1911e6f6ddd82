/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/nstime.h"
#include "net/clock.h"

struct progress {
	struct source source; /* first: the source that the caller sees */
	struct source *inner;
	const char *what;
	int64_t started_ns, drawn_ns; /* drawn_ns 0: nothing is on the screen */
	unsigned n_calls;             /* the clock is read every 16 batches only */
};

static void draw(struct progress *p, int64_t now)
{
	const struct source_stats *st = &p->source.stats;
	double elapsed_s = (double)(now - p->started_ns) / 1e9;
	double rate = (double)st->n_frames / elapsed_s;
	char left[48] = "";
	if (p->source.total_file_bytes && st->n_file_bytes) {
		double share = (double)st->n_file_bytes / (double)p->source.total_file_bytes;
		double left_s = share < 1 ? elapsed_s * (1 - share) / share : 0;
		snprintf(left, sizeof(left), " %3.0f %%, %.0f s left", share < 1 ? share * 100 : 100.0,
			 left_s);
	}
	fprintf(stderr, "\r\033[K%s:%s, %.2f M packets, %.2f M/s", p->what, left, (double)st->n_frames / 1e6,
		rate / 1e6);
	fflush(stderr);
	p->drawn_ns = now;
}

static void erase(struct progress *p)
{
	if (p->drawn_ns) {
		fputs("\r\033[K", stderr);
		fflush(stderr);
		p->drawn_ns = 0;
	}
}

static enum err progress_next(struct source *s, struct packet *out, size_t max, size_t *n)
{
	struct progress *p = (struct progress *)s;
	enum err e = source_next(p->inner, out, max, n);
	source_copy_state(s, p->inner);
	if (e) {
		erase(p);
	} else if (++p->n_calls % 16 == 0) {
		int64_t now = clock_monotonic_ns();
		int64_t since = p->drawn_ns ? p->drawn_ns + NS_PER_S / 4 : p->started_ns + NS_PER_S;
		if (now >= since)
			draw(p, now);
	}
	return e;
}

static void progress_free(struct source *s)
{
	struct progress *p = (struct progress *)s;
	erase(p);
	source_free(p->inner);
	free(p);
}

struct source *progress_watch(struct source *inner, const char *what, bool stdout_is_quiet)
{
	static const struct source_ops ops = { .next = progress_next, .free = progress_free };
	if (!isatty(STDERR_FILENO) || (!stdout_is_quiet && isatty(STDOUT_FILENO)))
		return inner;
	struct progress *p = calloc(1, sizeof(*p));
	if (!p)
		return inner;
	p->source.ops = &ops;
	p->inner = inner;
	p->what = what;
	p->started_ns = clock_monotonic_ns();
	source_copy_state(&p->source, inner);
	return &p->source;
}
