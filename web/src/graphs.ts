// SPDX-License-Identifier: GPL-3.0-or-later
//
// The graphs of a server or of a part of it, one under another: of what was kept, which of them there are, in which
// order; one stretch of time and one cursor for all; others to compare with on the same axes.
import { isAbort } from "./api.ts";
import { Group } from "./chart.ts";
import { fill, h, setAttr, setText } from "./dom.ts";
import { millis, utc } from "./format.ts";
import { history } from "./history.ts";
import { isSteps, Plot, type Mark, type PlotLine } from "./plot.ts";
import { setParams, type Params } from "./router.ts";
import type { History, Kind, Known } from "./watched.ts";

interface Spec {
	title: string;
	series: readonly string[];
	zero?: boolean;
	log?: boolean;
}

// What belongs on one axis.  What is in none of these has a graph of its own.
const SPECS: readonly Spec[] = [
	{ title: "offset", series: ["offset_s"], zero: true },
	{ title: "its clock against its sources", series: ["clock_offset_s"], zero: true },
	{ title: "PPS, receiver minus system clock", series: ["pps_offset_s"], zero: true },
	{ title: "reach", series: ["reach_polls"] },
	{ title: "state of the reference clock", series: ["clock_event"] },
	{
		title: "telegrams of the reference clock",
		series: ["clock_polls_per_s", "clock_no_reply_per_s", "clock_bad_format_per_s", "clock_bad_data_per_s"],
		zero: true,
	},
	{ title: "fix", series: ["gps_mode"] },
	{ title: "satellites", series: ["satellites_used", "satellites_seen"], zero: true },
	{ title: "dilution of precision", series: ["tdop", "hdop", "vdop", "pdop", "gdop"], zero: true },
	{ title: "correlation and field strength", series: ["correlation_percent", "field_strength_percent"], zero: true },
	{
		title: "delay and root",
		series: ["delay_s", "root_distance_s", "root_delay_s", "root_dispersion_s"],
		zero: true,
		log: true,
	},
	{ title: "jitter", series: ["jitter_s", "clock_jitter_s", "dispersion_s", "bound_s"], zero: true, log: true },
	{ title: "stratum", series: ["stratum"] },
	{ title: "frequency", series: ["frequency_ppm"] },
	{ title: "skew and residual frequency", series: ["skew_ppm", "residual_ppm", "wander_ppm"], zero: true },
	{ title: "sources", series: ["sources", "sources_reachable"], zero: true },
	{ title: "traffic", series: ["requests_per_s", "answers_per_s", "received_per_s", "sent_per_s"], zero: true },
	{
		title: "trouble",
		series: ["unanswered_per_s", "dropped_per_s", "limited_per_s", "kods_per_s", "bad_per_s"],
		zero: true,
	},
	{ title: "authenticated", series: ["authenticated_per_s", "interleaved_per_s", "nts_ke_per_s"], zero: true },
	{ title: "clients", series: ["clients_300s", "clients_1200s", "clients_86400s", "clients_known"], zero: true },
	{ title: "delta time", series: ["delta_p50_s", "delta_p99_s", "delta_max_s"], zero: true, log: true },
	{ title: "fans and supplies", series: ["fans", "fans_failed", "supplies", "supplies_down"], zero: true },
	{ title: "clients and requests today", series: ["clients_today"], zero: true },
	{ title: "load", series: ["load_1min", "load_5min", "load_15min"], zero: true },
	{ title: "memory", series: ["memory_used_bytes", "memory_total_bytes", "swap_used_bytes"], zero: true },
	{ title: "octets", series: ["received_bytes_per_s", "sent_bytes_per_s"], zero: true },
	{ title: "UDP packets that came to nothing", series: ["udp_no_port_per_s", "udp_errors_per_s"], zero: true },
];
const WITHOUT_ZERO = new Set(["frequency_ppm", "toff_s", "temperature_c", "snr_mean_dbhz", "pool_score", "uptime_s"]);

const COLORS: readonly (readonly [color: string, dash?: number[]])[] = [
	["s1"],
	["s2", [6, 3]],
	["s3"],
	["s4", [2, 2]],
	["s5", [8, 3, 2, 3]],
	["muted"],
];
const BANDS = 3; // lines with one: more would hide each other
export const OTHERS_MAX = 5;

const RANGES: readonly (readonly [word: string, seconds: number])[] = [
	["day", 86_400],
	["week", 604_800],
	["month", 2_678_400],
	["year", 31_622_400],
];
const LEAST_S = 300;
const BUCKETS = 480;

interface Graph {
	plot: Plot;
	lines: PlotLine[];
	el: HTMLElement;
	isSeen: boolean;
	loaded: string; // the stretch that it shows
}

export class Graphs {
	readonly el: HTMLElement;
	readonly bar: HTMLElement;
	private readonly group = new Group();
	private readonly stack = h("div", { class: "graphs" });
	private readonly state = h("span", { class: "hint" });
	private readonly buttons: HTMLElement[];
	private readonly back: HTMLElement;
	private readonly seen: IntersectionObserver;
	private graphs: Graph[] = [];
	private marks: Mark[] = [];
	private what = "";
	private params: Params;
	private now = 0;
	private since = 0; // nothing is known before
	private control = new AbortController();

	constructor(params: Params) {
		this.params = params;
		this.buttons = RANGES.map(([word]) =>
			h(
				"button",
				{
					type: "button",
					"data-range": word,
					onclick: () => setParams({ range: word === "day" ? null : word, from: null, to: null }),
				},
				word,
			),
		);
		this.back = h(
			"button",
			{ class: "quiet", type: "button", hidden: true, onclick: () => this.whole() },
			"whole range",
		);
		this.bar = h(
			"div",
			{ class: "bar" },
			h("div", { class: "choice", role: "group", "aria-label": "stretch of time" }, this.buttons),
			h(
				"div",
				{ class: "choice", role: "group", "aria-label": "earlier and later" },
				h(
					"button",
					{
						type: "button",
						"aria-label": "earlier",
						"data-tip": "earlier (←)",
						onclick: () => this.move(-0.5),
					},
					"‹",
				),
				h(
					"button",
					{ type: "button", "aria-label": "later", "data-tip": "later (→)", onclick: () => this.move(0.5) },
					"›",
				),
				h(
					"button",
					{
						type: "button",
						"aria-label": "closer",
						"data-tip": "half of it (+)",
						onclick: () => this.scale(0.5),
					},
					"+",
				),
				h(
					"button",
					{
						type: "button",
						"aria-label": "farther",
						"data-tip": "twice of it (−)",
						onclick: () => this.scale(2),
					},
					"−",
				),
			),
			this.back,
			this.state,
		);
		this.el = h("div", null, this.stack);
		this.seen = new IntersectionObserver((all) => this.see(all), { rootMargin: "400px" });
	}

	// names: the one whose page it is, then those that are compared with it.
	show(names: string[], known: Known[], kinds: Kind[], now: number): void {
		this.now = now;
		this.since = Math.min(...known.map((k) => (millis(k.first) ?? 0) / 1000));
		const specs = specsOf(names, known, kinds);
		const what = JSON.stringify(specs.map((s) => [s.title, s.lines.map((l) => [l.name, l.kind.series])]));
		if (what !== this.what) {
			this.what = what;
			this.clear();
			for (const s of specs) this.add(s);
			if (specs.length === 0) fill(this.stack, h("p", { class: "state" }, "nothing was kept of it yet"));
		}
		this.setParams(this.params);
	}

	setMarks(marks: Mark[]): void {
		this.marks = marks;
		for (const g of this.graphs) g.plot.setMarks(marks);
	}

	setParams(params: Params): void {
		this.params = params;
		const [from, to] = this.stretch();
		const isOwn = params.has("from");
		this.buttons.forEach((b, i) =>
			setAttr(b, "aria-pressed", String(!isOwn && RANGES[i]?.[0] === this.range()[0])),
		);
		this.back.hidden = !isOwn;
		if (!this.now) return;
		setText(
			this.state,
			isOwn ? `${utc(from * 1000).slice(0, 16)} to ${utc(to * 1000).slice(0, 16)} UTC` : "times in UTC",
		);
		this.group.setWindow(from, to);
		for (const g of this.graphs) if (g.isSeen) void this.load(g);
	}

	// Time went on.
	tick(now: number): void {
		const step = Math.max(60, this.range()[1] / BUCKETS);
		if (now - this.now < step) return;
		this.now = now;
		this.setParams(this.params);
	}

	key(e: KeyboardEvent): boolean {
		const moves: Readonly<Record<string, () => void>> = {
			ArrowLeft: () => this.move(-0.5),
			ArrowRight: () => this.move(0.5),
			"+": () => this.scale(0.5),
			"-": () => this.scale(2),
		};
		const move = moves[e.key];
		move?.();
		return move !== undefined;
	}

	destroy(): void {
		this.clear();
		this.seen.disconnect();
		this.group.destroy();
	}

	// ---- the stretch of time ---------------------------------------------------------------------------------------

	private range(): readonly [string, number] {
		return RANGES.find(([word]) => word === this.params.get("range")) ?? (RANGES[0] as readonly [string, number]);
	}

	private stretch(): [number, number] {
		const from = Number(this.params.get("from"));
		const to = Number(this.params.get("to"));
		if (this.params.has("from") && Number.isFinite(from) && to > from) return [from, to];
		// A history that has just begun has all of the room.
		const young = Math.min(this.since - LEAST_S / 5, this.now - 2 * LEAST_S);
		return [Math.max(this.now - this.range()[1], young), this.now];
	}

	private set(from: number, to: number): void {
		const [a, b] = to - from < LEAST_S ? [(from + to - LEAST_S) / 2, (from + to + LEAST_S) / 2] : [from, to];
		setParams({ from: String(Math.round(a)), to: String(Math.round(b)) });
	}

	private whole(): void {
		setParams({ from: null, to: null });
	}

	private move(by: number): void {
		const [from, to] = this.stretch();
		this.set(from + by * (to - from), to + by * (to - from));
	}

	private scale(by: number): void {
		const [from, to] = this.stretch();
		const middle = (from + to) / 2;
		const half = ((to - from) / 2) * by;
		this.set(middle - half, Math.min(middle + half, Math.max(this.now, to)));
	}

	// ---- the graphs ------------------------------------------------------------------------------------------------

	private clear(): void {
		this.control.abort();
		this.control = new AbortController();
		for (const g of this.graphs) {
			this.seen.unobserve(g.el);
			g.plot.destroy();
		}
		this.graphs = [];
		fill(this.stack);
	}

	private add(s: ReturnType<typeof specsOf>[number]): void {
		const plot = new Plot(this.group, {
			title: s.title,
			lines: s.lines,
			zero: s.zero,
			log: s.log,
			onselect: (from, to) => this.set(from, to),
			onback: () => this.whole(),
		});
		plot.setMarks(this.marks);
		this.stack.appendChild(plot.el);
		this.graphs.push({ plot, lines: s.lines, el: plot.el, isSeen: false, loaded: "" });
		this.seen.observe(plot.el);
	}

	private see(all: IntersectionObserverEntry[]): void {
		for (const entry of all) {
			const g = this.graphs.find((x) => x.el === entry.target);
			if (!g) continue;
			g.isSeen = entry.isIntersecting;
			if (g.isSeen && this.now) void this.load(g);
		}
	}

	private async load(g: Graph): Promise<void> {
		const [from, to] = this.stretch();
		const want = `${Math.round(from)} ${Math.round(to)}`;
		if (g.loaded === want) return;
		g.loaded = want;
		const { signal } = this.control;
		try {
			const all = await Promise.all(
				g.lines.map((l) =>
					history(
						{
							name: l.name,
							series: l.kind.series,
							from: Math.round(from),
							to: Math.round(to),
							most: BUCKETS,
						},
						to < this.now - 120 ? 600 : 30,
						signal,
					).catch((e: unknown) => {
						if (signal.aborted || isAbort(e)) throw e;
						return e instanceof Error ? e : new Error(String(e));
					}),
				),
			);
			if (signal.aborted || g.loaded !== want) return;
			g.plot.setHistories(all.map((x) => (x instanceof Error ? null : x)) as (History | null)[]);
			const failed = all.find((x) => x instanceof Error);
			if (failed) {
				g.loaded = "";
				g.plot.setProblem(`● ${(failed as Error).message}`);
			}
		} catch {
			/* the page is another one by now */
		}
	}
}

interface Made {
	title: string;
	lines: PlotLine[];
	zero: boolean;
	log: boolean;
}

// Of several servers each series has an axis of its own, or lines would be too many.
function specsOf(names: string[], known: Known[], kinds: Kind[]): Made[] {
	const has = new Set(known.map((k) => JSON.stringify([k.name, k.series])));
	const kindOf = new Map(kinds.map((k) => [k.series, k]));
	const there = (series: string): boolean =>
		kindOf.has(series) && names.some((name, i) => i === 0 && has.has(JSON.stringify([name, series])));
	const listed = new Set(SPECS.flatMap((s) => s.series));
	const rest = kinds.filter((k) => !listed.has(k.series)).map((k) => ({ title: k.title, series: [k.series] }));
	const specs: readonly Spec[] = [...SPECS, ...rest];
	return specs.flatMap((s) => {
		const mine = s.series.filter(there);
		if (mine.length === 0) return [];
		const sets = names.length > 1 ? mine.map((x) => [x]) : [mine];
		return sets.map((series) => made(s, series, names, kindOf, has));
	});
}

function made(s: Spec, series: string[], names: string[], kindOf: Map<string, Kind>, has: Set<string>): Made {
	const first = kindOf.get(series[0] as string) as Kind;
	const pairs = series.flatMap((x) =>
		names
			.filter((name) => has.has(JSON.stringify([name, x])))
			.map((name) => [name, kindOf.get(x) as Kind] as const),
	);
	const lines = pairs.map(([name, kind], i): PlotLine => {
		const [color, dash] = COLORS[i % COLORS.length] as readonly [string, number[]?];
		return {
			name,
			kind,
			label:
				names.length > 1
					? name
					: series.length > 1
						? kind.title
						: isSteps(kind)
							? "latest and range"
							: "mean and range",
			color,
			...(dash ? { dash } : {}),
			band: pairs.length <= BANDS || i === 0,
		};
	});
	return {
		title: series.length > 1 ? s.title : first.title,
		lines,
		zero: s.zero ?? !(isSteps(first) || WITHOUT_ZERO.has(first.series)),
		log: (s.log ?? false) && lines.length > 0,
	};
}
