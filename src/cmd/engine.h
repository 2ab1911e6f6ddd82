/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's settings and connections, from the options that all capture commands share. */
#ifndef CMD_ENGINE_H
#define CMD_ENGINE_H

#include "cmd/captures.h"
#include "engine/config.h"
#include "engine/pipeline.h"

/* The defaults, changed by --server, --timeout, --threads and --capacity; with a random secret. */
struct engine_config engine_config_of(const struct capture_options *options);

/* How many clients files of that size have, as far as anybody can say before reading them; 0: a pipe. */
uint64_t engine_clients_expected(const struct source *s);

/* Reads in->source through in->filter.  Rows and ticks are the caller's to fill in. */
struct pipeline_io pipeline_io_of(struct captures *in);

/* A random number to key tables with. */
uint64_t engine_secret(void);

#endif
