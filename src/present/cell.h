/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One cell of a row being printed: the values of a field arrive one by one, and the cell keeps all of them,
 * the first or the last.  Only for fields.c.
 */
#ifndef PRESENT_CELL_H
#define PRESENT_CELL_H

#include "field/value.h"
#include "present/fields.h"

struct cell {
	struct field_sink sink; /* first; set by cell_fill() */
	const struct field *field;
	struct buf *out; /* NULL: the values are only counted */
	const struct fields_style *style;
	unsigned n;    /* values so far */
	unsigned only; /* print only this one, from 1; 0: all */
};

/* Prints what the row has of the field; a quote that was opened stays open. */
void cell_fill(struct cell *cell, const struct field *f, const struct row *row);

#endif
