/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/filter_value.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "field/table.h"

enum { PRINT_MAX = 64, IPV4_LENGTH_AT = 2, IPV6_LENGTH_AT = 4, IPV6_HEADER = 40 };

static bool is_signed(uint8_t type)
{
	return type == FIELD_INT8 || type == FIELD_INT16 || type == FIELD_INT32 || type == FIELD_INT64;
}

static bool is_wide(uint8_t type)
{
	return type == FIELD_INT64 || type == FIELD_UINT64;
}

/* ---- order ----------------------------------------------------------------------------------------- */

#define ORDER(a, b) ((a) < (b) ? ORDER_LESS : (a) > (b) ? ORDER_GREATER : ORDER_EQUAL)

static enum order order_numbers(const struct filter_value *a, const struct filter_value *b)
{
	if (is_signed(a->type)) {
		if (!is_signed(b->type) && b->v.u > INT64_MAX)
			return ORDER_UNKNOWN;
		return ORDER(a->v.i, b->v.i);
	}
	if (is_signed(b->type) && b->v.i < 0)
		return ORDER_UNKNOWN;
	return ORDER(a->v.u, b->v.u);
}

static enum order order_booleans(const struct filter_value *a, const struct filter_value *b)
{
	bool x = a->v.u != 0, y = b->v.u != 0;
	return ORDER(x, y);
}

static enum order order_times(const struct filter_value *a, const struct filter_value *b)
{
	__int128 x = (__int128)a->v.time.s * 1000000000 + a->v.time.ns;
	__int128 y = (__int128)b->v.time.s * 1000000000 + b->v.time.ns;
	return ORDER(x, y);
}

/* The shorter prefix of the two counts: 192.0.2.1 equals 192.0.2.0/24. */
static enum order order_addresses(const struct filter_value *a, const struct filter_value *b)
{
	unsigned bits = a->prefix < b->prefix ? a->prefix : b->prefix;
	uint32_t least = a->v.bytes.len < b->v.bytes.len ? a->v.bytes.len : b->v.bytes.len;
	if (bits > least * 8) /* a field's has no prefix of its own */
		bits = least * 8;
	unsigned whole = bits / 8, rest = bits % 8;
	const uint8_t *x = a->v.bytes.at, *y = b->v.bytes.at;
	int c = memcmp(x, y, whole);
	if (c == 0 && rest) {
		uint8_t mask = (uint8_t)(0xff << (8 - rest));
		c = (x[whole] & mask) - (y[whole] & mask);
	}
	return ORDER(c, 0);
}

static int compare_octets(const uint8_t *a, const uint8_t *b, uint32_t len)
{
	return len ? memcmp(a, b, len) : 0;
}

static enum order order_octets(const struct filter_value *a, const struct filter_value *b)
{
	uint32_t na = a->v.bytes.len, nb = b->v.bytes.len;
	if (na != nb)
		return ORDER(na, nb);
	int c = compare_octets(a->v.bytes.at, b->v.bytes.at, na);
	return ORDER(c, 0);
}

static enum order order_strings(const struct filter_value *a, const struct filter_value *b)
{
	uint32_t na = a->v.bytes.len, nb = b->v.bytes.len;
	int c = compare_octets(a->v.bytes.at, b->v.bytes.at, na < nb ? na : nb);
	return c ? ORDER(c, 0) : ORDER(na, nb);
}

enum order filter_order(const struct filter_value *a, const struct filter_value *b)
{
	switch ((enum field_type)a->type) {
	case FIELD_BOOLEAN: return order_booleans(a, b);
	case FIELD_UINT8:
	case FIELD_UINT16:
	case FIELD_UINT24:
	case FIELD_UINT32:
	case FIELD_UINT64:
	case FIELD_INT8:
	case FIELD_INT16:
	case FIELD_INT32:
	case FIELD_INT64:
	case FIELD_FRAMENUM: return order_numbers(a, b);
	case FIELD_DOUBLE: return ORDER(a->v.d, b->v.d);
	case FIELD_IPV4:
	case FIELD_IPV6:
		if (a->type == b->type)
			return order_addresses(a, b);
		return order_octets(a, b);
	case FIELD_STRING:
		if (b->type == FIELD_STRING)
			return order_strings(a, b);
		return order_octets(a, b);
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_PROTOCOL: return order_octets(a, b);
	case FIELD_ABSOLUTE_TIME:
	case FIELD_RELATIVE_TIME: return order_times(a, b);
	case FIELD_NONE: break;
	}
	return ORDER_UNKNOWN;
}

/* Octets from a header on to the end of its IP packet, as far as they were captured. */
static uint32_t carried(const struct row *row, unsigned i)
{
	const struct row_header *h = &row->headers[i];
	uint32_t len = octets_left(row, i);
	uint32_t own = len;
	if (h->type == LAYER_IPV4 && h->len >= IPV4_LENGTH_AT + 2)
		own = load_be16(h->at + IPV4_LENGTH_AT);
	else if (h->type == LAYER_IPV6 && h->len >= IPV6_LENGTH_AT + 2)
		own = IPV6_HEADER + load_be16(h->at + IPV6_LENGTH_AT);
	if (own && own < len)
		len = own;
	if (len > h->have)
		len = h->have;
	return len > h->len ? len : h->len;
}

const uint8_t *filter_searched(const struct filter_value *a, uint32_t *len)
{
	const struct row *row = a->type == FIELD_PROTOCOL ? a->v.bytes.row : NULL;
	*len = a->v.bytes.len;
	for (unsigned i = 0; row && i < row->n_headers; i++)
		if (row->headers[i].at == a->v.bytes.at && row->headers[i].len == a->v.bytes.len) {
			*len = carried(row, i);
			break;
		}
	return a->v.bytes.at;
}

bool filter_contains(const struct filter_value *a, const struct filter_value *b)
{
	uint32_t na, nb;
	const uint8_t *x = filter_searched(a, &na), *y = filter_searched(b, &nb);
	if (nb == 0) /* octets contain nothing anywhere, texts and protocols nowhere */
		return a->type == FIELD_BYTES || a->type == FIELD_ETHER;
	return na >= nb && memmem(x, na, y, nb) != NULL;
}

/* ---- sums ------------------------------------------------------------------------------------------ */

static __int128 number(const struct filter_value *a)
{
	return is_signed(a->type) ? (__int128)a->v.i : (__int128)a->v.u;
}

/* Unsigned numbers are computed in 32 bits, or in 64 where the left side has them; a negative result is
 * signed. */
static bool store(__int128 n, uint8_t type, struct filter_value *out)
{
	bool wide = is_wide(type);
	bool as_signed = is_signed(type) || n < 0;
	if (as_signed) {
		if (n < (wide ? (__int128)INT64_MIN : INT32_MIN) ||
		    n > (wide ? (__int128)INT64_MAX : INT32_MAX))
			return false;
		out->v.i = (int64_t)n;
		out->type = wide ? FIELD_INT64 : FIELD_INT32;
		return true;
	}
	if (n > (wide ? (__int128)UINT64_MAX : (__int128)UINT32_MAX))
		return false;
	out->v.u = (uint64_t)n;
	out->type = wide ? FIELD_UINT64 : FIELD_UINT32;
	return true;
}

static bool compute_numbers(enum filter_op op, const struct filter_value *a, const struct filter_value *b,
			    struct filter_value *out)
{
	__int128 x = number(a), y = number(b);
	if ((op == OP_DIVIDE || op == OP_MODULO) && y == 0)
		return false;
	switch (op) {
	case OP_ADD: x += y; break;
	case OP_SUBTRACT: x -= y; break;
	case OP_MULTIPLY:
		if (x > INT64_MAX && y > INT64_MAX) /* all else fits 127 bits */
			return false;
		x *= y;
		break;
	case OP_DIVIDE: x /= y; break;
	case OP_MODULO: x %= y; break;
	case OP_BIT_AND: x &= y; break;
	default: return false;
	}
	return store(x, a->type, out);
}

static bool compute_real(enum filter_op op, double x, double y, struct filter_value *out)
{
	out->type = FIELD_DOUBLE;
	switch (op) {
	case OP_ADD: out->v.d = x + y; break;
	case OP_SUBTRACT: out->v.d = x - y; break;
	case OP_MULTIPLY: out->v.d = x * y; break;
	case OP_DIVIDE: out->v.d = x / y; break;
	default: return false;
	}
	return true;
}

static bool store_span(__int128 ns, struct filter_value *out)
{
	__int128 s = ns / 1000000000;
	if (s > INT64_MAX || s < INT64_MIN)
		return false;
	out->v.time = (struct field_time){ .s = (int64_t)s, .ns = (int32_t)(ns % 1000000000) };
	out->type = FIELD_RELATIVE_TIME;
	return true;
}

static bool compute_spans(enum filter_op op, const struct filter_value *a, const struct filter_value *b,
			  struct filter_value *out)
{
	__int128 x = (__int128)a->v.time.s * 1000000000 + a->v.time.ns;
	__int128 y = (__int128)b->v.time.s * 1000000000 + b->v.time.ns;
	return store_span(op == OP_ADD ? x + y : x - y, out);
}

static bool mask_octets(const struct filter_value *a, const struct filter_value *b, uint8_t *room,
			struct filter_value *out)
{
	uint32_t n = a->v.bytes.len < b->v.bytes.len ? a->v.bytes.len : b->v.bytes.len;
	if (n > FILTER_OCTETS_MAX)
		n = FILTER_OCTETS_MAX;
	for (uint32_t i = 0; i < n; i++)
		room[i] = a->v.bytes.at[i] & b->v.bytes.at[i];
	out->type = a->type;
	out->prefix = a->prefix;
	out->v.bytes.at = room;
	out->v.bytes.len = n;
	return true;
}

bool filter_compute(enum filter_op op, const struct filter_value *a, const struct filter_value *b,
		    uint8_t *room, struct filter_value *out)
{
	switch ((enum field_type)a->type) {
	case FIELD_DOUBLE: return compute_real(op, a->v.d, b->v.d, out);
	case FIELD_RELATIVE_TIME: return compute_spans(op, a, b, out);
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_IPV4:
	case FIELD_IPV6: return mask_octets(a, b, room, out);
	case FIELD_BOOLEAN:
	case FIELD_UINT8:
	case FIELD_UINT16:
	case FIELD_UINT24:
	case FIELD_UINT32:
	case FIELD_UINT64:
	case FIELD_INT8:
	case FIELD_INT16:
	case FIELD_INT32:
	case FIELD_INT64:
	case FIELD_FRAMENUM: return compute_numbers(op, a, b, out);
	case FIELD_NONE:
	case FIELD_STRING:
	case FIELD_ABSOLUTE_TIME:
	case FIELD_PROTOCOL: break;
	}
	return false;
}

bool filter_negate(const struct filter_value *a, struct filter_value *out)
{
	*out = *a;
	if (a->type == FIELD_DOUBLE) {
		out->v.d = -a->v.d;
		return true;
	}
	if (a->type == FIELD_RELATIVE_TIME)
		return store_span(-((__int128)a->v.time.s * 1000000000 + a->v.time.ns), out);
	/* The sign makes it signed, zero too. */
	return store(-number(a), is_wide(a->type) ? FIELD_INT64 : FIELD_INT32, out);
}

/* ---- properties ------------------------------------------------------------------------------------ */

bool filter_is_zero(const struct filter_value *a)
{
	switch ((enum field_type)a->type) {
	case FIELD_DOUBLE: return a->v.d == 0;
	case FIELD_ABSOLUTE_TIME:
	case FIELD_RELATIVE_TIME: return a->v.time.s == 0 && a->v.time.ns == 0;
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_IPV4:
	case FIELD_IPV6:
		for (uint32_t i = 0; i < a->v.bytes.len; i++)
			if (a->v.bytes.at[i])
				return false;
		return true;
	case FIELD_STRING:
	case FIELD_PROTOCOL: return a->v.bytes.len == 0;
	case FIELD_BOOLEAN:
	case FIELD_UINT8:
	case FIELD_UINT16:
	case FIELD_UINT24:
	case FIELD_UINT32:
	case FIELD_UINT64:
	case FIELD_INT8:
	case FIELD_INT16:
	case FIELD_INT32:
	case FIELD_INT64:
	case FIELD_FRAMENUM: return a->v.u == 0;
	case FIELD_NONE: break;
	}
	return false;
}

bool filter_is_negative(const struct filter_value *a)
{
	if (a->type == FIELD_DOUBLE)
		return a->v.d < 0;
	if (a->type == FIELD_RELATIVE_TIME)
		return a->v.time.s < 0 || a->v.time.ns < 0;
	return is_signed(a->type) && a->v.i < 0;
}

uint32_t filter_len(const struct filter_value *a)
{
	static const uint8_t lens[] = {
		[FIELD_UINT8] = 1,  [FIELD_UINT16] = 2,   [FIELD_UINT24] = 3,   [FIELD_UINT32] = 4,
		[FIELD_UINT64] = 8, [FIELD_INT8] = 1,     [FIELD_INT16] = 2,    [FIELD_INT32] = 4,
		[FIELD_INT64] = 8,  [FIELD_FRAMENUM] = 4, [FIELD_PROTOCOL] = 0,
	};
	switch ((enum field_type)a->type) {
	case FIELD_BYTES:
	case FIELD_ETHER:
	case FIELD_IPV4:
	case FIELD_IPV6:
	case FIELD_STRING:
	case FIELD_PROTOCOL: return a->v.bytes.len;
	default: return lens[a->type];
	}
}

uint32_t filter_print(const struct filter_value *a, char *room)
{
	const uint8_t *b = a->v.bytes.at;
	int n = 0;
	room[0] = '\0';
	if (a->type == FIELD_IPV4 || a->type == FIELD_IPV6)
		inet_ntop(a->type == FIELD_IPV4 ? AF_INET : AF_INET6, b, room, PRINT_MAX);
	else if (a->type == FIELD_ETHER && a->v.bytes.len == 6)
		n = snprintf(room, PRINT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4],
			     b[5]);
	else if (a->type == FIELD_DOUBLE)
		n = snprintf(room, PRINT_MAX, "%.17g", a->v.d);
	else if (is_signed(a->type))
		n = snprintf(room, PRINT_MAX, "%lld", (long long)a->v.i);
	else
		n = snprintf(room, PRINT_MAX, "%llu", (unsigned long long)a->v.u);
	return n > 0 ? (uint32_t)n : (uint32_t)strlen(room);
}
