/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope clients --url`: the list of a running monitor. */
#ifndef CMD_CLIENTS_REMOTE_H
#define CMD_CLIENTS_REMOTE_H

#include "cmd/remote.h"
#include "present/client_rows.h"

struct clients_wish {
	enum client_format format;
	const char *sort; /* word */
	bool reverse, falls;
	uint64_t limit;
	const char *filter; /* "" for none */
	const char *output; /* -o */
	int color;
};

/* The command's exit status. */
int clients_remote(const struct command *self, const struct remote_options *o,
		   const struct clients_wish *wish);

#endif
