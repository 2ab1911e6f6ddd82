// SPDX-License-Identifier: GPL-3.0-or-later
//
// A monitor that never was: the page from web/dist, and the answers that a monitor gives which watches servers and
// receivers of every kind, in all states, with a month of history.  The same at each run: its clock stands still.
// `node tests/page/mock.mjs 8200` serves it for work on the page.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const DIST = new URL("../../web/dist/", import.meta.url).pathname;
const POLICY =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
export const HOSTILE = '<img src=x onerror="globalThis.hacked=1">';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
export const NOW = Date.UTC(2026, 2, 31, 12, 0, 30) / 1000;
const SINCE = NOW - 30 * DAY;
const iso = (s) => new Date(s * 1000).toISOString().replace("Z", "000000Z");

// ---- what there is ---------------------------------------------------------------------------------------------------

const BAD_HOURS = (t) => (t % DAY) / HOUR >= 21.5 || (t % DAY) / HOUR < 4; // when the long waves travel badly
function noise(t, salt) {
	let x = (Math.floor(t / MINUTE) * 2654435761 + salt * 40503) >>> 0;
	x ^= x >>> 15;
	x = Math.imul(x, 2246822519) >>> 0;
	x ^= x >>> 13;
	return ((Math.imul(x, 3266489917) >>> 0) / 2 ** 32) * 2 - 1;
}
const wave = (t, period, shift = 0) => Math.sin((2 * Math.PI * t) / period + shift);

const ntp = (salt, scale = 1) => ({
	offset_s: (t) => scale * (40e-6 * wave(t, DAY, salt) + 25e-6 * noise(t, salt)),
	bound_s: (t) => 0.004 + 0.0005 * noise(t, salt + 1),
	delay_s: (t) => 0.0072 + 0.0009 * wave(t, DAY, 1) + 0.0004 * Math.abs(noise(t, salt + 2)),
	root_delay_s: () => 0.0081,
	root_dispersion_s: (t) => 0.0009 + 0.0003 * noise(t, salt + 3),
	root_distance_s: (t) => 0.0049 + 0.0003 * noise(t, salt + 3),
	stratum: () => 2,
	leap: () => 0,
	reach_polls: (t) => (noise(t, salt + 4) > 0.96 ? 7 : 8),
	result: () => 0,
});

const SERIES = {
	"ntp1.example.net": {
		...ntp(1),
		clock_offset_s: (t) => 3e-6 * noise(t, 9),
		frequency_ppm: (t) => -11.2 + 0.4 * wave(t, DAY) + 0.02 * noise(t, 8),
		skew_ppm: (t) => 0.02 + 0.01 * noise(t, 7),
		sources: () => 4,
		sources_reachable: (t) => (noise(t, 5) > 0.9 ? 3 : 4),
		received_per_s: (t) => 820 + 200 * wave(t, DAY, 4) + 30 * noise(t, 3),
		sent_per_s: (t) => 812 + 200 * wave(t, DAY, 4) + 30 * noise(t, 3),
		dropped_per_s: (t) => 2 + noise(t, 3),
	},
	"ntp1.example.net/192.0.2.10": { offset_s: (t) => 30e-6 * noise(t, 21), reach_polls: () => 8 },
	"ntp1.example.net/192.0.2.11": { offset_s: (t) => 90e-6 * noise(t, 22), reach_polls: () => 8 },
	"ntp1.example.net/192.0.2.12": { offset_s: (t) => 0.0021 + 90e-6 * noise(t, 23), reach_polls: () => 8 },
	"ntp2.example.net": {
		...ntp(2, 0.3),
		stratum: (t) => (BAD_HOURS(t) && t > NOW - 3 * DAY ? 2 : 1),
		frequency_ppm: (t) => 4.1 + 0.2 * wave(t, DAY, 2),
		clients_300s: (t) => 12_345 + 3000 * wave(t, DAY, 3) + 90 * noise(t, 31),
		clients_1200s: (t) => 58_201 + 9000 * wave(t, DAY, 3) + 300 * noise(t, 32),
		clients_86400s: () => 257_475,
		requests_per_s: (t) => 1204 + 380 * wave(t, DAY, 3) + 20 * noise(t, 33),
		answers_per_s: (t) => 1199 + 380 * wave(t, DAY, 3) + 20 * noise(t, 33),
		delta_p50_s: (t) => 31e-6 + 2e-6 * noise(t, 34),
		delta_p99_s: (t) => 112e-6 + 20e-6 * noise(t, 35),
		delta_max_s: (t) => 900e-6 + 600e-6 * Math.abs(noise(t, 36)),
		limited_per_s: (t) => 3 + noise(t, 37),
		kods_per_s: (t) => 1 + noise(t, 37),
	},
	"ntp2.example.net/GENERIC(0)": {
		clock_event: (t) => (BAD_HOURS(t) ? (noise(t, 41) > 0.2 ? 2 : noise(t, 42) > 0.6 ? 4 : 0) : 0),
		clock_polls_per_s: () => 1 / 64,
		clock_no_reply_per_s: (t) => (BAD_HOURS(t) ? 0.0006 * (1 + noise(t, 43)) : 0),
		clock_bad_format_per_s: (t) => (BAD_HOURS(t) ? 0.0042 * (1 + noise(t, 44)) : 0),
		clock_bad_data_per_s: (t) => (BAD_HOURS(t) ? 0.001 * (1 + noise(t, 45)) : 0),
		clock_nominal_percent: (t) => 96.4 + 0.3 * wave(t, 7 * DAY),
		reach_polls: (t) => (BAD_HOURS(t) ? Math.round(5 + 2.4 * noise(t, 46)) : 8),
		offset_s: (t) => (BAD_HOURS(t) && noise(t, 47) > 0 ? null : 0.0011 + 0.0006 * noise(t, 48)),
		jitter_s: (t) => 0.0004 + 0.0002 * noise(t, 49),
	},
	"gps.example.net//dev/ttyACM0": {
		gps_mode: (t) => (noise(t, 51) > 0.98 ? 2 : 3),
		satellites_used: (t) => Math.round(11 + 2 * wave(t, DAY / 2) + noise(t, 52)),
		satellites_seen: (t) => Math.round(19 + 3 * wave(t, DAY / 2, 1) + noise(t, 53)),
		tdop: (t) => 0.8 + 0.2 * wave(t, DAY / 2) + 0.05 * noise(t, 54),
		hdop: (t) => 0.9 + 0.2 * wave(t, DAY / 2) + 0.05 * noise(t, 55),
		vdop: (t) => 1.2 + 0.3 * wave(t, DAY / 2) + 0.05 * noise(t, 56),
		pdop: (t) => 1.5 + 0.3 * wave(t, DAY / 2) + 0.05 * noise(t, 57),
		snr_mean_dbhz: (t) => 36 + 2 * wave(t, DAY / 2) + noise(t, 58),
		pps_offset_s: (t) => 0.4e-6 * noise(t, 59),
		toff_s: (t) => 0.123 + 0.002 * noise(t, 60),
	},
	"lantime.example.net": {
		...ntp(6, 0.1),
		stratum: () => 1,
		ntp_state: () => 2,
		temperature_c: (t) => 41 + 3 * wave(t, DAY, 4) + 0.3 * noise(t, 61),
		fans: () => 2,
		fans_failed: (t) => (t > NOW - 5 * HOUR ? 1 : 0),
		supplies: () => 2,
		supplies_down: () => 0,
		clients_today: (t) => Math.round(1200 * ((t % DAY) / DAY) ** 0.3),
		requests_today: (t) => Math.round((t % DAY) * 41),
		requests_last_hour: (t) => 147_000 + 9000 * noise(t, 62),
		requests_last_minute: (t) => 2460 + 200 * noise(t, 63),
		cpu_percent: (t) => 12 + 8 * Math.abs(noise(t, 64)),
		load_1min: (t) => 0.2 + 0.15 * Math.abs(noise(t, 65)),
		memory_used_bytes: () => 201_326_592,
		memory_total_bytes: () => 536_870_912,
	},
	"lantime.example.net/refclock 1": {
		refclock_state: (t) => (BAD_HOURS(t) && noise(t, 66) > 0.8 ? 2 : 1),
		refclock_substate: (t) => (BAD_HOURS(t) && noise(t, 66) > 0.8 ? 51 : 52),
		correlation_percent: (t) => (BAD_HOURS(t) ? 55 : 88) + 6 * noise(t, 67),
		field_strength_percent: (t) => (BAD_HOURS(t) ? 48 : 71) + 5 * noise(t, 68),
	},
	"lantime.example.net/eth0": {
		received_bytes_per_s: (t) => 110_000 + 30_000 * wave(t, DAY, 3) + 4000 * noise(t, 69),
		sent_bytes_per_s: (t) => 108_000 + 30_000 * wave(t, DAY, 3) + 4000 * noise(t, 70),
		interface_errors_per_s: () => 0,
	},
	"ntp3.example.net": { ...ntp(7), offset_s: (t) => 0.0123 + 0.0004 * noise(t, 71) },
	"silent.example.net": {
		...Object.fromEntries(Object.entries(ntp(8)).map(([k, f]) => [k, (t) => (t > NOW - 2 * HOUR ? null : f(t))])),
		reach_polls: (t) => (t > NOW - 2 * HOUR ? 0 : 8),
	},
	"2001:db8:85a3::8a2e:370:7334": ntp(9, 0.5),
	[HOSTILE]: ntp(10),
	"old.example.net": { offset_s: (t) => (t > NOW - 9 * DAY ? null : 80e-6 * noise(t, 80)) },
};

const GOOD = { ok: true, why: "", every_s: 64 };
const now = (name) =>
	Object.fromEntries(
		Object.entries(SERIES[name])
			.map(([k, f]) => [k, f(NOW)])
			.filter(([, v]) => v !== null),
	);
function part(name, part_, via, keys, facts = {}, more = {}) {
	const all = now(part_ ? `${name}/${part_}` : name);
	const values = keys ? Object.fromEntries(Object.entries(all).filter(([k]) => keys(k))) : all;
	return {
		part: part_,
		via,
		time: iso(NOW - 12),
		ok_at: iso(NOW - 12),
		changed_at: iso(SINCE),
		values,
		facts,
		satellites: [],
		...GOOD,
		...more,
	};
}

const isNtp = (k) => k in ntp(1);
const others = (k) => !isNtp(k);
const SKY = [
	[0, 5, 213, 62, 44, 1],
	[0, 7, 301, 21, 31, 1],
	[0, 13, 58, 40, 40, 1],
	[0, 14, 120, 75, 46, 1],
	[0, 15, 95, 12, 24, 0],
	[0, 22, 170, 33, 38, 1],
	[0, 30, 265, 51, 43, 1],
	[1, 123, 140, 31, 35, 0],
	[1, 136, 175, 34, 36, 0],
	[2, 1, 33, 28, 34, 1],
	[2, 4, 330, 55, 42, 1],
	[2, 9, 200, 18, 29, 0],
	[2, 31, 88, 66, 45, 1],
	[3, 21, 70, 22, 30, 0],
	[3, 34, 240, 37, 39, 1],
	[6, 2, 10, 44, 41, 1],
	[6, 17, 285, 8, 19, 0],
	[6, 18, 320, 72, 44, 1],
	[5, 194, 45, 5, null, 0],
	[0, 18, null, null, null, 0],
].map(([gnss, prn, azimuth_deg, elevation_deg, snr_dbhz, used]) => ({
	gnss,
	prn,
	azimuth_deg,
	elevation_deg,
	snr_dbhz,
	used: used === 1,
}));

const source = (name, mark, refid) =>
	part(
		"ntp1.example.net",
		name,
		"chrony",
		null,
		{ selection: mark, refid, name: `${refid.toLowerCase()}.example.net` },
		{},
	);

export const TARGETS = [
	{
		target: "ntp1.example.net",
		level: "ok",
		parts: [
			part("ntp1.example.net", "", "ntp", isNtp, {
				address: "192.0.2.123",
				result: "ok",
				refid: "192.0.2.10",
				version: "4",
			}),
			part("ntp1.example.net", "", "chrony", others, { version: "4.3", leap_status: "normal" }),
			source("192.0.2.10", "selected", "GPS"),
			source("192.0.2.11", "combined", "PTB"),
			source("192.0.2.12", "falseticker", "DCFa"),
		],
	},
	{
		target: "ntp2.example.net",
		level: "warn",
		parts: [
			part("ntp2.example.net", "", "ntp", isNtp, { address: "198.51.100.7", refid: "GPS", version: "4" }),
			part("ntp2.example.net", "", "traffic", (k) => /^(clients|requests|answers|delta)/.test(k)),
			part("ntp2.example.net", "", "mode6", (k) => /^(freq|limited|kods)/.test(k), {
				version: "ntpd 4.2.8p18@1.4062-o Tue Dec  2 12:00:00 UTC 2025 (1)",
				system: "Linux/6.1.0-28-amd64",
				processor: "x86_64",
			}),
			part("ntp2.example.net", "GENERIC(0)", "mode6", null, {
				device: "RAW DCF77 CODE (Conrad DCF77 receiver module)",
				telegram: "-#--#---#-#-#--#----1--S-2--18p---124p1-4---2--1--p",
				refclock_format: "RAW DCF77 Timecode",
				refclock_status: "TIME CODE; (LEAP INDICATION; ANTENNA)",
				refclock_states: "*NOMINAL: 23:01:12 (96.40%); BAD FORMAT: 00:51:36 (3.60%); running time: 23:52:48",
				refid: "DCFa",
				selection: "outlier",
			}),
		],
	},
	{
		target: "gps.example.net",
		level: "ok",
		parts: [
			part(
				"gps.example.net",
				"/dev/ttyACM0",
				"gpsd",
				null,
				{ device: "/dev/ttyACM0", driver: "u-blox", subtype: "SW ROM CORE 3.01,HW 00080000", release: "3.22" },
				{ every_s: 10, satellites: SKY },
			),
		],
	},
	{
		target: "lantime.example.net",
		level: "critical",
		parts: [
			part("lantime.example.net", "", "ntp", isNtp, { address: "203.0.113.40", refid: "PZF", version: "4" }),
			part("lantime.example.net", "", "snmp", others, {
				model: "LANTIME M300",
				firmware: "7.06.008",
				serial: "030111002233",
				ntp_state: "synchronized",
				refclock: "PZF 511",
			}),
			part("lantime.example.net", "refclock 1", "snmp", null, {
				type: "pzf511",
				usage: "primary",
				state: "synchronized",
				substate: "lwSync",
				leap_second: "2016-12-31",
			}),
			part("lantime.example.net", "eth0", "snmp", null, { link: "up", mac: "00:13:95:1a:2b:3c" }),
		],
	},
	{
		target: "ntp3.example.net",
		level: "warn",
		parts: [part("ntp3.example.net", "", "ntp", null, { address: "192.0.2.77", refid: "10.0.0.1", version: "3" })],
	},
	{
		target: "silent.example.net",
		level: "critical",
		parts: [
			part(
				"silent.example.net",
				"",
				"ntp",
				(k) => k === "reach_polls" || k === "result",
				{ address: "192.0.2.99", result: "timeout" },
				{ ok: false, why: "no answer within 2 s", ok_at: iso(NOW - 2 * HOUR), changed_at: iso(NOW - 2 * HOUR) },
			),
		],
	},
	{
		target: "2001:db8:85a3::8a2e:370:7334",
		level: "ok",
		parts: [
			part(
				"2001:db8:85a3::8a2e:370:7334",
				"",
				"ntp",
				null,
				{ refid: "PPS" },
				{ time: iso(NOW - 900), ok_at: iso(NOW - 900) },
			),
		],
	},
	{
		target: HOSTILE,
		level: "ok",
		parts: [
			part(HOSTILE, "", "ntp", null, {
				refid: "<b>",
				version: "<script>globalThis.hacked=1</script>",
				telegram: '" onmouseover=globalThis.hacked=1 x="',
			}),
		],
	},
	{
		target: "new.example.net",
		level: "ok",
		parts: [
			{
				part: "",
				via: "ntp",
				time: iso(NOW - 3),
				every_s: 64,
				ok: false,
				ok_at: null,
				changed_at: iso(NOW - 3),
				why: "its name is not known (DNS)",
				values: { reach_polls: 0, result: 5 },
				facts: { result: "dns" },
				satellites: [],
			},
		],
	},
].sort((a, b) => (a.target < b.target ? -1 : 1));

const event = (ago, target, part_, rule, from, to, value, text) => ({
	time: iso(NOW - ago),
	target,
	part: part_,
	via: "ntp",
	rule,
	from,
	to,
	value,
	text,
});
const EVENTS = [
	event(2 * HOUR, "silent.example.net", "", "silence", "ok", "critical", 0, "no answer for 5 minutes"),
	event(5 * HOUR, "lantime.example.net", "", "fans", "ok", "critical", 1, "1 of 2 fans fails"),
	event(8 * HOUR, "ntp2.example.net", "GENERIC(0)", "clock_event", "warn", "ok", 0, "the reference clock is nominal"),
	event(14 * HOUR, "ntp2.example.net", "GENERIC(0)", "clock_event", "ok", "warn", 2, "bad format"),
	event(20 * HOUR, "ntp3.example.net", "", "offset", "ok", "warn", 0.0123, "offset 12.3 ms, limit 10 ms"),
	event(
		32 * HOUR,
		"ntp2.example.net",
		"GENERIC(0)",
		"clock_event",
		"warn",
		"ok",
		0,
		"the reference clock is nominal",
	),
	event(38 * HOUR, "ntp2.example.net", "GENERIC(0)", "clock_event", "ok", "warn", 4, "signal loss"),
	event(40 * HOUR, HOSTILE, "", "offset", "ok", "warn", 0.02, "<script>globalThis.hacked=1</script>"),
];
const STANDING = [
	["silent.example.net", "", "silence", "critical", 2 * HOUR, 0, "no answer for 5 minutes"],
	["lantime.example.net", "", "fans", "critical", 5 * HOUR, 1, "1 of 2 fans fails"],
	["ntp3.example.net", "", "offset", "warn", 20 * HOUR, 0.0123, "offset 12.3 ms, limit 10 ms"],
	["ntp2.example.net", "", "stratum", "warn", 3 * HOUR, 2, "stratum 2, was 1"],
].map(([target, part_, rule, level, ago, value, text]) => ({
	target,
	part: part_,
	via: "ntp",
	rule,
	level,
	since: iso(NOW - ago),
	value,
	text,
}));

// ---- the answers -----------------------------------------------------------------------------------------------------

// The table of series is the program's own.
const TABLE = readFileSync(new URL("../../src/engine/history_series.c", import.meta.url), "utf8");
export const KINDS = [
	...TABLE.matchAll(
		/^\tS\("(\w+)", "([^"]*)",\s+"([^"]*)"\),|^\tSTEPS\("(\w+)", "([^"]*)", (-?\d+),\s+(?:NULL|"([^"]*)")\),/gm,
	),
].map((m) =>
	m[1]
		? { series: m[1], title: m[2], unit: m[3], steps: null, first_step: 0 }
		: { series: m[4], title: m[5], unit: "", steps: m[7] ? m[7].split("|") : null, first_step: Number(m[6]) },
);

function history(q) {
	const f = SERIES[q.get("name")]?.[q.get("series")];
	const moment = (key, otherwise) => {
		const t = q.has(key) ? Number(q.get(key)) : otherwise;
		return t < 0 ? NOW + t : t;
	};
	const from = moment("from", NOW - DAY);
	const to = moment("to", NOW);
	const finest =
		[60, 300, HOUR, DAY].find(
			(w) => (to - from) / w <= 10_000 && NOW - from <= { 60: 2 * DAY, 300: 31 * DAY, 3600: 400 * DAY }[w],
		) ?? DAY;
	const most = Number(q.get("most") ?? 600);
	const width = finest * Math.max(1, Math.ceil((to - from) / finest / most));
	const start = Math.floor(from / width) * width;
	const out = { avg: [], min: [], max: [], last: [] };
	const all = [];
	for (let t = start; t < to; t += width) {
		const xs = [];
		for (let m = 0; m < 5; m++) {
			const at = t + (m * width) / 5;
			const x = f && at >= SINCE && at <= NOW && !(at > SINCE + 3 * DAY && at < SINCE + 3.3 * DAY) ? f(at) : null;
			if (x !== null) xs.push(x);
		}
		all.push(...xs);
		out.avg.push(xs.length ? xs.reduce((a, b) => a + b, 0) / xs.length : null);
		out.min.push(xs.length ? Math.min(...xs) : null);
		out.max.push(xs.length ? Math.max(...xs) : null);
		out.last.push(xs.at(-1) ?? null);
	}
	const sorted = [...all].sort((a, b) => a - b);
	const pick = (p) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? null;
	return {
		schema: "ntpscope-history-1",
		name: q.get("name"),
		...KINDS.find((k) => k.series === q.get("series")),
		summary: {
			last: all.at(-1) ?? null,
			avg: all.length ? all.reduce((a, b) => a + b, 0) / all.length : null,
			min: sorted[0] ?? null,
			max: sorted.at(-1) ?? null,
			p95: pick(0.95),
			p99: pick(0.99),
		},
		start: iso(start),
		width_s: width,
		n: out.avg.length,
		...out,
	};
}

const belongs = (name, target) => !target || name === target || name.startsWith(`${target}/`);

const ANSWERS = {
	targets: (q, o) => ({
		schema: "ntpscope-targets-1",
		wall_time: iso(NOW),
		keeps_history: o.empty !== "all",
		refused: 0,
		targets: o.empty ? [] : TARGETS.filter((t) => !q.get("target") || t.target === q.get("target")),
	}),
	history: (q) => history(q),
	"history/series": (q, o) => ({
		schema: "ntpscope-history-series-1",
		keeps_history: o.empty !== "all",
		making: o.making?.() ?? false,
		kinds: KINDS,
		series:
			o.empty || o.making?.()
				? []
				: Object.entries(SERIES)
						.filter(([name]) => belongs(name, q.get("target")))
						.flatMap(([name, all]) =>
							Object.keys(all).map((series) => ({
								name,
								series,
								first: iso(SINCE),
								last: iso(name.startsWith("old") ? NOW - 9 * DAY : NOW - 12),
							})),
						),
	}),
	alarms: (q, o) => ({
		schema: "ntpscope-alarms-1",
		standing: o.empty ? [] : STANDING.filter((a) => !q.get("target") || a.target === q.get("target")),
		events: o.empty ? [] : EVENTS.filter((a) => !q.get("target") || a.target === q.get("target")),
	}),
};

const PULSE = {
	instance: "mock",
	wall_time: iso(NOW),
	now: iso(NOW),
	uptime_s: 273_600,
	sources: ["eth0"],
	dropped_packets: 0,
	requests: 1,
	answers: 1,
	rates: { requests_per_s: 0, answers_per_s: 0, new_clients_per_s: 0, answered_share: null },
	delta: null,
	clients: 0,
	unique: {},
	alert_yellow: 0,
	alert_red: 0,
	abusive: 0,
	attention: 0,
};

function answer(request, response, o) {
	const { pathname, searchParams } = new URL(request.url, "http://mock");
	const say = (status, type, body) => {
		response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": POLICY });
		response.end(body);
	};
	if (pathname === "/api/v1/events") {
		response.writeHead(200, { "Content-Type": "text/event-stream" });
		const send = () => response.write(`event: summary\ndata: ${JSON.stringify(PULSE)}\n\n`);
		send();
		const timer = setInterval(send, 1000);
		request.on("close", () => clearInterval(timer));
	} else if (pathname.startsWith("/api/v1/")) {
		const make = ANSWERS[pathname.slice(8)];
		o.asked?.push(request.url);
		if (o.broken?.(pathname, searchParams))
			say(500, "application/json", JSON.stringify({ error: { message: "cannot read the history: no memory" } }));
		else if (make) say(200, "application/json", JSON.stringify(make(searchParams, o)));
		else say(404, "application/json", JSON.stringify({ error: { message: "there is nothing here" } }));
	} else {
		const name = pathname === "/" ? "index.html" : pathname.slice(1);
		try {
			say(200, `${TYPES[name.split(".").pop()] ?? "text/plain"}; charset=utf-8`, readFileSync(DIST + name));
		} catch {
			say(404, "text/plain", "nothing");
		}
	}
}

// {empty: true} watches nobody, {empty: "all"} keeps no history either; broken(path, query): that one fails;
// making(): the list of series is not made yet.
export function mock(o = {}, port = 0) {
	const server = createServer((q, a) => answer(q, a, o));
	return new Promise((resolve) =>
		server.listen(port, "127.0.0.1", () =>
			resolve({
				url: `http://127.0.0.1:${server.address().port}`,
				stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
			}),
		),
	);
}

if (process.argv[1] === new URL(import.meta.url).pathname)
	console.log((await mock({}, Number(process.argv[2] ?? 8200))).url);
