/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/exchange.h"

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
