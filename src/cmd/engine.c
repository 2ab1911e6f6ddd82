/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/engine.h"

#include <sched.h>
#include <sys/random.h>

#include "cmd/select.h"

uint64_t engine_secret(void)
{
	uint64_t secret;
	/* Fails only before the kernel's pool is ready; a fixed key then costs speed at worst. */
	if (getrandom(&secret, sizeof(secret), GRND_NONBLOCK) != (ssize_t)sizeof(secret))
		secret = UINT64_C(0x6a09e667f3bcc909);
	return secret;
}

static unsigned processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
	return n < 1 ? 1 : n > ENGINE_THREADS_MAX ? ENGINE_THREADS_MAX : (unsigned)n;
}

struct engine_config engine_config_of(const struct capture_options *options)
{
	struct engine_config c = engine_config_default();
	c.n_threads = options->threads ? (unsigned)options->threads : processors();
	c.secret = engine_secret();
	c.timeout_ns = options->timeout_ns;
	c.match_newest = options->match == MATCH_WIRESHARK;
	if (c.late_ns < c.timeout_ns)
		c.late_ns = c.timeout_ns;
	if (options->capacity) {
		c.capacity = options->capacity;
		c.pending_capacity = options->capacity;
	}
	for (size_t i = 0; i < options->servers.n && i < ENGINE_SERVERS_MAX; i++)
		c.servers[c.n_servers++] = options->servers.at[i];
	return c;
}

uint64_t engine_clients_expected(const struct source *s)
{
	enum { OCTETS_A_PACKET = 110, PACKETS_A_CLIENT = 10 };
	return s->total_file_bytes / (OCTETS_A_PACKET * PACKETS_A_CLIENT);
}

static enum err next(void *source, struct packet *out, size_t max, size_t *n)
{
	return source_next(source, out, max, n);
}

static bool passes(void *in, const struct packet *p)
{
	return captures_passes(in, p);
}

static bool whole_passes(void *in, const struct packet *last, const struct packet *whole,
			 const struct datagram *d)
{
	return select_whole_passes(((const struct captures *)in)->select, last, whole, d);
}

struct pipeline_io pipeline_io_of(struct captures *in)
{
	return (struct pipeline_io){
		.next = next,
		.source = in->source,
		.filter = in->filter || in->select ? passes : NULL,
		.whole_filter = in->select ? whole_passes : NULL,
		.filter_arg = in,
	};
}
