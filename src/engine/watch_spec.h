/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is to be watched, as it is written on one line:
 *
 *	HOST [name=NAME] [via=WAY[:PORT],...] [every=TIME] [snmp=FILE]
 *
 * HOST is a name, an address, or the path of chronyd's socket.  Without via= all ways are tried and
 * those kept that answer.  No secrets stand here: snmp= names the file that has them.
 */
#ifndef ENGINE_WATCH_SPEC_H
#define ENGINE_WATCH_SPEC_H

#include "base/err.h"
#include "engine/reading.h"

enum { WATCH_HOST_MAX = 256, WATCH_NAME_MAX = 128, WATCH_FILE_MAX = 256, WATCH_SPEC_WHY_MAX = 128 };

/* Those that can be asked for: the others come by themselves. */
enum { N_WATCH_WAYS = WATCH_VIA_SNMP + 1, WATCH_EVERY_LEAST_S = 1, WATCH_EVERY_MOST_S = 86400 };

/* What is seen of the traffic is a target of this name, one for all servers: nobody else has it. */
#define WATCH_TRAFFIC_NAME "traffic"

struct watch_spec {
	char host[WATCH_HOST_MAX];
	char name[WATCH_NAME_MAX]; /* what it is called in the history; host when nobody said */
	char snmp_file[WATCH_FILE_MAX];
	bool is_auto;                /* no way was named */
	bool via[N_WATCH_WAYS];      /* all of them when is_auto */
	uint16_t port[N_WATCH_WAYS]; /* 0: the usual one */
	int64_t every_ns;            /* 0: as usual */
};

/* ERR_FORMAT: why names the word that is wrong. */
enum err watch_spec_parse(struct watch_spec *out, const char *text, char why[WATCH_SPEC_WHY_MAX]);

/* Whether they ask the same of the same, however often. */
bool watch_spec_asks_alike(const struct watch_spec *a, const struct watch_spec *b);
/* And so in all: the same line, but for how it is written. */
bool watch_spec_is_same(const struct watch_spec *a, const struct watch_spec *b);

#endif
