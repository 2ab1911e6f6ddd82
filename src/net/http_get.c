/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/http_get.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct http_client {
	struct http_options options;
	CURL *curl;
	struct curl_slist *headers;
	/* of the request under way */
	bool (*take)(void *arg, const char *data, size_t len);
	void *arg;
	bool stopped;
	char said[1024]; /* the beginning of an answer that is none */
	size_t n_said;
};

struct http_client *http_client_new(const struct http_options *options)
{
	struct http_client *c = calloc(1, sizeof(*c));
	char text[600];

	if (!c)
		return NULL;
	c->options = *options;
	c->curl = curl_easy_init();
	if (options->token) {
		snprintf(text, sizeof(text), "Authorization: Bearer %s", options->token);
		c->headers = curl_slist_append(NULL, text);
		explicit_bzero(text, sizeof(text));
	}
	if (c->curl)
		return c;
	http_client_free(c);
	return NULL;
}

void http_client_free(struct http_client *c)
{
	if (!c)
		return;
	curl_slist_free_all(c->headers);
	if (c->curl)
		curl_easy_cleanup(c->curl);
	free(c);
}

static size_t write_piece(char *data, size_t size, size_t n, void *arg)
{
	struct http_client *c = arg;
	long status = 0;

	n *= size;
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200) {
		size_t room = sizeof(c->said) - 1 - c->n_said, kept = n < room ? n : room;
		memcpy(c->said + c->n_said, data, kept);
		c->n_said += kept;
		return kept == n ? n : 0; /* that is enough of it: it need not have an end */
	}
	c->stopped = !c->take(c->arg, data, n);
	return c->stopped ? 0 : n;
}

static void set_up(struct http_client *c, const char *url, char *error)
{
	const struct http_options *o = &c->options;

	curl_easy_reset(c->curl);
	curl_easy_setopt(c->curl, CURLOPT_URL, url);
	curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, write_piece);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(c->curl, CURLOPT_USERAGENT, "ntpscope/" NTPSCOPE_VERSION);
	curl_easy_setopt(c->curl, CURLOPT_PROXY, ""); /* it is our own server */
	curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT, o->connect_s);
	if (o->silence_s) {
		curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME, o->silence_s);
	}
	if (o->password) {
		curl_easy_setopt(c->curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(c->curl, CURLOPT_USERNAME, o->user);
		curl_easy_setopt(c->curl, CURLOPT_PASSWORD, o->password);
	}
	if (c->headers)
		curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
	if (o->authorities)
		curl_easy_setopt(c->curl, CURLOPT_CAINFO, o->authorities);
}

/* The value of "message" in what our server sends with an error; what cannot be shown is left out. */
static void put_message(const struct http_client *c, long status, char why[HTTP_WHY_MAX])
{
	static const char key[] = "\"message\": \"";
	const char *at = strstr(c->said, key);
	int n = snprintf(why, HTTP_WHY_MAX, "the server says %ld", status);

	if (!at || n < 0)
		return;
	char *to = why + n;
	memcpy(to, ": ", 2);
	to += 2;
	for (at += sizeof(key) - 1; *at && *at != '"' && to < why + HTTP_WHY_MAX - 1; at++) {
		if (*at == '\\' && at[1])
			at++;
		if ((unsigned char)*at >= 0x20 && *at != 0x7f)
			*to++ = *at;
	}
	*to = '\0';
}

enum err http_get(struct http_client *c, const char *url,
		  bool (*take)(void *arg, const char *data, size_t len), void *arg, char why[HTTP_WHY_MAX])
{
	char error[CURL_ERROR_SIZE] = "";
	long status = 0;

	why[0] = '\0';
	c->take = take;
	c->arg = arg;
	c->stopped = false;
	c->n_said = 0;
	set_up(c, url, error);
	CURLcode e = curl_easy_perform(c->curl);
	c->said[c->n_said] = '\0';
	if (c->stopped)
		return ERR_END;
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	if (e != CURLE_OK && !(e == CURLE_WRITE_ERROR && status != 200)) {
		snprintf(why, HTTP_WHY_MAX, "%s", error[0] ? error : curl_easy_strerror(e));
		return ERR_SYS;
	}
	if (status == 200)
		return ERR_OK;
	put_message(c, status, why);
	return ERR_FORMAT;
}

static size_t drop_piece(char *data, size_t size, size_t n, void *arg)
{
	(void)data, (void)arg;
	return size * n;
}

static void set_up_post(struct http_client *c, struct curl_slist *headers, const char *data, size_t len)
{
	curl_easy_setopt(c->curl, CURLOPT_PROXY, NULL);
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, drop_piece);
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE, (long)len);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, data);
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, c->options.silence_s);
}

enum err http_post(struct http_client *c, const char *url, const char *type, const char *data, size_t len,
		   char why[HTTP_WHY_MAX], bool *again)
{
	char error[CURL_ERROR_SIZE] = "", text[128];
	long status = 0;

	why[0] = '\0';
	*again = false;
	snprintf(text, sizeof(text), "Content-Type: %s", type);
	struct curl_slist *headers = curl_slist_append(NULL, text);
	if (headers)
		curl_slist_append(headers, "Expect:"); /* it is short: no need to be asked for it */
	set_up(c, url, error);
	set_up_post(c, headers, data, len);
	CURLcode e = curl_easy_perform(c->curl);
	curl_slist_free_all(headers);
	if (e != CURLE_OK) {
		*again = true;
		snprintf(why, HTTP_WHY_MAX, "%s", error[0] ? error : curl_easy_strerror(e));
		return ERR_SYS;
	}
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200 && status < 300)
		return ERR_OK;
	*again = status >= 500 || status == 408 || status == 429;
	snprintf(why, HTTP_WHY_MAX, "the server says %ld", status);
	return ERR_FORMAT;
}

static bool is_plain(unsigned char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
	       ch == '-' || ch == '.' || ch == '_' || ch == '~';
}

bool http_escape(const char *text, char *out, size_t room)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *text; text++) {
		unsigned char ch = (unsigned char)*text;
		size_t n = is_plain(ch) ? 1 : 3;
		if (room < n + 1)
			return false;
		out[0] = n == 1 ? *text : '%';
		if (n == 3) {
			out[1] = digits[ch >> 4];
			out[2] = digits[ch & 15];
		}
		out += n;
		room -= n;
	}
	if (!room)
		return false;
	*out = '\0';
	return true;
}
