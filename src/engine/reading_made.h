/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reading while it is made: points and facts are added one by one, what is not known is not.  Large: not
 * for the stack of those who are called deep. */
#ifndef ENGINE_READING_MADE_H
#define ENGINE_READING_MADE_H

#include "engine/reading.h"

enum { READING_PART_MAX = 64 };

struct reading_made {
	char part[READING_PART_MAX]; /* "" for the server itself */
	size_t n_points, n_facts, n_satellites;
	const struct reading_satellite *satellites; /* borrowed; NULL: it does not say */
	struct history_point points[HISTORY_POINTS_MAX];
	struct reading_fact facts[READING_FACTS_MAX];
};

static inline void reading_made_clear(struct reading_made *m)
{
	m->part[0] = '\0';
	m->n_points = m->n_facts = m->n_satellites = 0;
	m->satellites = NULL;
}

/* name is borrowed for as long as m is used: one of engine/history_series.c.  What is there already stays:
 * who comes first knows best.  What is not finite is unknown, and left out; so is what has no room. */
void reading_point(struct reading_made *m, const char *name, double value);

/* A stranger's text, cut to the room; controls become blanks, and an empty one, or none (NULL), is left
 * out. */
void reading_fact(struct reading_made *m, const char *name, const char *text);
void reading_fact_len(struct reading_made *m, const char *name, const char *text, size_t len);

/* The register of the last eight questions, the latest in its lowest bit: "reach_polls", and which of them in
 * octal as the fact "reach", "377". */
void reading_reach(struct reading_made *m, uint8_t reach);

/* A part is named by a stranger, and its name is part of lines and files: what is no letter, digit or one of
 * "()._:[]-%+" becomes '_', and "." in front, too. */
void reading_part(char *out, size_t room, const char *text, size_t len);

/* Gives it to the sink, complete in itself; r says of whom, when and how. */
void reading_give(const struct reading_made *m, struct reading r, const struct reading_sink *sink);

#endif
