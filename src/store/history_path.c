/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/history_path.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/history_point.h"
#include "store/history_table.h"
#include "store/inherit.h"

/* Of a part: NAME_MAX is 255. */
enum { PART_MOST = 200, ESCAPED_MAX = 3 * HISTORY_TARGET_MAX };

/* What mkstemp() puts behind a name. */
enum { RANDOM_LEN = 6 };

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == ':' || c == '.';
}

/* The whole of it, not yet in parts. */
static bool escape(char out[ESCAPED_MAX], const char *name)
{
	size_t len = 0;

	for (const char *c = name; *c; c++) {
		if (c - name >= HISTORY_TARGET_MAX - 1)
			return false;
		if (is_plain(*c) && (c > name || *c != '.'))
			out[len++] = *c;
		else
			len += (size_t)snprintf(out + len, 4, "%%%02X", (unsigned)(unsigned char)*c);
	}
	out[len] = '\0';
	return len > 0;
}

static int hex_of(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

static bool unescape(char out[HISTORY_TARGET_MAX], const char *text)
{
	size_t len = 0;

	for (const char *c = text; *c; c++) {
		int high = *c == '%' ? hex_of(c[1]) : 0;
		int low = *c == '%' && high >= 0 ? hex_of(c[2]) : 0;
		if (len + 1 >= HISTORY_TARGET_MAX || high < 0 || low < 0)
			return false;
		out[len++] = *c == '%' ? (char)(high * 16 + low) : *c;
		c += *c == '%' ? 2 : 0;
	}
	out[len] = '\0';
	return len > 0;
}

/* Appends the escaped name in parts; calls at() with the path behind each of them. */
static bool put_parts(char out[PATH_MAX], size_t len, const char *escaped, bool (*at)(const char *path))
{
	size_t left = strlen(escaped);

	for (bool is_first = true; left; is_first = false) {
		size_t n = left > PART_MOST ? PART_MOST : left;
		int added = snprintf(out + len, PATH_MAX - len, "%s%.*s", is_first ? "/" : "/+", (int)n,
				     escaped);
		if (added >= (int)(PATH_MAX - len))
			return false;
		len += (size_t)added;
		escaped += n;
		left -= n;
		if (at && !at(out))
			return false;
	}
	return true;
}

bool history_path(char out[PATH_MAX], const char *folder, const char *name, const char *series,
		  const char *ending)
{
	char escaped[ESCAPED_MAX];
	int len = snprintf(out, PATH_MAX, "%s/rrd", folder);

	if (len >= PATH_MAX || !escape(escaped, name) || !put_parts(out, (size_t)len, escaped, NULL))
		return false;
	if (!*series)
		return true;
	len = (int)strlen(out);
	return history_is_series(series) &&
	       snprintf(out + len, (size_t)(PATH_MAX - len), "/%s%s", series, ending) < PATH_MAX - len;
}

static bool make_one(const char *path)
{
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return false;
	inherit_owner(path);
	return true;
}

enum err history_path_make(const char *folder, const char *name)
{
	char escaped[ESCAPED_MAX], path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/rrd", folder);

	if (len >= PATH_MAX || !escape(escaped, name)) {
		errno = ENAMETOOLONG;
		return ERR_SYS;
	}
	return make_one(path) && put_parts(path, (size_t)len, escaped, make_one) ? ERR_OK : ERR_SYS;
}

/* ---- walking ------------------------------------------------------------------------------------- */

struct walk {
	/* NULL: what is left half made is taken away. */
	bool (*each)(void *arg, const char *path, const char *name, const char *series);
	void *arg;
};

/* Of a file in the making: ours, ".rrd.new", and librrd's, with six letters and digits behind its name. */
static bool is_left(const char *ending)
{
	bool is_new = strncmp(ending, ".rrd.new", 8) == 0;

	if (!is_new && strncmp(ending, ".rrd", 4) != 0)
		return false;
	const char *random = ending + (is_new ? 8 : 4);
	size_t n = strspn(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
	return !random[n] && (n == RANDOM_LEN || (is_new && !n));
}

/* "offset_s.rrd", and what is left of one. */
static enum err take_file(const struct walk *w, const char *path, const char *file, const char *escaped)
{
	char name[HISTORY_TARGET_MAX], series[HISTORY_NAME_MAX];
	const char *dot = strchr(file, '.');

	if (!dot || dot - file >= HISTORY_NAME_MAX || !unescape(name, escaped))
		return ERR_OK;
	snprintf(series, sizeof(series), "%.*s", (int)(dot - file), file);
	if (!history_is_series(series))
		return ERR_OK;
	if (w->each && strcmp(dot, ".rrd") == 0)
		return w->each(w->arg, path, name, series) ? ERR_OK : ERR_END;
	if (!w->each && is_left(dot))
		unlink(path);
	return ERR_OK;
}

static enum err walk_folder(const struct walk *w, const char *path, const char *escaped, int depth);

static enum err take_entry(const struct walk *w, const char *folder, const char *escaped,
			   const struct dirent *d, int depth)
{
	char path[PATH_MAX], longer[ESCAPED_MAX];
	bool is_more = d->d_name[0] == '+';

	if (d->d_name[0] == '.' || snprintf(path, sizeof(path), "%s/%s", folder, d->d_name) >= PATH_MAX)
		return ERR_OK;
	if (depth > 0 && !is_more)
		return take_file(w, path, d->d_name, escaped);
	if ((depth == 0) == is_more ||
	    snprintf(longer, sizeof(longer), "%s%s", escaped, d->d_name + is_more) >= ESCAPED_MAX)
		return ERR_OK;
	return walk_folder(w, path, longer, depth + 1);
}

/* Four parts are the longest that a name can be. */
static enum err walk_folder(const struct walk *w, const char *path, const char *escaped, int depth)
{
	const struct dirent *entry;
	DIR *d = depth <= ESCAPED_MAX / PART_MOST + 1 ? opendir(path) : NULL;
	enum err e = ERR_OK;

	if (!d)
		return depth == 0 ? ERR_SYS : ERR_OK;
	while (!e && (entry = readdir(d)))
		e = take_entry(w, path, escaped, entry, depth);
	closedir(d);
	return e;
}

static enum err walk_all(const char *folder, const struct walk *w)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/rrd", folder) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return ERR_SYS;
	}
	return walk_folder(w, path, "", 0);
}

enum err history_path_walk(const char *folder,
			   bool (*each)(void *arg, const char *path, const char *name, const char *series),
			   void *arg)
{
	return walk_all(folder, &(struct walk){ .each = each, .arg = arg });
}

void history_path_tidy(const char *folder)
{
	(void)walk_all(folder, &(struct walk){ 0 });
}
