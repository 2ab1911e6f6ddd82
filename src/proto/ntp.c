/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ntp.h"

#include <string.h>

/*
 * RFC 5905 figure 8:
 *
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |LI | VN  |Mode |    Stratum    |     Poll      |   Precision   |   0
 *   |                          Root Delay                           |   4
 *   |                        Root Dispersion                        |   8
 *   |                         Reference ID                          |  12
 *   |                    Reference Timestamp (64)                   |  16
 *   |                     Origin Timestamp (64)                     |  24
 *   |                     Receive Timestamp (64)                    |  32
 *   |                     Transmit Timestamp (64)                   |  40
 */
static inline void load_header(const uint8_t p[NTP_HEADER_LEN], struct ntp_header *out)
{
	out->leap = ntp_first_leap(p[0]);
	out->version = ntp_first_version(p[0]);
	out->mode = ntp_first_mode(p[0]);
	out->stratum = p[1];
	out->poll_log2s = (int8_t)p[2];
	out->precision_log2s = (int8_t)p[3];
	out->root_delay = load_be32(p + 4);
	out->root_dispersion = load_be32(p + 8);
	memcpy(out->refid, p + 12, 4);
	out->reference = load_be64(p + 16);
	out->origin = load_be64(p + 24);
	out->receive = load_be64(p + 32);
	out->transmit = load_be64(p + 40);
}

/* Copies the fields that are wholly within len, by the offsets where fields end; the rest stays zero. */
static void copy_whole_fields(uint8_t to[NTP_HEADER_LEN], const uint8_t *p, uint32_t len, const uint8_t *ends,
			      unsigned n_ends)
{
	uint32_t whole = 0;

	memset(to, 0, NTP_HEADER_LEN);
	for (unsigned i = 0; i < n_ends && ends[i] <= len; i++)
		whole = ends[i];
	if (whole)
		memcpy(to, p, whole);
}

bool ntp_header_parse(const uint8_t *p, uint32_t len, struct ntp_header *out)
{
	static const uint8_t ends[] = { 1, 2, 3, 4, 8, 12, 16, 24, 32, 40 };
	uint8_t part[NTP_HEADER_LEN];

	if (len >= NTP_HEADER_LEN) {
		load_header(p, out);
		return true;
	}
	copy_whole_fields(part, p, len, ends, sizeof(ends));
	load_header(part, out);
	return false;
}

/*
 * draft-ietf-ntp-ntpv5, from -06 on:
 *
 *   |LI | VN  |Mode |    Stratum    |     Poll      |   Precision   |   0
 *   |                     Root Delay (time32, 4.28)                 |   4
 *   |                     Root Dispersion (4.28)                    |   8
 *   |   Timescale   |      Era      |             Flags             |  12
 *   |                       Server Cookie (64)                      |  16
 *   |                       Client Cookie (64)                      |  24
 *   |                     Receive Timestamp (64)                    |  32
 *   |                     Transmit Timestamp (64)                   |  40
 */
static inline void load_header5(const uint8_t p[NTP_HEADER_LEN], struct ntp5_header *out)
{
	out->leap = ntp_first_leap(p[0]);
	out->mode = ntp_first_mode(p[0]);
	out->stratum = p[1];
	out->poll_log2s = (int8_t)p[2];
	out->precision_log2s = (int8_t)p[3];
	out->root_delay = load_be32(p + 4);
	out->root_dispersion = load_be32(p + 8);
	out->timescale = p[12];
	out->era = p[13];
	out->flags = load_be16(p + 14);
	out->server_cookie = load_be64(p + 16);
	out->client_cookie = load_be64(p + 24);
	out->receive = load_be64(p + 32);
	out->transmit = load_be64(p + 40);
}

bool ntp5_header_parse(const uint8_t *p, uint32_t len, struct ntp5_header *out)
{
	static const uint8_t ends[] = { 1, 2, 3, 4, 8, 12, 13, 14, 16, 24, 32, 40 };
	uint8_t part[NTP_HEADER_LEN];

	if (len >= NTP_HEADER_LEN) {
		load_header5(p, out);
		return true;
	}
	copy_whole_fields(part, p, len, ends, sizeof(ends));
	load_header5(part, out);
	return false;
}

#define CODE(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static bool is_printable_code(const uint8_t refid[4])
{
	for (int i = 0; i < 4; i++)
		if (refid[i] < 0x20 || refid[i] > 0x7e)
			return false;
	return refid[0] != ' ';
}

static enum ntp_kiss kiss_of_code(const uint8_t refid[4])
{
	switch (load_be32(refid)) {
	case CODE('R', 'A', 'T', 'E'): return KISS_RATE;
	case CODE('D', 'E', 'N', 'Y'): return KISS_DENY;
	case CODE('R', 'S', 'T', 'R'): return KISS_RSTR;
	case CODE('A', 'U', 'T', 'H'): return KISS_AUTH;
	case CODE('C', 'R', 'Y', 'P'): return KISS_CRYP;
	case CODE('N', 'T', 'S', 'N'): return KISS_NTSN;
	case CODE('I', 'N', 'I', 'T'): return KISS_INIT;
	case CODE('S', 'T', 'E', 'P'): return KISS_STEP;
	}
	return is_printable_code(refid) ? KISS_OTHER : KISS_NONE;
}

enum ntp_kiss ntp_kiss_of(const struct ntp_header *h)
{
	if (h->stratum != 0)
		return KISS_NONE;
	if (h->mode != NTP_MODE_SERVER && h->mode != NTP_MODE_BROADCAST && h->mode != NTP_MODE_PASSIVE)
		return KISS_NONE;
	/* Version 5 has no reference id in its header: other fields lie there. */
	return h->version == 5 ? KISS_NONE : kiss_of_code(h->refid);
}

const char *ntp_kiss_name(enum ntp_kiss k)
{
	switch (k) {
	case KISS_NONE:
	case N_KISS: return "";
	case KISS_RATE: return "RATE";
	case KISS_DENY: return "DENY";
	case KISS_RSTR: return "RSTR";
	case KISS_AUTH: return "AUTH";
	case KISS_CRYP: return "CRYP";
	case KISS_NTSN: return "NTSN";
	case KISS_INIT: return "INIT";
	case KISS_STEP: return "STEP";
	case KISS_OTHER: return "other";
	}
	return "";
}
