/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/names.h"

#include <stdbool.h>
#include <string.h>

const char *ntp_mode_name(uint8_t mode)
{
	static const char *const names[] = {
		"reserved", "symmetric active", "symmetric passive", "client",
		"server",   "broadcast",        "control",           "private",
	};
	return mode < sizeof(names) / sizeof(names[0]) ? names[mode] : "unknown";
}

static char *put_hex(char *out, const uint8_t b[4])
{
	static const char digits[] = "0123456789abcdef";

	*out++ = '0';
	*out++ = 'x';
	for (int i = 0; i < 4; i++) {
		*out++ = digits[b[i] >> 4];
		*out++ = digits[b[i] & 15];
	}
	return out;
}

static char *put_quad(char *out, const uint8_t b[4])
{
	for (int i = 0; i < 4; i++) {
		if (i)
			*out++ = '.';
		if (b[i] >= 100)
			*out++ = (char)('0' + b[i] / 100);
		if (b[i] >= 10)
			*out++ = (char)('0' + b[i] / 10 % 10);
		*out++ = (char)('0' + b[i] % 10);
	}
	return out;
}

/* Left-justified and zero padded; blanks may fill the end.  0: not a printable code. */
static unsigned code_len(const uint8_t b[4])
{
	unsigned n = 0, end = 0;

	for (; n < 4 && b[n]; n++) {
		if (b[n] < 0x20 || b[n] > 0x7e)
			return 0;
		if (b[n] == ' ')
			continue;
		if (end != n)
			return 0; /* a blank inside, or in front */
		end = n + 1;
	}
	return end;
}

size_t ntp_refid_text(uint8_t stratum, const uint8_t refid[4], char out[REFID_TEXT_MAX])
{
	unsigned n = stratum <= 1 ? code_len(refid) : 0;
	char *end = out + n;

	if (n)
		memcpy(out, refid, n);
	else if (stratum <= 1)
		end = put_hex(out, refid);
	else
		end = put_quad(out, refid);
	*end = '\0';
	return (size_t)(end - out);
}

struct number_name {
	uint16_t number;
	const char *name;
};

static const char *find_name(const struct number_name *names, size_t n, uint16_t number)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].number == number)
			return names[i].name;
	return NULL;
}

/* RFC 5906 section 10; rows by the two highest bits (response, error), columns by the code. */
static const char *autokey_name(uint16_t type)
{
	static const char *const names[3][10] = {
		{
			"Autokey no-operation request",
			"Autokey association request",
			"Autokey certificate request",
			"Autokey cookie request",
			"Autokey autokey request",
			"Autokey leap seconds request",
			"Autokey sign request",
			"Autokey IFF request",
			"Autokey GQ request",
			"Autokey MV request",
		},
		{
			"Autokey no-operation response",
			"Autokey association response",
			"Autokey certificate response",
			"Autokey cookie response",
			"Autokey autokey response",
			"Autokey leap seconds response",
			"Autokey sign response",
			"Autokey IFF response",
			"Autokey GQ response",
			"Autokey MV response",
		},
		{
			"Autokey no-operation error",
			"Autokey association error",
			"Autokey certificate error",
			"Autokey cookie error",
			"Autokey autokey error",
			"Autokey leap seconds error",
			"Autokey sign error",
			"Autokey IFF error",
			"Autokey GQ error",
			"Autokey MV error",
		},
	};
	unsigned code = type & 0xff;

	if (code > 9)
		return NULL;
	switch (type >> 8) {
	case 0x02: return names[0][code];
	case 0x82: return names[1][code];
	case 0xc2: return names[2][code];
	}
	return NULL;
}

/* RFC 9748: RFC 5906's own table had the octets of its types swapped, and some sent them so. */
static bool is_swapped_autokey(uint16_t type)
{
	return (type & 0xff) == 0x02 && (type >> 8 & 0x3f) <= 9 && type >> 14 != 1;
}

const char *ntp_ext_name(uint16_t type)
{
	static const struct number_name names[] = {
		{ NTP_EXT_NTS_UID, "NTS unique identifier" },
		{ NTP_EXT_NETWORK_CORRECTION, "network correction" },
		{ NTP_EXT_NTS_COOKIE, "NTS cookie" },
		{ NTP_EXT_NTS_PLACEHOLDER, "NTS cookie placeholder" },
		{ NTP_EXT_NTS_AUTH, "NTS authenticator" },
		{ NTP_EXT_CHECKSUM, "UDP checksum complement" },
		{ NTP_EXT_MONO_ROOT, "monotonic root" },
		{ NTP5_EXT_PADDING, "NTPv5 padding" },
		{ NTP5_EXT_MAC, "NTPv5 MAC" },
		{ NTP5_EXT_REFID_REQUEST, "NTPv5 reference IDs request" },
		{ NTP5_EXT_REFID_RESPONSE, "NTPv5 reference IDs response" },
		{ NTP5_EXT_SERVER_INFO, "NTPv5 server information" },
		{ NTP5_EXT_CORRECTION, "NTPv5 correction" },
		{ NTP5_EXT_REFERENCE, "NTPv5 reference timestamp" },
		{ NTP5_EXT_MONO_RECEIVE, "NTPv5 monotonic receive timestamp" },
		{ NTP5_EXT_SECONDARY, "NTPv5 secondary receive timestamp" },
		{ NTP5_EXT_DRAFT_ID, "NTPv5 draft identification" },
	};
	const char *name = find_name(names, sizeof(names) / sizeof(names[0]), type);

	if (!name)
		name = autokey_name(type);
	if (!name && is_swapped_autokey(type))
		name = "Autokey, octets swapped";
	return name;
}

/* Type and code in one number. */
#define ICMP(type, code) ((type) << 8 | (code))

static uint16_t icmp_key(uint8_t type, uint8_t code)
{
	return (uint16_t)ICMP(type, code);
}

/* RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1. */
static const char *icmp4_name(uint8_t type, uint8_t code)
{
	static const struct number_name names[] = {
		{ ICMP(3, 0), "network unreachable" },
		{ ICMP(3, 1), "host unreachable" },
		{ ICMP(3, 2), "protocol unreachable" },
		{ ICMP(3, 3), "port unreachable" },
		{ ICMP(3, 4), "fragmentation needed" },
		{ ICMP(3, 5), "source route failed" },
		{ ICMP(3, 6), "network unknown" },
		{ ICMP(3, 7), "host unknown" },
		{ ICMP(3, 8), "source host isolated" },
		{ ICMP(3, 9), "network administratively prohibited" },
		{ ICMP(3, 10), "host administratively prohibited" },
		{ ICMP(3, 11), "network unreachable for type of service" },
		{ ICMP(3, 12), "host unreachable for type of service" },
		{ ICMP(3, 13), "administratively prohibited" },
		{ ICMP(3, 14), "host precedence violation" },
		{ ICMP(3, 15), "precedence cutoff" },
		{ ICMP(11, 0), "time exceeded in transit" },
		{ ICMP(11, 1), "fragment reassembly time exceeded" },
	};
	const char *name = find_name(names, sizeof(names) / sizeof(names[0]), icmp_key(type, code));

	if (name)
		return name;
	switch (type) {
	case 3: return "destination unreachable";
	case 4: return "source quench";
	case 5: return "redirect";
	case 11: return "time exceeded";
	case 12: return "parameter problem";
	}
	return "unknown ICMP error";
}

/* RFC 4443 section 3, RFC 8883, RFC 7112. */
static const char *icmp6_name(uint8_t type, uint8_t code)
{
	static const struct number_name names[] = {
		{ ICMP(1, 0), "no route to destination" },
		{ ICMP(1, 1), "administratively prohibited" },
		{ ICMP(1, 2), "beyond scope of source address" },
		{ ICMP(1, 3), "address unreachable" },
		{ ICMP(1, 4), "port unreachable" },
		{ ICMP(1, 5), "source address failed ingress/egress policy" },
		{ ICMP(1, 6), "reject route to destination" },
		{ ICMP(1, 7), "error in source routing header" },
		{ ICMP(3, 0), "hop limit exceeded in transit" },
		{ ICMP(3, 1), "fragment reassembly time exceeded" },
		{ ICMP(4, 0), "erroneous header field" },
		{ ICMP(4, 1), "unrecognized next header" },
		{ ICMP(4, 2), "unrecognized IPv6 option" },
	};
	const char *name = find_name(names, sizeof(names) / sizeof(names[0]), icmp_key(type, code));

	if (name)
		return name;
	switch (type) {
	case 1: return "destination unreachable";
	case 2: return "packet too big";
	case 3: return "time exceeded";
	case 4: return "parameter problem";
	}
	return "unknown ICMPv6 error";
}

const char *icmp_error_name(uint8_t ip_version, uint8_t type, uint8_t code)
{
	return ip_version == 6 ? icmp6_name(type, code) : icmp4_name(type, code);
}

const char *ntp_mac_name(uint32_t mac_len)
{
	switch (mac_len) {
	case 8: return "DES";
	case 16: return "MD5 or AES-CMAC";
	case 20: return "SHA-1 or truncated SHA-2";
	case 24: return "Tiger";
	case 28: return "SHA3-224";
	case 32: return "SHA-256";
	case 48: return "SHA-384";
	case 64: return "SHA-512";
	case 68: return "MS-SNTP";
	}
	return "unknown";
}

const char *nts_aead_name(uint16_t algorithm)
{
	switch (algorithm) {
	case 15: return "AES-SIV-CMAC-256";
	case 16: return "AES-SIV-CMAC-384";
	case 17: return "AES-SIV-CMAC-512";
	case 30: return "AES-128-GCM-SIV";
	case 31: return "AES-256-GCM-SIV";
	default: return NULL;
	}
}
