/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/cell.h"

static bool cell_take(struct field_sink *sink, const struct field_value *v)
{
	struct cell *cell = (struct cell *)sink;
	cell->n++;
	if (!cell->out || (cell->only && cell->only != cell->n))
		return true;
	if (!cell->only && cell->n > 1)
		buf_char(cell->out, cell->style->aggregator);
	else if (cell->style->quote)
		buf_char(cell->out, cell->style->quote);
	field_print(cell->field, v, cell->out);
	return cell->n != cell->only;
}

void cell_fill(struct cell *cell, const struct field *f, const struct row *row)
{
	cell->sink.take = cell_take;
	cell->field = f;
	f->get(f, row, &cell->sink);
}
