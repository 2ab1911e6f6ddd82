/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of commands, in the order of the help. */
#include "cmd/command.h"

const struct command *const commands[] = {
	&cmd_report,   &cmd_clients,  &cmd_exchanges,  &cmd_packets,  &cmd_graph,       &cmd_streams,
	&cmd_follow,   &cmd_fields,   &cmd_monitor,    &cmd_top,      &cmd_history,     &cmd_import,
	&cmd_query,    &cmd_peers,    &cmd_vars,       &cmd_clock,    &cmd_sysstats,    &cmd_iostats,
	&cmd_monstats, &cmd_mru,      &cmd_tracking,   &cmd_sources,  &cmd_sourcestats, &cmd_serverstats,
	&cmd_ntpdata,  &cmd_authdata, &cmd_selectdata, &cmd_activity, &cmd_completion,  NULL,
};
