/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets and rows of truth in memory, until all are known and can be put in order. */
#include <stdlib.h>
#include <string.h>

#include "ntpgen.h"

#define TIMEOUT_NS (5 * SEC)

/* Doubles the room of an array when it is full.  A generator may end where it has no memory. */
static void *grow(void *array, size_t used, size_t *cap, size_t more, size_t size)
{
	if (used + more <= *cap)
		return array;
	while (used + more > *cap)
		*cap = *cap ? 2 * *cap : 1024;
	array = realloc(array, *cap * size);
	if (!array)
		abort();
	return array;
}

void stage_init(struct stage *st, uint64_t seed, uint64_t stream)
{
	*st = (struct stage){ 0 };
	rng_seed(&st->rng, seed, stream);
}

void stage_release(struct stage *st)
{
	free(st->packets);
	free(st->rows);
	free(st->bytes);
	*st = (struct stage){ 0 };
}

int32_t stage_frame(struct stage *st, int64_t due_ns, const uint8_t *frame, size_t len)
{
	st->packets = grow(st->packets, st->n_packets, &st->cap_packets, 1, sizeof *st->packets);
	st->bytes = grow(st->bytes, st->n_bytes, &st->cap_bytes, len, 1);
	memcpy(st->bytes + st->n_bytes, frame, len);
	st->packets[st->n_packets] = (struct staged){
		.due_ns = due_ns,
		.time_ns = due_ns,
		.at = st->n_bytes,
		.len = (uint32_t)len,
		.kept = (uint32_t)len,
		.order = (uint32_t)st->n_packets,
	};
	st->n_bytes += len;
	return (int32_t)st->n_packets++;
}

void stage_row(struct stage *st, const struct staged_row *row)
{
	st->rows = grow(st->rows, st->n_rows, &st->cap_rows, 1, sizeof *st->rows);
	st->rows[st->n_rows++] = *row;
}

void stage_step_clock(struct stage *st, int64_t at_ns, int64_t step_ns)
{
	if (st->n_steps == STEPS_MAX)
		return;
	st->steps[st->n_steps].at_ns = at_ns;
	st->steps[st->n_steps++].step_ns = step_ns;
}

static int64_t clock_error(const struct stage *st, int64_t t_ns)
{
	int64_t sum = 0;
	for (size_t i = 0; i < st->n_steps; i++)
		sum += t_ns >= st->steps[i].at_ns ? st->steps[i].step_ns : 0;
	return sum;
}

static int by_due(const void *a, const void *b)
{
	const struct staged *x = a, *y = b;
	if (x->due_ns != y->due_ns)
		return x->due_ns < y->due_ns ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int by_frame(const void *a, const void *b)
{
	const struct truth_row *x = a, *y = b;
	uint64_t fx = x->request_frame ? x->request_frame : x->response_frame;
	uint64_t fy = y->request_frame ? y->request_frame : y->response_frame;
	if (fx != fy)
		return fx < fy ? -1 : 1;
	return x->response_frame < y->response_frame ? -1 : x->response_frame > y->response_frame;
}

static int by_client(const void *a, const void *b)
{
	const struct truth_row *x = a, *y = b;
	return addr_compare(&x->client.addr, &y->client.addr);
}

/* A clock that was stepped can make an answer late, or one that was late timely. */
static enum class class_by_time(const struct staged_row *row, int64_t delta_ns) {
	if (row->class == CLASS_ANSWERED && delta_ns > TIMEOUT_NS) return CLASS_LATE;
	if (row->class == CLASS_LATE && delta_ns <= TIMEOUT_NS) return CLASS_ANSWERED;
	return row->class;
}

static struct truth_row finish_row(const struct staged_row *row, const struct staged *const *packet_of,
				   const struct sink *s)
{
	struct truth_row out = { .class = row->class,
				 .client = row->client,
				 .server = row->server,
				 .version = row->version,
				 .note = row->note };
	if (row->request >= 0) {
		out.request_frame = packet_of[row->request]->frame;
		out.request_ns = sink_time(s, packet_of[row->request]->time_ns);
	}
	if (row->response >= 0) {
		out.response_frame = packet_of[row->response]->frame;
		out.response_ns = sink_time(s, packet_of[row->response]->time_ns);
	}
	if (row->request >= 0 && row->response >= 0)
		out.class = class_by_time(row, out.response_ns - out.request_ns);
	return out;
}

static void write_rows(struct stage *st, struct sink *s)
{
	const struct staged **packet_of = calloc(st->n_packets + 1, sizeof *packet_of);
	struct truth_row *rows = calloc(st->n_rows + 1, sizeof *rows);
	if (!packet_of || !rows)
		abort();
	for (size_t i = 0; i < st->n_packets; i++)
		packet_of[st->packets[i].order] = &st->packets[i];
	for (size_t i = 0; i < st->n_rows; i++)
		rows[i] = finish_row(&st->rows[i], packet_of, s);
	qsort(rows, st->n_rows, sizeof *rows, by_client);
	for (size_t i = 0; i < st->n_rows; i++)
		s->n_clients += i == 0 || by_client(&rows[i - 1], &rows[i]) != 0;
	qsort(rows, st->n_rows, sizeof *rows, by_frame);
	for (size_t i = 0; i < st->n_rows; i++)
		sink_row(s, &rows[i]);
	free(rows);
	free(packet_of);
}

void stage_write(struct stage *st, struct sink *s)
{
	qsort(st->packets, st->n_packets, sizeof *st->packets, by_due);
	for (size_t i = 0; i < st->n_packets; i++) {
		struct staged *p = &st->packets[i];
		p->time_ns += clock_error(st, p->due_ns);
		p->frame = sink_frame_cut(s, p->time_ns, st->bytes + p->at, p->len, p->kept);
	}
	write_rows(st, s);
}
