/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/inherit.h"
#include "store/journal_day.h"

enum { LINE_MOST = 4096, EVERY_MOST_S = 100 * 86400, DAY_NAME_LEN = sizeof("2026-03-01.log") - 1 };

/* What is late by that much still finds its day plain: packing it anew for each line would cost minutes. */
static const int64_t settle_ns = 600 * NS_PER_S;

struct journal {
	char folder[PATH_MAX], path[PATH_MAX];
	int fd;
	int64_t day;        /* since 1970, of the file that is open: path */
	bool is_cut;        /* its last line may be unfinished */
	int64_t packed_day; /* those before it were packed */
};

int64_t journal_day_of(int64_t time_ns)
{
	int64_t day_ns = 86400 * NS_PER_S;
	return time_ns / day_ns - (time_ns % day_ns < 0);
}

/* "FOLDER/2026-03-01.log". */
static bool day_path(const char *folder, int64_t day, char out[PATH_MAX])
{
	char date[NSTIME_TEXT_MAX];

	nstime_rfc3339(day * 86400 * NS_PER_S, date);
	return snprintf(out, PATH_MAX, "%s/%.10s.log", folder, date) < PATH_MAX;
}

/* ---- writing ------------------------------------------------------------------------------------- */

enum err journal_open(const char *folder, struct journal **out)
{
	struct journal *j = calloc(1, sizeof(*j));

	*out = NULL;
	if (!j)
		return ERR_MEMORY;
	j->fd = -1;
	if (snprintf(j->folder, sizeof(j->folder), "%s", folder) >= (int)sizeof(j->folder)) {
		free(j);
		errno = ENAMETOOLONG;
		return ERR_SYS;
	}
	bool is_new = mkdir(folder, 0755) == 0;
	if (!is_new && errno != EEXIST) {
		free(j);
		return ERR_SYS;
	}
	if (is_new)
		inherit_owner(folder);
	*out = j;
	return ERR_OK;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	if (j->fd >= 0)
		close(j->fd);
	free(j);
}

/* A line that was left unfinished ends here. */
static enum err end_last_line(struct journal *j)
{
	static const char end[] = { JOURNAL_CUT, '\n' };
	char last;
	off_t size = lseek(j->fd, 0, SEEK_END);

	j->is_cut = size > 0 && pread(j->fd, &last, 1, size - 1) == 1 && last != '\n' &&
		    write(j->fd, end, sizeof(end)) != sizeof(end);
	return j->is_cut ? ERR_SYS : ERR_OK;
}

/* Days before it are over for good. */
static int64_t first_open_day(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return journal_day_of(t.tv_sec * NS_PER_S - settle_ns);
}

/* Opens a day to append to it, and holds it against being packed by another program.  One that was packed
 * between opening and holding it has no name any more: then a new file is begun. */
static int open_held(const char *path)
{
	for (;;) {
		struct stat st;
		int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
		inherit_owner(path);
		bool is_held = fd >= 0 && flock(fd, LOCK_SH) == 0 && fstat(fd, &st) == 0;
		bool is_pipe = is_held && S_ISFIFO(st.st_mode);
		if (!is_pipe && (!is_held || st.st_nlink > 0))
			return fd;
		close(fd);
		if (is_pipe) { /* what would be in it nobody could read again */
			errno = ESPIPE;
			return -1;
		}
	}
}

/* Also those that ended while nobody ran.  What cannot be compressed now, or is held by another program,
 * stays as it is, and readable. */
static void pack_days_before(struct journal *j, int64_t day);

static enum err open_day(struct journal *j, int64_t day)
{
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
	pack_days_before(j, first_open_day());
	if (!day_path(j->folder, day, j->path)) {
		errno = ENAMETOOLONG;
		return ERR_SYS;
	}
	j->fd = open_held(j->path);
	j->day = day;
	return j->fd < 0 ? ERR_SYS : end_last_line(j);
}

void journal_name(const char *target, char out[HISTORY_TARGET_MAX])
{
	size_t len = 0;

	const char *c = target;
	for (; *c && len + 1 < HISTORY_TARGET_MAX; c++)
		out[len++] = (unsigned char)*c > ' ' && *c != 0x7f ? *c : '_';
	if (((unsigned char)*c & 0xc0) == 0x80) { /* the rest of a character: it goes as a whole */
		while (len && ((unsigned char)out[len - 1] & 0xc0) == 0x80)
			len--;
		len -= len > 0;
	}
	out[len] = '\0';
}

static size_t put_line(char out[LINE_MOST], int64_t time_ns, int64_t every_ns, const char *target,
		       const struct history_point *points, size_t n)
{
	size_t len = nstime_rfc3339(time_ns, out);

	out[len++] = ' ';
	journal_name(target, out + len);
	len += strlen(out + len);
	if (every_ns > 0)
		len += (size_t)snprintf(out + len, LINE_MOST - len, " every_s=%.9g",
					(double)every_ns / (double)NS_PER_S);
	for (size_t i = 0; i < n && len + HISTORY_NAME_MAX + 40 < LINE_MOST; i++)
		len += (size_t)snprintf(out + len, LINE_MOST - len, " %.*s=%.12g", HISTORY_NAME_MAX,
					points[i].name, points[i].value);
	out[len++] = '\n';
	return len;
}

enum err journal_add(struct journal *j, int64_t time_ns, int64_t every_ns, const char *target,
		     const struct history_point *points, size_t n)
{
	char line[LINE_MOST];
	int64_t day = journal_day_of(time_ns);
	size_t len = put_line(line, time_ns, every_ns, target, points, n);
	enum err e = ERR_OK;

	if (j->fd < 0 || day != j->day)
		e = open_day(j, day);
	else if (j->packed_day != first_open_day())
		e = open_day(j, day); /* and packs the one that is over by now */
	else if (j->is_cut)
		e = end_last_line(j); /* the disk may have been full for this, too */
	if (e)
		return e;
	ssize_t written = write(j->fd, line, len);
	if (written == (ssize_t)len)
		return ERR_OK;
	if (written >= 0)
		errno = ENOSPC;
	j->is_cut = written > 0;
	return ERR_SYS;
}

const char *journal_file(const struct journal *j)
{
	return j->path;
}

/* ---- reading ------------------------------------------------------------------------------------- */

struct range {
	struct journal_reader *reader;
	int64_t from_ns, to_ns;
};

static char *next_word(char **at)
{
	char *word = *at;
	char *end = strchr(word, ' ');

	*at = end ? end + 1 : word + strlen(word);
	if (end)
		*end = '\0';
	return word;
}

/* The pace is no value: it belongs to all behind it. */
static bool take_pace(struct journal_reader *r, const char *name, double every_s, bool is_first)
{
	if (!is_first || strcmp(name, "every_s") != 0)
		return false;
	if (every_s > 0 && every_s <= EVERY_MOST_S)
		r->every_ns = (int64_t)(every_s * (double)NS_PER_S + 0.5);
	return true;
}

/* False when point() has enough. */
static bool take_values(const struct range *r, int64_t time_ns, const char *target, char *at)
{
	r->reader->every_ns = 0;
	for (bool is_first = true; *at; is_first = false) {
		char *name = next_word(&at), *end;
		char *value = strchr(name, '=');
		if (!value) {
			r->reader->n_bad++;
			return true;
		}
		*value++ = '\0';
		double v = strtod(value, &end);
		if (end == value || *end) {
			r->reader->n_bad++;
			return true;
		}
		if (!take_pace(r->reader, name, v, is_first) &&
		    !r->reader->point(r->reader->arg, time_ns, target, name, v))
			return false;
	}
	return true;
}

static bool take_line(void *arg, char *line)
{
	const struct range *r = arg;
	int64_t time_ns;
	size_t len = strlen(line);
	bool is_cut = len && line[len - 1] == JOURNAL_CUT;
	char *at = line;
	const char *when = next_word(&at);
	const char *target = next_word(&at);

	r->reader->n_lines++;
	if (is_cut) {
		r->reader->n_bad++;
		return true;
	}
	if (!nstime_parse(when, &time_ns) || !*target) {
		r->reader->n_bad += *line != '\0';
		return true;
	}
	return time_ns < r->from_ns || time_ns >= r->to_ns || take_values(r, time_ns, target, at);
}

static char **free_names(char **names, size_t *n)
{
	for (size_t i = 0; names && i < *n; i++)
		free(names[i]);
	free(names);
	*n = 0;
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_of_range(const char *name, const struct range *r)
{
	char text[NSTIME_TEXT_MAX];
	int64_t day_ns;

	if (strlen(name) < 14 || strncmp(name + 10, ".log", 4) != 0 ||
	    (name[14] && strcmp(name + 14, ".zst") != 0))
		return false;
	snprintf(text, sizeof(text), "%.10sT00:00:00Z", name);
	return nstime_parse(text, &day_ns) && day_ns < r->to_ns &&
	       ns_plus(day_ns, 86400 * NS_PER_S) > r->from_ns;
}

static char **add_name(char **names, size_t *n, const char *name)
{
	char **grown = realloc(names, (*n + 2) * sizeof(*names));
	char *copy = grown ? strdup(name) : NULL;

	if (copy)
		grown[(*n)++] = copy;
	return copy ? grown : free_names(grown ? grown : names, n);
}

/* The names of the days' files, in order; NULL with errno. */
static char **list_days(const char *folder, const struct range *r, size_t *n)
{
	DIR *d = opendir(folder);
	char **names = NULL;
	const struct dirent *entry;

	*n = 0;
	if (!d)
		return NULL;
	names = calloc(1, sizeof(*names));
	errno = names ? 0 : ENOMEM;
	while (names && (entry = readdir(d))) {
		if (is_of_range(entry->d_name, r))
			names = add_name(names, n, entry->d_name);
		errno = names ? 0 : ENOMEM;
	}
	if (names && errno) /* of readdir */
		names = free_names(names, n);
	int e = errno;
	closedir(d);
	errno = e;
	if (names && *n)
		qsort(names, *n, sizeof(*names), by_name);
	return names;
}

/* Lines of a plain file are good or bad each: as a whole it is damaged only where it is no file. */
static void note_damage(struct journal_reader *r, const char *name, const char *plain)
{
	const char *ending = journal_day_is_strange(plain) ? "" : ".zst";

	if (!r->n_damaged_days++)
		snprintf(r->first_damaged, sizeof(r->first_damaged), "%.*s%s", DAY_NAME_LEN, name, ending);
}

enum err journal_read(const char *folder, int64_t from_ns, int64_t to_ns, struct journal_reader *r)
{
	struct range range = { .reader = r, .from_ns = from_ns, .to_ns = to_ns };
	size_t n;
	enum err e = ERR_OK;

	r->n_lines = r->n_bad = r->n_damaged_days = 0;
	r->first_damaged[0] = '\0';
	char **names = list_days(folder, &range, &n);
	if (!names)
		return errno == ENOMEM ? ERR_MEMORY : ERR_SYS;
	for (size_t i = 0; i < n && !e; i++) {
		char plain[PATH_MAX], archive[PATH_MAX];
		bool is_second = i && strncmp(names[i], names[i - 1], DAY_NAME_LEN) == 0;
		if (is_second ||
		    snprintf(plain, PATH_MAX, "%s/%.*s", folder, DAY_NAME_LEN, names[i]) >= PATH_MAX ||
		    snprintf(archive, PATH_MAX, "%s/%.*s.zst", folder, DAY_NAME_LEN, names[i]) >= PATH_MAX)
			continue;
		e = journal_day_read(plain, archive, take_line, &range);
		if (e == ERR_FORMAT) {
			note_damage(r, names[i], plain);
			e = ERR_OK;
		}
	}
	free_names(names, &n);
	return e;
}

static void pack_days_before(struct journal *j, int64_t day)
{
	const struct range r = { .from_ns = INT64_MIN, .to_ns = day * 86400 * NS_PER_S };
	size_t n;
	char **names = list_days(j->folder, &r, &n);

	j->packed_day = day;
	for (size_t i = 0; names && i < n; i++) {
		char path[PATH_MAX], archive[PATH_MAX];
		bool is_plain = strlen(names[i]) == DAY_NAME_LEN;
		if (is_plain && snprintf(path, sizeof(path), "%s/%s", j->folder, names[i]) < PATH_MAX &&
		    snprintf(archive, sizeof(archive), "%s/%s.zst", j->folder, names[i]) < PATH_MAX)
			journal_day_pack(path, archive);
	}
	free_names(names, &n);
}
