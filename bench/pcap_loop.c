/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-pcap_loop FILE: libpcap's own reader with nothing in the loop.  Prints the number of packets. */
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	if (argc != 2) {
		fprintf(stderr, "usage: bench-pcap_loop FILE\n");
		return 2;
	}
	pcap_t *p = pcap_open_offline_with_tstamp_precision(argv[1], PCAP_TSTAMP_PRECISION_NANO, error);
	if (!p) {
		fprintf(stderr, "bench-pcap_loop: %s\n", error);
		return 1;
	}
	uint64_t n = 0, bytes = 0;
	struct pcap_pkthdr *header;
	const u_char *data;
	while (pcap_next_ex(p, &header, &data) == 1) {
		bytes += header->caplen;
		n++;
	}
	pcap_close(p);
	printf("%ju packets, %ju bytes\n", (uintmax_t)n, (uintmax_t)bytes);
	return 0;
}
