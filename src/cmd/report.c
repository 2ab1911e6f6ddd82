/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope report`: the census of the captures on one page. */
#include "present/report.h"

#include <stdio.h>

#include "cmd/census.h"

enum report_format { FORMAT_TEXT, FORMAT_JSON };

struct settings {
	struct capture_options captures;
	int format; /* enum report_format */
	uint64_t top, worst;
	bool explain;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 0, "format", NULL, "a page to read, or the same figures as JSON", OPTION_CHOICE, AT(format),
	  .choices = "text|json" },
	{ 0, "top", "N", "list the N loudest clients and subnets (10)", OPTION_COUNT, AT(top), .min = 0,
	  .max = 9999 },
	{ 0, "worst", "N", "list each server's N slowest answers (3)", OPTION_COUNT, AT(worst), .min = 0,
	  .max = ENGINE_WORST_MAX },
	{ 0, "explain", NULL, "say how each figure is defined, and stop", OPTION_FLAG, AT(explain) },
};

static int explain(const struct command *self, const struct settings *s)
{
	struct output out;
	int status = output_open(&out, self, s->captures.output, s->captures.color);
	if (status)
		return status;
	buf_str(&out.buf, report_explanation);
	return output_finish(&out, STATUS_OK);
}

static int print(struct counted *x, const struct settings *s)
{
	struct report r = {
		.census = x->census,
		.hosts = &x->in.hosts,
		.source = x->info,
		.n_top = (unsigned)s->top,
		.n_worst = (unsigned)s->worst,
	};
	enum err e = report_init(&r);

	if (e)
		command_error(x->self, "cannot sort the clients: %s", err_text(e));
	else if (s->format == FORMAT_JSON)
		report_json(&r, &x->out.buf);
	else
		report_text(&r, &x->out.buf, x->out.color);
	report_release(&r);
	return e ? STATUS_FAILED : STATUS_OK;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .captures = CAPTURE_DEFAULTS, .top = 10, .worst = 3 };
	struct counted x;
	int status;

	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	if (s.explain)
		return explain(self, &s);
	if (argc < 1) {
		command_error(self, "no capture file: CAPTURE is missing; try 'ntpscope report --help'");
		return STATUS_FAILED;
	}
	status = counted_open(&x, self, &s.captures, argc, argv);
	if (status)
		return status;
	x.config.n_worst = (unsigned)s.worst;
	status = counted_run(&x);
	if (!status)
		status = print(&x, &s);
	return counted_close(&x, status);
}

const struct command cmd_report = {
	.name = "report",
	.summary = "all figures of a capture on one page",
	.arguments = "CAPTURE...",
	.about = "Counts everything in the captures ('-' is standard input) and prints one page:\n"
		 "servers, clients, exchanges, delta times, errors, exposure, peaks, the file.",
	.examples = "ntpscope report capture.pcap\n"
		    "ntpscope report --hosts names.txt --top 20 monday.pcap.zst tuesday.pcap.zst\n"
		    "ntpscope report --format=json capture.pcapng | jq .servers\n"
		    "ntpscope report --explain\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.reads_captures = true,
	.min_arguments = 0,
	.run = run,
};
