/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/windows.h"

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

static int64_t minute_of(int64_t t_ns)
{
	int64_t minute_ns = 60 * NS_PER_S;
	return t_ns / minute_ns - (t_ns % minute_ns < 0);
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

static void close_minute(struct windows *w)
{
	static const unsigned minutes[WINDOWS_KEPT] = { 5, 20, 60 };
	uint32_t *kept = w->history[slot(w->minute)];
	for (unsigned i = 0; i < WINDOWS_KEPT; i++)
		kept[i] = (uint32_t)windows_sum(w, minutes[i]);
	w->minute++;
	w->last_seen[slot(w->minute)] = 0;
}

void windows_advance(struct windows *w, int64_t now_ns)
{
	int64_t minute = minute_of(now_ns);
	if (!w->began) {
		w->began = true;
		w->minute = w->first_minute = minute;
		w->minute_ns = minute * 60 * NS_PER_S;
		return;
	}
	/* After a gap longer than the ring all of it is stale: one round clears it. */
	for (unsigned i = 0; w->minute < minute && i < WINDOWS_MINUTES; i++)
		close_minute(w);
	if (w->minute < minute)
		w->minute = minute;
	w->minute_ns = w->minute * 60 * NS_PER_S;
}

void windows_move_minute(struct windows *w, bool had_last, int64_t last_ns, int64_t now_ns)
{
	int64_t minute = minute_of(now_ns), last = had_last ? minute_of(last_ns) : 0;
	if (had_last && last >= minute)
		return; /* the same minute, or the packet is older than the latest */
	windows_advance(w, now_ns);
	if (minute <= w->minute - WINDOWS_MINUTES)
		return;
	if (had_last && last > w->minute - WINDOWS_MINUTES)
		w->last_seen[slot(last)]--;
	w->last_seen[slot(minute)]++;
}

uint32_t windows_kept(const struct windows *w, int64_t minute, unsigned which)
{
	if (!w->began || minute < w->first_minute || minute >= w->minute ||
	    minute <= w->minute - WINDOWS_MINUTES)
		return 0;
	return w->history[slot(minute)][which];
}
