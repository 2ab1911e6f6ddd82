/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/filter_direct.h"

#include <string.h>

enum direct_place {
	/* From where in the frame the offset counts; a place may be missing. */
	PLACE_ALWAYS,
	PLACE_NEVER,
	PLACE_NTP,
	PLACE_UDP,
	PLACE_IP4,
	PLACE_IP6,
	PLACE_VLAN,
	N_PLACES,
	/* Numbers that are not in the frame. */
	PLACE_NUMBER = N_PLACES,
	PLACE_LEN,
	PLACE_CAPLEN,
};

struct direct_field {
	const char *name;
	uint8_t place, offset, octets, n_values, shift, bits;
};

static const struct direct_field direct_fields[] = {
	{ "frame", PLACE_ALWAYS, 0, 0, 0, 0, 0 },
	{ "eth", PLACE_ALWAYS, 0, 0, 0, 0, 0 },
	{ "udp", PLACE_ALWAYS, 0, 0, 0, 0, 0 },
	{ "ntp", PLACE_ALWAYS, 0, 0, 0, 0, 0 },
	{ "tcp", PLACE_NEVER, 0, 0, 0, 0, 0 },
	{ "icmp", PLACE_NEVER, 0, 0, 0, 0, 0 },
	{ "icmpv6", PLACE_NEVER, 0, 0, 0, 0, 0 },
	{ "vlan", PLACE_VLAN, 0, 0, 0, 0, 0 },
	{ "ip", PLACE_IP4, 0, 0, 0, 0, 0 },
	{ "ipv6", PLACE_IP6, 0, 0, 0, 0, 0 },
	{ "frame.number", PLACE_NUMBER, 0, 0, 1, 0, 0 },
	{ "frame.len", PLACE_LEN, 0, 0, 1, 0, 0 },
	{ "frame.cap_len", PLACE_CAPLEN, 0, 0, 1, 0, 0 },
	{ "ip.ttl", PLACE_IP4, 8, 1, 1, 0, 0 },
	{ "ip.src", PLACE_IP4, 12, 4, 1, 0, 0 },
	{ "ip.dst", PLACE_IP4, 16, 4, 1, 0, 0 },
	{ "ip.addr", PLACE_IP4, 12, 4, 2, 0, 0 },
	{ "ipv6.hlim", PLACE_IP6, 7, 1, 1, 0, 0 },
	{ "ipv6.src", PLACE_IP6, 8, 16, 1, 0, 0 },
	{ "ipv6.dst", PLACE_IP6, 24, 16, 1, 0, 0 },
	{ "ipv6.addr", PLACE_IP6, 8, 16, 2, 0, 0 },
	{ "udp.srcport", PLACE_UDP, 0, 2, 1, 0, 0 },
	{ "udp.dstport", PLACE_UDP, 2, 2, 1, 0, 0 },
	{ "udp.port", PLACE_UDP, 0, 2, 2, 0, 0 },
	{ "udp.length", PLACE_UDP, 4, 2, 1, 0, 0 },
	{ "ntp.flags", PLACE_NTP, 0, 1, 1, 0, 0 },
	{ "ntp.flags.li", PLACE_NTP, 0, 1, 1, 6, 2 },
	{ "ntp.flags.vn", PLACE_NTP, 0, 1, 1, 3, 3 },
	{ "ntp.flags.mode", PLACE_NTP, 0, 1, 1, 0, 3 },
	{ "ntp.stratum", PLACE_NTP, 1, 1, 1, 0, 0 },
	{ "ntp.ppoll", PLACE_NTP, 2, 1, 1, 0, 0 },
	{ "ntp.precision", PLACE_NTP, 3, 1, 1, 0, 0 },
	{ "ntp.rootdelay", PLACE_NTP, 4, 4, 1, 0, 0 },
	{ "ntp.rootdispersion", PLACE_NTP, 8, 4, 1, 0, 0 },
};

static const struct direct_field *find(const struct field *field)
{
	for (size_t i = 0; i < sizeof(direct_fields) / sizeof(direct_fields[0]); i++)
		if (strcmp(direct_fields[i].name, field->name) == 0)
			return &direct_fields[i];
	return NULL;
}

/* ---- from a node ------------------------------------------------------------------------------------ */

static void begin(const struct direct_field *field, struct filter_direct *out)
{
	*out = (struct filter_direct){
		.place = field->place,
		.offset = field->offset,
		.octets = field->octets,
		.n_values = field->n_values,
		.shift = field->shift,
		.mask = field->bits ? (UINT64_C(1) << field->bits) - 1 : UINT64_MAX,
	};
}

static bool is_unsigned(uint8_t type)
{
	return type == FIELD_UINT8 || type == FIELD_UINT16 || type == FIELD_UINT24 || type == FIELD_UINT32 ||
	       type == FIELD_UINT64 || type == FIELD_FRAMENUM;
}

/* The constant as the number that values are compared with; false when it is none. */
static bool number_of(const struct filter_value *v, struct filter_direct *d, uint64_t *out)
{
	if (v->type == FIELD_IPV4) {
		d->mask = v->prefix == 0    ? 0
			  : v->prefix >= 32 ? UINT32_MAX
					    : (uint32_t) ~(UINT32_MAX >> v->prefix);
		*out = load_be32(v->v.bytes.at) & d->mask;
		return true;
	}
	*out = v->v.u;
	return is_unsigned(v->type);
}

/* IPv6: equal under a mask, and nothing else. */
static bool address_test(const struct filter_value *v, enum filter_op op, struct filter_direct *d)
{
	unsigned bits = v->prefix;
	if (v->type != FIELD_IPV6 || d->octets != 16 || (op != OP_EQ && op != OP_NE))
		return false;
	for (unsigned i = 0; i < 2; i++) {
		unsigned part = bits > 64 * i ? bits - 64 * i : 0;
		d->width[i] = part == 0 ? 0 : part >= 64 ? UINT64_MAX : ~(UINT64_MAX >> part);
		d->low[i] = load_be64(v->v.bytes.at + 8 * i) & d->width[i];
	}
	d->negate = op == OP_NE;
	return true;
}

static void span(struct filter_direct *d, uint64_t low, uint64_t high)
{
	d->low[d->n_spans] = low;
	d->width[d->n_spans++] = high - low;
}

/* One span, or all but one. */
static bool relation(enum filter_op op, uint64_t c, struct filter_direct *d)
{
	switch (op) {
	case OP_EQ: span(d, c, c); return true;
	case OP_NE:
		span(d, c, c);
		d->negate = true;
		return true;
	case OP_LT:
		span(d, c, UINT64_MAX);
		d->negate = true;
		return true;
	case OP_GE: span(d, c, UINT64_MAX); return true;
	case OP_GT:
		span(d, 0, c);
		d->negate = true;
		return true;
	case OP_LE: span(d, 0, c); return true;
	default: return false;
	}
}

static bool of_relation(const struct filter *f, const struct filter_node *n, struct filter_direct *out)
{
	const struct filter_node *left = &f->nodes[n->first], *right = &f->nodes[left->next];
	uint64_t c;
	if (left->kind != NODE_FIELD || right->kind != NODE_CONSTANT || right->constant->regex)
		return false;
	const struct direct_field *field = find(left->field);
	if (!field || !field->n_values)
		return false;
	const struct filter_value *v = &right->constant->value;
	begin(field, out);
	out->all = n->all;
	if (field->octets == 16)
		return address_test(v, (enum filter_op)n->op, out);
	return number_of(v, out, &c) && relation((enum filter_op)n->op, c, out);
}

static bool of_set(const struct filter *f, const struct filter_node *n, struct filter_direct *out)
{
	const struct filter_node *left = &f->nodes[n->first];
	const struct direct_field *field = find(left->field);
	uint64_t low, high;
	if (!field || field->n_values != 1 || field->octets == 16 || n->all)
		return false;
	begin(field, out);
	for (uint32_t e = left->next; e; e = f->nodes[e].next) {
		const struct filter_node *a = &f->nodes[e], *b = a;
		if (a->kind == NODE_SPAN) {
			a = &f->nodes[f->nodes[e].first];
			b = &f->nodes[a->next];
		}
		if (a->kind != NODE_CONSTANT || b->kind != NODE_CONSTANT || out->n_spans == DIRECT_SPANS)
			return false;
		if (!number_of(&a->constant->value, out, &low) ||
		    !number_of(&b->constant->value, out, &high) || left->field->type == FIELD_IPV4)
			return false;
		if (low <= high)
			span(out, low, high);
	}
	return true;
}

bool filter_direct_of(const struct filter *f, uint32_t node, struct filter_direct *out)
{
	const struct filter_node *n = &f->nodes[node];
	if (n->kind == NODE_RELATION)
		return of_relation(f, n, out);
	if (n->kind == NODE_IN)
		return of_set(f, n, out);
	if (n->kind != NODE_EXISTS)
		return false;
	const struct direct_field *field = find(f->nodes[n->first].field);
	if (!field)
		return false;
	begin(field, out);
	out->offset = 0; /* an octet of any value there */
	out->octets = out->n_values = 1;
	span(out, 0, UINT64_MAX);
	return true;
}

/* ---- on a frame ------------------------------------------------------------------------------------- */

static inline uint64_t load(const uint8_t *at, unsigned octets)
{
	return octets == 1 ? at[0] : octets == 2 ? load_be16(at) : load_be32(at);
}

static inline bool in_spans(const struct filter_direct *d, uint64_t v)
{
	for (unsigned i = 0; i < d->n_spans; i++)
		if (v - d->low[i] <= d->width[i])
			return !d->negate;
	return d->negate;
}

static inline bool address_passes(const struct filter_direct *d, const uint8_t *at)
{
	bool same = ((load_be64(at) ^ d->low[0]) & d->width[0]) == 0 &&
		    ((load_be64(at + 8) ^ d->low[1]) & d->width[1]) == 0;
	return same != d->negate;
}

/* One value decides, unless it leaves it to the next. */
static inline bool values_pass(const struct filter_direct *d, const uint8_t *at)
{
	bool pass = false;
	for (unsigned i = 0; i < d->n_values; i++, at += d->octets) {
		if (d->octets == 16)
			pass = address_passes(d, at);
		else
			pass = in_spans(d, load(at, d->octets) >> d->shift & d->mask);
		if (pass != d->all)
			break;
	}
	return pass;
}

static bool number_passes(const struct filter_direct *d, const struct packet *p)
{
	uint64_t v = d->place == PLACE_NUMBER ? p->frame : d->place == PLACE_LEN ? p->len : p->caplen;
	return in_spans(d, v);
}

bool filter_matches_plain(const struct filter *f, const struct packet *p, const struct frame_plain *plain)
{
	const uint8_t *const places[N_PLACES] = {
		[PLACE_ALWAYS] = plain->ip,
		[PLACE_NTP] = plain->udp + PLAIN_UDP_LEN,
		[PLACE_UDP] = plain->udp,
		[PLACE_IP4] = plain->v6 ? NULL : plain->ip,
		[PLACE_IP6] = plain->v6 ? plain->ip : NULL,
		[PLACE_VLAN] = plain->vlan ? plain->ip : NULL,
	};
	uint32_t at = f->start, n = f->n_steps;
	while (at < n) {
		const struct filter_direct *d = &f->direct[at];
		bool pass;
		if (d->place < N_PLACES)
			pass = places[d->place] && values_pass(d, places[d->place] + d->offset);
		else
			pass = number_passes(d, p);
		at = pass ? d->yes : d->no;
	}
	return at == STEP_YES;
}
