/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/device.h"

#include <errno.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NTP; the ICMP errors that may quote it; later pieces of UDP datagrams, and IPv6 packets with extension
 * headers, which this language cannot look behind; IPv6 in IP; NTS-KE.  `ip6[6]` is the next header: hop by
 * hop, routing, fragment, destination options. */
#define WANTED                                                                    \
	"udp port 123"                                                            \
	" or (icmp and (icmp[0] = 3 or icmp[0] = 11 or icmp[0] = 12))"            \
	" or (icmp6 and ip6[40] >= 1 and ip6[40] <= 4)"                           \
	" or (ip proto 17 and ip[6:2] & 0x1fff != 0)"                             \
	" or (ip6 and (ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 60))" \
	" or proto 41"                                                            \
	" or tcp port 4460"

/* A word `vlan` moves all offsets behind it: the whole again inside one tag, and inside two. */
const char device_filter[] = WANTED " or (vlan and (" WANTED " or (vlan and (" WANTED "))))";
static const char filter_without_tags[] = WANTED;

struct device {
	pcap_t *handle;
	int fd;
	unsigned index; /* of the interface; 0: any, or the kernel does not say */
	uint16_t link;
	char name[DEVICE_NAME_MAX];
	/* Counters of libpcap have 32 bits. */
	uint32_t last_kernel, last_interface;
	uint64_t n_kernel, n_interface;
};

static void say(char *why, size_t why_len, const char *text)
{
	snprintf(why, why_len, "%s", text[0] ? text : "unknown error");
}

static enum err refuse(pcap_t *handle, int status, char *why, size_t why_len)
{
	const char *detail = pcap_geterr(handle);
	bool forbidden = status == PCAP_ERROR_PERM_DENIED;
	if (forbidden)
		say(why, why_len, "not permitted: needs root or CAP_NET_RAW");
	else
		say(why, why_len, status == PCAP_ERROR || !detail[0] ? detail : pcap_statustostr(status));
	pcap_close(handle);
	return forbidden ? ERR_USAGE : ERR_SYS;
}

static enum err prepare(pcap_t *handle, const struct device_config *c, char *why, size_t why_len)
{
	uint64_t bytes = c->buffer_bytes < INT32_MAX ? c->buffer_bytes : INT32_MAX;

	if (pcap_set_snaplen(handle, DEVICE_SNAPLEN) || pcap_set_promisc(handle, c->promiscuous) ||
	    pcap_set_timeout(handle, DEVICE_LATENCY_MS) || pcap_set_buffer_size(handle, (int)bytes) ||
	    pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)) {
		say(why, why_len, "nanosecond times are not supported");
		return ERR_USAGE;
	}
	return ERR_OK;
}

static enum err set_filter(pcap_t *handle, char *why, size_t why_len)
{
	struct bpf_program code;

	/* Some link types have no tags, for example those of "any". */
	if (pcap_compile(handle, &code, device_filter, 1, PCAP_NETMASK_UNKNOWN) &&
	    pcap_compile(handle, &code, filter_without_tags, 1, PCAP_NETMASK_UNKNOWN)) {
		say(why, why_len, pcap_geterr(handle));
		return ERR_USAGE;
	}
	int status = pcap_setfilter(handle, &code);
	pcap_freecode(&code);
	if (status == 0)
		return ERR_OK;
	say(why, why_len, pcap_geterr(handle));
	return ERR_SYS;
}

static uint16_t link_of(int dlt)
{
	return dlt == DLT_RAW ? LINK_RAW : (uint16_t)dlt;
}

static enum err activate(pcap_t *handle, const struct device_config *c, char *why, size_t why_len)
{
	char message[PCAP_ERRBUF_SIZE] = "";
	int status = pcap_activate(handle);

	if (status < 0)
		return refuse(handle, status, why, why_len);
	if (strcmp(c->name, "any") == 0)
		pcap_set_datalink(handle, DLT_LINUX_SLL2); /* which says the interface, where it can */
	enum err e = set_filter(handle, why, why_len);
	if (!e && pcap_setnonblock(handle, 1, message)) {
		say(why, why_len, message);
		e = ERR_SYS;
	}
	if (e)
		pcap_close(handle);
	return e;
}

enum err device_open(const struct device_config *c, struct device **out, char *why, size_t why_len)
{
	char message[PCAP_ERRBUF_SIZE] = "";
	struct device *d = calloc(1, sizeof(*d));

	*out = NULL;
	say(why, why_len, "no memory");
	if (!d)
		return ERR_MEMORY;
	pcap_t *handle = pcap_create(c->name, message);
	if (!handle) {
		say(why, why_len, message);
		free(d);
		return ERR_SYS;
	}
	enum err e = prepare(handle, c, why, why_len);
	if (e)
		pcap_close(handle);
	else
		e = activate(handle, c, why, why_len);
	if (e) {
		free(d);
		return e;
	}
	d->handle = handle;
	d->fd = pcap_get_selectable_fd(handle);
	d->index = if_nametoindex(c->name);
	d->link = link_of(pcap_datalink(handle));
	snprintf(d->name, sizeof(d->name), "%s", c->name);
	*out = d;
	return ERR_OK;
}

void device_close(struct device *d)
{
	if (!d)
		return;
	pcap_close(d->handle);
	free(d);
}

int device_fd(const struct device *d)
{
	return d->fd;
}

uint16_t device_link(const struct device *d)
{
	return d->link;
}

/* Where the frames of one device_read() go. */
struct copy {
	struct packet *out;
	uint8_t *at;
	size_t n;
	uint16_t link;
};

static void keep(u_char *user, const struct pcap_pkthdr *h, const u_char *bytes)
{
	struct copy *c = (struct copy *)(void *)user;
	uint32_t caplen = h->caplen < DEVICE_SNAPLEN ? h->caplen : DEVICE_SNAPLEN;

	memcpy(c->at, bytes, caplen);
	c->out[c->n++] = (struct packet){
		.data = c->at,
		.time_ns = (int64_t)h->ts.tv_sec * 1000000000 + h->ts.tv_usec, /* nanoseconds, as asked for */
		.caplen = caplen,
		.len = h->len,
		.link = c->link,
		.has_time = true,
	};
	c->at += caplen;
}

enum err device_read(struct device *d, struct packet *out, size_t max, uint8_t *bytes, size_t *n,
		     size_t *used, char *why, size_t why_len)
{
	struct copy c = { .out = out, .at = bytes, .link = d->link };
	int count = max < INT32_MAX ? (int)max : INT32_MAX;
	int status = max ? pcap_dispatch(d->handle, count, keep, (u_char *)&c) : 0;

	*n = c.n;
	*used = (size_t)(c.at - bytes);
	if (status >= 0)
		return ERR_OK;
	say(why, why_len, pcap_geterr(d->handle));
	return ERR_SYS;
}

bool device_is_there(const struct device *d)
{
	return d->index == 0 || if_nametoindex(d->name) == d->index;
}

void device_drops(struct device *d, uint64_t *kernel, uint64_t *interface)
{
	struct pcap_stat s;

	if (pcap_stats(d->handle, &s) == 0) {
		d->n_kernel += (uint32_t)(s.ps_drop - d->last_kernel);
		d->n_interface += (uint32_t)(s.ps_ifdrop - d->last_interface);
		d->last_kernel = s.ps_drop;
		d->last_interface = s.ps_ifdrop;
	}
	*kernel = d->n_kernel;
	*interface = d->n_interface;
}

const char *device_library(void)
{
	return pcap_lib_version();
}
