/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/openmetrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "present/utf8.h"

void om_begin(struct om *o, struct buf *out, bool open)
{
	*o = (struct om){ .out = out, .open = open };
}

void om_end(struct om *o)
{
	if (o->open)
		buf_str(o->out, "# EOF\n");
}

static const char *suffix(const struct om *o)
{
	return o->type == OM_COUNTER ? "_total" : o->type == OM_INFO ? "_info" : "";
}

void om_family(struct om *o, enum om_type type, const char *name, const char *help)
{
	static const char *const open_types[] = { "counter", "gauge", "info", "gaugehistogram", "histogram" };
	static const char *const classic_types[] = { "counter", "gauge", "gauge", "histogram", "histogram" };

	o->name = name;
	o->type = type;
	if (o->open)
		buf_printf(o->out, "# TYPE %s %s\n# HELP %s %s.\n", name, open_types[type], name, help);
	else
		buf_printf(o->out, "# HELP %s%s %s.\n# TYPE %s%s %s\n", name, suffix(o), help, name,
			   suffix(o), classic_types[type]);
}

/* Names of servers, interfaces and files may hold anything.  Two that differ are two label values: what is
 * not seen, or is no UTF-8, is told by its number. */
static void label_value(struct buf *b, const char *s)
{
	uint32_t c;
	unsigned n;

	for (size_t left = strlen(s); left; s += n, left -= n) {
		n = utf8_next(s, left, &c);
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", *s);
		else if (c == '\n')
			buf_str(b, "\\n");
		else if (c == UTF8_BAD || (c < 0x100 && utf8_is_hidden(c)))
			buf_printf(b, "\\\\x%02x", c == UTF8_BAD ? (unsigned char)*s : (unsigned)c);
		else if (utf8_is_hidden(c))
			buf_printf(b, "\\\\u%04x", (unsigned)c);
		else
			buf_add(b, s, n);
	}
}

static void sample_name(struct om *o, const char *end, va_list labels)
{
	const char *name;
	char before = '{';

	buf_str(o->out, o->name);
	buf_str(o->out, end);
	while ((name = va_arg(labels, const char *))) {
		buf_char(o->out, before);
		before = ',';
		buf_str(o->out, name);
		buf_str(o->out, "=\"");
		label_value(o->out, va_arg(labels, const char *));
		buf_char(o->out, '"');
	}
	buf_str(o->out, before == ',' ? "} " : " ");
}

/* Doubles as both formats want them: the shortest of 17 digits is not needed, 12 are more than enough. */
static void value(struct buf *b, double v)
{
	if (isnan(v))
		buf_str(b, "NaN");
	else if (isinf(v))
		buf_str(b, v < 0 ? "-Inf" : "+Inf");
	else
		buf_printf(b, "%.12g", v);
}

void om_u64(struct om *o, uint64_t v, ...)
{
	va_list labels;

	va_start(labels, v);
	sample_name(o, suffix(o), labels);
	va_end(labels);
	buf_u64(o->out, v);
	buf_char(o->out, '\n');
}

void om_real(struct om *o, double v, ...)
{
	va_list labels;

	va_start(labels, v);
	sample_name(o, suffix(o), labels);
	va_end(labels);
	/* Times since 1970 keep their microseconds. */
	if (fabs(v) >= 1e8 && fabs(v) < 1e12)
		buf_printf(o->out, "%.6f", v);
	else
		value(o->out, v);
	buf_char(o->out, '\n');
}

static void one_label(struct buf *b, const char *label, const char *value_of_label)
{
	buf_str(b, label);
	buf_str(b, "=\"");
	label_value(b, value_of_label);
	buf_char(b, '"');
}

/* `_sum` or `_count`, as the type has it. */
static void whole(const struct om *o, const char *what, const char *label, const char *value_of_label)
{
	bool gauge = o->open && o->type == OM_GAUGE_HISTOGRAM;

	buf_printf(o->out, "%s_%s%s", o->name, gauge ? "g" : "", what);
	if (label) {
		buf_char(o->out, '{');
		one_label(o->out, label, value_of_label);
		buf_char(o->out, '}');
	}
	buf_char(o->out, ' ');
}

void om_histogram(struct om *o, const double *bounds, unsigned n, const uint64_t *bins, double sum,
		  const char *label, const char *value_of_label)
{
	uint64_t so_far = 0;

	for (unsigned i = 0; i <= n; i++) {
		so_far += bins[i];
		buf_printf(o->out, "%s_bucket{", o->name);
		if (label) {
			one_label(o->out, label, value_of_label);
			buf_char(o->out, ',');
		}
		buf_str(o->out, "le=\"");
		/* OpenMetrics wants "1.0", and so everybody may have it. */
		if (i == n)
			buf_str(o->out, "+Inf");
		else
			buf_printf(o->out, bounds[i] == floor(bounds[i]) ? "%.1f" : "%.12g", bounds[i]);
		buf_printf(o->out, "\"} %" PRIu64 "\n", so_far);
	}
	whole(o, "sum", label, value_of_label);
	value(o->out, sum);
	buf_char(o->out, '\n');
	whole(o, "count", label, value_of_label);
	buf_u64(o->out, so_far);
	buf_char(o->out, '\n');
}
