/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_lanes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "base/nstime.h"
#include "cmd/monitor_events.h"
#include "net/clock.h"
#include "net/http_get.h"

static const char *const lane_names[N_LANES] = { "alarm-command", "alarm-webhook" };

/* All tries of a webhook with the pauses between them. */
enum { WEBHOOK_S = 10, WEBHOOK_ALL_S = 60, NOT_STARTED = 127 };
#define FORK_PAUSE_NS NS_PER_S

void lanes_init(struct lanes *l, struct log *log)
{
	*l = (struct lanes){ .log = log };
	for (int i = 0; i < N_LANES; i++)
		l->at[i].child_fd = l->at[i].out_fd = -1;
}

void lanes_use(struct lanes *l, const struct lane_settings *s)
{
	l->settings = *s;
}

/* ---- syslog ----------------------------------------------------------------------------------------- */

static void say_to_syslog(const struct alarm_event *e)
{
	static const int priorities[] = { [ALARM_OK] = LOG_NOTICE,
					  [ALARM_INFO] = LOG_INFO,
					  [ALARM_WARN] = LOG_WARNING,
					  [ALARM_CRITICAL] = LOG_CRIT };

	openlog("ntpscope", LOG_PID, LOG_DAEMON);
	syslog(priorities[e->to], "alarm: %s%s%s (%s) %s: %s", e->target, e->part[0] ? "/" : "", e->part,
	       watch_via_name(e->via), alarm_level_name(e->to), e->text);
	closelog();
}

/* ---- waiting ---------------------------------------------------------------------------------------- */

static void queue(struct lanes *l, int which, const struct alarm_event *e)
{
	struct lane *lane = &l->at[which];

	if (!lane->waiting)
		lane->waiting = calloc(LANE_MAX, sizeof(*lane->waiting));
	if (!lane->waiting || lane->n == LANE_MAX) {
		if (lane->n_dropped++ == 0)
			log_say(l->log, LOG_LEVEL_WARNING,
				"%s: too many alarms wait for it, some are dropped", lane_names[which]);
		return;
	}
	lane->waiting[(lane->first + lane->n++) % LANE_MAX] = *e;
}

void lanes_add(struct lanes *l, const struct alarm_event *e)
{
	if (l->settings.to_syslog)
		say_to_syslog(e);
	if (l->settings.command)
		queue(l, LANE_COMMAND, e);
	if (l->settings.webhook)
		queue(l, LANE_WEBHOOK, e);
}

/* ---- a command -------------------------------------------------------------------------------------- */

enum { N_FACTS = 11, FACT_MAX = 400 };

static void put_facts(const struct alarm_event *e, char room[N_FACTS][FACT_MAX], char *env[N_FACTS + 1])
{
	char time[NSTIME_TEXT_MAX];
	size_t n = 0;

	nstime_rfc3339(e->time_ns, time);
	snprintf(room[n++], FACT_MAX, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	snprintf(room[n++], FACT_MAX, "NTPSCOPE_TIME=%s", time);
	snprintf(room[n++], FACT_MAX, "NTPSCOPE_TARGET=%s", e->target);
	snprintf(room[n++], FACT_MAX, "NTPSCOPE_PART=%s", e->part);
	snprintf(room[n++], FACT_MAX, "NTPSCOPE_VIA=%s", watch_via_name(e->via));
	snprintf(room[n++], FACT_MAX, "NTPSCOPE_RULE=%s", alarm_rule_name(e->rule));
	snprintf(room[n++], FACT_MAX, "NTPSCOPE_TITLE=%s", alarm_rule_title(e->rule));
	snprintf(room[n++], FACT_MAX, "NTPSCOPE_FROM=%s", alarm_level_name(e->from));
	snprintf(room[n++], FACT_MAX, "NTPSCOPE_LEVEL=%s", alarm_level_name(e->to));
	snprintf(room[n++], FACT_MAX, "NTPSCOPE_VALUE=%.9g", e->value);
	snprintf(room[n++], FACT_MAX, "NTPSCOPE_TEXT=%s", e->text);
	for (size_t i = 0; i < n; i++)
		env[i] = room[i];
	env[n] = NULL;
}

/* In a file without a name rather than a pipe: who does not read it does not hang. */
static int standard_input(const struct alarm_event *e)
{
	char room[EVENT_LINE_MAX];
	struct buf line;
	int fd = memfd_create("event", MFD_CLOEXEC);

	buf_lend(&line, room, sizeof(room));
	event_line(e, &line);
	if (fd >= 0 && (write(fd, line.data, line.len) != (ssize_t)line.len || lseek(fd, 0, SEEK_SET)))
		fd = -1;
	buf_release(&line);
	return fd;
}

_Noreturn static void run_command(const char *path, const struct alarm_event *e, int out)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	char room[N_FACTS][FACT_MAX], *env[N_FACTS + 1];
	char *argv[] = { (char *)(uintptr_t)path, NULL };
	int in = standard_input(e);

	put_facts(e, room, env);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		signal(ours[i], SIG_DFL);
	setpgid(0, 0);
	if (in >= 0 && dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(out, STDERR_FILENO) >= 0 && chdir("/") == 0) {
		close_range(3, ~0U, 0);
		execve(path, argv, env);
	}
	_exit(NOT_STARTED);
}

static void say_line(struct lanes *l, struct lane *lane)
{
	if (lane->n_line)
		log_say(l->log, LOG_LEVEL_INFO, "alarm-command says: %.*s", (int)lane->n_line, lane->line);
	lane->n_line = 0;
}

/* What it has printed by now, some of it.  False: that is all, for the moment or for good. */
static bool hear(struct lanes *l, struct lane *lane)
{
	char b[16384];
	ssize_t n = lane->out_fd < 0 ? -1 : read(lane->out_fd, b, sizeof(b));

	for (ssize_t i = 0; i < n && lane->n_said < LANE_SAYS_MAX; i++) {
		bool is_end = b[i] == '\n';
		if (!is_end)
			lane->line[lane->n_line++] = b[i];
		lane->n_said += is_end ? LANE_LINE_COSTS : 1;
		bool is_all = lane->n_said >= LANE_SAYS_MAX;
		if (is_all || is_end || lane->n_line == LANE_LINE_MAX)
			say_line(l, lane);
		if (is_all)
			log_say(l->log, LOG_LEVEL_WARNING,
				"alarm-command says too much: the rest is dropped");
	}
	if (n == 0) { /* it has closed it, and may go on */
		close(lane->out_fd);
		lane->out_fd = -1;
	}
	return n > 0;
}

/* Others that it started may go on to print: not to us. */
static void hear_the_last(struct lanes *l, struct lane *lane)
{
	while (lane->n_said < LANE_SAYS_MAX && hear(l, lane))
		;
	say_line(l, lane);
	if (lane->out_fd >= 0)
		close(lane->out_fd);
	lane->out_fd = -1;
}

/* ---- a webhook -------------------------------------------------------------------------------------- */

_Noreturn static void post(struct log *log, const char *url, const struct alarm_event *e)
{
	static const unsigned pause_s[LANE_TRIES] = { 2, 10, 0 };
	const struct http_options options = { .connect_s = WEBHOOK_S / 2, .silence_s = WEBHOOK_S };
	struct http_client *client = http_client_new(&options);
	char room[EVENT_LINE_MAX], why[HTTP_WHY_MAX] = "no memory";
	struct buf line;
	bool again = client != NULL;

	setpgid(0, 0);
	buf_lend(&line, room, sizeof(room));
	event_line(e, &line);
	for (int i = 0; again && i < LANE_TRIES; i++) {
		if (!http_post(client, url, "application/json", line.data, line.len, why, &again))
			_exit(0);
		if (again)
			sleep(pause_s[i]);
	}
	log_say(log, LOG_LEVEL_WARNING, "alarm-webhook: %s", why);
	_exit(1);
}

/* ---- children --------------------------------------------------------------------------------------- */

/* -1, with errno: there is no room for it. */
static pid_t start(struct lanes *l, int which, const char *what, const struct alarm_event *e)
{
	struct lane *lane = &l->at[which];
	int out[2] = { -1, -1 };

	if (which == LANE_COMMAND && pipe2(out, O_CLOEXEC))
		return -1;
	pid_t child = fork();
	if (child == 0) {
		if (which == LANE_COMMAND)
			run_command(what, e, out[1]);
		post(l->log, what, e);
	}
	int error = errno;
	if (which == LANE_COMMAND) {
		close(out[1]);
		fcntl(out[0], F_SETFL, O_NONBLOCK);
	}
	lane->out_fd = out[0];
	lane->n_said = lane->n_line = 0;
	if (child < 0)
		hear_the_last(l, lane);
	errno = error;
	return child;
}

static void begin(struct lanes *l, int which, int64_t now_ns)
{
	struct lane *lane = &l->at[which];
	const char *what = which == LANE_COMMAND ? l->settings.command : l->settings.webhook;

	pid_t child = what ? start(l, which, what, &lane->waiting[lane->first]) : 0;
	if (child < 0) { /* for now: it waits, and what waits behind it */
		if (!lane->again_ns)
			log_say(l->log, LOG_LEVEL_WARNING, "%s: %s, it is tried again", lane_names[which],
				strerror(errno));
		lane->again_ns = now_ns + FORK_PAUSE_NS;
		return;
	}
	lane->again_ns = 0;
	lane->child = child;
	lane->first = (lane->first + 1) % LANE_MAX;
	lane->n--;
	if (!what)
		return;
	lane->child_fd = (int)syscall(SYS_pidfd_open, lane->child, 0);
	lane->is_killed = false;
	lane->end_ns = now_ns + (which == LANE_COMMAND ? l->settings.timeout_ns : WEBHOOK_ALL_S * NS_PER_S);
}

static void tell_end(struct lanes *l, int which, int status)
{
	if (l->at[which].is_killed)
		log_say(l->log, LOG_LEVEL_WARNING, "%s: not done in time", lane_names[which]);
	else if (which == LANE_COMMAND && WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
		log_say(l->log, LOG_LEVEL_WARNING, "alarm-command: cannot be started");
	else if (which == LANE_COMMAND && WIFEXITED(status) && WEXITSTATUS(status))
		log_say(l->log, LOG_LEVEL_WARNING, "alarm-command: exit status %d", WEXITSTATUS(status));
	else if (which == LANE_COMMAND && WIFSIGNALED(status))
		log_say(l->log, LOG_LEVEL_WARNING, "alarm-command: ended by signal %d", WTERMSIG(status));
}

static void kill_child(struct lane *lane)
{
	kill(-lane->child, SIGKILL); /* with what it started */
	kill(lane->child, SIGKILL);  /* it may not lead its group yet */
	lane->is_killed = true;
}

static void look_after(struct lanes *l, int which, int64_t now_ns)
{
	struct lane *lane = &l->at[which];
	int status;
	pid_t ended = waitpid(lane->child, &status, WNOHANG);

	if (ended == 0) {
		hear(l, lane);
		if (now_ns >= lane->end_ns && !lane->is_killed)
			kill_child(lane);
		return;
	}
	hear_the_last(l, lane);
	if (ended > 0)
		tell_end(l, which, status);
	if (lane->child_fd >= 0)
		close(lane->child_fd);
	lane->child_fd = -1;
	lane->child = 0;
}

void lanes_step(struct lanes *l, int64_t now_ns)
{
	for (int i = 0; i < N_LANES; i++) {
		if (l->at[i].child)
			look_after(l, i, now_ns);
		while (!l->at[i].child && l->at[i].n && now_ns >= l->at[i].again_ns)
			begin(l, i, now_ns);
	}
}

size_t lanes_poll(const struct lanes *l, struct pollfd out[LANES_FDS_MAX])
{
	size_t n = 0;

	for (int i = 0; i < N_LANES; i++) {
		const int fds[] = { l->at[i].child_fd, l->at[i].out_fd };
		for (int k = 0; l->at[i].child && k < 2; k++)
			if (fds[k] >= 0)
				out[n++] = (struct pollfd){ .fd = fds[k], .events = POLLIN };
	}
	return n;
}

int lanes_wait_ms(const struct lanes *l, int64_t now_ns)
{
	int64_t wait_ns = INT64_MAX;

	for (int i = 0; i < N_LANES; i++) {
		const struct lane *lane = &l->at[i];
		int64_t own_ns = lane->child_fd >= 0 && !lane->is_killed ? lane->end_ns - now_ns
									 : NS_PER_S / 10;
		if (!lane->child)
			own_ns = lane->again_ns - now_ns;
		if ((lane->child || lane->n) && own_ns < wait_ns)
			wait_ns = own_ns;
	}
	if (wait_ns == INT64_MAX)
		return -1;
	wait_ns = wait_ns < 0 ? 0 : wait_ns / (NS_PER_S / 1000) + 1;
	return wait_ns < INT_MAX ? (int)wait_ns : INT_MAX;
}

bool lanes_are_idle(const struct lanes *l)
{
	for (int i = 0; i < N_LANES; i++)
		if (l->at[i].child || l->at[i].n)
			return false;
	return true;
}

void lanes_end(struct lanes *l)
{
	for (int i = 0; i < N_LANES; i++) {
		if (l->at[i].child)
			kill_child(&l->at[i]);
		if (l->at[i].out_fd >= 0)
			close(l->at[i].out_fd);
		free(l->at[i].waiting);
	}
}
