/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/windows.h"

#include <string.h>
#include <sys/mman.h>

static void *reserve(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

enum err windows_init(struct windows *w)
{
	*w = (struct windows){ 0 };
	w->last_seen = reserve(WINDOWS_MINUTES * sizeof(*w->last_seen));
	w->history = reserve(WINDOWS_MINUTES * sizeof(*w->history));
	return w->last_seen && w->history ? ERR_OK : ERR_MEMORY;
}

void windows_release(struct windows *w)
{
	if (w->last_seen)
		munmap(w->last_seen, WINDOWS_MINUTES * sizeof(*w->last_seen));
	if (w->history)
		munmap(w->history, WINDOWS_MINUTES * sizeof(*w->history));
	*w = (struct windows){ 0 };
}

static size_t slot(int64_t minute)
{
	int64_t r = minute % WINDOWS_MINUTES;
	return (size_t)(r < 0 ? r + WINDOWS_MINUTES : r);
}

uint64_t windows_sum(const struct windows *w, unsigned n_minutes)
{
	uint64_t sum = 0;
	if (!w->began)
		return 0;
	for (unsigned i = 0; i < n_minutes && i < WINDOWS_MINUTES; i++)
		sum += w->last_seen[slot(w->minute - (int64_t)i)];
	return sum;
}

static const int64_t minutes_of[WINDOWS_SUMS] = { 5, 20, 60, 1440, WINDOWS_MINUTES };

static uint64_t sum_from_to(const struct windows *w, int64_t from, int64_t to)
{
	uint64_t sum = 0;
	for (int64_t m = from; m <= to; m++)
		sum += w->last_seen[slot(m)];
	return sum;
}

/* Up to a minute that is over. */
static uint64_t sum_in_the_past(const struct windows *w, int64_t minute, unsigned which)
{
	int64_t from = minute - minutes_of[which] + 1, oldest = w->minute - WINDOWS_MINUTES + 1;
	return sum_from_to(w, from < oldest ? oldest : from, minute);
}

uint64_t windows_sum_at(const struct windows *w, int64_t minute, unsigned which)
{
	if (!w->began)
		return 0;
	if (minute < w->minute)
		return sum_in_the_past(w, minute, which);
	if (minute - w->minute >= minutes_of[which])
		return 0;
	/* The minutes that have left the window since. */
	int64_t left = w->minute - minutes_of[which];
	return w->sums[which] - sum_from_to(w, left + 1, left + minute - w->minute);
}

void windows_resume(struct windows *w)
{
	w->minute_ns = w->minute * 60 * NS_PER_S;
	w->slot = slot(w->minute);
	for (unsigned i = 0; i < WINDOWS_SUMS; i++)
		w->sums[i] = (uint32_t)sum_from_to(w, w->minute - minutes_of[i] + 1, w->minute);
}

/* One client more (or less) whose latest packet was in that minute. */
static void count(struct windows *w, int64_t minute, uint32_t by)
{
	w->last_seen[slot(minute)] += by;
	for (unsigned i = 0; i < WINDOWS_SUMS; i++)
		if (minute > w->minute - minutes_of[i])
			w->sums[i] += by;
}

static void close_minute(struct windows *w)
{
	memcpy(w->history[slot(w->minute)], w->sums, sizeof(w->history[0]));
	w->minute++;
	for (unsigned i = 0; i < WINDOWS_SUMS; i++)
		w->sums[i] -= w->last_seen[slot(w->minute - minutes_of[i])];
	w->last_seen[slot(w->minute)] = 0;
}

static void forget_all(struct windows *w)
{
	memset(w->last_seen, 0, WINDOWS_MINUTES * sizeof(*w->last_seen));
	memset(w->history, 0, WINDOWS_MINUTES * sizeof(*w->history));
	memset(w->sums, 0, sizeof(w->sums));
}

void windows_advance(struct windows *w, int64_t now_ns)
{
	int64_t minute = windows_minute(now_ns);
	if (!w->began) {
		w->began = true;
		w->minute = w->first_minute = minute;
	}
	/* After the ring and the longest window that is kept, all of it is zero. */
	if (minute - w->minute >= WINDOWS_MINUTES + minutes_of[WINDOWS_KEPT - 1]) {
		forget_all(w);
		w->minute = minute;
	}
	while (w->minute < minute)
		close_minute(w);
	w->minute_ns = w->minute * 60 * NS_PER_S;
	w->slot = slot(w->minute);
}

static void windows_clear(struct windows *w)
{
	forget_all(w);
	w->began = false;
}

/* The present minute, and a client last seen in one before: the usual case, since most polls are longer
 * than a minute. */
static bool move_to_present(struct windows *w, int64_t last_ns, int64_t now_ns)
{
	int64_t n_ago = (w->minute_ns - 1 - last_ns) / (60 * NS_PER_S) + 1;
	if (!w->began || last_ns >= w->minute_ns || (uint64_t)(now_ns - w->minute_ns) >= 60 * NS_PER_S ||
	    n_ago >= WINDOWS_MINUTES)
		return false;
	size_t then = w->slot >= (size_t)n_ago ? w->slot - (size_t)n_ago
					       : w->slot + WINDOWS_MINUTES - (size_t)n_ago;
	if (!w->last_seen[then])
		return false; /* its minute was forgotten, see windows_clear() */
	w->last_seen[then]--;
	w->last_seen[w->slot]++;
	for (unsigned i = 0; i < WINDOWS_SUMS; i++)
		w->sums[i] += n_ago >= minutes_of[i];
	return true;
}

void windows_move_minute(struct windows *w, bool had_last, int64_t last_ns, int64_t now_ns)
{
	if (had_last && move_to_present(w, last_ns, now_ns))
		return;
	int64_t minute = windows_minute(now_ns), last = had_last ? windows_minute(last_ns) : 0;
	if (had_last && last >= minute)
		return; /* the same minute, or the packet is older than the latest */
	/* Far behind the present: that was a packet with a false date, and this is the present again. */
	if (w->began && minute <= w->minute - WINDOWS_MINUTES)
		windows_clear(w);
	windows_advance(w, now_ns);
	if (had_last && last > w->minute - WINDOWS_MINUTES && w->last_seen[slot(last)])
		count(w, last, (uint32_t)-1);
	count(w, minute, 1);
}

uint32_t windows_kept(const struct windows *w, int64_t minute, unsigned which)
{
	if (!w->began || minute < w->first_minute || minute >= w->minute ||
	    minute <= w->minute - WINDOWS_MINUTES)
		return 0;
	return w->history[slot(minute)][which];
}
