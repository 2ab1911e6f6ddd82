/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_marks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/inherit.h"

/* So long does a writer wait for readers, of whom each takes a fraction of it. */
enum { LOCK_TRIES = 500, HASTY_TRIES = 20, LOCK_PAUSE_NS = 1000000 };

static bool path_of(char out[PATH_MAX], const char *folder, const char *file)
{
	if (snprintf(out, PATH_MAX, "%s/rrd/%s", folder, file) < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

static int open_mark(const char *folder, const char *file, int flags)
{
	char path[PATH_MAX];

	if (!path_of(path, folder, file))
		return -1;
	/* Never waits for the writer of a pipe that somebody put there. */
	int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0644);
	if (fd >= 0 && flags & O_CREAT)
		inherit_owner(path);
	return fd;
}

enum err history_marks_init(struct history_marks *m, const char *folder)
{
	char path[PATH_MAX];

	*m = (struct history_marks){ .lock_fd = -1, .writer_fd = -1, .busy_fd = -1 };
	if (snprintf(m->folder, sizeof(m->folder), "%s", folder) >= PATH_MAX ||
	    snprintf(path, sizeof(path), "%s/rrd", folder) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return ERR_SYS;
	}
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return ERR_SYS;
	inherit_owner(path);
	m->lock_fd = open_mark(folder, "lock", O_RDWR | O_CREAT);
	m->writer_fd = open_mark(folder, "writer", O_RDWR | O_CREAT);
	m->busy_fd = open_mark(folder, "busy", O_RDWR | O_CREAT);
	if (m->lock_fd >= 0 && m->writer_fd >= 0 && m->busy_fd >= 0)
		return ERR_OK;
	history_marks_release(m);
	return ERR_SYS;
}

void history_marks_release(struct history_marks *m)
{
	int e = errno;

	if (m->lock_fd >= 0)
		close(m->lock_fd);
	if (m->writer_fd >= 0)
		close(m->writer_fd);
	if (m->busy_fd >= 0)
		close(m->busy_fd);
	m->lock_fd = m->writer_fd = m->busy_fd = -1;
	errno = e;
}

static bool try_lock(int fd, int how, int tries)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_NS };

	for (int i = 0; i < tries; i++) {
		if (flock(fd, how | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		nanosleep(&pause, NULL);
	}
	errno = EWOULDBLOCK;
	return false;
}

bool history_marks_lock_writer(struct history_marks *m)
{
	return try_lock(m->writer_fd, LOCK_EX, LOCK_TRIES);
}

bool history_marks_lock(struct history_marks *m)
{
	if (!history_marks_lock_writer(m))
		return false;
	if (try_lock(m->lock_fd, LOCK_EX, LOCK_TRIES))
		return true;
	int e = errno;
	flock(m->writer_fd, LOCK_UN);
	errno = e;
	return false;
}

void history_marks_unlock(struct history_marks *m)
{
	int e = errno;

	flock(m->lock_fd, LOCK_UN);
	flock(m->writer_fd, LOCK_UN);
	errno = e;
}

int history_marks_lock_shared(const char *folder, bool is_hasty)
{
	int fd = open_mark(folder, "lock", O_RDONLY);

	if (fd < 0 || try_lock(fd, LOCK_SH, is_hasty ? HASTY_TRIES : LOCK_TRIES) || !is_hasty)
		return fd;
	close(fd);
	return -1;
}

int history_marks_lock_rebuild(const char *folder, bool waits)
{
	int fd = open_mark(folder, "rebuild", O_RDWR | O_CREAT);

	if (fd >= 0 && flock(fd, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
		int e = errno;
		close(fd);
		errno = e;
		return -1;
	}
	return fd;
}

/* Always of the same length, so that one write replaces the other. */
void history_marks_busy(struct history_marks *m, const char *name)
{
	char text[HISTORY_TARGET_MAX] = "";

	if (name)
		snprintf(text, sizeof(text), "%s", name);
	/* What cannot be written here cannot be written there: that one tells. */
	(void)!pwrite(m->busy_fd, text, sizeof(text), 0);
}

bool history_marks_was_busy(struct history_marks *m, char name[HISTORY_TARGET_MAX])
{
	ssize_t n = pread(m->busy_fd, name, HISTORY_TARGET_MAX - 1, 0);

	name[n > 0 ? n : 0] = '\0';
	return name[0] != '\0';
}

int64_t history_marks_upto_ns(const struct history_marks *m)
{
	char text[NSTIME_TEXT_MAX] = "";
	int fd = open_mark(m->folder, "upto", O_RDONLY);
	int64_t t_ns;

	if (fd < 0)
		return INT64_MIN;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return nstime_parse(text, &t_ns) ? t_ns : INT64_MIN;
}

enum err history_marks_set_upto(const struct history_marks *m, int64_t time_ns)
{
	char text[NSTIME_TEXT_MAX + 1];
	size_t len = nstime_rfc3339(time_ns, text);
	int fd = open_mark(m->folder, "upto", O_WRONLY | O_CREAT);

	if (fd < 0)
		return ERR_SYS;
	text[len++] = '\n';
	bool is_written = pwrite(fd, text, len, 0) == (ssize_t)len;
	return close(fd) == 0 && is_written ? ERR_OK : ERR_SYS;
}

/* A line that a full disk cut off before it ends, and is a name that nobody has. */
enum err history_marks_want(const struct history_marks *m, const char *name)
{
	char line[HISTORY_TARGET_MAX + 2];
	int len = snprintf(line, sizeof(line), "\n%s\n", name);
	int fd = open_mark(m->folder, "wanted", O_WRONLY | O_CREAT | O_APPEND);

	if (fd < 0)
		return ERR_SYS;
	bool is_written = write(fd, line, (size_t)len) == len;
	return close(fd) == 0 && is_written ? ERR_OK : ERR_SYS;
}

void history_marks_wanted(const struct history_marks *m, void (*each)(void *arg, const char *name), void *arg)
{
	char path[PATH_MAX], line[HISTORY_TARGET_MAX + 2];
	FILE *f = path_of(path, m->folder, "wanted") ? fopen(path, "re") : NULL;

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0])
			each(arg, line);
	}
	if (f)
		fclose(f);
}

void history_marks_want_none(const struct history_marks *m)
{
	char path[PATH_MAX];

	if (path_of(path, m->folder, "wanted"))
		unlink(path);
}
