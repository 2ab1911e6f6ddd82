/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/choices.h"

#include <string.h>

enum { WORD_MAX = 48 };

static bool complain(const struct command *self, const char *option, const char *word,
		     const char *(*name)(unsigned i), unsigned n)
{
	char known[512];
	const char *names[64];
	size_t len = 0;

	for (unsigned i = 0; i < n && len < sizeof(known); i++) {
		names[i] = name(i);
		len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", i ? " " : "", names[i]);
	}
	const char *near = options_nearest(word, names, n);
	if (near)
		command_error(self, "bad value '%s' for '--%s'; did you mean '%s'?", word, option, near);
	else
		command_error(self, "bad value '%s' for '--%s': one or more of %s", word, option, known);
	return false;
}

/* The words of one value, set apart by commas. */
static bool take(const struct command *self, const char *option, const char *value,
		 const char *(*name)(unsigned i), unsigned n, uint64_t *mask)
{
	for (;;) {
		char word[WORD_MAX];
		size_t len = strcspn(value, ",");
		unsigned i = 0;
		snprintf(word, sizeof(word), "%.*s", (int)(len < WORD_MAX ? len : WORD_MAX - 1), value);
		while (i < n && strcmp(word, name(i)) != 0)
			i++;
		if (i == n || len >= WORD_MAX)
			return complain(self, option, word, name, n);
		*mask |= UINT64_C(1) << i;
		if (!value[len])
			return true;
		value += len + 1;
	}
}

bool choices_mask(const struct command *self, const char *option, const struct text_list *lists,
		  const char *(*name)(unsigned i), unsigned n, uint64_t *mask)
{
	*mask = lists->n ? 0 : UINT64_MAX;
	for (size_t i = 0; i < lists->n; i++)
		if (!take(self, option, lists->at[i], name, n, mask))
			return false;
	return true;
}
