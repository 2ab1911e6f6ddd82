/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two ways of pairing share in `ntpscope exchanges`. */
#ifndef CMD_EXCHANGES_H
#define CMD_EXCHANGES_H

#include "cmd/captures.h"
#include "cmd/output.h"
#include "present/exchange_rows.h"

/* Takes rows, prints those that are wanted. */
struct exchange_printer {
	struct output *out;
	struct exchange_rows rows;
	uint64_t classes; /* bits of enum exchange_class that are wanted */
	uint64_t limit;
};

/* A row callback for pipeline_io; arg is a struct exchange_printer.  ERR_END once the limit is reached
 * or the output is gone. */
enum err exchange_print(void *arg, const struct exchange *x);

/* Pairs as Wireshark does: reads the captures twice (they were opened by captures_open_twice()).
 * STATUS_OK, or STATUS_FAILED after one line. */
int exchanges_wireshark(const struct command *self, struct captures *in, struct exchange_printer *printer);

#endif
