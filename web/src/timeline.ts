// SPDX-License-Identifier: GPL-3.0-or-later
//
// The stretch of time that a page's graphs show: chosen with buttons, kept in the address, fetched once and then
// added to.
import { get, isAbort } from "./api.ts";
import { Chart, Group, type ChartOptions } from "./chart.ts";
import { Buckets, stepFor, type Numbers } from "./buckets.ts";
import { h, setAttr, setText } from "./dom.ts";
import { millis, span } from "./format.ts";
import { setParam, type Params } from "./router.ts";
import type { Series } from "./types.ts";

const RANGES: readonly (readonly [text: string, seconds: number])[] = [
	["5 min", 300],
	["15 min", 900],
	["1 h", 3600],
	["6 h", 21_600],
	["24 h", 86_400],
	["7 d", 604_800],
];
const DEFAULT = 3600;
const LEAST_WINDOW_S = 60;

type Make = (b: Buckets) => Numbers[];

export class Timeline {
	readonly el: HTMLElement;
	readonly group = new Group();
	private readonly state = h("span", { class: "hint" });
	private readonly back = h(
		"button",
		{ class: "quiet", type: "button", hidden: true, onclick: () => this.group.setZoom(null) },
		"whole range",
	);
	private readonly buttons: HTMLElement[];
	private readonly charts: { chart: Chart; make: Make }[] = [];
	private readonly watchers: ((s: Series) => void)[] = [];
	private series: Series | null = null;
	private range = DEFAULT;
	private timer = 0;
	private control = new AbortController();

	constructor(params: Params) {
		this.buttons = RANGES.map(([text, s]) =>
			h("button", { type: "button", onclick: () => setParam("range", s === DEFAULT ? null : String(s)) }, text),
		);
		this.el = h(
			"div",
			{ class: "bar" },
			h("div", { class: "choice", role: "group", "aria-label": "stretch of time" }, this.buttons),
			this.back,
			this.state,
		);
		this.group.onzoom = (zoom) => {
			this.back.hidden = zoom === null;
			if (this.series) this.draw(this.series);
		};
		this.setParams(params);
	}

	chart(o: ChartOptions, make: Make): HTMLElement {
		const chart = new Chart(this.group, o);
		this.charts.push({ chart, make });
		return chart.el;
	}

	onSeries(f: (s: Series) => void): void {
		this.watchers.push(f);
	}

	setParams(params: Params): void {
		const wanted = Number(params.get("range") ?? DEFAULT);
		const range = RANGES.some(([, s]) => s === wanted) ? wanted : DEFAULT;
		this.buttons.forEach((b, i) => setAttr(b, "aria-pressed", String(RANGES[i]?.[1] === range)));
		if (this.series && range === this.range) return;
		this.range = range;
		this.series = null;
		this.control.abort();
		this.control = new AbortController();
		clearTimeout(this.timer);
		this.group.setZoom(null);
		void this.load();
	}

	destroy(): void {
		clearTimeout(this.timer);
		this.control.abort();
		this.group.destroy();
	}

	private async load(): Promise<void> {
		const { signal } = this.control;
		const width = this.range <= 3600 ? 1 : 60;
		try {
			if (!document.hidden) {
				const last = this.series?.columns.time_s.at(-1);
				const got = await get<Series>(
					"series",
					{ width, from: last === undefined ? `-${this.range}` : String(last) },
					signal,
				);
				this.series = this.series ? append(this.series, got, this.range) : got;
				this.show(this.series);
			}
		} catch (e) {
			if (isAbort(e) || signal.aborted) return;
			setText(this.state, e instanceof Error ? e.message : String(e));
		}
		if (!signal.aborted) this.timer = window.setTimeout(() => void this.load(), width === 1 ? 2000 : 15_000);
	}

	private show(s: Series): void {
		const times = s.columns.time_s;
		const now = millis(s.now);
		const end = now === null ? (times.at(-1) ?? 0) : now / 1000;
		const first = times[0] ?? end;
		this.group.setWindow(Math.max(end - this.range, Math.min(first, end - LEAST_WINDOW_S)), end);
		this.draw(s);
		for (const f of this.watchers) f(s);
	}

	private draw(s: Series): void {
		const [from, to] = this.group.range();
		const b = new Buckets(s, stepFor(to - from, s.width_s));
		for (const { chart, make } of this.charts) chart.setData([b.times, ...make(b)]);
		setText(this.state, s.n === 0 ? "no packet yet" : `times in UTC · a point stands for ${span(b.step_s)}`);
	}
}

// The newer answer begins with the point that was still growing.
function append(old: Series, add: Series, range: number): Series {
	const start = add.columns.time_s[0];
	if (start === undefined) return { ...old, now: add.now };
	const end = (add.columns.time_s.at(-1) ?? start) + add.width_s;
	const from = lowerBound(old.columns.time_s, end - range);
	const to = lowerBound(old.columns.time_s, start);
	const columns = { ...add.columns };
	for (const key of Object.keys(columns))
		columns[key] = [...(old.columns[key] ?? []).slice(from, to), ...(columns[key] ?? [])];
	return { ...add, columns, n: columns.time_s.length };
}

function lowerBound(sorted: number[], x: number): number {
	let lo = 0;
	let hi = sorted.length;
	while (lo < hi) {
		const mid = (lo + hi) >> 1;
		if ((sorted[mid] as number) < x) lo = mid + 1;
		else hi = mid;
	}
	return lo;
}
