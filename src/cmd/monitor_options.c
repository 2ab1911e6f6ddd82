/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/monitor_options.h"

#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "cmd/engine.h"
#include "cmd/monitor.h"
#include "cmd/monitor_page.h"
#include "engine/alarm_limits.h"
#include "engine/alarm_own.h"
#include "engine/watch_spec.h"
#include "net/log.h"

#define AT(member)            .offset = offsetof(struct monitor_options, member)
#define COUNT(least, most)    .min = (least), .max = (most)
#define RARE                  .is_rare = true
#define FILE_LINE(name, text) .section = (name), .standard = (text)

enum { PENDING_LEAST = 1 << 17 };

/* ---- values that are more than a text: told with their line ------------------------------------------ */

static bool is_watch(const char *value, char *why, size_t why_len)
{
	char text[WATCH_SPEC_WHY_MAX];
	struct watch_spec spec;
	bool is_good = watch_spec_parse(&spec, value, text) == ERR_OK;

	snprintf(why, why_len, "%s", text);
	return is_good;
}

static bool is_alarm_limit(const char *value, char *why, size_t why_len)
{
	char text[ALARM_WHY_MAX];
	struct alarm_limits limits = alarm_limits_default();
	bool is_good = alarm_limits_take(&limits, value, text);

	alarm_limits_release(&limits);
	snprintf(why, why_len, "%s", text);
	return is_good;
}

static bool is_limit_again(const char *earlier, const char *value, char *why, size_t why_len)
{
	char text[ALARM_WHY_MAX];

	if (!alarm_limit_is_again(earlier, value, text))
		return false;
	snprintf(why, why_len, "%s", text);
	return true;
}

static bool is_whole_path(const char *value, char *why, size_t why_len)
{
	snprintf(why, why_len, "the whole path of a program");
	return value[0] == '/';
}

static bool is_web_address(const char *value, char *why, size_t why_len)
{
	snprintf(why, why_len, "an address that begins with https:// or http://");
	return strncmp(value, "https://", 8) == 0 || strncmp(value, "http://", 7) == 0;
}

static bool is_listen(const char *value, char *why, size_t why_len)
{
	char address[ADDR_TEXT_MAX];
	uint16_t port;

	snprintf(why, why_len, "not ADDRESS:PORT, [ADDRESS]:PORT or off");
	return strcmp(value, "off") == 0 || page_listen(value, address, &port);
}

static const struct option_row monitor_rows[] = {
	{ 'c', "config", "FILE", "settings from this file, see ntpscope.conf(5)", OPTION_TEXT, AT(config) },
	{ 0, "check-config", NULL, "say whether the settings are right, and end", OPTION_FLAG,
	  AT(check_config) },
	{ 0, "print-config", NULL, "print such a file with all settings, and end", OPTION_FLAG,
	  AT(print_config) },
	{ 'r', "replay", "CAPTURE", "this capture instead of interfaces", OPTION_TEXTS, AT(replay) },
	{ 0, "speed", "N", "so many times as fast, 0: as can be (1)", OPTION_COUNT, AT(speed),
	  COUNT(0, 1000000) },
	{ 0, "until-end", NULL, "end when the replayed capture does", OPTION_FLAG, AT(until_end) },

	{ 'i', "interface", "NAME", "watch this interface, or any", OPTION_TEXTS, AT(interfaces),
	  FILE_LINE("capture", "any") },
	{ 0, "promiscuous", NULL, "also what is not for this machine", OPTION_FLAG, AT(promiscuous),
	  FILE_LINE("capture", "no") },
	{ 0, "buffer", "BYTES", "memory for packets not yet read, each", OPTION_COUNT, AT(buffer_bytes),
	  COUNT(1000000, 2000000000), FILE_LINE("capture", "64M"), RARE },
	{ 'f', "filter", "EXPR", "count only frames that match, too (BPF)", OPTION_TEXT, AT(filter),
	  FILE_LINE("capture", NULL), .example = "not host 192.0.2.9" },
	{ 0, "server", "ADDR", "this address is a server", OPTION_ADDRS, AT(servers),
	  COUNT(0, ENGINE_SERVERS_MAX), FILE_LINE("capture", NULL), .example = "192.0.2.1" },
	{ 0, "timeout", "TIME", "wait so long for a response", OPTION_DURATION, AT(timeout_ns),
	  COUNT(0, 86400), FILE_LINE("capture", "5s"), RARE },
	{ 0, "threads", "N", "threads that count (one a processor)", OPTION_COUNT, AT(threads), COUNT(1, 64),
	  FILE_LINE("capture", NULL), .example = "2", RARE },

	{ 0, "capacity", "N", "clients in the list, at most", OPTION_COUNT, AT(capacity),
	  COUNT(64, UINT64_C(1) << 32), FILE_LINE("clients", "1M") },
	{ 0, "age-out", "TIME", "forget a client silent for so long", OPTION_DURATION, AT(age_out_ns),
	  COUNT(1200, 100000000), FILE_LINE("clients", "7d") },
	{ 0, "alert-packets", "N", "red and yellow need so many requests", OPTION_COUNT, AT(alert_packets),
	  COUNT(1, UINT32_MAX), FILE_LINE("clients", "10"), RARE },
	{ 0, "alert-interval", "TIME", "yellow when a client asks more often", OPTION_DURATION,
	  AT(alert_interval_ns), COUNT(0, 86400), FILE_LINE("clients", "8s"), RARE },
	{ 0, "sleep-packets", "N", "asleep needs so many requests", OPTION_COUNT, AT(sleep_packets),
	  COUNT(2, UINT32_MAX), FILE_LINE("clients", "3"), RARE },
	{ 0, "sleep-least", "TIME", "nobody is asleep before", OPTION_DURATION, AT(sleep_least_ns),
	  COUNT(0, 100000000), FILE_LINE("clients", "64s"), RARE },
	{ 0, "sleep-most", "TIME", "everybody is asleep after", OPTION_DURATION, AT(sleep_most_ns),
	  COUNT(0, 100000000), FILE_LINE("clients", "36h"), RARE },

	{ 0, "hosts", "FILE", "names for addresses, lines of ADDRESS NAME", OPTION_TEXT, AT(hosts),
	  FILE_LINE("names", NULL), .example = "/etc/ntpscope.hosts" },
	{ 0, "resolve", NULL, "ask the DNS for names of clients", OPTION_CHOICE, AT(resolve),
	  .choices = "off|on", FILE_LINE("names", "on") },
	{ 0, "dns-server", "ADDR", "ask there, ADDR or ADDR:PORT (resolv.conf)", OPTION_TEXTS,
	  AT(dns_servers), FILE_LINE("names", NULL), .example = "192.0.2.53" },
	{ 0, "dns-rate", "N", "queries a second, at most", OPTION_COUNT, AT(dns_rate), COUNT(1, 10000),
	  FILE_LINE("names", "1"), RARE },
	{ 0, "dns-again", "TIME", "ask again about a client after", OPTION_DURATION, AT(dns_again_ns),
	  COUNT(60, 100000000), FILE_LINE("names", "1d"), RARE },
	{ 0, "dns-clients", "N", "with more, only about those that matter", OPTION_COUNT, AT(dns_clients),
	  COUNT(0, UINT64_MAX), FILE_LINE("names", "50k"), RARE },
	{ 0, "dns-private", NULL, "ask about private addresses, too", OPTION_FLAG, AT(dns_private),
	  FILE_LINE("names", "no"), RARE },

	{ 0, "state-dir", "DIR", "keep what was counted here over restarts", OPTION_TEXT, AT(state_dir),
	  FILE_LINE("state", NULL), .example = "/var/lib/ntpscope" },
	{ 0, "snapshot-interval", "TIME", "save so often", OPTION_DURATION, AT(snapshot_interval_ns),
	  COUNT(1, 86400), FILE_LINE("state", "5min") },

	{ 'w', "watch", "HOST", "ask this server or receiver, and keep it all", OPTION_TEXTS, AT(watched),
	  FILE_LINE("watch", NULL), .example = "ntp1.example.net", .check = is_watch },
	{ 0, "watch-interval", "TIME", "for the time so often, where a line is silent", OPTION_DURATION,
	  AT(watch_interval_ns), COUNT(16, 86400), FILE_LINE("watch", "64s") },

	{ 0, "alarm-limit", "LIMIT", "a health rule, as \"offset 1ms 5ms for 3 at gps1\"", OPTION_TEXTS,
	  AT(alarm_limits), FILE_LINE("alarms", NULL), .example = "offset 10ms 50ms for 3",
	  .check = is_alarm_limit, .clashes = is_limit_again },
	{ 0, "alarm-command", "FILE", "run this program at each alarm, and its end", OPTION_TEXT,
	  AT(alarm_command), FILE_LINE("alarms", NULL), .example = "/usr/local/bin/tell-me",
	  .check = is_whole_path },
	{ 0, "alarm-timeout", "TIME", "end that program after", OPTION_DURATION, AT(alarm_timeout_ns),
	  COUNT(1, 600), FILE_LINE("alarms", "30s"), RARE },
	{ 0, "alarm-webhook", "URL", "send each alarm there, as JSON by POST", OPTION_TEXT, AT(alarm_webhook),
	  FILE_LINE("alarms", NULL), .example = "https://hooks.example.org/ntp", .is_secret = true,
	  .check = is_web_address },
	{ 0, "alarm-syslog", NULL, "tell syslog of each alarm", OPTION_FLAG, AT(alarm_syslog),
	  FILE_LINE("alarms", "no") },

	{ 'l', "listen", "ADDR:PORT", "serve the page there, off: nowhere", OPTION_TEXT, AT(listen),
	  FILE_LINE("web", "127.0.0.1:8123"), .check = is_listen },
	{ 0, "tls-certificate", "FILE", "chain of certificates, PEM", OPTION_TEXT, AT(tls_certificate),
	  FILE_LINE("web", NULL), .example = "/etc/ntpscope/chain.pem" },
	{ 0, "tls-key", "FILE", "its key, PEM", OPTION_TEXT, AT(tls_key), FILE_LINE("web", NULL),
	  .example = "/etc/ntpscope/key.pem" },
	{ 0, "web-user", "NAME", "who the password belongs to", OPTION_TEXT, AT(web_user),
	  FILE_LINE("web", "ntpscope"), RARE },
	{ 0, "password-file", "FILE", "its first line is the password", OPTION_TEXT, AT(password_file),
	  FILE_LINE("web", NULL), .example = "/etc/ntpscope/password" },
	{ 0, "token-file", "FILE", "its first line is a bearer token", OPTION_TEXT, AT(token_file),
	  FILE_LINE("web", NULL), .example = "/etc/ntpscope/token" },
	{ 0, "web-name", "NAME", "a name of this host, as its page is called", OPTION_TEXTS, AT(web_names),
	  FILE_LINE("web", NULL), .example = "ntp.example.org", RARE },
	{ 0, "trusted-proxy", "ADDR", "believe what this proxy says of who asks", OPTION_ADDRS, AT(proxies),
	  FILE_LINE("web", NULL), .example = "127.0.0.1", RARE },
	{ 0, "max-connections", "N", "of readers, at once", OPTION_COUNT, AT(max_connections), COUNT(4, 4096),
	  FILE_LINE("web", "256"), RARE },

	{ 0, "log-level", NULL, "how much is told", OPTION_CHOICE, AT(log_level),
	  .choices = "error|warning|info|debug", FILE_LINE("process", "info") },
	{ 'u', "user", "NAME", "who to be once all is open, for root", OPTION_TEXT, AT(user),
	  FILE_LINE("process", MONITOR_USER) },
	{ 0, "sandbox", NULL, "give up calls and files not needed", OPTION_CHOICE, AT(sandbox),
	  .choices = "auto|off", FILE_LINE("process", "auto") },
};
const struct command cmd_monitor = {
	.name = "monitor",
	.summary = "watches beside a server, without end",
	.arguments = "",
	.about = "Watches network interfaces, or a capture as if it happened now; keeps the\n"
		 "list of clients, and serves it as a page.  SIGHUP reads the settings again,\n"
		 "SIGTERM saves what was counted and ends.  Options may stand in a file, too,\n"
		 "under the same names; ntpscope.conf(5) knows them and some more.",
	.examples = "ntpscope monitor --interface eth0\n"
		    "ntpscope monitor --config /etc/ntpscope.conf\n"
		    "ntpscope monitor --replay day.pcap.zst --speed 60\n",
	.options = monitor_rows,
	.n_options = sizeof(monitor_rows) / sizeof(monitor_rows[0]),
	.run = monitor_run,
};

enum { N_ROWS = sizeof(monitor_rows) / sizeof(monitor_rows[0]) };

/* Lists stay empty: a default in one would go before what the user says. */
void monitor_options_default(struct monitor_options *o)
{
	char why[160];

	*o = (struct monitor_options){ .speed = 1 };
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct option_row *row = &monitor_rows[i];
		if (row->standard && row->kind != OPTION_TEXTS)
			options_take(row, o, row->standard, why, sizeof(why));
	}
}

static size_t *list_length(struct monitor_options *o, const struct option_row *row)
{
	char *at = (char *)o + row->offset;
	if (row->kind == OPTION_TEXTS)
		return &((struct text_list *)(void *)at)->n;
	if (row->kind == OPTION_ADDRS)
		return &((struct addr_list *)(void *)at)->n;
	return NULL;
}

/* A list on the command line takes the place of the file's. */
static void make_way(struct monitor_options *o, struct monitor_options *line)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		size_t *there = list_length(o, &monitor_rows[i]);
		if (there && *list_length(line, &monitor_rows[i]))
			*there = 0;
	}
}

/* options_parse() moves its arguments about. */
static bool parse_copy(const struct command *self, struct monitor_options *o, int argc, char **argv,
		       int *n_left, int *status)
{
	char **copy = calloc((size_t)argc + 1, sizeof(*copy));
	if (!copy) {
		command_error(self, "no memory");
		*status = STATUS_FAILED;
		return false;
	}
	memcpy(copy, argv, (size_t)argc * sizeof(*copy));
	*n_left = argc;
	bool good = options_parse(self, o, n_left, copy, status);
	free(copy);
	return good;
}

bool monitor_options_read(const struct command *self, struct monitor_options *o, struct conf *conf, int argc,
			  char **argv, int *n_left, int *status)
{
	char message[CONF_MESSAGE_MAX];
	struct monitor_options *line = malloc(sizeof(*line));
	bool good = line != NULL;

	*status = STATUS_FAILED;
	if (!good)
		command_error(self, "no memory");
	monitor_options_default(o);
	o->file = conf;
	if (good) {
		monitor_options_default(line);
		good = parse_copy(self, line, argc, argv, n_left, status);
	}
	if (good && line->config && conf_read(conf, self, o, line->config, message)) {
		command_error(self, "%s", message);
		*status = STATUS_FAILED;
		good = false;
	}
	if (good) {
		make_way(o, line);
		good = parse_copy(self, o, argc, argv, n_left, status);
	}
	free(line);
	return good;
}

void monitor_options_replace(struct monitor_options *o, struct conf *conf,
			     const struct monitor_options *fresh, const struct conf *fresh_conf)
{
	*o = *fresh;
	o->file = conf;
	conf_release(conf);
	*conf = *fresh_conf;
}

void monitor_options_wrong(const struct command *self, const struct monitor_options *o, const char *value,
			   const char *format, ...)
{
	char where[CONF_WHERE_MAX], what[CONF_MESSAGE_MAX];
	va_list ap;

	conf_where(o->file, value, where);
	va_start(ap, format);
	vsnprintf(what, sizeof(what), format, ap);
	va_end(ap);
	command_error(self, "%s%s", where, what);
}

/* ---- the file, as it would be ---------------------------------------------------------------------- */

/* "64 to 4294967296", "red, green or blue", "yes or no". */
static void print_range(const struct option_row *row, FILE *out)
{
	switch (row->kind) {
	case OPTION_FLAG: fputs("yes or no", out); break;
	case OPTION_TEXT:
	case OPTION_TEXTS:
	case OPTION_ADDRS: fputs(row->metavar, out); break;
	case OPTION_COUNT:
		fprintf(out, "%s, %llu ", row->metavar, (unsigned long long)row->min);
		if (row->max == UINT64_MAX)
			fputs("or more", out);
		else
			fprintf(out, "to %llu", (unsigned long long)row->max);
		break;
	case OPTION_DURATION:
		fprintf(out, "%s, %llu to %llu s", row->metavar, (unsigned long long)row->min,
			(unsigned long long)row->max);
		break;
	case OPTION_CHOICE:
		for (const char *c = row->choices; *c; c++)
			fputs(*c == '|' ? " or " : (char[]){ *c, '\0' }, out);
		break;
	}
	if (row->kind == OPTION_TEXTS || row->kind == OPTION_ADDRS)
		fputs("; may be given again", out);
	if (!row->standard)
		fputs("; none unless set", out);
}

void monitor_options_print(FILE *out)
{
	const char *section = NULL;

	fputs("# Settings of `ntpscope monitor`, see ntpscope.conf(5).  Lines that are commented out show "
	      "the "
	      "default,\n# or what a value looks like.  Each is an option of the same name, too.\n",
	      out);
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct option_row *row = &monitor_rows[i];
		if (!row->section)
			continue;
		if (!section || strcmp(section, row->section) != 0)
			fprintf(out, "\n[%s]\n", row->section);
		section = row->section;
		fprintf(out, "# %s (", row->help);
		print_range(row, out);
		fprintf(out, ")\n#%s = %s\n", row->name, row->standard ? row->standard : row->example);
	}
}

static void put_choice(const char *choices, int i, struct buf *out)
{
	while (i-- > 0)
		choices += strcspn(choices, "|") + 1;
	buf_add(out, choices, strcspn(choices, "|"));
}

/* Lists are lines: what stands in one may have blanks. */
static void put_texts(const struct text_list *list, struct buf *out)
{
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			buf_char(out, '\n');
		buf_str(out, list->at[i]);
	}
}

static void put_addrs(const struct addr_list *list, struct buf *out)
{
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < list->n; i++) {
		if (i)
			buf_char(out, '\n');
		addr_text(&list->at[i], text);
		buf_str(out, text);
	}
}

static void put_text(const char *text, struct buf *out)
{
	if (text)
		buf_str(out, text);
}

/* Exactly, as it may stand in the file: rounded, two settings would look the same. */
static void put_duration(int64_t ns, struct buf *out)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = { { "d", 86400 * NS_PER_S },
		      { "h", 3600 * NS_PER_S },
		      { "min", 60 * NS_PER_S },
		      { "s", NS_PER_S },
		      { "ms", 1000000 },
		      { "us", 1000 },
		      { "ns", 1 } };
	size_t i = ns ? 0 : 3;

	while (ns % units[i].ns)
		i++;
	buf_i64(out, ns / units[i].ns);
	buf_str(out, units[i].name);
}

static void put_value(const struct option_row *row, const void *at, struct buf *out)
{
	switch (row->kind) {
	case OPTION_FLAG: buf_str(out, *(const bool *)at ? "yes" : "no"); break;
	case OPTION_TEXT: put_text(*(const char *const *)at, out); break;
	case OPTION_TEXTS: put_texts(at, out); break;
	case OPTION_ADDRS: put_addrs(at, out); break;
	case OPTION_COUNT: buf_u64(out, *(const uint64_t *)at); break;
	case OPTION_DURATION: put_duration(*(const int64_t *)at, out); break;
	case OPTION_CHOICE: put_choice(row->choices, *(const int *)at, out); break;
	}
}

void monitor_options_value(const struct monitor_options *o, const struct option_row *row, struct buf *out)
{
	const void *at = (const char *)o + row->offset;

	out->len = 0;
	if (row->is_secret)
		put_text(*(const char *const *)at ? "(set)" : "", out);
	else
		put_value(row, at, out);
	buf_char(out, '\0');
}

struct engine_config monitor_engine_config(const struct monitor_options *o)
{
	struct engine_config c = engine_config_default();
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	c.n_threads = o->threads               ? (unsigned)o->threads
		      : n < ENGINE_THREADS_MAX ? (unsigned)n
					       : ENGINE_THREADS_MAX;
	c.secret = engine_secret();
	c.timeout_ns = o->timeout_ns;
	if (c.late_ns < c.timeout_ns)
		c.late_ns = c.timeout_ns;
	c.capacity = o->capacity;
	/* 88 octets each: together with the clients of the default they stay well below 200 MB.  A request
	 * that is not answered is waited for until so many others came: half a second of them at 500,000
	 * packets a second. */
	c.pending_capacity = o->capacity / 8 > PENDING_LEAST ? o->capacity / 8 : PENDING_LEAST;
	c.age_out_ns = o->age_out_ns;
	c.alert_min_rx = o->alert_packets;
	c.alert_fast_ns = o->alert_interval_ns;
	c.alert_sleep_min_rx = o->sleep_packets;
	c.alert_sleep_least_ns = o->sleep_least_ns;
	c.alert_sleep_most_ns = o->sleep_most_ns;
	for (size_t i = 0; i < o->servers.n && i < ENGINE_SERVERS_MAX; i++)
		c.servers[c.n_servers++] = o->servers.at[i];
	return c;
}
