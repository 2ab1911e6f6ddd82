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

/* Of a long list, where each part of it begins. */
static const char *part_of(const struct command *c)
{
	static const struct {
		const struct command *first;
		const char *title;
	} parts[] = {
		{ &cmd_report, "captures:" },
		{ &cmd_monitor, "live:" },
		{ &cmd_query, "asking servers:" },
		{ &cmd_completion, "and:" },
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].first == c)
			return parts[i].title;
	return NULL;
}

void options_help_all(FILE *out)
{
	fputs("usage: ntpscope COMMAND [OPTION]... [CAPTURE|HOST]...\n\n"
	      "Looks into NTP traffic: every packet, every exchange, every client; and asks servers.\n",
	      out);
	for (size_t i = 0; commands[i]; i++) {
		const char *part = part_of(commands[i]);
		if (part)
			fprintf(out, "\n%s\n", part);
		fprintf(out, "  %-12s%s\n", commands[i]->name, commands[i]->summary);
	}
	fputs("\n'ntpscope help COMMAND' tells about one of them.\n"
	      "Captures are pcap or pcapng files, also compressed (gzip, zstd, lz4); '-' is standard "
	      "input.\n",
	      out);
}
