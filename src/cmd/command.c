/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/command.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

/* One line, one write: control bytes of file names and packets must not reach the terminal. */
static void write_line(const char *text)
{
	char line[2048];
	size_t n = 0;
	for (const char *p = text; *p && n + 6 < sizeof(line); p++) {
		unsigned char c = (unsigned char)*p;
		bool c1 = c == 0xc2 && (unsigned char)p[1] >= 0x80 && (unsigned char)p[1] < 0xa0;
		if (c < 0x20 || c == 0x7f || c1)
			n += (size_t)snprintf(line + n, sizeof(line) - n, "\\x%02x", c);
		else
			line[n++] = (char)c;
	}
	line[n++] = '\n';
	fwrite(line, 1, n, stderr);
	fflush(stderr);
}

__attribute__((format(printf, 3, 0))) static void say(const struct command *self, const char *kind,
						      const char *format, va_list ap)
{
	char message[1536], text[1800];
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
