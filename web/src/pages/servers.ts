// SPDX-License-Identifier: GPL-3.0-or-later
//
// Servers: those that are watched, a row each; what was kept of others; alarms.
import { AlarmLists } from "../alarms.ts";
import { breakable, note } from "../cells.ts";
import { fill, h, setText, type Kid } from "../dom.ts";
import { count, DASH, delta, millis, short, span } from "../format.ts";
import { poll } from "../poll.ts";
import { signed } from "../quantity.ts";
import { setParam, setParams, type Params, type View } from "../router.ts";
import { spark, Sparks } from "../spark.ts";
import { svg } from "../svg.ts";
import { Table } from "../table.ts";
import {
	CLIENTS,
	firstOf,
	historyName,
	isReceiver,
	judge,
	matches,
	OFFSETS,
	partNames,
	partsOf,
	reachBits,
	serverHref,
	value,
	type Alarms,
	type Part,
	type SeriesList,
	type State,
	type Target,
	type Targets,
} from "../watched.ts";

const TARGETS_MS = 5000;
const ALARMS_MS = 5000;
const KEPT_MS = 300_000;

interface Row {
	t: Target;
	own: Part[]; // what is known of the server itself; of all its parts when that is nothing
	ownPart: string;
	state: State;
	offset: { series: string; x: number } | null;
	alarms: number;
}

export function stateBadge(s: State): HTMLElement {
	return h(
		"span",
		{ class: `alert a-${s.color}`, "data-tip": s.meaning },
		h("span", { class: "sign", "aria-hidden": "true" }, s.sign),
		" ",
		s.word,
	);
}

// Eight small boxes, the latest poll on the right.
export function reach(parts: Part[]): Kid {
	const r = reachBits(parts);
	if (!r) return DASH;
	const bits = r.bits ?? Array.from({ length: 8 }, (_, i) => i >= 8 - r.n);
	const tip = `${r.n} of the last 8 polls were answered${r.bits ? ", the latest on the right" : ""}`;
	return h(
		"span",
		{ class: r.n < 4 ? "reach bad" : "reach", "data-tip": tip },
		svg(
			"svg",
			{ viewBox: "0 0 56 8", "aria-hidden": "true" },
			...bits.map((b, i) =>
				svg("rect", { class: b ? "on" : "off", x: i * 7 + 0.5, y: 0.5, width: 5, height: 7 }),
			),
		),
		h("span", { class: "n" }, ` ${r.n}/8`),
	);
}

function ways(t: Target): Kid {
	const all = new Map<string, Part[]>();
	for (const p of t.parts) all.set(p.via, [...(all.get(p.via) ?? []), p]);
	return [...all].map(([via, parts], i) => {
		const bad = parts.filter((p) => !p.ok);
		const tip = bad.length
			? bad.map((p) => `${p.part ? `${p.part}: ` : ""}${p.why || "no answer"}`).join("\n")
			: `${via} answers`;
		return [
			i ? " " : "",
			h("span", { class: bad.length ? "way bad" : "way", "data-tip": tip }, bad.length ? `● ${via}` : via),
		];
	});
}

function rowOf(t: Target, standing: Map<string, number>, now: number): Row {
	const self = partsOf(t, "");
	const only = partNames(t);
	const ownPart = self.length || only.length !== 1 ? "" : (only[0] as string);
	const own = self.length ? self : ownPart ? partsOf(t, ownPart) : t.parts;
	return {
		t,
		own,
		ownPart,
		state: judge(t.parts, t.level, now),
		offset: firstOf(own, OFFSETS),
		alarms: standing.get(t.target) ?? 0,
	};
}

function nameCell(r: Row): Kid {
	const sort = isReceiver(r.t.parts) ? h("span", { class: "hint" }, " receiver") : null;
	return [h("a", { class: "host rowlink", href: serverHref(r.t.target, r.ownPart) }, breakable(r.t.target)), sort];
}

function clients(r: Row): { series: string; x: number } | null {
	return firstOf(r.t.parts, CLIENTS);
}

function columns(): ConstructorParameters<typeof Table<Row>>[1] {
	const known = {
		offset_s: "measured by us",
		clock_offset_s: "as it says itself",
		pps_offset_s: "PPS",
		toff_s: "serial time",
	};
	return [
		{ label: "state", left: true, up: true, cell: (r) => stateBadge(r.state), by: (r) => r.state.rank },
		{ label: "server", left: true, wraps: true, cell: nameCell, by: (r) => r.t.target },
		{
			label: "stratum",
			up: true,
			cell: (r) => value(r.own, "stratum") ?? DASH,
			by: (r) => value(r.own, "stratum"),
		},
		{
			label: "offset",
			tip: "server minus us; sorted by how far off",
			cell: (r) =>
				r.offset
					? h("span", { "data-tip": known[r.offset.series as keyof typeof known] }, signed(delta(r.offset.x)))
					: DASH,
			by: (r) => (r.offset ? Math.abs(r.offset.x) : null),
		},
		{
			label: "last day",
			left: true,
			cell: (r) => (r.offset ? spark(historyName(r.t.target, r.ownPart), r.offset.series) : ""),
			by: () => null,
		},
		{ label: "reach", left: true, cell: (r) => reach(r.own), by: (r) => reachBits(r.own)?.n ?? null },
		{
			label: "delta p99",
			cell: (r) => delta(value(r.t.parts, "delta_p99_s")),
			by: (r) => value(r.t.parts, "delta_p99_s"),
		},
		{
			label: "clients",
			cell: (r) => {
				const c = clients(r);
				return c ? h("span", { "data-tip": c.series.replace(/_/g, " ") }, short(c.x)) : DASH;
			},
			by: (r) => clients(r)?.x ?? null,
		},
		{
			label: "ways",
			left: true,
			tip: "how it is asked",
			cell: (r) => ways(r.t),
			by: (r) => r.t.parts.map((p) => p.via).join(),
		},
		{ label: "alarms", cell: (r) => (r.alarms ? count(r.alarms) : DASH), by: (r) => r.alarms },
	];
}

const EMPTY = [
	"No server is watched. Add ",
	h("code", null, "watch = HOST"),
	" under ",
	h("code", null, "[watch]"),
	" in ntpscope.conf, a line each, or start ",
	h("code", null, "ntpscope monitor --watch HOST --state-dir DIR"),
	". It tries NTP, ntpd, chronyd, gpsd and SNMP, and keeps what answers.",
];

export function servers(params: Params): View {
	const filter = h("input", {
		class: "filter",
		type: "search",
		"aria-label": "filter",
		placeholder: "name:*.example state:warn via:gpsd",
		autocomplete: "off",
		spellcheck: "false",
		oninput: () => setParams({ filter: filter.value || null }, true),
	});
	const counted = h("span", { class: "counted" });
	const table = new Table<Row>("watched servers", columns(), "none fits the filter", {
		open: (r) => serverHref(r.t.target, r.ownPart),
		sorted: (text) => setParam("sort", text),
	});
	const body = h("div", null, note("asking for them"));
	const kept = h("section", { hidden: true });
	const alarms = new AlarmLists(false);
	const sparks = new Sparks(() => show());
	let targets: Targets | null = null;
	let standing = new Map<string, number>();
	let list: SeriesList | null = null;

	function show(): void {
		if (!targets) return;
		const now = millis(targets.wall_time) ?? Date.now();
		const rows = targets.targets.map((t) => rowOf(t, standing, now)).sort((a, b) => a.state.rank - b.state.rank);
		const text = filter.value.trim();
		const fit = rows.filter((r) => matches(r.t, r.state, text));
		if (rows.length === 0)
			fill(
				body,
				h(
					"p",
					{ class: "state" },
					EMPTY.map((x) => (typeof x === "string" ? x : x.cloneNode(true))),
				),
			);
		else if (!table.el.isConnected) fill(body, table.el);
		table.set(fit);
		sparks.watch(table.el);
		setText(
			counted,
			rows.length ? `${text ? `${count(fit.length)} of ` : ""}${count(rows.length)} watched${sum(rows)}` : "",
		);
		showKept(kept, list, new Set(targets.targets.map((t) => t.target)), now);
	}

	function take(p: Params): void {
		if (document.activeElement !== filter) filter.value = p.get("filter") ?? "";
		table.setSort(p.get("sort"));
		show();
	}

	const stops = [
		poll<Targets>(
			"targets",
			{},
			TARGETS_MS,
			(t) => {
				targets = t;
				show();
			},
			(message) => targets === null && fill(body, note(message, "bad")),
		),
		poll<Alarms>("alarms", {}, ALARMS_MS, (a) => {
			const before = JSON.stringify([...standing]);
			standing = new Map();
			for (const x of a.standing)
				if (x.level !== "info") standing.set(x.target, (standing.get(x.target) ?? 0) + 1);
			alarms.el.hidden = a.standing.length + a.events.length === 0 && !targets?.targets.length;
			alarms.set(a, null, millis(targets?.wall_time) ?? Date.now());
			if (before !== JSON.stringify([...standing])) show();
		}),
		poll<SeriesList>(
			"history/series",
			{},
			KEPT_MS,
			(l) => {
				list = l;
				show();
			},
			undefined,
			(l) => l.making,
		),
	];
	take(params);
	return {
		el: h(
			"div",
			{ class: "stack" },
			h("div", { class: "bar" }, h("div", { class: "search" }, filter), counted),
			body,
			kept,
			alarms.el,
		),
		setParams: take,
		key: (e) => listKey(e, table.el, filter),
		destroy: () => {
			for (const f of stops) f();
			sparks.destroy();
		},
	};
}

function sum(rows: Row[]): string {
	const n = new Map<string, number>();
	for (const r of rows) n.set(r.state.word, (n.get(r.state.word) ?? 0) + 1);
	return [...n].map(([word, k]) => ` · ${k} ${word}`).join("");
}

// ↑ ↓ and j k from row to row, / to the filter.
function listKey(e: KeyboardEvent, root: HTMLElement, filter: HTMLInputElement): boolean {
	if (e.target === filter) {
		if (e.key !== "Escape" && e.key !== "Enter" && e.key !== "ArrowDown") return false;
		if (e.key === "Escape") filter.blur();
		else root.querySelector<HTMLElement>(".rowlink")?.focus();
		return true;
	}
	if (e.key === "/") {
		filter.focus();
		return true;
	}
	const by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[e.key];
	if (!by) return false;
	const links = [...root.querySelectorAll<HTMLElement>(".rowlink")];
	const at = links.indexOf(document.activeElement as HTMLElement);
	links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
	return links.length > 0;
}

// What is in the history and not watched any more, or was imported.
function showKept(el: HTMLElement, list: SeriesList | null, watched: Set<string>, now: number): void {
	const latest = new Map<string, number>();
	for (const s of list?.series ?? []) {
		if ([...watched].some((t) => s.name === t || s.name.startsWith(`${t}/`))) continue;
		latest.set(s.name, Math.max(latest.get(s.name) ?? 0, millis(s.last) ?? 0));
	}
	el.hidden = latest.size === 0;
	const made = h(
		"div",
		null,
		h("h2", null, "Kept, not watched now"),
		h(
			"ul",
			{ class: "lines kept-names" },
			[...latest]
				.sort()
				.map(([name, ms]) =>
					h(
						"li",
						null,
						h("a", { class: "host", href: serverHref(name) }, name),
						h("span", { class: "hint" }, ` last ${span((now - ms) / 1000)} ago`),
					),
				),
		),
	);
	if (!el.firstElementChild?.isEqualNode(made)) fill(el, made);
}
