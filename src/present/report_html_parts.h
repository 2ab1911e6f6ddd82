/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of the page, for report_html*.c only. */
#ifndef PRESENT_REPORT_HTML_PARTS_H
#define PRESENT_REPORT_HTML_PARTS_H

#include "present/report_html.h"

struct html {
	struct buf *out;
	const struct report *r;
	const struct report_graphs *graphs;
	bool in_row;
	unsigned n_graphs;
	enum err err;
};

/* <h2> and what belongs to it; id is ours. */
void html_section(struct html *h, const char *id, const char *title);
void html_section_end(struct html *h);

/* A line of facts: each call one, escaped. */
void html_facts(struct html *h);
void html_fact(struct html *h, const char *class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void html_facts_end(struct html *h);

/* heads: titles ended by NULL; one that begins with '<' heads a column of text, the others hold numbers. */
void html_table(struct html *h, const char *caption, const char *const *heads);
void html_row(struct html *h);
void html_text_cell(struct html *h, const char *class, const char *s);
void html_number_cell(struct html *h, const char *class, const char *s);
void html_table_end(struct html *h);

/* An address, with its name where there is one. */
void html_addr_cell(struct html *h, const struct addr *a);

void report_html_graphs(struct html *h);
void report_html_servers(struct html *h);
void report_html_clients(struct html *h); /* and the loudest, and subnets */
void report_html_exchanges(struct html *h);
void report_html_delta(struct html *h); /* and load */
void report_html_findings(struct html *h);
void report_html_file(struct html *h);

#endif
