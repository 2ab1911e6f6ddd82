/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value of a watched server at one moment.  Names carry their unit: "offset_s", "reach_polls". */
#ifndef ENGINE_HISTORY_POINT_H
#define ENGINE_HISTORY_POINT_H

#include <stdint.h>

enum { HISTORY_NAME_MAX = 48, HISTORY_TARGET_MAX = 256, HISTORY_POINTS_MAX = 40 };

struct history_point {
	const char *name; /* lower-case letters, digits and _ */
	double value;     /* finite */
};

#endif
