/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope graph`: figures over time, as a picture, on the terminal, or as numbers. */
#include "cmd/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "cmd/choices.h"
#include "cmd/engine.h"
#include "cmd/picture.h"
#include "field/field.h"
#include "present/source_info.h"

struct settings {
	struct capture_options captures;
	struct picture picture;
	const char *y, *title;
	struct text_list aggregates;
	int by;
	uint64_t top;
	int64_t interval_ns;
	bool log, linear, histogram, scatter, local, relative;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 'y', "y", "WHAT", "delta, offset, rate, clients, or a field", OPTION_TEXT, AT(y) },
	{ 0, "by", NULL, "a series for each", OPTION_CHOICE, AT(by),
	  .choices = "none|server|client|stream|version" },
	{ 0, "top", "N", "so many series, the rest together (5)", OPTION_COUNT, AT(top), .min = 1,
	  .max = CHART_SERIES_MAX - 1 },
	{ 0, "agg", "WORDS", "draw these: min,avg,p50,p90,p99,p999,max", OPTION_TEXTS, AT(aggregates) },
	{ 0, "interval", "TIME", "sum up over so long (as fine as is seen)", OPTION_DURATION, AT(interval_ns),
	  .min = 0, .max = 365 * 86400 },
	{ 0, "log", NULL, "logarithmic axis of values", OPTION_FLAG, AT(log) },
	{ 0, "linear", NULL, "linear axis, whatever the values are", OPTION_FLAG, AT(linear) },
	{ 0, "histogram", NULL, "how many values are how great", OPTION_FLAG, AT(histogram) },
	{ 0, "scatter", NULL, "values against requests in their second", OPTION_FLAG, AT(scatter) },
	{ 0, "local", NULL, "times by the local clock, not UTC", OPTION_FLAG, AT(local) },
	{ 0, "relative", NULL, "times since the first frame", OPTION_FLAG, AT(relative) },
	PICTURE_ROWS(offsetof(struct settings, picture)),
	{ 0, "title", "TEXT", "instead of our own", OPTION_TEXT, AT(title) },
};

/* All that a run needs. */
struct run {
	const struct command *self;
	struct settings s;
	struct graph_wish wish;
	unsigned aggregates;
	struct captures in;
	struct graph graph;
};

/* ---- what is asked for --------------------------------------------------------------------------- */

static bool refuse(const struct command *self, const char *option, const char *value, const char *why)
{
	command_error(self, "bad value '%s' for '%s': %s", value, option, why);
	return false;
}

static bool take_y(struct run *r)
{
	static const char *const names[] = { "delta", "offset", "rate", "clients" };
	const char *y = r->s.y;

	for (unsigned i = 0; i < 4; i++) {
		if (strcmp(y, names[i]) == 0) {
			r->wish.y = (enum graph_y)i;
			return true;
		}
	}
	r->wish.y = GRAPH_FIELD;
	r->wish.field = field_find(y);
	if (!r->wish.field) {
		const char *near = options_nearest(y, names, 4);
		if (near)
			command_error(r->self, "nothing is called '%s'; did you mean '%s'?", y, near);
		else
			command_error(r->self,
				      "nothing is called '%s': delta, offset, rate, clients, or a field; "
				      "try 'ntpscope fields'",
				      y);
		return false;
	}
	if (!graph_field_is_number(r->wish.field))
		return refuse(r->self, "--y", y, "not a number, and cannot be drawn");
	return true;
}

static bool no_both(const struct command *self, bool a, bool b, const char *names)
{
	if (a && b)
		command_error(self, "%s exclude each other", names);
	return !(a && b);
}

static bool take_kind(struct run *r)
{
	const struct settings *s = &r->s;
	bool of_levels = r->wish.y == GRAPH_RATE || r->wish.y == GRAPH_CLIENTS;

	r->wish.kind = s->histogram ? CHART_HISTOGRAM : s->scatter ? CHART_SCATTER : CHART_OVER_TIME;
	if (!no_both(r->self, s->histogram, s->scatter, "'--histogram' and '--scatter'") ||
	    !no_both(r->self, s->log, s->linear, "'--log' and '--linear'") ||
	    !no_both(r->self, s->local, s->relative, "'--local' and '--relative'") ||
	    !no_both(r->self, s->scatter, s->by != GRAPH_BY_NONE, "'--scatter' and '--by'"))
		return false;
	if (r->wish.kind != CHART_OVER_TIME && of_levels) {
		command_error(r->self, "'--%s' draws values, and there are none in '--y %s'",
			      s->histogram ? "histogram" : "scatter", s->y);
		return false;
	}
	if (s->interval_ns && s->interval_ns < 1000000) {
		command_error(r->self, "'--interval' is 1ms at least");
		return false;
	}
	return true;
}

static bool take_wish(struct run *r)
{
	uint64_t mask;

	if (!take_y(r) || !picture_settle(r->self, &r->s.picture, &r->s.captures.output) || !take_kind(r))
		return false;
	if (!choices_mask(r->self, "agg", &r->s.aggregates, chart_aggregate_name, N_AGGREGATES, &mask))
		return false;
	r->aggregates = r->s.aggregates.n ? (unsigned)mask : 0;
	r->wish.by = (enum graph_by)r->s.by;
	r->wish.top = (unsigned)r->s.top;
	r->wish.interval_ns = r->s.interval_ns;
	r->wish.relative = r->s.relative;
	r->wish.columns = r->s.picture.width;
	return true;
}

/* ---- what it is called --------------------------------------------------------------------------- */

static void title_of(const struct run *r, char *out, size_t size)
{
	static const char *const names[] = { "Delta time", "Offset of the server's clock",
					     "Requests per second", "Clients" };
	static const char *const by[] = { "", " by server", " by client", " by stream", " by version" };
	static const char *const kinds[] = { "", ": distribution", " against load" };
	const char *name = r->wish.field ? r->wish.field->name : names[r->wish.y];

	if (r->s.title)
		snprintf(out, size, "%s", r->s.title);
	else
		snprintf(out, size, "%s%s%s", name, kinds[r->wish.kind], by[r->wish.by]);
}

static void subtitle_of(const struct run *r, char *out, size_t size)
{
	const struct captures *in = &r->in;
	const char *first = source_info_base_name(in->paths[0]);
	int n = in->n_paths == 1 ? snprintf(out, size, "%s", first)
				 : snprintf(out, size, "%s and %zu more", first, in->n_paths - 1);

	if (in->options->filter && n >= 0 && (size_t)n < size)
		n += snprintf(out + n, size - (size_t)n, " · -f %s", in->options->filter);
	if (in->options->display && n >= 0 && (size_t)n < size)
		snprintf(out + n, size - (size_t)n, " · -Y %s", in->options->display);
}

/* Of the lines that nobody asked for by name. */
static const char *rate_words(const struct run *r, const char *width, char *out, size_t size)
{
	bool several = r->graph.n_series > 1;

	out[0] = '\0';
	if (!r->aggregates)
		snprintf(out, size,
			 several ? ": mean, busiest %s (thin)" : ": mean (area), busiest %s (line)", width);
	return out;
}

/* The interval of rates and clients belongs to what they mean. */
static void axis_of(const struct run *r, const struct chart *c, char *out, size_t size)
{
	char width[CHART_LABEL_MAX], words[CHART_LABEL_MAX + 48];

	chart_width_text(c->width_ns, width);
	switch (r->wish.y) {
	case GRAPH_DELTA: snprintf(out, size, "response − request"); break;
	case GRAPH_OFFSET: snprintf(out, size, "server − capture"); break;
	case GRAPH_RATE:
		snprintf(out, size, "requests/s%s", rate_words(r, width, words, sizeof(words)));
		break;
	case GRAPH_CLIENTS: snprintf(out, size, "different clients in each %s", width); break;
	case GRAPH_FIELD: snprintf(out, size, "%s", r->wish.field->name); break;
	}
}

static void addr_name(const struct run *r, const struct addr *a, char *out, size_t size)
{
	const char *name = hosts_name(&r->in.hosts, a);
	char text[ADDR_TEXT_MAX];

	addr_text(a, text);
	snprintf(out, size, "%s", name ? name : text);
}

static void name_of(const struct run *r, size_t i, char *out, size_t size)
{
	const struct graph_key *k = &r->graph.chosen[i];
	char a[HOSTS_NAME_MAX - 16], b[HOSTS_NAME_MAX - 16];

	if (r->wish.by == GRAPH_BY_NONE) {
		snprintf(out, size, "all");
		return;
	}
	if (i >= r->graph.n_chosen) {
		snprintf(out, size, "others");
		return;
	}
	addr_name(r, &k->a, a, sizeof(a));
	addr_name(r, &k->b, b, sizeof(b));
	switch (r->wish.by) {
	case GRAPH_BY_VERSION: snprintf(out, size, "NTPv%u", k->version); break;
	case GRAPH_BY_STREAM:
		if (k->stream || r->wish.y == GRAPH_FIELD)
			snprintf(out, size, k->stream ? "stream %u" : "no stream", k->stream - 1);
		else
			snprintf(out, size, "%s port %u – %s", a, k->a_port, b);
		break;
	case GRAPH_BY_SERVER:
	case GRAPH_BY_CLIENT:
	case GRAPH_BY_NONE: snprintf(out, size, "%s", a); break;
	}
}

/* ---- the picture --------------------------------------------------------------------------------- */

static enum err draw(const struct run *r, const struct chart_view *v, struct output *out)
{
	if (r->s.picture.format == PICTURE_JSON)
		return chart_view_json(v, r->in.paths, r->in.n_paths, r->in.source->damage, &out->buf);
	return picture_draw(&r->s.picture, v, out);
}

static void fill_view(struct run *r, struct chart_view *v, char (*names)[2 * HOSTS_NAME_MAX])
{
	struct graph *g = &r->graph;
	const struct field *f = r->wish.field;

	v->kind = r->wish.kind;
	v->measure = r->wish.y == GRAPH_RATE      ? CHART_EVENTS
		     : r->wish.y == GRAPH_CLIENTS ? CHART_CLIENTS
						  : CHART_VALUES;
	v->unit = f                            ? graph_field_unit(f)
		  : r->wish.y == GRAPH_RATE    ? CHART_RATE
		  : r->wish.y == GRAPH_CLIENTS ? CHART_COUNT
					       : CHART_DURATION;
	v->scale = f ? graph_field_scale(f) : 1;
	v->y = r->s.y;
	v->scaling = r->s.log ? CHART_SCALE_LOG : r->s.linear ? CHART_SCALE_LINEAR : CHART_SCALE_AUTO;
	v->aggregates = r->aggregates;
	v->fixed_intervals = r->wish.interval_ns > 0;
	v->times.clock = r->s.local ? CHART_LOCAL : r->s.relative ? CHART_RELATIVE : CHART_UTC;
	v->times.ahead_s = picture_ahead_s;
	graph_settle(g, &v->times);
	v->load = r->wish.y == GRAPH_RATE ? NULL : &g->load;
	v->load_name = f ? "packets" : "requests";
	for (size_t i = 0; i < g->n_series; i++) {
		name_of(r, i, names[i], sizeof(names[i]));
		v->series[i] = (struct chart_series){ names[i], &g->series[i],
						      r->wish.by != GRAPH_BY_NONE && i >= g->n_chosen };
	}
	v->n_series = g->n_series;
}

static void warn_of_intervals(const struct run *r)
{
	char width[CHART_LABEL_MAX];

	if (!r->wish.interval_ns || !r->graph.n_series || r->graph.series[0].width_ns == r->wish.interval_ns)
		return;
	chart_width_text(r->graph.series[0].width_ns, width);
	command_warning(r->self, "too many intervals: they became %s", width);
}

static int print(struct run *r)
{
	char names[CHART_SERIES_MAX][2 * HOSTS_NAME_MAX];
	char title[256], subtitle[1024], axis[128];
	struct chart_view v = { .title = title, .subtitle = subtitle, .axis = axis };
	struct output out;
	int status = output_open_for(&out, r->self, &r->in);

	if (status)
		return status;
	status = graph_read(&r->graph, &r->in);
	if (!status) {
		title_of(r, title, sizeof(title));
		subtitle_of(r, subtitle, sizeof(subtitle));
		fill_view(r, &v, names);
		axis_of(r, &r->graph.series[0], axis, sizeof(axis));
		warn_of_intervals(r);
		enum err e = draw(r, &v, &out);
		if (e) {
			command_error(r->self, "cannot draw: %s", err_text(e));
			status = STATUS_FAILED;
		}
	}
	return output_finish(&out, status);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct run r = { .self = self, .s = { .captures = CAPTURE_DEFAULTS, .y = "delta", .top = 5 } };
	int status;

	if (!options_parse(self, &r.s, &argc, argv, &status))
		return status;
	if (!take_wish(&r))
		return STATUS_FAILED;
	bool twice = graph_reads_twice(&r.wish, &r.s.captures);
	status = (twice ? captures_open_twice : captures_open)(&r.in, self, &r.s.captures, argc, argv);
	if (status)
		return status;
	graph_init(&r.graph, &r.wish, engine_secret());
	status = print(&r);
	graph_release(&r.graph);
	int read_status = captures_finish(&r.in);
	return status ? status : read_status;
}

const struct command cmd_graph = {
	.name = "graph",
	.summary = "figures over time: a picture, or blocks on the terminal",
	.arguments = "CAPTURE...",
	.about = "Draws delta times, offsets, the rate of requests, the number of clients, or any\n"
		 "field that is a number, over time: least and greatest value of each column (no\n"
		 "spike is lost), percentiles, requests beneath.  -o FILE.svg or .png makes a\n"
		 "picture; '-o -' writes SVG to standard output.",
	.examples = "ntpscope graph capture.pcap\n"
		    "ntpscope graph -o delta.svg capture.pcap\n"
		    "ntpscope graph --by server --agg max,avg,p99 --interval 1s -o a.png day.pcap\n"
		    "ntpscope graph --histogram --log -o histogram.svg capture.pcap\n"
		    "ntpscope graph --scatter --theme dark --size 1600x900 -o load.png capture.pcap\n"
		    "ntpscope graph -y clients --interval 5min --local capture.pcap\n"
		    "ntpscope graph -y ntp.rootdispersion_s --by server --format json capture.pcap\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.reads_captures = true,
	.min_arguments = 1,
	.run = run,
};
