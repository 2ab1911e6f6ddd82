/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings of limits, a line each: what is taken can be written and read again, for all and at its target;
 * what is refused changes nothing; and all of them together are taken, or refused with a reason. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "engine/alarm_limits.h"
#include "engine/alarm_own.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { LINES_MOST = 16 };

static void write_and_read(const struct alarm_limits *l)
{
	struct alarm_limits again = alarm_limits_default();
	char setting[ALARM_SETTING_MAX], why[ALARM_WHY_MAX], line[ALARM_SETTING_MAX + 4 + HISTORY_TARGET_MAX];
	struct buf b;

	for (int i = 0; i < N_ALARM_RULES; i++) {
		alarm_limit_text((enum alarm_rule)i, &l->of[i], setting);
		if (!alarm_limits_take(&again, setting, why))
			abort();
	}
	for (size_t i = 0; i < l->n_own; i++) {
		const struct alarm_own *own = &l->own[i];
		alarm_limit_text(own->rule, &own->limit, setting);
		buf_lend(&b, line, sizeof(line) - 1);
		buf_printf(&b, "%s at %s", setting, own->name);
		line[b.len] = '\0';
		if (!alarm_limits_take(&again, line, why) || !alarm_limit_is_again(line, line, why))
			abort();
		if (alarm_own_find(&again, own->rule, own->name)->is_on != own->limit.is_on)
			abort();
		buf_release(&b);
	}
	alarm_limits_release(&again);
}

/* False: it is refused. */
static bool take_one(const char *text)
{
	struct alarm_limits l = alarm_limits_default(), before = l;
	char why[ALARM_WHY_MAX];
	bool is_good = alarm_limits_take(&l, text, why);

	if (!is_good && (!why[0] || memcmp(&l, &before, sizeof(l)) != 0))
		abort();
	if (is_good)
		write_and_read(&l);
	alarm_limits_release(&l);
	return is_good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct alarm_limits l = alarm_limits_default();
	char text[1024], why[ALARM_WHY_MAX] = "";
	const char *lines[LINES_MOST];
	size_t n = 0, wrong;
	bool are_good = true;

	if (len >= sizeof(text))
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	for (char *at = text, *end; at && n < LINES_MOST; at = end) {
		end = strchr(at, '\n');
		if (end)
			*end++ = '\0';
		lines[n++] = at;
		are_good = take_one(at) && are_good;
	}
	if (alarm_limits_take_all(&l, lines, n, &wrong, why))
		write_and_read(&l);
	else if (!why[0] || wrong >= n || (are_good && n < 2))
		abort();
	alarm_limits_release(&l);
	return 0;
}
