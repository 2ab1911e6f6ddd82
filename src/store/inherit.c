/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/inherit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "a/b" and "a/b/" lie in "a", "a" in ".". */
static bool parent_of(const char *path, char out[PATH_MAX])
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len && path[len - 1] != '/')
		len--;
	while (len > 1 && path[len - 1] == '/')
		len--;
	return snprintf(out, PATH_MAX, "%.*s", len ? (int)len : 1, len ? path : ".") < PATH_MAX;
}

static bool is_roots_alone(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == 0 &&
	       (S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_nlink == 1));
}

void inherit_owner(const char *path)
{
	char parent[PATH_MAX];
	struct stat owner;
	int kept = errno;

	if (geteuid() == 0 && parent_of(path, parent) && stat(parent, &owner) == 0 && owner.st_uid != 0) {
		int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0 && is_roots_alone(fd))
			(void)!fchown(fd, owner.st_uid, owner.st_gid);
		if (fd >= 0)
			close(fd);
	}
	errno = kept;
}
