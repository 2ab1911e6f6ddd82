/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a packet's tree, one a protocol: only for the tree_*.c files. */
#ifndef PRESENT_TREE_PARTS_H
#define PRESENT_TREE_PARTS_H

#include "base/bytes.h"
#include "present/tree.h"
#include "proto/ntp.h"

enum { TREE_ADDR_MAX = HOSTS_LABEL_MAX + ADDR_TEXT_MAX + 4, TREE_TIME_MAX = 160 };

void tree_frame(struct tree *t, const struct row *row);

/* Headers below IP; each gets the captured octets of one. */
void tree_link_header(struct tree *t, const struct row_header *h);
void tree_ip_header(struct tree *t, const struct row_header *h);
void tree_tunnel_header(struct tree *t, const struct row_header *h);
void tree_udp_header(struct tree *t, const struct row *row, const struct row_header *h);
void tree_tcp_header(struct tree *t, const struct row *row, const struct row_header *h);
void tree_icmp_header(struct tree *t, const struct row_header *h);

/* The payload. */
void tree_ntp(struct tree *t, const struct row *row);
void tree_ntp5(struct tree *t, const struct row *row, const struct ntp_header *first);
void tree_ntp_trailer(struct tree *t, const struct row *row, const struct ntp_header *h);
void tree_ntp5_ext(struct tree *t, uint16_t type, const uint8_t *p, uint32_t len, int64_t pivot_ns);
void tree_control(struct tree *t, const struct row *row);
void tree_private(struct tree *t, const struct row *row);
void tree_ntske(struct tree *t, const uint8_t *p, uint32_t len);

/* What other frames tell of this one. */
void tree_pairing(struct tree *t, const struct row *row);

/* "192.0.2.1", with its name when there is one: "192.0.2.1 (ntp.example)". */
void tree_addr_text(const struct tree *t, const struct addr *a, char out[TREE_ADDR_MAX]);

/* "2026-03-01 00:00:00.123456789 UTC (era 0, ee9a... , 18 µs before the frame)". */
void tree_timestamp_text(uint64_t ntp, const struct packet *p, char out[TREE_TIME_MAX]);

/* A word of a const table, or "unknown". */
#define TREE_WORD(table, i) ((i) < sizeof(table) / sizeof((table)[0]) && (table)[i] ? (table)[i] : "unknown")

#endif
