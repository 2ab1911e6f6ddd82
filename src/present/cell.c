/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/cell.h"

#include <string.h>

/* As tshark: the usual controls by their letters, octets that are not ASCII as U+FFFD.  Other controls, which
 * tshark lets through to the terminal, are shown by number. */
static void put_text(struct buf *out, const uint8_t *p, uint32_t len)
{
	static const char letters[] = "\bb\tt\nn\ff\rr";
	uint32_t plain = 0;
	if (!len)
		return;
	for (uint32_t i = 0; i < len; i++) {
		uint8_t c = p[i];
		if (c >= 0x20 && c < 0x7f)
			continue;
		buf_add(out, (const char *)p + plain, i - plain);
		plain = i + 1;
		const char *letter = c ? memchr(letters, c, sizeof(letters) - 1) : NULL;
		if (letter)
			buf_printf(out, "\\%c", letter[1]);
		else if (c >= 0x80)
			buf_str(out, "\xef\xbf\xbd");
		else
			buf_printf(out, "\\x%02x", c);
	}
	buf_add(out, (const char *)p + plain, len - plain);
}

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
	if (cell->field->type == FIELD_STRING)
		put_text(cell->out, v->bytes.at, v->bytes.len);
	else
		field_print(cell->field, v, cell->out);
	return cell->n != cell->only;
}

void cell_fill(struct cell *cell, const struct field *f, const struct row *row)
{
	cell->sink.take = cell_take;
	cell->field = f;
	f->get(f, row, &cell->sink);
}
