// SPDX-License-Identifier: GPL-3.0-or-later
//
// Servers and receivers that are watched: the answers of the API about them, and what is made of these.  Pure.
import { millis, span, type Maybe } from "./format.ts";

export interface Satellite {
	gnss: number;
	prn: number;
	azimuth_deg: number | null;
	elevation_deg: number | null;
	snr_dbhz: number | null;
	used: boolean;
}

// What one way of asking knows of a server (part "") or of a part of it.
export interface Part {
	part: string;
	via: string;
	time: string;
	every_s: number;
	ok: boolean;
	ok_at: string | null;
	changed_at: string;
	why: string;
	values: Record<string, number | null>;
	facts: Record<string, string>;
	satellites: Satellite[];
}

export interface Target {
	target: string;
	level?: string;
	parts: Part[];
}

export interface Targets {
	wall_time: string;
	keeps_history: boolean;
	refused: number;
	targets: Target[];
}

export interface Kind {
	series: string;
	title: string;
	unit: string;
	steps: string[] | null;
	first_step: number;
}

export interface Known {
	name: string;
	series: string;
	first: string;
	last: string;
}

export interface SeriesList {
	keeps_history: boolean;
	making: boolean; // the first list is not made yet: no series
	kinds: Kind[];
	series: Known[];
}

export interface Summary {
	last: number | null;
	avg: number | null;
	min: number | null;
	max: number | null;
	p95: number | null;
	p99: number | null;
}

type Column = (number | null)[];

export interface History extends Kind {
	name: string;
	summary: Summary;
	start: string;
	width_s: number;
	n: number;
	avg: Column;
	min: Column;
	max: Column;
	last: Column;
}

export interface Standing {
	target: string;
	part: string;
	via: string;
	rule: string;
	level: string;
	since: string;
	value: number | null;
	text: string;
}

export interface AlarmEvent {
	time: string;
	target: string;
	part: string;
	via: string;
	rule: string;
	from: string;
	to: string;
	value: number | null;
	text: string;
}

export interface Alarms {
	standing: Standing[];
	events: AlarmEvent[];
}

// ---- names and addresses ---------------------------------------------------------------------------------------------

// What a part is called in the history.
export function historyName(target: string, part: string): string {
	return part ? `${target}/${part}` : target;
}

export function serverHref(target: string, part = "", more: Record<string, string> = {}): string {
	return `#/server?${new URLSearchParams({ t: target, ...(part ? { part } : {}), ...more })}`;
}

export function partsOf(t: Target, part: string): Part[] {
	return t.parts.filter((p) => p.part === part);
}

export function partNames(t: Target): string[] {
	return [...new Set(t.parts.map((p) => p.part))].filter((p) => p !== "");
}

// ---- how it is -------------------------------------------------------------------------------------------------------

export interface State {
	word: "critical" | "silent" | "warn" | "partly" | "stale" | "new" | "ok";
	sign: string;
	color: string; // as those of alerts
	rank: number; // the worst first
	meaning: string;
}

const STATES: Readonly<Record<State["word"], Omit<State, "word" | "meaning">>> = {
	silent: { sign: "●", color: "red", rank: 0 },
	critical: { sign: "◆", color: "red", rank: 1 },
	warn: { sign: "▲", color: "yellow", rank: 2 },
	partly: { sign: "△", color: "yellow", rank: 3 },
	stale: { sign: "○", color: "sleep", rank: 4 },
	new: { sign: "○", color: "sleep", rank: 5 },
	ok: { sign: "✓", color: "ok", rank: 6 },
};

function stateOf(word: State["word"], meaning: string): State {
	return { word, meaning, ...STATES[word] };
}

const GRACE_S = 60; // an answer may be late by that, or by two rounds

export function isStale(p: Part, now: number): boolean {
	const at = millis(p.time);
	return at !== null && (now - at) / 1000 > 3 * p.every_s + GRACE_S;
}

// Of a server with all its parts, or of one part.
export function judge(parts: Part[], level: Maybe<string>, now: number): State {
	const fresh = parts.filter((p) => !isStale(p, now));
	const latest = Math.max(...parts.map((p) => millis(p.time) ?? 0));
	if (fresh.length === 0)
		return stateOf("stale", `nothing was heard for ${span((now - latest) / 1000)}: is it still watched?`);
	const bad = fresh.filter((p) => !p.ok);
	const why = bad.map((p) => `${p.via}${p.part ? ` ${p.part}` : ""}: ${p.why || "no answer"}`).join("\n");
	if (bad.length === fresh.length)
		return level === "critical" || fresh.some((p) => p.ok_at)
			? stateOf("silent", why)
			: stateOf("new", `it never answered yet\n${why}`);
	if (level === "critical") return stateOf("critical", "an alarm stands");
	if (level === "warn") return stateOf("warn", "an alarm stands");
	return bad.length ? stateOf("partly", why) : stateOf("ok", "it answers, and no alarm stands");
}

// ---- its figures -----------------------------------------------------------------------------------------------------

// The way that knows best comes first: what we measured ourselves, then what it says of itself.
const VIAS = ["ntp", "chrony", "mode6", "gpsd", "snmp", "traffic", "import"];

export function inOrder(parts: Part[]): Part[] {
	return [...parts].sort((a, b) => VIAS.indexOf(a.via) - VIAS.indexOf(b.via));
}

export function value(parts: Part[], series: string): number | null {
	for (const p of inOrder(parts)) {
		const x = p.values[series];
		if (x !== null && x !== undefined) return x;
	}
	return null;
}

// The first of these that is known, and what it is called.
export function firstOf(parts: Part[], all: readonly string[]): { series: string; x: number } | null {
	for (const series of all) {
		const x = value(parts, series);
		if (x !== null) return { series, x };
	}
	return null;
}

export function fact(parts: Part[], name: string): string | null {
	for (const p of inOrder(parts)) if (p.facts[name] !== undefined) return p.facts[name];
	return null;
}

export const OFFSETS = ["offset_s", "clock_offset_s", "pps_offset_s", "toff_s"] as const;
export const CLIENTS = ["clients_86400s", "clients_1200s", "clients_300s", "clients_today", "clients_known"] as const;

// The last eight polls, the latest last; null: not known which of them.
export function reachBits(parts: Part[]): { n: number; bits: boolean[] | null } | null {
	const octal = fact(parts, "reach");
	if (octal !== null && /^[0-7]{1,3}$/.test(octal)) {
		const bits = [...parseInt(octal, 8).toString(2).padStart(8, "0").slice(-8)].map((b) => b === "1");
		return { n: bits.filter(Boolean).length, bits };
	}
	const n = value(parts, "reach_polls");
	return n === null ? null : { n: Math.max(0, Math.min(8, Math.round(n))), bits: null };
}

const RECEIVER = [
	"gps_mode",
	"satellites_seen",
	"clock_event",
	"refclock_state",
	"refclock_substate",
	"correlation_percent",
	"field_strength_percent",
];

export function isReceiver(parts: Part[]): boolean {
	return parts.some((p) => p.satellites.length > 0 || RECEIVER.some((s) => s in p.values));
}

// ---- the list's filter -----------------------------------------------------------------------------------------------

function glob(pattern: string): RegExp {
	const text = pattern
		.replace(/[.+^${}()|[\]\\]/g, "\\$&")
		.replace(/\*/g, ".*")
		.replace(/\?/g, ".");
	return new RegExp(`^${text}$`, "i");
}

// Terms apart by blanks, all of which must hold: state:warn,critical  via:gpsd  name:*.example  -term  a part of the name.
export function matches(t: Target, state: State, filter: string): boolean {
	return filter
		.split(/\s+/)
		.filter(Boolean)
		.every((term) => {
			const not = term.startsWith("-") && term.length > 1;
			return not !== holds(t, state, not ? term.slice(1) : term);
		});
}

function holds(t: Target, state: State, term: string): boolean {
	const [, key = "", rest = ""] = /^(\w+):(.+)$/.exec(term) ?? [];
	if (key === "state") return rest.split(",").includes(state.word);
	if (key === "via") return t.parts.some((p) => rest.split(",").includes(p.via));
	if (key === "name") return glob(rest).test(t.target);
	return t.target.toLowerCase().includes(term.toLowerCase());
}
