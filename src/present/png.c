/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/png.h"

#ifdef NTPSCOPE_PNG

#include <cairo.h>
#include <stdlib.h>
#include <string.h>

#include "present/utf8.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_ADDRESS_SANITIZER
#endif

#ifdef WITH_ADDRESS_SANITIZER
/* fontconfig keeps what it has read of the system's fonts for as long as the program runs. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif

struct png_surface {
	cairo_surface_t *image;
	cairo_t *cairo;
};

bool png_is_built(void)
{
	return true;
}

static cairo_t *cairo_of(struct canvas *c)
{
	return ((struct png *)(void *)c)->surface->cairo; /* the canvas is its first member */
}

static void use(struct canvas *c, enum ink ink, double alpha)
{
	uint32_t color = ink_color(ink, ((struct png *)(void *)c)->theme);

	cairo_set_source_rgba(cairo_of(c), (color >> 16) / 255.0, (color >> 8 & 255) / 255.0,
			      (color & 255) / 255.0, alpha);
}

static void use_pen(struct canvas *c, struct pen pen)
{
	static const double dashes[4][4] = {
		{ 0 }, { 6, 3, 6, 3 }, { 1.5, 2.5, 1.5, 2.5 }, { 7, 3, 1.5, 3 }
	};

	use(c, pen.ink, pen.alpha);
	cairo_set_line_width(cairo_of(c), pen.width);
	cairo_set_dash(cairo_of(c), dashes[pen.dash % 4], pen.dash ? 4 : 0, 0);
}

static void rect(struct canvas *c, struct box at, struct pen fill)
{
	use(c, fill.ink, fill.alpha);
	cairo_rectangle(cairo_of(c), at.x, at.y, at.w < 0 ? 0 : at.w, at.h < 0 ? 0 : at.h);
	cairo_fill(cairo_of(c));
}

static void points(struct canvas *c, const struct point *at, size_t n)
{
	cairo_move_to(cairo_of(c), at[0].x, at[0].y);
	for (size_t i = 1; i < n; i++)
		cairo_line_to(cairo_of(c), at[i].x, at[i].y);
}

static void line(struct canvas *c, const struct point *at, size_t n, struct pen pen)
{
	use_pen(c, pen);
	points(c, at, n);
	cairo_stroke(cairo_of(c));
}

static void area(struct canvas *c, const struct point *at, size_t n, struct pen fill)
{
	use(c, fill.ink, fill.alpha);
	points(c, at, n);
	cairo_close_path(cairo_of(c));
	cairo_fill(cairo_of(c));
}

static void uprights(struct canvas *c, const struct upright *at, size_t n, struct pen pen)
{
	use_pen(c, pen);
	for (size_t i = 0; i < n; i++) {
		cairo_move_to(cairo_of(c), at[i].x, at[i].top);
		cairo_line_to(cairo_of(c), at[i].x, at[i].bottom);
	}
	cairo_stroke(cairo_of(c));
}

static void text(struct canvas *c, double x, double y, struct font font, const char *s)
{
	cairo_t *cr = cairo_of(c);
	char clean[1024];
	cairo_text_extents_t e;

	/* The library's error for broken UTF-8 sticks: it would cost the whole picture. */
	utf8_clean(s, strlen(s), clean, sizeof(clean));
	cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
			       font.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(cr, font.size);
	cairo_text_extents(cr, clean, &e);
	if (font.align != ALIGN_LEFT)
		x -= font.align == ALIGN_RIGHT ? e.x_advance : e.x_advance / 2;
	use(c, font.ink, 1);
	cairo_move_to(cr, x, y);
	cairo_show_text(cr, clean);
}

static void clip(struct canvas *c, struct box at)
{
	cairo_save(cairo_of(c));
	cairo_rectangle(cairo_of(c), at.x, at.y, at.w, at.h);
	cairo_clip(cairo_of(c));
}

static void unclip(struct canvas *c)
{
	cairo_restore(cairo_of(c));
}

enum err png_begin(struct png *p, double width, double height, double scale, enum theme theme)
{
	static const struct canvas_ops ops = { rect, line, area, uprights, text, clip, unclip };

	*p = (struct png){ .canvas = { .ops = &ops, .width = width, .height = height }, .theme = theme };
	p->surface = calloc(1, sizeof(*p->surface));
	if (!p->surface)
		return ERR_MEMORY;
	p->surface->image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(width * scale),
						       (int)(height * scale));
	p->surface->cairo = cairo_create(p->surface->image);
	if (cairo_status(p->surface->cairo) != CAIRO_STATUS_SUCCESS) {
		png_end(p, NULL);
		return ERR_MEMORY;
	}
	cairo_scale(p->surface->cairo, scale, scale);
	cairo_set_line_join(p->surface->cairo, CAIRO_LINE_JOIN_ROUND);
	rect(&p->canvas, (struct box){ 0, 0, width, height }, (struct pen){ INK_PAGE, 1, 0, 0 });
	return ERR_OK;
}

static cairo_status_t put(void *out, const unsigned char *data, unsigned len)
{
	buf_add(out, (const char *)data, len);
	return CAIRO_STATUS_SUCCESS; /* the buffer remembers what fails */
}

enum err png_end(struct png *p, struct buf *out)
{
	bool ok = cairo_status(p->surface->cairo) == CAIRO_STATUS_SUCCESS;

	if (out && ok)
		ok = cairo_surface_write_to_png_stream(p->surface->image, put, out) == CAIRO_STATUS_SUCCESS;
	cairo_destroy(p->surface->cairo);
	cairo_surface_destroy(p->surface->image);
	free(p->surface);
	p->surface = NULL;
	return ok ? ERR_OK : ERR_MEMORY;
}

#else

bool png_is_built(void)
{
	return false;
}

enum err png_begin(struct png *p, double width, double height, double scale, enum theme theme)
{
	(void)scale;
	*p = (struct png){ .canvas = { .width = width, .height = height }, .theme = theme };
	return ERR_UNSUPPORTED;
}

enum err png_end(struct png *p, struct buf *out)
{
	(void)p;
	(void)out;
	return ERR_UNSUPPORTED;
}

#endif
