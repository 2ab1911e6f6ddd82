/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Input: one byte of settings, then packets, each behind its link type (1), the milliseconds that passed (2,
 * signed; the extremes are 20 years), bytes cut off by the snap length (1) and its length (2).  The whole
 * engine runs over them: each packet is in one fate and one class.  Then, unless the settings say that it
 * was enough, with three threads under another secret: all sums must be the same.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/nstime.h"
#include "engine/pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PACKETS_MAX = 512 };

static const uint16_t links[] = { LINK_ETHERNET, LINK_RAW, LINK_LINUX_SLL, LINK_LINUX_SLL2,
				  LINK_NULL,     LINK_PPP, LINK_IPV4,      LINK_IPV6 };

struct input {
	struct packet at[PACKETS_MAX];
	size_t n, given;
	size_t batch;
};

struct rows {
	uint64_t n, last, sum;
};

static void check(bool ok)
{
	if (!ok)
		abort();
}

static int64_t step_ns(uint16_t ms)
{
	if (ms == 0x7fff || ms == 0x8000)
		return (ms == 0x7fff ? 1 : -1) * 20 * 365 * 86400 * NS_PER_S;
	return (int16_t)ms * INT64_C(1000000);
}

static void read_packets(struct bytes *b, struct input *in)
{
	uint64_t now_ns = 0;
	while (bytes_left(b) >= 6 && in->n < PACKETS_MAX) {
		uint8_t link = bytes_u8(b);
		now_ns += (uint64_t)step_ns(bytes_be16(b));
		uint32_t cut = bytes_u8(b), len = bytes_be16(b);
		if (len > bytes_left(b))
			len = (uint32_t)bytes_left(b);
		in->at[in->n] = (struct packet){
			.data = bytes_take(b, len),
			.caplen = len > cut ? len - cut : 0,
			.len = len,
			.link = links[link & 7],
			.time_ns = (int64_t)now_ns,
			.frame = in->n + 1,
			.has_time = link < 0xf0,
		};
		in->n++;
	}
}

static enum err next(void *arg, struct packet *out, size_t max, size_t *n)
{
	struct input *in = arg;
	max = max < in->batch ? max : in->batch;
	*n = in->n - in->given < max ? in->n - in->given : max;
	if (*n)
		memcpy(out, in->at + in->given, *n * sizeof(*out));
	in->given += *n;
	return *n ? ERR_OK : ERR_END;
}

static enum err row(void *arg, const struct exchange *x)
{
	struct rows *r = arg;
	check(exchange_frame(x) >= r->last);
	r->last = exchange_frame(x);
	r->n++;
	r->sum = r->sum * 31 + x->request_frame * 7 + x->response_frame * 5 + x->class + x->notes;
	return ERR_OK;
}

static struct census *run(struct input *in, struct engine_config *c, struct rows *r)
{
	struct census *census;
	struct pipeline_io io = { .next = next, .source = in, .row = row, .row_arg = r };
	*r = (struct rows){ 0 };
	in->given = 0;
	check(pipeline_run(c, &io, &census) == ERR_OK && census);
	return census;
}

static void check_books(const struct census *c, size_t n_packets, const struct rows *r)
{
	const struct tally *t = census_tally(c);
	uint64_t fates = 0, classes = 0, exchanges = 0;
	for (unsigned i = 0; i < N_FATES; i++)
		fates += t->fates[i];
	for (unsigned i = 0; i < N_CLASSES; i++) {
		classes += t->class_packets[i];
		exchanges += t->class_exchanges[i];
	}
	check(fates == n_packets && t->n_frames == n_packets);
	check(classes == t->fates[FATE_NTP] && t->packets[0] + t->packets[1] + t->n_outside == classes);
	check(exchanges == r->n);
}

static void check_same_clients(const struct census *a, const struct census *b)
{
	uint32_t *of_a = NULL, *of_b = NULL;
	if (census_sort_clients(a, SORT_IP, false, &of_a) || census_sort_clients(b, SORT_IP, false, &of_b)) {
		free(of_a);
		return;
	}
	for (size_t i = 0; i < census_n_clients(a); i++) {
		struct client_info x, y;
		census_client(a, of_a[i], &x);
		census_client(b, of_b[i], &y);
		check(addr_equal(&x.addr, &y.addr) && x.rx == y.rx && x.tx == y.tx &&
		      x.rx_flags == y.rx_flags && x.tx_flags == y.tx_flags && x.owed == y.owed &&
		      x.alert == y.alert && x.servers == y.servers);
	}
	free(of_a);
	free(of_b);
}

static void check_same(const struct census *a, const struct census *b)
{
	check(memcmp(census_tally(a), census_tally(b), sizeof(struct tally)) == 0);
	check(census_n_clients(a) == census_n_clients(b));
	check(census_n_servers(a) == census_n_servers(b));
	check_same_clients(a, b);
	check(memcmp(census_summary(a), census_summary(b), sizeof(struct list_summary)) == 0);
	const struct series *s = census_series(a), *t = census_series(b);
	check(s->n == t->n && s->start_s == t->start_s && s->width_s == t->width_s);
	check(!s->n || memcmp(s->at, t->at, s->n * sizeof(*s->at)) == 0);
}

/* What reads a census must bear any. */
static void look_at(const struct census *c)
{
	struct peak *peaks;
	struct subnet *nets;
	struct load_level levels[4];
	uint32_t *order;
	size_t n;
	if (!census_peaks(c, &peaks, &n))
		free(peaks);
	if (!census_subnets(c, 120, 48, 1, 3, &nets, &n))
		free(nets);
	check(census_load_levels(c, levels, 4) <= 4);
	for (unsigned by = 0; by < N_CLIENT_SORTS; by++)
		if (!census_sort_clients(c, by, by & 1, &order))
			free(order);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in;
	struct bytes b = bytes_of(data, size);
	struct engine_config config = engine_config_default();
	struct rows rows[2];
	struct census *c[2];

	memset(&in, 0, sizeof(in));
	uint8_t settings = bytes_u8(&b);
	read_packets(&b, &in);
	in.batch = settings & 1 ? 7 : PACKETS_MAX;
	config.want_rows = true;
	config.capacity = settings & 2 ? 64 : 4096;
	config.pending_capacity = settings & 4 ? 64 : 4096;
	if (settings & 8) {
		config.n_servers = 1;
		config.servers[0] = addr_from_v4((const uint8_t[4]){ 192, 0, 2, 1 });
	}
	c[0] = run(&in, &config, &rows[0]);
	check_books(c[0], in.n, &rows[0]);
	look_at(c[0]);
	if (!(settings & 16)) {
		config.n_threads = 3;
		config.secret = UINT64_C(0x9e3779b97f4a7c15);
		c[1] = run(&in, &config, &rows[1]);
		check_same(c[0], c[1]);
		check(rows[0].sum == rows[1].sum);
		census_free(c[1]);
	}
	census_free(c[0]);
	return 0;
}
