/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

int output_open(struct output *out, const struct command *self, const char *path, int color)
{
	*out = (struct output){ .command = self, .path = path };
	int fd = STDOUT_FILENO;
	if (path)
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
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
