/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watching beside a server without end: what `ntpscope monitor` does. Its table is in monitor_options.c.
 * */
#ifndef CMD_MONITOR_H
#define CMD_MONITOR_H

#include "cmd/command.h"

int monitor_run(const struct command *self, int argc, char **argv);

#endif
