/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way to the commands. */
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/options.h"

static const struct command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[32];
	size_t n = 0;
	for (; commands[n] && n < 32; n++)
		names[n] = commands[n]->name;
	const char *near = options_nearest(name, names, n);
	if (near)
		command_error(NULL, "unknown command '%s'; did you mean '%s'?", name, near);
	else
		command_error(NULL, "unknown command '%s'; try 'ntpscope --help'", name);
	return STATUS_FAILED;
}

static int written(void)
{
	if (fflush(stdout) == 0)
		return STATUS_OK;
	command_error(NULL, "cannot write to standard output");
	return STATUS_FAILED;
}

static int help(void)
{
	options_help_all(stdout);
	return written();
}

int main(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help();
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts("ntpscope " NTPSCOPE_VERSION);
		return written();
	}
	if (strcmp(argv[1], "help") == 0) {
		if (argc < 3)
			return help();
		const struct command *about = find(argv[2]);
		if (!about)
			return unknown_command(argv[2]);
		options_help(about, stdout);
		return written();
	}
	if (argv[1][0] == '-') {
		command_error(NULL, "unknown option '%s'; try 'ntpscope --help'", argv[1]);
		return STATUS_FAILED;
	}
	const struct command *command = find(argv[1]);
	return command ? command->run(command, argc - 1, argv + 1) : unknown_command(argv[1]);
}
