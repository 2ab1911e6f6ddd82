/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope streams`: the conversations of the captures, numbered as Wireshark does. */
#include <stdlib.h>

#include "cmd/output.h"
#include "cmd/row_feed.h"
#include "cmd/select.h"
#include "engine/exchange.h"
#include "engine/stream_list.h"
#include "present/stream_rows.h"
#include "proto/ntp.h"

struct settings {
	struct capture_options captures;
	int format; /* enum stream_format */
	int sort;   /* enum sort */
	bool reverse, udp, tcp, all;
	uint64_t limit;
};

enum sort {
	SORT_STREAM,
	SORT_PACKETS,
	SORT_BYTES,
	SORT_FIRST,
	SORT_LAST,
	SORT_DURATION,
	SORT_EXCHANGES,
	SORT_UNANSWERED,
	SORT_P50,
	SORT_P99,
	SORT_MAX,
};

static const char sort_words[] = "stream|packets|bytes|first|last|duration|exchanges|unanswered|p50|p99|max";

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 0, "format", NULL, "a table to read, or rows for programs", OPTION_CHOICE, AT(format),
	  .choices = "table|json|csv" },
	{ 0, "sort", "KEY", "stream (default) packets bytes duration max ...", OPTION_CHOICE, AT(sort),
	  .choices = sort_words },
	{ 0, "reverse", NULL, "the other way round", OPTION_FLAG, AT(reverse) },
	{ 0, "limit", "N", "only the first N after sorting", OPTION_COUNT, AT(limit), .min = 1,
	  .max = UINT64_MAX },
	{ 0, "udp", NULL, "all conversations over UDP", OPTION_FLAG, AT(udp) },
	{ 0, "tcp", NULL, "all conversations over TCP", OPTION_FLAG, AT(tcp) },
	{ 0, "all", NULL, "both", OPTION_FLAG, AT(all) },
};

/* ---- gathering ----------------------------------------------------------------------------------- */

static int64_t time_of(const struct packet *p)
{
	return p->has_time ? p->time_ns : 0;
}

/* The header that the NTP packet of the row lies behind at once, not inside another one. */
static bool carries_ntp(const struct stream_header *h, const struct view_ntp *v)
{
	if (!v || !v->len || v->tcp != h->tcp || h->len < (h->tcp ? 14 : 8))
		return false;
	return v->payload == h->at + (h->tcp ? (h->at[12] >> 4) * 4u : 8u);
}

static bool is_question(const struct view_ntp *v)
{
	unsigned mode = ntp_first_mode(v->payload[0]);

	if (mode == NTP_MODE_CONTROL)
		return v->len > 1 && !(v->payload[1] & 0x80);
	if (mode == NTP_MODE_PRIVATE)
		return !(v->payload[0] & 0x80);
	return mode == NTP_MODE_CLIENT;
}

/* Requests are what the engine takes for one; Wireshark's way, what has the mode of one. */
static void add_exchange(struct stream_info *s, const struct row *row, bool wireshark)
{
	const struct exchange *x = row->exchange;
	bool asks = wireshark ? is_question(row->ntp)
			      : x && x->request_frame == row->packet->frame && x->class != CLASS_DUPLICATE;
	if (!asks)
		return;
	s->exchanges++;
	s->answered += wireshark ? row->response_in != 0 : x->response_frame != 0;
}

static void add_row(struct stream_list *l, const struct row *row, bool wireshark)
{
	const struct packet *p = row->packet;
	const struct stream_numbers *numbers = row->streams;

	for (unsigned i = 0; i < numbers->n; i++) {
		const struct stream_header *h = &numbers->at[i];
		struct stream_info *s = stream_list_packet(l, h, p->frame, time_of(p), p->len);
		if (!s || h->quoted || !carries_ntp(h, row->ntp))
			continue;
		s->versions |= (uint8_t)(1u << ntp_first_version(row->ntp->payload[0]));
		s->modes |= (uint8_t)(1u << ntp_first_mode(row->ntp->payload[0]));
		add_exchange(s, row, wireshark);
		if (row->request_in && !(row->exchange && row->exchange->class == CLASS_DUPLICATE))
			stream_list_delta(l, s, row->delta_ns);
	}
}

static int gather(struct captures *in, const struct capture_options *options, struct stream_list *l)
{
	bool wireshark = options->match == MATCH_WIRESHARK;
	unsigned needs = ROW_NEEDS_STREAM | ROW_NEEDS_REQUEST |
			 (wireshark ? ROW_NEEDS_RESPONSE : ROW_NEEDS_EXCHANGE) |
			 (in->display ? filter_needs(in->display) : 0);
	struct row_feed *feed;
	const struct row *row;
	int status = row_feed_open(&feed, in, options, needs, true);

	if (status)
		return status;
	while (!l->err && row_feed_next(feed, &row))
		if (!in->display || filter_matches(in->display, row))
			add_row(l, row, wireshark);
	row_feed_close(feed);
	if (stream_list_seal(l) == ERR_OK)
		return STATUS_OK;
	command_error(in->command, "cannot list the streams: %s", err_text(l->err));
	return STATUS_FAILED;
}

/* ---- choosing and sorting ------------------------------------------------------------------------ */

static bool has_port(const struct stream_info *s, uint16_t port)
{
	return s->ends.low_port == port || s->ends.high_port == port;
}

static bool is_wanted(const struct stream_info *s, const struct settings *o)
{
	enum { NTP_KE_PORT = 4460 };

	if (!s->first_frame)
		return false;
	if (o->all || (s->tcp ? o->tcp : o->udp))
		return true;
	if (o->udp || o->tcp)
		return false;
	return s->tcp ? has_port(s, NTP_KE_PORT) : has_port(s, NTP_PORT);
}

/* What to sort by, so that small comes first; undefined ones come last either way. */
static int64_t key_of(const struct stream_info *s, enum sort by)
{
	switch (by) {
	case SORT_STREAM: return 0;
	case SORT_PACKETS: return -(int64_t)(s->packets[0] + s->packets[1]);
	case SORT_BYTES: return -(int64_t)(s->bytes[0] + s->bytes[1]);
	case SORT_FIRST: return s->first_ns;
	case SORT_LAST: return ns_minus(0, s->last_ns);
	case SORT_DURATION: return ns_minus(s->first_ns, s->last_ns);
	case SORT_EXCHANGES: return -(int64_t)s->exchanges;
	case SORT_UNANSWERED: return -(int64_t)(s->exchanges - s->answered);
	case SORT_P50: return -s->p50_ns;
	case SORT_P99: return -s->p99_ns;
	case SORT_MAX: return -s->max_ns;
	}
	return 0;
}

struct sorted {
	const struct stream_info *s;
	int64_t key;
	bool undefined;
};

static int by_key(const void *pa, const void *pb)
{
	const struct sorted *a = pa, *b = pb;

	if (a->undefined != b->undefined)
		return a->undefined ? 1 : -1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->s->tcp != b->s->tcp)
		return a->s->tcp ? 1 : -1;
	return a->s->number < b->s->number ? -1 : a->s->number > b->s->number;
}

static struct sorted *choose(const struct stream_list *l, const struct settings *o, size_t *n)
{
	struct sorted *out = malloc((l->n[0] + l->n[1] + 1) * sizeof(*out));
	bool delta = o->sort >= SORT_P50;

	*n = 0;
	if (!out)
		return NULL;
	for (unsigned tcp = 0; tcp < 2; tcp++)
		for (size_t i = 0; i < l->n[tcp]; i++) {
			const struct stream_info *s = &l->at[tcp][i];
			if (!is_wanted(s, o))
				continue;
			int64_t key = key_of(s, (enum sort)o->sort);
			out[(*n)++] = (struct sorted){ s, o->reverse ? -key : key, delta && !s->n_deltas };
		}
	qsort(out, *n, sizeof(*out), by_key);
	return out;
}

/* ---- the command --------------------------------------------------------------------------------- */

static void print(const struct settings *o, const struct captures *in, struct output *out,
		  const struct sorted *at, size_t n)
{
	struct stream_rows w = {
		.out = &out->buf,
		.hosts = &in->hosts,
		.format = (enum stream_format)o->format,
		.color = out->color,
		.columns = out->terminal ? out->columns : 0,
	};
	bool backwards = o->reverse && o->sort == SORT_STREAM;

	stream_rows_begin(&w, in->paths, in->n_paths);
	for (size_t i = 0; i < n && i < o->limit && !output_broken(out); i++)
		stream_rows_row(&w, at[backwards ? n - 1 - i : i].s);
	stream_rows_end(&w, in->source ? in->source->damage : "");
}

static int list(const struct command *self, const struct settings *o, struct captures *in)
{
	struct stream_list l = { 0 };
	struct output out;
	int status = output_open_for(&out, self, in);

	if (status)
		return status;
	status = gather(in, &o->captures, &l);
	if (!status) {
		size_t n;
		struct sorted *at = choose(&l, o, &n);
		if (at) {
			print(o, in, &out, at, n);
		} else {
			command_error(self, "cannot list the streams: %s", err_text(ERR_MEMORY));
			status = STATUS_FAILED;
		}
		free(at);
	}
	stream_list_release(&l);
	return output_finish(&out, status);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .captures = CAPTURE_DEFAULTS, .limit = UINT64_MAX };
	struct captures in;
	int status;

	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	status = captures_open_twice(&in, self, &s.captures, argc, argv);
	if (status)
		return status;
	status = list(self, &s, &in);
	int read_status = captures_finish(&in);
	return status ? status : read_status;
}

const struct command cmd_streams = {
	.name = "streams",
	.summary = "the conversations: who talked with whom, how much, how fast",
	.arguments = "CAPTURE...",
	.about = "Lists conversations under the numbers of Wireshark's udp.stream and tcp.stream:\n"
		 "NTP's over UDP and those of NTS key establishment over TCP, unless --udp, --tcp\n"
		 "or --all asks for more.  a is the end that sent first.  Sort keys: stream\n"
		 "packets bytes first last duration exchanges unanswered p50 p99 max.",
	.examples = "ntpscope streams capture.pcap\n"
		    "ntpscope streams --sort max --limit 10 capture.pcap\n"
		    "ntpscope streams --all --format=csv capture.pcap > streams.csv\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.reads_captures = true,
	.min_arguments = 1,
	.run = run,
};
