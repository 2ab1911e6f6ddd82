/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/exchange.h"

#include "base/nstime.h"

const char *exchange_class_name(enum exchange_class c)
{
	static const char *const name[N_CLASSES] = {
		[CLASS_ANSWERED] = "answered",
		[CLASS_UNANSWERED] = "unanswered",
		[CLASS_LATE] = "late",
		[CLASS_DUPLICATE] = "duplicate",
		[CLASS_UNSOLICITED] = "unsolicited",
		[CLASS_KOD] = "kod",
		[CLASS_NAK] = "nak",
		[CLASS_RETRANSMITTED] = "retransmitted",
		[CLASS_SYMMETRIC] = "symmetric",
		[CLASS_BROADCAST] = "broadcast",
		[CLASS_MALFORMED] = "malformed",
		[CLASS_OTHER] = "other",
	};
	return name[c];
}

/* (a - b) / 2, halved first: false dates lie as far apart as int64_t reaches. */
static int64_t half_difference(int64_t a, int64_t b)
{
	return a / 2 - b / 2 + (a % 2 - b % 2) / 2;
}

void exchange_find_offset(struct exchange *x, uint64_t receive, uint64_t transmit)
{
	int64_t there_ns = half_difference(nstime_from_ntp(receive, x->response_ns), x->request_ns);
	int64_t back_ns = half_difference(nstime_from_ntp(transmit, x->response_ns), x->response_ns);

	/* Wraps where the capture's dates make nonsense of it. */
	x->offset_ns = (int64_t)((uint64_t)there_ns + (uint64_t)back_ns);
	x->has_offset = true;
}
