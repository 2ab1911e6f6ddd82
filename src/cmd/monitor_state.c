/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_state.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "net/sandbox.h"

/* Counts about some servers make no sense about others. */
static uint64_t identity_of(const struct monitor_options *o)
{
	uint64_t id = 0;
	for (size_t i = 0; i < o->servers.n; i++)
		id += hash_addr(&o->servers.at[i], UINT64_C(0x6e7470)); /* in any order */
	return id;
}

/* Not by its name, which may mean another folder by now. */
static bool give_folder(const char *path, unsigned uid, unsigned gid)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool is_given = fd >= 0 && fchown(fd, uid, gid) == 0;
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return is_given;
}

int state_make_folder(const struct command *self, const char *path, const char *user)
{
	unsigned uid, gid;

	if (mkdir(path, 0750) == 0) {
		if (geteuid() == 0 && sandbox_user(user, &uid, &gid) && !give_folder(path, uid, gid)) {
			command_error(self, "cannot give '%s' to user '%s': %s", path, user, strerror(errno));
			return STATUS_FAILED;
		}
	} else if (errno != EEXIST) {
		command_error(self, "cannot make '%s': %s", path, strerror(errno));
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

/* Two that save in one folder would spoil each other's files.  Where there are no locks nobody is kept out;
 * the kernel takes this one back however we end. */
static int lock_folder(struct state *s, const char *path)
{
	s->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->folder < 0) {
		command_error(s->self, "cannot keep what is counted in '%s': %s", path, strerror(errno));
		return STATUS_FAILED;
	}
	if (flock(s->folder, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
		command_error(s->self, "another monitor keeps what it counts in '%s'", path);
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

__attribute__((format(printf, 2, 3))) static void trouble(struct state *s, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsnprintf(s->trouble, STATE_TROUBLE_MAX, format, ap);
	va_end(ap);
	log_say(s->log, LOG_LEVEL_WARNING, "%s", s->trouble);
}

/* ---- at the start -------------------------------------------------------------------------------- */

static void tell_loaded(struct state *s, const struct snapshot_result *r)
{
	char made[NSTIME_TEXT_MAX] = "an unknown time";

	if (r->made_ns)
		nstime_short(r->made_ns, made);
	if (r->state == SNAPSHOT_LOADED)
		log_say(s->log, LOG_LEVEL_INFO, "goes on from what was saved at %s", made);
	else if (r->state == SNAPSHOT_NONE)
		log_say(s->log, LOG_LEVEL_INFO, "nothing was saved in '%s' yet", s->path);
	else if (r->aside[0])
		trouble(s, "begins anew, what was saved at %s is not used: %s; kept as '%s'", made,
			snapshot_reason(r->state), r->aside);
	else
		trouble(s, "begins anew, what was saved at %s is not used: %s", made,
			snapshot_reason(r->state));
}

int state_open(struct state *s, const struct command *self, const struct monitor_options *o, struct log *log,
	       char *trouble_text, struct live **out)
{
	struct engine_config config = monitor_engine_config(o);
	struct snapshot_result result;
	enum err e;

	*s = (struct state){
		.self = self, .log = log, .child_fd = -1, .timer = -1, .folder = -1, .trouble = trouble_text
	};
	if (!o->state_dir) {
		e = live_new(&config, out);
	} else {
		if (state_make_folder(self, o->state_dir, o->user) || lock_folder(s, o->state_dir))
			return STATUS_FAILED;
		if (snprintf(s->path, sizeof(s->path), "%s/counts", o->state_dir) >= (int)sizeof(s->path)) {
			command_error(self, "the name of '%.80s...' is too long", o->state_dir);
			return STATUS_FAILED;
		}
		s->identity = identity_of(o);
		snapshot_moment_now(&s->start);
		e = snapshot_load(s->path, &s->start, s->identity, &config, out, &result);
		if (!e)
			tell_loaded(s, &result);
	}
	if (e)
		command_error(self, "cannot count: %s", err_text(e));
	s->live = *out;
	return e ? STATUS_FAILED : STATUS_OK;
}

/* ---- saving -------------------------------------------------------------------------------------- */

static enum err save(struct state *s)
{
	struct snapshot_moment now;
	snapshot_moment_now(&now);
	memcpy(now.boot_id, s->start.boot_id, sizeof(now.boot_id)); /* read before the sandbox */
	return snapshot_save(s->path, &now, s->identity, s->live);
}

/* 0 is success, errno otherwise. */
static int save_status(struct state *s)
{
	enum err e = save(s);
	return e == ERR_OK ? 0 : e == ERR_SYS && errno > 0 && errno < 255 ? errno : 255;
}

static void tell_saved(struct state *s, int status)
{
	if (status == 0) {
		s->n_saved++;
		/* After trouble the log says when it was over. */
		log_say(s->log, s->trouble[0] ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG, "saved to '%s'", s->path);
		s->trouble[0] = '\0';
	} else {
		trouble(s, "cannot save to '%s': %s", s->path,
			status < 255 ? strerror(status) : "it broke off");
	}
}

static void reap(struct state *s)
{
	int status;

	if (s->child_fd >= 0) {
		loop_remove(s->loop, s->child_fd);
		close(s->child_fd);
		s->child_fd = -1;
	}
	if (waitpid(s->child, &status, 0) == s->child)
		tell_saved(s, WIFEXITED(status) ? WEXITSTATUS(status) : 255);
	s->child = 0;
}

static void child_ended(void *arg, int fd, uint32_t events)
{
	(void)fd;
	(void)events;
	reap(arg);
}

/* In the child. It ends when its parent does: it must not hold on to the address on which the next one
 * listens, nor write over what that one saves. */
static void be_a_child(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(255);
	syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0);
	setpriority(PRIO_PROCESS, 0, 10); /* counting goes first */
}

static void each_interval(void *arg)
{
	struct state *s = arg;

	if (s->child) {
		trouble(s, "saving to '%s' takes longer than the interval", s->path);
		return;
	}
	live_freeze(s->live);
	pid_t parent = getpid(), pid = fork();
	int error = errno;
	if (pid == 0) {
		be_a_child(parent);
		_exit(save_status(s));
	}
	live_thaw(s->live);
	if (pid < 0) {
		trouble(s, "cannot save to '%s': %s", s->path, strerror(error));
		return;
	}
	s->child = pid;
	s->child_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (s->child_fd < 0 || loop_add(s->loop, s->child_fd, EPOLLIN, child_ended, s))
		reap(s); /* waits for it */
}

int state_begin(struct state *s, struct loop *loop, int64_t interval_ns)
{
	s->loop = loop;
	if (!s->path[0])
		return STATUS_OK;
	enum err e = loop_every(loop, interval_ns, each_interval, s, &s->timer);
	if (e)
		command_error(s->self, "cannot save in intervals: %s", err_text(e));
	return e ? STATUS_FAILED : STATUS_OK;
}

void state_set_interval(struct state *s, int64_t interval_ns)
{
	if (s->timer >= 0)
		loop_set_period(s->loop, s->timer, interval_ns);
}

void state_end(struct state *s)
{
	if (s->child)
		reap(s);
	if (s->timer >= 0)
		tell_saved(s, save_status(s));
	if (s->folder >= 0)
		close(s->folder);
	s->folder = -1;
}
