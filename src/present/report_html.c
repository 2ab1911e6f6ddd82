/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/report_html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/tally.h"
#include "present/markup.h"
#include "present/report_html_parts.h"
#include "present/svg.h"
#include "present/words.h"

/* SHA-256 of all between <style> and </style>; tests/cli/report_html.py says what it must be. */
static const char STYLE_HASH[] = "2ZoxCDjvnITtECkSueAPCC+JTIzzxRMshmvZMpew2Sw=";

static const char style[] =
	":root{color-scheme:light "
	"dark;--page:#fff;--text:#1b1f23;--dim:#57606a;--line:#d8dde2;--head:#f4f6f8;"
	"--link:#0072b2;--warn:#8a5a00;--alarm:#b3261e;--box:#fafbfc}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;max-width:76rem;padding:1rem 1.25rem "
	"3rem;background:var(--page);color:var(--text);"
	"font:15px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu "
	"Sans',sans-serif}\n"
	"h1{font-size:1.6rem;margin:.4rem 0 .1rem;overflow-wrap:anywhere}h2{font-size:1.2rem;margin:2.2rem 0 "
	".5rem}\n"
	"p{margin:.35rem 0}.dim,caption{color:var(--dim)}.warn{color:var(--warn)}.alarm{color:var(--alarm);"
	"font-weight:600}\n"
	"nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.8rem 0}a{color:var(--link)}\n"
	".notice{border-left:4px solid var(--alarm);padding:.4rem .8rem;background:var(--box);margin:.6rem "
	"0}\n"
	".facts{display:flex;flex-wrap:wrap;gap:.15rem 1.2rem;list-style:none;margin:.4rem 0;padding:0}\n"
	".facts li{overflow-wrap:anywhere}\n"
	".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.7rem;margin:1rem "
	"0}\n"
	".card{border:1px solid var(--line);border-radius:.4rem;padding:.55rem .8rem;background:var(--box)}\n"
	".card b{display:block;font-size:1.3rem;font-weight:600}.card "
	"span{color:var(--dim);font-size:.87rem}\n"
	".scroll{overflow-x:auto;margin:.5rem "
	"0}table{border-collapse:collapse;font-variant-numeric:tabular-nums;"
	"font-size:.93rem}\n"
	"caption{text-align:left;padding:.2rem 0;font-size:.9rem}\n"
	"th,td{padding:.25rem .7rem;border-bottom:1px solid "
	"var(--line);text-align:right;white-space:nowrap}\n"
	"th{background:var(--head);font-weight:600}th.t,td.t{text-align:left}td.w{white-space:normal;"
	"min-width:14rem;overflow-wrap:anywhere}\n"
	"td small{color:var(--dim);display:block;white-space:normal;overflow-wrap:anywhere}\n"
	"svg.wide,svg.narrow{width:100%;height:auto;display:block;margin:.6rem 0}svg.narrow{display:none}\n"
	"footer{margin-top:2.5rem;color:var(--dim);font-size:.87rem}\n"
	"@media(max-width:640px){body{padding:.6rem .75rem "
	"2rem}svg.wide{display:none}svg.narrow{display:block}"
	"th,td{padding:.25rem .45rem}}\n";

/* Behind the colours of the light theme. */
static const char style_dark[] =
	"\n@media screen and (prefers-color-scheme:dark){:root{--page:#14171a;--text:#e6e8ea;--dim:#9aa4ad;"
	"--line:#30363d;--head:#1d2126;--link:#56b4e9;--warn:#e6b04a;--alarm:#ff8a7a;--box:#191d21}\n";
static const char style_print
	[] = "}\n@media "
	     "print{body{max-width:none;padding:0;font-size:10pt}nav{display:none}svg.wide{display:block}"
	     "svg.narrow{display:none}.scroll{overflow:visible}table{font-size:8pt}section,tr,svg{break-"
	     "inside:avoid}"
	     "section.long{break-inside:auto}}\n";

/* ---- building blocks ----------------------------------------------------------------------------- */

void html_section(struct html *h, const char *id, const char *title)
{
	buf_printf(h->out, "<section id=\"%s\"%s>\n<h2>%s</h2>\n", id,
		   strcmp(id, "graphs") == 0 || strcmp(id, "clients") == 0 ? " class=\"long\"" : "", title);
}

void html_section_end(struct html *h)
{
	buf_str(h->out, "</section>\n");
}

void html_facts(struct html *h)
{
	buf_str(h->out, "<ul class=\"facts\">\n");
}

void html_fact(struct html *h, const char *class, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (class)
		buf_printf(h->out, "<li class=\"%s\">", class);
	else
		buf_str(h->out, "<li>");
	markup_text(h->out, text);
	buf_str(h->out, "</li>\n");
}

void html_facts_end(struct html *h)
{
	buf_str(h->out, "</ul>\n");
}

void html_table(struct html *h, const char *caption, const char *const *heads)
{
	buf_str(h->out, "<div class=\"scroll\"><table>\n");
	if (caption) {
		buf_str(h->out, "<caption>");
		markup_text(h->out, caption);
		buf_str(h->out, "</caption>\n");
	}
	buf_str(h->out, "<thead><tr>");
	for (; *heads; heads++) {
		bool text = **heads == '<';
		buf_str(h->out, text ? "<th scope=\"col\" class=\"t\">" : "<th scope=\"col\">");
		markup_text(h->out, *heads + text);
		buf_str(h->out, "</th>");
	}
	buf_str(h->out, "</tr></thead>\n<tbody>\n");
	h->in_row = false;
}

void html_row(struct html *h)
{
	buf_str(h->out, h->in_row ? "</tr>\n<tr>" : "<tr>");
	h->in_row = true;
}

static void cell(struct html *h, const char *kind, const char *class, const char *s)
{
	bool both = kind[0] && class && class[0];

	if (kind[0] || (class && class[0]))
		buf_printf(h->out, "<td class=\"%s%s%s\">", kind, both ? " " : "", class ? class : "");
	else
		buf_str(h->out, "<td>");
	markup_text(h->out, s);
	buf_str(h->out, "</td>");
}

void html_text_cell(struct html *h, const char *class, const char *s)
{
	cell(h, "t", class, s);
}

void html_number_cell(struct html *h, const char *class, const char *s)
{
	cell(h, "", class, s);
}

void html_table_end(struct html *h)
{
	buf_str(h->out, h->in_row ? "</tr>\n</tbody></table></div>\n" : "</tbody></table></div>\n");
	h->in_row = false;
}

void html_addr_cell(struct html *h, const struct addr *a)
{
	const char *name = report_name(h->r, a);
	struct words text = addr_words(a);

	buf_str(h->out, "<td class=\"t\">");
	markup_text(h->out, text.s);
	if (name) {
		buf_str(h->out, "<small>");
		markup_text(h->out, name);
		buf_str(h->out, "</small>");
	}
	buf_str(h->out, "</td>");
}

/* ---- the page ------------------------------------------------------------------------------------ */

static void put_title(struct html *h)
{
	const struct source_info *s = &h->r->source;

	if (s->n_paths == 1)
		markup_text(h->out, source_info_base_name(s->paths[0]));
	else
		buf_printf(h->out, "%zu captures", s->n_paths);
}

static void head(struct html *h)
{
	buf_str(h->out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
			"style-src 'sha256-");
	buf_str(h->out, STYLE_HASH);
	buf_str(h->out, "'; base-uri 'none'; form-action 'none'\">\n"
			"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
			"<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	put_title(h);
	buf_str(h->out, " · ntpscope report</title>\n<style>");
	buf_str(h->out, style);
	svg_style(h->out, THEME_LIGHT);
	buf_str(h->out, style_dark);
	svg_style(h->out, THEME_DARK);
	buf_str(h->out, style_print);
	buf_str(h->out, "</style>\n</head>\n<body>\n");
}

static void period(struct html *h)
{
	const struct census *c = h->r->census;
	const struct source_info *s = &h->r->source;

	buf_str(h->out, "<header>\n<h1>");
	put_title(h);
	buf_str(h->out, "</h1>\n<p class=\"dim\">");
	if (census_tally(c)->n_frames) {
		markup_text(h->out, moment_words(census_first_ns(c)).s);
		buf_str(h->out, " – ");
		markup_text(h->out, moment_words(census_last_ns(c)).s);
		buf_printf(h->out, " (%s) · ", span_words(census_last_ns(c) - census_first_ns(c)).s);
	}
	buf_printf(h->out, "%s NTP packets in ", count_words(census_tally(c)->fates[FATE_NTP]).s);
	buf_printf(h->out, "%s frames", count_words(s->n_frames).s);
	if (s->filter) {
		buf_str(h->out, " · -f ");
		markup_text(h->out, s->filter);
	}
	if (s->display) {
		buf_str(h->out, " · -Y ");
		markup_text(h->out, s->display);
	}
	buf_str(h->out, "</p>\n");
	for (size_t i = 0; s->n_paths > 1 && i < s->n_paths; i++) {
		buf_str(h->out, "<p class=\"dim\">");
		markup_text(h->out, s->paths[i]);
		buf_str(h->out, "</p>\n");
	}
	buf_str(h->out, "</header>\n");
}

static void notice(struct html *h, const char *kind, const char *text)
{
	buf_printf(h->out, "<p class=\"notice\"><b>%s</b> ", kind);
	markup_text(h->out, text);
	buf_str(h->out, "</p>\n");
}

static void notices(struct html *h)
{
	const struct report *r = h->r;
	const struct list_summary *s = census_summary(r->census);
	char text[sizeof(struct report_part)];

	struct report_part part = report_part(r);
	if (part.when[0]) {
		snprintf(text, sizeof(text), "%s %s", part.when, part.what);
		notice(h, "Part of the time:", text);
	}
	if (r->source.damage[0])
		notice(h, "Damaged input:", r->source.damage);
	if (census_one_way(r->census) &&
	    census_tally(r->census)->n_outside < census_tally(r->census)->fates[FATE_NTP])
		notice(h, "One-way capture:",
		       "it holds no packet from any server; nobody is called unanswered for that.");
	if (s->n_refused_packets) {
		snprintf(text, sizeof(text),
			 "%s packets of about %s addresses found no room: raise --capacity.",
			 count_words(s->n_refused_packets).s, count_words((uint64_t)s->refused_addresses).s);
		notice(h, "Client list full:", text);
	}
}

static void card(struct html *h, const char *value, const char *what)
{
	buf_str(h->out, "<div class=\"card\"><b>");
	markup_text(h->out, value);
	buf_str(h->out, "</b><span>");
	markup_text(h->out, what);
	buf_str(h->out, "</span></div>\n");
}

static void cards(struct html *h)
{
	const struct census *c = h->r->census;
	const struct tally *y = census_tally(c);
	struct server_outcome all = { 0 };

	for (size_t i = 0; i < census_n_servers(c); i++) {
		struct server_outcome o = server_outcome_of(census_server(c, i));
		all.requests += o.requests;
		all.answered += o.answered;
		all.lost += o.lost;
	}
	buf_str(h->out, "<div class=\"cards\">\n");
	card(h, count_words(all.requests).s, "requests for time");
	card(h, share_words(all.answered, all.requests, 2).s, "answered");
	card(h, share_words(all.lost, all.requests, 2).s, "lost");
	card(h, count_words(census_summary(c)->n).s, "client addresses");
	if (y->delta.n) {
		card(h, span_words(hist_percentile(&y->delta, 0.5)).s, "delta p50");
		card(h, span_words(hist_percentile(&y->delta, 0.99)).s, "delta p99");
	}
	buf_str(h->out, "</div>\n");
}

static void navigation(struct html *h, bool any)
{
	buf_str(h->out, "<nav>");
	if (any && h->graphs)
		buf_str(h->out, "<a href=\"#graphs\">Graphs</a> ");
	if (any)
		buf_str(h->out, "<a href=\"#servers\">Servers</a> <a href=\"#clients\">Clients</a> "
				"<a href=\"#exchanges\">Exchanges</a> "
				"<a href=\"#delta\">Delta times</a> ");
	buf_str(h->out, "<a href=\"#findings\">Findings</a> <a href=\"#file\">File</a></nav>\n");
}

enum err report_html(const struct report *r, const struct report_graphs *g, struct buf *out)
{
	struct html h = { .out = out, .r = r, .graphs = g };
	bool any = census_tally(r->census)->fates[FATE_NTP] > 0;

	head(&h);
	period(&h);
	notices(&h);
	navigation(&h, any);
	buf_str(out, "<main>\n");
	if (any) {
		cards(&h);
		if (g)
			report_html_graphs(&h);
		report_html_servers(&h);
		report_html_clients(&h);
		report_html_exchanges(&h);
		report_html_delta(&h);
	}
	report_html_findings(&h);
	report_html_file(&h);
	buf_str(out, "</main>\n<footer>Made by ntpscope " NTPSCOPE_VERSION
		     ". What each figure means: ntpscope report --explain.</footer>\n</body>\n</html>\n");
	return h.err;
}
