/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/log.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const struct level_words {
	const char *word;
	char priority; /* sd-daemon(3) */
} levels[] = {
	[LOG_LEVEL_ERROR] = { "error: ", '3' },
	[LOG_LEVEL_WARNING] = { "warning: ", '4' },
	[LOG_LEVEL_INFO] = { "", '6' },
	[LOG_LEVEL_DEBUG] = { "debug: ", '7' },
};

/* $JOURNAL_STREAM is "device:inode" of the journal's socket (systemd.exec(5)). */
static bool leads_to_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	char here[64];

	if (!stream || fstat(fd, &st) != 0)
		return false;
	snprintf(here, sizeof(here), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(here, stream) == 0;
}

void log_init(struct log *l, int fd, enum log_level level)
{
	l->fd = fd;
	atomic_init(&l->level, level);
	l->is_journal = leads_to_journal(fd);
}

static size_t begin(const struct log *l, enum log_level level, char *out, size_t room)
{
	struct timespec now;
	struct tm t;

	if (l->is_journal)
		return (size_t)snprintf(out, room, "<%c>", levels[level].priority);
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &t);
	size_t n = strftime(out, room, "%Y-%m-%dT%H:%M:%SZ ", &t);
	return n + (size_t)snprintf(out + n, room - n, "%s", levels[level].word);
}

/* "µ" and its like: U+00A1 to U+00FF in UTF-8.  Others may turn the direction of writing, for one. */
static bool is_latin(unsigned char c, unsigned char next)
{
	return (c == 0xc2 && next >= 0xa1 && next <= 0xbf) || (c == 0xc3 && next >= 0x80 && next <= 0xbf);
}

static size_t clean(const char *text, char *out, size_t room)
{
	size_t n = 0;
	for (; *text && n + 4 < room; text++) {
		unsigned char c = (unsigned char)*text;
		if (c >= 0x20 && c < 0x7f) {
			out[n++] = (char)c;
		} else if (is_latin(c, (unsigned char)text[1])) {
			out[n++] = (char)c;
			out[n++] = *++text;
		} else {
			n += (size_t)snprintf(out + n, room - n, "\\x%02x", c);
		}
	}
	return n;
}

void log_say(struct log *l, enum log_level level, const char *format, ...)
{
	char text[LOG_LINE_MAX], line[4 * LOG_LINE_MAX];
	int error = errno;
	va_list ap;

	if ((int)level > atomic_load(&l->level))
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	size_t n = begin(l, level, line, sizeof(line));
	n += clean(text, line + n, sizeof(line) - n - 1);
	line[n++] = '\n';
	if (write(l->fd, line, n) < 0)
		errno = error; /* nobody is left to tell */
	errno = error;
}
