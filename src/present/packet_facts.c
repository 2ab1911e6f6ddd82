/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/packet_facts.h"

#include <string.h>

#include "proto/ntske.h"

static void note(struct packet_facts *f, const char *text)
{
	if (f->n_notes < NOTES_MAX)
		f->notes[f->n_notes++] = text;
}

static void note_kiss(struct packet_facts *f)
{
	static const char *const texts[N_KISS] = {
		[KISS_RATE] = "kod RATE", [KISS_DENY] = "kod DENY", [KISS_RSTR] = "kod RSTR",
		[KISS_AUTH] = "kod AUTH", [KISS_CRYP] = "kod CRYP", [KISS_NTSN] = "kod NTSN",
		[KISS_INIT] = "kod INIT", [KISS_STEP] = "kod STEP", [KISS_OTHER] = "kod other",
	};
	enum ntp_kiss kiss = ntp_kiss_of(&f->header);
	if (kiss != KISS_NONE)
		note(f, texts[kiss]);
}

static void note_auth(struct packet_facts *f)
{
	switch ((enum ntp_auth_kind)f->trailer.auth) {
	case NTP_AUTH_NONE: break;
	case NTP_AUTH_MAC: note(f, "mac"); break;
	case NTP_AUTH_CRYPTO_NAK: note(f, "crypto-nak"); break;
	case NTP_AUTH_NTS: note(f, "nts"); break;
	case NTP_AUTH_NTS_NAK: note(f, "nts-nak"); break;
	case NTP_AUTH_MS_SNTP: note(f, "ms-sntp"); break;
	case NTP_AUTH_AUTOKEY: note(f, "autokey"); break;
	}
	if (f->trailer.malformed)
		note(f, "malformed trailer");
	if (f->trailer.n_ext && f->trailer.auth != NTP_AUTH_NTS && f->trailer.auth != NTP_AUTH_NTS_NAK &&
	    f->trailer.auth != NTP_AUTH_AUTOKEY)
		note(f, "extension fields");
}

static void note_tunnels(struct packet_facts *f, const struct datagram *d)
{
	for (unsigned bit = TUNNEL_IPIP; bit <= TUNNEL_GTP; bit <<= 1)
		if (d->tunnels & bit & ~(unsigned)TUNNEL_REASSEMBLED)
			note(f, tunnel_name((enum tunnel)bit));
}

static void note_frame(struct packet_facts *f, const struct row *row)
{
	const struct datagram *d = &row->found->datagram;
	if (d->kind == DATAGRAM_ICMP || d->kind == DATAGRAM_ICMPV6)
		note(f, "quoted in an icmp error");
	if (row->ntp->tcp)
		note(f, "tcp");
	if (row->found->reassembled)
		note(f, "reassembled");
	note_tunnels(f, d);
	if (row->ntp->len < row->ntp->wire_len)
		note(f, "cut by the capture");
	if (!row->packet->has_time)
		note(f, "no time");
}

static void data_facts(struct packet_facts *f, const struct view_ntp *v)
{
	f->has_header = ntp_header_parse(v->payload, v->len, &f->header);
	ntp_refid_text(f->header.stratum, f->header.refid, f->refid);
	if (f->header.version < 1 || f->header.version > 4)
		note(f, f->header.version == 5 ? "version 5" : "odd version");
	if (f->header.mode == NTP_MODE_RESERVED)
		note(f, "mode 0");
	if (!f->has_header) {
		if (v->wire_len < NTP_HEADER_LEN)
			note(f, "shorter than a header");
		return;
	}
	ntp_trailer_parse(v->payload, v->len, v->wire_len, &f->header, &f->trailer);
	note_kiss(f);
	if (f->header.leap == 3 && f->header.mode != NTP_MODE_CLIENT)
		note(f, "unsynchronised");
	if (f->header.leap == 1)
		note(f, "leap second comes");
	if (f->header.leap == 2)
		note(f, "leap second goes");
	note_auth(f);
}

static void control_facts(struct packet_facts *f, const struct view_ntp *v)
{
	f->has_control = control_header_parse(v->payload, v->len, &f->control);
	f->header.version = f->control.version;
	f->header.leap = f->control.leap;
	note(f, f->control.response ? "response" : "request");
	if (f->control.error)
		note(f, "error");
	if (f->control.more)
		note(f, "more to come");
	if (v->wire_len < CONTROL_HEADER_LEN)
		note(f, "shorter than a header");
}

static void private_facts(struct packet_facts *f, const struct view_ntp *v)
{
	f->has_private = private_header_parse(v->payload, v->len, &f->private);
	f->header.version = f->private.version;
	note(f, f->private.response ? "response" : "request");
	if (private_is_monlist(f->private.request_code))
		note(f, "monlist");
	if (f->private.more)
		note(f, "more to come");
	if (v->wire_len < PRIVATE_HEADER_LEN)
		note(f, "shorter than a header");
}

bool packet_ends_of(const struct row *row, struct view_ntp *out)
{
	const struct datagram *d = &row->found->datagram;
	if (row->ntp) {
		*out = *row->ntp;
		return true;
	}
	*out = (struct view_ntp){
		.src = d->src,
		.dst = d->dst,
		.sport = d->sport,
		.dport = d->dport,
		.wire_len = d->payload_wire_len,
		.tcp = d->kind == DATAGRAM_TCP,
	};
	return d->ip_version != 0;
}

const char *packet_carries(const struct row *row)
{
	if (row->ntp)
		return row->ntp->tcp ? "tcp" : "udp";
	switch ((enum datagram_kind)row->found->datagram.kind) {
	case DATAGRAM_UDP: return "udp";
	case DATAGRAM_TCP: return "tcp";
	case DATAGRAM_ICMP: return "icmp";
	case DATAGRAM_ICMPV6: return "icmpv6";
	case DATAGRAM_FRAGMENT: return "fragment";
	case DATAGRAM_OTHER: return "other";
	case DATAGRAM_CUT: return "cut";
	case DATAGRAM_MALFORMED: return "malformed";
	case DATAGRAM_UNKNOWN_LINK: return "unknown link";
	}
	return "other";
}

static void note_ntske(struct packet_facts *f, const struct datagram *d)
{
	struct tls_hello h;
	note(f, "nts-ke");
	tls_hello_parse(d->payload, d->payload_len, &h);
	switch (h.seen) {
	case TLS_CLIENT_HELLO: note(f, "client hello"); break;
	case TLS_SERVER_HELLO: note(f, "server hello"); break;
	case TLS_ALERT: note(f, "alert"); break;
	case TLS_NONE:
	case TLS_OTHER: break;
	}
}

/* The errors of RFC 792 and RFC 4443; others have no name here. */
static void note_icmp(struct packet_facts *f, const struct datagram *d)
{
	uint8_t type = d->icmp_type;
	if (d->kind == DATAGRAM_ICMP && (type == 3 || type == 4 || type == 5 || type == 11 || type == 12))
		note(f, icmp_error_name(4, type, d->icmp_code));
	if (d->kind == DATAGRAM_ICMPV6 && type >= 1 && type <= 4)
		note(f, icmp_error_name(6, type, d->icmp_code));
}

/* A frame without an NTP packet. */
static void other_facts(struct packet_facts *f, const struct row *row)
{
	const struct datagram *d = &row->found->datagram;
	note(f, "not ntp");
	if (d->kind == DATAGRAM_TCP && (d->sport == NTS_KE_PORT || d->dport == NTS_KE_PORT))
		note_ntske(f, d);
	note_icmp(f, d);
	note_tunnels(f, d);
	if (!row->packet->has_time)
		note(f, "no time");
}

void packet_facts_of(const struct row *row, struct packet_facts *out)
{
	const struct view_ntp *v = row->ntp;
	memset(out, 0, sizeof(*out));
	if (!v) {
		other_facts(out, row);
		return;
	}
	out->has_first = v->len > 0;
	if (!out->has_first) {
		note(out, v->wire_len ? "payload not captured" : "empty payload");
	} else {
		out->header.mode = ntp_first_mode(v->payload[0]);
		switch ((enum ntp_mode)out->header.mode) {
		case NTP_MODE_CONTROL: control_facts(out, v); break;
		case NTP_MODE_PRIVATE: private_facts(out, v); break;
		case NTP_MODE_RESERVED:
		case NTP_MODE_ACTIVE:
		case NTP_MODE_PASSIVE:
		case NTP_MODE_CLIENT:
		case NTP_MODE_SERVER:
		case NTP_MODE_BROADCAST: data_facts(out, v); break;
		}
		out->header.mode = ntp_first_mode(v->payload[0]);
	}
	note_frame(out, row);
}
