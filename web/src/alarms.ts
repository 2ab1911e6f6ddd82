// SPDX-License-Identifier: GPL-3.0-or-later
//
// Alarms: those that stand, and the log of those that came and went.
import { ago, at } from "./cells.ts";
import { h, type Kid } from "./dom.ts";
import { count, millis } from "./format.ts";
import type { Mark } from "./plot.ts";
import { Table } from "./table.ts";
import { serverHref, type AlarmEvent, type Alarms, type Standing } from "./watched.ts";

const RANKS = ["critical", "warn", "info", "ok"];
const LEVELS: Readonly<Record<string, readonly [sign: string, color: string]>> = {
	critical: ["◆", "red"],
	warn: ["▲", "yellow"],
	info: ["○", "sleep"],
	ok: ["○", "sleep"],
};

export function levelSign(level: string): { sign: string; color: string } {
	const [sign, color] = LEVELS[level] ?? ["▲", "yellow"];
	return { sign, color };
}

export function levelBadge(level: string): HTMLElement {
	const [sign, color] = LEVELS[level] ?? ["▲", "yellow"];
	return h(
		"span",
		{ class: `alert a-${color}` },
		h("span", { class: "sign", "aria-hidden": "true" }, sign),
		" ",
		level,
	);
}

export function whose(target: string, part: string): Kid {
	return h(
		"a",
		{ class: "host", href: serverHref(target, part) },
		target,
		part ? [h("span", { class: "hint" }, " / "), part] : null,
	);
}

export class AlarmLists {
	readonly el: HTMLElement;
	private now = 0;
	private readonly standing: Table<Standing>;
	private readonly events: Table<AlarmEvent>;
	private readonly title = h("h2", null, "Alarms");

	// ofOne: all of them are of the server whose page it is.
	constructor(ofOne: boolean) {
		// Two ways to ask one server may say the same.
		const where = (x: { target: string; part: string; via: string }): Kid => [
			ofOne ? x.part || "the server" : whose(x.target, x.part),
			h("span", { class: "hint" }, ` ${x.via}`),
		];
		this.standing = new Table<Standing>(
			"standing alarms",
			[
				{
					label: "level",
					left: true,
					cell: (a) => levelBadge(a.level),
					by: (a) => RANKS.indexOf(a.level),
					up: true,
				},
				{
					label: ofOne ? "part" : "server",
					left: true,
					wraps: true,
					cell: where,
					by: (a) => `${a.target}/${a.part}`,
				},
				{ label: "alarm", left: true, wraps: true, cell: (a) => a.text, by: (a) => a.text },
				{ label: "since", cell: (a) => ago(a.since, this.now), by: (a) => millis(a.since) },
			],
			"no alarm stands",
		);
		this.events = new Table<AlarmEvent>(
			"alarms that came and went",
			[
				{
					label: "time",
					unit: "UTC",
					left: true,
					wraps: true,
					cell: (e) => at(e.time),
					by: (e) => millis(e.time),
				},
				{
					label: "change",
					left: true,
					cell: (e) => [h("span", { class: "hint from" }, `${e.from} → `), levelBadge(e.to)],
					by: (e) => e.to,
				},
				{
					label: ofOne ? "part" : "server",
					left: true,
					wraps: true,
					cell: where,
					by: (e) => `${e.target}/${e.part}`,
				},
				{ label: "what", left: true, wraps: true, cell: (e) => e.text, by: (e) => e.text },
			],
			"none has changed yet",
		);
		this.el = h(
			"section",
			{ class: "alarms" },
			this.title,
			this.standing.el,
			h("h3", null, "Event log"),
			this.events.el,
		);
	}

	// part null: those of all parts.
	set(a: Alarms, part: string | null, now: number): void {
		const standing = a.standing.filter((x) => concerns(x, part));
		this.now = now;
		this.title.textContent = standing.length ? `Alarms: ${count(standing.length)} standing` : "Alarms";
		this.standing.set(standing.sort((x, y) => RANKS.indexOf(x.level) - RANKS.indexOf(y.level)));
		this.events.set(a.events.filter((x) => concerns(x, part)));
	}
}

// What is wrong with a server is of interest to each of its parts, what is wrong with another part is not.
function concerns(x: { part: string }, part: string | null): boolean {
	return part === null || x.part === part || x.part === "";
}

// part null: those of all parts.
export function marksOf(events: AlarmEvent[], part: string | null): Mark[] {
	return events
		.filter((e) => concerns(e, part))
		.flatMap((e) => {
			const ms = millis(e.time);
			return ms === null
				? []
				: [{ time: ms / 1000, level: e.to, text: e.part ? `${e.part}: ${e.text}` : e.text }];
		});
}
