/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of commands and the way to them. */
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/options.h"

const struct command *const commands[] = {
	&cmd_report,     &cmd_clients,     &cmd_exchanges,   &cmd_packets, &cmd_graph,
	&cmd_streams,    &cmd_follow,      &cmd_fields,      &cmd_monitor, &cmd_top,
	&cmd_history,    &cmd_query,       &cmd_peers,       &cmd_vars,    &cmd_clock,
	&cmd_sysstats,   &cmd_iostats,     &cmd_monstats,    &cmd_mru,     &cmd_tracking,
	&cmd_sources,    &cmd_sourcestats, &cmd_serverstats, &cmd_ntpdata, &cmd_authdata,
	&cmd_selectdata, &cmd_activity,    &cmd_completion,  NULL,
};

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

static int help(void)
{
	puts("usage: ntpscope COMMAND [OPTION]... [CAPTURE|HOST]...\n\n"
	     "Looks into NTP traffic: every packet, every exchange, every client; and asks servers.");
	for (size_t i = 0; commands[i]; i++) {
		const char *part = part_of(commands[i]);
		if (part)
			printf("\n%s\n", part);
		printf("  %-12s%s\n", commands[i]->name, commands[i]->summary);
	}
	puts("\n'ntpscope help COMMAND' tells about one of them.\n"
	     "Captures are pcap or pcapng files, also compressed (gzip, zstd, lz4); '-' is standard input.");
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
