/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_watch.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ask/server.h"
#include "ask/snmp_file.h"
#include "base/nstime.h"
#include "cmd/monitor_state.h"
#include "engine/traffic_points.h"
#include "engine/watch_spec.h"
#include "net/clock.h"

/* A point of a minute is complete a little after it. */
enum { POINT_S = 60, POINTS_AT_ONCE = 16 };
#define MINUTE_NS (POINT_S * NS_PER_S)
#define LATE_NS   (2 * NS_PER_S)
#define TURN_NS   (5 * NS_PER_S) /* silence is noticed */

static int open_history(struct watching *w, const struct command *self, const struct monitor_options *o,
			struct actions *actions)
{
	char folder[PATH_MAX];
	const char *state_dir = o->state_dir;

	if (snprintf(folder, sizeof(folder), "%s/history", state_dir) >= (int)sizeof(folder))
		errno = ENAMETOOLONG;
	else if (state_make_folder(self, folder, o->user))
		return STATUS_FAILED;
	else if (!history_open(folder, &w->history))
		return alarming_open(&w->alarming, self, o, folder, actions, w->log);
	command_error(self, "cannot make '%s/history': %s", state_dir, strerror(errno));
	return STATUS_FAILED;
}

static const struct watch_spec *find_name(const struct watch_list *list, const char *name)
{
	for (size_t i = 0; list && i < list->n; i++)
		if (strcmp(list->at[i].name, name) == 0)
			return &list->at[i];
	return NULL;
}

#ifdef NTPSCOPE_SNMP
static bool goes_on(const struct watch_list *known, const struct watch_spec *spec, int64_t interval_ns)
{
	const struct watch_spec *was = find_name(known, spec->name);

	return was && ask_watch_goes_on(was, known->interval_ns, spec, interval_ns);
}

/* Who we are for its agent can be read, and is nobody else's business.  Whoever is asked already needs it no
 * more, and it may be out of our reach by now. */
static bool can_ask_by_snmp(const struct watching *w, const struct command *self,
			    const struct monitor_options *o, const struct watch_spec *spec, const char *text)
{
	char why[SNMP_FILE_WHY_MAX];
	struct snmp_login login;

	if (!spec->snmp_file[0] || goes_on(w->known, spec, o->watch_interval_ns))
		return true;
	bool good = !snmp_file_read(spec->snmp_file, &login, why);
	if (!good)
		monitor_options_wrong(self, o, text, "target '%s': %s", spec->name, why);
	explicit_bzero(&login, sizeof(login));
	return good;
}
#else
static bool can_ask_by_snmp(const struct watching *w, const struct command *self,
			    const struct monitor_options *o, const struct watch_spec *spec, const char *text)
{
	bool wanted = spec->snmp_file[0] || (!spec->is_auto && spec->via[WATCH_VIA_SNMP]);

	(void)w;
	if (wanted)
		monitor_options_wrong(self, o, text, "'%s': this ntpscope was built without SNMP",
				      spec->name);
	return !wanted;
}
#endif

static bool parse(const struct watching *w, struct watch_spec *out, const struct command *self,
		  const struct monitor_options *o, const char *text)
{
	char why[WATCH_SPEC_WHY_MAX];

	if (!watch_spec_parse(out, text, why))
		return can_ask_by_snmp(w, self, o, out, text);
	monitor_options_wrong(self, o, text, "bad value '%.200s' for 'watch': %s", text, why);
	return false;
}

/* Two of one name would be one in the history. */
static bool is_named_twice(const struct command *self, const struct monitor_options *o,
			   const struct watch_spec *specs, size_t n)
{
	char other[32] = "";
	size_t i = 0;

	while (i < n && strcmp(specs[i].name, specs[n].name) != 0)
		i++;
	if (i == n)
		return false;
	int line = conf_line(o->file, o->watched.at[i]);
	if (line)
		snprintf(other, sizeof(other), ", the other in line %d", line);
	monitor_options_wrong(self, o, o->watched.at[n],
			      "two targets are called '%.128s'%s: give one of them a name=", specs[n].name,
			      other);
	return true;
}

/* NULL after one line; otherwise the caller's to free. */
static struct watch_list *parse_all(const struct watching *w, const struct command *self,
				    const struct monitor_options *o)
{
	struct watch_list *list = calloc(1, sizeof(*list) + o->watched.n * sizeof(list->at[0]));

	if (!list) {
		command_error(self, "no memory");
		return NULL;
	}
	list->interval_ns = o->watch_interval_ns;
	for (; list->n < o->watched.n; list->n++)
		if (!parse(w, &list->at[list->n], self, o, o->watched.at[list->n]) ||
		    is_named_twice(self, o, list->at, list->n)) {
			free(list);
			return NULL;
		}
	return list;
}

static struct watch_list *copy_of(const struct watch_list *list)
{
	size_t len = sizeof(*list) + list->n * sizeof(list->at[0]);
	struct watch_list *copy = malloc(len);

	if (copy)
		memcpy(copy, list, len);
	return copy;
}

int watching_check(const struct watching *w, const struct command *self, const struct monitor_options *o)
{
	struct watch_list *list = parse_all(w, self, o);
	bool has_place = !o->watched.n || o->state_dir, is_good = list && has_place;

	free(list);
	if (list && !has_place)
		monitor_options_wrong(self, o, o->watched.at[0],
				      "'watch' needs a folder for what it sees: --state-dir "
				      "/var/lib/ntpscope");
	return is_good ? STATUS_OK : STATUS_FAILED;
}

/* So that chronyd can answer, our end of the line lies beside its own: where it does for that target.  One of
 * this machine has the usual one.  False: nowhere. */
static bool socket_folder(const struct watch_spec *s, char out[WATCH_HOST_MAX])
{
	const char *path = s->host[0] == '/' ? s->host : SERVER_CHRONY_SOCKET, *slash = strrchr(path, '/');
	bool is_asked = s->via[WATCH_VIA_CHRONY] && (path == s->host || !s->port[WATCH_VIA_CHRONY]);

	snprintf(out, WATCH_HOST_MAX, "%.*s", (int)(slash - path), path);
	return is_asked && slash != path;
}

static void add_socket(struct watching *w, const char *folder)
{
	size_t i = 0;

	while (i < w->n_sockets && strcmp(w->sockets[i].path, folder) != 0)
		i++;
	if (i < WATCHING_SOCKETS_MAX && i == w->n_sockets)
		snprintf(w->sockets[w->n_sockets++].path, WATCH_HOST_MAX, "%s", folder);
}

/* Another line may name the same file later, or another in its folder. */
static void add_login(struct watching *w, const char *file)
{
	const char *slash = strrchr(file, '/');
	size_t i = 0, len = slash && slash != file ? (size_t)(slash - file) : 0;

	while (i < w->n_logins && (strncmp(w->logins[i], file, len) != 0 || w->logins[i][len]))
		i++;
	if (len && i < WATCHING_LOGINS_MAX && i == w->n_logins)
		snprintf(w->logins[w->n_logins++], WATCH_FILE_MAX, "%.*s", (int)len, file);
}

static void look_for_folders(struct watching *w)
{
	char folder[WATCH_HOST_MAX];

	for (size_t i = 0; i < w->list->n; i++) {
		if (socket_folder(&w->list->at[i], folder))
			add_socket(w, folder);
		add_login(w, w->list->at[i].snmp_file);
	}
}

/* ---- what the sandbox has not opened --------------------------------------------------------------- */

static bool is_open(const struct watching *w, const char *folder)
{
	struct stat s;

	if (stat(folder, &s))
		return false;
	for (size_t i = 0; i < w->n_sockets; i++)
		if (w->sockets[i].inode == s.st_ino && w->sockets[i].device == s.st_dev)
			return true;
	return false;
}

void watching_shut_in(struct watching *w)
{
	char folder[WATCH_HOST_MAX];
	struct stat s;

	w->is_shut_in = true;
	for (size_t i = 0; i < w->n_sockets; i++)
		if (stat(w->sockets[i].path, &s) == 0) {
			w->sockets[i].device = s.st_dev;
			w->sockets[i].inode = s.st_ino;
		}
	for (size_t i = 0; w->list && i < w->list->n; i++) {
		const struct watch_spec *spec = &w->list->at[i];
		if (spec->host[0] != '/' || !socket_folder(spec, folder) || is_open(w, folder))
			continue;
		int error = stat(folder, &s) ? errno : 0;
		log_say(w->log, LOG_LEVEL_WARNING,
			"target '%s': its socket is out of reach until the monitor is started again: '%s': "
			"%s",
			spec->name, folder, error ? strerror(error) : "too many such folders");
	}
}

/* Chronyd would have to answer into a folder that the sandbox does not open.  A host that is only a name may
 * be this machine: told once for all of them. */
static void tell_sockets(const struct watching *w, const struct watch_list *next)
{
	char folder[WATCH_HOST_MAX];
	bool is_told = false;

	for (size_t i = 0; i < next->n; i++) {
		const struct watch_spec *spec = &next->at[i];
		if (!socket_folder(spec, folder) || is_open(w, folder))
			continue;
		if (spec->host[0] == '/') {
			log_say(w->log, LOG_LEVEL_WARNING,
				"target '%s' takes effect when it is started again: until then its socket "
				"in '%s' is out of reach",
				spec->name, folder);
		} else if (!is_told && access(folder, F_OK) == 0) {
			is_told = true;
			log_say(w->log, LOG_LEVEL_WARNING,
				"target '%s': should it be this machine, chronyd's socket in '%s' is used "
				"when it is started again, the network until then",
				spec->name, folder);
		}
	}
}

static bool open_watch(struct watching *w)
{
	if (ask_watch_new(w->list->at, w->list->n, w->list->interval_ns, &ask_watch_pollers,
			  clock_monotonic_ns(), &w->watch))
		return false;
	w->fds = calloc(ask_watch_fds_most(w->list->n) + 1, sizeof(*w->fds));
	w->made = calloc(1, sizeof(*w->made));
	w->known = copy_of(w->list);
	return w->fds && w->made && w->known && !board_new(&w->board) && !history_owners_new(&w->owners);
}

int watching_open(struct watching *w, const struct command *self, const struct monitor_options *o,
		  struct actions *actions, struct log *log, struct live *live)
{
	bool has_traffic = !o->replay.n && o->state_dir;
	int status = STATUS_FAILED;

	*w = (struct watching){ .log = log, .wake_fd = -1, .alarming.events.fd = -1 };
	pthread_mutex_init(&w->lock, NULL);
	if (!o->watched.n && !has_traffic)
		return STATUS_OK;
	w->list = watching_check(w, self, o) ? NULL : parse_all(w, self, o);
	if (!w->list || open_history(w, self, o, actions))
		goto out;
	look_for_folders(w);
	w->live = has_traffic ? live : NULL;
	w->noted_ns = clock_utc_ns();
	w->look_ns = w->noted_ns + MINUTE_NS + LATE_NS;
	w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->wake_fd < 0)
		command_error(self, "cannot watch servers: %s", strerror(errno));
	else if (!open_watch(w))
		command_error(self, "cannot watch servers: no memory");
	else
		status = STATUS_OK;
out:
	if (status)
		watching_close(w);
	return status;
}

static void take(void *arg, const struct reading *r)
{
	struct watching *w = arg;
	int64_t now_ns = clock_monotonic_ns();
	struct history_point points[HISTORY_POINTS_MAX];
	struct reading kept = *r;

	if (!board_put(w->board, r, now_ns))
		return; /* too many of them: counted */
	alarming_take(&w->alarming, r, now_ns);
	kept.points = points;
	kept.n_points = history_owned(w->owners, r, points);
	keeping_add(&w->keeping, &kept);
}

/* Each minute that is over, by the clock of the packets, which is that of this machine. */
static void note_traffic(struct watching *w, const struct reading_sink *sink)
{
	struct live_point points[POINTS_AT_ONCE];
	struct live_totals totals;
	int64_t now_ns = clock_utc_ns();

	if (w->live && now_ns < w->noted_ns) /* the clock was set back */
		w->noted_ns = w->look_ns = now_ns;
	if (!w->live || now_ns < w->look_ns)
		return;
	size_t n = live_points(w->live, POINT_S, w->noted_ns, points, POINTS_AT_ONCE);
	live_totals(w->live, &totals);
	for (size_t i = 0; i < n; i++) {
		reading_made_clear(w->made);
		traffic_points(w->made, &points[i],
			       i + 1 == n ? (double)totals.unique[WINDOW_24H] : (double)NAN);
		w->noted_ns = points[i].start_ns + MINUTE_NS;
		reading_give(w->made,
			     (struct reading){ .target = WATCH_TRAFFIC_NAME,
					       .via = WATCH_VIA_TRAFFIC,
					       .time_ns = w->noted_ns,
					       .every_ns = MINUTE_NS,
					       .is_ok = true,
					       .why = "" },
			     sink);
	}
	w->look_ns = n ? w->noted_ns + MINUTE_NS + LATE_NS : now_ns + LATE_NS;
}

/* ---- others are to be watched ---------------------------------------------------------------------- */

/* What is known of whoever is gone, or is somebody else by now, is known no more.  The history stays. */
static void forget_others(struct watching *w, const struct watch_list *next)
{
	for (size_t i = 0; i < w->list->n; i++) {
		const struct watch_spec *was = &w->list->at[i], *is = find_name(next, was->name);
		if (is && watch_spec_asks_alike(was, is)) {
			if (!ask_watch_goes_on(was, w->list->interval_ns, is, next->interval_ns))
				alarming_ask_anew(&w->alarming, was->name);
			continue;
		}
		board_forget(w->board, was->name);
		history_owners_forget(w->owners, was->name);
		alarming_forget(&w->alarming, was->name,
				is ? "It is watched in another way" : "It is watched no longer");
	}
}

static void tell_others(struct watching *w, const struct watch_list *next)
{
	size_t n_stay = 0, n_same = 0;

	for (size_t i = 0; i < next->n; i++) {
		const struct watch_spec *was = find_name(w->list, next->at[i].name);
		n_stay += was != NULL;
		n_same += was && watch_spec_is_same(was, &next->at[i]);
	}
	if (n_same < next->n || n_stay < w->list->n)
		log_say(w->log, LOG_LEVEL_INFO, "watches %zu: %zu new, %zu changed, %zu gone", next->n,
			next->n - n_stay, n_stay - n_same, w->list->n - n_stay);
}

static void take_others(struct watching *w, struct watch_list *next)
{
	struct pollfd *fds = calloc(ask_watch_fds_most(next->n) + 1, sizeof(*fds));

	if (!fds || ask_watch_set(w->watch, next->at, next->n, next->interval_ns, clock_monotonic_ns())) {
		log_say(w->log, LOG_LEVEL_ERROR, "those that are watched stay as they were: no memory");
		free(fds);
		free(next);
		return;
	}
	free(w->fds);
	w->fds = fds;
	forget_others(w, next);
	tell_others(w, next);
	free(w->list);
	w->list = next;
}

/* False: it ends. */
static bool look_for_orders(struct watching *w)
{
	uint64_t n;

	if (read(w->wake_fd, &n, sizeof(n)) != (ssize_t)sizeof(n))
		return true; /* nobody woke us */
	pthread_mutex_lock(&w->lock);
	bool ends = w->ends;
	struct watch_list *next = w->next;
	w->next = NULL;
	pthread_mutex_unlock(&w->lock);
	if (next)
		take_others(w, next);
	return !ends;
}

static void wake(struct watching *w)
{
	uint64_t one = 1;

	while (write(w->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

bool watching_reload(struct watching *w, const struct command *self, const struct monitor_options *o)
{
	struct watch_list *next, *known;

	if (!w->watch || !o->state_dir)
		return false;
	next = parse_all(w, self, o);
	known = next ? copy_of(next) : NULL;
	if (!known) {
		free(next);
		return false;
	}
	free(w->known);
	w->known = known;
	if (w->is_shut_in)
		tell_sockets(w, next);
	pthread_mutex_lock(&w->lock);
	free(w->next);
	w->next = next;
	pthread_mutex_unlock(&w->lock);
	wake(w);
	return true;
}

/* ---- the thread ------------------------------------------------------------------------------------ */

static void *run(void *arg)
{
	struct watching *w = arg;
	const struct reading_sink sink = { take, w };

	do {
		int64_t until_ns = ask_watch_step(w->watch, clock_monotonic_ns(), &sink);
		note_traffic(w, &sink);
		alarming_tick(&w->alarming, clock_utc_ns(), clock_monotonic_ns());
		size_t n = ask_watch_fds(w->watch, w->fds);
		int64_t left_ns = until_ns - clock_monotonic_ns();
		if (left_ns < 0)
			left_ns = 0;
		if (left_ns > TURN_NS)
			left_ns = TURN_NS;
		struct timespec t = { .tv_sec = left_ns / NS_PER_S, .tv_nsec = left_ns % NS_PER_S };
		w->fds[n] = (struct pollfd){ .fd = w->wake_fd, .events = POLLIN };
		ppoll(w->fds, n + 1, &t, NULL);
	} while (look_for_orders(w));
	return NULL;
}

bool watching_start(struct watching *w)
{
	if (w->watch && keeping_start(&w->keeping, w->history, w->log))
		w->runs = pthread_create(&w->thread, NULL, run, w) == 0;
	return !w->watch || w->runs;
}

void watching_close(struct watching *w)
{
	if (w->runs) {
		pthread_mutex_lock(&w->lock);
		w->ends = true;
		pthread_mutex_unlock(&w->lock);
		wake(w);
		pthread_join(w->thread, NULL);
	}
	ask_watch_free(w->watch);
	keeping_end(&w->keeping);
	history_close(w->history);
	board_free(w->board);
	history_owners_free(w->owners);
	alarming_close(&w->alarming);
	free(w->fds);
	free(w->made);
	free(w->next);
	free(w->list);
	free(w->known);
	if (w->wake_fd >= 0)
		close(w->wake_fd);
	*w = (struct watching){ .wake_fd = -1, .alarming.events.fd = -1 };
}
