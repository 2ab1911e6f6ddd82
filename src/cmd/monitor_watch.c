/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_watch.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "cmd/monitor_state.h"
#include "net/clock.h"

static int open_history(struct watching *w, const struct command *self, const char *state_dir,
			const char *user)
{
	char folder[PATH_MAX];

	if (!state_dir) {
		command_error(self, "'watch' needs 'state-dir': where what it sees is kept");
		return STATUS_FAILED;
	}
	if (snprintf(folder, sizeof(folder), "%s/history", state_dir) >= (int)sizeof(folder))
		errno = ENAMETOOLONG;
	else if (state_make_folder(self, folder, user))
		return STATUS_FAILED;
	else if (!history_open(folder, &w->history))
		return STATUS_OK;
	command_error(self, "cannot make '%s/history': %s", state_dir, strerror(errno));
	return STATUS_FAILED;
}

int watching_open(struct watching *w, const struct command *self, const struct monitor_options *o,
		  struct log *log)
{
	const struct ask_query_options options = {
		.config = { .version = 4,
			    .samples = 1,
			    .interval_ns = 2 * NS_PER_S,
			    .timeout_ns = 2 * NS_PER_S },
	};

	*w = (struct watching){ .log = log, .wake_fd = -1 };
	if (!o->watched.n)
		return STATUS_OK;
	if (open_history(w, self, o->state_dir, o->user))
		return STATUS_FAILED;
	w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->wake_fd < 0 || board_new(&w->board) ||
	    ask_watch_new(o->watched.at, o->watched.n, o->watch_interval_ns, &options, &w->watch)) {
		command_error(self, "cannot watch servers: %s",
			      w->wake_fd < 0 ? strerror(errno) : "no memory");
		watching_close(w);
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

/* A full disk is told when it begins and when it is over. */
static void take(void *arg, const struct reading *r)
{
	struct watching *w = arg;
	bool is_broken = history_add(w->history, r) != ERR_OK;

	if (is_broken && !w->is_broken)
		log_say(w->log, LOG_LEVEL_ERROR, "cannot write the history: %s", strerror(errno));
	else if (!is_broken && w->is_broken)
		log_say(w->log, LOG_LEVEL_INFO, "the history is written again");
	w->is_broken = is_broken;
	board_put(w->board, r);
}

static void *run(void *arg)
{
	struct watching *w = arg;
	const struct reading_sink sink = { take, w };
	struct pollfd wake = { .fd = w->wake_fd, .events = POLLIN };

	do {
		int64_t left_ns = ask_watch_step(w->watch, &sink) - clock_monotonic_ns();
		if (left_ns < 0)
			left_ns = 0;
		struct timespec t = { .tv_sec = left_ns / NS_PER_S, .tv_nsec = left_ns % NS_PER_S };
		history_turn(w->history);
		wake.revents = 0;
		ppoll(&wake, 1, &t, NULL);
	} while (!wake.revents);
	return NULL;
}

bool watching_start(struct watching *w)
{
	if (w->watch)
		w->runs = pthread_create(&w->thread, NULL, run, w) == 0;
	return !w->watch || w->runs;
}

void watching_close(struct watching *w)
{
	uint64_t one = 1;

	if (w->runs && write(w->wake_fd, &one, sizeof(one)) == (ssize_t)sizeof(one))
		pthread_join(w->thread, NULL);
	w->runs = false;
	ask_watch_free(w->watch);
	history_close(w->history);
	board_free(w->board);
	if (w->wake_fd >= 0)
		close(w->wake_fd);
	*w = (struct watching){ .wake_fd = -1 };
}
