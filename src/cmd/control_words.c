/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope peers`, `vars`, `mru` and their kin: names, options, help. */
#include "cmd/control_words.h"

#include "cmd/options.h"

#define AT(member) .offset = offsetof(struct control_settings, member)

/* What all of them take. */
#define FORMAT_ROW(words)                                                                         \
	{                                                                                         \
		0, "format", NULL, "a table to read, or for programs", OPTION_CHOICE, AT(format), \
			.choices = (words)                                                        \
	}
#define DAEMON_ROW                                                                                 \
	{                                                                                          \
		0, "daemon", NULL, "who is asked (any: whoever answers)", OPTION_CHOICE, AT(kind), \
			.choices = "any|ntpd|chronyd"                                              \
	}
#define NUMERIC_ROW                                                                          \
	{                                                                                    \
		'n', "numeric", NULL, "addresses instead of names", OPTION_FLAG, AT(numeric) \
	}
#define SOCKET_ROW                                                                                  \
	{                                                                                           \
		0, "socket", "PATH", "chronyd's socket, instead of a host", OPTION_TEXT, AT(socket) \
	}
#define V4_ROW                                                         \
	{                                                              \
		'4', NULL, NULL, "IPv4 only", OPTION_FLAG, AT(only_v4) \
	}
#define V6_ROW                                                         \
	{                                                              \
		'6', NULL, NULL, "IPv6 only", OPTION_FLAG, AT(only_v6) \
	}
#define TIMEOUT_ROW                                                                                     \
	{                                                                                               \
		't', "timeout", "TIME", "give up after so long (5 s)", OPTION_DURATION, AT(timeout_ns), \
			.min = 0, .max = 3600                                                           \
	}
#define TRIES_ROW                                                                                          \
	{                                                                                                  \
		0, "tries", "N", "questions in that time (3)", OPTION_COUNT, AT(tries), .min = 1, .max = 8 \
	}
#define PORT_ROW                                                                                   \
	{                                                                                          \
		0, "port", "PORT", "of ntpd (123)", OPTION_COUNT, AT(port), .min = 1, .max = 65535 \
	}
#define CHRONY_PORT_ROW                                                                                   \
	{                                                                                                 \
		0, "chrony-port", "PORT", "of chronyd (323)", OPTION_COUNT, AT(chrony_port), .min = 1,    \
											     .max = 65535 \
	}
#define OUTPUT_ROW                                                                                       \
	{                                                                                                \
		'o', "output", "FILE", "write there instead of standard output", OPTION_TEXT, AT(output) \
	}
#define COMMON_ROWS SOCKET_ROW, V4_ROW, V6_ROW, TIMEOUT_ROW, TRIES_ROW, PORT_ROW, CHRONY_PORT_ROW, OUTPUT_ROW

static const struct option_row rows_plain[] = { FORMAT_ROW("table|json"), DAEMON_ROW, COMMON_ROWS };
static const struct option_row rows_chronyd[] = { FORMAT_ROW("table|json"), COMMON_ROWS };

static const struct option_row rows_sources[] = {
	FORMAT_ROW("table|json"),
	NUMERIC_ROW,
	COMMON_ROWS,
};

static const struct option_row rows_peers[] = {
	FORMAT_ROW("table|json"),
	NUMERIC_ROW,
	{ 'w', "wide", NULL, "long names whole, on a line of their own", OPTION_FLAG, AT(wide) },
	{ 'a', "associations", NULL, "with the ids of associations", OPTION_FLAG, AT(associations) },
	DAEMON_ROW,
	COMMON_ROWS,
};

static const struct option_row rows_vars[] = {
	FORMAT_ROW("table|json"),
	{ 'a', "association", "ID", "of this association instead of the system", OPTION_COUNT,
	  AT(association), .min = 0, .max = 65535 },
	DAEMON_ROW,
	COMMON_ROWS,
};

static const struct option_row rows_mru[] = {
	FORMAT_ROW("table|json|csv"),
	{ 0, "sort", "KEY", "lstint (default) avgint addr count score drop", OPTION_CHOICE, AT(sort),
	  .choices = "lstint|avgint|addr|count|score|drop" },
	{ 0, "reverse", NULL, "the other way round", OPTION_FLAG, AT(reverse) },
	{ 0, "limit", "N", "only the first N after sorting", OPTION_COUNT, AT(limit), .min = 1,
	  .max = UINT64_MAX },
	{ 0, "direct", NULL, "rows as they come, the oldest first; little memory", OPTION_FLAG, AT(direct) },
	{ 0, "pace", "TIME", "at least so long between questions (0)", OPTION_DURATION, AT(pace_ns), .min = 0,
	  .max = 3600 },
	DAEMON_ROW,
	COMMON_ROWS,
};

#define N_OF(rows) (sizeof(rows) / sizeof((rows)[0]))
#define HOST       "[HOST]"
#define ABOUT_HOST "\nHOST is this machine unless given, or the path of chronyd's socket."

const struct command cmd_peers = {
	.name = "peers",
	.summary = "a server's own sources, as ntpq -p or chronyc show them",
	.arguments = HOST,
	.about = "Asks a server for its sources: ntpd by mode 6, chronyd by its own protocol,\n"
		 "whichever answers.  chronyd's are sources and sourcestats together." ABOUT_HOST,
	.examples = "ntpscope peers\n"
		    "ntpscope peers -n ntp.example.org\n"
		    "ntpscope peers --format=json 192.0.2.1\n"
		    "ntpscope peers --socket /run/chrony/chronyd.sock\n",
	.options = rows_peers,
	.n_options = N_OF(rows_peers),
	.run = control_run,
};

const struct command cmd_vars = {
	.name = "vars",
	.summary = "the variables of ntpd or of an association; chronyd's tracking",
	.arguments = HOST " [NAME...]",
	.about = "Reads the variables of ntpd's clock, or of the association given, all or those\n"
		 "named, with their status word in plain text.  chronyd tells its tracking." ABOUT_HOST,
	.examples = "ntpscope vars ntp.example.org\n"
		    "ntpscope vars -a 17767 ntp.example.org offset jitter\n"
		    "ntpscope vars --format=json 192.0.2.1\n",
	.options = rows_vars,
	.n_options = N_OF(rows_vars),
	.run = control_run,
};

const struct command cmd_clock = {
	.name = "clock",
	.summary = "the reference clocks of ntpd: state, events, telegrams",
	.arguments = HOST,
	.about = "Reads the clock variables of each reference clock of an ntpd: what its status\n"
		 "word and its counts mean, DCF77 telegrams taken apart." ABOUT_HOST,
	.examples = "ntpscope clock\nntpscope clock --format=json ntp.example.org\n",
	.options = rows_plain,
	.n_options = N_OF(rows_plain),
	.run = control_run,
};

const struct command cmd_sysstats = {
	.name = "sysstats",
	.summary = "packets that a server counted; chronyd's serverstats",
	.arguments = HOST,
	.about = "What the server counted since it began: packets by kind, drops, refusals." ABOUT_HOST,
	.examples = "ntpscope sysstats ntp.example.org\nntpscope sysstats --format=json 192.0.2.1\n",
	.options = rows_plain,
	.n_options = N_OF(rows_plain),
	.run = control_run,
};

const struct command cmd_iostats = {
	.name = "iostats",
	.summary = "buffers and packets of ntpd's network side",
	.arguments = HOST,
	.about = "What ntpd's network side counted: buffers, packets, failures to send." ABOUT_HOST,
	.examples = "ntpscope iostats ntp.example.org\nntpscope iostats --format=json 192.0.2.1\n",
	.options = rows_plain,
	.n_options = N_OF(rows_plain),
	.run = control_run,
};

const struct command cmd_monstats = {
	.name = "monstats",
	.summary = "size and limits of ntpd's list of clients",
	.arguments = HOST,
	.about = "How large ntpd's list of addresses is (mru), and how large it may become." ABOUT_HOST,
	.examples = "ntpscope monstats ntp.example.org\nntpscope monstats --format=json 192.0.2.1\n",
	.options = rows_plain,
	.n_options = N_OF(rows_plain),
	.run = control_run,
};

const struct command cmd_mru = {
	.name = "mru",
	.summary = "the clients that a server remembers: ntpd's mrulist, chronyd's",
	.arguments = HOST " [FILTER...]",
	.about = "Reads the addresses that a server heard of, whole: ntpd's list of most recently\n"
		 "used addresses, or chronyd's clients.  Filters are ntpd's own: mincount=N\n"
		 "mindrop=N minscore=N maxlstint=S minlstint=S resall=0xN resany=0xN laddr=A\n"
		 "recent=N kod limited.  Ctrl-C ends it with what there is." ABOUT_HOST,
	.examples = "ntpscope mru ntp.example.org\n"
		    "ntpscope mru --sort=count --limit 20 ntp.example.org\n"
		    "ntpscope mru --direct --format=csv ntp.example.org > clients.csv\n"
		    "ntpscope mru ntp.example.org mincount=100 limited\n",
	.options = rows_mru,
	.n_options = N_OF(rows_mru),
	.run = control_run,
};

const struct command cmd_tracking = {
	.name = "tracking",
	.summary = "how well chronyd's clock is kept",
	.arguments = HOST,
	.about = "chronyd's report on its own clock: source, offset, frequency, root distance." ABOUT_HOST,
	.examples = "ntpscope tracking\nntpscope tracking --format=json ntp.example.org\n",
	.options = rows_chronyd,
	.n_options = N_OF(rows_chronyd),
	.run = control_run,
};

const struct command cmd_sources = {
	.name = "sources",
	.summary = "chronyd's sources and their latest samples",
	.arguments = HOST,
	.about = "chronyd's sources: state, reach, latest sample.  The table has chronyc's sign\n"
		 "(+ is our clock ahead), JSON that of all of ntpscope (+ is the source ahead)." ABOUT_HOST,
	.examples = "ntpscope sources\nntpscope sources -n ntp.example.org\n",
	.options = rows_sources,
	.n_options = N_OF(rows_sources),
	.run = control_run,
};

const struct command cmd_sourcestats = {
	.name = "sourcestats",
	.summary = "chronyd's estimates of its sources",
	.arguments = HOST,
	.about = "What chronyd makes of its sources' samples: drift, offset, deviation.  The table\n"
		 "has chronyc's sign, JSON that of all of ntpscope." ABOUT_HOST,
	.examples = "ntpscope sourcestats\nntpscope sourcestats --format=json ntp.example.org\n",
	.options = rows_sources,
	.n_options = N_OF(rows_sources),
	.run = control_run,
};

const struct command cmd_serverstats = {
	.name = "serverstats",
	.summary = "packets that chronyd counted as a server",
	.arguments = HOST,
	.about = "What chronyd counted: NTP packets, NTS sessions, commands, drops.  Over the\n"
		 "network it tells only when told so with 'opencommands'." ABOUT_HOST,
	.examples = "ntpscope serverstats\nntpscope serverstats --format=json ntp.example.org\n",
	.options = rows_chronyd,
	.n_options = N_OF(rows_chronyd),
	.run = control_run,
};

const struct command cmd_ntpdata = {
	.name = "ntpdata",
	.summary = "the latest packet of each of chronyd's sources",
	.arguments = HOST " [SOURCE...]",
	.about = "The latest valid packet of each of chronyd's NTP sources, or of those given by\n"
		 "address.  Over the network chronyd tells only with 'opencommands'." ABOUT_HOST,
	.examples = "ntpscope ntpdata\nntpscope ntpdata localhost 192.0.2.1\n",
	.options = rows_chronyd,
	.n_options = N_OF(rows_chronyd),
	.run = control_run,
};

const struct command cmd_authdata = {
	.name = "authdata",
	.summary = "keys and NTS of chronyd's sources",
	.arguments = HOST,
	.about = "How chronyd's sources are authenticated: keys, NTS sessions, cookies.  Over the\n"
		 "network chronyd tells only with 'opencommands'." ABOUT_HOST,
	.examples = "ntpscope authdata\nntpscope authdata --format=json ntp.example.org\n",
	.options = rows_chronyd,
	.n_options = N_OF(rows_chronyd),
	.run = control_run,
};

const struct command cmd_selectdata = {
	.name = "selectdata",
	.summary = "why chronyd selected its sources, or not",
	.arguments = HOST,
	.about = "What chronyd's selection says of each source: state, options, score, interval.\n"
		 "Over the network chronyd tells only with 'opencommands'." ABOUT_HOST,
	.examples = "ntpscope selectdata\nntpscope selectdata --format=json ntp.example.org\n",
	.options = rows_chronyd,
	.n_options = N_OF(rows_chronyd),
	.run = control_run,
};

const struct command cmd_activity = {
	.name = "activity",
	.summary = "how many of chronyd's sources are online",
	.arguments = HOST,
	.about = "How many of chronyd's sources are online, offline, or not resolved." ABOUT_HOST,
	.examples = "ntpscope activity\nntpscope activity --format=json ntp.example.org\n",
	.options = rows_chronyd,
	.n_options = N_OF(rows_chronyd),
	.run = control_run,
};

const struct control_words *control_words_of(const struct command *self)
{
	static const struct control_words words[] = {
		{ &cmd_peers, ntpd_peers, chronyd_peers, false, NULL },
		{ &cmd_vars, ntpd_vars, chronyd_tracking, true, NULL },
		{ &cmd_clock, ntpd_clock, NULL, false, NULL },
		{ &cmd_sysstats, ntpd_sysstats, chronyd_serverstats, false, NULL },
		{ &cmd_iostats, ntpd_iostats, NULL, false, NULL },
		{ &cmd_monstats, ntpd_monstats, NULL, false, NULL },
		{ &cmd_mru, ntpd_mru, chronyd_clients, true, mru_accepts },
		{ &cmd_tracking, NULL, chronyd_tracking, false, NULL },
		{ &cmd_sources, NULL, chronyd_sources, false, NULL },
		{ &cmd_sourcestats, NULL, chronyd_sourcestats, false, NULL },
		{ &cmd_serverstats, NULL, chronyd_serverstats, false, NULL },
		{ &cmd_ntpdata, NULL, chronyd_ntpdata, true, NULL },
		{ &cmd_authdata, NULL, chronyd_authdata, false, NULL },
		{ &cmd_selectdata, NULL, chronyd_selectdata, false, NULL },
		{ &cmd_activity, NULL, chronyd_activity, false, NULL },
	};
	size_t i = 0;

	while (words[i].command != self)
		i++;
	return &words[i];
}
