/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ntp_keys.h"

#include <string.h>

enum { LONGEST_TEXT = 20, AES128_LEN = 16, AES256_LEN = 32 };

struct word {
	const char *at;
	size_t len;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct word next_word(const char **at, const char *end)
{
	while (*at < end && is_blank(**at))
		(*at)++;
	struct word w = { .at = *at };
	while (*at < end && !is_blank(**at))
		(*at)++;
	w.len = (size_t)(*at - w.at);
	return w;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_word(const struct word *w, const char *text)
{
	if (w->len != strlen(text))
		return false;
	for (size_t i = 0; i < w->len; i++)
		if (lower(w->at[i]) != lower(text[i]))
			return false;
	return true;
}

static int hex_digit(char c)
{
	c = lower(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_id(const struct word *w, uint32_t *out)
{
	uint64_t id = 0;

	for (size_t i = 0; i < w->len; i++) {
		if (w->at[i] < '0' || w->at[i] > '9')
			return false;
		id = id * 10 + (uint64_t)(w->at[i] - '0');
		if (id > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)id;
	return id > 0;
}

/* As the daemons write them, and with the dashes that people put in. */
static bool parse_type(const struct word *w, uint8_t *out)
{
	static const struct {
		const char *name;
		uint8_t type;
	} names[] = {
		{ "MD5", NTP_KEY_MD5 },           { "M", NTP_KEY_MD5 },
		{ "SHA1", NTP_KEY_SHA1 },         { "SHA", NTP_KEY_SHA1 },
		{ "SHA-1", NTP_KEY_SHA1 },        { "SHA256", NTP_KEY_SHA256 },
		{ "SHA-256", NTP_KEY_SHA256 },    { "SHA384", NTP_KEY_SHA384 },
		{ "SHA-384", NTP_KEY_SHA384 },    { "SHA512", NTP_KEY_SHA512 },
		{ "SHA-512", NTP_KEY_SHA512 },    { "AES", NTP_KEY_AES128 },
		{ "AES128", NTP_KEY_AES128 },     { "AES-128", NTP_KEY_AES128 },
		{ "AES128CMAC", NTP_KEY_AES128 }, { "AES-CMAC", NTP_KEY_AES128 },
		{ "AES256", NTP_KEY_AES256 },     { "AES-256", NTP_KEY_AES256 },
		{ "AES256CMAC", NTP_KEY_AES256 },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is_word(w, names[i].name)) {
			*out = names[i].type;
			return true;
		}
	return false;
}

static bool all_hex(const struct word *w)
{
	for (size_t i = 0; i < w->len; i++)
		if (hex_digit(w->at[i]) < 0)
			return false;
	return w->len && w->len % 2 == 0;
}

static bool take_hex(const struct word *w, struct ntp_key *out)
{
	if (!all_hex(w) || w->len > (size_t)2 * NTP_KEY_MAX)
		return false;
	for (size_t i = 0; i < w->len; i += 2)
		out->octets[i / 2] = (uint8_t)(16 * hex_digit(w->at[i]) + hex_digit(w->at[i + 1]));
	out->len = (uint16_t)(w->len / 2);
	return true;
}

static bool take_text(const struct word *w, struct ntp_key *out)
{
	if (!w->len || w->len > NTP_KEY_MAX)
		return false;
	memcpy(out->octets, w->at, w->len);
	out->len = (uint16_t)w->len;
	return true;
}

static bool has_prefix(const struct word *w, const char *prefix, struct word *rest)
{
	struct word head = { .at = w->at, .len = strlen(prefix) };

	if (w->len < head.len || !is_word(&head, prefix))
		return false;
	*rest = (struct word){ .at = w->at + head.len, .len = w->len - head.len };
	return true;
}

static bool take_key(const struct word *w, enum ntp_key_dialect dialect, struct ntp_key *out)
{
	struct word rest;

	if (dialect != NTP_KEYS_NTP && has_prefix(w, "HEX:", &rest))
		return take_hex(&rest, out);
	if (dialect != NTP_KEYS_NTP && has_prefix(w, "ASCII:", &rest))
		return take_text(&rest, out);
	if (dialect == NTP_KEYS_CHRONY || w->len <= LONGEST_TEXT)
		return take_text(w, out);
	return dialect == NTP_KEYS_AUTO && !all_hex(w) ? take_text(w, out) : take_hex(w, out);
}

int ntp_key_parse(const char *line, size_t len, enum ntp_key_dialect dialect, struct ntp_key *out,
		  const char **why)
{
	const char *at = line, *end = line + len;
	struct word id = next_word(&at, end), type = next_word(&at, end);

	if (!id.len || id.at[0] == '#' || id.at[0] == '!' || id.at[0] == '%')
		return 0;
	*out = (struct ntp_key){ .type = NTP_KEY_MD5 };
	struct word key = next_word(&at, end);
	if (!parse_id(&id, &out->id)) {
		*why = "the key's number is not one from 1 to 4294967295";
		return -1;
	}
	bool has_no_type = !key.len || key.at[0] == '#';
	if (has_no_type) {
		key = type; /* chrony: "1 secret" is MD5 */
	} else if (!parse_type(&type, &out->type)) {
		*why = "unknown type of key; known are MD5, SHA1, SHA256, SHA384, SHA512, AES128, AES256";
		return -1;
	}
	if (!take_key(&key, dialect, out)) {
		*why = "the key is missing, too long, or no hex digits where they have to be";
		return -1;
	}
	if ((out->type == NTP_KEY_AES128 && out->len != AES128_LEN) ||
	    (out->type == NTP_KEY_AES256 && out->len != AES256_LEN)) {
		*why = "an AES128 key has 16 octets, an AES256 key 32";
		return -1;
	}
	return 1;
}

const char *ntp_key_type_name(enum ntp_key_type type)
{
	static const char *const names[N_NTP_KEY_TYPES] = { "MD5",    "SHA1",   "SHA256", "SHA384",
							    "SHA512", "AES128", "AES256" };
	return (unsigned)type < N_NTP_KEY_TYPES ? names[type] : "unknown";
}
