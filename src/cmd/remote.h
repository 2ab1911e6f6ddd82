/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a running monitor knows, by its HTTP interface (docs/openapi.yaml), for the commands that
 * have --url.
 *
 *	struct remote *r = remote_open(self, &s.remote);
 *	if (!r)
 *		return STATUS_FAILED;
 *	...
 *	remote_close(r);
 */
#ifndef CMD_REMOTE_H
#define CMD_REMOTE_H

#include <jansson.h>

#include "cmd/command.h"
#include "cmd/options.h"
#include "engine/census.h"
#include "net/http_get.h"
#include "present/client_rows.h"

struct remote_options {
	const char *url;
	const char *user, *password_file, *token_file, *authorities;
};

/* Rows of an option table; at is the offset of the struct in the settings. */
#define REMOTE_ROWS(at)                                                                           \
	{ 0,           "url",                                                                     \
	  "URL",       "of a running monitor: http://127.0.0.1:8123",                             \
	  OPTION_TEXT, .offset = (at) + offsetof(struct remote_options, url) },                   \
		{ 0,           "token-file",                                                      \
		  "FILE",      "its first line is the token",                                     \
		  OPTION_TEXT, .offset = (at) + offsetof(struct remote_options, token_file) },    \
		{ 0,           "password-file",                                                   \
		  "FILE",      "its first line is the password",                                  \
		  OPTION_TEXT, .offset = (at) + offsetof(struct remote_options, password_file) }, \
		{ 0,           "web-user",                                                        \
		  "NAME",      "whose password it is (ntpscope)",                                 \
		  OPTION_TEXT, .offset = (at) + offsetof(struct remote_options, user) },          \
	{                                                                                         \
		0, "ca-file", "FILE", "trust these certificates, PEM", OPTION_TEXT,               \
			.offset = (at) + offsetof(struct remote_options, authorities)             \
	}

struct remote;

/* NULL after one line on standard error.  Nothing is asked yet. */
struct remote *remote_open(const struct command *self, const struct remote_options *o);
void remote_close(struct remote *r);

/* Where a question goes: path, and parameters in pairs of name and value, ended by NULL; NULL
 * values are left out. False when it is too long. */
bool remote_address(const struct remote *r, char out[HTTP_URL_MAX], const char *path, ...)
	__attribute__((sentinel));

/* As http_get(); why is a whole sentence with the address in it. */
enum err remote_get(struct remote *r, const char *address,
		    bool (*take)(void *arg, const char *data, size_t len), void *arg, char why[HTTP_WHY_MAX]);

/* A whole answer, parsed; NULL and why when there is none. */
json_t *remote_json(struct remote *r, const char *address, char why[HTTP_WHY_MAX]);

/* ---- rows of the list ---------------------------------------------------------------------------- */

/* A client and its name, NULL without. */
struct remote_client {
	struct client_info info;
	char *name;
};

/* What it does not say is 0, or undefined.  False when it is no row, or without memory; then
 * nothing is to be freed. */
bool remote_client_read(const json_t *row, struct remote_client *out);
void remote_client_release(struct remote_client *c);

/* A number of an object, 0 when it is not there. */
double remote_number(const json_t *object, const char *key);

#endif
