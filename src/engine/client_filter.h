/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which clients of the list are wanted: the short syntax of the page's filter field and of `--filter`,
 * terms apart by blanks, all of which must hold:
 *
 *   2001:db8::/32  192.0.2.7        the address, or a prefix
 *   alert:red                       none, sleep, yellow, red; several with commas
 *   flag:R  rxflag:R  txflag:Y      a flag letter of either direction, or of one; several: any of them
 *   class:abusive                   active, inactive, abusive, rapid, very-slow, scanner, one-shot
 *   name:*.example                  the name, with * and ?; without either: a part of it
 *   rx>1000  tx<5  every<8s  owed>0 last<5m  first>1d      figures; last and first are ages
 *   -TERM                           the opposite
 *   anything else                   a part of the address as text, or of the name
 *
 * Figures are compared by < <= > >= =; spans of time have a unit, ms s m h d, or are seconds.  Letters are
 * the same in either case but in flag:.  A figure that a client does not have (every with one packet) passes
 * no comparison.
 */
#ifndef ENGINE_CLIENT_FILTER_H
#define ENGINE_CLIENT_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/census.h"

enum { CLIENT_FILTER_TERMS = 16, CLIENT_FILTER_TEXT = 256, CLIENT_FILTER_MESSAGE = 120 };

/* One term; which members mean something depends on the kind. */
struct client_term {
	uint8_t kind; /* private to client_filter.c */
	bool negated;
	uint8_t bits;               /* of the prefix */
	uint8_t figure, comparison; /* numbers in tables */
	uint16_t text;              /* where its pattern begins in client_filter.text */
	uint32_t mask, rx_mask, tx_mask;
	struct addr net;
	double value;
};

/* Plain data that may be copied. */
struct client_filter {
	size_t n_terms; /* 0: all clients pass */
	struct client_term terms[CLIENT_FILTER_TERMS];
	char text[CLIENT_FILTER_TEXT];
	/* The caller's, NULL after parsing: the name of an address, NULL when it has none.  What it
	 * returns has to last until the next call. */
	const char *(*name)(void *arg, const struct addr *a);
	void *name_arg;
};

struct client_filter_error {
	size_t column; /* from 1: where the term begins */
	char message[CLIENT_FILTER_MESSAGE];
};

/* ERR_USAGE with *error filled when the text is no filter; *out then passes all. */
enum err client_filter_parse(const char *text, struct client_filter *out, struct client_filter_error *error);

/* By address and flags alone, which is soon done: false when it does not pass; *passes: it does, whatever the
 * rest. */
bool client_filter_may_match(const struct client_filter *f, const struct addr *a, uint32_t rx_flags,
			     uint32_t tx_flags, bool *passes);

/* Whether it asks for names. */
bool client_filter_wants_names(const struct client_filter *f);

/* Whether it asks for more than client_info_marks() fills in. */
bool client_filter_wants_figures(const struct client_filter *f);

/* now_ns is what ages are counted from. */
bool client_filter_match(const struct client_filter *f, const struct client_info *c, int64_t now_ns);

#endif
