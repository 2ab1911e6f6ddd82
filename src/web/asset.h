/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of the page, inside the program and compressed already: tools/embed.py makes the table
 * from web/dist.
 */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include <stddef.h>

struct asset {
	const char *path; /* "/app.js" */
	const char *type; /* of its content */
	const char *etag; /* with its quotes */
	const unsigned char *gzip, *gzip_end;
	const unsigned char *plain, *plain_end;
};

/* Ends in an entry without path. */
extern const struct asset assets[];

/* "/" is the page.  So are the addresses of its views, which name no file: "/clients".  NULL: no
 * such file. */
const struct asset *asset_find(const char *path);

#endif
