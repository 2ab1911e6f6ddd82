/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/svg.h"

#include "present/markup.h"

static const char *const
	FONTS = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif";

static struct svg *svg_of(struct canvas *c)
{
	return (struct svg *)(void *)c; /* its first member */
}

static void attribute(struct svg *s, const char *name, double v)
{
	buf_char(s->out, ' ');
	buf_str(s->out, name);
	buf_str(s->out, "=\"");
	markup_number(s->out, v, 2);
	buf_char(s->out, '"');
}

/* fill="#0072b2" or class="f7" */
static void color(struct svg *s, const char *what, enum ink ink)
{
	if (s->inside)
		buf_printf(s->out, " class=\"%c%u\"", what[0], (unsigned)ink);
	else
		buf_printf(s->out, " %s=\"#%06x\"", what, ink_color(ink, s->theme));
}

static void fill(struct svg *s, struct pen pen)
{
	color(s, "fill", pen.ink);
	if (pen.alpha < 1)
		attribute(s, "fill-opacity", pen.alpha);
}

static void stroke(struct svg *s, struct pen pen)
{
	static const char *const dashes[] = { NULL, "6 3", "1.5 2.5", "7 3 1.5 3" };

	buf_str(s->out, " fill=\"none\"");
	color(s, "stroke", pen.ink);
	attribute(s, "stroke-width", pen.width);
	if (pen.alpha < 1)
		attribute(s, "stroke-opacity", pen.alpha);
	if (pen.dash)
		buf_printf(s->out, " stroke-dasharray=\"%s\"", dashes[pen.dash % 4]);
}

static void coordinate(struct svg *s, double v)
{
	markup_number(s->out, v, 1);
}

static void points(struct svg *s, const struct point *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_char(s->out, i == 0 ? 'M' : i == 1 ? 'L' : ' ');
		coordinate(s, at[i].x);
		buf_char(s->out, ' ');
		coordinate(s, at[i].y);
	}
}

static void rect(struct canvas *c, struct box at, struct pen pen)
{
	struct svg *s = svg_of(c);

	buf_str(s->out, "<rect");
	attribute(s, "x", at.x);
	attribute(s, "y", at.y);
	attribute(s, "width", at.w < 0 ? 0 : at.w);
	attribute(s, "height", at.h < 0 ? 0 : at.h);
	fill(s, pen);
	buf_str(s->out, "/>\n");
}

static void line(struct canvas *c, const struct point *at, size_t n, struct pen pen)
{
	struct svg *s = svg_of(c);

	buf_str(s->out, "<path");
	stroke(s, pen);
	buf_str(s->out, n > 2 ? " stroke-linejoin=\"round\" d=\"" : " d=\"");
	points(s, at, n);
	buf_str(s->out, "\"/>\n");
}

static void area(struct canvas *c, const struct point *at, size_t n, struct pen pen)
{
	struct svg *s = svg_of(c);

	buf_str(s->out, "<path");
	fill(s, pen);
	buf_str(s->out, " d=\"");
	points(s, at, n);
	buf_str(s->out, "Z\"/>\n");
}

static void uprights(struct canvas *c, const struct upright *at, size_t n, struct pen pen)
{
	struct svg *s = svg_of(c);

	buf_str(s->out, "<path");
	stroke(s, pen);
	buf_str(s->out, " d=\"");
	for (size_t i = 0; i < n; i++) {
		buf_char(s->out, 'M');
		coordinate(s, at[i].x);
		buf_char(s->out, ' ');
		coordinate(s, at[i].top);
		buf_char(s->out, 'V');
		coordinate(s, at[i].bottom);
	}
	buf_str(s->out, "\"/>\n");
}

static void text(struct canvas *c, double x, double y, struct font font, const char *words)
{
	static const char *const anchors[] = { "", " text-anchor=\"middle\"", " text-anchor=\"end\"" };
	struct svg *s = svg_of(c);

	buf_str(s->out, "<text");
	attribute(s, "x", x);
	attribute(s, "y", y);
	attribute(s, "font-size", font.size);
	buf_str(s->out, anchors[font.align]);
	if (font.bold)
		buf_str(s->out, " font-weight=\"600\"");
	color(s, "fill", font.ink);
	buf_char(s->out, '>');
	markup_text(s->out, words);
	buf_str(s->out, "</text>\n");
}

static void clip(struct canvas *c, struct box at)
{
	struct svg *s = svg_of(c);
	unsigned id = s->id * 100 + s->n_clips++;

	buf_printf(s->out, "<clipPath id=\"c%u\"><rect", id);
	attribute(s, "x", at.x);
	attribute(s, "y", at.y);
	attribute(s, "width", at.w);
	attribute(s, "height", at.h);
	buf_printf(s->out, "/></clipPath>\n<g clip-path=\"url(#c%u)\">\n", id);
}

static void unclip(struct canvas *c)
{
	buf_str(svg_of(c)->out, "</g>\n");
}

void svg_begin(struct svg *s, struct buf *out, const struct svg_config *config)
{
	static const struct canvas_ops ops = { rect, line, area, uprights, text, clip, unclip };

	*s = (struct svg){
		.canvas = { .ops = &ops, .width = config->width, .height = config->height },
		.out = out,
		.inside = config->inside,
		.theme = config->theme,
		.id = config->id,
	};
	if (!config->inside)
		buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	buf_str(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
	if (config->inside && config->class)
		buf_printf(out, " class=\"%s\"", config->class);
	if (!config->inside) {
		attribute(s, "width", config->width);
		attribute(s, "height", config->height);
	}
	buf_str(out, " viewBox=\"0 0 ");
	markup_number(out, config->width, 2);
	buf_char(out, ' ');
	markup_number(out, config->height, 2);
	buf_printf(out, "\" font-family=\"%s\">\n<title>", FONTS);
	markup_text(out, config->title ? config->title : "");
	buf_str(out, "</title>\n");
	if (!config->inside)
		rect(&s->canvas, (struct box){ 0, 0, config->width, config->height },
		     (struct pen){ INK_PAGE, 1, 0, 0 });
}

void svg_end(struct svg *s)
{
	buf_str(s->out, "</svg>\n");
}

void svg_style(struct buf *out, enum theme theme)
{
	for (unsigned i = INK_PAGE; i < N_INKS; i++)
		buf_printf(out, ".f%u{fill:#%06x}.s%u{stroke:#%06x}", i, ink_color((enum ink)i, theme), i,
			   ink_color((enum ink)i, theme));
}
