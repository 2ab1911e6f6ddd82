/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/query_keys.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MOST = 4096 };

/* A line ends with its newline, or with the file. */
static bool holds_nul(const char *line, size_t len, FILE *f)
{
	return len < LINE_MOST && (!len || line[len - 1] != '\n') && !feof(f);
}

/* As ntp_key_parse(); says what is wrong, but not of other keys: daemons know types that we do not. */
static int take_line(const struct command *self, const char *path, unsigned number, const char *line,
		     bool is_text, uint32_t id, enum ntp_key_dialect dialect, struct ntp_key *out)
{
	size_t len = strlen(line);
	const char *why = is_text ? "the line is too long" : "this is no text: an octet of it is 0";

	*out = (struct ntp_key){ 0 };
	int kind = !is_text || len >= LINE_MOST ? -1 : ntp_key_parse(line, len, dialect, out, &why);
	if (kind >= 0)
		return kind;
	if (out->id && out->id != id)
		return 0;
	command_error(self, "'%s', line %u: %s", path, number, why);
	return -1;
}

int query_key_read(const struct command *self, const char *path, uint32_t id, enum ntp_key_dialect dialect,
		   struct ntp_key *out)
{
	char line[LINE_MOST + 1];
	struct ntp_key key;
	bool is_found = false, is_bad = false;
	unsigned number = 0;
	FILE *f = fopen(path, "re");

	if (!f) {
		command_error(self, "cannot read '%s': %s", path, strerror(errno));
		return STATUS_FAILED;
	}
	while (!is_found && !is_bad && fgets(line, sizeof(line), f)) {
		bool is_text = !holds_nul(line, strlen(line), f);
		int kind = take_line(self, path, ++number, line, is_text, id, dialect, &key);
		is_bad = kind < 0;
		is_found = kind > 0 && key.id == id;
	}
	bool is_unread = ferror(f);
	if (is_unread)
		command_error(self, "cannot read '%s': %s", path, strerror(errno));
	else if (!is_found && !is_bad)
		command_error(self, "'%s' has no key %u", path, id);
	fclose(f);
	if (is_found)
		*out = key;
	explicit_bzero(line, sizeof(line));
	explicit_bzero(&key, sizeof(key));
	return is_found ? STATUS_OK : STATUS_FAILED;
}
