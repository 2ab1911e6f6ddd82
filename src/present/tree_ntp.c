/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The NTP data header, versions 1 to 4 (RFC 5905 section 7.3). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "present/refid_words.h"
#include "present/tree_parts.h"
#include "present/words.h"
#include "proto/names.h"

static const char *leap_words(uint8_t leap)
{
	static const char *const words[] = { "no leap second", "the last minute of the day has 61 seconds",
					     "the last minute of the day has 59 seconds",
					     "not synchronised" };
	return words[leap & 3];
}

static const char *stratum_words(uint8_t stratum)
{
	if (stratum == 0)
		return "unspecified, or a kiss code";
	if (stratum == 1)
		return "primary reference";
	if (stratum < 16)
		return "secondary reference";
	return stratum == 16 ? "not synchronised" : "reserved";
}

/* Powers of two in seconds, as far as they mean something. */
static void log2_item(struct tree *t, const char *label, int8_t v, bool at_least_a_second)
{
	if ((at_least_a_second && v >= 0 && v <= 17) || (!at_least_a_second && v < 0 && v >= -32))
		tree_item(t, label, "%d (%s)", v, span_s_words(ldexp(1, v)).s);
	else
		tree_item(t, label, "%d", v);
}

static void first_octet(struct tree *t, uint8_t first)
{
	tree_bits(t, first, 8, 0xc0, "Leap indicator", "%u (%s)", first >> 6, leap_words(first >> 6));
	tree_bits(t, first, 8, 0x38, "Version", "%u", ntp_first_version(first));
	tree_bits(t, first, 8, 0x07, "Mode", "%u (%s)", first & 7, ntp_mode_name(first & 7));
}

/* 16.16 fixed point, as seconds with nine decimals. */
static void short_item(struct tree *t, const char *label, uint32_t v)
{
	char seconds[DURATION_TEXT_MAX];
	seconds_text(ntp_short_ns(v), seconds);
	tree_item(t, label, "%s s (0x%08x)", seconds, v);
}

static void timestamp_item(struct tree *t, const char *label, uint64_t ntp, const struct row *row)
{
	char text[TREE_TIME_MAX];
	tree_timestamp_text(ntp, row->packet, text);
	tree_item(t, label, "%s", text);
}

static void refid_item(struct tree *t, const struct ntp_header *h)
{
	char text[REFID_TEXT_MAX], meaning[REFID_WORDS_MAX];
	ntp_refid_text(h->stratum, h->refid, text);
	refid_words(h, meaning);
	if (meaning[0])
		tree_item(t, "Reference ID", "%s (%s)", text, meaning);
	else
		tree_item(t, "Reference ID", "%s", text);
	enum ntp_kiss kiss = ntp_kiss_of(h);
	if (kiss != KISS_NONE)
		tree_fault(t, "kiss-o'-death %s", text);
}

/* Fields of a header, one by one as far as the capture reaches. */
static void fields(struct tree *t, const struct row *row, const struct ntp_header *h)
{
	uint32_t len = row->ntp->len;
	if (len >= 2)
		tree_item(t, "Stratum", "%u (%s)", h->stratum, stratum_words(h->stratum));
	if (len >= 3)
		log2_item(t, "Poll", h->poll_log2s, true);
	if (len >= 4)
		log2_item(t, "Precision", h->precision_log2s, false);
	if (len >= 8)
		short_item(t, "Root delay", h->root_delay);
	if (len >= 12)
		short_item(t, "Root dispersion", h->root_dispersion);
	if (len >= 16)
		refid_item(t, h);
	if (len >= 24)
		timestamp_item(t, "Reference timestamp", h->reference, row);
	if (len >= 32)
		timestamp_item(t, "Origin timestamp", h->origin, row);
	if (len >= 40)
		timestamp_item(t, "Receive timestamp", h->receive, row);
	if (len >= 48)
		timestamp_item(t, "Transmit timestamp", h->transmit, row);
}

static void data_packet(struct tree *t, const struct row *row)
{
	const struct view_ntp *v = row->ntp;
	struct ntp_header h;
	uint8_t first = v->payload[0];
	bool whole = ntp_header_parse(v->payload, v->len, &h);
	tree_open(t, "NTP version %u, %s", h.version, ntp_mode_name(h.mode));
	tree_item(t, "Flags", "0x%02x", first);
	t->depth++;
	first_octet(t, first);
	t->depth--;
	if (h.version == 5)
		tree_ntp5(t, row, &h);
	else
		fields(t, row, &h);
	if (v->wire_len < NTP_HEADER_LEN)
		tree_fault(t, "%u octets: shorter than a header", v->wire_len);
	else if (!whole)
		tree_fault(t, "the capture ends inside the header");
	else
		tree_ntp_trailer(t, row, &h);
}

void tree_ntp(struct tree *t, const struct row *row)
{
	const struct view_ntp *v = row->ntp;
	if (v->len == 0)
		tree_open(t, v->wire_len ? "NTP, not captured" : "NTP, empty");
	else if (ntp_first_mode(v->payload[0]) == NTP_MODE_CONTROL)
		tree_control(t, row);
	else if (ntp_first_mode(v->payload[0]) == NTP_MODE_PRIVATE)
		tree_private(t, row);
	else
		data_packet(t, row);
	if (v->len && v->len < v->wire_len)
		tree_fault(t, "%u of %u octets were captured", v->len, v->wire_len);
	tree_pairing(t, row);
	tree_close(t);
}
