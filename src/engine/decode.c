/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/decode.h"

#include <string.h>

#include "base/hash.h"
#include "proto/ntp.h"
#include "proto/ntp_control.h"

static bool is_server(const struct engine_config *config, const struct addr *a)
{
	for (unsigned i = 0; i < config->n_servers; i++)
		if (addr_equal(&config->servers[i], a))
			return true;
	return false;
}

enum side { TO_SERVER, FROM_SERVER, OUTSIDE };

/* Both ports are the NTP port: only the mode can tell.  Two symmetric peers are alike: the one with the
 * lower address is taken for the client, so that both directions meet in one entry. */
static enum side side_by_mode(const struct datagram *d, unsigned mode, bool response_bit)
{
	switch (mode) {
	case NTP_MODE_SERVER:
	case NTP_MODE_BROADCAST: return FROM_SERVER;
	case NTP_MODE_CONTROL:
	case NTP_MODE_PRIVATE: return response_bit ? FROM_SERVER : TO_SERVER;
	case NTP_MODE_CLIENT: return TO_SERVER;
	default: return addr_compare(&d->src, &d->dst) < 0 ? TO_SERVER : FROM_SERVER;
	}
}

static enum side side_of(const struct engine_config *config, const struct datagram *d, unsigned mode,
			 bool response_bit)
{
	bool to = d->dport == NTP_PORT, from = d->sport == NTP_PORT;

	if (config->n_servers) {
		bool dst_ours = to && is_server(config, &d->dst);
		bool src_ours = from && is_server(config, &d->src);
		if (dst_ours != src_ours)
			return dst_ours ? TO_SERVER : FROM_SERVER;
		if (!dst_ours)
			return OUTSIDE;
	}
	if (to != from)
		return to ? TO_SERVER : FROM_SERVER;
	return side_by_mode(d, mode, response_bit);
}

static uint32_t version_flag(unsigned version)
{
	static const uint32_t flag[8] = {
		FLAG_VERSION_OTHER, FLAG_V1,           FLAG_V2, FLAG_V3, FLAG_V4, FLAG_V5,
		FLAG_VERSION_OTHER, FLAG_VERSION_OTHER
	};
	return flag[version & 7];
}

static uint32_t mode_flag(unsigned mode)
{
	static const uint32_t flag[8] = { FLAG_MODE_OTHER, FLAG_ACTIVE,
					  FLAG_PASSIVE,    FLAG_CLIENT,
					  FLAG_SERVER,     FLAG_BROADCAST,
					  FLAG_CONTROL,    FLAG_MODE_OTHER | FLAG_PRIVATE };
	return flag[mode & 7];
}

static uint32_t kiss_flag(enum ntp_kiss kiss)
{
	static const uint32_t flag[N_KISS] = {
		[KISS_NONE] = 0,
		[KISS_RATE] = FLAG_KOD_RATE,
		[KISS_DENY] = FLAG_KOD_DENY,
		[KISS_RSTR] = FLAG_KOD_RSTR,
		[KISS_AUTH] = FLAG_KOD_AUTH,
		[KISS_CRYP] = FLAG_KOD_CRYP,
		[KISS_NTSN] = FLAG_NTS_NAK,
		[KISS_INIT] = FLAG_KOD_OTHER,
		[KISS_STEP] = FLAG_KOD_OTHER,
		[KISS_OTHER] = FLAG_KOD_OTHER,
	};
	return flag[kiss];
}

/* Version 1 had no mode bits: the ports tell (RFC 1059).  A zero mode from a client's port is a request,
 * from the server's port to one an answer. */
static enum event_role role_of_mode0(const struct datagram *d, unsigned version)
{
	if (version != 1 || d->sport == d->dport)
		return EVENT_STRANGE;
	return d->dport == NTP_PORT ? EVENT_REQUEST : EVENT_RESPONSE;
}

static enum event_role role_of(const struct datagram *d, unsigned version, unsigned mode, bool to_server)
{
	switch (mode) {
	case NTP_MODE_RESERVED: return role_of_mode0(d, version);
	case NTP_MODE_ACTIVE:
	case NTP_MODE_PASSIVE: return EVENT_SYMMETRIC;
	case NTP_MODE_CLIENT: return to_server ? EVENT_REQUEST : EVENT_STRANGE;
	case NTP_MODE_SERVER: return to_server ? EVENT_STRANGE : EVENT_RESPONSE;
	case NTP_MODE_BROADCAST: return to_server ? EVENT_STRANGE : EVENT_BROADCAST;
	default: return EVENT_STRANGE;
	}
}

static uint32_t uid_hash(const uint8_t *uid, uint32_t len)
{
	uint64_t h = len;
	while (len >= 8) {
		h = hash_fold(h ^ load_be64(uid), UINT64_C(0xe7037ed1a0b428db));
		uid += 8;
		len -= 8;
	}
	return (uint32_t)(h ^ h >> 32) | 1;
}

static void trailer_into(const struct datagram *d, const struct ntp_header *h, struct event *e)
{
	struct ntp_trailer t;
	ntp_trailer_parse(d->payload, d->payload_len, d->payload_wire_len, h, &t);
	e->auth = t.auth;
	if (t.uid_len)
		e->uid = uid_hash(d->payload + t.uid_offset, t.uid_len);
	if (t.n_ext)
		e->flags |= FLAG_EXTENSION;
	if (t.malformed)
		e->flags |= FLAG_BAD_TRAILER;
	switch ((enum ntp_auth_kind)t.auth) {
	case NTP_AUTH_NONE:
	case NTP_AUTH_AUTOKEY: break;
	case NTP_AUTH_MAC:
	case NTP_AUTH_MS_SNTP: e->flags |= FLAG_MAC; break;
	case NTP_AUTH_CRYPTO_NAK: e->flags |= FLAG_CRYPTO_NAK; break;
	case NTP_AUTH_NTS: e->flags |= FLAG_NTS; break;
	case NTP_AUTH_NTS_NAK: e->flags |= FLAG_NTS_NAK; break;
	}
}

/* Cut by the snap length before the transmit field: with the request's key unseen, that of the answer
 * is of no use either.  All such packets of a flow get the key 0, so that the oldest request open is
 * answered first. */
static void forget_cut_fields(struct event *e)
{
	e->key = e->receive = e->transmit = 0;
	e->header_cut = true;
}

static void data_v5(const struct datagram *d, struct event *e)
{
	struct ntp5_header h;
	ntp5_header_parse(d->payload, d->payload_len, &h);
	e->leap = h.leap;
	e->stratum = h.stratum;
	e->poll_log2s = h.poll_log2s;
	e->precision_log2s = h.precision_log2s;
	e->key = h.client_cookie;
	e->receive = h.receive;
	e->transmit = h.transmit;
	if (d->payload_len < NTP_HEADER_LEN)
		forget_cut_fields(e);
	e->role = h.mode == NTP_MODE_CLIENT   ? EVENT_REQUEST
		  : h.mode == NTP_MODE_SERVER ? EVENT_RESPONSE
					      : EVENT_STRANGE;
	struct ntp_header as4 = { .version = 5, .mode = h.mode, .stratum = h.stratum };
	if (d->payload_wire_len > NTP_HEADER_LEN)
		trailer_into(d, &as4, e);
}

/* Modes 0 to 5.  A response is found by its origin field, a request by its transmit field. */
static void data_packet(const struct datagram *d, struct event *e)
{
	if (d->payload_wire_len < NTP_HEADER_LEN) {
		e->role = EVENT_MALFORMED;
		e->flags |= FLAG_TRUNCATED;
		return;
	}
	if (e->version == 5 && e->mode >= NTP_MODE_CLIENT && e->mode <= NTP_MODE_SERVER) {
		data_v5(d, e);
		return;
	}
	struct ntp_header h;
	ntp_header_parse(d->payload, d->payload_len, &h);
	e->stratum = h.stratum;
	e->poll_log2s = h.poll_log2s;
	e->precision_log2s = h.precision_log2s;
	memcpy(e->refid, h.refid, 4);
	e->role = role_of(d, e->version, e->mode, e->to_server);
	bool answer = e->role == EVENT_RESPONSE;
	e->key = answer ? h.origin : h.transmit;
	e->receive = h.receive;
	e->transmit = answer ? h.transmit : h.origin;
	if (h.stratum == 0 && !e->to_server) {
		e->kiss = ntp_kiss_of(&h);
		e->flags |= kiss_flag(e->kiss);
	}
	if (d->payload_len < NTP_HEADER_LEN)
		forget_cut_fields(e);
	if (d->payload_wire_len > NTP_HEADER_LEN)
		trailer_into(d, &h, e);
}

static void control_packet(const struct datagram *d, struct event *e)
{
	struct control_header h;
	if (d->payload_wire_len < CONTROL_HEADER_LEN) {
		e->role = EVENT_MALFORMED;
		e->flags |= FLAG_TRUNCATED;
		return;
	}
	control_header_parse(d->payload, d->payload_len, &h);
	e->role = h.response ? EVENT_CONTROL_RESPONSE : EVENT_CONTROL_REQUEST;
	e->key = UINT64_C(6) << 60 | h.sequence;
	e->opcode = h.opcode;
}

static void private_packet(const struct datagram *d, struct event *e)
{
	struct private_header h;
	if (d->payload_wire_len < PRIVATE_HEADER_LEN) {
		e->role = EVENT_MALFORMED;
		e->flags |= FLAG_TRUNCATED;
		return;
	}
	private_header_parse(d->payload, d->payload_len, &h);
	e->role = h.response ? EVENT_PRIVATE_RESPONSE : EVENT_PRIVATE_REQUEST;
	e->key = UINT64_C(7) << 60 | h.request_code;
	e->implementation = h.implementation;
	e->opcode = h.request_code;
}

/* The R bit of modes 6 (second octet) and 7 (first octet). */
static bool response_bit_of(const struct datagram *d, unsigned mode)
{
	if (mode == NTP_MODE_CONTROL)
		return d->payload_len > 1 && d->payload[1] & 0x80;
	return mode == NTP_MODE_PRIVATE && d->payload[0] & 0x80;
}

static void ends_into(const struct datagram *d, bool to_server, struct event *e)
{
	e->to_server = to_server;
	e->client = to_server ? d->src : d->dst;
	e->server = to_server ? d->dst : d->src;
	e->client_port = to_server ? d->sport : d->dport;
	e->server_port = to_server ? d->dport : d->sport;
}

void decode_ntp(const struct engine_config *config, const struct packet *p, const struct datagram *d,
		struct event *e)
{
	uint8_t first = d->payload_len ? d->payload[0] : 0;
	unsigned mode = ntp_first_mode(first);
	enum side side = side_of(config, d, mode, d->payload_len && response_bit_of(d, mode));

	memset(e, 0, sizeof(*e));
	e->time_ns = p->time_ns;
	e->frame = p->frame;
	e->payload_len = (uint16_t)(d->payload_wire_len > 65535 ? 65535 : d->payload_wire_len);
	e->mode = (uint8_t)mode;
	/* In mode 7 the leap bits are the response and more bits. */
	e->leap = mode == NTP_MODE_PRIVATE ? 0 : ntp_first_leap(first);
	e->version = ntp_first_version(first);
	ends_into(d, side == TO_SERVER || (side == OUTSIDE && d->dport == NTP_PORT), e);
	if (d->payload_len == 0) {
		e->role = EVENT_MALFORMED;
		e->flags = FLAG_TRUNCATED;
	} else {
		e->flags = version_flag(e->version) | mode_flag(mode) |
			   (e->leap == 3 ? FLAG_LEAP_UNKNOWN : 0);
		if (mode == NTP_MODE_CONTROL)
			control_packet(d, e);
		else if (mode == NTP_MODE_PRIVATE)
			private_packet(d, e);
		else
			data_packet(d, e);
	}
	if (d->tunnels & ~(unsigned)(TUNNEL_VLAN | TUNNEL_MPLS | TUNNEL_PPPOE | TUNNEL_REASSEMBLED))
		e->flags |= FLAG_TUNNEL;
	if (side == OUTSIDE)
		e->role = EVENT_OUTSIDE;
}

static bool icmp_about_ntp(const struct engine_config *config, const struct packet *p,
			   const struct datagram *d, struct event *e)
{
	struct datagram quoted;
	if (!icmp_quote_decode(p, d, &quoted, NULL) || !datagram_is_ntp(&quoted))
		return false;
	unsigned mode = quoted.payload_len ? ntp_first_mode(quoted.payload[0]) : NTP_MODE_CLIENT;
	enum side side = side_of(config, &quoted, mode, quoted.payload_len && response_bit_of(&quoted, mode));
	if (side == OUTSIDE)
		return false;
	*e = (struct event){ .time_ns = p->time_ns, .frame = p->frame, .role = EVENT_ICMP_ERROR };
	ends_into(&quoted, side == TO_SERVER, e);
	e->quotes_answer = side == FROM_SERVER;
	return true;
}

enum fate decode_packet(const struct engine_config *config, const struct packet *p, struct datagram *d,
			struct event *out)
{
	frame_decode(p, d, NULL);
	switch ((enum datagram_kind)d->kind) {
	case DATAGRAM_UDP:
		if (!datagram_is_ntp(d))
			return FATE_OTHER;
		decode_ntp(config, p, d, out);
		return FATE_NTP;
	case DATAGRAM_TCP:
		return d->sport == NTS_KE_PORT || d->dport == NTS_KE_PORT ? FATE_NTS_KE : FATE_OTHER;
	case DATAGRAM_ICMP:
	case DATAGRAM_ICMPV6: return icmp_about_ntp(config, p, d, out) ? FATE_ICMP_ERROR : FATE_OTHER;
	case DATAGRAM_FRAGMENT: return FATE_FRAGMENT;
	case DATAGRAM_OTHER: return FATE_OTHER;
	case DATAGRAM_CUT: return FATE_CUT;
	case DATAGRAM_MALFORMED: return FATE_MALFORMED;
	case DATAGRAM_UNKNOWN_LINK: return FATE_UNKNOWN_LINK;
	}
	return FATE_OTHER;
}

const char *fate_name(enum fate f)
{
	static const char *const name[N_FATES] = {
		[FATE_NTP] = "ntp",
		[FATE_ICMP_ERROR] = "icmp-error",
		[FATE_NTS_KE] = "nts-ke",
		[FATE_FRAGMENT] = "fragment",
		[FATE_OTHER] = "other",
		[FATE_CUT] = "cut",
		[FATE_MALFORMED] = "malformed",
		[FATE_UNKNOWN_LINK] = "unknown-link",
		[FATE_FILTERED] = "filtered",
	};
	return name[f];
}
