/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/bpf.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

enum { SNAPLEN = 262144 };

/* libpcap speaks of DLT_ numbers, captures of LINKTYPE_ numbers; they differ for raw IP. */
static const struct link_dlt {
	uint16_t link;
	int dlt;
} links[] = {
	{ LINK_ETHERNET, DLT_EN10MB },
	{ LINK_LINUX_SLL, DLT_LINUX_SLL },
	{ LINK_LINUX_SLL2, DLT_LINUX_SLL2 },
	{ LINK_RAW, DLT_RAW },
	{ 12, DLT_RAW },
	{ 14, DLT_RAW },
	{ LINK_IPV4, DLT_IPV4 },
	{ LINK_IPV6, DLT_IPV6 },
	{ LINK_NULL, DLT_NULL },
	{ LINK_LOOP, DLT_LOOP },
	{ LINK_PPP, DLT_PPP },
	{ LINK_PPP_HDLC, DLT_PPP_SERIAL },
	{ LINK_PPP_ETHER, DLT_PPP_ETHER },
	{ LINK_CHDLC, DLT_C_HDLC },
	{ LINK_IEEE802_11, DLT_IEEE802_11 },
	{ LINK_IEEE802_11_RADIOTAP, DLT_IEEE802_11_RADIO },
};

enum { N_LINKS = sizeof(links) / sizeof(links[0]) };

struct bpf {
	bool usable[N_LINKS];
	struct bpf_program code[N_LINKS];
};

static bool compile(const char *expression, int dlt, struct bpf_program *code, char *message,
		    size_t message_len)
{
	pcap_t *dead = pcap_open_dead(dlt, SNAPLEN);
	if (!dead) {
		snprintf(message, message_len, "no memory");
		return false;
	}
	bool good = pcap_compile(dead, code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!good)
		snprintf(message, message_len, "%s", pcap_geterr(dead));
	pcap_close(dead);
	return good;
}

/* One link type is enough, so that "ether host ..." is no error for Ethernet captures.  The message is that
 * of the first, Ethernet, whose language is the largest. */
enum err bpf_new(struct bpf **out, const char *expression, char *message, size_t message_len)
{
	struct bpf *b = calloc(1, sizeof(*b));
	bool any = false;
	*out = NULL;
	if (!b) {
		snprintf(message, message_len, "no memory");
		return ERR_MEMORY;
	}
	for (size_t i = 0; i < N_LINKS; i++) {
		char unwanted[PCAP_ERRBUF_SIZE];
		b->usable[i] = compile(expression, links[i].dlt, &b->code[i], i ? unwanted : message,
				       i ? sizeof(unwanted) : message_len);
		any |= b->usable[i];
	}
	if (!any) {
		free(b);
		return ERR_USAGE;
	}
	*out = b;
	return ERR_OK;
}

void bpf_free(struct bpf *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < N_LINKS; i++)
		if (b->usable[i])
			pcap_freecode(&b->code[i]);
	free(b);
}

bool bpf_matches(const struct bpf *b, const struct packet *p)
{
	size_t i = 0;
	while (i < N_LINKS && links[i].link != p->link)
		i++;
	if (i == N_LINKS || !b->usable[i])
		return false;
	struct pcap_pkthdr header = { .caplen = p->caplen, .len = p->len };
	return pcap_offline_filter(&b->code[i], &header, p->data) != 0;
}
