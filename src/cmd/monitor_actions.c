/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_actions.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/monitor_lanes.h"
#include "net/clock.h"
#include "net/sandbox.h"

/* One message: an event, or "read the settings again". */
struct message {
	bool is_reload;
	struct alarm_event event;
};

/* What is on its way when the monitor ends has so long. */
enum { LAST_S = 10, SOCKET_BYTES = 1 << 20 };

/* A folder may be entered, which is the same right.  False with errno. */
static bool is_program(const char *path)
{
	struct stat s;

	if (access(path, X_OK) || stat(path, &s))
		return false;
	if (!S_ISREG(s.st_mode))
		errno = S_ISDIR(s.st_mode) ? EISDIR : EACCES;
	return S_ISREG(s.st_mode);
}

bool actions_check(const struct command *self, const struct monitor_options *o)
{
	const char *command = o->alarm_command;
	bool is_good = !command || is_program(command);

	if (!is_good)
		monitor_options_wrong(self, o, command, "bad value '%.300s' for 'alarm-command': %s", command,
				      strerror(errno));
	return is_good;
}

/* ---- the helper ------------------------------------------------------------------------------------- */

struct helper {
	const struct command *self;
	int argc;
	char **argv;
	struct log *log;
	int fd; /* -1: the monitor has ended */
	struct monitor_options options;
	struct conf conf;
	struct lanes lanes;
};

static void use_settings(struct helper *h)
{
	const struct lane_settings s = { .command = h->options.alarm_command,
					 .webhook = h->options.alarm_webhook,
					 .to_syslog = h->options.alarm_syslog,
					 .timeout_ns = h->options.alarm_timeout_ns };

	lanes_use(&h->lanes, &s);
}

/* The monitor has read them, too, and says so when they are wrong. */
static void read_settings(struct helper *h)
{
	struct monitor_options *fresh = malloc(sizeof(*fresh));
	struct conf conf = { 0 };
	int n_left, status;

	if (fresh && monitor_options_read(h->self, fresh, &conf, h->argc, h->argv, &n_left, &status) &&
	    actions_check(h->self, fresh)) {
		monitor_options_replace(&h->options, &h->conf, fresh, &conf);
		use_settings(h);
	} else {
		conf_release(&conf);
	}
	free(fresh);
}

static bool is_text(const char *text, size_t room)
{
	return strnlen(text, room) < room;
}

/* Whoever took over the monitor may write anything here. */
static bool is_sane(const struct alarm_event *e)
{
	return is_text(e->target, sizeof(e->target)) && is_text(e->part, sizeof(e->part)) &&
	       is_text(e->text, sizeof(e->text)) && (unsigned)e->via < N_WATCH_VIA &&
	       (unsigned)e->rule < N_ALARM_RULES && (unsigned)e->from <= ALARM_CRITICAL &&
	       (unsigned)e->to <= ALARM_CRITICAL;
}

static void hear(struct helper *h)
{
	struct message m;
	ssize_t n = recv(h->fd, &m, sizeof(m), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close(h->fd);
		h->fd = -1;
	} else if (n == (ssize_t)sizeof(m) && m.is_reload) {
		read_settings(h);
	} else if (n == (ssize_t)sizeof(m) && is_sane(&m.event)) {
		alarm_clean(m.event.target);
		alarm_clean(m.event.part);
		alarm_clean(m.event.text);
		lanes_add(&h->lanes, &m.event);
	}
}

static void work(struct helper *h)
{
	int64_t end_ns = INT64_MAX;

	while (h->fd >= 0 || (!lanes_are_idle(&h->lanes) && clock_monotonic_ns() < end_ns)) {
		struct pollfd p[1 + LANES_FDS_MAX] = { { .fd = h->fd, .events = POLLIN } };
		size_t n = lanes_poll(&h->lanes, p + 1);
		poll(p, 1 + n, lanes_wait_ms(&h->lanes, clock_monotonic_ns()));
		if (h->fd >= 0 && p[0].revents) {
			hear(h);
			if (h->fd < 0)
				end_ns = clock_monotonic_ns() + LAST_S * NS_PER_S;
		}
		lanes_step(&h->lanes, clock_monotonic_ns());
	}
	lanes_end(&h->lanes);
}

/* The user's rights, if there is one of that name, and none of root's. */
static bool give_up_rights(const struct monitor_options *o)
{
	struct sandbox_config c = { .user = o->user };
	struct sandbox_state state;
	unsigned uid, gid;

	if (geteuid() == 0 && !sandbox_user(c.user, &uid, &gid))
		c.user = NULL;
	return sandbox_enter(&c, &state) == ERR_OK;
}

/* Root, who looked before, may run what others may not. */
static void tell_what_is_not_ours(const struct helper *h)
{
	const char *command = h->options.alarm_command;

	if (command && !is_program(command))
		log_say(h->log, LOG_LEVEL_WARNING, "alarms: the user that it is by now cannot run '%s': %s",
			command, strerror(errno));
}

/* A terminal's interrupt and a service manager's end reach it, too: it goes when the monitor has gone. */
static void set_signals(void)
{
	sigset_t none;

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn static void be_helper(struct helper *h)
{
	prctl(PR_SET_NAME, "ntpscope-alarms");
	set_signals();
	/* The socket of the service manager and whatever else was handed down is not for commands. */
	close_range(3, (unsigned)h->fd - 1, 0);
	close_range((unsigned)h->fd + 1, ~0U, 0);
	if (!give_up_rights(&h->options)) {
		log_say(h->log, LOG_LEVEL_ERROR, "alarms: cannot give up rights, nothing is done about them");
		_exit(STATUS_FAILED);
	}
	tell_what_is_not_ours(h);
	lanes_init(&h->lanes, h->log);
	use_settings(h);
	work(h);
	_exit(STATUS_OK);
}

/* ---- the monitor's side ----------------------------------------------------------------------------- */

static bool has_something_to_do(const struct monitor_options *o)
{
	return o->alarm_command || o->alarm_webhook || o->alarm_syslog;
}

int actions_open(struct actions *a, const struct command *self, const struct monitor_options *o, int argc,
		 char **argv, struct log *log)
{
	int fds[2], bytes = SOCKET_BYTES;

	*a = (struct actions){ .fd = -1, .log = log };
	if (!actions_check(self, o))
		return STATUS_FAILED;
	if (!o->watched.n && !has_something_to_do(o))
		return STATUS_OK;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds)) {
		command_error(self, "cannot make a helper for alarms: %s", strerror(errno));
		return STATUS_FAILED;
	}
	setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	a->helper = fork();
	if (a->helper == 0) {
		struct helper *h = calloc(1, sizeof(*h));
		if (!h)
			_exit(STATUS_FAILED);
		*h = (struct helper){ .self = self, .argc = argc, .argv = argv, .log = log, .fd = fds[1] };
		h->options = *o;
		close(fds[0]);
		be_helper(h);
	}
	close(fds[1]);
	a->fd = fds[0];
	if (a->helper > 0)
		return STATUS_OK;
	command_error(self, "cannot make a helper for alarms: %s", strerror(errno));
	actions_close(a);
	return STATUS_FAILED;
}

void actions_close(struct actions *a)
{
	if (a->fd >= 0)
		close(a->fd);
	a->fd = -1;
}

void actions_look(struct actions *a, const struct monitor_options *o)
{
	if (a->helper > 0 && waitpid(a->helper, NULL, WNOHANG) == a->helper) {
		a->helper = 0;
		log_say(a->log, LOG_LEVEL_ERROR,
			"the helper that acts on alarms has ended: nothing is done about them until the "
			"monitor is started again");
	}
	a->is_missed = a->fd >= 0 && a->helper == 0 && has_something_to_do(o);
}

static enum actions_sent send_message(struct actions *a, const struct message *m)
{
	ssize_t n = send(a->fd, m, sizeof(*m), MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n == (ssize_t)sizeof(*m))
		return ACTIONS_SENT;
	a->n_lost++;
	return n < 0 && (errno == EPIPE || errno == ECONNREFUSED || errno == ECONNRESET || errno == ENOTCONN)
		       ? ACTIONS_GONE
		       : ACTIONS_FULL;
}

enum actions_sent actions_send(struct actions *a, const struct alarm_event *e)
{
	struct message m;

	memset(&m, 0, sizeof(m)); /* the gaps between members, too */
	m.event = *e;
	return send_message(a, &m);
}

void actions_reload(struct actions *a, const struct monitor_options *fresh)
{
	struct message m;

	if (a->fd < 0) {
		if (has_something_to_do(fresh))
			log_say(a->log, LOG_LEVEL_WARNING,
				"what is done about alarms takes effect when it is started again");
		return;
	}
	memset(&m, 0, sizeof(m));
	m.is_reload = true;
	send_message(a, &m);
}
