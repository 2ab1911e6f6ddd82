/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_feed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void note(void *arg, bool is_bad, const char *line)
{
	log_say(arg, is_bad ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "%s", line);
}

static bool passes(void *filter, const struct packet *p)
{
	return bpf_matches(filter, p);
}

/* ---- opening ------------------------------------------------------------------------------------- */

/* The interfaces of the options; "any" when they name none.  False: too many, or too long a name. */
static bool devices_of(const struct command *self, const struct monitor_options *o, struct device_config *out,
		       size_t *n)
{
	static const char *const any = "any";
	const char *const *names = o->interfaces.n ? o->interfaces.at : &any;

	*n = o->interfaces.n ? o->interfaces.n : 1;
	if (*n > WATCH_DEVICES_MAX) {
		command_error(self, "more than %d interfaces", WATCH_DEVICES_MAX);
		return false;
	}
	for (size_t i = 0; i < *n; i++) {
		if (!names[i][0] || strlen(names[i]) >= sizeof(out[i].name)) {
			monitor_options_wrong(self, o, names[i], "'%.200s' is no name of an interface",
					      names[i]);
			return false;
		}
		out[i] = (struct device_config){ .buffer_bytes = o->buffer_bytes,
						 .promiscuous = o->promiscuous };
		snprintf(out[i].name, sizeof(out[i].name), "%s", names[i]);
	}
	return true;
}

/* With interfaces that may come one waits; without the right to watch any there is nothing to wait for. */
static bool one_may_work(struct feed *f)
{
	struct watch_device seen[WATCH_DEVICES_MAX];
	size_t n = watch_devices(f->watch, seen, WATCH_DEVICES_MAX, NULL);

	for (size_t i = 0; i < n; i++)
		if (seen[i].is_up || seen[i].may_come)
			return true;
	command_error(f->self, "cannot watch '%s': %s", seen[0].name, seen[0].why);
	return false;
}

static int open_interfaces(struct feed *f, const struct monitor_options *o)
{
	struct device_config devices[WATCH_DEVICES_MAX];
	struct watch_config c = { .devices = devices, .note = note, .note_arg = f->log };

	if (!devices_of(f->self, o, devices, &c.n_devices))
		return STATUS_FAILED;
	enum err e = watch_new(&c, &f->watch);
	if (e) {
		command_error(f->self, "cannot watch interfaces: %s", err_text(e));
		return STATUS_FAILED;
	}
	return one_may_work(f) ? STATUS_OK : STATUS_FAILED;
}

static int open_replay(struct feed *f, const struct monitor_options *o)
{
	char message[512];
	if (source_open_files(o->replay.at, o->replay.n, &f->files, message, sizeof(message))) {
		command_error(f->self, "%s", message);
		return STATUS_FAILED;
	}
	struct replay_config c = { .source = f->files, .speed = (double)o->speed };
	enum err e = replay_new(&c, &f->replay);
	if (e)
		command_error(f->self, "cannot replay '%s': %s", o->replay.at[0], err_text(e));
	return e ? STATUS_FAILED : STATUS_OK;
}

static int open_filter(const struct command *self, const struct monitor_options *o, struct bpf **out)
{
	char message[512];

	if (!o->filter || bpf_new(out, o->filter, message, sizeof(message)) == ERR_OK)
		return STATUS_OK;
	monitor_options_wrong(self, o, o->filter, "bad filter '%.300s': %s", o->filter, message);
	return STATUS_FAILED;
}

int feed_check(const struct command *self, const struct monitor_options *o)
{
	struct device_config devices[WATCH_DEVICES_MAX];
	struct bpf *filter = NULL;
	size_t n;
	int status = open_filter(self, o, &filter);

	bpf_free(filter);
	if (!status && !o->replay.n && !devices_of(self, o, devices, &n))
		status = STATUS_FAILED;
	return status;
}

int feed_open(struct feed *f, const struct command *self, const struct monitor_options *o, struct log *log)
{
	*f = (struct feed){ .self = self, .log = log, .ended = FEED_GOES_ON };
	f->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->ended_fd < 0) {
		command_error(self, "cannot begin: %s", strerror(errno));
		return STATUS_FAILED;
	}
	if (open_filter(self, o, &f->filter))
		return STATUS_FAILED;
	return o->replay.n ? open_replay(f, o) : open_interfaces(f, o);
}

void feed_close(struct feed *f)
{
	feed_stop(f);
	watch_free(f->watch);
	replay_free(f->replay);
	source_free(f->files);
	bpf_free(f->filter);
	if (f->ended_fd >= 0)
		close(f->ended_fd);
	*f = (struct feed){ .ended_fd = -1 };
}

/* ---- counting ------------------------------------------------------------------------------------ */

static void *count(void *arg)
{
	struct feed *f = arg;
	uint64_t one = 1;
	struct live_io io = {
		.next = f->watch ? watch_next : replay_next,
		.source = f->watch ? (void *)f->watch : (void *)f->replay,
		.filter = f->filter ? passes : NULL,
		.filter_arg = f->filter,
	};
	enum err e = live_run(f->live, &io);
	if (e)
		log_say(f->log, LOG_LEVEL_ERROR, "counting broke off: %s", err_text(e));
	atomic_store(&f->ended, e);
	if (write(f->ended_fd, &one, sizeof(one)) < 0)
		return NULL; /* cannot be: it was 0 */
	return NULL;
}

bool feed_start(struct feed *f, struct live *live)
{
	f->live = live;
	f->is_running = pthread_create(&f->thread, NULL, count, f) == 0;
	return f->is_running;
}

void feed_stop(struct feed *f)
{
	if (!f->is_running)
		return;
	if (f->watch)
		watch_stop(f->watch);
	else
		replay_stop(f->replay);
	pthread_join(f->thread, NULL);
	f->is_running = false;
}

void feed_reload(struct feed *f, const struct monitor_options *o)
{
	struct device_config devices[WATCH_DEVICES_MAX];
	size_t n;

	if (f->watch && devices_of(f->self, o, devices, &n))
		watch_set(f->watch, devices, n);
}

/* ---- how it is ----------------------------------------------------------------------------------- */

size_t feed_devices(struct feed *f, struct watch_device *out, size_t max, struct source_stats *stats)
{
	if (f->watch)
		return watch_devices(f->watch, out, max, stats);
	replay_stats(f->replay, stats);
	return 0;
}

uint64_t feed_drops(struct feed *f)
{
	struct watch_device seen[WATCH_DEVICES_MAX];
	struct source_stats stats;
	size_t n = feed_devices(f, seen, WATCH_DEVICES_MAX, &stats);
	uint64_t sum = 0;

	for (size_t i = 0; i < n && i < WATCH_DEVICES_MAX; i++)
		sum += seen[i].n_kernel_drops + seen[i].n_interface_drops;
	return sum;
}

bool feed_is_well(struct feed *f)
{
	int ended = atomic_load(&f->ended);
	return ended == FEED_GOES_ON || (ended == ERR_OK && f->replay);
}
