/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope follow`: one conversation, both sides in order. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/output.h"
#include "cmd/row_feed.h"
#include "cmd/select.h"
#include "engine/streams.h"
#include "present/follow.h"

struct settings {
	struct capture_options captures;
	int format; /* enum follow_format */
	int from;   /* 0: both, 1: a, 2: b */
	bool tcp, verbose;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 0, "format", NULL, "decoded, payload alone, in hex, or for programs", OPTION_CHOICE, AT(format),
	  .choices = "text|raw|hex|json" },
	{ 0, "from", NULL, "only what this side sent; a spoke first", OPTION_CHOICE, AT(from),
	  .choices = "both|a|b" },
	{ 0, "tcp", NULL, "a STREAM that is only a number is TCP's", OPTION_FLAG, AT(tcp) },
	{ 0, "verbose", NULL, "all that is in each packet behind its line", OPTION_FLAG, AT(verbose) },
};

/* "udp.3", "udp:3", "3": the protocol and a sign before the number, or the number alone, which leaves *tcp as
 * it is. */
static bool parse_stream(const char *text, bool *tcp, uint32_t *number)
{
	char *end;

	if (strncmp(text, "udp", 3) == 0 || strncmp(text, "tcp", 3) == 0) {
		*tcp = text[0] == 't';
		text += 3;
		if (*text != '.' && *text != ':')
			return false;
		text++;
	}
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	unsigned long long n = strtoull(text, &end, 10);
	if (*end || errno || n >= STREAM_NONE)
		return false;
	*number = (uint32_t)n;
	return true;
}

/* What the captures have instead of the stream that was asked for. */
struct seen {
	uint32_t n[2]; /* UDP's, TCP's */
};

static void count(struct seen *seen, const struct stream_numbers *numbers)
{
	for (unsigned i = 0; i < numbers->n; i++) {
		const struct stream_header *h = &numbers->at[i];
		if (h->number >= seen->n[h->tcp])
			seen->n[h->tcp] = h->number + 1;
	}
}

static int none_such(const struct command *self, const struct follow *f, const struct seen *seen)
{
	const char *kind = f->tcp ? "tcp" : "udp";
	uint32_t n = seen->n[f->tcp];

	if (n > f->number)
		command_error(self, "no packet of stream '%s.%u' passes the filter", kind, f->number);
	else if (n)
		command_error(self, "no stream '%s.%u': there are %s.0 to %s.%u", kind, f->number, kind, kind,
			      n - 1);
	else
		command_error(self, "no stream '%s.%u': no frame holds %s", kind, f->number,
			      f->tcp ? "TCP" : "UDP");
	return STATUS_FAILED;
}

static unsigned needs_of(const struct settings *s, const struct captures *in, const struct follow *f)
{
	unsigned needs = ROW_NEEDS_STREAM;

	if (!f->tcp && f->format != FOLLOW_RAW && f->format != FOLLOW_HEX)
		needs |= ROW_NEEDS_REQUEST |
			 (s->captures.match == MATCH_WIRESHARK ? ROW_NEEDS_RESPONSE : ROW_NEEDS_EXCHANGE);
	if (s->verbose)
		needs |= ROW_NEEDS_HEADERS;
	return needs | (in->display ? filter_needs(in->display) : 0);
}

static int follow(const struct settings *s, struct captures *in, struct follow *f, struct output *out)
{
	struct seen seen = { 0 };
	struct row_feed *feed;
	const struct row *row;
	int status = row_feed_open(&feed, in, &s->captures, needs_of(s, in, f), true);

	if (status)
		return status;
	while (!output_broken(out) && row_feed_next(feed, &row)) {
		count(&seen, row->streams);
		if (!in->display || filter_matches(in->display, row))
			follow_row(f, row);
	}
	if (f->begun)
		follow_end(f, in->source ? in->source->damage : "");
	row_feed_close(feed);
	return f->begun ? STATUS_OK : none_such(in->command, f, &seen);
}

static int print(const struct command *self, const struct settings *s, struct captures *in, bool tcp,
		 uint32_t number)
{
	struct output out;
	int status = output_open_for(&out, self, in);

	if (status)
		return status;
	if (s->format == FOLLOW_RAW && out.terminal) {
		command_error(self, "a terminal would obey what strangers sent: use '-o FILE', a pipe, or "
				    "'--format hex'");
		return output_finish(&out, STATUS_FAILED);
	}
	struct follow f = {
		.out = &out.buf,
		.hosts = &in->hosts,
		.format = (enum follow_format)s->format,
		.color = out.color && s->format == FOLLOW_TEXT,
		.verbose = s->verbose,
		.only = s->from - 1,
		.tcp = tcp,
		.number = number,
		.paths = in->paths,
		.n_paths = in->n_paths,
	};
	if (follow_init(&f) == ERR_OK) {
		status = follow(s, in, &f, &out);
	} else {
		command_error(self, "no memory to follow a stream");
		status = STATUS_FAILED;
	}
	follow_release(&f);
	return output_finish(&out, status);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .captures = CAPTURE_DEFAULTS };
	struct captures in;
	uint32_t number;
	int status;

	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	bool tcp = s.tcp;
	if (!parse_stream(argv[0], &tcp, &number)) {
		command_error(self, "bad stream '%s': 'udp.3' or 'tcp.1' is one", argv[0]);
		return STATUS_FAILED;
	}
	status = captures_open_twice(&in, self, &s.captures, argc - 1, argv + 1);
	if (status)
		return status;
	status = print(self, &s, &in, tcp, number);
	int read_status = captures_finish(&in);
	return status ? status : read_status;
}

const struct command cmd_follow = {
	.name = "follow",
	.summary = "one conversation, both sides in order, decoded",
	.arguments = "STREAM CAPTURE...",
	.about = "Prints one conversation in order: of NTP a line a packet, with the time since\n"
		 "the one before, delta, and what changed since that side's packet before; of NTS\n"
		 "key establishment the TLS records and hellos; of any other the payload, and how\n"
		 "TCP opens and closes.  STREAM is udp.N or tcp.N (udp:N, tcp:N), with the numbers\n"
		 "of 'ntpscope streams' and Wireshark; N alone is UDP's.",
	.examples = "ntpscope follow udp.3 capture.pcap\n"
		    "ntpscope follow tcp.0 capture.pcap\n"
		    "ntpscope follow tcp.1 --format=raw --from b capture.pcap > answer\n"
		    "ntpscope follow udp.3 --verbose capture.pcap\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.reads_captures = true,
	.min_arguments = 2,
	.run = run,
};
