/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/bpf.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SNAPLEN = 262144, LINKS_MAX = 16 };

/* One compiled program a link type; compiled when the first frame of that type comes. */
struct program {
	int link;
	bool usable;
	struct bpf_program code;
};

struct bpf {
	struct source source; /* first: the source that the caller sees */
	struct source *inner;
	const char *expression;
	size_t n;
	struct program at[LINKS_MAX];
};

/* libpcap speaks of DLT_ numbers, captures of LINKTYPE_ numbers; they differ for raw IP (101 in files). */
static int dlt_of(uint16_t link)
{
	return link == LINK_RAW ? DLT_RAW : link;
}

static bool compile(const char *expression, int dlt, struct bpf_program *code, char *message, size_t message_len)
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

enum err bpf_check(const char *expression, char *message, size_t message_len)
{
	struct bpf_program code;
	if (!compile(expression, DLT_EN10MB, &code, message, message_len))
		return ERR_USAGE;
	pcap_freecode(&code);
	return ERR_OK;
}

static struct program *program_of(struct bpf *b, uint16_t link)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].link == link)
			return &b->at[i];
	if (b->n == LINKS_MAX)
		return NULL;
	struct program *p = &b->at[b->n++];
	char message[PCAP_ERRBUF_SIZE];
	p->link = link;
	p->usable = compile(b->expression, dlt_of(link), &p->code, message, sizeof(message));
	return p;
}

static bool matches(struct bpf *b, const struct packet *p)
{
	const struct program *program = program_of(b, p->link);
	if (!program || !program->usable)
		return false;
	struct pcap_pkthdr header = { .caplen = p->caplen, .len = p->len };
	return pcap_offline_filter(&program->code, &header, p->data) != 0;
}

static enum err bpf_next(struct source *s, struct packet *out, size_t max, size_t *n)
{
	struct bpf *b = (struct bpf *)s;
	size_t kept = 0;
	enum err e = ERR_OK;
	while (!e && kept == 0) {
		size_t got;
		e = source_next(b->inner, out, max, &got);
		for (size_t i = 0; !e && i < got; i++)
			if (matches(b, &out[i]))
				out[kept++] = out[i];
	}
	source_copy_state(s, b->inner);
	*n = kept;
	return e;
}

static void bpf_free(struct source *s)
{
	struct bpf *b = (struct bpf *)s;
	for (size_t i = 0; i < b->n; i++)
		if (b->at[i].usable)
			pcap_freecode(&b->at[i].code);
	source_free(b->inner);
	free(b);
}

struct source *bpf_source(struct source *inner, const char *expression)
{
	static const struct source_ops ops = { .next = bpf_next, .free = bpf_free };
	struct bpf *b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->source.ops = &ops;
	b->inner = inner;
	b->expression = expression;
	source_copy_state(&b->source, inner);
	return &b->source;
}
