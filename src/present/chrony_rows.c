/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/chrony_rows.h"

#include <math.h>

#include "base/nstime.h"
#include "present/chrony_words.h"

static void put_rule(struct buf *out, unsigned n)
{
	while (n--)
		buf_char(out, '=');
	buf_char(out, '\n');
}

void chrony_tracking_text(struct buf *out, const struct chrony_tracking *t, const char *name)
{
	char when[NSTIME_TEXT_MAX];

	nstime_short(t->ref_time_ns, when);
	buf_printf(out, "Reference ID    : %08X (%s)\n", t->refid, name);
	buf_printf(out, "Stratum         : %u\n", t->stratum);
	buf_printf(out, "Ref time (UTC)  : %s\n", t->ref_time_ns ? when : "-");
	buf_printf(out, "System time     : %.9f seconds %s of NTP time\n", fabs(t->correction_s),
		   t->correction_s > 0 ? "slow" : "fast");
	buf_printf(out, "Last offset     : %+.9f seconds\n", t->last_offset_s);
	buf_printf(out, "RMS offset      : %.9f seconds\n", t->rms_offset_s);
	buf_printf(out, "Frequency       : %.3f ppm %s\n", fabs(t->frequency_ppm),
		   t->frequency_ppm < 0 ? "slow" : "fast");
	buf_printf(out, "Residual freq   : %+.3f ppm\n", t->residual_ppm);
	buf_printf(out, "Skew            : %.3f ppm\n", t->skew_ppm);
	buf_printf(out, "Root delay      : %.9f seconds\n", t->root_delay_s);
	buf_printf(out, "Root dispersion : %.9f seconds\n", t->root_dispersion_s);
	buf_printf(out, "Update interval : %.1f seconds\n", t->update_interval_s);
	buf_printf(out, "Leap status     : %s\n", chrony_leap_name(t->leap));
}

void chrony_activity_text(struct buf *out, const struct chrony_activity *a)
{
	buf_printf(out, "%u sources online\n%u sources offline\n", a->online, a->offline);
	buf_printf(out, "%u sources doing burst (return to online)\n", a->burst_online);
	buf_printf(out, "%u sources doing burst (return to offline)\n", a->burst_offline);
	buf_printf(out, "%u sources with unknown address\n", a->unresolved);
}

void chrony_serverstats_text(struct buf *out, const struct chrony_serverstats *s)
{
	const struct {
		const char *legend;
		uint64_t n;
		unsigned known; /* in layouts with so many numbers */
	} rows[] = {
		{ "NTP packets received", s->ntp_hits, 1 },
		{ "NTP packets dropped", s->ntp_drops, 1 },
		{ "Command packets received", s->cmd_hits, 1 },
		{ "Command packets dropped", s->cmd_drops, 1 },
		{ "Client log records dropped", s->log_drops, 1 },
		{ "NTS-KE connections accepted", s->nke_hits, 8 },
		{ "NTS-KE connections dropped", s->nke_drops, 8 },
		{ "Authenticated NTP packets", s->ntp_auth_hits, 8 },
		{ "Interleaved NTP packets", s->ntp_interleaved_hits, 11 },
		{ "NTP timestamps held", s->ntp_timestamps, 11 },
		{ "NTP timestamp span", s->ntp_span_s, 11 },
		{ "NTP daemon RX timestamps", s->daemon_rx, 17 },
		{ "NTP daemon TX timestamps", s->daemon_tx, 17 },
		{ "NTP kernel RX timestamps", s->kernel_rx, 17 },
		{ "NTP kernel TX timestamps", s->kernel_tx, 17 },
		{ "NTP hardware RX timestamps", s->hardware_rx, 17 },
		{ "NTP hardware TX timestamps", s->hardware_tx, 17 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (s->n_known >= rows[i].known)
			buf_printf(out, "%-27s: %llu\n", rows[i].legend, (unsigned long long)rows[i].n);
}

static void put_address(struct buf *out, const char *legend, const struct chrony_addr *a)
{
	char text[ADDR_TEXT_MAX];

	chrony_addr_words(a, text);
	buf_printf(out, "%s%s\n", legend, text);
}

static void put_tests(struct buf *out, uint16_t flags)
{
	buf_str(out, "NTP tests       : ");
	for (int bit = 9; bit >= 0; bit--) {
		if (bit == 6 || bit == 3)
			buf_char(out, ' ');
		buf_char(out, flags >> bit & 1 ? '1' : '0');
	}
	buf_char(out, '\n');
}

static void put_ntpdata_source(struct buf *out, const struct chrony_ntpdata *d)
{
	char when[NSTIME_TEXT_MAX];
	static const char *const modes[] = { "Invalid", "Symmetric active", "Symmetric passive",
					     "Client",  "Server",           "Broadcast" };

	nstime_short(d->ref_time_ns, when);
	put_address(out, "Remote address  : ", &d->remote);
	buf_printf(out, "Remote port     : %u\n", d->port);
	put_address(out, "Local address   : ", &d->local);
	buf_printf(out, "Leap status     : %s\nVersion         : %u\n", chrony_leap_name(d->leap),
		   d->version);
	buf_printf(out, "Mode            : %s\nStratum         : %u\n",
		   d->mode <= 5 ? modes[d->mode] : "Invalid", d->stratum);
	buf_printf(out, "Poll interval   : %d (%.0f seconds)\n", d->poll_log2s, exp2(d->poll_log2s));
	buf_printf(out, "Precision       : %d (%.9f seconds)\n", d->precision_log2s,
		   exp2(d->precision_log2s));
	buf_printf(out, "Root delay      : %.6f seconds\n", d->root_delay_s);
	buf_printf(out, "Root dispersion : %.6f seconds\n", d->root_dispersion_s);
	buf_printf(out, "Reference ID    : %08X (%s)\n", d->refid,
		   d->stratum <= 1 ? chrony_refid_words(d->refid).s : "");
	buf_printf(out, "Reference time  : %s\n", d->ref_time_ns ? when : "-");
}

void chrony_ntpdata_text(struct buf *out, const struct chrony_ntpdata *d)
{
	put_ntpdata_source(out, d);
	buf_printf(out, "Offset          : %+.9f seconds\n", d->offset_s);
	buf_printf(out, "Peer delay      : %.9f seconds\n", d->peer_delay_s);
	buf_printf(out, "Peer dispersion : %.9f seconds\n", d->peer_dispersion_s);
	buf_printf(out, "Response time   : %.9f seconds\n", d->response_time_s);
	buf_printf(out, "Jitter asymmetry: %+.2f\n", d->jitter_asymmetry);
	put_tests(out, d->flags);
	buf_printf(out, "Interleaved     : %s\n", d->flags & CHRONY_INTERLEAVED ? "Yes" : "No");
	buf_printf(out, "Authenticated   : %s\n", d->flags & CHRONY_AUTHENTICATED ? "Yes" : "No");
	buf_printf(out, "TX timestamping : %s\n", chrony_stamp_name(d->tx_source));
	buf_printf(out, "RX timestamping : %s\n", chrony_stamp_name(d->rx_source));
	buf_printf(out, "Total TX        : %u\nTotal RX        : %u\n", d->n_tx, d->n_rx);
	buf_printf(out, "Total valid RX  : %u\nTotal good RX   : %u\n", d->n_valid, d->n_good);
	if (!d->has_stamps)
		return;
	buf_printf(out, "Total kernel TX : %u\nTotal kernel RX : %u\n", d->n_kernel_tx, d->n_kernel_rx);
	buf_printf(out, "Total HW TX     : %u\nTotal HW RX     : %u\n", d->n_hardware_tx, d->n_hardware_rx);
}

/* ---- tables ------------------------------------------------------------------------------------------ */

void chrony_sources_head(struct buf *out)
{
	buf_str(out, "MS Name/IP address         Stratum Poll Reach LastRx Last sample\n");
	put_rule(out, 79);
}

void chrony_sources_row(struct buf *out, const struct chrony_source *s, const char *name)
{
	buf_printf(out, "%c%c %-27s  %2u  %2d   %3o  %s  %s[%s] +/- %s\n", chrony_mode_char(s->mode),
		   chrony_state_char(s->state), name, s->stratum, s->poll_log2s, s->reach,
		   chrony_ago_words(s->since_sample_s).s, chrony_signed_words(s->offset_s).s,
		   chrony_signed_words(s->original_offset_s).s, chrony_span_words(s->error_s).s);
}

void chrony_sourcestats_head(struct buf *out)
{
	buf_str(out, "Name/IP Address            NP  NR  Span  Frequency  Freq Skew  Offset  Std Dev\n");
	put_rule(out, 78);
}

void chrony_sourcestats_row(struct buf *out, const struct chrony_sourcestats *s, const char *name)
{
	buf_printf(out, "%-25s %3u %3u  %s %+10.3f %10.3f  %s  %s\n", name, s->n_samples, s->n_runs,
		   chrony_ago_words(s->span_s).s, s->residual_ppm, s->skew_ppm,
		   chrony_signed_words(s->offset_s).s, chrony_span_words(s->deviation_s).s);
}

void chrony_authdata_head(struct buf *out)
{
	buf_str(out, "Name/IP address             Mode KeyID Type KLen Last Atmp  NAK Cook CLen\n");
	put_rule(out, 73);
}

void chrony_authdata_row(struct buf *out, const struct chrony_authdata *a, const char *name)
{
	static const char *const modes[] = { "-", "SK", "NTS" };

	buf_printf(out, "%-27s %4s %5u %4u %4u %s %4u %4u %4u %4u\n", name,
		   a->mode <= 2 ? modes[a->mode] : "?", a->key_id, a->key_type, a->key_length,
		   chrony_ago_words(a->last_ke_ago_s).s, a->ke_attempts, a->nak, a->cookies,
		   a->cookie_length);
}

void chrony_option_letters(uint16_t options, char out[6])
{
	for (int i = 0; i < 4; i++)
		out[i] = options >> i & 1 ? "NPTR"[i] : '-';
	out[4] = '-';
	out[5] = '\0';
}

void chrony_selectdata_head(struct buf *out)
{
	buf_str(out, "S Name/IP Address        Auth COpts EOpts Last Score     Interval  Leap\n");
	put_rule(out, 71);
}

void chrony_selectdata_row(struct buf *out, const struct chrony_selectdata *s, const char *name)
{
	char configured[6], effective[6];
	char state = s->state > ' ' && s->state < 0x7f ? s->state : '?';

	chrony_option_letters(s->configured, configured);
	chrony_option_letters(s->effective, effective);
	buf_printf(out, "%c %-25s %c %s %s %s %5.1f %s %s  %c\n", state, name, s->authentication ? 'Y' : 'N',
		   configured, effective, chrony_ago_words(s->last_sample_ago_s).s, s->score,
		   chrony_signed_words(s->low_limit_s).s, chrony_signed_words(s->high_limit_s).s,
		   "N+-?"[s->leap & 3]);
}

void chrony_clients_head(struct buf *out)
{
	buf_str(out, "Hostname                      NTP   Drop Int IntL Last     Cmd   Drop Int  Last\n");
	put_rule(out, 79);
}

void chrony_clients_row(struct buf *out, const struct chrony_client *c, const char *name)
{
	buf_printf(out, "%-25s  %6u  %5u %s %s  %s  %6u  %5u %s  %s\n", name, c->ntp_hits, c->ntp_drops,
		   chrony_interval_words(c->ntp_interval_log2s).s,
		   chrony_interval_words(c->ntp_timeout_interval_log2s).s,
		   chrony_ago_words(c->last_ntp_ago_s).s, c->cmd_hits, c->cmd_drops,
		   chrony_interval_words(c->cmd_interval_log2s).s, chrony_ago_words(c->last_cmd_ago_s).s);
}
