/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/client_rows.h"

#include "engine/flags.h"
#include "engine/tally.h"
#include "present/csv.h"
#include "present/json.h"
#include "present/words.h"

/* Room for a row's figures: their keys, 26 numbers and times, words, and 64 servers.  Names ask for
 * theirs. */
enum { ROW_ROOM = 2048 + CLIENT_SERVERS_SHOWN * (ADDR_TEXT_MAX + 3) };

const char *client_class_word(unsigned i)
{
	static const char *const word[N_CLIENT_CLASSES] = { "active", "abusive", "rapid", "very-slow",
							    "scanner" };
	return word[i];
}

void client_facts_of(const struct census *c, struct client_facts *out)
{
	*out = (struct client_facts){
		.n_clients = census_n_clients(c),
		.any_packets = census_tally(c)->n_frames > 0,
		.first_ns = census_first_ns(c),
		.last_ns = census_last_ns(c),
		.one_way = census_one_way(c),
		.n_refused_packets = census_summary(c)->n_refused_packets,
		.refused_addresses = census_summary(c)->refused_addresses,
	};
	for (; out->n_servers < CLIENT_SERVERS_SHOWN - 1 && out->n_servers < census_n_servers(c);
	     out->n_servers++)
		out->servers[out->n_servers] = census_server(c, out->n_servers)->addr;
}

const char *client_name(const struct client_rows *w, const struct client_info *c)
{
	return w->name && !w->token ? w->name(w->name_arg, &c->addr) : NULL;
}

char *client_put_ip(const struct client_rows *w, char *p, const struct addr *a)
{
	return w->token ? p + w->token(w->token_arg, a, p) : put_addr(p, a);
}

static void json_head(struct client_rows *w)
{
	const struct client_facts *f = w->facts;
	struct jw j;

	jw_begin(&j, w->out);
	jw_open(&j, NULL, JW_OBJECT | JW_LINES);
	jw_text(&j, "schema", "ntpscope-clients-1");
	source_info_json(&j, w->source, f->any_packets, f->first_ns, f->last_ns);
	jw_bool(&j, "anonymised", w->token != NULL);
	jw_bool(&j, "one_way", f->one_way);
	jw_u64(&j, "refused_packets", f->n_refused_packets);
	jw_real(&j, "refused_addresses_estimate", f->refused_addresses, 0);
	buf_str(w->out, ",\n  \"clients\": [");
}

static const char csv_head[] = "ip,name,first,last,rx,tx,rx_flags,tx_flags,rx_every_s,alert,recent_every_s,"
			       "owed,peak_1s,peak_10s,rx_bytes,"
			       "tx_bytes,kod_rate,kod_deny,kod_rstr,icmp_errors,last_port,poll_log2s,deltas,"
			       "delta_mean_s,delta_max_s,"
			       "classes,servers\n";

/* By address; where addresses are hidden, by what stands for them. */
static bool comes_before(const struct client_rows *w, unsigned a, unsigned b)
{
	if (b >= w->facts->n_servers || a >= w->facts->n_servers)
		return a < b; /* the others are last */
	if (w->token)
		return strcmp(w->servers[a].text, w->servers[b].text) < 0;
	return addr_compare(&w->facts->servers[a], &w->facts->servers[b]) < 0;
}

static void order_servers(struct client_rows *w)
{
	for (unsigned i = 0; i < CLIENT_SERVERS_SHOWN; i++) {
		unsigned at = i;
		for (; at && comes_before(w, i, w->order[at - 1]); at--)
			w->order[at] = w->order[at - 1];
		w->order[at] = (uint8_t)i;
	}
}

/* Their texts, since every row names some. */
void client_rows_prepare(struct client_rows *w)
{
	for (size_t i = 0; i < CLIENT_SERVERS_SHOWN; i++) {
		struct client_server *s = &w->servers[i];
		char *end = i < w->facts->n_servers ? client_put_ip(w, s->text, &w->facts->servers[i])
						    : put_lit(s->text, "others");
		s->len = (size_t)(end - s->text);
		*end = '\0';
	}
	order_servers(w);
}

void client_rows_begin(struct client_rows *w, const struct client_rows_ahead *ahead)
{
	client_rows_prepare(w);
	switch (w->format) {
	case CLIENTS_TABLE: client_table_begin(w, ahead); break;
	case CLIENTS_JSON: json_head(w); break;
	case CLIENTS_CSV: buf_str(w->out, csv_head); break;
	}
}

void client_rows_row(struct client_rows *w, const struct client_info *c)
{
	switch (w->format) {
	case CLIENTS_TABLE: client_row_table(w, c); break;
	case CLIENTS_JSON: client_row_json(w, c); break;
	case CLIENTS_CSV: client_row_csv(w, c); break;
	}
	w->n++;
}

void client_rows_end(struct client_rows *w)
{
	if (w->format == CLIENTS_JSON)
		buf_str(w->out, w->n ? "\n  ]\n}\n" : "]\n}\n");
}

/* ---- one row ------------------------------------------------------------------------------------- */

/* A figure of the row after its key: `"rx": ` in JSON, a comma in CSV. */
static inline char *put_key(char *p, bool json, const char *key)
{
	if (!json) {
		*p++ = ',';
		return p;
	}
	p = put_lit(p, ",\"");
	p = put_lit(p, key);
	return put_lit(p, "\":");
}

static inline char *put_none(char *p, bool json)
{
	return json ? put_lit(p, "null") : p;
}

/* All of the array is copied, since that costs less than to copy its text alone: ROW_ROOM has room. */
static inline char *put_server(char *p, bool json, const struct client_server *s)
{
	if (json)
		*p++ = '"';
	memcpy(p, s->text, sizeof(s->text));
	p += s->len;
	if (json)
		*p++ = '"';
	return p;
}

static inline char *put_quoted_word(char *p, bool json, const char *word)
{
	if (json)
		*p++ = '"';
	p = put_short(p, word);
	if (json)
		*p++ = '"';
	return p;
}

static inline char *put_count(char *p, bool json, const char *key, uint64_t v)
{
	return put_u64(put_key(p, json, key), v);
}

static inline char *put_interval(char *p, bool json, const char *key, double s)
{
	p = put_key(p, json, key);
	return s < 0 ? put_none(p, json) : put_real_seconds(p, s);
}

static inline char *put_moment(struct client_rows *w, char *p, bool json, const char *key, int64_t t_ns)
{
	p = put_key(p, json, key);
	if (json)
		*p++ = '"';
	p = put_time(&w->day, p, t_ns);
	if (json)
		*p++ = '"';
	return p;
}

/* flags_text(), by the bits that are set instead of by the rows of the table, which are in the order
 * of the bits. */
static inline char *put_flags(char *p, bool json, uint32_t flags)
{
	if (json)
		*p++ = '"';
	if (!flags)
		*p++ = '-';
	for (; flags; flags &= flags - 1)
		*p++ = flag_table[__builtin_ctz(flags)].letter;
	if (json)
		*p++ = '"';
	return p;
}

/* What the CenterClick page shows, in its order, behind ip and name. */
static inline char *put_page(struct client_rows *w, char *p, bool json, const struct client_info *c)
{
	p = put_moment(w, p, json, "first", c->first_ns);
	p = put_moment(w, p, json, "last", c->last_ns);
	p = put_count(p, json, "rx", c->rx);
	p = put_count(p, json, "tx", c->tx);
	p = put_flags(put_key(p, json, "rx_flags"), json, c->rx_flags);
	p = put_flags(put_key(p, json, "tx_flags"), json, c->tx_flags);
	p = put_interval(p, json, "rx_every_s", c->rx_every_s);
	p = put_key(p, json, "alert");
	return put_quoted_word(p, json, alert_name(c->alert));
}

static inline char *put_port_and_poll(char *p, bool json, const struct client_info *c)
{
	p = put_key(p, json, "last_port");
	p = c->rx ? put_u64(p, c->last_port) : put_none(p, json);
	p = put_key(p, json, "poll_log2s");
	if (!c->rx)
		return put_none(p, json);
	if (c->poll_log2s < 0)
		*p++ = '-';
	return put_u64(p, (uint64_t)(c->poll_log2s < 0 ? -c->poll_log2s : c->poll_log2s));
}

static inline char *put_delta(char *p, bool json, const struct client_info *c)
{
	p = put_count(p, json, "deltas", c->n_deltas);
	p = put_key(p, json, "delta_mean_s");
	p = c->n_deltas ? put_real_seconds(p, c->delta_mean_s) : put_none(p, json);
	p = put_key(p, json, "delta_max_s");
	return c->n_deltas ? put_seconds(p, c->delta_max_ns) : put_none(p, json);
}

/* Ours. */
static inline char *put_more(char *p, bool json, const struct client_info *c)
{
	p = put_interval(p, json, "recent_every_s", c->recent_every_s);
	p = put_count(p, json, "owed", c->owed);
	p = put_count(p, json, "peak_1s", c->peak_1s);
	p = put_count(p, json, "peak_10s", c->peak_10s);
	p = put_count(p, json, "rx_bytes", c->rx_bytes);
	p = put_count(p, json, "tx_bytes", c->tx_bytes);
	p = put_count(p, json, "kod_rate", c->kod_rate);
	p = put_count(p, json, "kod_deny", c->kod_deny);
	p = put_count(p, json, "kod_rstr", c->kod_rstr);
	p = put_count(p, json, "icmp_errors", c->icmp_errors);
	p = put_port_and_poll(p, json, c);
	return put_delta(p, json, c);
}

/* Words or addresses that may be several: an array in JSON, set apart by blanks in CSV. */
static inline char *put_between(char *p, bool json, bool *first)
{
	if (!*first)
		*p++ = json ? ',' : ' ';
	*first = false;
	return p;
}

static inline char *put_classes(char *p, bool json, const struct client_info *c)
{
	bool first = true;

	p = put_key(p, json, "classes");
	if (json)
		*p++ = '[';
	for (unsigned i = 0; i < N_CLIENT_CLASSES; i++) {
		if (!(c->classes >> i & 1))
			continue;
		p = put_between(p, json, &first);
		p = put_quoted_word(p, json, client_class_word(i));
	}
	if (json)
		*p++ = ']';
	return p;
}

static inline char *put_servers(struct client_rows *w, char *p, bool json, const struct client_info *c)
{
	bool first = true;

	p = put_key(p, json, "servers");
	if (json)
		*p++ = '[';
	uint64_t left = c->servers;
	for (unsigned i = left & (left - 1) ? 0 : CLIENT_SERVERS_SHOWN; left; i++) {
		/* Most used one server. */
		unsigned bit = i < CLIENT_SERVERS_SHOWN ? w->order[i] : (unsigned)__builtin_ctzll(left);
		const struct client_server *s = &w->servers[bit];
		if (!(left >> bit & 1))
			continue;
		left &= ~(UINT64_C(1) << bit);
		p = put_between(p, json, &first);
		p = put_server(p, json, s);
	}
	if (json)
		*p++ = ']';
	return p;
}

static inline void add_figures(struct client_rows *w, bool json, const struct client_info *c)
{
	char *start = buf_room(w->out, ROW_ROOM);
	if (!start)
		return;
	char *p = put_page(w, start, json, c);
	p = put_more(p, json, c);
	p = put_classes(p, json, c);
	p = put_servers(w, p, json, c);
	p = put_lit(p, json ? "}" : "\n");
	buf_wrote(w->out, (size_t)(p - start));
}

void client_row_json(struct client_rows *w, const struct client_info *c)
{
	const char *name = client_name(w, c);
	char *start = buf_room(w->out, 128), *p = start;

	if (!start)
		return;
	p = put_lit(p, w->n ? ",\n    {\"ip\":\"" : "\n    {\"ip\":\"");
	p = client_put_ip(w, p, &c->addr);
	p = put_lit(p, name ? "\",\"name\":" : "\",\"name\":null");
	buf_wrote(w->out, (size_t)(p - start));
	if (name)
		jw_string(w->out, name, strlen(name));
	add_figures(w, true, c);
}

void client_row_csv(struct client_rows *w, const struct client_info *c)
{
	const char *name = client_name(w, c);
	char *start = buf_room(w->out, 128);

	if (!start)
		return;
	char *p = client_put_ip(w, start, &c->addr);
	*p++ = ',';
	buf_wrote(w->out, (size_t)(p - start));
	if (name)
		csv_text(w->out, name, strlen(name));
	add_figures(w, false, c);
}
