/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope completion`: what a shell needs to complete commands, options and their words, from the option
 * tables. */
#include <string.h>

#include "cmd/options.h"
#include "cmd/output.h"

struct settings {
	const char *output;
};

static const struct option_row rows[] = {
	{ 0, "output", "FILE", "write there, not to standard output", OPTION_TEXT,
	  .offset = offsetof(struct settings, output) },
};

/* What follows an option. */
enum value { VALUE_NONE, VALUE_WORDS, VALUE_FILE, VALUE_OTHER };

static enum value value_of(const struct option_row *row)
{
	if (row->kind == OPTION_FLAG)
		return VALUE_NONE;
	if (row->kind == OPTION_CHOICE)
		return VALUE_WORDS;
	return row->metavar && (strcmp(row->metavar, "FILE") == 0 || strcmp(row->metavar, "DIR") == 0)
		       ? VALUE_FILE
		       : VALUE_OTHER;
}

/* "table|json" as "table json". */
static void add_words(struct buf *b, const char *choices)
{
	for (; *choices; choices++)
		buf_char(b, *choices == '|' ? ' ' : *choices);
}

/* ---- bash ---------------------------------------------------------------------------------------- */

static void bash_value(struct buf *b, const struct command *c, const struct option_row *row)
{
	if (value_of(row) == VALUE_NONE)
		return;
	buf_str(b, "\t");
	if (row->name)
		buf_printf(b, "%s:--%s", c->name, row->name);
	if (row->letter)
		buf_printf(b, "%s%s:-%c", row->name ? "|" : "", c->name, row->letter);
	buf_str(b, ")\n\t\t");
	if (value_of(row) == VALUE_WORDS) {
		buf_str(b, "COMPREPLY=($(compgen -W '");
		add_words(b, row->choices);
		buf_str(b, "' -- \"$cur\"))");
	} else if (value_of(row) == VALUE_FILE) {
		buf_str(b, "COMPREPLY=($(compgen -f -- \"$cur\"))");
	}
	buf_str(b, "\n\t\treturn\n\t\t;;\n");
}

static void bash_options(struct buf *b, const struct command *c)
{
	const struct option_row *row;

	buf_printf(b, "\t%s) opts='--help", c->name);
	for (size_t i = 0; (row = options_row(c, i)); i++)
		if (row->name)
			buf_printf(b, " --%s", row->name);
	buf_str(b, "' ;;\n");
}

static void command_names(struct buf *b)
{
	for (size_t i = 0; commands[i]; i++)
		buf_printf(b, "%s%s", i ? " " : "", commands[i]->name);
}

static void bash(struct buf *b)
{
	const struct option_row *row;

	buf_str(b, "# bash completion for ntpscope\n_ntpscope()\n{\n"
		   "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} opts=\n"
		   "\tlocal command=${COMP_WORDS[1]}\n\tCOMPREPLY=()\n"
		   "\tif [ \"$cur\" = = ]; then\n\t\tcur=\n"
		   "\telif [ \"$prev\" = = ]; then\n\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n\tfi\n"
		   "\tif [ \"$COMP_CWORD\" -eq 1 ] || { [ \"$COMP_CWORD\" -eq 2 ] && [ \"$command\" = help "
		   "]; }; then\n"
		   "\t\tCOMPREPLY=($(compgen -W '");
	command_names(b);
	buf_str(b, " help --help --version' -- \"$cur\"))\n\t\treturn\n\tfi\n\tcase $command:$prev in\n");
	for (size_t i = 0; commands[i]; i++)
		for (size_t k = 0; (row = options_row(commands[i], k)); k++)
			bash_value(b, commands[i], row);
	buf_str(b, "\tesac\n\tcase $command in\n");
	for (size_t i = 0; commands[i]; i++)
		bash_options(b, commands[i]);
	buf_str(b, "\tesac\n\tcase $cur in\n\t-*) COMPREPLY=($(compgen -W \"$opts\" -- \"$cur\")) ;;\n"
		   "\t*) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n\tesac\n}\n"
		   "complete -o filenames -F _ntpscope ntpscope\n");
}

/* ---- zsh ----------------------------------------------------------------------------------------- */

/* Inside '...[help]:...': quotes end it, brackets and colons are zsh's. */
static void zsh_text(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			buf_str(b, "'\\''");
		else if (strchr("[]:\\", *s))
			buf_printf(b, "\\%c", *s);
		else
			buf_char(b, *s);
	}
}

static void zsh_spec(struct buf *b, const struct option_row *row, const char *option, char glue)
{
	buf_printf(b, " \\\n\t\t\t'%s%s", row->kind == OPTION_TEXTS || row->kind == OPTION_ADDRS ? "*" : "",
		   option);
	if (value_of(row) != VALUE_NONE)
		buf_char(b, glue);
	buf_char(b, '[');
	zsh_text(b, row->help);
	buf_char(b, ']');
	if (value_of(row) != VALUE_NONE) {
		buf_char(b, ':');
		zsh_text(b, row->metavar ? row->metavar : "word");
		buf_char(b, ':');
	}
	if (value_of(row) == VALUE_WORDS) {
		buf_char(b, '(');
		add_words(b, row->choices);
		buf_char(b, ')');
	} else if (value_of(row) == VALUE_FILE) {
		buf_str(b, "_files");
	}
	buf_char(b, '\'');
}

static void zsh_option(struct buf *b, const struct option_row *row)
{
	char option[64];

	if (row->name) {
		snprintf(option, sizeof(option), "--%s", row->name);
		zsh_spec(b, row, option, '=');
	}
	if (row->letter) {
		snprintf(option, sizeof(option), "-%c", row->letter);
		zsh_spec(b, row, option, '+');
	}
}

static void zsh(struct buf *b)
{
	const struct option_row *row;

	buf_str(b, "#compdef ntpscope\n_ntpscope()\n{\n\tlocal -a commands\n\tcommands=(\n");
	for (size_t i = 0; commands[i]; i++) {
		buf_printf(b, "\t\t'%s:", commands[i]->name);
		zsh_text(b, commands[i]->summary);
		buf_str(b, "'\n");
	}
	buf_str(b, "\t\t'help:tell about a command'\n\t)\n"
		   "\tif (( CURRENT == 2 )) || { (( CURRENT == 3 )) && [[ $words[2] = help ]] }; then\n"
		   "\t\t_describe command commands\n\t\treturn\n\tfi\n"
		   "\tlocal command=$words[2]\n\tshift words\n\t(( CURRENT-- ))\n\tcase $command in\n");
	for (size_t i = 0; commands[i]; i++) {
		buf_printf(b, "\t%s)\n\t\t_arguments -s", commands[i]->name);
		for (size_t k = 0; (row = options_row(commands[i], k)); k++)
			zsh_option(b, row);
		buf_str(b, " \\\n\t\t\t'--help[tell about it]' '*:argument:_files'\n\t\t;;\n");
	}
	buf_str(b, "\tesac\n}\n_ntpscope \"$@\"\n");
}

/* ---- fish ---------------------------------------------------------------------------------------- */

static void fish_text(struct buf *b, const char *s)
{
	buf_char(b, '\'');
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			buf_char(b, '\\');
		buf_char(b, *s);
	}
	buf_char(b, '\'');
}

static void fish_option(struct buf *b, const struct command *c, const struct option_row *row)
{
	buf_printf(b, "complete -c ntpscope -n '__fish_seen_subcommand_from %s'", c->name);
	if (row->name)
		buf_printf(b, " -l %s", row->name);
	if (row->letter)
		buf_printf(b, " -s %c", row->letter);
	if (value_of(row) == VALUE_FILE)
		buf_str(b, " -r -F");
	else if (value_of(row) != VALUE_NONE)
		buf_str(b, " -x");
	if (value_of(row) == VALUE_WORDS) {
		buf_str(b, " -a '");
		add_words(b, row->choices);
		buf_char(b, '\'');
	}
	buf_str(b, " -d ");
	fish_text(b, row->help);
	buf_char(b, '\n');
}

static void fish(struct buf *b)
{
	const struct option_row *row;

	buf_str(b, "# fish completion for ntpscope\n");
	for (size_t i = 0; commands[i]; i++) {
		buf_printf(b, "complete -c ntpscope -n __fish_use_subcommand -f -a %s -d ",
			   commands[i]->name);
		fish_text(b, commands[i]->summary);
		buf_char(b, '\n');
	}
	buf_str(b, "complete -c ntpscope -n __fish_use_subcommand -f -a help -d 'tell about a command'\n"
		   "complete -c ntpscope -n '__fish_seen_subcommand_from help' -f -a '");
	command_names(b);
	buf_str(b, "'\n");
	buf_str(b, "complete -c ntpscope -l help -d 'tell about it'\n");
	for (size_t i = 0; commands[i]; i++)
		for (size_t k = 0; (row = options_row(commands[i], k)); k++)
			fish_option(b, commands[i], row);
}

/* ---- the command --------------------------------------------------------------------------------- */

static int run(const struct command *self, int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*write)(struct buf *b);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
	struct settings s = { 0 };
	struct output out;
	int status;

	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	for (size_t i = 0; argc == 1 && i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(argv[0], shells[i].name) != 0)
			continue;
		status = output_open(&out, self, s.output, 0);
		if (status)
			return status;
		shells[i].write(&out.buf);
		return output_finish(&out, STATUS_OK);
	}
	command_error(self, "say one shell: bash, zsh or fish");
	return STATUS_FAILED;
}

const struct command cmd_completion = {
	.name = "completion",
	.summary = "complete commands and options in bash, zsh, fish",
	.arguments = "bash|zsh|fish",
	.about = "Prints what a shell needs to complete ntpscope's commands, options and their\n"
		 "words when the tabulator key is pressed.",
	.examples = "source <(ntpscope completion bash)\n"
		    "ntpscope completion zsh --output ~/.zfunc/_ntpscope\n"
		    "ntpscope completion fish --output ~/.config/fish/completions/ntpscope.fish\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.min_arguments = 1,
	.run = run,
};
