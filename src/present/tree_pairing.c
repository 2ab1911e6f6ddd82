/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/nstime.h"
#include "engine/census.h"
#include "engine/exchange.h"
#include "present/tree_parts.h"
#include "present/words.h"

static void exchange_notes(struct tree *t, unsigned notes)
{
	for (unsigned bit = 1; bit <= NOTE_CONTINUED; bit <<= 1) {
		const char *word = notes & bit ? note_word(bit) : NULL;
		if (word)
			tree_made(t, "Note", "%s", word);
	}
}

static void exchange(struct tree *t, const struct exchange *x)
{
	char seconds[DURATION_TEXT_MAX];
	tree_made(t, "Class", "%s", exchange_class_name((enum exchange_class)x->class));
	if (x->has_turnaround) {
		seconds_text(x->turnaround_ns, seconds);
		tree_made(t, "Turnaround in the server", "%s s (%s)", seconds,
			  span_words(x->turnaround_ns).s);
	}
	if (x->has_offset) {
		seconds_text(x->offset_ns, seconds);
		tree_made(t, "Server's clock minus the capture's", "%s s (%s)", seconds,
			  span_words(x->offset_ns).s);
	}
	exchange_notes(t, x->notes);
}

static void client(struct tree *t, const struct client_info *c)
{
	char addr[TREE_ADDR_MAX];
	tree_addr_text(t, &c->addr, addr);
	tree_made(t, "Client", "%s: %llu packets from it, %llu to it", addr, (unsigned long long)c->rx,
		  (unsigned long long)c->tx);
}

void tree_pairing(struct tree *t, const struct row *row)
{
	char seconds[DURATION_TEXT_MAX];
	if (row->request_in) {
		tree_made(t, "Request in frame", "%llu", (unsigned long long)row->request_in);
		seconds_text(row->delta_ns, seconds);
		tree_made(t, "Time since the request", "%s s (%s)", seconds, span_words(row->delta_ns).s);
	}
	if (row->response_in)
		tree_made(t, "Response in frame", "%llu", (unsigned long long)row->response_in);
	if (row->exchange)
		exchange(t, row->exchange);
	if (row->client)
		client(t, row->client);
}
