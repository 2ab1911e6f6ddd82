/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HOW: for each figure of the report that somebody may want to follow, the display filter that shows its
 * packets. */
#include <stdio.h>

#include "base/nstime.h"
#include "engine/exchange.h"
#include "present/report_parts.h"

enum { HOW_LABEL = 26, HOW_SERVERS = 2 };

/* A filter holds no single quote, so that a shell takes it as it stands. */
static void row(struct text *t, const char *label, const char *filter)
{
	text_line(t);
	text_pad_to(t, TEXT_INDENT);
	text_cell(t, TEXT_DIM, -HOW_LABEL, label);
	text_put(t, TEXT_PLAIN, "'");
	text_put(t, TEXT_PLAIN, filter);
	text_put(t, TEXT_PLAIN, "'");
}

static const char *field_of(const struct addr *a)
{
	return addr_is_v4(a) ? "ip.addr" : "ipv6.addr";
}

static void servers(struct text *t, const struct report *r)
{
	char filter[128], text[ADDR_TEXT_MAX];
	for (size_t i = 0; i < census_n_servers(r->census) && i < HOW_SERVERS; i++) {
		const struct server_info *s = census_server(r->census, i);
		addr_text(&s->addr, text);
		snprintf(filter, sizeof(filter), "%s == %s", field_of(&s->addr), text);
		row(t, i ? "another server" : "the busiest server", filter);
		if (!s->n_worst)
			continue;
		const struct worst *w = &s->worst[0];
		snprintf(filter, sizeof(filter), "frame.number in {%llu, %llu}",
			 (unsigned long long)w->request_frame, (unsigned long long)w->response_frame);
		row(t, "  its slowest exchange", filter);
	}
}

static void clients(struct text *t, const struct report *r)
{
	const struct list_summary *s = census_summary(r->census);
	if (s->n_alert[ALERT_RED])
		row(t, "red clients", "client.alert == \"red\"");
	if (s->n_alert[ALERT_YELLOW])
		row(t, "yellow clients", "client.alert == \"yellow\"");
	if (s->n_never_answered)
		row(t, "never answered", "client.rx > 0 && client.tx == 0");
	if (s->n_owed)
		row(t, "owed an answer", "client.owed > 0");
	if (s->n_abusive)
		row(t, "abusive clients", "client.classes == \"abusive\"");
	if (s->n_scanner)
		row(t, "scanners", "client.classes == \"scanner\"");
}

static void crowds(struct text *t, const struct report *r)
{
	char filter[128], text[ADDR_TEXT_MAX];
	if (r->n_listed) {
		struct client_info c;
		census_client(r->census, r->top[0], &c);
		addr_text(&c.addr, text);
		snprintf(filter, sizeof(filter), "%s == %s", field_of(&c.addr), text);
		row(t, "the loudest client", filter);
	}
	for (unsigned k = 0; k < REPORT_SUBNET_KINDS; k++) {
		if (!r->n_subnets[k])
			continue;
		const struct subnet *n = &r->subnets[k][0];
		unsigned bits = addr_is_v4(&n->net) ? n->bits - 96 : n->bits;
		addr_text(&n->net, text);
		snprintf(filter, sizeof(filter), "%s == %s/%u", field_of(&n->net), text, bits);
		row(t, "a crowded subnet", filter);
	}
}

static void exchanges(struct text *t, const struct report *r)
{
	const struct tally *y = census_tally(r->census);
	char filter[64];
	for (unsigned c = 0; c < N_CLASSES; c++) {
		if (!y->class_packets[c] || c == CLASS_ANSWERED)
			continue;
		snprintf(filter, sizeof(filter), "ntp.class == \"%s\"",
			 exchange_class_name((enum exchange_class)c));
		row(t, exchange_class_name((enum exchange_class)c), filter);
	}
	if (y->delta.n) {
		snprintf(filter, sizeof(filter), "ntp.delta_time > %.9f",
			 (double)hist_percentile(&y->delta, 0.999) * 1e-9);
		row(t, "slower than p99.9", filter);
	}
	if (y->delta.n_negative)
		row(t, "negative delta", "ntp.delta_time < 0");
}

static void findings(struct text *t, const struct report *r)
{
	const struct tally *y = census_tally(r->census);
	if (y->control.n_requests || y->control.n_responses)
		row(t, "mode 6", "ntp.flags.mode == 6");
	if (y->private_.n_requests || y->private_.n_responses)
		row(t, "mode 7", "ntp.flags.mode == 7");
	if (y->auth[0][NTP_AUTH_MAC] || y->auth[1][NTP_AUTH_MAC])
		row(t, "with a MAC", "ntp.auth == \"mac\"");
	if (y->auth[0][NTP_AUTH_NTS] || y->auth[1][NTP_AUTH_NTS])
		row(t, "with NTS", "ntp.auth == \"nts\"");
}

static void highest_peak(struct text *t, const struct report *r)
{
	char filter[128], from[NSTIME_TEXT_MAX], to[NSTIME_TEXT_MAX];
	const struct peak *most = r->peaks;
	for (size_t i = 1; i < r->n_peaks; i++)
		if (r->peaks[i].requests_per_s > most->requests_per_s)
			most = &r->peaks[i];
	if (!r->n_peaks)
		return;
	nstime_rfc3339(most->start_ns, from);
	nstime_rfc3339(most->end_ns, to);
	snprintf(filter, sizeof(filter), "frame.time >= \"%s\" && frame.time < \"%s\"", from, to);
	row(t, "the highest peak", filter);
}

void report_text_how(struct text *t, const struct report *r)
{
	text_head(t, "HOW");
	text_words(t, TEXT_PLAIN,
		   "to see the packets behind a figure: ntpscope packets -Y FILTER CAPTURE...");
	servers(t, r);
	clients(t, r);
	crowds(t, r);
	exchanges(t, r);
	findings(t, r);
	highest_peak(t, r);
}
