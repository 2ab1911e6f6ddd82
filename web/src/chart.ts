// SPDX-License-Identifier: GPL-3.0-or-later
//
// A graph over time: uPlot with our looks.  All graphs of a group share cursor and zoom; the values under the cursor
// (without one: the latest) stand in the head of each, so that a graph is read without guessing at lines.
import uPlot from "uplot";
import { h, setText } from "./dom.ts";
import { clock, local, utc, viewerIsUtc } from "./format.ts";

export interface Line {
	key: string;
	label: string;
	color: string; // a custom property of app.css: accent, strong, muted, red, amber
	dash?: number[];
	width?: number;
	area?: boolean;
	points?: boolean; // dots instead of a line
	stepped?: boolean;
}

export interface ChartOptions {
	title: string;
	lines: Line[];
	value: (x: number | null | undefined) => string;
	axis?: (x: number) => string;
	log?: boolean;
	note?: string;
	x?: (x: number) => string; // the axis is no time: how its numbers are written
	xUnit?: string;
}

type Columns = (number | null | undefined)[][];

export const dark = matchMedia("(prefers-color-scheme: dark)");

export function css(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

interface Member {
	applyRange: () => void;
	is: (u: uPlot) => boolean;
	destroy: () => void;
}

// Groups with the same key have the cursor in common, but each its own stretch and zoom.
export class Group {
	constructor(readonly key = `g${Math.random()}`) {}

	readonly charts = new Set<Member>();
	zoom: [number, number] | null = null;
	window: [number, number] = [0, 1];
	onzoom: ((zoom: [number, number] | null) => void) | null = null;

	setZoom(zoom: [number, number] | null): void {
		this.zoom = zoom;
		for (const c of this.charts) c.applyRange();
		this.onzoom?.(zoom);
	}

	setWindow(from: number, to: number): void {
		this.window = [from, to];
		for (const c of this.charts) c.applyRange();
	}

	has(u: uPlot): boolean {
		return [...this.charts].some((c) => c.is(u));
	}

	range(): [number, number] {
		return this.zoom ?? this.window;
	}

	destroy(): void {
		for (const c of [...this.charts]) c.destroy();
	}
}

export class Chart {
	readonly el: HTMLElement;
	private readonly plot: HTMLElement;
	private readonly values: HTMLElement[] = [];
	private readonly when: HTMLElement;
	private readonly empty: HTMLElement;
	private u: uPlot;
	private readonly resized: ResizeObserver;
	private data: Columns;
	private log: boolean;
	private readonly recolour = (): void => this.u.redraw(false);

	constructor(
		private readonly group: Group,
		private readonly o: ChartOptions,
	) {
		this.log = o.log ?? false;
		this.when = h("span", { class: "when" });
		this.empty = h("p", { class: "chart-empty" }, "nothing yet");
		this.plot = h("div", { class: "plot" }, this.empty, this.when);
		const legend = o.lines.map((line) => {
			const value = h("span", { class: "v" });
			this.values.push(value);
			return h("span", { class: "key" }, swatch(line), line.label, " ", value);
		});
		const scale =
			o.log === undefined
				? null
				: h(
						"button",
						{
							class: "quiet",
							type: "button",
							"aria-pressed": String(this.log),
							title: "logarithmic axis",
							onclick: (e: Event) => this.setLog(e.currentTarget as HTMLElement),
						},
						"log",
					);
		this.el = h(
			"figure",
			{ class: "chart" },
			h("figcaption", null, h("span", { class: "title" }, o.title), h("span", { class: "keys" }, legend), scale),
			this.plot,
			o.note ? h("p", { class: "note" }, o.note) : null,
		);
		this.data = [[], ...o.lines.map(() => [])];
		this.u = new uPlot(this.options(), this.data as uPlot.AlignedData, this.plot);
		this.resized = new ResizeObserver(() => this.resize());
		this.resized.observe(this.plot);
		dark.addEventListener("change", this.recolour);
		group.charts.add(this);
		this.readout(null);
	}

	// times in seconds, then a column for each line
	setData(data: Columns): void {
		this.data = data;
		const some = data.slice(1).some((c) => c.some((x) => x !== null && x !== undefined));
		this.empty.hidden = some;
		this.u.setData(data as uPlot.AlignedData, false);
		this.applyRange();
		this.readout(this.u.cursor.idx ?? null);
	}

	applyRange(): void {
		const [min, max] = this.group.range();
		this.u.setScale("x", { min, max });
	}

	is(u: uPlot): boolean {
		return this.u === u;
	}

	destroy(): void {
		this.group.charts.delete(this);
		this.resized.disconnect();
		dark.removeEventListener("change", this.recolour);
		this.u.destroy();
	}

	private setLog(button: HTMLElement): void {
		this.log = !this.log;
		button.setAttribute("aria-pressed", String(this.log));
		this.u.destroy(); // uPlot settles the kind of an axis once
		this.u = new uPlot(this.options(), this.data as uPlot.AlignedData, this.plot);
		this.resize();
		this.applyRange();
	}

	private resize(): void {
		const width = this.plot.clientWidth;
		const height = this.plot.clientHeight;
		if (width > 0 && height > 0 && (width !== this.u.width || height !== this.u.height))
			this.u.setSize({ width, height });
	}

	private readout(idx: number | null): void {
		const times = this.data[0] ?? [];
		const at = idx ?? times.length - 1;
		this.o.lines.forEach((_, i) => setText(this.values[i] as HTMLElement, this.o.value(this.data[i + 1]?.[at])));
		const t = times[at];
		if (idx === null || t === null || t === undefined) {
			setText(this.when, "");
			return;
		}
		if (this.o.x) setText(this.when, `at ${this.o.x(t)} ${this.o.xUnit ?? ""}`);
		else setText(this.when, `${clock(t * 1000)} UTC${viewerIsUtc() ? "" : ` · ${local(t * 1000)} local`}`);
	}

	private options(): uPlot.Options {
		const grid = { stroke: () => css("grid"), width: 1 };
		const axis = {
			stroke: () => css("muted"),
			grid,
			ticks: { ...grid, size: 4 },
			font: "11px system-ui, sans-serif",
		};
		return {
			width: 300,
			height: 160,
			padding: [8, 16, 0, 0],
			tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), "Etc/UTC"),
			legend: { show: false },
			cursor: {
				sync: {
					key: this.group.key,
					scales: ["x", null],
					filters: {
						pub: () => true,
						sub: (type, from) => type === "mousemove" || type === "mouseleave" || this.group.has(from),
					},
				},
				drag: { x: true, y: false, setScale: false },
				y: false,
				points: { size: 6 },
				bind: { dblclick: () => () => (this.group.setZoom(null), null) },
			},
			scales: {
				x: { time: !this.o.x, auto: false },
				y: { distr: this.log ? 3 : 1, range: (_u, min, max) => this.yRange(min, max) },
			},
			axes: [
				{
					...axis,
					size: 28,
					space: 70,
					values: (_u, splits, _i, _s, incr) => (this.o.x ? splits.map(this.o.x) : timeTicks(splits, incr)),
				},
				{
					...axis,
					size: 62,
					space: 28,
					grid: { ...grid, ...(this.log ? { filter: decades } : {}) },
					ticks: { ...grid, size: 4, ...(this.log ? { filter: decades } : {}) },
					values: (_u, v) => v.map((x) => (x === null ? "" : (this.o.axis ?? this.o.value)(x))),
				},
			],
			series: [{}, ...this.o.lines.map((l) => this.series(l))],
			hooks: {
				setCursor: [
					(u) =>
						this.readout(u.cursor.left !== undefined && u.cursor.left >= 0 ? (u.cursor.idx ?? null) : null),
				],
				setSelect: [(u) => this.select(u)],
			},
		};
	}

	private series(l: Line): uPlot.Series {
		const color = (): string => css(l.color);
		return {
			label: l.label,
			stroke: color,
			width: l.points ? 0 : (l.width ?? 1.5),
			spanGaps: false,
			...(l.dash ? { dash: l.dash } : {}),
			...(l.area ? { fill: () => css(`${l.color}-area`) } : {}),
			...(l.stepped && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
			...(l.points
				? { paths: () => null, points: { show: true, size: 3, width: 0, fill: color } }
				: { points: { show: false } }),
		};
	}

	private yRange(min: number | null, max: number | null): [number, number] {
		if (this.log) {
			const lo = min !== null && min > 0 ? min : 1e-6;
			return [10 ** Math.floor(Math.log10(lo)), 10 ** Math.ceil(Math.log10(Math.max(max ?? 0, lo * 1.01)))];
		}
		const top = max !== null && max > 0 ? max * 1.08 : 1;
		return [Math.min(0, (min ?? 0) * 1.08), top];
	}

	private select(u: uPlot): void {
		if (u.select.width < 4) return;
		const from = u.posToVal(u.select.left, "x");
		const to = u.posToVal(u.select.left + u.select.width, "x");
		u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
		this.group.setZoom([from, to]);
	}
}

// Ticks say the date only where it changes or the step is a day.
export function timeTicks(splits: number[], incr: number): string[] {
	let day = "";
	return splits.map((t) => {
		const text = utc(t * 1000, incr < 1 ? Math.min(3, Math.ceil(-Math.log10(incr))) : 0);
		const date = text.slice(5, 10);
		if (incr >= 86_400) return date;
		const time = incr >= 60 ? text.slice(11, 16) : text.slice(11);
		const out = day !== "" && date !== day ? `${time}\n${date}` : time;
		day = date;
		return out;
	});
}

function decades(_u: uPlot, splits: number[]): (number | null)[] {
	return splits.map((x) => (Number.isInteger(Math.round(Math.log10(x) * 1e6) / 1e6) ? x : null));
}

function swatch(l: Line): SVGElement {
	const ns = "http://www.w3.org/2000/svg";
	const svg = document.createElementNS(ns, "svg");
	svg.setAttribute("class", `swatch c-${l.color}`);
	svg.setAttribute("viewBox", "0 0 18 8");
	svg.setAttribute("aria-hidden", "true");
	const mark = document.createElementNS(ns, l.points ? "circle" : "line");
	const at: Record<string, string> = l.points
		? { cx: "9", cy: "4", r: "2.5" }
		: { x1: "0", x2: "18", y1: "4", y2: "4" };
	for (const [k, v] of Object.entries(at)) mark.setAttribute(k, v);
	if (l.dash) mark.setAttribute("stroke-dasharray", l.dash.join(" "));
	if (!l.points) mark.setAttribute("stroke-width", String((l.width ?? 1.5) + 0.5));
	svg.appendChild(mark);
	return svg;
}
