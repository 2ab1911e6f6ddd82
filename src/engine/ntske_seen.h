/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NTS key establishments as far as they are visible: TLS hellos on TCP port 4460 (RFC 8915 section 4). */
#ifndef ENGINE_NTSKE_SEEN_H
#define ENGINE_NTSKE_SEEN_H

#include "engine/census.h"
#include "engine/hashset.h"
#include "proto/frame.h"

enum { NTSKE_NAMES_MAX = 256, NTSKE_CLIENTS_MAX = 1 << 20 };

struct ntske_seen {
	struct ntske_info sums; /* without names */
	struct sni_row *names;  /* NTSKE_NAMES_MAX; names beyond it are not told apart */
	size_t n_names;
	struct hashset clients;
	uint64_t secret;
};

enum err ntske_seen_init(struct ntske_seen *s, uint64_t secret);
void ntske_seen_release(struct ntske_seen *s);
void ntske_seen_add(struct ntske_seen *s, const struct datagram *d);
void ntske_seen_info(const struct ntske_seen *s, struct ntske_info *out);

#endif
