// SPDX-License-Identifier: GPL-3.0-or-later
//
// A graph of what was kept: of each line the mean and the band from least to greatest, steps with their names, marks
// where alarms came and went; below it a table of what each line is now, on average, at least, at most.  What is
// unknown is a gap.
import uPlot from "uplot";
import { css, dark, timeTicks, type Group } from "./chart.ts";
import { fill, h, setText, type Kid } from "./dom.ts";
import { local, utc, viewerIsUtc } from "./format.ts";
import { atAxis, inColumn, quantity, unitOf } from "./quantity.ts";
import { svg } from "./svg.ts";
import type { History, Kind } from "./watched.ts";

export interface PlotLine {
	name: string; // in the history
	label: string;
	kind: Kind;
	color: string; // a custom property of app.css
	dash?: number[];
	band: boolean;
}

export interface Mark {
	time: number;
	level: string; // what it came to: ok, warn, critical
	text: string;
}

export interface PlotOptions {
	title: string;
	lines: PlotLine[];
	zero: boolean; // 0 is always in sight
	log?: boolean; // there is a button for it
	onselect: (from: number, to: number) => void;
	onback: () => void;
}

type Cells = (number | null | undefined)[];
const phone = matchMedia("(max-width: 760px)");
const PER_LINE = 3; // mean, least, greatest
const NEAR_PX = 5;
const SIGN_PX = 4;
const MARK_COLOR: Readonly<Record<string, string>> = { ok: "muted", warn: "amber", critical: "red" };

// Of steps only the first ones say something.
const N_OF_STEPS = 4;
const HEADS = [
	["at the cursor", "at"],
	["latest", "now"],
	["least", "min"],
	["greatest", "max"],
	["average", "avg"],
	["95 of 100 are below", "p95"],
	["99 of 100 are below", "p99"],
] as const;

export class Plot {
	readonly el: HTMLElement;
	private readonly box: HTMLElement;
	private readonly when = h("span", { class: "when" });
	private readonly told = h("p", { class: "chart-empty" }, "asking for it");
	private readonly cells: HTMLElement[][] = [];
	private readonly resized: ResizeObserver;
	private readonly recolour = (): void => this.u.redraw(false);
	private readonly kind: Kind;
	private readonly isSteps: boolean;
	private log = false;
	private u: uPlot;
	private data: Cells[];
	private marks: Mark[] = [];

	constructor(
		private readonly group: Group,
		private readonly o: PlotOptions,
	) {
		this.kind = (o.lines[0] as PlotLine).kind;
		this.isSteps = isSteps(this.kind);
		this.box = h("div", { class: "plot" }, this.told, this.when);
		this.data = [[], ...o.lines.flatMap(() => [[], [], []])];
		this.el = h(
			"figure",
			{ class: "chart kept" },
			h(
				"figcaption",
				null,
				h("span", { class: "title" }, o.title),
				h("span", { class: "unit" }, unitOf(this.kind)),
				h("span", { class: "gap" }),
				this.logButton(),
			),
			this.box,
			this.legend(),
		);
		this.u = this.make();
		this.resized = new ResizeObserver(() => this.resize());
		this.resized.observe(this.box);
		dark.addEventListener("change", this.recolour);
		group.charts.add(this);
	}

	// One answer a line, in their order; null: it could not be had.
	setHistories(all: (History | null)[]): void {
		const times = [...new Set(all.flatMap((x) => (x ? timesOf(x) : [])))].sort((a, b) => a - b);
		const at = new Map(times.map((t, i) => [t, i]));
		const columns: Cells[] = [times];
		all.forEach((x, i) => {
			const line = this.o.lines[i] as PlotLine;
			columns.push(
				spread(x, x && this.isSteps ? x.last : x?.avg, at),
				spread(x, line.band ? x?.min : undefined, at),
				spread(x, line.band ? x?.max : undefined, at),
			);
			this.showSummary(i, x);
		});
		this.data = columns;
		this.told.hidden = columns.slice(1).some((c) => c.some((y) => y !== null && y !== undefined));
		setText(this.told, "nothing is known of this time");
		this.u.setData(columns as uPlot.AlignedData, false);
		this.applyRange();
	}

	setProblem(text: string): void {
		this.told.hidden = false;
		setText(this.told, text);
	}

	setMarks(marks: Mark[]): void {
		this.marks = marks;
		this.u.redraw(false);
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

	// ---- what stands around it -----------------------------------------------------------------------------------

	private logButton(): Kid {
		if (!this.o.log) return null;
		const button = h(
			"button",
			{
				class: "quiet",
				type: "button",
				"aria-pressed": "false",
				title: "logarithmic axis",
				onclick: () => {
					this.log = !this.log;
					button.setAttribute("aria-pressed", String(this.log));
					this.u.destroy();
					this.u = this.make();
					this.resize();
					this.applyRange();
				},
			},
			"log",
		);
		return button;
	}

	private legend(): HTMLElement {
		const heads = HEADS.slice(0, this.isSteps ? N_OF_STEPS : undefined);
		const rows = this.o.lines.map((line) => {
			const cells = heads.map(([, key]) => h("td", { "data-key": key }));
			this.cells.push(cells);
			return h("tr", null, h("th", { scope: "row", class: "l" }, swatch(line), line.label), cells);
		});
		return h(
			"div",
			{ class: this.isSteps ? "legend steps" : "legend" },
			h(
				"table",
				{ "aria-label": this.o.title },
				h(
					"thead",
					null,
					h(
						"tr",
						null,
						h("td"),
						heads.map(([tip, key]) => h("th", { scope: "col", "data-key": key, "data-tip": tip }, key)),
					),
				),
				h("tbody", null, rows),
			),
		);
	}

	private showSummary(i: number, x: History | null): void {
		const { kind } = this.o.lines[i] as PlotLine;
		const s = x?.summary;
		const values = this.isSteps ? [s?.last, s?.min, s?.max] : [s?.last, s?.min, s?.max, s?.avg, s?.p95, s?.p99];
		values.forEach((y, c) => setText(this.cells[i]?.[c + 1] as HTMLElement, inColumn(kind, y)));
	}

	private readout(u: uPlot): void {
		const left = u.cursor.left ?? -1;
		const idx = left >= 0 ? (u.cursor.idx ?? null) : null;
		const t = idx === null ? null : this.data[0]?.[idx];
		this.o.lines.forEach((line, i) => {
			const y = idx === null ? null : this.data[1 + PER_LINE * i]?.[idx];
			setText(this.cells[i]?.[0] as HTMLElement, idx === null ? "" : inColumn(line.kind, y));
		});
		if (idx === null || t === null || t === undefined) {
			setText(this.when, "");
			return;
		}
		const near = this.marks.filter((m) => Math.abs(u.valToPos(m.time, "x") - left) <= NEAR_PX);
		const texts = near
			.slice(0, 3)
			.map((m) => h("span", { class: `mark-${m.level}` }, ` ${SIGN[m.level] ?? "▲"} ${m.text}`));
		const here = `${utc(t * 1000).slice(5, 16)} UTC${viewerIsUtc() ? "" : ` · ${local(t * 1000)} local`}`;
		fill(this.when, here, this.range(idx), texts);
	}

	// Of a single line, what it is there, and how far its band reaches.
	private range(idx: number): string {
		const [line] = this.o.lines;
		const mean = this.data[1]?.[idx];
		const min = this.data[2]?.[idx];
		const max = this.data[3]?.[idx];
		if (!line || this.o.lines.length > 1 || typeof mean !== "number") return "";
		const text = ` · ${quantity(line.kind, mean)}`;
		if (typeof min !== "number" || typeof max !== "number" || min === max) return text;
		return `${text} (${quantity(line.kind, min)} to ${quantity(line.kind, max)})`;
	}

	// ---- uPlot ---------------------------------------------------------------------------------------------------

	private resize(): void {
		const { clientWidth: width, clientHeight: height } = this.box;
		if (width > 0 && height > 0 && (width !== this.u.width || height !== this.u.height))
			this.u.setSize({ width, height });
	}

	private make(): uPlot {
		return new uPlot(this.options(), this.data as uPlot.AlignedData, this.box);
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
			width: this.box.clientWidth || 300,
			height: this.box.clientHeight || 160,
			padding: [10, 20, 0, 0],
			tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), "Etc/UTC"),
			legend: { show: false },
			cursor: {
				sync: { key: this.group.key, scales: ["x", null] },
				drag: { x: true, y: false, setScale: false },
				y: false,
				points: { size: 6 },
				bind: { dblclick: () => () => (this.o.onback(), null) },
			},
			scales: {
				x: { time: true, auto: false },
				y: { distr: this.log ? 3 : 1, range: (_u, min, max) => this.yRange(min, max) },
			},
			axes: [
				{ ...axis, size: 34, space: 70, values: (_u, splits, _i, _s, incr) => timeTicks(splits, incr) },
				{
					...axis,
					size: phone.matches ? 94 : 108,
					font: `${phone.matches ? 10 : 11}px system-ui, sans-serif`,
					space: this.isSteps ? 14 : 22,
					...(this.isSteps ? { splits: (_u, _i, min, max) => whole(min, max) } : {}),
					...(this.kind.unit === "polls" ? { splits: () => [0, 2, 4, 6, 8] } : {}),
					values: (_u, v) => {
						const most = Math.max(...v.map((x) => Math.abs(x ?? 0)));
						return v.map((x) => (x === null ? "" : this.tick(x, most)));
					},
				},
			],
			series: [{}, ...this.o.lines.flatMap((l) => this.series(l))],
			bands: this.o.lines.flatMap((l, i) =>
				l.band
					? [
							{
								series: [3 + PER_LINE * i, 2 + PER_LINE * i],
								fill: () => css(`${l.color}-area`),
							} as uPlot.Band,
						]
					: [],
			),
			hooks: {
				drawAxes: [(u) => !this.isSteps && drawZero(u)],
				draw: [(u) => this.drawMarks(u)],
				setCursor: [(u) => this.readout(u)],
				setSelect: [(u) => this.select(u)],
			},
		};
	}

	private series(l: PlotLine): uPlot.Series[] {
		const paths = this.isSteps && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {};
		const common = { spanGaps: false, points: { show: false }, ...paths };
		const edge = { ...common, width: 0, stroke: "transparent", label: "" };
		return [
			{
				...common,
				points: { show: true, size: 3, width: 0, fill: () => css(l.color), filter: alone },
				label: l.label,
				stroke: () => css(l.color),
				width: 1.5,
				...(l.dash ? { dash: l.dash } : {}),
			},
			edge,
			edge,
		];
	}

	private tick(x: number, most: number): string {
		if (!this.isSteps) return atAxis(this.kind, x, most);
		return this.kind.steps ? (this.kind.steps[x - this.kind.first_step] ?? "") : String(x);
	}

	private yRange(min: number | null, max: number | null): [number, number] {
		const { steps, first_step } = this.kind;
		if (steps) return [first_step - 0.4, first_step + steps.length - 0.6];
		if (this.isSteps) return [Math.floor(min ?? 1) - 0.6, Math.ceil(max ?? 1) + 0.6];
		if (this.kind.unit === "polls") return [0, 8.4];
		if (this.log) {
			const lo = min !== null && min > 0 ? min : 1e-6;
			return [10 ** Math.floor(Math.log10(lo)), 10 ** Math.ceil(Math.log10(Math.max(max ?? 0, lo * 1.01)))];
		}
		const lo = this.o.zero ? Math.min(0, min ?? 0) : (min ?? 0);
		const hi = this.o.zero ? Math.max(0, max ?? 1) : (max ?? 1);
		if (lo === 0 && hi === 0) return [0, this.kind.unit === "s" ? 1e-6 : 1];
		const room = hi > lo ? (hi - lo) * 0.08 : Math.abs(hi) * 0.1 || 1;
		return [lo === 0 && this.o.zero ? 0 : lo - room, hi === 0 && this.o.zero ? 0 : hi + room];
	}

	private select(u: uPlot): void {
		if (u.select.width < 4) return;
		const from = u.posToVal(u.select.left, "x");
		const to = u.posToVal(u.select.left + u.select.width, "x");
		u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
		this.o.onselect(from, to);
	}

	// A line and a sign: full for what came, hollow for what is over.
	private drawMarks(u: uPlot): void {
		const { ctx } = u;
		const { left, top, width, height } = u.bbox;
		const k = devicePixelRatio;
		ctx.save();
		for (const m of this.marks) {
			const x = Math.round(u.valToPos(m.time, "x", true));
			if (x < left || x > left + width) continue;
			ctx.strokeStyle = ctx.fillStyle = css(MARK_COLOR[m.level] ?? "amber");
			ctx.lineWidth = k;
			ctx.setLineDash([3 * k, 3 * k]);
			ctx.beginPath();
			ctx.moveTo(x, top);
			ctx.lineTo(x, top + height);
			ctx.stroke();
			ctx.setLineDash([]);
			sign(ctx, m.level, x, top, SIGN_PX * k);
		}
		ctx.restore();
	}
}

// A value between gaps has no line to stand on, so it is a dot.
function alone(u: uPlot, series: number, show: boolean): number[] | null {
	const column = u.data[series] ?? [];
	const known = (i: number): boolean => column[i] !== null && column[i] !== undefined;
	const out: number[] = [];
	if (show) column.forEach((_, i) => known(i) && !known(i - 1) && !known(i + 1) && out.push(i));
	return out;
}

const SIGN: Readonly<Record<string, string>> = { ok: "○", warn: "▲", critical: "◆" };

function sign(ctx: CanvasRenderingContext2D, level: string, x: number, y: number, r: number): void {
	ctx.beginPath();
	if (level === "ok") {
		ctx.arc(x, y, r, 0, 2 * Math.PI);
		ctx.fillStyle = css("bg");
	} else if (level === "critical") {
		ctx.moveTo(x, y - r);
		ctx.lineTo(x + r, y);
		ctx.lineTo(x, y + r);
		ctx.lineTo(x - r, y);
	} else {
		ctx.moveTo(x, y - r);
		ctx.lineTo(x + r, y + r);
		ctx.lineTo(x - r, y + r);
	}
	ctx.closePath();
	ctx.fill();
	ctx.stroke();
}

function drawZero(u: uPlot): void {
	const { min, max } = u.scales["y"] ?? {};
	if (min === undefined || max === undefined || min >= 0 || max <= 0) return;
	const { ctx, bbox } = u;
	const y = Math.round(u.valToPos(0, "y", true)) + 0.5;
	ctx.save();
	ctx.strokeStyle = css("muted");
	ctx.lineWidth = devicePixelRatio;
	ctx.beginPath();
	ctx.moveTo(bbox.left, y);
	ctx.lineTo(bbox.left + bbox.width, y);
	ctx.stroke();
	ctx.restore();
}

// Steps without names are whole numbers: the stratum.
export function isSteps(k: Kind): boolean {
	return k.steps !== null || k.series === "stratum" || k.series === "refclock_substate" || k.series === "result";
}

function whole(min: number, max: number): number[] {
	const out: number[] = [];
	for (let x = Math.ceil(min); x <= max && out.length < 20; x++) out.push(x);
	return out;
}

function timesOf(x: History): number[] {
	const start = Date.parse(x.start.replace(/(\.\d{3})\d*/, "$1")) / 1000;
	return x.avg.map((_, i) => Math.round((start + i * x.width_s) * 1000) / 1000);
}

// undefined: this line has no point there, which is no gap; null: it has one and nothing is known.
function spread(x: History | null, column: Cells | undefined, at: Map<number, number>): Cells {
	const out: Cells = new Array<undefined>(at.size).fill(undefined);
	if (x && column)
		timesOf(x).forEach((t, i) => {
			out[at.get(t) as number] = column[i];
		});
	return out;
}

function swatch(l: PlotLine): SVGElement {
	const at = { x1: 0, x2: 18, y1: 4, y2: 4, "stroke-width": 2 };
	return svg(
		"svg",
		{ class: `swatch c-${l.color}`, viewBox: "0 0 18 8", "aria-hidden": "true" },
		svg("line", l.dash ? { ...at, "stroke-dasharray": l.dash.join(" ") } : at),
	);
}
