/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/watch.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "source/account.h"

enum {
	TEND_NS = 500 * 1000 * 1000,   /* between two looks at drops and at interfaces that are away */
	MARGIN_NS = 200 * 1000 * 1000, /* frames may lie in the kernel for some DEVICE_LATENCY_MS */
};

struct slot {
	struct device_config config;
	struct device *device; /* NULL: away */
	struct watch_device seen;
	uint64_t kernel_before, interface_before; /* drops of the times before this one */
	bool is_noted;                            /* that it is away */
};

struct watch {
	struct slot slots[WATCH_DEVICES_MAX];
	size_t n_slots, turn; /* turn: who is asked first, so that nobody starves */
	int event;            /* wakes up the waiting thread */
	atomic_bool is_over;
	bool has_more; /* the last call left frames behind */
	int64_t tended_ns;
	int64_t prev_ns;
	uint64_t frame;
	uint8_t *bytes;
	struct packet *scratch;
	void (*note)(void *arg, bool is_bad, const char *line);
	void *note_arg;

	pthread_mutex_t lock; /* of what follows */
	struct watch_device shown[WATCH_DEVICES_MAX];
	size_t n_shown;
	struct source_stats stats;
	struct device_config wanted[WATCH_DEVICES_MAX];
	size_t n_wanted;
	bool has_wanted;
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void note(const struct watch *w, bool is_bad, const struct slot *s, const char *what)
{
	char line[DEVICE_NAME_MAX + WATCH_WHY_MAX + 64];

	if (!w->note)
		return;
	snprintf(line, sizeof(line), "interface '%s': %s%s%s", s->config.name, what,
		 s->seen.why[0] ? ": " : "", s->seen.why);
	w->note(w->note_arg, is_bad, line);
}

/* ---- coming and going ---------------------------------------------------------------------------- */

static void open_slot(struct watch *w, struct slot *s)
{
	enum err e = device_open(&s->config, &s->device, s->seen.why, sizeof(s->seen.why));
	if (e) {
		s->seen.may_come = e != ERR_USAGE;
		if (!s->is_noted)
			note(w, true, s, "cannot be watched, will try again");
		s->is_noted = true;
		return;
	}
	s->seen.is_up = true;
	s->seen.link = device_link(s->device);
	s->seen.changed_ns = clock_ns(CLOCK_REALTIME);
	s->seen.why[0] = '\0';
	note(w, false, s, s->seen.n_lost || s->is_noted ? "is back" : "watched");
	s->is_noted = false;
}

static void count_drops(struct slot *s)
{
	uint64_t kernel, interface;

	device_drops(s->device, &kernel, &interface);
	s->seen.n_kernel_drops = s->kernel_before + kernel;
	s->seen.n_interface_drops = s->interface_before + interface;
}

static void close_slot(struct slot *s)
{
	if (!s->device)
		return;
	count_drops(s);
	s->kernel_before = s->seen.n_kernel_drops;
	s->interface_before = s->seen.n_interface_drops;
	device_close(s->device);
	s->device = NULL;
	s->seen.is_up = false;
	s->seen.changed_ns = clock_ns(CLOCK_REALTIME);
}

/* s->seen.why says how. */
static void lose_slot(struct watch *w, struct slot *s)
{
	close_slot(s);
	s->seen.n_lost++;
	s->is_noted = true;
	note(w, true, s, "went away, will be resumed");
}

static struct slot new_slot(const struct device_config *c)
{
	struct slot s = { .config = *c };
	memcpy(s.seen.name, c->name, sizeof(s.seen.name));
	return s;
}

static bool is_same(const struct device_config *a, const struct device_config *b)
{
	return strcmp(a->name, b->name) == 0 && a->buffer_bytes == b->buffer_bytes &&
	       a->promiscuous == b->promiscuous;
}

/* Takes over what watch_set() left. */
static void exchange(struct watch *w, const struct device_config *wanted, size_t n)
{
	struct slot next[WATCH_DEVICES_MAX];

	for (size_t i = 0; i < n; i++) {
		size_t j = 0;
		while (j < w->n_slots && !is_same(&w->slots[j].config, &wanted[i]))
			j++;
		if (j < w->n_slots) {
			next[i] = w->slots[j];
			w->slots[j] = w->slots[--w->n_slots];
		} else {
			next[i] = new_slot(&wanted[i]);
		}
	}
	for (size_t j = 0; j < w->n_slots; j++) {
		close_slot(&w->slots[j]);
		note(w, false, &w->slots[j], "no longer watched");
	}
	memcpy(w->slots, next, n * sizeof(next[0]));
	w->n_slots = n;
	for (size_t i = 0; i < n; i++)
		if (!w->slots[i].device)
			open_slot(w, &w->slots[i]);
}

/* Now and then: drops, interfaces that came back, and those that are another one by now. */
static void tend(struct watch *w)
{
	int64_t now_ns = clock_ns(CLOCK_MONOTONIC);

	if (now_ns - w->tended_ns < TEND_NS)
		return;
	w->tended_ns = now_ns;
	for (size_t i = 0; i < w->n_slots; i++) {
		struct slot *s = &w->slots[i];
		if (s->device && !device_is_there(s->device)) {
			snprintf(s->seen.why, sizeof(s->seen.why), "it was removed");
			lose_slot(w, s);
		}
		if (s->device)
			count_drops(s);
		else
			open_slot(w, s);
	}
}

/* ---- frames -------------------------------------------------------------------------------------- */

/* Frames of one interface in a batch. */
struct run {
	size_t at, end;
};

/* The runs lie behind each other in out and are in order each, or nearly. */
static void merge(struct watch *w, struct packet *out, size_t n, struct run *runs, size_t n_runs)
{
	for (size_t k = 0; k < n && n_runs; k++) {
		struct run *first = runs;
		for (size_t i = 1; i < n_runs; i++)
			if (out[runs[i].at].time_ns < out[first->at].time_ns)
				first = &runs[i];
		w->scratch[k] = out[first->at++];
		if (first->at == first->end)
			*first = runs[--n_runs];
	}
	memcpy(out, w->scratch, n * sizeof(out[0]));
}

static size_t read_slot(struct watch *w, size_t i, struct packet *out, size_t max, uint8_t **bytes)
{
	struct slot *s = &w->slots[i];
	size_t n, used;
	char why[WATCH_WHY_MAX];
	enum err e = device_read(s->device, out, max, *bytes, &n, &used, why, sizeof(why));

	*bytes += used;
	for (size_t k = 0; k < n; k++) {
		out[k].file = (uint16_t)i;
		s->seen.n_bytes += out[k].caplen;
	}
	s->seen.n_frames += n;
	if (e) {
		memcpy(s->seen.why, why, sizeof(why));
		lose_slot(w, s);
	}
	return n;
}

static size_t read_all(struct watch *w, struct packet *out, size_t max)
{
	struct run runs[WATCH_DEVICES_MAX];
	size_t n = 0, n_runs = 0, n_up = 0;
	uint8_t *bytes = w->bytes;

	for (size_t i = 0; i < w->n_slots; i++)
		n_up += w->slots[i].device != NULL;
	w->has_more = false;
	for (size_t k = 0; k < w->n_slots; k++) {
		size_t i = (w->turn + k) % w->n_slots;
		if (!w->slots[i].device)
			continue;
		size_t share = (max - n) / (n_up > 1 ? n_up-- : 1);
		size_t got = read_slot(w, i, out + n, share, &bytes);
		w->has_more |= got == share;
		if (got) {
			runs[n_runs++] = (struct run){ n, n + got };
			n += got;
		}
	}
	w->turn++;
	if (n_runs > 1)
		merge(w, out, n, runs, n_runs);
	return n;
}

static void wait_for_frames(struct watch *w)
{
	struct pollfd fds[WATCH_DEVICES_MAX + 1] = { { .fd = w->event, .events = POLLIN } };
	nfds_t n = 1;
	uint64_t woken;

	for (size_t i = 0; i < w->n_slots; i++)
		if (w->slots[i].device)
			fds[n++] = (struct pollfd){ .fd = device_fd(w->slots[i].device), .events = POLLIN };
	if (poll(fds, n, WATCH_WAIT_MS) > 0 && fds[0].revents && !atomic_load(&w->is_over))
		if (read(w->event, &woken, sizeof(woken)) < 0)
			return; /* another wish will come or none */
}

static void show(struct watch *w, const struct packet *out, size_t n)
{
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < w->n_slots; i++)
		w->shown[i] = w->slots[i].seen;
	w->n_shown = w->n_slots;
	account_packets(&w->stats, &w->prev_ns, out, n);
	pthread_mutex_unlock(&w->lock);
}

static void take_wishes(struct watch *w)
{
	struct device_config wanted[WATCH_DEVICES_MAX];
	size_t n = 0;
	bool has;

	pthread_mutex_lock(&w->lock);
	has = w->has_wanted;
	if (has) {
		n = w->n_wanted;
		memcpy(wanted, w->wanted, n * sizeof(wanted[0]));
		w->has_wanted = false;
	}
	pthread_mutex_unlock(&w->lock);
	if (has)
		exchange(w, wanted, n);
}

enum err watch_next(void *watch, struct packet *out, size_t max, size_t *n, int64_t *now_ns)
{
	struct watch *w = watch;

	*n = 0;
	*now_ns = 0;
	if (!w->has_more)
		wait_for_frames(w);
	if (atomic_load(&w->is_over))
		return ERR_END;
	take_wishes(w);
	tend(w);
	int64_t asked_ns = clock_ns(CLOCK_REALTIME);
	*n = read_all(w, out, max < WATCH_BATCH ? max : WATCH_BATCH);
	for (size_t i = 0; i < *n; i++)
		out[i].frame = ++w->frame;
	if (*n == 0)
		*now_ns = asked_ns - MARGIN_NS;
	show(w, out, *n);
	return ERR_OK;
}

/* ---- life ---------------------------------------------------------------------------------------- */

enum { BYTES_LEN = WATCH_BATCH * DEVICE_SNAPLEN };

static uint8_t *reserve_bytes(void)
{
	/* Only what the frames of a batch need is ever touched. */
	void *p = mmap(NULL, BYTES_LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

enum err watch_new(const struct watch_config *c, struct watch **out)
{
	*out = NULL;
	if (c->n_devices > WATCH_DEVICES_MAX)
		return ERR_LIMIT;
	struct watch *w = calloc(1, sizeof(*w));
	if (!w)
		return ERR_MEMORY;
	w->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->bytes = reserve_bytes();
	w->scratch = calloc(WATCH_BATCH, sizeof(*w->scratch));
	pthread_mutex_init(&w->lock, NULL);
	w->prev_ns = INT64_MIN;
	w->note = c->note;
	w->note_arg = c->note_arg;
	if (w->event < 0 || !w->bytes || !w->scratch) {
		enum err e = w->event < 0 ? ERR_SYS : ERR_MEMORY;
		watch_free(w);
		return e;
	}
	for (size_t i = 0; i < c->n_devices; i++) {
		w->slots[w->n_slots] = new_slot(&c->devices[i]);
		open_slot(w, &w->slots[w->n_slots++]);
	}
	show(w, NULL, 0);
	*out = w;
	return ERR_OK;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n_slots; i++)
		close_slot(&w->slots[i]);
	if (w->event >= 0)
		close(w->event);
	if (w->bytes)
		munmap(w->bytes, BYTES_LEN);
	free(w->scratch);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

static void wake(const struct watch *w)
{
	uint64_t one = 1;
	if (write(w->event, &one, sizeof(one)) < 0)
		return; /* full: it is awake */
}

void watch_stop(struct watch *w)
{
	atomic_store(&w->is_over, true);
	wake(w);
}

enum err watch_set(struct watch *w, const struct device_config *devices, size_t n_devices)
{
	if (n_devices > WATCH_DEVICES_MAX)
		return ERR_LIMIT;
	pthread_mutex_lock(&w->lock);
	memcpy(w->wanted, devices, n_devices * sizeof(devices[0]));
	w->n_wanted = n_devices;
	w->has_wanted = true;
	pthread_mutex_unlock(&w->lock);
	wake(w);
	return ERR_OK;
}

size_t watch_devices(struct watch *w, struct watch_device *out, size_t max, struct source_stats *stats)
{
	pthread_mutex_lock(&w->lock);
	size_t n = w->n_shown;
	memcpy(out, w->shown, (n < max ? n : max) * sizeof(out[0]));
	if (stats)
		*stats = w->stats;
	pthread_mutex_unlock(&w->lock);
	return n;
}
