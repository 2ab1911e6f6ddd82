/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration file: whatever it holds, it is settings or one line that says where it is wrong. */
#include <stdlib.h>
#include <string.h>

#include "cmd/conf.h"
#include "cmd/monitor_options.h"

/* The table is the program's own. */
const struct command *const commands[] = { NULL };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct monitor_options o;
	struct conf c = { 0 };
	char message[CONF_MESSAGE_MAX];

	monitor_options_default(&o);
	enum err e = conf_parse(&c, &cmd_monitor, &o, (const char *)data, len, message);
	if (e != ERR_OK && e != ERR_FORMAT)
		abort();
	if ((e == ERR_FORMAT) != (strncmp(message, "line ", 5) == 0) || strchr(message, '\n'))
		abort();
	/* What was accepted is within its range. */
	if (o.threads > 64 || o.capacity < 64 || o.snapshot_interval_ns < 1000000000 || o.log_level > 3)
		abort();
	if (!o.listen || strlen(o.listen) > len + 32)
		abort();
	conf_release(&c);
	return 0;
}
