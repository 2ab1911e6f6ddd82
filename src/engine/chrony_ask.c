/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/chrony_ask.h"

#include <string.h>

void chrony_ask_begin(struct chrony_ask *c, enum chrony_command command,
		      const struct chrony_arguments *arguments, uint32_t sequence,
		      struct ask_patience patience)
{
	*c = (struct chrony_ask){
		.command = command, .sequence = sequence, .patience = patience, .must_send = true
	};
	if (arguments)
		c->arguments = *arguments;
}

void chrony_ask_next(struct chrony_ask *c, int64_t now_ns, struct ask_action *out)
{
	*out = (struct ask_action){ .what = ASK_OVER };
	if (c->result == ASK_PENDING && !c->must_send && now_ns >= c->due_ns) {
		c->sequence++;
		c->must_send = c->n_sent < c->patience.tries;
		c->result = c->must_send ? ASK_PENDING : ASK_TIMEOUT;
	}
	if (c->result != ASK_PENDING)
		return;
	if (!c->must_send) {
		*out = (struct ask_action){ .what = ASK_WAIT, .until_ns = c->due_ns };
		return;
	}
	c->must_send = false;
	c->due_ns = ns_plus(now_ns, c->patience.answer_ns << (c->n_sent < 16 ? c->n_sent : 16));
	c->request_len = chrony_request_write(c->command, &c->arguments, c->sequence, (uint16_t)c->n_sent,
					      c->request);
	c->n_sent++;
	*out = (struct ask_action){ .what = ASK_SEND, .bytes = c->request, .len = c->request_len };
}

void chrony_ask_take(struct chrony_ask *c, const uint8_t *p, size_t len, int64_t now_ns)
{
	struct chrony_reply r;

	(void)now_ns;
	if (c->result != ASK_PENDING)
		return;
	if (len > sizeof(c->bytes) || !chrony_reply_parse(p, len, &r) || r.command != c->command ||
	    c->sequence - r.sequence >= c->n_sent) {
		c->n_strange++;
		return;
	}
	if (r.sequence != c->sequence) {
		c->n_stale++;
		return;
	}
	memcpy(c->bytes, p, len);
	chrony_reply_parse(c->bytes, len, &c->reply);
	c->status = r.status;
	c->result = r.status == CHRONY_OK ? ASK_OK : ASK_ERROR;
}

void chrony_ask_fail(struct chrony_ask *c, enum ask_result why)
{
	if (c->result == ASK_PENDING)
		c->result = why;
}
