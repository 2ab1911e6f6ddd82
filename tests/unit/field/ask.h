/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks for fields of a frame in tests: values are printed and joined by commas. */
#ifndef TESTS_UNIT_FIELD_ASK_H
#define TESTS_UNIT_FIELD_ASK_H

#include <string.h>

#include "field/field.h"
#include "unit/wire.h"

struct ask {
	struct wire w;
	struct packet p;
	struct found found;
	struct row row;
};

/* An NTP payload of that many octets, all zero: ask->w.at. */
static inline uint8_t *ask_begin(struct ask *a, uint32_t len)
{
	memset(a, 0, sizeof(*a));
	wire_begin(&a->w, len);
	memset(a->w.at, 0, len);
	return a->w.at;
}

/* The frame is finished: it is decoded, `cut` octets of its end missing. */
static inline void ask_frame(struct ask *a, uint16_t link, uint32_t cut)
{
	struct finder f;
	a->p = wire_packet(&a->w, link, a->w.len - cut);
	finder_init(&f, FINDER_WIRESHARK, true, 0);
	bool is_ntp = finder_packet(&f, &a->p, &a->found);
	finder_release(&f);
	row_of_found(&a->found, is_ntp, &a->row);
}

/* From client to server over UDP in plain IPv4. */
static inline void ask_udp(struct ask *a, uint32_t cut)
{
	wire_udp(&a->w, 123, 123);
	wire_ip4(&a->w, 17);
	ask_frame(a, LINK_IPV4, cut);
}

struct ask_sink {
	struct field_sink sink;
	const struct field *f;
	struct buf out;
	unsigned n;
};

static inline bool ask_take(struct field_sink *sink, const struct field_value *v)
{
	struct ask_sink *s = (struct ask_sink *)sink;
	if (s->n++)
		buf_char(&s->out, ',');
	field_print(s->f, v, &s->out);
	return true;
}

static inline void ask_expect(const struct ask *a, const char *name, const char *text)
{
	struct ask_sink s = { .sink = { ask_take }, .f = field_find(name) };
	if (!s.f)
		fail_msg("no field '%s'", name);
	assert_int_equal(buf_init(&s.out, -1), ERR_OK);
	s.f->get(s.f, &a->row, &s.sink);
	buf_char(&s.out, '\0');
	if (strcmp(s.out.data, text) != 0)
		fail_msg("%s is '%s', not '%s'", name, s.out.data, text);
	buf_release(&s.out);
}

static inline void ask_end(struct ask *a)
{
	wire_free(&a->p);
}

#endif
