/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/history_site.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "present/history_histogram.h"
#include "present/markup.h"
#include "present/svg.h"

enum { GRAPH_WIDTH = 640, PANEL_HEIGHT = 170, PLAIN_MOST = 200 };

static const char style[] =
	":root{color-scheme:light "
	"dark;--page:#fff;--text:#1b1f23;--dim:#57606a;--line:#d8dde2;--head:#f4f6f8;"
	"--link:#0072b2}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;max-width:84rem;padding:1rem 1.25rem "
	"3rem;background:var(--page);color:var(--text);"
	"font:15px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',"
	"sans-serif}\n"
	"h1{font-size:1.6rem;margin:.4rem 0 .1rem;overflow-wrap:anywhere}h2{font-size:1.2rem;margin:2.2rem 0 "
	".5rem}h2 small{font-weight:400;color:var(--dim)}\n"
	"p{margin:.35rem 0}.dim,figcaption{color:var(--dim)}a{color:var(--link)}\n"
	".graphs{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(34rem,100%),1fr));gap:.8rem}\n"
	"figure{margin:0;min-width:0}svg{width:100%;height:auto;display:block}\n"
	".scroll{overflow-x:auto;margin:.5rem 0}table{border-collapse:collapse;"
	"font-variant-numeric:tabular-nums;font-size:.93rem}\n"
	"th,td{padding:.25rem .45rem;border-bottom:1px solid "
	"var(--line);text-align:right;white-space:nowrap}\n"
	"th{background:var(--head);font-weight:600}.t{text-align:left}.n{white-space:normal;"
	"overflow-wrap:anywhere;min-width:12rem}\n"
	"footer{margin-top:2.5rem;color:var(--dim);font-size:.87rem}\n";
static const char style_dark[] =
	"\n@media screen and (prefers-color-scheme:dark){:root{--page:#14171a;--text:#e6e8ea;--dim:#9aa4ad;"
	"--line:#30363d;--head:#1d2126;--link:#56b4e9}\n";
static const char style_print[] =
	"}\n@media print{body{max-width:none;padding:0;font-size:10pt}.graphs{grid-template-columns:1fr 1fr}"
	".scroll{overflow:visible}table{font-size:7pt}figure,tr{break-inside:avoid}}\n";

/* ---- names --------------------------------------------------------------------------------------- */

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/* All others as _XX, which is no name of its own: '_' is written so, too.  Of a name that is too long for a
 * file the end is a hash of all of it. */
void site_file_name(const char *name, char out[SITE_FILE_MAX])
{
	uint64_t hash = 1;
	size_t len = 0;

	for (const char *c = name; *c; c++) {
		hash = hash64((uint64_t)(unsigned char)*c, hash);
		if (len > PLAIN_MOST)
			continue;
		if (is_plain(*c) || (*c == '.' && c > name))
			out[len++] = *c;
		else
			len += (size_t)snprintf(out + len, 4, "_%02x", (unsigned)(unsigned char)*c);
	}
	if (len > PLAIN_MOST)
		len = (size_t)snprintf(out + PLAIN_MOST, 20, "__%016llx", (unsigned long long)hash) +
		      PLAIN_MOST;
	/* The index has that one. */
	snprintf(out + len, SITE_FILE_MAX - len, "%s", strcmp(name, "index") == 0 ? "_.html" : ".html");
}

/* ---- pages --------------------------------------------------------------------------------------- */

void site_begin(struct buf *out, const char *heading, int64_t made_ns)
{
	char when[NSTIME_TEXT_MAX];

	nstime_short(made_ns, when);
	buf_str(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	markup_text(out, heading ? heading : "Watched servers");
	buf_str(out, " · ntpscope</title>\n<style>");
	buf_str(out, style);
	svg_style(out, THEME_LIGHT);
	buf_str(out, style_dark);
	svg_style(out, THEME_DARK);
	buf_str(out, style_print);
	buf_str(out, "</style>\n</head>\n<body>\n<header>\n");
	if (heading)
		buf_str(out, "<p><a href=\"index.html\">All servers</a></p>\n");
	buf_str(out, "<h1>");
	markup_text(out, heading ? heading : "Watched servers");
	buf_printf(out,
		   "</h1>\n<p class=\"dim\">%s · offsets are server minus us · times are UTC</p>\n"
		   "</header>\n<main>\n",
		   when);
}

void site_end(struct buf *out)
{
	buf_str(out,
		"</main>\n<footer>Least and greatest value are those that were measured; percentiles, "
		"deviation, "
		"skewness and kurtosis (0 and 0 for a normal distribution) are those of the averages of "
		"1, 5 or 60 minutes. Made by ntpscope " NTPSCOPE_VERSION ".</footer>\n</body>\n</html>\n");
}

static void cell(struct buf *out, const char *class, const char *text)
{
	buf_printf(out, "<td%s>", class);
	markup_text(out, text);
	buf_str(out, "</td>");
}

static void head(struct buf *out, const char *const *heads)
{
	buf_str(out, "<div class=\"scroll\"><table>\n<thead><tr>");
	for (; *heads; heads++) {
		buf_str(out, **heads == '<' ? "<th class=\"t\" scope=\"col\">" : "<th scope=\"col\">");
		markup_text(out, *heads + (**heads == '<'));
		buf_str(out, "</th>");
	}
	buf_str(out, "</tr></thead>\n<tbody>\n");
}

void site_index_begin(struct buf *out)
{
	static const char *const heads[] = { "<Server", "Series", "<Value", "Now",  "Median, week",
					     "5 %",     "95 %",   "Since",  "Last", NULL };
	head(out, heads);
}

void site_index_row(struct buf *out, const struct site_row *row)
{
	const struct history_figures *f = &row->figures;
	const struct history_line l = { .series = row->series };
	const double values[] = { f->last, f->p50, f->p5, f->p95 };
	char file[SITE_FILE_MAX], text[64];

	site_file_name(row->name, file);
	buf_printf(out, "<tr><td class=\"t n\"><a href=\"%s\">", file);
	markup_text(out, row->name);
	buf_printf(out, "</a></td><td>%zu</td><td class=\"t\">%s</td>", row->n_series, row->series->name);
	for (size_t i = 0; i < 4; i++) {
		history_figure_text(&l, f->n ? values[i] : (double)NAN, i > 0, text);
		cell(out, "", text);
	}
	nstime_short(row->first_ns, text);
	cell(out, "", text);
	nstime_short(row->last_ns, text);
	cell(out, "", text);
	buf_str(out, "</tr>\n");
}

void site_index_end(struct buf *out)
{
	buf_str(out, "</tbody></table></div>\n");
}

/* ---- sections ------------------------------------------------------------------------------------ */

void site_section(struct buf *out, const struct history_series *s, const char *title)
{
	buf_printf(out, "<section id=\"%s\">\n<h2>", s->name);
	markup_text(out, title);
	buf_printf(out, " <small>%s</small></h2>\n<div class=\"graphs\">\n", s->name);
}

static void figure(struct buf *out, const char *caption)
{
	buf_str(out, "<figure>\n<figcaption>");
	markup_text(out, caption);
	buf_str(out, "</figcaption>\n");
}

void site_graph(struct buf *out, const struct history_view *v, const char *caption, unsigned id)
{
	struct svg svg;
	const struct svg_config config = { .width = GRAPH_WIDTH,
					   .height = history_view_height(v, PANEL_HEIGHT),
					   .inside = true,
					   .id = id,
					   .title = caption };

	figure(out, caption);
	svg_begin(&svg, out, &config);
	history_view_draw(v, &svg.canvas);
	svg_end(&svg);
	buf_str(out, "</figure>\n");
}

void site_histogram(struct buf *out, const struct history_line *l, const char *caption, unsigned id)
{
	struct svg svg;
	const struct svg_config config = {
		.width = GRAPH_WIDTH, .height = 280, .inside = true, .id = id, .title = caption
	};

	figure(out, caption);
	svg_begin(&svg, out, &config);
	history_histogram_draw(l, &svg.canvas);
	svg_end(&svg);
	buf_str(out, "</figure>\n");
}

void site_table_begin(struct buf *out)
{
	static const char *const heads[] = { "<Range",     "Min",        "1 %",    "5 %",
					     "50 %",       "95 %",       "99 %",   "Max",
					     "90 % range", "98 % range", "StdDev", "Mean",
					     "Skewness",   "Kurtosis",   "Units",  NULL };
	buf_str(out, "</div>\n");
	head(out, heads);
}

/* Rounding alone is no range. */
static double between(double low, double high)
{
	return high - low <= 1e-12 * fmax(fabs(low), fabs(high)) ? 0 : high - low;
}

void site_table_row(struct buf *out, const char *range, const struct history_line *l)
{
	const struct history_figures *f = &l->figures;
	const double values[] = { f->min,
				  f->p1,
				  f->p5,
				  f->p50,
				  f->p95,
				  f->p99,
				  f->max,
				  between(f->p5, f->p95),
				  between(f->p1, f->p99),
				  f->deviation,
				  f->avg };
	struct history_series plain = *l->series;
	char text[64];

	plain.steps = NULL;
	buf_str(out, "<tr>");
	cell(out, " class=\"t\"", range);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		history_value_text(&plain, values[i], text);
		cell(out, "", text);
	}
	for (size_t i = 0; i < 2; i++) {
		double v = i ? f->kurtosis : f->skewness;
		snprintf(text, sizeof(text), isnan(v) ? "–" : "%.3g", v);
		cell(out, "", text);
	}
	cell(out, "", l->series->unit[0] ? l->series->unit : "–");
	buf_str(out, "</tr>\n");
}

void site_section_end(struct buf *out, bool has_table)
{
	buf_str(out, has_table ? "</tbody></table></div>\n</section>\n" : "</div>\n</section>\n");
}
