/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/captures.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/hosts_file.h"
#include "cmd/progress.h"
#include "cmd/select.h"

#define AT(member) .offset = offsetof(struct capture_options, member)

const struct option_row capture_rows[] = {
	{ 'f', "filter", "EXPR", "read only frames that match this BPF expression", OPTION_TEXT, AT(filter) },
	{ 'Y', "display-filter", "FILTER", "use only frames that match, as Wireshark would", OPTION_TEXT,
	  AT(display) },
	{ 0, "server", "ADDR", "this address is a server (may be given again)", OPTION_ADDRS, AT(servers) },
	{ 0, "match", NULL, "how requests and responses are paired", OPTION_CHOICE, AT(match),
	  .choices = "strict|wireshark" },
	{ 0, "timeout", "TIME", "wait so long for a response (5 s)", OPTION_DURATION, AT(timeout_ns),
	  .min = 0, .max = 86400 },
	{ 0, "hosts", "FILE", "names for addresses, lines of ADDRESS NAME", OPTION_TEXT, AT(hosts) },
	{ 0, "threads", "N", "threads that count (one a processor)", OPTION_COUNT, AT(threads), .min = 1,
	  .max = 64 },
	{ 0, "capacity", "N", "entries of the largest table", OPTION_COUNT, AT(capacity), .min = 64,
	  .max = UINT64_C(1) << 32 },
	{ 'o', "output", "FILE", "write there instead of to standard output", OPTION_TEXT, AT(output) },
	{ 0, "color", NULL, "color in the output", OPTION_CHOICE, AT(color), .choices = "auto|always|never" },
};
const size_t n_capture_rows = sizeof(capture_rows) / sizeof(capture_rows[0]);

static int open_source(struct captures *in)
{
	char message[512];
	enum err e = source_open_files(in->paths, in->n_paths, &in->source, message, sizeof(message));
	if (e) {
		command_error(in->command, "%s", message);
		return STATUS_FAILED;
	}
	in->source = progress_watch(in->source, "ntpscope",
				    in->command->prints_at_end || in->options->output);
	return STATUS_OK;
}

/* What tells files apart, whatever they are called. */
struct identity {
	dev_t dev;
	ino_t ino;
	size_t index; /* in the paths */
};

static int by_identity(const void *pa, const void *pb)
{
	const struct identity *a = pa, *b = pb;
	if (a->dev != b->dev)
		return a->dev < b->dev ? -1 : 1;
	if (a->ino != b->ino)
		return a->ino < b->ino ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

static void say_repeated(const struct captures *in, const char *path, size_t times, size_t n_others)
{
	char how_often[32] = "twice", more[48] = "";
	if (times > 2)
		snprintf(how_often, sizeof(how_often), "%zu times", times);
	if (n_others)
		snprintf(more, sizeof(more), " (and %zu more)", n_others);
	command_warning(in->command, "'%s' is given %s: it counts %s%s", path, how_often, how_often, more);
}

/* A file that is given twice is more often a slip of a wildcard than meant. */
static void warn_of_repeats(const struct captures *in)
{
	struct identity *files = calloc(in->n_paths, sizeof(*files));
	size_t n = 0, times = 0, n_repeated = 0, first = SIZE_MAX, next;
	struct stat st;
	if (!files)
		return; /* no result depends on it */
	for (size_t i = 0; i < in->n_paths; i++)
		if (strcmp(in->paths[i], "-") != 0 && stat(in->paths[i], &st) == 0 && S_ISREG(st.st_mode))
			files[n++] = (struct identity){ st.st_dev, st.st_ino, i };
	qsort(files, n, sizeof(*files), by_identity);
	for (size_t i = 0; i < n; i = next) {
		for (next = i + 1; next < n; next++)
			if (files[next].dev != files[i].dev || files[next].ino != files[i].ino)
				break;
		if (next - i == 1)
			continue;
		n_repeated++;
		if (files[i].index < first) {
			first = files[i].index;
			times = next - i;
		}
	}
	if (n_repeated)
		say_repeated(in, in->paths[first], times, n_repeated - 1);
	free(files);
}

static void release(struct captures *in)
{
	source_free(in->source);
	hosts_release(&in->hosts);
	bpf_free(in->filter);
	select_free(in->select);
	filter_free(in->display);
	in->source = NULL;
	in->filter = NULL;
	in->select = NULL;
	in->display = NULL;
}

/* -f and -Y. */
static int open_filters(struct captures *in)
{
	const struct capture_options *options = in->options;
	char message[512];
	if (options->filter && bpf_new(&in->filter, options->filter, message, sizeof(message))) {
		command_error(in->command, "bad filter '%s': %s", options->filter, message);
		return STATUS_FAILED;
	}
	return options->display ? select_compile(in->command, options->display, &in->display) : STATUS_OK;
}

/* Copies standard input, a pipe, into a file without a name, which then is standard input. */
static int spool_stdin(const struct command *self)
{
	char block[65536];
	ssize_t n;
	FILE *spool = tmpfile();
	if (!spool)
		goto fail;
	while ((n = read(STDIN_FILENO, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || fwrite(block, 1, (size_t)n, spool) != (size_t)n)
			goto fail;
	}
	if (fflush(spool) != 0 || dup2(fileno(spool), STDIN_FILENO) < 0 ||
	    lseek(STDIN_FILENO, 0, SEEK_SET) < 0)
		goto fail;
	fclose(spool);
	return STATUS_OK;
fail:
	command_error(self, "cannot keep standard input in a temporary file: %s", strerror(errno));
	if (spool)
		fclose(spool);
	return STATUS_FAILED;
}

static bool reads_stdin(int n_paths, char **paths)
{
	for (int i = 0; i < n_paths; i++)
		if (strcmp(paths[i], "-") == 0)
			return true;
	return false;
}

static bool stdin_is_a_pipe(int n_paths, char **paths)
{
	struct stat st;
	return reads_stdin(n_paths, paths) && fstat(STDIN_FILENO, &st) == 0 && !S_ISREG(st.st_mode);
}

static int open_all(struct captures *in, const struct command *self, const struct capture_options *options,
		    int n_paths, char **paths, bool twice)
{
	*in = (struct captures){
		.command = self,
		.options = options,
		.ended = ERR_END,
		.paths = (const char *const *)paths,
		.n_paths = (size_t)n_paths,
	};
	int status = open_filters(in);
	if (!status && (twice || select_reads_ahead(options, in->display)) && stdin_is_a_pipe(n_paths, paths))
		status = spool_stdin(self);
	if (!status && options->hosts)
		status = hosts_file_read(self, options->hosts, &in->hosts);
	if (!status)
		status = open_source(in);
	if (status)
		release(in);
	else if (n_paths > 1)
		warn_of_repeats(in);
	return status;
}

int captures_open(struct captures *in, const struct command *self, const struct capture_options *options,
		  int n_paths, char **paths)
{
	return open_all(in, self, options, n_paths, paths, false);
}

int captures_open_twice(struct captures *in, const struct command *self,
			const struct capture_options *options, int n_paths, char **paths)
{
	return open_all(in, self, options, n_paths, paths, true);
}

int captures_rewind(struct captures *in)
{
	source_free(in->source);
	in->source = NULL;
	in->ended = ERR_END;
	if (reads_stdin((int)in->n_paths, (char **)in->paths) && lseek(STDIN_FILENO, 0, SEEK_SET) < 0) {
		command_error(in->command, "cannot read standard input again: %s", strerror(errno));
		return STATUS_FAILED;
	}
	return open_source(in);
}

bool captures_passes(const struct captures *in, const struct packet *p)
{
	return (!in->filter || bpf_matches(in->filter, p)) && (!in->select || select_passes(in->select, p));
}

bool captures_next(struct captures *in, struct packet *out, size_t max, size_t *n)
{
	enum err e = ERR_OK;
	*n = 0;
	while (!e && *n == 0) {
		size_t got;
		e = source_next(in->source, out, max, &got);
		if (e)
			break;
		for (size_t i = 0; i < got; i++)
			if (captures_passes(in, &out[i]))
				out[(*n)++] = out[i];
	}
	if (e)
		in->ended = e;
	return e == ERR_OK;
}

int captures_finish(struct captures *in)
{
	int status = STATUS_OK;
	if (in->source && in->source->damage[0]) {
		uint64_t more = in->source->stats.n_damaged;
		if (more > 1)
			command_warning(in->command, "%s (and %llu more)", in->source->damage,
					(unsigned long long)(more - 1));
		else
			command_warning(in->command, "%s", in->source->damage);
		status = STATUS_DAMAGED;
	} else if (in->ended != ERR_OK && in->ended != ERR_END) {
		command_warning(in->command, "reading broke off: %s", err_text(in->ended));
		status = STATUS_DAMAGED;
	}
	release(in);
	return status;
}
