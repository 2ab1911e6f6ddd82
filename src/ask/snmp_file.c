/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/snmp_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LINE_MOST = 512 };

static enum err tell(char why[SNMP_FILE_WHY_MAX], const char *path, unsigned line, const char *what)
{
	if (line)
		snprintf(why, SNMP_FILE_WHY_MAX, "'%.255s', line %u: %s", path, line, what);
	else
		snprintf(why, SNMP_FILE_WHY_MAX, "'%.255s': %s", path, what);
	return ERR_FORMAT;
}

static enum err read_lines(FILE *f, const char *path, struct snmp_login *out, char why[SNMP_FILE_WHY_MAX])
{
	char line[LINE_MOST];
	const char *what = "";
	enum err e = ERR_OK;

	for (unsigned number = 1; !e && fgets(line, sizeof(line), f); number++) {
		size_t len = strcspn(line, "\n");
		if (line[len] != '\n' && !feof(f))
			e = tell(why, path, number, "the line is too long, or no text");
		else if (!snmp_login_line(out, line, len, &what))
			e = tell(why, path, number, what);
	}
	explicit_bzero(line, sizeof(line));
	if (!e && ferror(f))
		e = tell(why, path, 0, strerror(errno));
	if (!e && !snmp_login_check(out, &what))
		e = tell(why, path, 0, what);
	return e;
}

enum err snmp_file_read(const char *path, struct snmp_login *out, char why[SNMP_FILE_WHY_MAX])
{
	FILE *f = fopen(path, "re");
	struct stat s;
	enum err e;

	why[0] = '\0';
	*out = (struct snmp_login){ 0 };
	if (!f) {
		snprintf(why, SNMP_FILE_WHY_MAX, "cannot read '%.255s': %s", path, strerror(errno));
		return ERR_SYS;
	}
	if (fstat(fileno(f), &s) != 0 || !S_ISREG(s.st_mode))
		e = tell(why, path, 0, "this is no file");
	else if (s.st_mode & (S_IRWXO | S_IWGRP))
		e = tell(why, path, 0, "it holds secrets, and others may read or write it: chmod 600");
	else {
		*out = snmp_login_default();
		e = read_lines(f, path, out, why);
	}
	fclose(f);
	if (e)
		explicit_bzero(out, sizeof(*out));
	return e;
}
