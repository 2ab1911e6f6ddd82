/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/picture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "present/png.h"
#include "present/svg.h"

static bool refuse(const struct command *self, const char *option, const char *value, const char *why)
{
	command_error(self, "bad value '%s' for '%s': %s", value, option, why);
	return false;
}

static bool take_size(const struct command *self, struct picture *p)
{
	enum { LEAST = 200, MOST = 16000 };
	unsigned long w, h;
	char *end;

	p->width = 1200;
	p->height = 640;
	if (!p->size)
		return true;
	w = strtoul(p->size, &end, 10);
	if (*end != 'x' || end == p->size)
		return refuse(self, "--size", p->size, "not of the form 1200x640");
	const char *second = end + 1;
	h = strtoul(second, &end, 10);
	if (*end || end == second || *second < '0' || *second > '9' || *p->size < '0' || *p->size > '9')
		return refuse(self, "--size", p->size, "not of the form 1200x640");
	if (w < LEAST || h < LEAST || w > MOST || h > MOST)
		return refuse(self, "--size", p->size, "200x200 to 16000x16000");
	p->width = (unsigned)w;
	p->height = (unsigned)h;
	return true;
}

/* The format by the name of the file, when none was asked for. */
static bool take_format(const struct command *self, struct picture *p, const char **output)
{
	static const struct {
		const char *suffix;
		enum picture_format format;
	} known[] = { { ".svg", PICTURE_SVG },
		      { ".png", PICTURE_PNG },
		      { ".json", PICTURE_JSON },
		      { ".txt", PICTURE_TEXT } };
	const char *path = *output, *dot = path ? strrchr(path, '.') : NULL;
	bool to_stdout = path && strcmp(path, "-") == 0;

	if (to_stdout)
		*output = NULL;
	if (p->format == PICTURE_AUTO && (!path || to_stdout))
		p->format = to_stdout ? PICTURE_SVG : PICTURE_TEXT;
	for (unsigned i = 0; dot && p->format == PICTURE_AUTO && i < 4; i++)
		if (strcasecmp(dot, known[i].suffix) == 0)
			p->format = (int)known[i].format;
	if (p->format == PICTURE_AUTO)
		return refuse(self, "-o", path,
			      "the name ends in none of .svg .png .json .txt; or say '--format'");
	if (p->format == PICTURE_PNG && !png_is_built()) {
		command_error(self,
			      "built without PNG (meson -Dpng=enabled needs libcairo2-dev): write .svg");
		return false;
	}
	return true;
}

bool picture_settle(const struct command *self, struct picture *p, const char **path)
{
	return take_size(self, p) && take_format(self, p, path);
}

int32_t picture_ahead_s(int64_t t_ns)
{
	time_t t = (time_t)(t_ns / NS_PER_S);
	struct tm tm;
	return localtime_r(&t, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

static enum err draw_svg(const struct picture *p, const struct chart_view *v, struct output *out)
{
	struct svg svg;

	svg_begin(&svg, &out->buf,
		  &(struct svg_config){ .width = p->width,
					.height = p->height,
					.theme = (enum theme)p->theme,
					.title = v->title });
	enum err e = chart_view_draw(v, &svg.canvas);
	svg_end(&svg);
	return e;
}

static enum err draw_png(const struct picture *p, const struct chart_view *v, struct output *out)
{
	struct png png;
	enum err e = png_begin(&png, p->width, p->height, 1, (enum theme)p->theme);

	if (e)
		return e;
	e = chart_view_draw(v, &png.canvas);
	enum err written = png_end(&png, e ? NULL : &out->buf);
	return e ? e : written;
}

static unsigned rows_of_terminal(void)
{
	struct winsize w;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 0)
		return w.ws_row;
	return 24;
}

enum err picture_draw(const struct picture *p, const struct chart_view *v, struct output *out)
{
	switch ((enum picture_format)p->format) {
	case PICTURE_SVG: return draw_svg(p, v, out);
	case PICTURE_PNG: return draw_png(p, v, out);
	default: return chart_view_text(v, out->columns, rows_of_terminal(), out->color, &out->buf);
	}
}
