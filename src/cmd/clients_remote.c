/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/clients_remote.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "cmd/output.h"
#include "engine/clients.h"

enum { TABLE_COLUMNS = 120 };

/* No line of a list is so long, nor all before its first row: an answer may come from anybody. */
enum { LINE_MOST = 1 << 16, HEAD_MOST = 1 << 20 };

/* Clients that may have come since we were told how many there are: that, and a tenth. */
enum { ROWS_MORE = 10000 };

/* ---- the table: rows have to be measured before the first one is printed --------------------------- */

struct rows {
	struct buf line, head; /* what is not a whole line yet; all before the first row */
	struct remote_client *at;
	size_t n, cap;
	uint32_t *by_addr; /* index + 1, open addressing: names are asked for by address */
	size_t mask;
	size_t most;
	bool broken, too_many;
};

static bool add_row(struct rows *r, const char *line, size_t len)
{
	r->too_many = r->n == r->most;
	if (r->too_many)
		return false;
	if (r->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 256;
		struct remote_client *at = realloc(r->at, cap * sizeof(*at));
		if (!at)
			return false;
		r->at = at;
		r->cap = cap;
	}
	if (line[len - 1] == ',')
		len--;
	json_t *row = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	bool good = row && remote_client_read(row, &r->at[r->n]);
	json_decref(row);
	r->n += good;
	return good;
}

/* Each row stands on a line of its own: a million of them need not be one tree. */
static void take_line(struct rows *r, const char *line, size_t len)
{
	const char *text = line;

	while (len && *text == ' ') {
		text++;
		len--;
	}
	if (len > 6 && memcmp(text, "{\"ip\":", 6) == 0)
		r->broken |= !add_row(r, text, len);
	else if (!r->n)
		buf_add(&r->head, text, len);
}

static bool take(void *arg, const char *data, size_t len)
{
	struct rows *r = arg;

	while (len && !r->broken) {
		const char *end = memchr(data, '\n', len);
		size_t n = end ? (size_t)(end - data) : len;
		buf_add(&r->line, data, n);
		if (end) {
			take_line(r, r->line.data, r->line.len);
			r->line.len = 0;
			n++;
		}
		data += n;
		len -= n;
		r->broken |= r->line.err || r->head.err || r->line.len > LINE_MOST || r->head.len > HEAD_MOST;
	}
	return !r->broken;
}

static uint32_t *place_of(struct rows *r, const struct addr *a)
{
	size_t i = (size_t)hash_addr(a, 1) & r->mask;
	while (r->by_addr[i] && !addr_equal(&r->at[r->by_addr[i] - 1].info.addr, a))
		i = (i + 1) & r->mask;
	return &r->by_addr[i];
}

static bool index_rows(struct rows *r)
{
	size_t cap = 16;

	while (cap < 2 * r->n)
		cap *= 2;
	r->by_addr = calloc(cap, sizeof(*r->by_addr));
	r->mask = cap - 1;
	for (size_t i = 0; r->by_addr && i < r->n; i++)
		*place_of(r, &r->at[i].info.addr) = (uint32_t)i + 1;
	return r->by_addr;
}

static const char *name_of(void *arg, const struct addr *a)
{
	struct rows *r = arg;
	uint32_t i = *place_of(r, a);
	return i ? r->at[i - 1].name : NULL;
}

static void get(void *arg, size_t i, struct client_info *out)
{
	const struct rows *r = arg;
	*out = r->at[i].info;
}

/* The head as the answer had it, an array without rows at its end. */
static void facts_of(struct rows *r, struct client_facts *out)
{
	struct client_info c;

	*out = (struct client_facts){ .n_clients = r->n, .any_packets = r->n > 0 };
	for (size_t i = 0; i < r->n; i++) {
		get(r, i, &c);
		out->first_ns = i && out->first_ns < c.first_ns ? out->first_ns : c.first_ns;
		out->last_ns = i && out->last_ns > c.last_ns ? out->last_ns : c.last_ns;
	}
}

static void print_table(struct rows *r, struct output *out)
{
	struct client_facts facts;
	struct client_rows w = {
		.out = &out->buf,
		.facts = &facts,
		.name = name_of,
		.name_arg = r,
		.format = CLIENTS_TABLE,
		.color = out->color,
		.columns = out->terminal ? out->columns : TABLE_COLUMNS,
	};

	facts_of(r, &facts);
	client_rows_begin(&w, &(struct client_rows_ahead){ r->n, get, r });
	for (size_t i = 0; i < r->n && !output_broken(out); i++)
		client_rows_row(&w, &r->at[i].info);
	client_rows_end(&w);
}

/* How many rows there may be at the most; few when it does not say. */
static size_t most_rows(struct remote *remote, const struct clients_wish *wish)
{
	char address[HTTP_URL_MAX], why[HTTP_WHY_MAX];
	json_t *page = NULL;

	if (remote_address(remote, address, "api/v1/clients", "limit", "0", "filter",
			   wish->filter[0] ? wish->filter : NULL, NULL))
		page = remote_json(remote, address, why);
	json_int_t n = json_integer_value(json_object_get(page, "matched"));
	json_decref(page);
	if (n < 0 || n > CLIENTS_MAX)
		n = CLIENTS_MAX;
	size_t most = (size_t)n + (size_t)n / 10 + ROWS_MORE;
	return wish->limit < most ? (size_t)wish->limit : most;
}

static int table(const struct command *self, struct remote *remote, const char *address,
		 const struct clients_wish *wish, struct output *out)
{
	struct rows r = { .most = most_rows(remote, wish) };
	char why[HTTP_WHY_MAX] = "no memory";
	enum err e = buf_init(&r.line, -1);

	if (!e)
		e = buf_init(&r.head, -1);
	if (!e)
		e = remote_get(remote, address, take, &r, why);
	if (!e && !memmem(r.head.data, r.head.len, "ntpscope-clients-", 17)) {
		snprintf(why, sizeof(why), "'%.200s' is no client list", address);
		e = ERR_FORMAT;
	}
	if (e == ERR_END && r.too_many)
		snprintf(why, sizeof(why), "the answer has more than the %zu rows that there can be", r.most);
	else if (e == ERR_END)
		snprintf(why, sizeof(why), "the answer has a row that cannot be read");
	if (!e && !index_rows(&r))
		e = ERR_MEMORY;
	if (e)
		command_error(self, "%s", why);
	else
		print_table(&r, out);
	for (size_t i = 0; i < r.n; i++)
		remote_client_release(&r.at[i]);
	free(r.at);
	free(r.by_addr);
	buf_release(&r.line);
	buf_release(&r.head);
	return e ? STATUS_FAILED : STATUS_OK;
}

/* ---- the others go through as they are ------------------------------------------------------------ */

enum { KNOWN_BY = 40 }; /* octets: a list without a row has more */

struct passing {
	struct output *out;
	const char *mark; /* stands at the beginning of a list */
	struct buf head;
	bool is_known;
};

static bool copy(void *arg, const char *data, size_t len)
{
	struct passing *p = arg;

	buf_add(p->is_known ? &p->out->buf : &p->head, data, len);
	if (p->head.err)
		return false;
	if (!p->is_known && p->head.len >= KNOWN_BY) {
		p->is_known = memmem(p->head.data, KNOWN_BY, p->mark, strlen(p->mark));
		if (!p->is_known)
			return false;
		buf_add(&p->out->buf, p->head.data, p->head.len);
	}
	return !output_broken(p->out);
}

static int pass_on(const struct command *self, struct remote *remote, const char *address, const char *mark,
		   struct output *out)
{
	struct passing p = { .out = out, .mark = mark };
	char why[HTTP_WHY_MAX] = "no memory";
	enum err e = buf_init(&p.head, -1);

	if (!e)
		e = remote_get(remote, address, copy, &p, why);
	if (!p.is_known && !p.head.err && (!e || e == ERR_END)) {
		snprintf(why, sizeof(why), "'%.200s' is no client list", address);
		e = ERR_FORMAT;
	}
	buf_release(&p.head);
	if (e && e != ERR_END)
		command_error(self, "%s", why);
	return e && e != ERR_END ? STATUS_FAILED : STATUS_OK;
}

int clients_remote(const struct command *self, const struct remote_options *o,
		   const struct clients_wish *wish)
{
	char address[HTTP_URL_MAX], limit[24];
	struct output out;
	struct remote *r = remote_open(self, o);

	if (!r)
		return STATUS_FAILED;
	snprintf(limit, sizeof(limit), "%" PRIu64, wish->limit);
	int status = output_open(&out, self, wish->output, wish->color);
	if (status) {
		remote_close(r);
		return status;
	}
	if (!remote_address(r, address,
			    wish->format == CLIENTS_CSV ? "api/v1/clients.csv" : "api/v1/clients.json",
			    "sort", wish->sort, "order", wish->falls != wish->reverse ? "desc" : "asc",
			    "limit", wish->limit == UINT64_MAX ? NULL : limit, "filter",
			    wish->filter[0] ? wish->filter : NULL, NULL)) {
		command_error(self, "the filter is too long");
		status = STATUS_FAILED;
	} else {
		const char *mark = wish->format == CLIENTS_CSV ? "ip,name,first," : "\"ntpscope-clients-";
		status = wish->format == CLIENTS_TABLE ? table(self, r, address, wish, &out)
						       : pass_on(self, r, address, mark, &out);
	}
	remote_close(r);
	return output_finish(&out, status);
}
