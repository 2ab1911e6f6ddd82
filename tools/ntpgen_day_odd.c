/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The day's clients and packets that an operator wants to know about. */
#include <string.h>

#include "ntpgen_day.h"

static struct addr v4_address(unsigned a, unsigned b, unsigned c, unsigned host)
{
	uint8_t four[4] = { (uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)host };
	return addr_from_v4(four);
}

static struct addr v6_address(uint32_t site, uint32_t net, uint64_t host)
{
	uint8_t six[16] = { 0x20, 0x01, 0x0d, 0xb8 };
	put16(six + 4, site);
	put16(six + 6, net);
	put64(six + 8, host);
	return addr_from_v6(six);
}

static struct visitor quiet_visitor(struct day *d, const struct addr *from, const char *note)
{
	struct visitor v = visitor_of(d, from, from ? addr_is_v4(from) : rng_percent(&d->st.rng, 50), note);
	v.icmp = NULL;
	v.answer_comes_late = false;
	return v;
}

static void force_version(struct visitor *v, uint8_t version, enum style style)
{
	v->t.ask.version = v->t.reply.version = version;
	v->style = style;
	if (style != STYLE_NTPD)
		v->t.ask = (struct ntp_fields){ .version = version, .mode = 3, .poll = 6, .precision = 32 };
}

static int64_t at_hour(const struct day *d, int64_t hours, int64_t minutes)
{
	return d->start_ns + hours * HOUR + minutes * MINUTE;
}

/* ---- too many questions ---- */

/* Offices and homes: one prefix, many addresses; 203.0.113.1 is a NAT with many clients behind it. */
static void crowded_subnets(struct day *d)
{
	for (unsigned i = 2; i < 2 + day_count(d, 60) && i < 250; i++) {
		struct addr a = v4_address(203, 0, 113, i);
		struct visitor v = quiet_visitor(d, &a, "crowded_24");
		int64_t at = at_hour(d, 7, (int64_t)rng_below(&d->st.rng, 90));
		day_poll_until(&v, at, at + 9 * HOUR, 2048 * SEC);
	}
	for (unsigned i = 0; i < day_count(d, 80); i++) {
		struct addr a = v6_address(0x77, 1 + i % 3, rng_next(&d->st.rng));
		struct visitor v = quiet_visitor(d, &a, "crowded_48");
		int64_t at = day_moment(d);
		day_poll_until(&v, at, at + 3 * HOUR, 1024 * SEC);
	}
	for (unsigned i = 0; i < day_count(d, 30); i++) {
		struct addr a = v4_address(203, 0, 113, 1);
		struct visitor v = quiet_visitor(d, &a, "nat");
		v.style = STYLE_PRIVATE;
		int64_t at = at_hour(d, 7, (int64_t)rng_below(&d->st.rng, 120));
		day_poll_until(&v, at, at + 8 * HOUR, 1800 * SEC);
	}
}

/* One question every few seconds for hours: most are dropped, some get a RATE. */
static void abusive(struct day *d)
{
	static const unsigned every_s[] = { 4, 7, 20 };
	for (unsigned i = 0; i < 3; i++) {
		struct addr a = v4_address(198, 51, 100, 7 + i * 40);
		struct visitor v = quiet_visitor(d, &a, "abusive");
		v.ignored_percent = 62;
		v.kod_percent = 22;
		force_version(&v, i ? 3 : 4, STYLE_SIMPLE);
		int64_t at = at_hour(d, 2 + 6 * i, 17);
		day_poll_until(&v, at, at + (int64_t)(every_s[i] * day_count(d, 700)) * SEC,
			       every_s[i] * SEC);
	}
	struct addr rapid = v6_address(0x5150, 0, 0x2a);
	struct visitor v = quiet_visitor(d, &rapid, "rapid");
	day_poll_until(&v, at_hour(d, 10, 3), at_hour(d, 10, 3) + (int64_t)day_count(d, 400) * 45 * SEC,
		       45 * SEC);
}

/* Broken firmware: thousands of questions in ten seconds, twice. */
static void burst(struct day *d)
{
	struct addr a = v4_address(198, 51, 100, 99);
	struct visitor v = quiet_visitor(d, &a, "burst");
	force_version(&v, 3, STYLE_SIMPLE);
	v.ignored_percent = 93;
	v.kod_percent = 40;
	unsigned n = day_count(d, 800);
	for (int64_t k = 0; k < 2; k++)
		day_poll_until(&v, at_hour(d, 15 + 4 * k, 41), at_hour(d, 15 + 4 * k, 41) + 10 * SEC,
			       10 * SEC / n);
}

/* Never answered: an access list drops them.  Two learn so by DENY and RSTR and go on all the same. */
static void blocked(struct day *d)
{
	for (unsigned i = 0; i < day_count(d, 6); i++) {
		struct visitor v = quiet_visitor(d, NULL, "blocked");
		v.ignored_percent = 100;
		int64_t at = day_moment(d);
		day_poll_until(&v, at, at + 2 * HOUR, 256 * SEC);
	}
	static const char *const codes[] = { "DENY", "RSTR", "INIT" };
	for (unsigned i = 0; i < 3; i++) {
		struct addr a = v4_address(198, 51, 100, 200 + i);
		struct visitor v = quiet_visitor(d, &a, "denied");
		for (unsigned k = 0; k < 12; k++) {
			int64_t at = at_hour(d, 4 + i, (int64_t)k * 5);
			uint64_t transmit = rng_next(&d->st.rng) | 1;
			int32_t ask = talk_ask(&v.t, at, transmit);
			talk_row(&v.t, CLASS_KOD, ask, talk_kiss(&v.t, at + 25000, transmit, codes[i]));
		}
	}
}

/* ---- not asking for time ---- */

static int32_t control(struct visitor *v, int64_t at, bool reply, unsigned bits, unsigned sequence,
		       unsigned offset, const char *text, size_t count)
{
	uint8_t p[PAYLOAD_MAX] = { 0x16, (uint8_t)((reply ? 0x80 : 0) | bits) };
	put16(p + 2, sequence);
	put16(p + 4, reply ? 0x0615 : 0);
	put16(p + 8, offset);
	put16(p + 10, (unsigned)count);
	if (count)
		memcpy(p + 12, text, count);
	return talk_send(&v->t, at, reply, p, 12 + (count + 3) / 4 * 4);
}

/* readvar from all over; answered until the operator restricts it at 05:00. */
static void scan_control(struct day *d)
{
	static const char text
		[] = "version=\"ntpd 4.2.8p15@1.3728-o\", processor=\"x86_64\", system=\"Linux/6.1.0\", "
		     "leap=0,\r\n"
		     "stratum=1, precision=-24, rootdelay=0.000, rootdisp=1.120, refid=PPS,\r\n"
		     "reftime=0xed4e5b80.00000000, clock=0xed4e5b8c.7b8a1000, peer=41217, tc=6, mintc=3,\r\n"
		     "offset=0.000412, frequency=-12.310, sys_jitter=0.000954, clk_jitter=0.001, "
		     "clk_wander=0.000,\r\n"
		     "tai=37, leapsec=201701010000, expire=202606280000, hostname=\"simulated.example.net\", "
		     "kernel=\"nanokernel with pps\", note=\"made by a generator, not by a server\"\r\n";
	enum { FIRST = 468 };
	for (unsigned i = 0; i < day_count(d, 24); i++) {
		struct visitor v = quiet_visitor(d, NULL, "scan_mode_6");
		v.t.ask.version = 2;
		for (unsigned k = 0; k < 1 + i % 6; k++) {
			int64_t at = at_hour(d, i % 24, (int64_t)rng_below(&d->st.rng, 60));
			unsigned sequence = 1 + i * 31 + k;
			int32_t ask = control(&v, at, false, 2, sequence, 0, NULL, 0);
			if (i % 24 >= 5) {
				talk_row(&v.t, CLASS_UNANSWERED, ask, -1);
				continue;
			}
			int32_t first = control(&v, at + 70000, true, 0x20 | 2, sequence, 0, text, FIRST);
			control(&v, at + 74000, true, 2, sequence, FIRST, text + FIRST,
				sizeof text - 1 - FIRST);
			talk_row(&v.t, CLASS_ANSWERED, ask, first);
		}
	}
}

static void monlist(struct visitor *v, int64_t at, unsigned n_packets)
{
	uint8_t q[8] = { 0x17, 0, 3, 42 }, p[8 + 6 * 72] = { 0 };
	int32_t ask = talk_send(&v->t, at, false, q, sizeof q), first = -1;
	for (unsigned i = 0; i < n_packets; i++) {
		p[0] = i + 1 < n_packets ? 0xd7 : 0x97;
		p[1] = (uint8_t)i;
		p[2] = 3;
		p[3] = 42;
		put16(p + 4, 6);
		put16(p + 6, 72);
		int32_t sent = talk_send(&v->t, at + 90000 + i * 4000, true, p, sizeof p);
		first = first < 0 ? sent : first;
	}
	talk_row(&v->t, n_packets ? CLASS_ANSWERED : CLASS_UNANSWERED, ask, first);
}

/* Scanners in vain; and at 01:20 somebody in whose name a forger asked gets twelve packets for each one. */
static void scan_private(struct day *d)
{
	for (unsigned i = 0; i < day_count(d, 15); i++) {
		struct visitor v = quiet_visitor(d, NULL, "scan_mode_7");
		v.t.ask.version = 2;
		monlist(&v, day_moment(d), 0);
	}
	struct addr victim = v4_address(198, 51, 100, 80);
	struct visitor v = quiet_visitor(d, &victim, "monlist_attack");
	v.t.ask.version = 2;
	v.t.client.port = 80;
	for (unsigned i = 0; i < day_count(d, 20); i++) {
		monlist(&v, at_hour(d, 1, 20) + i * 700 * MS, 12);
		v.t.client.port = (uint16_t)(i % 2 ? 80 : 443);
	}
}

static void junk(struct day *d)
{
	static const struct {
		uint8_t first, len;
	} shapes[] = { { 0x23, 1 }, { 0xe3, 12 }, { 0x1b, 40 }, { 0x23, 47 }, { 0x00, 4 },
		       { 0x16, 8 }, { 0x00, 48 }, { 0x33, 48 }, { 0x3b, 48 }, { 0x24, 48 } };
	uint8_t p[NTP_LEN] = { 0 };
	for (unsigned i = 0; i < day_count(d, 40); i++) {
		struct visitor v = quiet_visitor(d, NULL, "junk");
		p[0] = shapes[i % 10].first;
		int32_t packet = talk_send(&v.t, day_moment(d), false, p, shapes[i % 10].len);
		talk_row(&v.t, CLASS_OTHER, packet, -1);
	}
}

/* NTPv5 draft: a cookie where version 4 has the origin, the draft's name behind the header; no answer. */
static void version_5(struct day *d)
{
	static const char name[] = "draft-ietf-ntp-ntpv5-07";
	for (unsigned i = 0; i < 3; i++) {
		struct visitor v = quiet_visitor(d, NULL, "version_5");
		for (unsigned k = 0; k < 5; k++) {
			uint8_t p[NTP_LEN + 4 + 24] = { 0x2b, 0, 6, 32 };
			put64(p + 24, rng_next(&d->st.rng));
			put16(p + NTP_LEN, 0xf5ff);
			put16(p + NTP_LEN + 2, sizeof name - 1 + 4);
			memcpy(p + NTP_LEN + 4, name, sizeof name - 1);
			int32_t ask = talk_send(&v.t, at_hour(d, 8 + i, (int64_t)k * 2), false, p, sizeof p);
			talk_row(&v.t, CLASS_OTHER, ask, -1);
		}
	}
}

/* ---- with keys ---- */

static void keys(struct day *d)
{
	static const struct {
		unsigned n;
		enum trailer ask, reply;
		const char *note;
	} kinds[] = {
		{ 8, TRAILER_MD5, TRAILER_MD5, "mac_md5" },
		{ 4, TRAILER_SHA1, TRAILER_SHA1, "mac_sha1" },
		{ 2, TRAILER_MD5, TRAILER_CRYPTO_NAK, "crypto_nak" },
	};
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned k = 0; k < kinds[i].n; k++) {
			struct visitor v = quiet_visitor(d, NULL, kinds[i].note);
			force_version(&v, k % 4 == 3 ? 3 : 4, STYLE_PRIVATE);
			v.t.ask_trailer = kinds[i].ask;
			v.t.reply_trailer = kinds[i].reply;
			int64_t at = day_moment(d);
			day_poll_until(&v, at, at + 4 * HOUR, 512 * SEC);
		}
	}
}

/* A handshake, then polls; the server loses its keys at 20:00 and says so once to each. */
static void nts(struct day *d)
{
	for (unsigned i = 0; i < day_count(d, 12); i++) {
		struct visitor v = quiet_visitor(d, NULL, "nts");
		force_version(&v, 4, STYLE_PRIVATE);
		int64_t at = at_hour(d, 14 + i % 6, (int64_t)rng_below(&d->st.rng, 59)),
			lost = at_hour(d, 20, 0);
		v.t.ask_trailer = v.t.reply_trailer = TRAILER_NTS;
		at = ntske_play(&v.t, at, "time.example.net", "ntske/1");
		for (unsigned k = 0; k < 14; k++, at += 1024 * SEC) {
			rng_fill(&d->st.rng, v.t.uid, sizeof v.t.uid);
			bool nak = at >= lost && v.t.reply_trailer == TRAILER_NTS;
			v.t.reply_trailer = nak ? TRAILER_NTS_NAK : TRAILER_NTS;
			day_poll(&v, at);
			if (nak) {
				ntske_play(&v.t, at + 10 * SEC, "time.example.net", "ntske/1");
				v.t.reply_trailer = TRAILER_NTS;
				lost = INT64_MAX;
			}
		}
	}
	for (unsigned i = 0; i < 3; i++) {
		struct visitor v = quiet_visitor(d, NULL, "ntske");
		ntske_play(&v.t, day_moment(d), "192.0.2.123", i ? "h2" : "http/1.1");
	}
}

/* ---- other relations ---- */

static void peers(struct day *d)
{
	for (unsigned i = 0; i < 2; i++) {
		struct addr a = i ? v6_address(0x9001, 0, 0x11) : v4_address(100, 64, 9, 11);
		struct visitor v = quiet_visitor(d, &a, "symmetric");
		force_version(&v, 4, STYLE_NTPD);
		v.t.client.port = PORT_NTP;
		v.t.ask.mode = 1;
		v.t.ask.stratum = 2;
		v.t.ask.refid = refid_of("\xcb\x07\x71\x09");
		v.t.reply.mode = 2;
		day_poll_until(&v, at_hour(d, 1, 5), at_hour(d, 23, 0), 1024 * SEC);
	}
}

static void broadcast(struct day *d)
{
	struct addr group = v4_address(224, 0, 1, 1);
	struct visitor v = quiet_visitor(d, &group, "broadcast");
	v.t.client.port = PORT_NTP;
	v.t.reply.mode = 5;
	v.t.reply.version = 4;
	for (int64_t k = 0; k < 60; k++)
		talk_row(&v.t, CLASS_OTHER, talk_reply(&v.t, at_hour(d, 6, 0) + k * 64 * SEC, 0), -1);
}

/* They follow us and say so: refid is our address, or the start of the MD5 of our IPv6 address. */
static void refid_loop(struct day *d)
{
	for (unsigned i = 0; i < 4; i++) {
		struct visitor v = visitor_of(d, NULL, i % 2, "refid_loop");
		v.t.ask.stratum = 2;
		v.style = STYLE_NTPD;
		v.t.client.port = PORT_NTP;
		v.t.ask.refid = i % 2 ? 0xc000027b : 0xc975cecc;
		day_poll_until(&v, day_moment(d), d->end_ns, 1024 * SEC);
	}
}

/* RFC 9769: from the third answer on, the origin is the request's receive field. */
static void interleaved(struct day *d)
{
	for (unsigned i = 0; i < 3; i++) {
		struct visitor v = quiet_visitor(d, NULL, "interleaved");
		force_version(&v, 4, STYLE_PRIVATE);
		int64_t at = at_hour(d, 11 + i, 7), sent = 0;
		uint64_t last = 0;
		for (unsigned k = 0; k < 40; k++, at += 128 * SEC) {
			uint64_t transmit = rng_next(&d->st.rng) | 1;
			v.t.ask.origin = last;
			v.t.ask.receive = k > 1 ? rng_next(&d->st.rng) | 1 : 0;
			int32_t ask = talk_ask(&v.t, at, transmit);
			v.t.reply.receive = last = ntp_time(at + 4000) | 1;
			v.t.reply.transmit = k > 1 ? ntp_time(sent) & ~UINT64_C(1) : 0;
			sent = at + 20000;
			int32_t reply = talk_reply(&v.t, at + 31000, k > 1 ? v.t.ask.receive : transmit);
			talk_row(&v.t, CLASS_ANSWERED, ask, reply);
		}
	}
}

/* The capture begins between a request and its answer. */
static void begins(struct day *d)
{
	for (unsigned i = 0; i < 2; i++) {
		struct visitor v = quiet_visitor(d, NULL, "begins");
		uint64_t origin = rng_next(&d->st.rng) | 1;
		talk_row(&v.t, CLASS_UNSOLICITED, -1,
			 talk_reply(&v.t, d->start_ns + 5000 + i * 9000, origin));
	}
}

/* Our own clock went backwards by 120 ms, once, with an exchange under way. */
static void clock_step(struct day *d)
{
	struct visitor v = quiet_visitor(d, NULL, "clock_step");
	int64_t at = at_hour(d, 17, 23);
	talk_exchange(&v.t, at, 60000);
	stage_step_clock(&d->st, at + 20000, -120 * MS);
}

void day_odd(struct day *d)
{
	static void (*const acts[])(struct day *) = {
		begins,      crowded_subnets, abusive, burst, blocked, scan_control, scan_private,
		junk,        version_5,       keys,    nts,   peers,   broadcast,    refid_loop,
		interleaved, clock_step,
	};
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
		acts[i](d);
}
