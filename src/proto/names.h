/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for protocol numbers, for people. */
#ifndef PROTO_NAMES_H
#define PROTO_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "proto/ntp.h"

/* "client", "server", ...; never NULL. */
const char *ntp_mode_name(uint8_t mode);

enum { REFID_TEXT_MAX = 24 };

/* The reference id as people read it (RFC 5905 section 7.3): stratum 0 and 1: the printable code ("RATE",
 * "GPS"; up to the first NUL, blanks at the end left out), otherwise "0x" and eight hex digits; from
 * stratum 2 a dotted quad.  Returns the length. */
size_t ntp_refid_text(uint8_t stratum, const uint8_t refid[4], char out[REFID_TEXT_MAX]);

/* Name of an extension field type, "NTS cookie", or NULL when it has none. */
const char *ntp_ext_name(uint16_t type);

/* "port unreachable", "administratively prohibited", ...; ip_version 4 or 6.  Never NULL. */
const char *icmp_error_name(uint8_t ip_version, uint8_t type, uint8_t code);

/* "MD5 or AES-CMAC", "SHA-256", ... by the digest's length in octets (RFC 8573, RFC 5905).  A length may
 * have several names: version 4 cuts longer digests to 20.  "unknown" for any other length; never NULL. */
const char *ntp_mac_name(uint32_t mac_len);

/* "AES-SIV-CMAC-256", ... by the number of the IANA AEAD registry; NULL when it has no name. */
const char *nts_aead_name(uint16_t algorithm);

#endif
