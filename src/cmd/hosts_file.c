/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/hosts_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Many millions of names; a device that never ends has more. */
enum { HOSTS_FILE_MAX = 256 << 20 };

/* NULL with errno. */
static char *read_whole(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	size_t cap = 0;
	*len = 0;
	if (!f)
		return NULL;
	for (;;) {
		if (*len == cap) {
			if (cap >= HOSTS_FILE_MAX) {
				errno = EFBIG;
				goto fail;
			}
			cap = cap ? cap * 2 : 65536;
			char *grown = realloc(text, cap);
			if (!grown)
				goto fail;
			text = grown;
		}
		size_t n = fread(text + *len, 1, cap - *len, f);
		*len += n;
		if (n == 0)
			break;
	}
	if (ferror(f))
		goto fail;
	fclose(f);
	return text;
fail:;
	int error = errno;
	fclose(f);
	free(text);
	errno = error;
	return NULL;
}

int hosts_file_read(const struct command *self, const char *path, struct hosts *h)
{
	size_t len;
	unsigned line;
	const char *why;
	char *text = read_whole(path, &len);

	*h = (struct hosts){ 0 };
	if (!text) {
		command_error(self, "cannot read '%s': %s", path, strerror(errno));
		return STATUS_FAILED;
	}
	enum err e = hosts_parse(h, text, len, &line, &why);
	free(text);
	if (!e)
		return STATUS_OK;
	if (e == ERR_FORMAT)
		command_error(self, "'%s', line %u: %s", path, line, why);
	else
		command_error(self, "cannot read '%s': %s", path, err_text(e));
	return STATUS_FAILED;
}
