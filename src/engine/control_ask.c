/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/control_ask.h"

#include <string.h>

void control_ask_begin(struct control_ask *c, enum control_opcode opcode, uint16_t association,
		       const char *data, size_t data_len, uint16_t sequence, struct ask_patience patience)
{
	c->result = ASK_PENDING;
	c->status = 0;
	c->error = 0;
	c->len = 0;
	c->n_sent = c->n_pieces = 0;
	c->n_doubled = c->n_stale = c->n_strange = 0;
	c->opcode = opcode;
	c->association = association;
	c->sequence = sequence ? sequence : 1;
	c->patience = patience;
	c->must_send = true;
	c->has_last = false;
	c->n_octets = 0;
	c->request_len = control_request_write(opcode, c->sequence, association, data, data_len, c->request);
	if (!c->request_len)
		c->result = ASK_BAD_ANSWER;
}

static void forget_pieces(struct control_ask *c)
{
	c->n_pieces = 0;
	c->n_octets = 0;
	c->has_last = false;
	c->len = 0;
}

/* The same question under the next number, which is never 0. */
static void ask_again(struct control_ask *c)
{
	c->sequence = c->sequence == UINT16_MAX ? 1 : (uint16_t)(c->sequence + 1);
	c->request[2] = (uint8_t)(c->sequence >> 8);
	c->request[3] = (uint8_t)c->sequence;
	forget_pieces(c);
	c->must_send = true;
}

static void on_time(struct control_ask *c, int64_t now_ns)
{
	if (c->must_send || now_ns < c->due_ns)
		return;
	if (c->n_sent < c->patience.tries)
		ask_again(c);
	else
		c->result = c->n_pieces ? ASK_INCOMPLETE : ASK_TIMEOUT;
}

void control_ask_next(struct control_ask *c, int64_t now_ns, struct ask_action *out)
{
	*out = (struct ask_action){ .what = ASK_OVER };
	if (c->result == ASK_PENDING)
		on_time(c, now_ns);
	if (c->result != ASK_PENDING)
		return;
	if (!c->must_send) {
		*out = (struct ask_action){ .what = ASK_WAIT, .until_ns = c->due_ns };
		return;
	}
	c->must_send = false;
	c->due_ns = ns_plus(now_ns, c->patience.answer_ns << (c->n_sent < 16 ? c->n_sent : 16));
	c->n_sent++;
	*out = (struct ask_action){ .what = ASK_SEND, .bytes = c->request, .len = c->request_len };
}

/* Whether it answers this question; counts it when not. */
static bool is_ours(struct control_ask *c, const struct control_header *h, uint8_t first)
{
	bool fits = (first & 7) == 6 && h->response && h->opcode == c->opcode &&
		    h->association == c->association && h->data_len == h->count;
	uint16_t age = (uint16_t)(c->sequence - h->sequence);

	if (fits && h->sequence == c->sequence)
		return true;
	if (fits && age && age < c->n_sent)
		c->n_stale++;
	else
		c->n_strange++;
	return false;
}

/* Where the piece goes; false: it is there already, or does not go with those that are. */
static bool has_place(struct control_ask *c, uint32_t from, uint32_t to, bool last)
{
	bool strange = to > CONTROL_ANSWER_MAX || c->n_pieces == CONTROL_PIECES_MAX ||
		       (from == to && !last) || (c->has_last && (last || to > c->len));

	for (unsigned i = 0; i < c->n_pieces; i++) {
		if (c->pieces[i].from == from && c->pieces[i].to == to && from < to) {
			c->n_doubled++;
			return false;
		}
		strange = strange || (from < c->pieces[i].to && c->pieces[i].from < to) ||
			  (last && c->pieces[i].to > to);
	}
	c->n_strange += strange;
	return !strange;
}

static void take_piece(struct control_ask *c, const struct control_header *h, int64_t now_ns)
{
	uint32_t from = h->offset, to = from + h->count;

	if (!has_place(c, from, to, !h->more))
		return;
	c->due_ns = ns_plus(now_ns, c->patience.gap_ns);
	if (h->count)
		memcpy(c->data + from, h->data, h->count);
	c->pieces[c->n_pieces].from = from;
	c->pieces[c->n_pieces++].to = to;
	c->n_octets += h->count;
	if (!h->more) {
		c->has_last = true;
		c->len = to;
		c->status = h->status;
	}
	if (c->has_last && c->n_octets == c->len)
		c->result = ASK_OK;
}

void control_ask_take(struct control_ask *c, const uint8_t *p, size_t len, int64_t now_ns)
{
	struct control_header h;

	if (c->result != ASK_PENDING)
		return;
	if (len > CONTROL_ANSWER_MAX || !control_header_parse(p, (uint32_t)len, &h)) {
		c->n_strange++;
		return;
	}
	if (!is_ours(c, &h, p[0]))
		return;
	if (h.error) {
		c->result = ASK_ERROR;
		c->error = (uint8_t)(h.status >> 8);
		return;
	}
	take_piece(c, &h, now_ns);
}

void control_ask_fail(struct control_ask *c, enum ask_result why)
{
	if (c->result == ASK_PENDING)
		c->result = why;
}
