/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who we are for an SNMP agent, from a file of lines:
 *
 *	version 2c              1, 2c (when nothing is said) or 3
 *	community public
 *	port 161
 *
 *	version 3
 *	user NAME
 *	auth SHA-256 PASSPHRASE MD5, SHA, SHA-224, SHA-256, SHA-384, SHA-512; none without the line
 *	priv AES PASSPHRASE     DES, AES, AES-192, AES-256; none without the line
 *	context NAME
 *
 * '#' begins a comment at the beginning of a line.  A passphrase goes on to the end of its line, blanks
 * included.
 */
#ifndef PROTO_SNMP_LOGIN_H
#define PROTO_SNMP_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum login_version { LOGIN_V1, LOGIN_V2C, LOGIN_V3 };

enum login_auth {
	LOGIN_AUTH_NONE,
	LOGIN_MD5,
	LOGIN_SHA,
	LOGIN_SHA_224,
	LOGIN_SHA_256,
	LOGIN_SHA_384,
	LOGIN_SHA_512,
};

enum login_priv { LOGIN_PRIV_NONE, LOGIN_DES, LOGIN_AES, LOGIN_AES_192, LOGIN_AES_256 };

enum { LOGIN_WORD_MAX = 128, LOGIN_USER_MAX = 33, LOGIN_PASSPHRASE_LEAST = 8 };

/* Secrets: whoever has one clears it (explicit_bzero) when it is of no use any more. */
struct snmp_login {
	enum login_version version;
	enum login_auth auth;
	enum login_priv priv;
	uint16_t port; /* 0: not said */
	char community[LOGIN_WORD_MAX];
	char user[LOGIN_USER_MAX], context[LOGIN_USER_MAX];
	char auth_passphrase[LOGIN_WORD_MAX], priv_passphrase[LOGIN_WORD_MAX];
};

/* What agents take that nobody has set up: version 2c, community "public". */
struct snmp_login snmp_login_default(void);

/* One line without its newline.  False: *why says what is wrong with it, in a few words. */
bool snmp_login_line(struct snmp_login *l, const char *line, size_t len, const char **why);

/* Whether the lines together are enough.  False: *why says what is missing. */
bool snmp_login_check(const struct snmp_login *l, const char **why);

#endif
