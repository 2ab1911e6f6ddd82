/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

#include <errno.h>
#include <string.h>

const char *err_text(enum err e)
{
	switch (e) {
	case ERR_OK: return "success";
	case ERR_SYS: return strerror(errno);
	case ERR_END: return "end of input";
	case ERR_FORMAT: return "malformed data";
	case ERR_TRUNCATED: return "truncated data";
	case ERR_MEMORY: return "out of memory";
	case ERR_LIMIT: return "limit reached";
	case ERR_UNSUPPORTED: return "not supported";
	case ERR_USAGE: return "options do not fit together";
	}
	return "unknown error";
}
