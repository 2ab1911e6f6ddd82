// SPDX-License-Identifier: GPL-3.0-or-later
//
// Values of series as text, by the unit that their kind has.  Pure.
import { bytes, count, DASH, delta, every, short, type Maybe } from "./format.ts";
import type { Kind } from "./watched.ts";

function plain(x: number): string {
	const a = Math.abs(x);
	if (a === 0) return "0"; // without the sign that a zero may have
	if (Number.isInteger(x) || a >= 1000) return count(x);
	return a < 0.001 ? String(Number(x.toPrecision(2))) : x.toFixed(a >= 100 ? 1 : a >= 1 ? 2 : 3);
}

// A rate that is small says more as so many an hour.
function rate(x: number): string {
	if (x === 0) return "0 /s";
	const a = Math.abs(x);
	if (a < 0.01) return `${three(x * 3600)} /h`;
	return `${a >= 1000 ? short(x) : three(x)} /s`;
}

function three(x: number): string {
	return String(Number(x.toPrecision(3)));
}

export function stepName(k: Kind, x: number): string {
	const i = Math.round(x);
	return k.steps?.[i - k.first_step] ?? String(i);
}

export function quantity(k: Pick<Kind, "unit"> & Partial<Kind>, x: Maybe<number>): string {
	if (x === null || x === undefined) return DASH;
	if (k.steps) return stepName(k as Kind, x);
	switch (k.unit) {
		case "s":
			return Math.abs(x) < 100 ? signed(delta(x)) : every(x);
		case "per_s":
			return rate(x);
		case "bytes":
			return bytes(x);
		case "bytes_per_s":
			return `${bytes(x)}/s`;
		case "percent":
			return `${plain(x)} %`;
		case "ppm":
			return `${signed(plain(x))} ppm`;
		case "c":
			return `${signed(x.toFixed(1))} °C`;
		case "dbhz":
			return `${x.toFixed(1)} dBHz`;
		case "polls":
			return `${plain(x)} of 8`;
		default:
			return signed(plain(x));
	}
}

const UNITS: Readonly<Record<string, string>> = { percent: "%", ppm: "ppm", c: "°C", dbhz: "dBHz", polls: "of 8" };

// The unit that all values of a series have; "": each has the one that suits it.
export function unitOf(k: Pick<Kind, "unit">): string {
	return UNITS[k.unit] ?? "";
}

// Without the unit that stands in the head.
export function inColumn(k: Kind, x: Maybe<number>): string {
	if (k.unit === "" && !k.steps && x !== null && x !== undefined && Math.abs(x) >= 1e6) return short(x);
	const text = quantity(k, x);
	const unit = ` ${unitOf(k)}`;
	return unit.length > 1 && text.endsWith(unit) ? text.slice(0, -unit.length) : text;
}

export function signed(text: string): string {
	return text.startsWith("-") ? `−${text.slice(1)}` : text;
}

// At an axis, where there is room for some six characters; most is the greatest that stands there, so that all have
// the same unit.
export function atAxis(k: Pick<Kind, "unit"> & Partial<Kind>, x: number, most: number): string {
	switch (k.unit) {
		case "per_s":
			if (most < 0.01) return x === 0 ? "0" : `${three(x * 3600)} /h`;
			return Math.abs(x) < 1 ? signed(String(round(x))) : short(round(x));
		case "percent":
		case "polls":
		case "":
			return signed(short(round(x)));
		case "ppm":
			return signed(String(round(x)));
		case "c":
			return `${signed(String(round(x)))} °C`;
		case "dbhz":
			return String(round(x));
		default:
			return quantity(k, x);
	}
}

function round(x: number): number {
	return Number(x.toPrecision(6));
}
