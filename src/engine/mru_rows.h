/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of mrulist questions and answers (RFC 9327 section 4.1.3): rows from variables, and back. */
#ifndef ENGINE_MRU_ROWS_H
#define ENGINE_MRU_ROWS_H

#include "engine/mru_walk.h"
#include "proto/var_list.h"

/* What an answer says besides its rows. */
struct mru_rest {
	char nonce[64]; /* "nonce=eeacbcd8932cf5335c73c05", or "" */
	uint64_t now;   /* 0: the list goes on */
};

/* False when the variable is none of these. */
bool mru_rest_take(struct mru_rest *r, const struct var *v);

/* "addr.7" gives 7; false for names without a number, and for the noise that servers put between the rows. */
bool mru_var_index(const struct var *v, unsigned *index);

/* Enters one variable; *have keeps what is there. */
void mru_row_take(struct mru_row *r, unsigned *have, const struct var *v);

/* All that every server tells. */
bool mru_row_is_whole(unsigned have);

/* "192.0.2.1:123", "[2001:db8::1%eth0]:123" as address, scope and port. */
bool mru_address(const char *p, size_t len, struct mru_row *r);

/* A question in the making. */
struct mru_text {
	char *out;
	size_t len, room;
	bool full; /* something did not fit, and is not in it */
};

void mru_text_add(struct mru_text *t, const char *s);
void mru_text_number(struct mru_text *t, const char *s, uint64_t n);

/* ", addr.0=192.0.2.1:123, last.0=0xeeacbcd8.932cf533", all or nothing; false when it does not fit. */
bool mru_text_point(struct mru_text *t, unsigned i, const struct addr *a, const char *scope, uint16_t port,
		    uint64_t last);

#endif
