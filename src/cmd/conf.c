/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/conf.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/options.h"

enum { ROWS_MAX = 128 };

struct parser {
	struct conf *conf;
	const struct command *self;
	void *settings;
	const char *at, *end;
	int line;
	bool failed;
	enum err error;
	char *message;
	bool given[ROWS_MAX];
};

__attribute__((format(printf, 2, 3))) static int fail(struct parser *p, const char *format, ...)
{
	va_list ap;
	int n = snprintf(p->message, CONF_MESSAGE_MAX, "line %d: ", p->line);
	va_start(ap, format);
	vsnprintf(p->message + n, CONF_MESSAGE_MAX - (size_t)n, format, ap);
	va_end(ap);
	p->failed = true;
	p->error = ERR_FORMAT;
	return 0;
}

/* For the reader of lines: NULL ends it all. */
static char *next_line(char *out, int room, void *arg)
{
	struct parser *p = arg;
	if (p->failed || p->at >= p->end)
		return NULL;
	const char *eol = memchr(p->at, '\n', (size_t)(p->end - p->at));
	size_t len = (size_t)((eol ? eol + 1 : p->end) - p->at);
	p->line++;
	if (len >= (size_t)room) {
		fail(p, "longer than %d octets", room - 2);
		return NULL;
	}
	if (memchr(p->at, '\0', len)) {
		fail(p, "not text");
		return NULL;
	}
	memcpy(out, p->at, len);
	out[len] = '\0';
	p->at += len;
	return out;
}

/* ---- names --------------------------------------------------------------------------------------- */

static const struct option_row *find(const struct command *self, const char *name, size_t *index)
{
	const struct option_row *row;
	for (*index = 0; *index < ROWS_MAX && (row = options_row(self, *index)); ++*index)
		if (row->section && row->name && strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

static int unknown_name(struct parser *p, const char *name)
{
	const char *names[ROWS_MAX];
	const struct option_row *row;
	size_t n = 0;
	for (size_t i = 0; n < ROWS_MAX && (row = options_row(p->self, i)); i++)
		if (row->section)
			names[n++] = row->name;
	const char *near = options_nearest(name, names, n);
	if (near)
		return fail(p, "unknown setting '%s'; did you mean '%s'?", name, near);
	return fail(p, "unknown setting '%s'", name);
}

static bool has_section(const struct command *self, const char *section)
{
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(self, i)); i++)
		if (row->section && strcmp(row->section, section) == 0)
			return true;
	return false;
}

static int wrong_section(struct parser *p, const struct option_row *row, const char *section)
{
	if (!section[0])
		return fail(p, "'%s' stands before any section; it belongs to [%s]", row->name, row->section);
	return fail(p, "'%s' belongs to section [%s], not [%s]", row->name, row->section, section);
}

/* ---- values -------------------------------------------------------------------------------------- */

static const char *keep(struct conf *c, const char *value, int line)
{
	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 16;
		struct conf_text *grown = realloc(c->kept, cap * sizeof(*grown));
		if (!grown)
			return NULL;
		c->kept = grown;
		c->cap = cap;
	}
	char *copy = strdup(value);
	if (copy)
		c->kept[c->n++] = (struct conf_text){ copy, line };
	return copy;
}

static bool may_repeat(const struct option_row *row)
{
	return row->kind == OPTION_TEXTS || row->kind == OPTION_ADDRS;
}

static int setting(void *arg, const char *section, const char *name, const char *value)
{
	struct parser *p = arg;
	size_t index;
	char why[160];

	if (p->failed)
		return 0;
	if (section[0] && !has_section(p->self, section))
		return fail(p, "unknown section [%s]", section);
	const struct option_row *row = find(p->self, name, &index);
	if (!row)
		return unknown_name(p, name);
	if (strcmp(row->section, section) != 0)
		return wrong_section(p, row, section);
	if (p->given[index] && !may_repeat(row))
		return fail(p, "'%s' is given twice", name);
	p->given[index] = true;
	if (!value || !value[0])
		return fail(p, "'%s' needs a value", name);
	const char *kept = keep(p->conf, value, p->line);
	if (!kept) {
		p->failed = true;
		p->error = ERR_MEMORY;
		snprintf(p->message, CONF_MESSAGE_MAX, "no memory");
		return 0;
	}
	if (options_take(row, p->settings, kept, why, sizeof(why)))
		return 1;
	if (row->is_secret)
		return fail(p, "bad value for '%s': %s", name, why);
	return fail(p, "bad value '%s' for '%s': %s", value, name, why);
}

enum err conf_parse(struct conf *c, const struct command *self, void *settings, const char *text, size_t len,
		    char message[CONF_MESSAGE_MAX])
{
	struct parser p = {
		.conf = c,
		.self = self,
		.settings = settings,
		.at = text,
		.end = text + len,
		.message = message,
	};
	message[0] = '\0';
	int line = ini_parse_stream(next_line, &p, setting, &p);
	/* A line without '=' or a section without ']' is what it finds on its own, and goes on. */
	if (line > 0 && (!p.failed || line < p.line)) {
		p.line = line;
		fail(&p, "neither [SECTION] nor NAME = VALUE");
	} else if (line < 0 && !p.failed) {
		p.error = ERR_MEMORY;
		snprintf(message, CONF_MESSAGE_MAX, "no memory");
	}
	return p.error;
}

/* NULL with errno. */
static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rbe");
	if (!f)
		return NULL;
	char *text = malloc(CONF_FILE_MAX + 1);
	int error = ENOMEM;
	if (text) {
		*len = fread(text, 1, CONF_FILE_MAX + 1, f);
		error = ferror(f) ? errno : *len > CONF_FILE_MAX ? EFBIG : 0;
	}
	fclose(f);
	if (error) {
		free(text);
		text = NULL;
		errno = error;
	}
	return text;
}

enum err conf_read(struct conf *c, const struct command *self, void *settings, const char *path,
		   char message[CONF_MESSAGE_MAX])
{
	char why[CONF_MESSAGE_MAX];
	size_t len;
	char *text = read_file(path, &len);

	message[0] = '\0';
	if (!text) {
		snprintf(message, CONF_MESSAGE_MAX, "cannot read '%.200s': %s", path, strerror(errno));
		return ERR_SYS;
	}
	snprintf(c->path, sizeof(c->path), "%s", path);
	enum err e = conf_parse(c, self, settings, text, len, why);
	free(text);
	if (e)
		snprintf(message, CONF_MESSAGE_MAX, "'%s', %.450s", c->path, why);
	return e;
}

/* By address, since the same may stand in several lines. */
int conf_line(const struct conf *c, const char *text)
{
	for (size_t i = 0; c && text && i < c->n; i++)
		if (c->kept[i].text == text)
			return c->kept[i].line;
	return 0;
}

void conf_where(const struct conf *c, const char *text, char out[CONF_WHERE_MAX])
{
	int line = conf_line(c, text);

	out[0] = '\0';
	if (line && c->path[0])
		snprintf(out, CONF_WHERE_MAX, "'%s', line %d: ", c->path, line);
	else if (line)
		snprintf(out, CONF_WHERE_MAX, "line %d: ", line);
}

void conf_release(struct conf *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->kept[i].text);
	free(c->kept);
	*c = (struct conf){ 0 };
}
