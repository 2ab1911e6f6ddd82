/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "cmd/monitor_actions.h"
#include "cmd/monitor_feed.h"
#include "cmd/monitor_names.h"
#include "cmd/monitor_options.h"
#include "cmd/monitor_page.h"
#include "cmd/monitor_state.h"
#include "cmd/monitor_watch.h"
#include "engine/live.h"
#include "net/log.h"
#include "net/loop.h"
#include "net/notify.h"
#include "net/sandbox.h"

struct monitor {
	const struct command *self;
	int argc;
	char **argv;
	struct monitor_options options;
	struct conf conf;
	struct log log;
	struct notify notify;
	struct loop *loop;
	struct feed feed;
	struct names names;
	struct page page;
	struct state state;
	struct watching watching;
	struct actions actions;
	struct live *live;
	uint64_t told_drops;
	int64_t told_drops_ns, watchdog_ns;
	int status;
};

/* ---- what happens -------------------------------------------------------------------------------- */

enum { DROPS_EACH_S = 60 };

/* Not more often than once a minute: when there are drops, there are many. */
static void tell_drops(struct monitor *m, int64_t now_ns)
{
	uint64_t drops = feed_drops(&m->feed);
	if (drops == m->told_drops || now_ns - m->told_drops_ns < DROPS_EACH_S * NS_PER_S)
		return;
	log_say(&m->log, LOG_LEVEL_WARNING,
		"%llu packets were dropped before they could be counted, %llu in all",
		(unsigned long long)(drops - m->told_drops), (unsigned long long)drops);
	m->told_drops = drops;
	m->told_drops_ns = now_ns;
}

static void each_second(void *arg)
{
	struct monitor *m = arg;
	int64_t now_ns = loop_now_ns();
	tell_drops(m, now_ns);
	names_tick(&m->names, m->live, now_ns);
	actions_look(&m->actions, &m->options);
	if (m->notify.watchdog_ns && now_ns - m->watchdog_ns >= m->notify.watchdog_ns &&
	    feed_is_well(&m->feed)) {
		notify_say(&m->notify, "WATCHDOG=1");
		m->watchdog_ns = now_ns;
	}
}

static void counting_ended(void *arg, int fd, uint32_t events)
{
	struct monitor *m = arg;
	(void)events;
	loop_remove(m->loop, fd);
	if (!feed_is_well(&m->feed))
		m->status = STATUS_FAILED;
	else if (!m->options.until_end) {
		log_say(&m->log, LOG_LEVEL_INFO, "the capture is at its end");
		return;
	}
	loop_stop(m->loop);
}

static bool is_among(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Others keep their values until it is started again. */
static bool can_change(const char *name)
{
	static const char *const names[] = {
		"interface",      "promiscuous",   "buffer",        "age-out",           "alert-packets",
		"alert-interval", "sleep-packets", "sleep-least",   "sleep-most",        "hosts",
		"dns-rate",       "dns-again",     "dns-clients",   "snapshot-interval", "log-level",
		"alarm-limit",    "alarm-command", "alarm-timeout", "alarm-webhook",     "alarm-syslog",
	};
	return is_among(names, sizeof(names) / sizeof(names[0]), name);
}

/* What page_reload() takes up: all of it, or nothing. */
static bool page_can_change(const char *name)
{
	static const char *const names[] = { "tls-certificate", "tls-key",  "web-user",     "password-file",
					     "token-file",      "web-name", "trusted-proxy" };
	return is_among(names, sizeof(names) / sizeof(names[0]), name);
}

/* What watching_reload() takes up, where there is a history. */
static bool watching_can_change(const char *name)
{
	static const char *const names[] = { "watch", "watch-interval" };
	return is_among(names, sizeof(names) / sizeof(names[0]), name);
}

static void tell_what_waits(struct monitor *m, const struct monitor_options *fresh)
{
	const struct option_row *row;
	char room[256];
	struct buf after;

	buf_lend(&after, room, sizeof(room));
	for (size_t i = 0; (row = options_row(m->self, i)); i++) {
		if (!row->section || can_change(row->name) || page_can_change(row->name) ||
		    (m->watching.watch && watching_can_change(row->name)))
			continue;
		monitor_options_value(fresh, row, &after);
		if (!after.err && strcmp(page_setting(&m->page, row->name), after.data) != 0)
			log_say(&m->log, LOG_LEVEL_WARNING, "'%s' takes effect when it is started again",
				row->name);
	}
	buf_release(&after);
}

static void say_reloading(struct monitor *m)
{
	char text[80];
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)(loop_now_ns() / 1000));
	notify_say(&m->notify, text);
}

static void set_thresholds(struct monitor *m, const struct monitor_options *fresh)
{
	struct engine_config c = monitor_engine_config(fresh);
	live_set_thresholds(m->live, &c);
}

static void reload(struct monitor *m)
{
	struct monitor_options *fresh = malloc(sizeof(*fresh));
	struct conf conf = { 0 };
	int n_left, status;

	if (!fresh || !monitor_options_read(m->self, fresh, &conf, m->argc, m->argv, &n_left, &status) ||
	    !alarming_check(m->self, fresh) || !actions_check(m->self, fresh) ||
	    watching_check(&m->watching, m->self, fresh)) {
		log_say(&m->log, LOG_LEVEL_ERROR, "the settings stay as they were");
		conf_release(&conf);
		free(fresh);
		return;
	}
	tell_what_waits(m, fresh);
	atomic_store(&m->log.level, fresh->log_level);
	feed_reload(&m->feed, fresh);
	if (!names_reload(&m->names, fresh))
		log_say(&m->log, LOG_LEVEL_ERROR, "names and their budget stay as they were");
	state_set_interval(&m->state, fresh->snapshot_interval_ns);
	set_thresholds(m, fresh);
	alarming_reload(&m->watching.alarming, m->self, fresh);
	actions_reload(&m->actions, fresh);
	bool watching_changed = watching_reload(&m->watching, m->self, fresh);
	bool page_changed = page_reload(&m->page, fresh);
	monitor_options_replace(&m->options, &m->conf, fresh, &conf);
	page_settings(&m->page, can_change);
	if (page_changed)
		page_settings(&m->page, page_can_change);
	if (watching_changed)
		page_settings(&m->page, watching_can_change);
	free(fresh);
	log_say(&m->log, LOG_LEVEL_INFO, "settings read again");
}

static void got_signal(void *arg, int signal)
{
	struct monitor *m = arg;
	if (signal == SIGHUP) {
		say_reloading(m);
		reload(m);
		notify_say(&m->notify, "READY=1");
	} else {
		log_say(&m->log, LOG_LEVEL_INFO, "ending on signal %s", sigabbrev_np(signal));
		loop_stop(m->loop);
	}
}

/* ---- beginning ----------------------------------------------------------------------------------- */

static int cannot(const struct monitor *m, const char *what, enum err e)
{
	command_error(m->self, "cannot %s: %s", what, err_text(e));
	return STATUS_FAILED;
}

static sigset_t our_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	return set;
}

static int open_loop(struct monitor *m)
{
	sigset_t set = our_signals();
	enum err e = loop_new(&m->loop);
	if (!e)
		e = loop_signals(m->loop, &set, got_signal, m);
	if (!e)
		e = loop_every(m->loop, NS_PER_S, each_second, m, NULL);
	if (!e)
		e = loop_add(m->loop, m->feed.ended_fd, EPOLLIN, counting_ended, m);
	return e ? cannot(m, "wait for events", e) : STATUS_OK;
}

/* The root is no folder to open to a program: there, the file alone. */
static bool folder_of(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	const char *text = slash ? path : ".";
	size_t len = slash && slash != path ? (size_t)(slash - path) : strlen(text);

	if (len >= PATH_MAX)
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return true;
}

static int enter_sandbox(struct monitor *m)
{
	struct sandbox_config c = { .keeps_raw = m->feed.watch != NULL };
	struct sandbox_state state;
	char text[SANDBOX_TEXT_MAX];
	unsigned uid, gid;

	c.has_seccomp = c.has_landlock = m->options.sandbox == SANDBOX_AUTO;
	c.user = m->options.user;
	if (geteuid() == 0 && !sandbox_user(c.user, &uid, &gid)) {
		log_say(&m->log, LOG_LEVEL_WARNING, "there is no user '%s': stays root, without its rights",
			c.user);
		c.user = NULL;
	}
	static const char *const readable[] = { "/etc",  "/usr", "/lib",      "/sys",
						"/proc", "/run", "/dev/null", "/dev/urandom" };
	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		c.readable[c.n_readable++] = readable[i];
	/* Of files that are read again the folders: another file may have the name by then. */
	const char *const again[] = { m->options.config,          m->options.hosts,
				      m->options.tls_certificate, m->options.tls_key,
				      m->options.password_file,   m->options.token_file };
	char folders[sizeof(again) / sizeof(again[0])][PATH_MAX];
	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++)
		if (again[i] && folder_of(again[i], folders[i]))
			c.readable[c.n_readable++] = folders[i];
	for (size_t i = 0; i < m->options.replay.n && c.n_readable < SANDBOX_PATHS_MAX; i++)
		c.readable[c.n_readable++] = m->options.replay.at[i];
	if (m->options.state_dir)
		c.writable[c.n_writable++] = m->options.state_dir;
	for (size_t i = 0; i < m->watching.n_sockets; i++)
		c.sockets[c.n_sockets++] = m->watching.sockets[i].path;
	for (size_t i = 0; i < m->watching.n_logins && c.n_readable < SANDBOX_PATHS_MAX; i++)
		c.readable[c.n_readable++] = m->watching.logins[i];
	enum err e = sandbox_enter(&c, &state);
	if (e) {
		command_error(m->self, "cannot %s: %s", state.failed, err_text(e));
		return STATUS_FAILED;
	}
	sandbox_text(&state, text);
	log_say(&m->log, LOG_LEVEL_INFO, "safety: %s", text);
	memcpy(m->page.safety, text, sizeof(text));
	if (state.landlock)
		watching_shut_in(&m->watching);
	return STATUS_OK;
}

static int begin(struct monitor *m)
{
	int status = alarming_check(m->self, &m->options) ? STATUS_OK : STATUS_FAILED;
	if (!status)
		status = actions_open(&m->actions, m->self, &m->options, m->argc, m->argv, &m->log);
	if (!status)
		status = feed_open(&m->feed, m->self, &m->options, &m->log);
	if (!status)
		status = open_loop(m);
	if (!status)
		status = names_open(&m->names, m->self, &m->options, m->loop);
	if (!status)
		status = state_open(&m->state, m->self, &m->options, &m->log, m->page.trouble, &m->live);
	if (!status)
		status = watching_open(&m->watching, m->self, &m->options, &m->actions, &m->log, m->live);
	if (!status)
		m->page.loop = m->loop;
	m->page.board = m->watching.board;
	m->page.alarms = m->watching.alarming.alarms;
	if (!status)
		status = page_open(&m->page, m->self, &m->options, m->live);
	if (!status)
		status = enter_sandbox(m);
	if (!status)
		status = state_begin(&m->state, m->loop, m->options.snapshot_interval_ns);
	if (!status && (!feed_start(&m->feed, m->live) || !watching_start(&m->watching)))
		status = cannot(m, "start a thread", ERR_SYS);
	return status;
}

static void tell_totals(struct monitor *m)
{
	struct live_totals t;
	live_totals(m->live, &t);
	log_say(&m->log, LOG_LEVEL_INFO, "counted %llu frames, %llu clients; %llu dropped",
		(unsigned long long)t.n_frames, (unsigned long long)t.n_clients,
		(unsigned long long)feed_drops(&m->feed));
}

static void end(struct monitor *m)
{
	page_close(&m->page);
	watching_close(&m->watching);
	actions_close(&m->actions);
	feed_stop(&m->feed);
	if (m->live && m->status == STATUS_OK)
		tell_totals(m);
	state_end(&m->state);
	live_free(m->live);
	feed_close(&m->feed);
	names_close(&m->names);
	loop_free(m->loop);
	notify_release(&m->notify);
}

/* What is freed goes back at once, instead of to wait in a heap of each thread for the next one: tables that
 * doubled and long answers leave nothing behind. */
static void hoard_no_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	mallopt(M_TRIM_THRESHOLD, 128 * 1024);
#endif
}

static int serve(struct monitor *m)
{
	hoard_no_memory();
	sigset_t set = our_signals();
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	log_init(&m->log, STDERR_FILENO, (enum log_level)m->options.log_level);
	notify_init(&m->notify);
	m->page = (struct page){
		.log = &m->log,
		.feed = &m->feed,
		.names = &m->names,
		.options = &m->options,
		.actions = &m->actions,
	};
	m->status = begin(m);
	if (!m->status) {
		notify_say(&m->notify, "READY=1");
		loop_run(m->loop);
		notify_say(&m->notify, "STOPPING=1");
	}
	end(m);
	return m->status;
}

/* It begins all the same, as who started it.  The usual one need not be on the machine that checks. */
static void check_user(const struct monitor *m)
{
	const char *user = m->options.user;
	unsigned uid, gid;

	if (strcmp(user, MONITOR_USER) != 0 && !sandbox_user(user, &uid, &gid))
		command_warning(m->self,
				"there is no user '%s': begun by root, it stays root, without its rights",
				user);
}

/* All that would keep it from beginning, but for rights, addresses that are taken, and what is saved. */
static int check(struct monitor *m)
{
	int status = feed_check(m->self, &m->options);

	if (!status && (!alarming_check(m->self, &m->options) || !actions_check(m->self, &m->options)))
		status = STATUS_FAILED;

	if (!status)
		status = watching_check(&m->watching, m->self, &m->options);
	if (!status)
		status = page_check(m->self, &m->options);
	if (!status && loop_new(&m->loop))
		status = cannot(m, "wait for events", ERR_SYS);
	if (!status)
		status = names_open(&m->names, m->self, &m->options, m->loop);
	names_close(&m->names);
	loop_free(m->loop);
	if (!status) {
		check_user(m);
		puts("the settings are right");
	}
	return status;
}

int monitor_run(const struct command *self, int argc, char **argv)
{
	struct monitor *m = calloc(1, sizeof(*m));
	int n_left, status = STATUS_FAILED;

	if (!m) {
		command_error(self, "no memory");
		return STATUS_FAILED;
	}
	*m = (struct monitor){ .self = self,
			       .argc = argc,
			       .argv = argv,
			       .feed.ended_fd = -1,
			       .watching.wake_fd = -1,
			       .actions.fd = -1,
			       .state = { .timer = -1, .folder = -1 } };
	if (!monitor_options_read(self, &m->options, &m->conf, argc, argv, &n_left, &status))
		goto out;
	if (n_left) {
		command_error(self, "takes no arguments; try 'ntpscope monitor --help'");
		status = STATUS_FAILED;
	} else if (m->options.print_config) {
		monitor_options_print(stdout);
	} else if (m->options.check_config) {
		status = check(m);
	} else {
		status = serve(m);
	}
out:
	conf_release(&m->conf);
	free(m);
	return status;
}
