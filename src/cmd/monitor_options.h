/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of `ntpscope monitor`: one table for the command line, ntpscope.conf and the manual. */
#ifndef CMD_MONITOR_OPTIONS_H
#define CMD_MONITOR_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cmd/conf.h"
#include "cmd/options.h"
#include "engine/config.h"

#define MONITOR_USER "ntpscope" /* who it becomes when nobody is named */

struct monitor_options {
	const struct conf *file; /* where its texts stand; borrowed, NULL: there is no file */
	/* command line only */
	const char *config;
	bool check_config, print_config;
	struct text_list replay;
	uint64_t speed;
	bool until_end;
	/* [capture] */
	struct text_list interfaces;
	bool promiscuous;
	uint64_t buffer_bytes;
	const char *filter;
	struct addr_list servers;
	int64_t timeout_ns;
	uint64_t threads;
	/* [clients] */
	uint64_t capacity;
	int64_t age_out_ns;
	uint64_t alert_packets;
	int64_t alert_interval_ns;
	uint64_t sleep_packets;
	int64_t sleep_least_ns, sleep_most_ns;
	/* [names] */
	const char *hosts;
	int resolve; /* enum monitor_resolve */
	struct text_list dns_servers;
	uint64_t dns_rate;
	int64_t dns_again_ns;
	uint64_t dns_clients;
	bool dns_private;
	/* [state] */
	const char *state_dir;
	int64_t snapshot_interval_ns;
	/* [watch] */
	struct text_list watched;
	int64_t watch_interval_ns;
	/* [alarms] */
	struct text_list alarm_limits;
	const char *alarm_command;
	int64_t alarm_timeout_ns;
	const char *alarm_webhook;
	bool alarm_syslog;
	/* [web] */
	const char *listen;
	const char *tls_certificate, *tls_key;
	const char *web_user;
	const char *password_file, *token_file;
	struct text_list web_names;
	struct addr_list proxies;
	uint64_t max_connections;
	/* [process] */
	int log_level;
	const char *user;
	int sandbox; /* enum monitor_sandbox */
};

enum monitor_resolve { RESOLVE_OFF, RESOLVE_ON };
enum monitor_sandbox { SANDBOX_AUTO, SANDBOX_OFF };

/* Everything as it is when nothing is said: what the table's `standard` texts name. */
void monitor_options_default(struct monitor_options *o);

/* The command line, and the file that it names: what the command line says goes first, whole lists of
 * it. As options_parse(): false with *status set when that is all. argv is left as it was; *n_left counts
 * the arguments that are no options. */
bool monitor_options_read(const struct command *self, struct monitor_options *o, struct conf *conf, int argc,
			  char **argv, int *n_left, int *status);

/* These take the place of those, and so does what they point to. */
void monitor_options_replace(struct monitor_options *o, struct conf *conf,
			     const struct monitor_options *fresh, const struct conf *fresh_conf);

/* One line on standard error about a value that is one of the texts of o: where it stands, if that is in the
 * file, and what is wrong with it. */
void monitor_options_wrong(const struct command *self, const struct monitor_options *o, const char *value,
			   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What a file with all settings and their defaults looks like, every line of it a comment or a section. */
void monitor_options_print(FILE *out);

/* The setting of a row as text, "" when there is none; lists a line each, however long.  out is begun
 * anew, and ends in a NUL unless it has an error. */
void monitor_options_value(const struct monitor_options *o, const struct option_row *row, struct buf *out);

/* The engine's settings of these.  threads 0: one a processor. */
struct engine_config monitor_engine_config(const struct monitor_options *o);

#endif
