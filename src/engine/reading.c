/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/reading.h"

#include <string.h>

#include "base/nstime.h"

static const char *const names[N_WATCH_VIA] = {
	[WATCH_VIA_NTP] = "ntp",       [WATCH_VIA_MODE6] = "mode6", [WATCH_VIA_CHRONY] = "chrony",
	[WATCH_VIA_GPSD] = "gpsd",     [WATCH_VIA_SNMP] = "snmp",   [WATCH_VIA_TRAFFIC] = "traffic",
	[WATCH_VIA_IMPORT] = "import",
};

const char *watch_via_name(enum watch_via via)
{
	return names[via];
}

bool watch_via_find(const char *name, size_t len, enum watch_via *out)
{
	for (int i = 0; i < N_WATCH_VIA; i++) {
		if (strlen(names[i]) != len || memcmp(names[i], name, len) != 0)
			continue;
		*out = (enum watch_via)i;
		return true;
	}
	return false;
}

enum { LATE_TIMES = 3, LATE_S = 60 };

int64_t reading_late_ns(int64_t every_ns)
{
	return LATE_TIMES * every_ns + LATE_S * NS_PER_S;
}

bool reading_is_late(int64_t heard_ns, int64_t every_ns, int64_t now_ns)
{
	return !heard_ns || ns_minus(now_ns, heard_ns) > reading_late_ns(every_ns);
}

void reading_text(char *out, size_t room, const char *text)
{
	size_t len = strnlen(text, room - 1);

	memcpy(out, text, len);
	out[len] = '\0';
}

bool reading_name(const char *target, const char *part, char out[HISTORY_TARGET_MAX])
{
	size_t n = strlen(target), n_part = strlen(part);

	if (!n || n + n_part + 1 >= HISTORY_TARGET_MAX)
		return false;
	memcpy(out, target, n + 1);
	if (n_part) {
		out[n] = '/';
		memcpy(out + n + 1, part, n_part + 1);
	}
	return true;
}
