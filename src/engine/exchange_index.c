/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/exchange_index.h"

#include <stdlib.h>
#include <string.h>

static bool grow_one(uint32_t **of_frame, size_t had, size_t want)
{
	uint32_t *grown = realloc(*of_frame, want * sizeof(*grown));
	if (!grown)
		return false;
	memset(grown + had, 0, (want - had) * sizeof(*grown));
	*of_frame = grown;
	return true;
}

static enum err have_frame(struct exchange_index *index, uint64_t frame)
{
	if (frame < index->n_frames)
		return ERR_OK;
	if (frame >= UINT32_MAX)
		return ERR_LIMIT;
	size_t want = index->n_frames ? index->n_frames : 4096;
	while (want <= frame)
		want *= 2;
	/* When only the first grows it is grown again to the same size the next time. */
	if (!grow_one(&index->of_request, index->n_frames, want) ||
	    !grow_one(&index->of_response, index->n_frames, want))
		return ERR_MEMORY;
	index->n_frames = want;
	return ERR_OK;
}

static enum err have_room(struct exchange_index *index)
{
	if (index->n < index->cap)
		return ERR_OK;
	if (index->n >= UINT32_MAX - 1)
		return ERR_LIMIT;
	size_t cap = index->cap ? index->cap * 2 : 1024;
	struct kept_exchange *grown = realloc(index->at, cap * sizeof(*grown));
	if (!grown)
		return ERR_MEMORY;
	index->at = grown;
	index->cap = cap;
	return ERR_OK;
}

enum err exchange_index_add(struct exchange_index *index, const struct exchange *x)
{
	uint64_t last = x->request_frame > x->response_frame ? x->request_frame : x->response_frame;
	enum err e = have_frame(index, last);
	if (!e)
		e = have_room(index);
	if (e)
		return e;
	index->at[index->n++] = (struct kept_exchange){
		.request_frame = (uint32_t)x->request_frame,
		.response_frame = (uint32_t)x->response_frame,
		.delta_ns = exchange_has_delta(x) ? exchange_delta_ns(x) : 0,
		.turnaround_ns = x->turnaround_ns,
		.offset_ns = x->offset_ns,
		.class = x->class,
		.version = x->version,
		.mode = x->mode,
		.kiss = x->kiss,
		.auth = x->auth,
		.notes = x->notes,
		.has_turnaround = x->has_turnaround,
		.has_offset = x->has_offset,
	};
	uint32_t *slot = &index->of_request[x->request_frame];
	bool counts = x->class != CLASS_DUPLICATE && !(x->notes & NOTE_CONTINUED);
	if (x->request_frame && (!*slot || counts))
		*slot = (uint32_t)index->n;
	if (x->response_frame)
		index->of_response[x->response_frame] = (uint32_t)index->n;
	return ERR_OK;
}

void exchange_index_release(struct exchange_index *index)
{
	free(index->at);
	free(index->of_request);
	free(index->of_response);
	*index = (struct exchange_index){ 0 };
}

static const struct kept_exchange *find(const struct exchange_index *index, const uint32_t *of_frame,
					uint64_t frame)
{
	uint32_t i = frame < index->n_frames ? of_frame[frame] : 0;
	return i ? &index->at[i - 1] : NULL;
}

const struct kept_exchange *exchange_index_of_response(const struct exchange_index *index, uint64_t frame)
{
	return find(index, index->of_response, frame);
}

const struct kept_exchange *exchange_index_of_request(const struct exchange_index *index, uint64_t frame)
{
	return find(index, index->of_request, frame);
}
