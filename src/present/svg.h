/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A canvas that writes SVG 1.1: as a file of its own, with colours in it, or as an element of a HTML page,
 * which has classes in the place of colours: the page's style sheet gives those, light or dark
 * (svg_style()).  No style attributes, no scripts, no references to anything outside.
 *
 *	struct svg svg;
 *	svg_begin(&svg, out, &(struct svg_config){ .width = 1200, .height = 640, .title = "..." });
 *	canvas_rect(&svg.canvas, ...);
 *	svg_end(&svg);
 */
#ifndef PRESENT_SVG_H
#define PRESENT_SVG_H

#include "base/buf.h"
#include "present/canvas.h"

struct svg_config {
	double width, height;
	enum theme theme;
	bool inside;       /* an element of a page */
	unsigned id;       /* inside: a number that no other picture of the page has */
	const char *class; /* inside: of the element; plain ASCII */
	const char *title; /* for readers who cannot see it */
};

struct svg {
	struct canvas canvas;
	struct buf *out;
	bool inside;
	enum theme theme;
	unsigned id, n_clips;
};

void svg_begin(struct svg *s, struct buf *out, const struct svg_config *config);
void svg_end(struct svg *s);

/* The rules for the classes of one theme: ".f7{fill:#0072b2}.s7{stroke:#0072b2}..." */
void svg_style(struct buf *out, enum theme theme);

#endif
