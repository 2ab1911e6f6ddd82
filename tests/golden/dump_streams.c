/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line per frame of a capture: frame, UDP streams, TCP streams.  For streams.py. */
#include <inttypes.h>
#include <stdio.h>

#include "engine/streams.h"
#include "source/source.h"

static void list(const struct stream_numbers *numbers, bool tcp)
{
	char before = '\t';
	for (unsigned i = 0; i < numbers->n; i++)
		if (numbers->at[i].tcp == tcp) {
			printf("%c%" PRIu32, before, numbers->at[i].number);
			before = ',';
		}
	if (before == '\t')
		putchar(before);
}

int main(int argc, char **argv)
{
	char message[512] = "";
	const char *path = argc > 1 ? argv[1] : "-";
	struct packet batch[64];
	struct stream_numbers numbers;
	struct streams streams;
	struct finder finder;
	struct found found;
	struct source *s;
	size_t n;

	if (source_open_files(&path, 1, &s, message, sizeof(message))) {
		fprintf(stderr, "%s\n", message);
		return 2;
	}
	if (streams_init(&streams, STREAMS_CAPACITY, 1)) {
		source_free(s);
		return 1;
	}
	finder_init(&finder, FINDER_WIRESHARK, false, 1);
	while (source_next(s, batch, 64, &n) == ERR_OK)
		for (size_t i = 0; i < n; i++) {
			finder_packet(&finder, &batch[i], &found);
			streams_number(&streams, &found, &numbers);
			printf("%" PRIu64, batch[i].frame);
			list(&numbers, false);
			list(&numbers, true);
			putchar('\n');
		}
	finder_release(&finder);
	streams_release(&streams);
	source_free(s);
	return 0;
}
