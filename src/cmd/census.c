/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/census.h"

#include "cmd/select.h"
#include "net/clock.h"

int counted_open(struct counted *x, const struct command *self, const struct capture_options *options,
		 int n_paths, char **paths)
{
	*x = (struct counted){ .self = self };
	int status = captures_open(&x->in, self, options, n_paths, paths);
	if (status)
		return status;
	status = output_open_for(&x->out, self, &x->in);
	if (!status) {
		status = select_begin(&x->in);
		if (status)
			output_finish(&x->out, status);
	}
	if (status) {
		captures_finish(&x->in);
		return status;
	}
	x->config = engine_config_of(options);
	x->config.clients_expected = engine_clients_expected(x->in.source);
	x->io = pipeline_io_of(&x->in);
	return STATUS_OK;
}

static void fill_info(struct counted *x, double elapsed_s)
{
	const struct source *s = x->in.source;

	x->info = (struct source_info){
		.paths = x->in.paths,
		.n_paths = x->in.n_paths,
		.filter = x->in.options->filter,
		.display = x->in.options->display,
		.damage = s->damage,
		.n_frames = s->stats.n_frames,
		.n_bytes = s->stats.n_bytes,
		.n_file_bytes = s->stats.n_file_bytes,
		.n_cut_by_snaplen = s->stats.n_cut_by_snaplen,
		.n_without_time = s->stats.n_without_time,
		.n_damaged = s->stats.n_damaged,
		.n_skipped_blocks = s->stats.n_skipped_blocks,
		.n_time_backwards = s->stats.n_time_backwards,
		.n_odd_time = s->stats.n_odd_time,
		.order_was_merged = s->order_was_merged,
		.elapsed_s = x->out.terminal ? elapsed_s : -1,
	};
}

static double now_s(void)
{
	return (double)clock_monotonic_ns() / 1e9;
}

int counted_run(struct counted *x)
{
	double started_s = now_s();
	enum err e = pipeline_run(&x->config, &x->io, &x->census);

	captures_ended(&x->in, e);
	fill_info(x, now_s() - started_s);
	if (x->census)
		return STATUS_OK;
	command_error(x->self, "cannot count: %s", err_text(e));
	return STATUS_FAILED;
}

int counted_close(struct counted *x, int status)
{
	status = output_finish(&x->out, status);
	census_free(x->census);
	int read_status = captures_finish(&x->in);
	return status ? status : read_status;
}
