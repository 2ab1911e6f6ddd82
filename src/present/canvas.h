/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What graphs are drawn on: a handful of primitives, with two back ends (svg.h, png.h) that give the same
 * picture.  Coordinates are in pixels, y down.  Colours are named by what they are for; the back end knows
 * the theme.  Text from strangers may be given to canvas_text(): the back ends escape it.
 */
#ifndef PRESENT_CANVAS_H
#define PRESENT_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ink {
	INK_NONE,
	INK_PAGE,
	INK_TEXT,
	INK_DIM, /* text that may be skipped */
	INK_GRID,
	INK_AXIS,
	INK_OTHERS, /* the series for all the rest */
	INK_SERIES, /* this and the six behind it: Okabe and Ito's colours, to be told apart by everybody */
	N_INKS = INK_SERIES + 7,
};

enum theme { THEME_LIGHT, THEME_DARK };

/* 0xrrggbb */
uint32_t ink_color(enum ink ink, enum theme theme);

struct pen {
	enum ink ink;
	double alpha;  /* 0..1 */
	double width;  /* of lines */
	unsigned dash; /* 0: solid; 1 dashed, 2 dotted, 3 dash and dot */
};

struct point {
	double x, y;
};

struct box {
	double x, y, w, h;
};

/* A vertical line. */
struct upright {
	double x, top, bottom;
};

enum text_align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

struct font {
	double size;
	enum ink ink;
	enum text_align align;
	bool bold;
};

struct canvas;

struct canvas_ops {
	void (*rect)(struct canvas *c, struct box at, struct pen fill);
	void (*line)(struct canvas *c, const struct point *at, size_t n, struct pen pen);
	void (*area)(struct canvas *c, const struct point *at, size_t n, struct pen fill);
	void (*uprights)(struct canvas *c, const struct upright *at, size_t n, struct pen pen);
	void (*text)(struct canvas *c, double x, double y, struct font font, const char *s);
	void (*clip)(struct canvas *c, struct box at); /* until unclip; no nesting */
	void (*unclip)(struct canvas *c);
};

struct canvas {
	const struct canvas_ops *ops;
	double width, height;
};

static inline void canvas_rect(struct canvas *c, struct box at, struct pen fill)
{
	c->ops->rect(c, at, fill);
}

static inline void canvas_line(struct canvas *c, const struct point *at, size_t n, struct pen pen)
{
	if (n > 1)
		c->ops->line(c, at, n, pen);
}

static inline void canvas_area(struct canvas *c, const struct point *at, size_t n, struct pen fill)
{
	if (n > 2)
		c->ops->area(c, at, n, fill);
}

static inline void canvas_uprights(struct canvas *c, const struct upright *at, size_t n, struct pen pen)
{
	if (n)
		c->ops->uprights(c, at, n, pen);
}

/* y is the base line. */
static inline void canvas_text(struct canvas *c, double x, double y, struct font font, const char *s)
{
	c->ops->text(c, x, y, font, s);
}

static inline void canvas_clip(struct canvas *c, struct box at)
{
	c->ops->clip(c, at);
}

static inline void canvas_unclip(struct canvas *c)
{
	c->ops->unclip(c);
}

/* A line between two points. */
void canvas_segment(struct canvas *c, double x1, double y1, double x2, double y2, struct pen pen);

/* How wide a text will be: that of DejaVu Sans, which is wider than most. */
double text_width(const char *s, double size, bool bold);

/* s, or as much of its beginning as fits into width, with an ellipsis.  out holds size octets. */
void text_fit(const char *s, double font_size, bool bold, double width, char *out, size_t size);

#endif
