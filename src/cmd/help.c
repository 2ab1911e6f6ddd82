/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The --help of a command, made from its option table: fits a screen of 80 columns. */
#include <stdio.h>
#include <string.h>

#include "cmd/options.h"

enum { HELP_COLUMN = 28 };

static void help_row(const struct option_row *row, FILE *out)
{
	char left[96];
	int n = row->letter ? snprintf(left, sizeof(left), "  -%c", row->letter)
			    : snprintf(left, sizeof(left), "    ");
	if (row->name)
		n += snprintf(left + n, sizeof(left) - (size_t)n, "%s--%s", row->letter ? ", " : "  ",
			      row->name);
	const char *value = row->metavar ? row->metavar : row->kind == OPTION_CHOICE ? row->choices : NULL;
	if (value)
		n += snprintf(left + n, sizeof(left) - (size_t)n, "%s%s", row->name ? "=" : " ", value);
	if (n > HELP_COLUMN - 2)
		fprintf(out, "%s\n%*s%s\n", left, HELP_COLUMN, "", row->help);
	else
		fprintf(out, "%-*s%s\n", HELP_COLUMN, left, row->help);
}

static void help_examples(const char *text, FILE *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		fprintf(out, "  %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

void options_help(const struct command *self, FILE *out)
{
	fprintf(out, "usage: ntpscope %s [OPTION]...%s%s\n\n%s\n\n", self->name, *self->arguments ? " " : "",
		self->arguments, self->about);
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(self, i)); i++)
		if (!row->is_rare)
			help_row(row, out);
	fprintf(out, "%-*s%s\n", HELP_COLUMN, "  -h, --help", "this text");
	if (self->more_help) {
		fputc('\n', out);
		self->more_help(out);
	}
	if (*self->examples) {
		fputs("\nexamples:\n", out);
		help_examples(self->examples, out);
	}
}
