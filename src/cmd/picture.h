/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a graph goes and how it looks: what `graph` and `history` have in common. */
#ifndef CMD_PICTURE_H
#define CMD_PICTURE_H

#include "cmd/options.h"
#include "cmd/output.h"
#include "present/chart_view.h"

enum picture_format { PICTURE_AUTO, PICTURE_TEXT, PICTURE_SVG, PICTURE_PNG, PICTURE_JSON };

struct picture {
	const char *size; /* "1200x640", NULL: that */
	int format;       /* enum picture_format */
	int theme;        /* enum theme */
	unsigned width, height;
};

/* Rows of an option table; at is the offset of the struct in the settings. */
#define PICTURE_ROWS(at)                                                          \
	{ 0,           "size",                                                    \
	  "WxH",       "of the picture in pixels (1200x640)",                     \
	  OPTION_TEXT, .offset = (at) + offsetof(struct picture, size) },         \
		{ 0,                                                              \
		  "theme",                                                        \
		  NULL,                                                           \
		  "colors of the picture",                                        \
		  OPTION_CHOICE,                                                  \
		  .offset = (at) + offsetof(struct picture, theme),               \
		  .choices = "light|dark" },                                      \
	{                                                                         \
		0, "format", NULL, "by the name of -o, else text", OPTION_CHOICE, \
			.offset = (at) + offsetof(struct picture, format),        \
			.choices = "auto|text|svg|png|json"                       \
	}

/* The format by the name of the file, when none was asked for; "-" becomes NULL: SVG on standard output.
 * False after one line on standard error. */
bool picture_settle(const struct command *self, struct picture *p, const char **path);

/* All but JSON, which is the caller's own. */
enum err picture_draw(const struct picture *p, const struct chart_view *v, struct output *out);

/* Seconds that the local clock is ahead of UTC, for struct chart_times. */
int32_t picture_ahead_s(int64_t t_ns);

#endif
