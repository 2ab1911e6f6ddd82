/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/asset.h"

#include <string.h>

static const struct asset *named(const char *path)
{
	const struct asset *a = assets;

	while (a->path && strcmp(a->path, path) != 0)
		a++;
	return a->path ? a : NULL;
}

const struct asset *asset_find(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash || strncmp(path, "/api/", 5) == 0)
		return NULL;
	return named(strchr(slash, '.') ? path : "/index.html");
}
