/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/snmp_login.h"

#include <string.h>

struct text {
	const char *at;
	size_t len;
};

struct snmp_login snmp_login_default(void)
{
	return (struct snmp_login){ .version = LOGIN_V2C, .community = "public" };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void trim(struct text *t)
{
	while (t->len && is_blank(t->at[t->len - 1]))
		t->len--;
	while (t->len && is_blank(t->at[0])) {
		t->at++;
		t->len--;
	}
}

static struct text next_word(struct text *left)
{
	struct text word = { left->at, 0 };

	while (word.len < left->len && !is_blank(left->at[word.len]))
		word.len++;
	left->at += word.len;
	left->len -= word.len;
	trim(left);
	return word;
}

/* Letters as they come, a '-' or none: "sha256" is "SHA-256". */
static bool is_word(const struct text *t, const char *name)
{
	size_t i = 0;

	for (; *name; name++) {
		char c = i < t->len ? t->at[i] : '\0';
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		char wanted = *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;
		if (wanted == '-' && c != '-')
			continue;
		if (c != wanted)
			return false;
		i++;
	}
	return i == t->len;
}

struct choice {
	const char *name;
	int value;
};

static bool choose(const struct text *t, const struct choice *choices, int *out)
{
	for (; choices->name; choices++) {
		if (!is_word(t, choices->name))
			continue;
		*out = choices->value;
		return true;
	}
	return false;
}

static bool copy(char *out, size_t room, const struct text *t, const char **why)
{
	*why = !t->len ? "there is nothing behind it" : "it is too long";
	if (!t->len || t->len >= room)
		return false;
	*why = "an octet of it is 0";
	if (memchr(t->at, '\0', t->len))
		return false;
	memcpy(out, t->at, t->len);
	out[t->len] = '\0';
	return true;
}

static bool take_passphrase(char *out, const struct text *t, const char **why)
{
	if (!copy(out, LOGIN_WORD_MAX, t, why))
		return false;
	*why = "a passphrase has 8 characters or more";
	return t->len >= LOGIN_PASSPHRASE_LEAST;
}

static bool take_version(struct snmp_login *l, struct text *value, const char **why)
{
	static const struct choice versions[] = {
		{ "1", LOGIN_V1 }, { "2c", LOGIN_V2C }, { "2", LOGIN_V2C }, { "3", LOGIN_V3 }, { NULL, 0 }
	};
	int v;

	*why = "the version is 1, 2c or 3";
	if (!choose(value, versions, &v))
		return false;
	l->version = (enum login_version)v;
	return true;
}

static bool take_auth(struct snmp_login *l, struct text *value, const char **why)
{
	static const struct choice kinds[] = { { "MD5", LOGIN_MD5 },         { "SHA", LOGIN_SHA },
					       { "SHA-1", LOGIN_SHA },       { "SHA-224", LOGIN_SHA_224 },
					       { "SHA-256", LOGIN_SHA_256 }, { "SHA-384", LOGIN_SHA_384 },
					       { "SHA-512", LOGIN_SHA_512 }, { NULL, 0 } };
	struct text kind = next_word(value);
	int v;

	*why = "it is one of MD5, SHA, SHA-224, SHA-256, SHA-384, SHA-512, and a passphrase";
	if (!choose(&kind, kinds, &v))
		return false;
	l->auth = (enum login_auth)v;
	return take_passphrase(l->auth_passphrase, value, why);
}

static bool take_priv(struct snmp_login *l, struct text *value, const char **why)
{
	static const struct choice kinds[] = { { "DES", LOGIN_DES },         { "AES", LOGIN_AES },
					       { "AES-128", LOGIN_AES },     { "AES-192", LOGIN_AES_192 },
					       { "AES-256", LOGIN_AES_256 }, { NULL, 0 } };
	struct text kind = next_word(value);
	int v;

	*why = "it is one of DES, AES, AES-192, AES-256, and a passphrase";
	if (!choose(&kind, kinds, &v))
		return false;
	l->priv = (enum login_priv)v;
	return take_passphrase(l->priv_passphrase, value, why);
}

static bool take_port(struct snmp_login *l, struct text *value, const char **why)
{
	uint32_t port = 0;

	*why = "the port is a number from 1 to 65535";
	for (size_t i = 0; i < value->len; i++) {
		if (value->at[i] < '0' || value->at[i] > '9' || port > UINT16_MAX)
			return false;
		port = port * 10 + (uint32_t)(value->at[i] - '0');
	}
	l->port = (uint16_t)port;
	return port && port <= UINT16_MAX;
}

static bool take_community(struct snmp_login *l, struct text *value, const char **why)
{
	return copy(l->community, sizeof(l->community), value, why);
}

static bool take_user(struct snmp_login *l, struct text *value, const char **why)
{
	return copy(l->user, sizeof(l->user), value, why);
}

static bool take_context(struct snmp_login *l, struct text *value, const char **why)
{
	return copy(l->context, sizeof(l->context), value, why);
}

bool snmp_login_line(struct snmp_login *l, const char *line, size_t len, const char **why)
{
	static const struct {
		const char *name;
		bool (*take)(struct snmp_login *l, struct text *value, const char **why);
	} lines[] = {
		{ "version", take_version }, { "community", take_community }, { "user", take_user },
		{ "context", take_context }, { "auth", take_auth },           { "priv", take_priv },
		{ "port", take_port },
	};
	struct text left = { line, len };

	*why = "";
	trim(&left);
	if (!left.len || left.at[0] == '#')
		return true;
	struct text name = next_word(&left);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (is_word(&name, lines[i].name))
			return lines[i].take(l, &left, why);
	*why = "it begins with none of version, community, user, auth, priv, context, port";
	return false;
}

bool snmp_login_check(const struct snmp_login *l, const char **why)
{
	*why = "";
	if (l->version != LOGIN_V3 && (l->user[0] || l->auth || l->priv))
		*why = "user, auth and priv are of version 3";
	else if (l->version == LOGIN_V3 && !l->user[0])
		*why = "version 3 needs a user";
	else if (l->priv && !l->auth)
		*why = "priv needs auth";
	return !(*why)[0];
}
