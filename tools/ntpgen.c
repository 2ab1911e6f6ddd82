/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options of the traffic generator; see ntpgen.h for what it is. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ntpgen.h"

/* 2026-03-01T00:00:00Z */
#define DEFAULT_START_S INT64_C(1772323200)

struct run {
	struct options o;
	const char *out, *truth, *summary;
	uint64_t snaplen;
	bool nanoseconds;
};

enum { OPT_NUMBER, OPT_TEXT, OPT_FLAG };

/* One row an option: parsing and help come from here. */
struct option_row {
	const char *name;
	char letter;
	int kind;
	size_t at; /* offset in struct run */
	const char *argument, *help;
};

#define AT(field) offsetof(struct run, field)

static const struct option_row options[] = {
	{ "profile", 'p', OPT_TEXT, AT(o.profile), "NAME", "bench (default), truth or day" },
	{ "output", 'o', OPT_TEXT, AT(out), "FILE", "the capture; - or nothing is standard output" },
	{ "truth", 't', OPT_TEXT, AT(truth), "FILE", "one CSV line an exchange" },
	{ "summary", 'S', OPT_TEXT, AT(summary), "FILE", "totals as JSON" },
	{ "seed", 's', OPT_NUMBER, AT(o.seed), "N", "the same seed gives the same bytes (1)" },
	{ "packets", 'n', OPT_NUMBER, AT(o.n_packets), "N",
	  "bench: packets (1000000); day: about as many (75000)" },
	{ "clients", 'c', OPT_NUMBER, AT(o.n_clients), "N", "bench: addresses (10000)" },
	{ "first-client", 'f', OPT_NUMBER, AT(o.first_client), "N",
	  "bench: number of the first address (0)" },
	{ "rate", 'r', OPT_NUMBER, AT(o.rate), "N", "bench: packets a second in capture time (8000)" },
	{ "loss", 'l', OPT_NUMBER, AT(o.loss_permille), "N", "bench: lost responses in 1000 (2)" },
	{ "start", 'b', OPT_NUMBER, AT(o.start_ns), "S", "first second, since 1970 (1772323200)" },
	{ "scenes", 'x', OPT_TEXT, AT(o.scenes), "LIST",
	  "truth: comma separated; nothing is all; 'list' shows them" },
	{ "repeat", 'k', OPT_NUMBER, AT(o.repeat), "N", "truth: times each scene is played (3)" },
	{ "snaplen", 'z', OPT_NUMBER, AT(snaplen), "N", "octets kept of a frame (65535)" },
	{ "nanoseconds", 'N', OPT_FLAG, AT(nanoseconds), NULL, "nanosecond capture, not microsecond" },
	{ "help", 'h', OPT_FLAG, 0, NULL, "this text" },
};

enum { N_OPTIONS = sizeof options / sizeof options[0] };

static void usage(FILE *out)
{
	fputs("usage: ntpgen [options]\nWrites a capture of simulated NTP traffic and the truth about it.\n",
	      out);
	for (size_t i = 0; i < N_OPTIONS; i++)
		fprintf(out, "  -%c, --%-12s %-5s %s\n", options[i].letter, options[i].name,
			options[i].argument ? options[i].argument : "", options[i].help);
}

static int set_option(struct run *r, const struct option_row *row, const char *value)
{
	char *field = (char *)r + row->at, *end;
	if (row->kind == OPT_TEXT) {
		memcpy(field, &value, sizeof value);
		return 0;
	}
	if (row->kind == OPT_FLAG) {
		*(bool *)field = true;
		return 0;
	}
	errno = 0;
	uint64_t n = strtoull(value, &end, 10);
	if (errno || end == value || *end) {
		fprintf(stderr, "ntpgen: --%s needs a number, not '%s'\n", row->name, value);
		return -1;
	}
	memcpy(field, &n, sizeof n);
	return 0;
}

/* Returns 0, 1 for help, -1 for wrong options. */
static int parse(struct run *r, int argc, char **argv)
{
	struct option longs[N_OPTIONS + 1] = { 0 };
	char letters[2 * N_OPTIONS + 1] = "";
	size_t n = 0;
	for (size_t i = 0; i < N_OPTIONS; i++) {
		longs[i] = (struct option){ options[i].name,
					    options[i].argument ? required_argument : no_argument, NULL,
					    options[i].letter };
		letters[n++] = options[i].letter;
		if (options[i].argument)
			letters[n++] = ':';
	}
	int c;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (c == 'h')
			return 1;
		const struct option_row *row = NULL;
		for (size_t i = 0; i < N_OPTIONS; i++)
			if (options[i].letter == c)
				row = &options[i];
		if (!row || set_option(r, row, optarg))
			return -1;
	}
	if (optind < argc) {
		fprintf(stderr, "ntpgen: '%s' is not an option\n", argv[optind]);
		return -1;
	}
	return 0;
}

static int write_summary(const struct run *r, const struct sink *s)
{
	FILE *f = fopen(r->summary, "w");
	if (!f)
		return -1;
	fprintf(f,
		"{\"profile\":\"%s\",\"seed\":%" PRIu64 ",\"packets\":%" PRIu64 ",\"octets\":%" PRIu64
		",\"clients\":%" PRIu64 ",\"first_ns\":%" PRId64 ",\"last_ns\":%" PRId64 ",\"classes\":{",
		r->o.profile, r->o.seed, s->n_frames, s->n_octets, s->n_clients, s->first_ns, s->last_ns);
	for (int i = 0; i < N_CLASSES; i++)
		fprintf(f, "%s\"%s\":%" PRIu64, i ? "," : "", class_names[i], s->n_rows[i]);
	fputs("}}\n", f);
	return fclose(f);
}

static const struct profile {
	const char *name;
	int (*run)(const struct options *o, struct sink *s);
} profiles[] = {
	{ "bench", bench_run },
	{ "truth", scenes_run },
	{ "day", day_run },
};

static const struct profile *find_profile(const char *name)
{
	for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct run r = { .o = { .profile = "bench",
				.seed = 1,
				.n_clients = 10000,
				.rate = 8000,
				.start_ns = DEFAULT_START_S,
				.loss_permille = 2,
				.repeat = 3 },
			 .out = "-",
			 .snaplen = 65535 };
	int what = parse(&r, argc, argv);
	if (what) {
		usage(what > 0 ? stdout : stderr);
		return what > 0 ? 0 : 2;
	}
	const struct profile *p = find_profile(r.o.profile);
	if (!p || !r.o.n_clients || !r.o.rate || !r.snaplen) {
		fprintf(stderr, "ntpgen: no profile '%s', or a number is 0\n", r.o.profile);
		return 2;
	}
	if (r.o.scenes && strcmp(r.o.scenes, "list") == 0) {
		scenes_list(stdout);
		return 0;
	}
	r.o.start_ns *= SEC;
	struct sink s;
	if (sink_open(&s, r.out, r.truth, r.nanoseconds, (uint32_t)r.snaplen)) {
		fprintf(stderr, "ntpgen: cannot open the output: %s\n", strerror(errno));
		return 1;
	}
	int wrong = p->run(&r.o, &s);
	if (sink_close(&s) || (r.summary && write_summary(&r, &s))) {
		fprintf(stderr, "ntpgen: cannot write: %s\n", strerror(errno));
		return 1;
	}
	return wrong;
}
