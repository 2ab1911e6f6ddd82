/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of the report, for report_text.c and report_json.c only. */
#ifndef PRESENT_REPORT_PARTS_H
#define PRESENT_REPORT_PARTS_H

#include "present/json.h"
#include "present/report.h"
#include "present/text.h"

void report_text_servers(struct text *t, const struct report *r);
void report_text_clients(struct text *t, const struct report *r);
void report_text_loudest(struct text *t, const struct report *r); /* and SUBNETS */
void report_text_exchanges(struct text *t, const struct report *r);
void report_text_delta(struct text *t, const struct report *r);    /* and LOAD */
void report_text_findings(struct text *t, const struct report *r); /* ERRORS, EXPOSED, PEAKS, AUTH */
void report_text_file(struct text *t, const struct report *r);
void report_text_how(struct text *t, const struct report *r);

void report_json_servers(struct jw *j, const struct report *r);
void report_json_clients(struct jw *j, const struct report *r);
void report_json_exchanges(struct jw *j, const struct report *r);
void report_json_findings(struct jw *j, const struct report *r);

/* A number that may not be known: null then. */
void report_json_known(struct jw *j, const char *key, bool known, uint64_t n);

/* The percentiles of a histogram, as an object. */
void report_json_hist(struct jw *j, const char *key, const struct hist *h);

#endif
