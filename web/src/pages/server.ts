// SPDX-License-Identifier: GPL-3.0-or-later
//
// One server or one part of it, a receiver for example: how it is, what it says, what was kept of it, its alarms.
import { AlarmLists, marksOf } from "../alarms.ts";
import { get } from "../api.ts";
import { ago, breakable, note } from "../cells.ts";
import { fill, h, setAttr, type Kid } from "../dom.ts";
import { DASH, every, millis } from "../format.ts";
import { Graphs, OTHERS_MAX } from "../graphs.ts";
import { poll } from "../poll.ts";
import { quantity } from "../quantity.ts";
import { factList, figures, satellites } from "../receiver.ts";
import { address, here, type Params, type View } from "../router.ts";
import { Table } from "../table.ts";
import {
	fact,
	historyName,
	inOrder,
	isReceiver,
	judge,
	partNames,
	partsOf,
	serverHref,
	value,
	type Alarms,
	type Kind,
	type Known,
	type Part,
	type SeriesList,
	type Target,
	type Targets,
} from "../watched.ts";
import { reach, stateBadge } from "./servers.ts";

const TARGETS_MS = 5000;
const ALARMS_MS = 5000;
const KEPT_MS = 5000;

export function server(params: Params): View {
	let one = new One(params);
	const el = h("div", { class: "server" }, one.el);
	return {
		el,
		title: () => (one.part ? `${one.part} · ${one.target}` : one.target),
		setParams: (p) => {
			if (!one.isOf(p)) {
				one.destroy();
				one = new One(p);
				fill(el, one.el);
				scrollTo(0, 0);
			} else one.setParams(p);
		},
		key: (e) => one.key(e),
		destroy: () => one.destroy(),
	};
}

class One {
	readonly el: HTMLElement;
	readonly target: string;
	readonly part: string;
	readonly name: string;
	private readonly graphs: Graphs;
	private readonly alarms = new AlarmLists(true);
	private readonly head = h("div", { class: "server-head" }, note("asking for it"));
	private readonly tabs = h("nav", { class: "parts", "aria-label": "parts", hidden: true });
	private readonly sky = h("section", { hidden: true });
	private readonly now = h("div", { class: "now" });
	private readonly partsTitle = h("h2", null, "Sources and parts");
	private readonly partsBox = h("section", { hidden: true });
	private readonly problem = h("div", { hidden: true });
	private readonly compare: Compare;
	private readonly stops: (() => void)[];
	private readonly control = new AbortController();
	private readonly lists = new Map<string, Known[]>(); // by name in the history
	private readonly partTable = partTable(() => this.kinds);
	private kinds: Kind[] = [];
	private wall = 0;
	private latest: Targets | null = null;
	private skyOf = "";
	private others: string[];

	constructor(params: Params) {
		this.target = params.get("t") ?? "";
		this.part = params.get("part") ?? "";
		this.name = historyName(this.target, this.part);
		this.others = othersOf(params, this.name);
		this.graphs = new Graphs(params);
		this.compare = new Compare(this.name, this.others);
		this.graphs.bar.append(h("span", { class: "gap" }), this.compare.el);
		this.partsBox.append(this.partsTitle, this.partTable.el);
		this.el = h(
			"div",
			{ class: "stack" },
			this.head,
			this.tabs,
			this.sky,
			this.now,
			h(
				"section",
				{ class: "kept-part" },
				h("div", { class: "sticky" }, this.graphs.bar),
				this.problem,
				this.graphs.el,
			),
			this.partsBox,
			this.alarms.el,
		);
		this.stops = [
			poll<Targets>(
				"targets",
				{ target: this.target },
				TARGETS_MS,
				(t) => this.show(t),
				(m) => !this.wall && fill(this.head, note(m, "bad")),
			),
			poll<Alarms>("alarms", { target: this.target }, ALARMS_MS, (a) => {
				this.alarms.set(a, this.part || null, this.wall || Date.now());
				this.graphs.setMarks(marksOf(a.events, this.part || null));
			}),
			poll<SeriesList>(
				"history/series",
				{ target: this.name },
				KEPT_MS,
				(l) => {
					this.kinds = l.kinds;
					if (this.latest) this.show(this.latest);
					this.keep(this.name, l);
					void this.showGraphs();
				},
				undefined,
				(l) => l.making,
			),
		];
	}

	isOf(p: Params): boolean {
		return (p.get("t") ?? "") === this.target && (p.get("part") ?? "") === this.part;
	}

	setParams(p: Params): void {
		this.graphs.setParams(p);
		const others = othersOf(p, this.name);
		if (others.join("\n") === this.others.join("\n")) return;
		this.others = others;
		this.compare.set(others);
		void this.showGraphs();
	}

	key(e: KeyboardEvent): boolean {
		if (e.target instanceof HTMLInputElement || e.target instanceof HTMLSelectElement) return false;
		if (e.key === "Escape") {
			location.hash = this.part ? serverHref(this.target) : "#/servers";
			return true;
		}
		// Where a list is to be moved sideways, the arrows are its own.
		if ((e.target as Element).closest?.(".table-wrap, .scroll")) return false;
		return this.graphs.key(e);
	}

	destroy(): void {
		for (const f of this.stops) f();
		this.control.abort();
		this.graphs.destroy();
	}

	// ---- now -------------------------------------------------------------------------------------------------------

	private show(all: Targets): void {
		const now = millis(all.wall_time) ?? Date.now();
		const first = !this.wall;
		this.latest = all;
		this.wall = now;
		const t = all.targets.find((x) => x.target === this.target);
		const mine = t ? partsOf(t, this.part) : [];
		// A server of which nothing is known but by one part is that part.
		const parts = mine.length || this.part || !t || partNames(t).length !== 1 ? mine : t.parts;
		this.showHead(t, parts, now);
		if (t) this.showParts(t, now);
		this.showNow(parts);
		if (first) void this.showGraphs();
		else this.graphs.tick(now / 1000);
	}

	private showHead(t: Target | undefined, parts: Part[], now: number): void {
		const crumbs: Kid[] = [h("a", { href: "#/servers" }, "Servers"), " › "];
		if (this.part)
			crumbs.push(
				h("a", { href: serverHref(this.target) }, breakable(this.target)),
				" › ",
				h("b", null, this.part),
			);
		else crumbs.push(h("b", null, breakable(this.target)));
		const made = h(
			"div",
			null,
			h(
				"p",
				{ class: "crumbs" },
				crumbs,
				" ",
				t && parts.length ? stateBadge(judge(parts, this.part ? null : t.level, now)) : null,
			),
			t && (parts.length || t.parts.length)
				? h(
						"ul",
						{ class: "lines ways" },
						inOrder(parts).map((p) => wayLine(p, now)),
					)
				: note(`${this.name} is not watched now; this is what was kept of it`),
		);
		if (!this.head.firstElementChild?.isEqualNode(made)) fill(this.head, made);
	}

	private showParts(t: Target, now: number): void {
		const names = partNames(t);
		this.tabs.hidden = names.length === 0;
		// Sources can be many: what has figures of its own of a receiver or an interface is a tab, the rest a row.
		const receivers = names.filter((n) => isReceiver(partsOf(t, n)));
		const server = t.parts.some((p) => p.part === "") || names.length > 1 ? [""] : [];
		const shown = [...new Set([...server, ...receivers, ...(this.part ? [this.part] : [])])];
		const made = h(
			"div",
			null,
			shown.map((n) =>
				h(
					"a",
					{ href: serverHref(this.target, n), ...(n === this.part ? { "aria-current": "page" } : {}) },
					n || "server",
				),
			),
		);
		if (!this.tabs.firstElementChild?.isEqualNode(made)) fill(this.tabs, made);
		this.tabs.hidden = shown.length < 2;
		this.partsBox.hidden = this.part !== "" || names.length === 0;
		this.partTable.set(names.map((name) => ({ target: this.target, name, parts: partsOf(t, name), now })));
	}

	private showNow(parts: Part[]): void {
		const seen = parts.find((p) => p.satellites.length > 0);
		this.sky.hidden = !seen;
		const what = JSON.stringify(seen?.satellites ?? null);
		if (seen && what !== this.skyOf) fill(this.sky, h("h2", null, "Satellites"), satellites(seen.satellites));
		this.skyOf = what;
		const facts = parts.some((p) => Object.keys(p.facts).length > 0);
		const made = h(
			"div",
			{ class: "columns wide" },
			parts.some((p) => Object.keys(p.values).length > 0)
				? h("section", null, h("h2", null, "Now"), figures(parts, this.kinds))
				: null,
			facts ? h("section", null, h("h2", null, "What it says"), factList(parts)) : null,
		);
		this.now.hidden = made.childElementCount === 0;
		if (!this.now.firstElementChild?.isEqualNode(made)) fill(this.now, made);
	}

	// ---- what was kept ---------------------------------------------------------------------------------------------

	// False: there is no list yet; the one of before, if any, will do.
	private keep(name: string, l: SeriesList): boolean {
		if (l.making) return false;
		this.lists.set(
			name,
			l.series.filter((s) => s.name === name),
		);
		return true;
	}

	// Of another one it is asked once; what goes wrong is said, and tried again with the next list of its own.
	private async askOf(name: string): Promise<string> {
		try {
			const l = await get<SeriesList>("history/series", { target: name }, this.control.signal);
			return this.keep(name, l) ? "" : `the list of what was kept of ${name} is being made`;
		} catch (e) {
			return `${name}: ${e instanceof Error ? e.message : String(e)}`;
		}
	}

	private async showGraphs(): Promise<void> {
		if (!this.wall || !this.lists.has(this.name)) return;
		let problem = "";
		for (const name of this.others) if (!this.lists.has(name)) problem ||= await this.askOf(name);
		if (this.control.signal.aborted) return;
		const names = [this.name, ...this.others];
		this.graphs.show(
			names,
			names.flatMap((n) => this.lists.get(n) ?? []),
			this.kinds,
			this.wall / 1000,
		);
		this.problem.hidden = !problem;
		fill(this.problem, problem ? note(problem, "bad") : null);
	}
}

function wayLine(p: Part, now: number): HTMLElement {
	return h(
		"li",
		null,
		p.ok
			? h("span", { class: "a-ok alert" }, h("span", { class: "sign", "aria-hidden": "true" }, "✓"), ` ${p.via}`)
			: null,
		p.ok
			? null
			: h(
					"span",
					{ class: "a-red alert" },
					h("span", { class: "sign", "aria-hidden": "true" }, "●"),
					` ${p.via}`,
				),
		h(
			"span",
			{ class: "hint" },
			p.ok ? " heard " : ` ${p.why || "no answer"}; heard `,
			p.ok_at ? ago(p.ok_at, now) : "never",
			`, asked every ${every(p.every_s)}, like this since `,
			ago(p.changed_at, now),
		),
	);
}

// ---- its parts -------------------------------------------------------------------------------------------------------

interface PartRow {
	target: string;
	name: string;
	parts: Part[];
	now: number;
}

const TOLD = [
	"clock_event",
	"gps_mode",
	"satellites_used",
	"refclock_state",
	"correlation_percent",
	"received_bytes_per_s",
	"sent_bytes_per_s",
];

// As ntpq's column of marks has them; chronyd has words of its own.
const SELECTIONS: Readonly<Record<string, string>> = {
	sel_reject: "rejected",
	sel_falsetick: "falseticker",
	sel_excess: "excess",
	sel_outlier: "outlier",
	sel_candidate: "candidate",
	sel_backup: "backup",
	"sel_sys.peer": "system peer",
	"sel_pps.peer": "PPS peer",
};

function selection(parts: Part[]): string {
	const word = fact(parts, "selection") ?? fact(parts, "state");
	return word === null ? DASH : (SELECTIONS[word] ?? word);
}

function partTable(kinds: () => Kind[]): Table<PartRow> {
	const told = (r: PartRow): string =>
		TOLD.flatMap((series) => {
			const x = value(r.parts, series);
			const k = kinds().find((y) => y.series === series);
			return x === null || !k ? [] : [k.steps ? quantity(k, x) : `${k.title.toLowerCase()} ${quantity(k, x)}`];
		}).join(" · ");
	const seconds = (
		label: string,
		series: string,
		minor = false,
	): ConstructorParameters<typeof Table<PartRow>>[1][number] => ({
		label,
		minor,
		cell: (r) => quantity({ unit: "s" }, value(r.parts, series)),
		by: (r) => value(r.parts, series),
	});
	return new Table<PartRow>(
		"sources and parts",
		[
			{
				label: "part",
				left: true,
				wraps: true,
				cell: (r) => h("a", { class: "host", href: serverHref(r.target, r.name) }, r.name),
				by: (r) => r.name,
			},
			{ label: "answers", left: true, cell: (r) => stateBadge(judge(r.parts, null, r.now)) },
			{ label: "is", left: true, cell: (r) => selection(r.parts) },
			{ label: "refid", left: true, cell: (r) => fact(r.parts, "refid") ?? DASH },
			{ label: "stratum", cell: (r) => value(r.parts, "stratum") ?? DASH, by: (r) => value(r.parts, "stratum") },
			seconds("offset", "offset_s"),
			seconds("delay", "delay_s", true),
			seconds("jitter", "jitter_s", true),
			{ label: "reach", left: true, cell: (r) => reach(r.parts), by: (r) => value(r.parts, "reach_polls") },
			{ label: "figures", left: true, wraps: true, cell: (r) => told(r) || DASH },
		],
		"none",
		{ open: (r) => serverHref(r.target, r.name) },
	);
}

// ---- others on the same axes -----------------------------------------------------------------------------------------

function othersOf(p: Params, own: string): string[] {
	return [...new Set(p.getAll("with"))].filter((x) => x && x !== own).slice(0, OTHERS_MAX);
}

// The names of the history to choose from; they are asked for when somebody opens the list.
class Compare {
	readonly el: HTMLDetailsElement;
	private readonly list = h("div", { class: "choices names" }, note("asking for them"));
	private readonly label = h("summary", null);
	private names: string[] = [];

	constructor(
		private readonly own: string,
		private chosen: string[],
	) {
		this.el = h(
			"details",
			{ class: "menu right compare" },
			this.label,
			h(
				"div",
				{ class: "sheet" },
				h("p", { class: "hint" }, `on the same axes, ${OTHERS_MAX} at most`),
				this.list,
			),
		);
		this.el.addEventListener("toggle", () => this.el.open && void this.ask());
		document.addEventListener("click", this.outside);
		this.draw();
	}

	private readonly outside = (e: Event): void => {
		if (!this.el.isConnected) document.removeEventListener("click", this.outside);
		else if (this.el.open && !this.el.contains(e.target as Node)) this.el.open = false;
	};

	set(chosen: string[]): void {
		this.chosen = chosen;
		this.draw();
	}

	private async ask(): Promise<void> {
		try {
			const l = await get<SeriesList>("history/series");
			if (l.making) {
				fill(this.list, note("the list is being made; open this again in a moment"));
				return;
			}
			this.names = [...new Set(l.series.map((s) => s.name))].filter((n) => n !== this.own).sort();
			this.draw();
		} catch (e) {
			fill(this.list, note(e instanceof Error ? e.message : String(e), "bad"));
		}
	}

	private draw(): void {
		this.label.textContent = this.chosen.length ? `compared with ${this.chosen.length}` : "compare with";
		const all = [...new Set([...this.chosen, ...this.names])];
		if (all.length === 0 && !this.el.open) return;
		fill(
			this.list,
			all.length
				? all.map((name) => {
						const box = h("input", { type: "checkbox", onchange: () => this.toggle(name, box.checked) });
						box.checked = this.chosen.includes(name);
						box.disabled = !box.checked && this.chosen.length >= OTHERS_MAX;
						return h("label", null, box, " ", name);
					})
				: note("nothing else was kept"),
		);
		setAttr(this.label, "data-tip", this.chosen.join("\n") || null);
	}

	private toggle(name: string, on: boolean): void {
		const { name: page, params } = here();
		const chosen = on ? [...this.chosen, name] : this.chosen.filter((x) => x !== name);
		params.delete("with");
		for (const x of chosen) params.append("with", x);
		location.hash = address(page, params);
	}
}
