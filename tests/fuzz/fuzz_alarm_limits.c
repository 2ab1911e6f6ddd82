/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The setting of a limit: what is taken can be written and read again, what is refused changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "engine/alarm_limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct alarm_limits l = alarm_limits_default(), before = l;
	char text[512], setting[ALARM_SETTING_MAX], why[ALARM_WHY_MAX];

	if (len >= sizeof(text))
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	if (!alarm_limits_take(&l, text, why)) {
		if (!why[0] || memcmp(&l, &before, sizeof(l)) != 0)
			abort();
		return 0;
	}
	for (int i = 0; i < N_ALARM_RULES; i++) {
		alarm_limit_text((enum alarm_rule)i, &l.of[i], setting);
		if (!alarm_limits_take(&before, setting, why))
			abort();
	}
	return 0;
}
