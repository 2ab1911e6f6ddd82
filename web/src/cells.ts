// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pieces that several pages show: addresses, times, flags, alerts.
import { h, type Kid } from "./dom.ts";
import { age, clock, DASH, hover, millis, span, utc, type Maybe } from "./format.ts";
import { ALERTS, CLASSES, flagMeaning } from "./words.ts";

// May go on in the next line behind each colon; marked and copied, it is the address and nothing else.
export function breakable(ip: string): Kid[] {
	return ip.split(":").flatMap((part, i) => (i ? [":", h("wbr"), part] : [part]));
}

export function clientLink(ip: string, name?: string | null): HTMLElement {
	return h("a", { class: "addr", href: dossierHref(ip), "data-tip": name ? `${ip}\n${name}` : ip }, breakable(ip));
}

export function dossierHref(ip: string): string {
	return `#/clients?${new URLSearchParams({ ip })}`;
}

export function filterHref(filter: string, more: Record<string, string> = {}): string {
	return `#/clients?${new URLSearchParams({ ...more, filter })}`;
}

export function ago(t: Maybe<string>, now: number | null): HTMLElement | string {
	const ms = millis(t);
	if (ms === null || !t) return DASH;
	return h("time", { datetime: t, "data-tip": hover(t) }, now === null ? utc(t) : age((now - ms) / 1000));
}

// The same for a column whose head says "ago".
export function old(t: string, now: number | null): HTMLElement | string {
	const ms = millis(t);
	return ms === null || now === null
		? ago(t, now)
		: h("time", { datetime: t, "data-tip": hover(t) }, span(Math.max(0, now - ms) / 1000));
}

export function at(t: Maybe<string>, decimals = 0): HTMLElement | string {
	return t ? h("time", { datetime: t, "data-tip": hover(t) }, utc(t, decimals)) : DASH;
}

export function timeOfDay(t: Maybe<string>, decimals = 0): HTMLElement | string {
	return t ? h("time", { datetime: t, "data-tip": hover(t) }, clock(t, decimals)) : DASH;
}

export function flags(letters: string | null): HTMLElement | string {
	if (!letters || letters === "-") return DASH;
	return h(
		"span",
		{ class: "flags" },
		[...letters].map((l) => h("span", { "data-tip": `${l}  ${flagMeaning(l)}` }, l)),
	);
}

export function alert(word: string): HTMLElement | string {
	const a = ALERTS[word];
	if (!a || !a.word) return "";
	return h(
		"span",
		{ class: `alert a-${word}`, "data-tip": a.meaning },
		h("span", { class: "sign", "aria-hidden": "true" }, a.sign),
		" ",
		a.word,
	);
}

export function classes(words: string[]): HTMLElement {
	return h(
		"span",
		{ class: "classes" },
		words.map((w, i) => [i ? " " : "", h("span", { "data-tip": CLASSES[w] ?? w }, w)]),
	);
}

export function note(text: string, kind = ""): HTMLElement {
	return h("p", { class: `state ${kind}` }, text);
}
