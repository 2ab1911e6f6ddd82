/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/reading_made.h"

#include <math.h>
#include <string.h>

void reading_point(struct reading_made *m, const char *name, double value)
{
	for (size_t i = 0; i < m->n_points; i++)
		if (strcmp(m->points[i].name, name) == 0)
			return;
	if (isfinite(value) && m->n_points < HISTORY_POINTS_MAX)
		m->points[m->n_points++] = (struct history_point){ .name = name, .value = value };
}

void reading_fact_len(struct reading_made *m, const char *name, const char *text, size_t len)
{
	if (!len || m->n_facts == READING_FACTS_MAX)
		return;
	for (size_t i = 0; i < m->n_facts; i++)
		if (strcmp(m->facts[i].name, name) == 0)
			return;
	struct reading_fact *f = &m->facts[m->n_facts++];
	if (len >= sizeof(f->text))
		len = sizeof(f->text) - 1;
	reading_text(f->name, sizeof(f->name), name);
	for (size_t i = 0; i < len; i++)
		f->text[i] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i];
	f->text[len] = '\0';
}

void reading_fact(struct reading_made *m, const char *name, const char *text)
{
	reading_fact_len(m, name, text, text ? strlen(text) : 0);
}

void reading_reach(struct reading_made *m, uint8_t reach)
{
	const char octal[] = { (char)('0' + (reach >> 6)), (char)('0' + (reach >> 3 & 7)),
			       (char)('0' + (reach & 7)) };

	reading_point(m, "reach_polls", __builtin_popcount(reach));
	reading_fact_len(m, "reach", octal, sizeof(octal));
}

static bool is_part_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c && strchr("()._:[]-%+", c));
}

void reading_part(char *out, size_t room, const char *text, size_t len)
{
	size_t n = len < room ? len : room - 1;

	for (size_t i = 0; i < n; i++)
		out[i] = is_part_char(text[i]) && (i || text[i] != '.') ? text[i] : '_';
	out[n] = '\0';
}

void reading_give(const struct reading_made *m, struct reading r, const struct reading_sink *sink)
{
	r.part = m->part;
	r.points = m->points;
	r.n_points = m->n_points;
	r.facts = m->facts;
	r.n_facts = m->n_facts;
	r.satellites = m->satellites;
	r.n_satellites = m->n_satellites;
	sink->take(sink->arg, &r);
}
