/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/journal_day.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zstd.h>

#include "store/inherit.h"

enum { LINE_MOST = 65536, PIECE = 1 << 16, LEVEL = 3 };

/* So long is waited for whoever packs to be done with what takes no time. */
enum { PACKING_TRIES = 2000, PACKING_PAUSE_NS = 1000000 };

/* ---- reading ------------------------------------------------------------------------------------- */

struct lines {
	char text[LINE_MOST];
	size_t len;
	bool is_too_long;
	bool (*line)(void *arg, char *text);
	void *arg;
};

static bool take(struct lines *l, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n') {
			l->text[l->len] = '\0';
			if (!l->is_too_long && !l->line(l->arg, l->text))
				return false;
			l->len = 0;
			l->is_too_long = false;
		} else if (l->len == sizeof(l->text) - 1) {
			l->is_too_long = true;
		} else {
			l->text[l->len++] = p[i];
		}
	}
	return true;
}

static enum err read_plain(FILE *f, struct lines *l)
{
	char piece[PIECE];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), f)))
		if (!take(l, piece, n))
			return ERR_END;
	return ferror(f) ? ERR_SYS : ERR_OK;
}

static enum err read_packed(FILE *f, struct lines *l)
{
	char in[PIECE], out[PIECE];
	ZSTD_DStream *z = ZSTD_createDStream();
	enum err e = z ? ERR_OK : ERR_MEMORY;
	size_t n, left = 0;

	while (!e && (n = fread(in, 1, sizeof(in), f))) {
		ZSTD_inBuffer from = { .src = in, .size = n };
		while (!e && from.pos < from.size) {
			ZSTD_outBuffer to = { .dst = out, .size = sizeof(out) };
			left = ZSTD_decompressStream(z, &to, &from);
			if (!take(l, out, to.pos))
				e = ERR_END;
			else if (ZSTD_isError(left))
				e = ERR_FORMAT;
		}
	}
	if (!e && ferror(f))
		e = ERR_SYS;
	if (!e && left) /* the last frame is not whole */
		e = ERR_FORMAT;
	ZSTD_freeDStream(z);
	return e;
}

static enum err read_file(FILE *f, bool is_packed, bool (*line)(void *arg, char *text), void *arg)
{
	struct lines *l = malloc(sizeof(*l));

	if (!l)
		return ERR_MEMORY;
	l->len = 0;
	l->is_too_long = false;
	l->line = line;
	l->arg = arg;
	enum err e = is_packed ? read_packed(f, l) : read_plain(f, l);
	free(l);
	return e;
}

/* A pipe has no writer, a device no end, a folder no lines; a link to nowhere or to itself is not nothing. */
bool journal_day_is_strange(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return !S_ISREG(st.st_mode);
	return (errno == ENOENT || errno == ELOOP) && lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

/* NULL, and *e: ERR_OK when there is none. */
static FILE *open_to_read(const char *path, enum err *e)
{
	bool is_none_of_ours = journal_day_is_strange(path);
	FILE *f = is_none_of_ours ? NULL : fopen(path, "re");

	*e = is_none_of_ours ? ERR_FORMAT : f || errno == ENOENT ? ERR_OK : ERR_SYS;
	return f;
}

/* Whether a plain file has other lines than the archive that was opened after it.  Whoever packs it holds
 * it; as long as he has not put the new archive in its place, that which was opened is the old one.
 * Should he be stopped just then, twice is better than not at all. */
static bool is_beside(FILE *plain, const char *archive)
{
	const struct timespec pause = { .tv_nsec = PACKING_PAUSE_NS };
	char aside[PATH_MAX];
	struct stat st;

	if (snprintf(aside, sizeof(aside), "%s.part", archive) >= (int)sizeof(aside))
		return true;
	for (int i = 0; i < PACKING_TRIES; i++) {
		if (flock(fileno(plain), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK)
			return fstat(fileno(plain), &st) == 0 && st.st_nlink > 0;
		if (access(aside, F_OK) == 0)
			return true;
		nanosleep(&pause, NULL);
	}
	return true;
}

/* Both, either of which may be NULL. */
static enum err read_files(FILE *archive, FILE *plain, bool (*line)(void *arg, char *text), void *arg)
{
	enum err old_e = archive ? read_file(archive, true, line, arg) : ERR_OK;
	enum err e = old_e == ERR_FORMAT ? ERR_OK : old_e;

	if (!e && plain)
		e = read_file(plain, false, line, arg);
	return e ? e : old_e;
}

enum err journal_day_read(const char *plain, const char *archive, bool (*line)(void *arg, char *text),
			  void *arg)
{
	enum err e, old_e = ERR_OK;
	FILE *f = open_to_read(plain, &e);
	FILE *old = e == ERR_SYS ? NULL : open_to_read(archive, &old_e);

	if (f && !is_beside(f, archive)) { /* packed by now */
		fclose(f);
		f = NULL;
		if (old)
			fclose(old);
		old = open_to_read(archive, &old_e);
	}
	if (!f && !old && !e && !old_e) {
		errno = ENOENT;
		e = ERR_SYS;
	}
	if (e != ERR_SYS && old_e != ERR_SYS) {
		enum err read_e = read_files(old, f, line, arg);
		e = read_e ? read_e : e ? e : old_e;
	}
	int why = errno;
	if (f)
		fclose(f);
	if (old)
		fclose(old);
	errno = why;
	return e ? e : old_e;
}

/* ---- packing ------------------------------------------------------------------------------------- */

static enum err pack(FILE *in, FILE *out)
{
	char from[PIECE + 2], to[PIECE];
	ZSTD_CStream *z = ZSTD_createCStream();
	bool is_set = z && !ZSTD_isError(ZSTD_initCStream(z, LEVEL)) &&
		      !ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1));
	enum err e = is_set ? ERR_OK : ERR_MEMORY;
	char last = '\n';
	bool is_last = false;

	while (!e && !is_last) {
		size_t n = fread(from, 1, PIECE, in), left;
		is_last = n < PIECE;
		if (n)
			last = from[n - 1];
		if (is_last && last != '\n') { /* more may be added behind an unfinished line */
			from[n++] = JOURNAL_CUT;
			from[n++] = '\n';
		}
		ZSTD_inBuffer i = { .src = from, .size = n };
		do {
			ZSTD_outBuffer o = { .dst = to, .size = sizeof(to) };
			left = ZSTD_compressStream2(z, &o, &i, is_last ? ZSTD_e_end : ZSTD_e_continue);
			if (ZSTD_isError(left) || fwrite(to, 1, o.pos, out) != o.pos)
				e = ERR_SYS;
		} while (!e && (is_last ? left : i.pos < i.size));
	}
	ZSTD_freeCStream(z);
	return e || ferror(in) ? ERR_SYS : ERR_OK;
}

/* What was packed before comes first: frames of zstd may follow each other. */
static enum err copy_old(const char *archive, FILE *out)
{
	char piece[PIECE];
	size_t n;
	FILE *old = fopen(archive, "re");

	if (!old)
		return errno == ENOENT ? ERR_OK : ERR_SYS;
	while ((n = fread(piece, 1, sizeof(piece), old)))
		if (fwrite(piece, 1, n, out) != n)
			break;
	enum err e = ferror(old) || ferror(out) ? ERR_SYS : ERR_OK;
	fclose(old);
	return e;
}

/* Whoever appends to a file holds it, and so does another that packs it; that one may have been quicker. */
static bool is_ours_alone(FILE *in)
{
	struct stat st;
	return flock(fileno(in), LOCK_EX | LOCK_NB) == 0 && fstat(fileno(in), &st) == 0 && st.st_nlink > 0;
}

static enum err write_archive(FILE *in, FILE *out, const char *archive)
{
	enum err e = copy_old(archive, out);

	if (!e)
		e = pack(in, out);
	if (!e && (fflush(out) != 0 || fsync(fileno(out)) != 0))
		e = ERR_SYS;
	if (fclose(out) != 0)
		e = ERR_SYS;
	return e;
}

enum err journal_day_pack(const char *plain, const char *archive)
{
	char aside[PATH_MAX];
	enum err e;

	if (snprintf(aside, sizeof(aside), "%s.part", archive) >= (int)sizeof(aside))
		return ERR_SYS;
	FILE *in = open_to_read(plain, &e);
	FILE *out = in && is_ours_alone(in) ? fopen(aside, "we") : NULL;
	e = ERR_SYS;
	if (out) {
		inherit_owner(aside);
		e = write_archive(in, out, archive);
		if (!e && rename(aside, archive) != 0)
			e = ERR_SYS;
		unlink(e ? aside : plain);
	}
	if (in)
		fclose(in); /* and lets go of it */
	return e;
}
