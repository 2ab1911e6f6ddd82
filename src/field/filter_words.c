/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names for numbers: Wireshark takes its own descriptions of values for values (ntp.flags.mode == client),
 * and a field that is meant when there is none of that name.
 */
#include <string.h>
#include <strings.h>

#include "field/filter_tree.h"

struct value_word {
	const char *field;
	uint8_t value;
	const char *text;
};

static const struct value_word value_words[] = {
	{ "ntp.flags.li", 0, "no warning" },
	{ "ntp.flags.li", 1, "last minute of the day has 61 seconds" },
	{ "ntp.flags.li", 2, "last minute of the day has 59 seconds" },
	{ "ntp.flags.li", 3, "unknown (clock unsynchronized)" },
	{ "ntp.flags.vn", 0, "reserved" },
	{ "ntp.flags.vn", 1, "NTP Version 1" },
	{ "ntp.flags.vn", 2, "NTP Version 2" },
	{ "ntp.flags.vn", 3, "NTP Version 3" },
	{ "ntp.flags.vn", 4, "NTP Version 4" },
	{ "ntp.flags.mode", 0, "reserved" },
	{ "ntp.flags.mode", 1, "symmetric active" },
	{ "ntp.flags.mode", 2, "symmetric passive" },
	{ "ntp.flags.mode", 3, "client" },
	{ "ntp.flags.mode", 4, "server" },
	{ "ntp.flags.mode", 5, "broadcast" },
	{ "ntp.flags.mode", 6, "reserved for NTP control message" },
	{ "ntp.flags.mode", 7, "reserved for private use" },
	{ "ip.flags.rb", 1, "Set" },
	{ "ip.flags.rb", 0, "Not set" },
	{ "ip.flags.df", 1, "Set" },
	{ "ip.flags.df", 0, "Not set" },
	{ "ip.flags.mf", 1, "Set" },
	{ "ip.flags.mf", 0, "Not set" },
};

static bool says(const char *word, const char *text, uint32_t len)
{
	return strlen(word) == len && strncasecmp(word, text, len) == 0;
}

bool filter_word(const struct field *f, const char *text, uint32_t len, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < sizeof(value_words) / sizeof(value_words[0]); i++) {
		const struct value_word *w = &value_words[i];
		if (strcmp(w->field, f->name) != 0 || !says(w->text, text, len))
			continue;
		*out = w->value;
		return true;
	}
	*out = says("true", text, len);
	return f->type == FIELD_BOOLEAN && (*out || says("false", text, len));
}

enum { NAME_MAX_LEN = 48 };

/* Levenshtein's distance of a (na octets) and b. */
static unsigned distance(const char *a, uint32_t na, const char *b)
{
	unsigned row[NAME_MAX_LEN + 1];
	size_t nb = strlen(b);
	if (na > NAME_MAX_LEN || nb > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (size_t j = 0; j <= nb; j++)
		row[j] = (unsigned)j;
	for (uint32_t i = 1; i <= na; i++) {
		unsigned diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[nb];
}

/* "mode" for ntp.flags.mode. */
static bool ends_with(const char *name, const char *text, uint32_t len)
{
	size_t n = strlen(name);
	return n > len && name[n - len - 1] == '.' && memcmp(name + n - len, text, len) == 0;
}

/* NTP's before others', short before long: ntp.flags.mode. */
static bool is_nearer(const char *name, const char *than)
{
	if (!than)
		return true;
	bool a = strncmp(name, "ntp.", 4) == 0, b = strncmp(than, "ntp.", 4) == 0;
	return a != b ? a : strlen(name) < strlen(than);
}

const char *filter_nearest(const char *name, uint32_t len)
{
	unsigned best = len < 4 ? 2 : len < 8 ? 3 : 4; /* up to a third may be wrong */
	const char *found = NULL, *tail = NULL;
	const struct field *f;
	for (size_t i = 0; (f = field_at(i)); i++) {
		unsigned d = distance(name, len, f->name);
		if (d < best) {
			best = d;
			found = f->name;
		}
		if (len > 2 && ends_with(f->name, name, len) && is_nearer(f->name, tail))
			tail = f->name;
	}
	return found ? found : tail;
}
