/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of symmetric keys, line by line: ntp.keys of ntpd and NTPsec ("1 SHA1 0f0e..." where a word of more
 * than 20 characters is hex) and chrony.keys ("1 SHA1 HEX:0f0e...", where a word without prefix is text).
 */
#ifndef PROTO_NTP_KEYS_H
#define PROTO_NTP_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ntp_key_type {
	NTP_KEY_MD5,
	NTP_KEY_SHA1,
	NTP_KEY_SHA256,
	NTP_KEY_SHA384,
	NTP_KEY_SHA512,
	NTP_KEY_AES128, /* CMAC, RFC 8573 */
	NTP_KEY_AES256,
	N_NTP_KEY_TYPES,
};

enum { NTP_KEY_MAX = 256 };

struct ntp_key {
	uint32_t id;  /* 1 to 2^32 - 1 */
	uint8_t type; /* enum ntp_key_type */
	uint16_t len;
	uint8_t octets[NTP_KEY_MAX];
};

enum ntp_key_dialect {
	NTP_KEYS_AUTO, /* more than 20 characters are hex if they are all hex digits, an even number */
	NTP_KEYS_NTP,
	NTP_KEYS_CHRONY,
};

/* What a line holds: 1 and *out; 0 for an empty line or a comment; -1 when it is neither, and *why says what
 * is wrong in a few words. */
int ntp_key_parse(const char *line, size_t len, enum ntp_key_dialect dialect, struct ntp_key *out,
		  const char **why);

/* "MD5", "SHA1", ... "AES128"; never NULL. */
const char *ntp_key_type_name(enum ntp_key_type type);

#endif
