/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of the log of alarms: what is read can be written, and comes back the same; none has controls. */
#include <stdlib.h>
#include <string.h>

#include "cmd/monitor_events.h"

/* The table is the program's own. */
const struct command *const commands[] = { NULL };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void wants_no_controls(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct alarm_event e, again;
	struct buf b;

	if (!event_parse((const char *)data, len, &e))
		return 0;
	wants_no_controls(e.target);
	wants_no_controls(e.part);
	wants_no_controls(e.text);
	if (buf_init(&b, -1))
		return 0;
	event_line(&e, &b);
	if (!event_parse(b.data, b.len, &again) || again.time_ns != e.time_ns || again.rule != e.rule ||
	    again.to != e.to || strcmp(again.target, e.target) != 0)
		abort();
	buf_release(&b);
	return 0;
}
