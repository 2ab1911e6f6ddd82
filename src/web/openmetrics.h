/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text format of OpenMetrics 1.0 and of Prometheus 0.0.4: families, and their samples behind them.
 * In the classic one TYPE and HELP carry `_total`, there is no info and no gauge histogram, and no end.
 */
#ifndef WEB_OPENMETRICS_H
#define WEB_OPENMETRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum om_type { OM_COUNTER, OM_GAUGE, OM_INFO, OM_GAUGE_HISTOGRAM, OM_HISTOGRAM };

struct om {
	struct buf *out;
	bool open; /* OpenMetrics */
	const char *name;
	enum om_type type;
};

void om_begin(struct om *o, struct buf *out, bool open);
void om_end(struct om *o);

/* name without `_total`; help is a line of plain text. */
void om_family(struct om *o, enum om_type type, const char *name, const char *help);

/* A sample of the family; then its labels in pairs, name and value, ended by NULL.  Values are
 * escaped. */
void om_u64(struct om *o, uint64_t v, ...) __attribute__((sentinel));
void om_real(struct om *o, double v, ...) __attribute__((sentinel));

/* bins[i] counts the values up to bounds[i] that are above the bound before; bins[n] the rest.  With a label,
 * unless its name is NULL. */
void om_histogram(struct om *o, const double *bounds, unsigned n, const uint64_t *bins, double sum,
		  const char *label, const char *value_of_label);

#endif
