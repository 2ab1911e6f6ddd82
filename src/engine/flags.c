/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/flags.h"

#include "engine/event.h"

const struct flag_row flag_table[N_FLAGS] = {
	{ FLAG_TRUNCATED, 'T', "truncated", "UDP payload too short for an NTP packet" },
	{ FLAG_V1, '1', "version-1", "NTP version 1" },
	{ FLAG_V2, '2', "version-2", "NTP version 2" },
	{ FLAG_V3, '3', "version-3", "NTP version 3" },
	{ FLAG_V4, '4', "version-4", "NTP version 4" },
	{ FLAG_VERSION_OTHER, 'V', "version-other", "another version number (0, 6, 7)" },
	{ FLAG_ACTIVE, 'A', "mode-active", "mode 1, symmetric active" },
	{ FLAG_PASSIVE, 'P', "mode-passive", "mode 2, symmetric passive" },
	{ FLAG_CLIENT, 'C', "mode-client", "mode 3, client" },
	{ FLAG_SERVER, 'S', "mode-server", "mode 4, server" },
	{ FLAG_BROADCAST, 'B', "mode-broadcast", "mode 5, broadcast" },
	{ FLAG_CONTROL, 'N', "mode-control", "mode 6, control (ntpq)" },
	{ FLAG_MODE_OTHER, 'M', "mode-other", "mode 0 or 7" },
	{ FLAG_KOD_AUTH, 'D', "kod-auth", "kiss code AUTH" },
	{ FLAG_KOD_CRYP, 'Y', "kod-cryp", "kiss code CRYP" },
	{ FLAG_KOD_RATE, 'R', "kod-rate", "kiss code RATE" },
	{ FLAG_REFID_LOOP, '*', "refid-is-server", "the reference id is this server's own address" },
	{ FLAG_V5, '5', "version-5", "NTP version 5 (draft)" },
	{ FLAG_PRIVATE, '7', "mode-private", "mode 7, private (ntpdc, monlist)" },
	{ FLAG_MAC, 'm', "mac", "message authentication code present" },
	{ FLAG_CRYPTO_NAK, 'k', "crypto-nak", "crypto-NAK" },
	{ FLAG_NTS, 'n', "nts", "NTS fields present" },
	{ FLAG_NTS_NAK, 'x', "nts-nak", "kiss code NTSN" },
	{ FLAG_KOD_DENY, 'd', "kod-deny", "kiss code DENY" },
	{ FLAG_KOD_RSTR, 'r', "kod-rstr", "kiss code RSTR" },
	{ FLAG_KOD_OTHER, 'i', "kod-other", "kiss code INIT, STEP or another" },
	{ FLAG_LEAP_UNKNOWN, 'u', "leap-unknown", "leap indicator 3: clock not synchronised" },
	{ FLAG_EXTENSION, 'e', "extension", "extension fields present" },
	{ FLAG_BAD_TRAILER, 'b', "bad-trailer", "octets behind the header that are neither field nor MAC" },
	{ FLAG_PORT_VARIES, 'p', "port-varies", "more than one source port" },
	{ FLAG_TUNNEL, 't', "tunnel", "came inside a tunnel" },
	{ FLAG_INTERLEAVED, 'l', "interleaved", "interleaved mode (RFC 9769)" },
};

size_t flags_text(uint32_t flags, char out[FLAGS_TEXT_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < N_FLAGS; i++)
		if (flags & flag_table[i].bit)
			out[n++] = flag_table[i].letter;
	if (n == 0)
		out[n++] = '-';
	out[n] = '\0';
	return n;
}
