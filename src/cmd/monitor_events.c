/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_events.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nstime.h"
#include "cmd/remote.h"
#include "present/alarm_json.h"
#include "present/json.h"

/* ---- a line ---------------------------------------------------------------------------------------- */

void event_line(const struct alarm_event *e, struct buf *out)
{
	struct jw j;

	jw_begin(&j, out);
	alarm_event_json(&j, e);
	jw_end(&j);
}

static bool take_text(const json_t *o, const char *key, char *out, size_t room)
{
	const char *text = json_string_value(json_object_get(o, key));

	if (!text || strlen(text) >= room)
		return false;
	reading_text(out, room, text);
	alarm_clean(out);
	return true;
}

static bool take_names(const json_t *o, struct alarm_event *e)
{
	const char *via = json_string_value(json_object_get(o, "via"));
	const char *rule = json_string_value(json_object_get(o, "rule"));
	const char *from = json_string_value(json_object_get(o, "from"));
	const char *to = json_string_value(json_object_get(o, "to"));
	const char *time = json_string_value(json_object_get(o, "time"));

	return via && watch_via_find(via, strlen(via), &e->via) && rule &&
	       alarm_rule_find(rule, strlen(rule), &e->rule) && from && alarm_level_find(from, &e->from) &&
	       to && alarm_level_find(to, &e->to) && time && nstime_parse(time, &e->time_ns);
}

static double number_or_none(const json_t *o, const char *key)
{
	const json_t *number = json_object_get(o, key);

	return json_is_number(number) ? json_number_value(number) : (double)NAN;
}

bool event_parse(const char *line, size_t len, struct alarm_event *out)
{
	json_t *o = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);

	*out = (struct alarm_event){ 0 };
	bool good = take_names(o, out) && take_text(o, "target", out->target, sizeof(out->target)) &&
		    out->target[0] && take_text(o, "part", out->part, sizeof(out->part)) &&
		    take_text(o, "text", out->text, sizeof(out->text));
	out->value = number_or_none(o, "value");
	out->limit = number_or_none(o, alarm_rule_limit_key(out->rule));
	json_decref(o);
	return good;
}

/* ---- the file -------------------------------------------------------------------------------------- */

static void read_file(const char *path, struct alarms *a)
{
	struct alarm_event e;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((n = getline(&line, &room, f)) > 0)
		if (n < EVENT_LINE_MAX && event_parse(line, (size_t)n, &e))
			alarms_replay(a, &e);
	free(line);
	fclose(f);
}

static bool old_path(const struct event_log *l, char out[PATH_MAX])
{
	return snprintf(out, PATH_MAX, "%s.1", l->path) < PATH_MAX;
}

/* A file of our own, of no other name: the folder is the user's, who might have put another's file there. */
static bool is_our_file(int fd, struct stat *file)
{
	if (fstat(fd, file))
		return false;
	errno = EPERM;
	return S_ISREG(file->st_mode) && file->st_nlink == 1;
}

/* Made by root, it is still the user's to write to when that one starts the next monitor. */
static enum err open_file(struct event_log *l, const char *folder)
{
	struct stat file, owner;

	l->fd = open(l->path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	if (l->fd < 0)
		return ERR_SYS;
	bool is_good = is_our_file(l->fd, &file);
	if (is_good && folder && geteuid() == 0 && stat(folder, &owner) == 0 && file.st_uid != owner.st_uid)
		is_good = fchown(l->fd, owner.st_uid, owner.st_gid) == 0;
	if (!is_good) {
		int error = errno;
		close(l->fd);
		l->fd = -1;
		errno = error;
		return ERR_SYS;
	}
	l->bytes = file.st_size;
	return ERR_OK;
}

static enum err write_text(struct event_log *l, const char *text, size_t len)
{
	ssize_t n = write(l->fd, text, len);

	if (n > 0) {
		l->bytes += n;
		l->is_cut = text[n - 1] != '\n';
	}
	if (n == (ssize_t)len)
		return ERR_OK;
	if (n >= 0)
		errno = ENOSPC;
	return ERR_SYS;
}

static enum err write_line(struct event_log *l, const struct buf *line)
{
	if (line->err)
		return line->err;
	if (l->is_cut && write_text(l, "\n", 1))
		return ERR_SYS;
	return write_text(l, line->data, line->len);
}

static bool ends_a_line(const struct event_log *l)
{
	char last = '\n';
	int fd = open(l->path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && l->bytes > 0 && pread(fd, &last, 1, l->bytes - 1) != 1)
		last = '\n';
	if (fd >= 0)
		close(fd);
	return last == '\n';
}

enum err event_log_open(struct event_log *l, const char *folder, struct alarms *a)
{
	char old[PATH_MAX];

	*l = (struct event_log){ .fd = -1, .most_bytes = EVENT_LOG_BYTES };
	errno = ENAMETOOLONG;
	if (snprintf(l->path, sizeof(l->path), "%s/events.log", folder) >= (int)sizeof(l->path) ||
	    !old_path(l, old)) {
		l->path[0] = '\0';
		return ERR_SYS;
	}
	read_file(old, a);
	read_file(l->path, a);
	if (open_file(l, folder))
		return ERR_SYS;
	l->is_cut = !ends_a_line(l);
	return ERR_OK;
}

void event_log_close(struct event_log *l)
{
	if (l->path[0] && l->fd >= 0)
		close(l->fd);
	*l = (struct event_log){ .fd = -1 };
}

/* What stands, so that the file before this one may go. */
static void add_standing(struct event_log *l, struct alarms *a)
{
	struct alarm_state s;
	struct buf line;

	for (size_t cursor = 0; alarms_next(a, &cursor, ALARM_INFO, &s);) {
		char room[EVENT_LINE_MAX];
		struct alarm_event e = { .time_ns = s.since_ns,
					 .via = s.via,
					 .rule = s.rule,
					 .from = s.level,
					 .to = s.level,
					 .value = s.value,
					 .limit = s.limit };
		reading_text(e.target, sizeof(e.target), s.target);
		reading_text(e.part, sizeof(e.part), s.part);
		reading_text(e.text, sizeof(e.text), s.text);
		buf_lend(&line, room, sizeof(room));
		event_line(&e, &line);
		(void)write_line(l, &line);
		buf_release(&line);
	}
}

static enum err turn_over(struct event_log *l, struct alarms *a)
{
	char old[PATH_MAX];

	if (!old_path(l, old) || rename(l->path, old))
		return ERR_OK; /* better too long a file than a change that is lost */
	close(l->fd);
	l->is_cut = false;
	if (open_file(l, NULL))
		return ERR_SYS;
	add_standing(l, a);
	return ERR_OK;
}

enum err event_log_add(struct event_log *l, struct alarms *a, const struct alarm_event *e)
{
	char room[EVENT_LINE_MAX];
	struct buf line;

	if (l->fd < 0 && open_file(l, NULL))
		return ERR_SYS;
	if (l->bytes >= l->most_bytes && turn_over(l, a))
		return ERR_SYS;
	buf_lend(&line, room, sizeof(room));
	event_line(e, &line);
	enum err status = write_line(l, &line);
	buf_release(&line);
	return status;
}
