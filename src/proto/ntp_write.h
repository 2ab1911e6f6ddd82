/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NTP packets, written: the other direction of ntp.h. */
#ifndef PROTO_NTP_WRITE_H
#define PROTO_NTP_WRITE_H

#include "proto/ntp.h"

/* RFC 5905 section 7.3: the 48 octets. */
void ntp_header_write(const struct ntp_header *h, uint8_t p[NTP_HEADER_LEN]);

/* draft-ietf-ntp-ntpv5, layout of -06 to -09. */
void ntp5_header_write(const struct ntp5_header *h, uint8_t p[NTP_HEADER_LEN]);

/* An extension field of version 4 (RFC 7822), its value padded with zeros to a multiple of 4, and to 12 at
 * the least.  body NULL: zeros.  Returns the octets written, or 0 when there is no room for them. */
size_t ntp_ext_write(uint8_t *p, size_t room, uint16_t type, const uint8_t *body, size_t len);

/* The same of version 5, whose length does not tell the padding. */
size_t ntp5_ext_write(uint8_t *p, size_t room, uint16_t type, const uint8_t *body, size_t len);

#endif
