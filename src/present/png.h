/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A canvas that makes a PNG.  Nothing is written before png_end().  The only file that knows the library is
 * png.c; a program built without it (meson -Dpng=disabled) refuses in png_begin().
 */
#ifndef PRESENT_PNG_H
#define PRESENT_PNG_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "present/canvas.h"

struct png_surface;

struct png {
	struct canvas canvas;
	struct png_surface *surface;
	enum theme theme;
};

/* Whether this program can. */
bool png_is_built(void);

/* ERR_UNSUPPORTED without the library, ERR_MEMORY.  scale: pixels of the picture for one of the canvas. */
enum err png_begin(struct png *p, double width, double height, double scale, enum theme theme);

/* Appends the picture to out, and frees it.  out may be NULL: then it is only freed. */
enum err png_end(struct png *p, struct buf *out);

#endif
