/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool color_wanted(int color, bool terminal)
{
	const char *no_color = getenv("NO_COLOR"); /* https://no-color.org: set and not empty */
	const char *term = getenv("TERM");
	switch ((enum color_kind)color) {
	case COLOR_ALWAYS: return true;
	case COLOR_NEVER: return false;
	case COLOR_AUTO: break;
	}
	return terminal && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

static unsigned columns_of(int fd)
{
	struct winsize w;
	if (ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
		return w.ws_col;
	return 80;
}

/* Whether what is at path is replaced as a whole: a regular file, or nothing yet. */
static bool is_replaceable(const char *path)
{
	struct stat st;
	return stat(path, &st) != 0 ? errno == ENOENT : S_ISREG(st.st_mode);
}

/* The file behind symbolic links; the caller frees it. */
static char *real_path(const char *path)
{
	char *real = realpath(path, NULL);
	return real ? real : strdup(path);
}

static char *temporary_name(const char *path)
{
	char *name;
	return asprintf(&name, "%s.XXXXXX", path) < 0 ? NULL : name;
}

/* A file with a name of its own beside path. */
static int open_temporary(struct output *out, const char *real)
{
	mode_t mask = umask(0);
	umask(mask);
	out->temporary = temporary_name(real);
	int fd = out->temporary ? mkostemp(out->temporary, O_CLOEXEC) : -1;
	if (fd < 0) {
		free(out->temporary);
		out->temporary = NULL;
	} else {
		(void)fchmod(fd, 0666 & ~mask);
	}
	return fd;
}

/* Without a name while it is written, where the file system can: nothing stays behind when we are killed. */
static int open_aside(struct output *out, const char *path)
{
	char *real = real_path(path);
	char *dir = real ? strdup(real) : NULL;
	int fd = -1;
	if (dir) {
		fd = open(dirname(dir), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
		if (fd < 0)
			fd = open_temporary(out, real);
	}
	free(dir);
	free(real);
	out->aside = fd >= 0;
	return fd;
}

static int open_path(struct output *out, const char *path)
{
	int fd = is_replaceable(path) ? open_aside(out, path) : -1;
	return fd >= 0 ? fd : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

/* A nameless file gets a name of its own first, since a link cannot replace another file. */
static bool name_nameless(struct output *out, const char *real)
{
	char self[64];
	int fd = open_temporary(out, real); /* takes the name */
	if (fd < 0)
		return false;
	close(fd);
	(void)unlink(out->temporary);
	snprintf(self, sizeof(self), "/proc/self/fd/%d", out->buf.fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, out->temporary, AT_SYMLINK_FOLLOW) == 0;
}

/* Gives what was written aside its name. */
static bool take_name(struct output *out)
{
	char *real = real_path(out->path);
	bool ok = real && (out->temporary || name_nameless(out, real)) && rename(out->temporary, real) == 0;
	int error = errno;
	if (!ok && out->temporary)
		(void)unlink(out->temporary);
	free(real);
	errno = error;
	return ok;
}

static int stat_of(const char *input, struct stat *st)
{
	return strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, st) : stat(input, st);
}

bool output_spares(const struct command *self, const char *output, const char *input)
{
	struct stat a, b;
	if (!output || !input || stat(output, &a) != 0 || stat_of(input, &b) != 0)
		return true;
	if (a.st_dev != b.st_dev || a.st_ino != b.st_ino || !S_ISREG(a.st_mode))
		return true;
	command_error(self, "'%s' is read: it cannot be written over", output);
	return false;
}

int output_open_for(struct output *out, const struct command *self, const struct captures *in)
{
	const char *path = in->options->output;
	bool spared = output_spares(self, path, in->options->hosts);
	for (size_t i = 0; spared && i < in->n_paths; i++)
		spared = output_spares(self, path, in->paths[i]);
	return spared ? output_open(out, self, path, in->options->color) : STATUS_FAILED;
}

int output_open(struct output *out, const struct command *self, const char *path, int color)
{
	*out = (struct output){ .command = self, .path = path };
	int fd = STDOUT_FILENO;
	if (path)
		fd = open_path(out, path);
	if (fd < 0) {
		command_error(self, "cannot write '%s': %s", path, strerror(errno));
		return STATUS_FAILED;
	}
	out->terminal = isatty(fd);
	out->columns = columns_of(fd);
	out->color = color_wanted(color, out->terminal);
	if (buf_init(&out->buf, fd)) {
		command_error(self, "no memory for output");
		if (path)
			close(fd);
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

int output_finish(struct output *out, int status)
{
	enum err e = buf_flush(&out->buf);
	int error = out->buf.sys_errno;
	bool wanted = !e && status != STATUS_FAILED;
	if (out->aside && wanted && !take_name(out)) {
		e = ERR_SYS;
		error = errno;
	}
	if (out->temporary && !wanted)
		(void)unlink(out->temporary);
	free(out->temporary);
	out->temporary = NULL;
	/* A network file system reports a full disk only here. */
	if (close(out->buf.fd) != 0 && !e && errno != EINTR) {
		e = ERR_SYS;
		error = errno;
	}
	buf_release(&out->buf);
	if (!e)
		return status;
	if (e == ERR_SYS && error == EPIPE)
		return STATUS_FAILED;
	const char *why = e == ERR_SYS ? strerror(error) : err_text(e);
	if (out->path)
		command_error(out->command, "cannot write '%s': %s", out->path, why);
	else
		command_error(out->command, "cannot write to standard output: %s", why);
	return STATUS_FAILED;
}
