/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/history_series.h"

#include <string.h>

#define S(name, title, unit)               \
	{                                  \
		name, title, unit, NULL, 0 \
	}
#define STEPS(name, title, first, steps)      \
	{                                     \
		name, title, "", steps, first \
	}

static const struct history_series all[] = {
	/* What its packets say: our own questions, or what the daemon measured of itself. */
	S("offset_s", "Offset, server minus us", "s"),
	S("estimated_offset_s", "Offset as chrony estimates it from several, server minus us", "s"),
	S("bound_s", "How far the offset can be off", "s"),
	S("delay_s", "Delay there and back", "s"),
	S("jitter_s", "Jitter", "s"),
	S("dispersion_s", "Dispersion", "s"),
	S("root_delay_s", "Root delay", "s"),
	S("root_dispersion_s", "Root dispersion", "s"),
	S("root_distance_s", "Root distance", "s"),
	STEPS("stratum", "Stratum", 0, NULL),
	STEPS("leap", "Leap indicator", 0, "none|insert a second|delete a second|unsynchronised"),
	S("reach_polls", "Of the last 8 polls, answered", "polls"),
	STEPS("result", "Result: 0 is ok, else the exit status of query", 0, NULL),

	/* What the server says of its own clock. */
	S("clock_offset_s", "Offset of its clock, as it says: source minus clock", "s"),
	S("clock_jitter_s", "Jitter of its clock, as it says", "s"),
	S("frequency_ppm", "Frequency of its clock, fast is positive", "ppm"),
	S("residual_ppm", "Residual frequency", "ppm"),
	S("skew_ppm", "Skew of that frequency", "ppm"),
	S("wander_ppm", "Wander of that frequency", "ppm"),
	S("sources", "Sources", ""),
	S("sources_reachable", "Sources that answer", ""),

	/* What it counts, and what we see of its traffic. */
	S("requests_per_s", "Requests", "per_s"),
	S("answers_per_s", "Answers", "per_s"),
	S("unanswered_per_s", "Unanswered requests", "per_s"),
	S("received_per_s", "Packets received", "per_s"),
	S("sent_per_s", "Packets sent", "per_s"),
	S("dropped_per_s", "Packets dropped", "per_s"),
	S("limited_per_s", "Packets rate-limited", "per_s"),
	S("kods_per_s", "Kiss-o'-death packets", "per_s"),
	S("bad_per_s", "Packets that were malformed or not authentic", "per_s"),
	S("authenticated_per_s", "Authenticated packets", "per_s"),
	S("interleaved_per_s", "Interleaved packets", "per_s"),
	S("nts_ke_per_s", "NTS key establishments", "per_s"),
	S("clients_300s", "Clients in 5 minutes", ""),
	S("clients_1200s", "Clients in 20 minutes", ""),
	S("clients_86400s", "Clients in a day", ""),
	S("clients_known", "Addresses in its list of clients", ""),
	S("delta_p50_s", "Delta time, median", "s"),
	S("delta_p99_s", "Delta time, 99 % are below", "s"),
	S("delta_max_s", "Delta time, greatest", "s"),

	/* Reference clocks of ntpd. */
	STEPS("clock_event", "State of the reference clock", 0,
	      "nominal|no reply|bad format|fault|signal loss|bad date|bad time"),
	S("clock_polls_per_s", "Questions to the reference clock", "per_s"),
	S("clock_no_reply_per_s", "Questions without reply", "per_s"),
	S("clock_bad_format_per_s", "Telegrams of a bad format", "per_s"),
	S("clock_bad_data_per_s", "Telegrams with bad data", "per_s"),
	S("clock_nominal_percent", "Time in the state 'nominal'", "percent"),

	/* Satellite receivers. */
	STEPS("gps_mode", "Fix", 0, "unknown|none|2D|3D"),
	S("satellites_used", "Satellites used", ""),
	S("satellites_seen", "Satellites in view", ""),
	S("gdop", "Dilution of precision, geometric", ""),
	S("pdop", "Dilution of precision, position", ""),
	S("hdop", "Dilution of precision, horizontal", ""),
	S("vdop", "Dilution of precision, vertical", ""),
	S("tdop", "Dilution of precision, time", ""),
	S("snr_mean_dbhz", "Signal of the satellites used, mean", "dbhz"),
	S("pps_offset_s", "PPS, receiver minus system clock", "s"),
	S("toff_s", "Serial time, receiver minus system clock", "s"),

	/* LANTIME and its kin. */
	STEPS("refclock_state", "Reference clock", 0, "n/a|synchronized|not synchronized"),
	STEPS("refclock_substate", "Reference clock, in detail", 0, NULL),
	STEPS("ntp_state", "NTP service", 0, "n/a|not synchronized|synchronized"),
	S("correlation_percent", "Correlation of the long-wave signal", "percent"),
	S("field_strength_percent", "Field strength of the long-wave signal", "percent"),
	S("temperature_c", "Temperature", "c"),
	S("fans", "Fans", ""),
	S("fans_failed", "Fans that fail", ""),
	S("supplies", "Power supplies", ""),
	S("supplies_down", "Power supplies that are down", ""),
	S("clients_today", "Clients today", ""),
	S("requests_today", "Requests today", ""),
	S("requests_last_hour", "Requests in the last hour", ""),
	S("requests_last_minute", "Requests in the last minute", ""),

	/* Any machine. */
	S("uptime_s", "Uptime", "s"),
	S("cpu_percent", "Processors busy", "percent"),
	S("load_1min", "Load, 1 minute", ""),
	S("load_5min", "Load, 5 minutes", ""),
	S("load_15min", "Load, 15 minutes", ""),
	S("memory_used_bytes", "Memory used", "bytes"),
	S("memory_total_bytes", "Memory", "bytes"),
	S("swap_used_bytes", "Swap used", "bytes"),
	S("received_bytes_per_s", "Octets received", "bytes_per_s"),
	S("sent_bytes_per_s", "Octets sent", "bytes_per_s"),
	S("interface_errors_per_s", "Errors and discards of the interface", "per_s"),
	S("udp_received_per_s", "UDP packets received, by all programs", "per_s"),
	S("udp_sent_per_s", "UDP packets sent, by all programs", "per_s"),
	S("udp_no_port_per_s", "UDP packets for a port where nobody listens", "per_s"),
	S("udp_errors_per_s", "UDP packets that could not be delivered", "per_s"),

	/* The NTP Pool. */
	S("pool_score", "Score in the NTP Pool", ""),
	S("pool_step", "Step of the score", ""),
};

#undef S
#undef STEPS

const struct history_series *history_series_at(size_t i)
{
	return i < sizeof(all) / sizeof(all[0]) ? &all[i] : NULL;
}

const struct history_series *history_series_find(const char *name)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

const struct history_series *history_series_meant(const char *text, size_t len)
{
	for (size_t i = 0; len && i < sizeof(all) / sizeof(all[0]); i++)
		if (strncmp(all[i].name, text, len) == 0 && (!all[i].name[len] || all[i].name[len] == '_'))
			return &all[i];
	return NULL;
}
