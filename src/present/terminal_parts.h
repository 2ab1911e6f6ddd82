/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that draw graphs on terminals share; see chart_view.h. */
#ifndef PRESENT_TERMINAL_PARTS_H
#define PRESENT_TERMINAL_PARTS_H

#include "present/chart_parts.h"

enum terminal_style { TERMINAL_PLAIN, TERMINAL_BOLD, TERMINAL_DIM, TERMINAL_ACCENT, TERMINAL_ACCENT_2 };

struct terminal {
	struct buf *out;
	bool color;
	unsigned columns;
};

void terminal_put(struct terminal *t, enum terminal_style style, const char *s);

/* A label of the axis at the left, and what stands between it and the panel. */
void terminal_label(struct terminal *t, const char *s, const char *edge);

/* The name of a series, when there are several, and its figures. */
void terminal_heading(struct terminal *t, const struct chart_view *v, size_t series,
		      const struct chart_facts *f);

enum err terminal_histogram(struct terminal *t, struct chart_drawing *d, unsigned rows);
enum err terminal_scatter(struct terminal *t, struct chart_drawing *d, unsigned rows);

#endif
