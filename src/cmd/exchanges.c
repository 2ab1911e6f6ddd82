/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope exchanges`: one row for each request and what became of it. */
#include "cmd/exchanges.h"

#include "cmd/choices.h"
#include "cmd/engine.h"
#include "cmd/select.h"

struct settings {
	struct capture_options captures;
	int format; /* enum exchange_format */
	struct text_list classes;
	uint64_t limit;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	{ 0, "format", NULL, "a table to read, or rows for programs", OPTION_CHOICE, AT(format),
	  .choices = "table|json|csv" },
	{ 0, "class", "WORDS", "only these: answered,unanswered,late,...", OPTION_TEXTS, AT(classes) },
	{ 0, "limit", "N", "stop after N rows", OPTION_COUNT, AT(limit), .min = 1, .max = UINT64_MAX },
};

static const char *class_word(unsigned i)
{
	return exchange_class_name((enum exchange_class)i);
}

enum err exchange_print(void *arg, const struct exchange *x)
{
	struct exchange_printer *p = arg;

	if (!(p->classes >> x->class & 1))
		return ERR_OK;
	if (p->rows.n >= p->limit)
		return ERR_END;
	exchange_rows_row(&p->rows, x);
	return output_broken(p->out) || p->rows.n >= p->limit ? ERR_END : ERR_OK;
}

static int strict(const struct command *self, struct captures *in, struct exchange_printer *printer)
{
	struct engine_config config = engine_config_of(in->options);
	struct pipeline_io io = pipeline_io_of(in);
	struct census *census = NULL;

	config.want_rows = true;
	io.row = exchange_print;
	io.row_arg = printer;
	enum err e = pipeline_run(&config, &io, &census);
	captures_ended(in, e);
	if (!census) {
		command_error(self, "cannot pair packets: %s", err_text(e));
		return STATUS_FAILED;
	}
	uint64_t n_forgotten = census_summary(census)->n_forgotten_requests;
	census_free(census);
	if (n_forgotten)
		command_warning(self, "%llu open requests were given up early: raise '--capacity'",
				(unsigned long long)n_forgotten);
	return STATUS_OK;
}

static int print(const struct command *self, const struct settings *s, uint64_t classes, struct captures *in)
{
	struct output out;
	int status = output_open_for(&out, self, in);
	if (status)
		return status;
	struct exchange_printer printer = {
		.out = &out,
		.rows = { .out = &out.buf,
			  .hosts = &in->hosts,
			  .format = (enum exchange_format)s->format,
			  .color = out.color },
		.classes = classes,
		.limit = s->limit,
	};
	exchange_rows_begin(&printer.rows, in->paths, in->n_paths);
	if (s->captures.match == MATCH_WIRESHARK)
		status = exchanges_wireshark(self, in, &printer);
	else
		status = strict(self, in, &printer);
	exchange_rows_end(&printer.rows, in->source ? in->source->damage : "");
	return output_finish(&out, status);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .captures = CAPTURE_DEFAULTS, .limit = UINT64_MAX };
	struct captures in;
	uint64_t classes;
	int status;

	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	if (!choices_mask(self, "class", &s.classes, class_word, N_CLASSES, &classes))
		return STATUS_FAILED;
	bool twice = s.captures.match == MATCH_WIRESHARK;
	status = (twice ? captures_open_twice : captures_open)(&in, self, &s.captures, argc, argv);
	if (status)
		return status;
	status = select_begin(&in);
	if (!status)
		status = print(self, &s, classes, &in);
	int read_status = captures_finish(&in);
	return status ? status : read_status;
}

const struct command cmd_exchanges = {
	.name = "exchanges",
	.summary = "every request and what became of it, one row each",
	.arguments = "CAPTURE...",
	.about = "Pairs requests with responses and prints one row for each exchange, in the\n"
		 "order of the requests.  Classes: answered unanswered late duplicate\n"
		 "unsolicited kod nak retransmitted symmetric broadcast malformed other.\n"
		 "With -Y only frames that match are paired: choose by what request and answer\n"
		 "have in common, such as an address, udp.stream or ntp.class.",
	.examples = "ntpscope exchanges capture.pcap\n"
		    "ntpscope exchanges --format=csv capture.pcap > delta.csv\n"
		    "ntpscope exchanges --class unanswered,late --limit 20 capture.pcap\n"
		    "ntpscope exchanges -Y 'udp.stream == 7' capture.pcap\n"
		    "ntpscope exchanges --match=wireshark --format=csv capture.pcap\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.reads_captures = true,
	.min_arguments = 1,
	.run = run,
};
