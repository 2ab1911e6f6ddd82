/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be done with the values of a filter's expressions.  Nothing here allocates. */
#ifndef FIELD_FILTER_VALUE_H
#define FIELD_FILTER_VALUE_H

#include "field/filter_tree.h"

/* UNKNOWN: they cannot be put in order, as a negative number and an unsigned one, in Wireshark's eyes. */
enum order { ORDER_LESS, ORDER_EQUAL, ORDER_GREATER, ORDER_UNKNOWN };

/* a decides how b is read. */
enum order filter_order(const struct filter_value *a, const struct filter_value *b);

bool filter_contains(const struct filter_value *a, const struct filter_value *b);

/* a op b (op of NODE_SUM).  room holds FILTER_OCTETS_MAX, for octets.  False when there is no result:
 * overflow, division by zero. */
bool filter_compute(enum filter_op op, const struct filter_value *a, const struct filter_value *b,
		    uint8_t *room, struct filter_value *out);

/* -a; false when it does not fit. */
bool filter_negate(const struct filter_value *a, struct filter_value *out);

bool filter_is_zero(const struct filter_value *a);
bool filter_is_negative(const struct filter_value *a);

/* len(): octets; of numbers and addresses what they have on the wire; 0 for times and booleans. */
uint32_t filter_len(const struct filter_value *a);

/* What contains and matches search: of a protocol, more than len() and slices see: all that it carries. */
const uint8_t *filter_searched(const struct filter_value *a, uint32_t *len);

/* string(): into room, at least 64 octets; returns the length. */
uint32_t filter_print(const struct filter_value *a, char *room);

#endif
