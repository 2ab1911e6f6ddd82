/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a live engine loads.  The first octet says how: even, it is the inside of a snapshot, as live_load()
 * gets it once the checksums were right; odd, it is a file.  What is taken must be safe to ask, to count on
 * with, and to save again.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/nstime.h"
#include "engine/live.h"
#include "store/snapshot_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	size_t len;
};

/* Chunks as save_stream.h wants them, made of what there is. */
static bool read_input(void *arg, void *data, size_t len)
{
	struct input *in = arg;
	if (len == 4) {
		size_t n = in->len < 1000 ? in->len : 1000;
		memcpy(data, (const uint8_t[4]){ 0, 0, (uint8_t)(n >> 8), (uint8_t)n }, 4);
		return true;
	}
	if (in->len < len)
		return false;
	memcpy(data, in->at, len);
	in->at += len;
	in->len -= len;
	return true;
}

static bool write_nowhere(void *arg, const void *data, size_t len)
{
	(void)arg, (void)data, (void)len;
	return true;
}

/* A question and its answer, now or long ago. */
static enum err next(void *arg, struct packet *out, size_t max, size_t *n, int64_t *now_ns)
{
	static const uint8_t request[] = {
		0x45, 0, 0,   76, 0,   0, 0,  0, 64, 17,   0, 0, 192, 0, 2, 1, 198, 51, 100,
		7,    0, 200, 0,  123, 0, 56, 0, 0,  0x23, 0, 6, 0,   0, 0, 0, 0,   0,  0,
		0,    0, 0,   0,  0,   0, 0,  0, 0,  0,    0, 0, 0,   0, 0, 0, 0,   0,  0,
		0,    0, 0,   0,  0,   0, 0,  0, 0,  0,    0, 1, 2,   3, 4, 5, 6,   7,  8,
	};
	unsigned *round = arg;
	(void)max;
	*n = *round < 2;
	*now_ns = 0;
	out[0] = (struct packet){ .data = request,
				  .caplen = sizeof(request),
				  .len = sizeof(request),
				  .link = LINK_RAW,
				  .time_ns = *round ? 0 : 1772323200 * NS_PER_S,
				  .has_time = true };
	if (*round == 2)
		*now_ns = 1772323200 * NS_PER_S + 3600 * NS_PER_S;
	return (*round)++ < 3 ? ERR_OK : ERR_END;
}

static void use(struct live *l)
{
	struct live_totals totals;
	struct client_info info[16];
	struct live_point points[16];
	struct live_view v;
	struct census *c;
	uint64_t cursor = 0;
	size_t at;
	unsigned round = 0;
	struct live_io io = { .next = next, .source = &round };
	assert(live_run(l, &io) == ERR_OK);
	live_totals(l, &totals);
	(void)live_points(l, 60, INT64_MIN, points, 16);
	assert(live_view_make(l, SORT_ALERT, true, NULL, &v) == ERR_OK);
	(void)live_view_page(l, &v, 0, info, 16, &at);
	live_view_release(&v);
	(void)live_walk(l, &cursor, info, 16);
	assert(live_save(l, write_nowhere, NULL) == ERR_OK);
	assert(live_census(l, (enum live_span)(totals.n_frames % 3), &c) == ERR_OK);
	census_free(c);
}

static struct engine_config small_config(void)
{
	struct engine_config config = engine_config_default();
	config.capacity = config.pending_capacity = 1024;
	return config;
}

static void load_inside(const uint8_t *data, size_t size)
{
	struct engine_config config = small_config();
	struct input in = { data, size };
	struct live *l;
	assert(live_new(&config, &l) == ERR_OK);
	if (live_load(l, read_input, &in) == ERR_OK)
		use(l);
	live_free(l);
}

static void load_file(const uint8_t *data, size_t size)
{
	struct snapshot_file f;
	struct snapshot_moment made;
	uint64_t identity;
	uint8_t room[100];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0 &&
	    snapshot_file_init(&f, fd) == ERR_OK) {
		if (snapshot_file_header(&f, &made, &identity))
			while (snapshot_file_read(&f, room, sizeof(room)))
				;
		snapshot_file_release(&f);
	}
	(void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] & 1)
		load_file(data + 1, size - 1);
	else
		load_inside(data + 1, size - 1);
	return 0;
}
