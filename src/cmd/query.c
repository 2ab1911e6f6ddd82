/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope query`: asks servers for the time, and says what went wrong by name.  Never touches the clock. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "ask/query.h"
#include "base/nstime.h"
#include "cmd/output.h"
#include "cmd/query_keys.h"
#include "net/clock.h"
#include "net/lookup_many.h"
#include "present/query_rows.h"

struct settings {
	bool ipv4, ipv6, all, is_interleaved, has_nts, is_unverified, ke_only;
	uint64_t key_id, samples, version, port, ke_port;
	const char *key_file, *ca_file, *output;
	struct addr_list source;
	int64_t interval_ns, timeout_ns, warning_ns, critical_ns;
	int format, key_format, color;
};

enum { FORMAT_TABLE, FORMAT_JSON, FORMAT_SNTP, FORMAT_NTPDATE, FORMAT_NAGIOS };

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ '4', "ipv4", NULL, "IPv4 only", OPTION_FLAG, AT(ipv4) },
	{ '6', "ipv6", NULL, "IPv6 only", OPTION_FLAG, AT(ipv6) },
	{ 0, "all", NULL, "every address that a name has, not the first", OPTION_FLAG, AT(all) },
	{ 'p', "samples", "N", "ask so many times (1), up to 64", OPTION_COUNT, AT(samples), .min = 1,
	  .max = QUERY_SAMPLES_MAX },
	{ 'i', "interval", "TIME", "from question to question (2s)", OPTION_DURATION, AT(interval_ns),
	  .min = 0, .max = 3600 },
	{ 't', "timeout", "TIME", "wait so long for an answer (3s)", OPTION_DURATION, AT(timeout_ns),
	  .min = 0, .max = 3600 },
	{ 'o', "ntp-version", "N", "of the protocol: 1 to 4; 5 is the draft (4)", OPTION_COUNT, AT(version),
	  .min = 1, .max = 5 },
	{ 0, "port", "N", "of the server (123)", OPTION_COUNT, AT(port), .min = 1, .max = 65535 },
	{ 0, "source", "ADDR", "send from this address of ours", OPTION_ADDRS, AT(source) },
	{ 0, "interleaved", NULL, "in interleaved mode; needs a few samples", OPTION_FLAG,
	  AT(is_interleaved) },
	{ 'a', "key", "ID", "authenticate with this key of the key file", OPTION_COUNT, AT(key_id), .min = 1,
	  .max = UINT32_MAX },
	{ 'k', "key-file", "FILE", "ntp.keys or chrony.keys", OPTION_TEXT, AT(key_file) },
	{ 0, "key-format", NULL, "what a long word in it is", OPTION_CHOICE, AT(key_format),
	  .choices = "auto|ntp|chrony" },
	{ 0, "nts", NULL, "with Network Time Security", OPTION_FLAG, AT(has_nts) },
	{ 0, "ca-file", "FILE", "trust these certificates, PEM", OPTION_TEXT, AT(ca_file) },
	{ 0, "ca", "FILE", "the same", OPTION_TEXT, AT(ca_file) },
	{ 0, "no-verify", NULL, "trust any certificate: only for tests", OPTION_FLAG, AT(is_unverified) },
	{ 0, "ke-port", "N", "of the NTS key establishment (4460)", OPTION_COUNT, AT(ke_port), .min = 1,
	  .max = 65535 },
	{ 0, "nts-only-ke", NULL, "the key establishment only, no time", OPTION_FLAG, AT(ke_only) },
	{ 0, "format", NULL, "how to print it", OPTION_CHOICE, AT(format),
	  .choices = "table|json|sntp|ntpdate|nagios" },
	{ 'w', "warning", "TIME", "nagios: offset that is a warning (60s)", OPTION_DURATION, AT(warning_ns),
	  .min = 0, .max = 1000000000 },
	{ 'c', "critical", "TIME", "nagios: offset that is critical (120s)", OPTION_DURATION, AT(critical_ns),
	  .min = 0, .max = 1000000000 },
	{ 0, "output", "FILE", "write there, not to standard output", OPTION_TEXT, AT(output) },
	{ 0, "color", NULL, "paint failures", OPTION_CHOICE, AT(color), .choices = "auto|always|never" },
};

/* ---- what is asked for --------------------------------------------------------------------------- */

static bool fits_together(const struct command *self, const struct settings *s)
{
	const char *why = NULL;

	if (s->ipv4 && s->ipv6)
		why = "-4 and -6 exclude each other";
	else if (s->key_id && !s->key_file)
		why = "-a needs the file of keys: -k FILE";
	else if (s->key_file && !s->key_id)
		why = "-k needs the number of the key: -a ID";
	else if (s->key_id && s->has_nts)
		why = "-a and --nts exclude each other";
	else if (s->source.n > 1)
		why = "--source can be given once";
	else if (s->is_interleaved && s->version != 4)
		why = "--interleaved is for version 4";
	else if (s->is_interleaved && s->samples < 3)
		why = "--interleaved needs three samples or more: -p 4";
	else if (s->has_nts && s->version != 4)
		why = "--nts is for version 4";
	else if (s->key_id && (s->version == 1 || s->version == 5))
		why = "-a is for versions 2 to 4";
	else if ((s->ca_file || s->is_unverified) && !s->has_nts)
		why = "--ca-file and --no-verify are for --nts";
	else if (s->ke_only && (s->format == FORMAT_SNTP || s->format == FORMAT_NTPDATE))
		why = "--nts-only-ke asks for no time, which sntp and ntpdate would print";
	else if (s->warning_ns > s->critical_ns)
		why = "-w must not be greater than -c: nothing would be a warning";
	else if (s->timeout_ns < NS_PER_S / 1000)
		why = "a timeout below a millisecond is no use";
	if (why)
		command_error(self, "%s", why);
	return !why;
}

/* People write HOST:123; an IPv6 address has colons of its own. */
static bool has_port(const char *host)
{
	const char *colon = strrchr(host, ':');

	return colon && colon[1] && strspn(colon + 1, "0123456789") == strlen(colon + 1) &&
	       (strchr(host, ':') == colon || host[0] == '[');
}

/* A report for each address; those without one say so. */
static struct query_report *gather(const struct settings *s, int argc, char **argv, size_t *n)
{
	struct lookup_one *names = calloc((size_t)argc, sizeof(*names));
	struct query_report *reports = NULL;
	size_t most = 0;

	*n = 0;
	for (int i = 0; names && i < argc; i++)
		names[i].host = argv[i];
	/* From an address of ours only those of its kind can be asked. */
	bool is_v4 = s->ipv4 || (!s->ipv6 && s->source.n && addr_is_v4(&s->source.at[0]));
	int family = is_v4 ? 4 : s->ipv6 || s->source.n ? 6 : 0;
	int64_t patience_ns = s->timeout_ns > 5 * NS_PER_S ? s->timeout_ns : 5 * NS_PER_S;
	if (names && !lookup_many(names, (size_t)argc, family, patience_ns)) {
		for (int i = 0; i < argc; i++)
			most += s->all && names[i].n ? names[i].n : 1;
		reports = calloc(most ? most : 1, sizeof(*reports));
	}
	for (int i = 0; reports && i < argc; i++) {
		size_t n_asked = s->all ? names[i].n : names[i].n > 0;
		for (size_t k = 0; k < n_asked; k++)
			reports[(*n)++] = (struct query_report){ .host = argv[i],
								 .addr = names[i].at[k].addr,
								 .scope = names[i].at[k].scope,
								 .port = (uint16_t)s->port,
								 .result = QUERY_NONE };
		if (n_asked)
			continue;
		struct query_report *r = &reports[(*n)++];
		*r = (struct query_report){ .host = argv[i],
					    .port = (uint16_t)s->port,
					    .asked_ns = clock_utc_ns(),
					    .result = QUERY_DNS };
		snprintf(r->why, sizeof(r->why), "%s%s", names[i].why,
			 s->source.n         ? "; --source allows addresses of its own kind only"
			 : has_port(argv[i]) ? "; say --port for a port"
					     : "");
	}
	free(names);
	return reports;
}

/* ---- the answer ---------------------------------------------------------------------------------- */

enum { STATUS_INTERRUPTED = 130 }; /* as shells have it */

/* 0: all are good; STATUS_DAMAGED: some are; otherwise what the first one came to. */
static int status_of(const struct query_list *l)
{
	size_t n_good = 0;
	enum query_result first = QUERY_OK;

	for (size_t i = 0; i < l->n; i++) {
		n_good += l->at[i].result == QUERY_OK;
		if (first == QUERY_OK)
			first = l->at[i].result;
	}
	if (n_good == l->n)
		return STATUS_OK;
	if (n_good)
		return STATUS_DAMAGED;
	return first == QUERY_NONE ? STATUS_INTERRUPTED : query_result_status(first);
}

static int print(const struct command *self, const struct settings *s, const struct query_list *l)
{
	struct output out;
	int status = output_open(&out, self, s->output, s->color);

	if (status)
		return status;
	status = status_of(l);
	switch (s->format) {
	case FORMAT_JSON: query_json(l, &out.buf); break;
	case FORMAT_SNTP: query_sntp(l, &out.buf); break;
	case FORMAT_NTPDATE: query_ntpdate(l, &out.buf); break;
	case FORMAT_NAGIOS: status = query_nagios(l, s->warning_ns, s->critical_ns, &out.buf); break;
	default: query_table(l, &out.buf, out.color, out.terminal ? out.columns : 120);
	}
	return output_finish(&out, status);
}

/* One line on standard error while it lasts, when somebody looks at it. */
static void show(void *arg, const struct ask_query_progress *p)
{
	bool *is_drawn = arg;

	fprintf(stderr, "\r\033[K%zu of %zu questions over, %zu of %zu servers done", p->n_over,
		p->n_questions, p->n_done, p->n_servers);
	fflush(stderr);
	*is_drawn = true;
}

/* A thousand servers want more than the thousand descriptors that a program has at first. */
static void allow_sockets(size_t n_servers)
{
	struct rlimit l;
	rlim_t wanted = 2 * (rlim_t)n_servers + 64; /* one for the keys, one for the time */

	if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur >= wanted)
		return;
	l.rlim_cur = wanted < l.rlim_max ? wanted : l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

/* Ctrl-C: print what there is. */
static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal)
{
	(void)signal;
	is_interrupted = 1;
}

/* Held back (SIG_BLOCK) but where ask_queries() waits.  A second one ends the program as ever. */
static void hold_interrupt(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(how, &set, NULL);
}

static enum err ask_all(struct query_report *reports, size_t n, const struct ask_query_options *o)
{
	bool is_drawn = false;

	const struct sigaction once = { .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND };

	allow_sockets(n);
	hold_interrupt(SIG_BLOCK);
	sigaction(SIGINT, &once, NULL);
	enum err e = ask_queries(reports, n, o, isatty(STDERR_FILENO) ? show : NULL, &is_drawn);
	hold_interrupt(SIG_UNBLOCK);

	if (is_drawn)
		fputs("\r\033[K", stderr);
	return e;
}

static int ask(const struct command *self, const struct settings *s, const struct ask_query_options *o,
	       int argc, char **argv)
{
	struct query_list l = { .key = o->key };
	struct query_report *reports = gather(s, argc, argv, &l.n);
	int status = STATUS_FAILED;

	if (!reports || ask_all(reports, l.n, o)) {
		command_error(self, "no memory");
	} else {
		l.at = reports;
		l.now_ns = clock_utc_ns();
		status = print(self, s, &l);
	}
	if (reports)
		explicit_bzero(reports, l.n * sizeof(*reports)); /* cookies and keys */
	free(reports);
	return status;
}

static bool open_trust(const struct command *self, const struct settings *s, struct tls_trust **trust)
{
	enum err e = tls_trust_new(s->ca_file, trust);

	if (e == ERR_FORMAT)
		command_error(self, "'%s' has no certificate", s->ca_file);
	else if (e)
		command_error(self, "cannot read '%s': %s",
			      s->ca_file ? s->ca_file : "the system's certificates", err_text(e));
	return !e;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .samples = 1,
			      .version = 4,
			      .port = NTP_PORT,
			      .ke_port = NTS_KE_PORT,
			      .interval_ns = 2 * NS_PER_S,
			      .timeout_ns = 3 * NS_PER_S,
			      .warning_ns = 60 * NS_PER_S,
			      .critical_ns = 120 * NS_PER_S };
	struct tls_trust *trust = NULL;
	struct ntp_key key;
	int status;

	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	s.has_nts |= s.ke_only;
	if (!fits_together(self, &s))
		return STATUS_FAILED;
	if (s.key_id &&
	    query_key_read(self, s.key_file, (uint32_t)s.key_id, (enum ntp_key_dialect)s.key_format, &key))
		return STATUS_FAILED;
	if (s.has_nts && !open_trust(self, &s, &trust))
		return STATUS_FAILED;
	if (s.is_unverified)
		command_warning(self, "certificates are NOT verified: anybody may be answering");
	const struct ask_query_options o = {
		.config = { .version = (uint8_t)s.version,
			    .samples = (uint8_t)s.samples,
			    .interval_ns = s.interval_ns,
			    .timeout_ns = s.timeout_ns,
			    .is_interleaved = s.is_interleaved,
			    .has_nts = s.has_nts },
		.key = s.key_id ? &key : NULL,
		.source = s.source.n ? &s.source.at[0] : NULL,
		.trust = trust,
		.ke_port = (uint16_t)s.ke_port,
		.is_unverified = s.is_unverified,
		.ke_only = s.ke_only,
		.stop = &is_interrupted,
	};
	status = ask(self, &s, &o, argc, argv);
	tls_trust_free(trust);
	explicit_bzero(&key, sizeof(key));
	return status;
}

static void more_help(FILE *out)
{
	enum { COLUMNS = 78 };
	int column = 0;

	fputs("Exit status: 0 every server is ok, 1 some are, 2 wrong usage; when none is, what\n"
	      "the first one came to:\n",
	      out);
	for (int r = QUERY_TIMEOUT; r < N_QUERY_RESULTS; r++) {
		char word[40];
		int len = snprintf(word, sizeof(word), "%d %s", query_result_status((enum query_result)r),
				   query_result_name((enum query_result)r));
		bool wraps = column + 2 + len + 1 > COLUMNS;
		fprintf(out, "%s%s", !column ? "  " : wraps ? ",\n  " : ", ", word);
		column = (wraps ? 0 : column) + 2 + len;
	}
	fputs(".\nWith --format=nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n", out);
}

const struct command cmd_query = {
	.name = "query",
	.summary = "ask servers for the time, and what went wrong",
	.arguments = "HOST...",
	.about = "Asks NTP servers for the time, many side by side, and prints the offset (server\n"
		 "minus us), how far it can be off, and what went wrong by name.  Never touches\n"
		 "the clock.  The times are the kernel's where it gives them.",
	.examples = "ntpscope query ntp1.example.net ntp2.example.net\n"
		    "ntpscope query -p 8 -i 2 192.0.2.1                 jitter too\n"
		    "ntpscope query --nts time.example.net              with the certificate's days\n"
		    "ntpscope query -a 10 -k /etc/ntp.keys 192.0.2.1    with a key\n"
		    "ntpscope query --format nagios -w 0.05 -c 0.5 192.0.2.1\n",
	.more_help = more_help,
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.min_arguments = 1,
	.run = run,
};
