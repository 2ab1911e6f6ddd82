/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A conversation in mode 6: the octets are datagrams, each behind its length, that come as answers, and
 * times that pass.  Whatever comes, the question is over in the end, and an answer that is called whole is.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/control_ask.h"
#include "engine/mru_walk.h"
#include "engine/peer_vars.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MS = 1000000, SEQUENCE = 0x0102 };

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* The next datagram in a block of its own size, answering the latest question when its first octet says
 * so. */
static uint8_t *datagram(const uint8_t **data, size_t *size, size_t *len, const struct control_ask *c)
{
	*len = (*data)[0] % 64 * 8U + (*data)[1] % 8U;
	bool fits = (*data)[0] & 0x80;
	*data += 2;
	*size -= 2;
	if (*len > *size)
		*len = *size;
	uint8_t *p = malloc(*len ? *len : 1);
	memcpy(p, *data, *len);
	*data += *len;
	*size -= *len;
	if (fits && *len >= CONTROL_HEADER_LEN) {
		p[0] = (uint8_t)((p[0] & ~7) | 6);
		p[1] = (uint8_t)((p[1] & 0x60) | 0x80 | c->opcode);
		p[2] = (uint8_t)(c->sequence >> 8);
		p[3] = (uint8_t)c->sequence;
		p[6] = (uint8_t)(c->association >> 8);
		p[7] = (uint8_t)c->association;
	}
	return p;
}

static void check_answer(const struct control_ask *c)
{
	struct peer_vars p;
	uint32_t n = 0;

	must(c->len <= CONTROL_ANSWER_MAX && c->n_pieces <= CONTROL_PIECES_MAX);
	for (unsigned i = 0; i < c->n_pieces; i++)
		n += c->pieces[i].to - c->pieces[i].from;
	must(n == c->len);
	peer_vars_parse(&p, c->association, c->status, c->data, c->len);
	must(peer_vars_poll_log2s(&p) <= 17);
	must(peer_vars_type(&p) != '\0');
}

static void one_question(const uint8_t *data, size_t size)
{
	struct control_ask *c = calloc(1, sizeof(*c));
	struct ask_action a;
	int64_t now_ns = 0;
	unsigned n_steps = 0;

	control_ask_begin(c, CONTROL_READVAR, 7, "offset", 6, SEQUENCE, ask_patience_of(700 * MS, 3));
	for (;;) {
		control_ask_next(c, now_ns, &a);
		if (a.what == ASK_OVER)
			break;
		must(n_steps++ < 1000000);
		if (a.what == ASK_SEND)
			continue;
		must(a.until_ns > now_ns);
		if (size < 2) {
			now_ns = a.until_ns;
			continue;
		}
		size_t len;
		now_ns += data[1] * (int64_t)MS / 8;
		uint8_t *p = datagram(&data, &size, &len, c);
		control_ask_take(c, p, len, now_ns);
		free(p);
	}
	must(c->result != ASK_PENDING && c->n_sent <= 3);
	if (c->result == ASK_OK)
		check_answer(c);
	free(c);
}

static void on_row(void *arg, const struct mru_row *r)
{
	uint64_t *n = arg;
	must(r->mode < 8 && r->version < 8 && memchr(r->scope, '\0', sizeof(r->scope)));
	(*n)++;
}

static void one_walk(const uint8_t *data, size_t size)
{
	struct mru_walk *w = calloc(1, sizeof(*w));
	uint64_t n = 0;
	struct mru_wish wish = {
		.filter = "mincount=2", .row = on_row, .arg = &n, .patience = ask_patience_of(700 * MS, 3)
	};
	struct ask_action a;
	int64_t now_ns = 0;
	unsigned n_steps = 0;

	mru_walk_begin(w, &wish, SEQUENCE);
	for (;;) {
		mru_walk_next(w, now_ns, &a);
		if (a.what == ASK_OVER)
			break;
		must(n_steps++ < 1000000);
		if (a.what == ASK_SEND) {
			must(a.len <= CONTROL_REQUEST_MAX);
			continue;
		}
		if (size < 2) {
			now_ns = a.until_ns;
			continue;
		}
		size_t len;
		uint8_t *p = datagram(&data, &size, &len, &w->ask);
		mru_walk_take(w, p, len, now_ns);
		free(p);
	}
	must(w->result != ASK_PENDING && w->n_rows == n);
	free(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size || size > 100000)
		return 0;
	if (data[0] & 1)
		one_walk(data + 1, size - 1);
	else
		one_question(data + 1, size - 1);
	return 0;
}
