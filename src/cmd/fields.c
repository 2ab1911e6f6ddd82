/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ntpscope fields: what can be asked for with -e and -Y. */
#include "cmd/command.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "present/field_list.h"

struct settings {
	int format; /* enum field_list_form */
};

static const struct option_row rows[] = {
	{ 0, "format", NULL, "a table to read, or rows for programs", OPTION_CHOICE,
	  .offset = offsetof(struct settings, format), .choices = "table|json|markdown" },
};

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .format = FIELD_LIST_TABLE };
	struct output out;
	int status;
	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	if (argc > 1) {
		command_error(self, "one pattern is enough: '%s' is too many", argv[1]);
		return STATUS_FAILED;
	}
	const char *pattern = argc ? argv[0] : NULL;
	status = output_open(&out, self, NULL, 0);
	if (status)
		return status;
	size_t n = field_list_write((enum field_list_form)s.format, pattern, &out.buf);
	if (n == 0 && s.format == FIELD_LIST_TABLE) {
		command_error(self, "no field is called or means '%s'", pattern ? pattern : "");
		status = STATUS_FAILED;
	}
	return output_finish(&out, status);
}

const struct command cmd_fields = {
	.name = "fields",
	.summary = "the fields that -e and -Y know, with their meaning",
	.arguments = "[PATTERN]",
	.about = "Lists the fields of frames and packets: name, type, what has to be known to\n"
		 "fill it in, meaning. PATTERN is a word that the name or the meaning holds, or a\n"
		 "name with * and ?.",
	.examples = "ntpscope fields\n"
		    "ntpscope fields cookie\n"
		    "ntpscope fields 'ntp.ctrl.*'\n"
		    "ntpscope fields --format=json\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.run = run,
};
