/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ntp_write.h"

#include <string.h>

enum { EXT_HEADER_LEN = 4, EXT_MIN = 16, EXT_MAX = 65532 };

static uint8_t first_octet(uint8_t leap, uint8_t version, uint8_t mode)
{
	return (uint8_t)((leap & 3) << 6 | (version & 7) << 3 | (mode & 7));
}

void ntp_header_write(const struct ntp_header *h, uint8_t p[NTP_HEADER_LEN])
{
	p[0] = first_octet(h->leap, h->version, h->mode);
	p[1] = h->stratum;
	p[2] = (uint8_t)h->poll_log2s;
	p[3] = (uint8_t)h->precision_log2s;
	store_be32(p + 4, h->root_delay);
	store_be32(p + 8, h->root_dispersion);
	memcpy(p + 12, h->refid, sizeof(h->refid));
	store_be64(p + 16, h->reference);
	store_be64(p + 24, h->origin);
	store_be64(p + 32, h->receive);
	store_be64(p + 40, h->transmit);
}

void ntp5_header_write(const struct ntp5_header *h, uint8_t p[NTP_HEADER_LEN])
{
	p[0] = first_octet(h->leap, 5, h->mode);
	p[1] = h->stratum;
	p[2] = (uint8_t)h->poll_log2s;
	p[3] = (uint8_t)h->precision_log2s;
	store_be32(p + 4, h->root_delay);
	store_be32(p + 8, h->root_dispersion);
	p[12] = h->timescale;
	p[13] = h->era;
	store_be16(p + 14, h->flags);
	store_be64(p + 16, h->server_cookie);
	store_be64(p + 24, h->client_cookie);
	store_be64(p + 32, h->receive);
	store_be64(p + 40, h->transmit);
}

/* Header, value and what pads it to a multiple of 4; 0 for a value that no field can hold. */
static size_t whole_len(size_t len)
{
	return len <= EXT_MAX - EXT_HEADER_LEN ? EXT_HEADER_LEN + (len + 3) / 4 * 4 : 0;
}

/* told is what the length field says, whole what is written, of which len octets are the value. */
static size_t write_ext(uint8_t *p, uint16_t type, const uint8_t *body, size_t len, size_t told, size_t whole)
{
	store_be16(p, type);
	store_be16(p + 2, (uint16_t)told);
	memset(p + EXT_HEADER_LEN, 0, whole - EXT_HEADER_LEN);
	if (body && len)
		memcpy(p + EXT_HEADER_LEN, body, len);
	return whole;
}

size_t ntp_ext_write(uint8_t *p, size_t room, uint16_t type, const uint8_t *body, size_t len)
{
	size_t whole = whole_len(len);

	if (whole && whole < EXT_MIN)
		whole = EXT_MIN;
	return whole && whole <= room ? write_ext(p, type, body, len, whole, whole) : 0;
}

size_t ntp5_ext_write(uint8_t *p, size_t room, uint16_t type, const uint8_t *body, size_t len)
{
	size_t whole = whole_len(len);

	return whole && whole <= room ? write_ext(p, type, body, len, EXT_HEADER_LEN + len, whole) : 0;
}
