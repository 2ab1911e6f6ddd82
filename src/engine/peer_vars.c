/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/peer_vars.h"

#include <string.h>

enum { MS = 6, POLL_MIN_LOG2S = 3, POLL_MAX_LOG2S = 17 };

static struct peer_text text_of(const struct var *v)
{
	return (struct peer_text){ v->value, v->value_len };
}

/* Milliseconds with decimals. */
static void take_ms(struct peer_vars *p, const struct var *v)
{
	const struct {
		const char *name;
		unsigned has;
		int64_t *at;
	} names[] = {
		{ "delay", PEER_DELAY, &p->delay_ns },
		{ "offset", PEER_OFFSET, &p->offset_ns },
		{ "jitter", PEER_JITTER, &p->jitter_ns },
		{ "dispersion", PEER_DISPERSION, &p->dispersion_ns },
		{ "rootdelay", PEER_ROOTDELAY, &p->rootdelay_ns },
		{ "rootdisp", PEER_ROOTDISP, &p->rootdisp_ns },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (var_is(v, names[i].name) && var_scaled(v, MS, names[i].at))
			p->has |= names[i].has;
	if (var_is(v, "delay"))
		p->is_fine = v->value_len > 6 && v->value[v->value_len - 7] == '.';
}

static void take_text(struct peer_vars *p, const struct var *v)
{
	if (var_is(v, "srcadr") || var_is(v, "peeradr"))
		p->srcadr = text_of(v);
	else if (var_is(v, "srchost"))
		p->srchost = text_of(v);
	else if (var_is(v, "refid"))
		p->refid = text_of(v);
	else if (var_is(v, "dstadr"))
		p->dstadr = text_of(v);
	else if (var_is(v, "reftime"))
		var_timestamp(v, &p->reftime);
	else if (var_is(v, "rec"))
		var_timestamp(v, &p->rec);
}

static void take_number(struct peer_vars *p, const struct var *v)
{
	const struct {
		const char *name;
		unsigned has;
		uint64_t *u;
		int64_t *i;
	} names[] = {
		{ "stratum", PEER_STRATUM, &p->stratum, NULL },
		{ "reach", 0, &p->reach, NULL },
		{ "flash", PEER_FLASH, &p->flash, NULL },
		{ "srcport", 0, &p->srcport, NULL },
		{ "hmode", 0, NULL, &p->hmode },
		{ "hpoll", PEER_POLL, NULL, &p->hpoll },
		{ "ppoll", PEER_POLL, NULL, &p->ppoll },
		{ "unreach", 0, NULL, &p->unreach },
		{ "leap", 0, NULL, &p->leap },
		{ "ntscookies", PEER_NTSCOOKIES, NULL, &p->ntscookies },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (var_is(v, names[i].name) &&
		    (names[i].u ? var_u64(v, names[i].u) : var_i64(v, names[i].i)))
			p->has |= names[i].has;
}

void peer_vars_parse(struct peer_vars *out, uint16_t association, uint16_t status, const void *data,
		     size_t len)
{
	struct var_list l = var_list_of(data, len);
	struct var v;

	*out = (struct peer_vars){
		.association = association,
		.status = status,
		.flags = peer_status_of(status),
		.ntscookies = -1,
	};
	while (var_next(&l, &v)) {
		take_ms(out, &v);
		take_text(out, &v);
		take_number(out, &v);
	}
}

static unsigned poll_of(int64_t log2s)
{
	return log2s < 0 ? POLL_MIN_LOG2S : (unsigned)(log2s > POLL_MAX_LOG2S ? POLL_MAX_LOG2S : log2s);
}

unsigned peer_vars_poll_log2s(const struct peer_vars *p)
{
	unsigned host = poll_of(p->hpoll), peer = poll_of(p->ppoll);
	return host < peer ? host : peer;
}

bool peer_vars_is_clock(const struct peer_vars *p)
{
	return p->srchost.len && memchr(p->srchost.p, '(', p->srchost.len);
}

static bool begins_with(struct peer_text t, const char *s)
{
	size_t len = strlen(s);
	return t.len >= len && memcmp(t.p, s, len) == 0;
}

static char client_type(const struct peer_vars *p)
{
	if (peer_vars_is_clock(p))
		return 'l';
	if (p->refid.len == 4 && begins_with(p->refid, "POOL"))
		return 'p';
	if (begins_with(p->srcadr, "224."))
		return 'a';
	if (p->ntscookies >= 0 && p->ntscookies <= 9)
		return (char)('0' + p->ntscookies);
	return 'u';
}

char peer_vars_type(const struct peer_vars *p)
{
	switch (p->hmode) {
	case 1: return 's';
	case 2: return 'S';
	case 3: return client_type(p);
	case 5: return begins_with(p->srcadr, "224.") ? 'M' : 'B';
	case 6: return 'b'; /* ntpd's own number for a client of broadcasts */
	}
	return '?';
}

char peer_tally(uint8_t selection)
{
	return " x.-+#*o"[selection & 7];
}
