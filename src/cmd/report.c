/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope report`: the census of the captures on one page. */
#include "present/report.h"

#include <stdio.h>

#include "cmd/census.h"
#include "cmd/graph.h"
#include "present/report_html.h"
#include "present/text.h"

enum report_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML };

struct settings {
	struct capture_options captures;
	int format; /* enum report_format */
	uint64_t top, worst;
	bool full, how, explain;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 0, "format", NULL, "to read, for programs, or a page with graphs", OPTION_CHOICE, AT(format),
	  .choices = "text|json|html" },
	{ 0, "full", NULL, "longer: tables of classes, versions, sizes, load", OPTION_FLAG, AT(full) },
	{ 0, "top", "N", "list the N loudest clients and subnets (10; 5)", OPTION_COUNT, AT(top), .min = 0,
	  .max = 9999 },
	{ 0, "worst", "N", "list each server's N slowest answers (3)", OPTION_COUNT, AT(worst), .min = 0,
	  .max = ENGINE_WORST_MAX },
	{ 0, "how", NULL, "name the filters that show a figure's packets", OPTION_FLAG, AT(how) },
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

/* ---- graphs of the page -------------------------------------------------------------------------- */

struct graphs {
	struct graph_wish delta_wish, clients_wish;
	struct graph delta, clients;
};

static enum err draw_exchange(void *arg, const struct exchange *x)
{
	struct graphs *g = arg;

	graph_exchange(&g->delta, x);
	graph_exchange(&g->clients, x);
	return ERR_OK;
}

static void graphs_init(struct graphs *g, struct counted *x)
{
	*g = (struct graphs){ .delta_wish = { .y = GRAPH_DELTA, .columns = 1200 },
			      .clients_wish = { .y = GRAPH_CLIENTS, .columns = 1200 } };
	graph_init(&g->delta, &g->delta_wish, x->config.secret);
	graph_init(&g->clients, &g->clients_wish, x->config.secret);
	graph_begin(&g->delta);
	graph_begin(&g->clients);
	x->config.want_rows = true;
	x->io.row = draw_exchange;
	x->io.row_arg = g;
	x->io.rows_in_any_order = true;
}

static void graphs_release(struct graphs *g)
{
	graph_release(&g->delta);
	graph_release(&g->clients);
}

static enum err print_html(const struct report *r, struct graphs *g, struct buf *out)
{
	struct report_graphs graphs = {
		.delta = &g->delta.series[0],
		.load = &g->delta.load,
		.clients = &g->clients.series[0],
	};

	g->delta.earliest_ns = g->clients.earliest_ns = census_first_ns(r->census);
	g->delta.last_ns = g->clients.last_ns = census_last_ns(r->census);
	graph_settle(&g->clients, &graphs.times);
	graph_settle(&g->delta, &graphs.times);
	enum err e = graphs.delta->err  ? graphs.delta->err
		     : graphs.load->err ? graphs.load->err
					: graphs.clients->err;
	return e ? e : report_html(r, &graphs, out);
}

/* ---- all of it ----------------------------------------------------------------------------------- */

enum { TOP_UNSET = 10000, TOP = 10, TOP_SHORT = 5, COLUMNS_LEAST = 60 };

static unsigned n_top(const struct settings *s)
{
	if (s->top != TOP_UNSET)
		return (unsigned)s->top;
	return s->format == FORMAT_TEXT && !s->full ? TOP_SHORT : TOP;
}

/* A page is as wide as a terminal, within reason; a file or a pipe gets the widest. */
static unsigned page_columns(const struct output *out)
{
	if (!out->terminal || out->columns > TEXT_COLUMNS)
		return TEXT_COLUMNS;
	return out->columns < COLUMNS_LEAST ? COLUMNS_LEAST : out->columns;
}

static int print(struct counted *x, const struct settings *s, struct graphs *graphs)
{
	struct report r = {
		.census = x->census,
		.hosts = &x->in.hosts,
		.source = x->info,
		.n_top = n_top(s),
		.n_worst = (unsigned)s->worst,
		.columns = page_columns(&x->out),
		.full = s->full,
		.how = s->how,
	};
	enum err e = report_init(&r);

	if (!e && s->format == FORMAT_HTML)
		e = print_html(&r, graphs, &x->out.buf);
	else if (!e && s->format == FORMAT_JSON)
		report_json(&r, &x->out.buf);
	else if (!e)
		report_text(&r, &x->out.buf, x->out.color);
	if (e)
		command_error(x->self, "cannot make the report: %s", err_text(e));
	report_release(&r);
	return e ? STATUS_FAILED : STATUS_OK;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .captures = CAPTURE_DEFAULTS, .top = TOP_UNSET, .worst = 3 };
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
	struct graphs graphs = { 0 };
	if (s.format == FORMAT_HTML)
		graphs_init(&graphs, &x);
	status = counted_run(&x);
	if (!status)
		status = print(&x, &s, &graphs);
	graphs_release(&graphs);
	return counted_close(&x, status);
}

const struct command cmd_report = {
	.name = "report",
	.summary = "all figures of a capture on one page",
	.arguments = "CAPTURE...",
	.about = "Counts everything in the captures ('-' is standard input) and prints one page:\n"
		 "servers, clients, exchanges, delta times, errors, exposure, peaks, the file.\n"
		 "With -Y only frames that match are counted: a filter that parts requests from\n"
		 "answers leaves them alone. By address, udp.stream or ntp.class they stay\n"
		 "together.",
	.examples = "ntpscope report capture.pcap\n"
		    "ntpscope report --hosts names.txt --top 20 monday.pcap.zst tuesday.pcap.zst\n"
		    "ntpscope report --format=json capture.pcapng | jq .servers\n"
		    "ntpscope report --format=html -o report.html capture.pcap\n"
		    "ntpscope report -Y 'ip.addr == 192.0.2.0/24' capture.pcap\n"
		    "ntpscope report --explain\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.reads_captures = true,
	.prints_at_end = true,
	.min_arguments = 0,
	.run = run,
};
