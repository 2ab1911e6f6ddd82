/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/remote.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/nstime.h"
#include "engine/flags.h"

enum { SECRET_MAX = 300, ANSWER_MAX = 64 << 20 };

struct remote {
	struct http_client *client;
	char url[HTTP_URL_MAX];
	char password[SECRET_MAX], token[SECRET_MAX];
};

/* ---- opening ------------------------------------------------------------------------------------- */

static bool read_line(const struct command *self, const char *path, char out[SECRET_MAX])
{
	FILE *f = fopen(path, "re");
	bool good = f && fgets(out, SECRET_MAX, f);

	if (!good)
		command_error(self, "cannot read '%s': %s", path,
			      f && !ferror(f) ? "it is empty" : strerror(errno));
	if (f)
		fclose(f);
	if (good)
		out[strcspn(out, "\r\n")] = '\0';
	return good;
}

/* Slashes at the end are ours to add. */
static bool take_url(const struct command *self, const char *url, char out[HTTP_URL_MAX])
{
	size_t len = strlen(url);

	if ((strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) || strpbrk(url, "?#@") ||
	    len > HTTP_URL_MAX / 2) {
		command_error(self, "'%s' is no address of a monitor: give one like http://127.0.0.1:8123",
			      url);
		return false;
	}
	while (url[len - 1] == '/')
		len--;
	memcpy(out, url, len);
	out[len] = '\0';
	return true;
}

/* TLS, or no other machine on the way. */
static bool hides_secrets(const char *url)
{
	char host[ADDR_TEXT_MAX];
	struct addr a;

	if (strncmp(url, "http://", 7) != 0)
		return true;
	url += 7;
	bool bracket = *url == '[';
	url += bracket;
	size_t len = strcspn(url, bracket ? "]" : ":/");
	if (len >= sizeof(host))
		return false;
	memcpy(host, url, len);
	host[len] = '\0';
	return strcmp(host, "localhost") == 0 || (addr_parse(host, &a) && addr_is_loopback(&a));
}

static bool may_tell(const struct command *self, const struct remote_options *o)
{
	if ((!o->password_file && !o->token_file) || hides_secrets(o->url))
		return true;
	command_error(self, "'%s' would send the secret in the clear: use https, or come through ssh -L",
		      o->url);
	return false;
}

struct remote *remote_open(const struct command *self, const struct remote_options *o)
{
	struct remote *r = calloc(1, sizeof(*r));
	struct http_options http = { .user = o->user ? o->user : "ntpscope",
				     .authorities = o->authorities,
				     .connect_s = 10,
				     .silence_s = 60 };

	if (!r || !take_url(self, o->url, r->url) || !may_tell(self, o) ||
	    (o->password_file && !read_line(self, o->password_file, r->password)) ||
	    (o->token_file && !read_line(self, o->token_file, r->token))) {
		remote_close(r);
		return NULL;
	}
	http.password = o->password_file ? r->password : NULL;
	http.token = o->token_file ? r->token : NULL;
	r->client = http_client_new(&http);
	if (r->client)
		return r;
	command_error(self, "no memory");
	remote_close(r);
	return NULL;
}

void remote_close(struct remote *r)
{
	if (!r)
		return;
	http_client_free(r->client);
	explicit_bzero(r, sizeof(*r));
	free(r);
}

/* ---- asking -------------------------------------------------------------------------------------- */

bool remote_address(const struct remote *r, char out[HTTP_URL_MAX], const char *path, ...)
{
	char before = '?';
	const char *name;
	va_list args;
	int n = snprintf(out, HTTP_URL_MAX, "%s/%s", r->url, path);
	bool fits = n > 0 && n < HTTP_URL_MAX;

	va_start(args, path);
	while (fits && (name = va_arg(args, const char *))) {
		const char *value = va_arg(args, const char *);
		if (!value)
			continue;
		n += snprintf(out + n, (size_t)(HTTP_URL_MAX - n), "%c%s=", before, name);
		fits = n < HTTP_URL_MAX && http_escape(value, out + n, (size_t)(HTTP_URL_MAX - n));
		n += fits ? (int)strlen(out + n) : 0;
		before = '&';
	}
	va_end(args);
	return fits;
}

enum err remote_get(struct remote *r, const char *address,
		    bool (*take)(void *arg, const char *data, size_t len), void *arg, char why[HTTP_WHY_MAX])
{
	char reason[HTTP_WHY_MAX];
	enum err e = http_get(r->client, address, take, arg, reason);

	why[0] = '\0';
	if (e && e != ERR_END)
		snprintf(why, HTTP_WHY_MAX, "cannot ask '%.150s': %.200s", r->url, reason);
	return e;
}

static bool keep(void *arg, const char *data, size_t len)
{
	struct buf *b = arg;
	buf_add(b, data, len);
	return !b->err && b->len <= ANSWER_MAX;
}

json_t *remote_json(struct remote *r, const char *address, char why[HTTP_WHY_MAX])
{
	json_t *root = NULL;
	struct buf b;

	if (buf_init(&b, -1)) {
		snprintf(why, HTTP_WHY_MAX, "no memory");
		return NULL;
	}
	enum err e = remote_get(r, address, keep, &b, why);
	if (!e && !(root = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, NULL)))
		snprintf(why, HTTP_WHY_MAX, "'%.150s' is no monitor: its answer is no JSON", r->url);
	else if (e == ERR_END)
		snprintf(why, HTTP_WHY_MAX, "the answer of '%.150s' is too long", r->url);
	buf_release(&b);
	return root;
}

/* ---- rows of the list ------------------------------------------------------------------------------ */

double remote_number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static uint64_t count_of(const json_t *row, const char *key)
{
	json_int_t v = json_integer_value(json_object_get(row, key));
	return v > 0 ? (uint64_t)v : 0;
}

static double interval_of(const json_t *row, const char *key)
{
	const json_t *v = json_object_get(row, key);
	return json_is_number(v) ? json_number_value(v) : -1;
}

static int64_t time_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));
	int64_t t;
	return text && nstime_parse(text, &t) ? t : 0;
}

static uint32_t flags_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));
	uint32_t flags = 0;

	for (unsigned i = 0; text && i < N_FLAGS; i++)
		if (strchr(text, flag_table[i].letter))
			flags |= flag_table[i].bit;
	return flags;
}

static enum alert alert_of(const json_t *row)
{
	const char *text = json_string_value(json_object_get(row, "alert"));

	for (unsigned i = 0; text && i <= ALERT_RED; i++)
		if (strcmp(text, alert_name((enum alert)i)) == 0)
			return (enum alert)i;
	return ALERT_NONE;
}

static unsigned classes_of(const json_t *row)
{
	const json_t *list = json_object_get(row, "classes");
	unsigned classes = 0;

	for (size_t k = 0; k < json_array_size(list); k++)
		for (unsigned i = 0; i < N_CLIENT_CLASSES; i++) {
			const char *word = json_string_value(json_array_get(list, k));
			if (word && strcmp(word, client_class_word(i)) == 0)
				classes |= 1u << i;
		}
	return classes;
}

bool remote_client_read(const json_t *row, struct remote_client *out)
{
	const char *ip = json_string_value(json_object_get(row, "ip"));
	const char *name = json_string_value(json_object_get(row, "name"));

	*out = (struct remote_client){ 0 };
	struct client_info *c = &out->info;
	if (!ip || !addr_parse(ip, &c->addr))
		return false;
	c->first_ns = time_of(row, "first");
	c->last_ns = time_of(row, "last");
	c->rx = count_of(row, "rx");
	c->tx = count_of(row, "tx");
	c->rx_flags = flags_of(row, "rx_flags");
	c->tx_flags = flags_of(row, "tx_flags");
	c->rx_every_s = interval_of(row, "rx_every_s");
	c->recent_every_s = interval_of(row, "recent_every_s");
	c->alert = alert_of(row);
	c->owed = count_of(row, "owed");
	c->peak_1s = (uint32_t)count_of(row, "peak_1s");
	c->peak_10s = (uint32_t)count_of(row, "peak_10s");
	c->rx_bytes = count_of(row, "rx_bytes");
	c->tx_bytes = count_of(row, "tx_bytes");
	c->n_deltas = count_of(row, "deltas");
	c->delta_mean_s = remote_number(row, "delta_mean_s");
	c->classes = classes_of(row);
	return !name || (out->name = strdup(name));
}

void remote_client_release(struct remote_client *c)
{
	free(c->name);
	c->name = NULL;
}
