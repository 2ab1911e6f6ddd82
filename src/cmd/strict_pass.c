/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/strict_pass.h"

#include "cmd/engine.h"
#include "source/bpf.h"

/* Reads until the last of the rows that matter was seen, and for as long behind it as an answer may take. */
struct reading {
	const struct strict_pass *pass;
	struct finder finder;
	uint64_t left; /* rows to come */
	int64_t end_ns;
	bool over;
};

static bool is_row(struct reading *r, const struct packet *p)
{
	const struct captures *in = r->pass->in;
	struct found found;
	if (in->filter && !bpf_matches(in->filter, p))
		return false;
	return finder_packet(&r->finder, p, &found) || r->pass->all_frames;
}

static bool is_last(struct reading *r, const struct packet *p)
{
	if (r->left == 0)
		return p->has_time && p->time_ns > r->end_ns;
	if (is_row(r, p) && --r->left == 0) {
		r->end_ns = r->pass->config->late_ns + r->pass->config->reorder_ns;
		r->end_ns = p->time_ns > INT64_MAX - r->end_ns ? INT64_MAX : p->time_ns + r->end_ns;
	}
	return false;
}

static enum err next(void *arg, struct packet *out, size_t max, size_t *n)
{
	struct reading *r = arg;
	*n = 0;
	if (r->over)
		return ERR_END;
	enum err e = source_next(r->pass->in->source, out, max, n);
	for (size_t i = 0; i < *n && !r->over; i++) {
		r->over = is_last(r, &out[i]);
		if (r->over)
			*n = i + 1;
	}
	return e;
}

static enum err keep(void *arg, const struct exchange *x)
{
	return exchange_index_add(arg, x);
}

enum err strict_pass_run(struct strict_pass *pass)
{
	struct pipeline_io io = pipeline_io_of(pass->in);
	struct reading reading = { .pass = pass, .left = pass->max_rows };
	struct census *census = NULL;
	if (pass->max_rows) {
		finder_init(&reading.finder, pass->rule, false, pass->config->secret);
		io.next = next;
		io.source = &reading;
	}
	if (pass->exchanges) {
		io.row = keep;
		io.row_arg = pass->exchanges;
		io.rows_in_any_order = true; /* they are looked up by frame */
	}
	enum err e = pipeline_run(pass->config, &io, &census);
	if (pass->max_rows)
		finder_release(&reading.finder);
	if (!census && !e)
		e = ERR_MEMORY;
	if (pass->census)
		*pass->census = census;
	else if (census)
		census_free(census);
	return e == ERR_MEMORY || e == ERR_LIMIT ? e : ERR_OK;
}
