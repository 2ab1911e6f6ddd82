/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "present/utf8.h"

enum { MESSAGE_MAX = 1536, TEXT_MAX = MESSAGE_MAX + 256 };

/* One line, one write.  File names and bytes of packets must not act on the terminal; an escape takes up to
 * four columns for an octet. */
static void write_line(const char *text)
{
	char line[4 * TEXT_MAX + 2];
	size_t n = utf8_clean(text, strlen(text), line, sizeof(line) - 1);
	line[n++] = '\n';
	fwrite(line, 1, n, stderr);
	fflush(stderr);
}

__attribute__((format(printf, 3, 0))) static void say(const struct command *self, const char *kind,
						      const char *format, va_list ap)
{
	char message[MESSAGE_MAX], text[TEXT_MAX];
	vsnprintf(message, sizeof(message), format, ap);
	snprintf(text, sizeof(text), "ntpscope%s%s: %s%s", self ? " " : "", self ? self->name : "", kind,
		 message);
	write_line(text);
}

void command_error(const struct command *self, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	say(self, "", format, ap);
	va_end(ap);
}

void command_warning(const struct command *self, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	say(self, "warning: ", format, ap);
	va_end(ap);
}
