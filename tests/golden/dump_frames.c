/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prints what a source hands out, one line a frame: number, time, length, captured length, link type, file.
 * frames.py compares it with tshark.
 *
 *	dump_frames [-b BATCH] FILE...
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/nstime.h"
#include "source/source.h"

enum { BATCH_MAX = 32768 };

static void print_packet(const struct packet *p)
{
	uint64_t ns = p->time_ns < 0 ? -(uint64_t)p->time_ns : (uint64_t)p->time_ns;

	printf("%" PRIu64 "\t", p->frame);
	if (p->has_time)
		printf("%s%" PRIu64 ".%09" PRIu64, p->time_ns < 0 ? "-" : "", ns / NS_PER_S, ns % NS_PER_S);
	printf("\t%" PRIu32 "\t%" PRIu32 "\t%u\t%u\n", p->len, p->caplen, p->link, p->file);
}

/* Touches every byte, so that a sanitizer sees a packet that is not there. */
static unsigned int sum_of(const struct packet *p)
{
	unsigned int sum = 0;

	for (uint32_t i = 0; i < p->caplen; i++)
		sum += p->data[i];
	return sum;
}

static int dump(struct source *s, size_t batch)
{
	struct packet *packets = malloc(BATCH_MAX * sizeof(*packets));
	unsigned int sum = 0;
	enum err e = ERR_MEMORY;
	size_t n;

	while (packets && !(e = source_next(s, packets, batch, &n))) {
		for (size_t i = 0; i < n; i++) {
			print_packet(&packets[i]);
			sum += sum_of(&packets[i]);
		}
	}
	free(packets);
	fprintf(stderr, "%" PRIu64 " frames, %" PRIu64 " damaged, sum %u%s%s\n", s->stats.n_frames,
		s->stats.n_damaged, sum, *s->damage ? ": " : "", s->damage);
	return e == ERR_END ? 0 : 1;
}

int main(int argc, char **argv)
{
	size_t batch = BATCH_MAX;
	char message[600];
	struct source *s;
	int option, status;

	while ((option = getopt(argc, argv, "b:")) != -1) {
		if (option != 'b')
			return 2;
		batch = strtoul(optarg, NULL, 10);
	}
	if (batch < 1 || batch > BATCH_MAX)
		return 2;
	if (source_open_files((const char *const *)argv + optind, (size_t)(argc - optind), &s, message,
			      sizeof(message))) {
		fprintf(stderr, "%s\n", message);
		return 2;
	}
	status = dump(s, batch);
	source_free(s);
	return status;
}
