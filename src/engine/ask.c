/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/ask.h"

const char *ask_result_name(enum ask_result r)
{
	switch (r) {
	case ASK_PENDING: return "pending";
	case ASK_OK: return "ok";
	case ASK_TIMEOUT: return "timeout";
	case ASK_INCOMPLETE: return "incomplete";
	case ASK_ERROR: return "error";
	case ASK_REFUSED: return "refused";
	case ASK_UNREACHABLE: return "unreachable";
	case ASK_LOCAL: return "local";
	case ASK_BAD_ANSWER: return "bad-answer";
	case ASK_UNSUPPORTED: return "unsupported";
	}
	return "unknown";
}
