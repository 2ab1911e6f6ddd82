// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers, durations and times as text.  Pure; what is unknown (null, undefined) is a dash, as in the other outputs.
export type Maybe<T> = T | null | undefined;

export const DASH = "–";
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function count(n: Maybe<number>): string {
	return n === null || n === undefined ? DASH : whole.format(n);
}

// 1,204 then 12.3 k, 4.01 M: for places with little room.
export function short(n: Maybe<number>): string {
	if (n === null || n === undefined) return DASH;
	const a = Math.abs(n);
	if (a < 10_000) return a < 10 && !Number.isInteger(n) ? lean(n) : whole.format(n);
	for (const [unit, size] of [
		["G", 1e9],
		["M", 1e6],
		["k", 1e3],
	] as const)
		if (a >= size) return `${lean(n / size)} ${unit}`;
	return whole.format(n);
}

// Three digits, without an exponent.
function digits(x: number): string {
	const a = Math.abs(x);
	if (a >= 100) return x.toFixed(0);
	if (a >= 10) return x.toFixed(1);
	return x.toFixed(2);
}

// Three digits and no zeros at the end: 8 s, 8.5 s, 112 µs.
function lean(x: number): string {
	const s = digits(x);
	return s.includes(".") ? s.replace(/\.?0+$/, "") : s;
}

export function rate(n: Maybe<number>): string {
	if (n === null || n === undefined) return DASH;
	return n >= 100 ? count(Math.round(n)) : n === 0 ? "0" : lean(n);
}

export function bytes(n: Maybe<number>): string {
	if (n === null || n === undefined) return DASH;
	if (n < 1000) return `${whole.format(n)} B`;
	for (const [unit, size] of [
		["TB", 1e12],
		["GB", 1e9],
		["MB", 1e6],
		["kB", 1e3],
	] as const)
		if (n >= size) return `${digits(n / size)} ${unit}`;
	return DASH;
}

export function share(x: Maybe<number>): string {
	if (x === null || x === undefined) return DASH;
	if (x === 1) return "100 %";
	if (x > 0.9995) return "> 99.9 %"; // never 100 while one is missing
	if (x > 0 && x < 0.00001) return "< 0.001 %";
	return `${(100 * x).toFixed(x > 0 && x < 0.001 ? 3 : 1)} %`;
}

// Short times: 112 µs, 1.04 ms, 2.5 s.
export function delta(s: Maybe<number>): string {
	if (s === null || s === undefined) return DASH;
	const a = Math.abs(s);
	if (a === 0) return "0 s";
	if (a < 1e-6) return `${lean(s * 1e9)} ns`;
	if (a < 1e-3) return `${lean(s * 1e6)} µs`;
	if (a < 1) return `${lean(s * 1e3)} ms`;
	return `${lean(s)} s`;
}

// Intervals between packets: 21 ms, 64.2 s, 1,024 s; hours and days beyond.
export function every(s: Maybe<number>): string {
	if (s === null || s === undefined) return DASH;
	if (s < 1) return delta(s);
	if (s < 100) return `${lean(s)} s`;
	if (s < 10_000) return `${count(Math.round(s))} s`;
	if (s < 172_800) return `${lean(s / 3600)} h`;
	return `${lean(s / 86_400)} d`;
}

// Long times in one unit: 4 d, 2 h, 5 min, 3 s.
export function span(s: Maybe<number>): string {
	if (s === null || s === undefined) return DASH;
	if (s < 1) return "0 s";
	if (s < 120) return `${Math.floor(s)} s`;
	if (s < 7200) return `${Math.floor(s / 60)} min`;
	if (s < 172_800) return `${Math.floor(s / 3600)} h`;
	return `${Math.floor(s / 86_400)} d`;
}

// Long times in two units: 3 d 4 h.
export function span2(s: Maybe<number>): string {
	if (s === null || s === undefined) return DASH;
	const n = Math.floor(s);
	if (n < 60) return `${n} s`;
	if (n < 3600) return `${Math.floor(n / 60)} min ${n % 60} s`;
	if (n < 86_400) return `${Math.floor(n / 3600)} h ${Math.floor(n / 60) % 60} min`;
	return `${Math.floor(n / 86_400)} d ${Math.floor(n / 3600) % 24} h`;
}

export function age(s: Maybe<number>): string {
	return s === null || s === undefined ? DASH : `${span(Math.max(0, s))} ago`;
}

// Times come as RFC 3339 with nanoseconds; the first three digits of the fraction are enough to reckon with.
export function millis(t: Maybe<string>): number | null {
	if (!t) return null;
	const ms = Date.parse(t.replace(/(\.\d{3})\d*/, "$1"));
	return Number.isNaN(ms) ? null : ms;
}

export function utc(t: Maybe<string | number>, decimals = 0): string {
	const ms = typeof t === "number" ? t : millis(t);
	if (ms === null || ms === undefined) return DASH;
	const head = new Date(ms).toISOString();
	const date = head.slice(0, 10);
	const time = head.slice(11, 19);
	if (decimals === 0) return `${date} ${time}`;
	const fraction = typeof t === "string" ? (/\.(\d+)/.exec(t)?.[1] ?? "") : head.slice(20, 23);
	return `${date} ${time}.${fraction.padEnd(decimals, "0").slice(0, decimals)}`;
}

export function clock(t: Maybe<string | number>, decimals = 0): string {
	const all = utc(t, decimals);
	return all === DASH ? DASH : all.slice(11);
}

const localFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const localClock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

// What stands on hover over a time: the whole of it in UTC, and the viewer's own.
export function hover(t: Maybe<string>): string {
	const ms = millis(t);
	return ms === null || !t ? "" : `${utc(t, 9)} UTC\n${localFormat.format(ms)} your time`;
}

export function local(ms: number): string {
	return localClock.format(ms);
}

export function viewerIsUtc(): boolean {
	return new Date().getTimezoneOffset() === 0;
}

// 2^6 = 64 s
export function poll(log2s: Maybe<number>): string {
	if (log2s === null || log2s === undefined) return DASH;
	return log2s >= -10 && log2s <= 17 ? every(2 ** log2s) : `2^${log2s} s`;
}
