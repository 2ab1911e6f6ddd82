// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a receiver says of itself now: figures, satellites in the sky, their signals.
import { h, type Kid } from "./dom.ts";
import { DASH } from "./format.ts";
import { quantity, stepName } from "./quantity.ts";
import { svg } from "./svg.ts";
import { Table } from "./table.ts";
import { inOrder, type Kind, type Part, type Satellite } from "./watched.ts";

// ---- figures ---------------------------------------------------------------------------------------------------------

// Steps that are as they should be; what is in none of these is worth a look.
const GOOD: Readonly<Record<string, readonly number[]>> = {
	leap: [0, 1, 2],
	clock_event: [0],
	gps_mode: [3],
	refclock_state: [1],
	ntp_state: [2],
	fans_failed: [0],
	supplies_down: [0],
	result: [0],
};

// In words where a number has a name, with a meter where it is a part of a hundred.
export function figures(parts: Part[], kinds: Kind[], only?: (k: Kind) => boolean): HTMLElement {
	const seen = new Map<string, number>();
	for (const p of inOrder(parts))
		for (const [series, x] of Object.entries(p.values)) if (x !== null && !seen.has(series)) seen.set(series, x);
	const known = kinds.filter((k) => seen.has(k.series) && (!only || only(k)));
	return h(
		"dl",
		{ class: "figures" },
		known.map((k) => figure(k, seen.get(k.series) as number)),
	);
}

function figure(k: Kind, x: number): HTMLElement {
	const good = GOOD[k.series];
	const bad = good !== undefined && !good.includes(Math.round(x));
	const text = k.steps ? stepName(k, x) : quantity(k, x);
	return h(
		"div",
		{ class: bad ? "figure bad" : "figure", "data-series": k.series },
		h(
			"dd",
			null,
			bad ? h("span", { class: "sign", "aria-hidden": "true" }, "▲ ") : null,
			text,
			k.unit === "percent" ? meter(x) : null,
		),
		h("dt", null, k.title),
	);
}

function meter(x: number): SVGElement {
	const w = Math.max(0, Math.min(100, x));
	return svg(
		"svg",
		{ class: "meter", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
		svg("rect", { class: "of", x: 0, y: 0, width: 100, height: 6 }),
		svg("rect", { class: "is", x: 0, y: 0, width: w, height: 6 }),
	);
}

// ---- satellites ------------------------------------------------------------------------------------------------------

interface Gnss {
	name: string;
	letter: string; // as RINEX has them
	shape: string; // a path around 0 0, some 10 wide
}

const SHAPES = {
	circle: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
	square: "M-4.5 -4.5h9v9h-9Z",
	up: "M0 -5.5L5.5 4.5H-5.5Z",
	down: "M0 5.5L5.5 -4.5H-5.5Z",
	diamond: "M0 -6L6 0L0 6L-6 0Z",
	cross: "M-2 -5.5h4v3.5h3.5v4h-3.5v3.5h-4v-3.5h-3.5v-4h3.5Z",
	hexagon: "M-5 -3L0 -6L5 -3V3L0 6L-5 3Z",
	star: "M0 -6L1.6 -2L6 -1.8L2.6 1L3.8 5.4L0 3L-3.8 5.4L-2.6 1L-6 -1.8L-1.6 -2Z",
};

const GNSS: Readonly<Record<number, Gnss>> = {
	0: { name: "GPS", letter: "G", shape: SHAPES.circle },
	1: { name: "SBAS", letter: "S", shape: SHAPES.square },
	2: { name: "Galileo", letter: "E", shape: SHAPES.up },
	3: { name: "BeiDou", letter: "C", shape: SHAPES.diamond },
	5: { name: "QZSS", letter: "J", shape: SHAPES.star },
	6: { name: "GLONASS", letter: "R", shape: SHAPES.down },
	7: { name: "NavIC", letter: "I", shape: SHAPES.hexagon },
};
const OTHER: Gnss = { name: "another", letter: "?", shape: SHAPES.cross };

function gnssOf(s: Satellite): Gnss {
	return GNSS[s.gnss] ?? OTHER;
}

function idOf(s: Satellite): string {
	return `${gnssOf(s).letter}${s.prn}`;
}

function tipOf(s: Satellite): string {
	const where =
		s.azimuth_deg === null || s.elevation_deg === null
			? "not known where"
			: `elevation ${Math.round(s.elevation_deg)}°, azimuth ${Math.round(s.azimuth_deg)}°`;
	const snr = s.snr_dbhz === null ? "no signal" : `${s.snr_dbhz.toFixed(0)} dBHz`;
	return `${gnssOf(s).name} ${s.prn}: ${s.used ? "used" : "not used"}\n${where}\n${snr}`;
}

function sorted(all: Satellite[]): Satellite[] {
	return [...all].sort((a, b) => a.gnss - b.gnss || a.prn - b.prn);
}

const SKY = 100; // radius of the horizon
const TURN = Math.PI / 180;

// The zenith is in the middle, north is up, east on the right, as on a compass.
function place(azimuth: number, elevation: number): [number, number] {
	const r = (SKY * (90 - Math.max(0, elevation))) / 90;
	return [r * Math.sin(azimuth * TURN), -r * Math.cos(azimuth * TURN)];
}

interface Label extends Record<string, string | number> {
	x: number;
	y: number;
	"text-anchor": string;
}

const SIDES: readonly Label[] = [
	{ x: 7.5, y: 3, "text-anchor": "start" },
	{ x: -7.5, y: 3, "text-anchor": "end" },
	{ x: 0, y: 14, "text-anchor": "middle" },
	{ x: 0, y: -7.5, "text-anchor": "middle" },
	{ x: 6, y: -5, "text-anchor": "start" },
	{ x: 6, y: 11, "text-anchor": "start" },
	{ x: -6, y: -5, "text-anchor": "end" },
	{ x: -6, y: 11, "text-anchor": "end" },
];
type Box = readonly [left: number, top: number, right: number, bottom: number];

function boxOf([x, y]: readonly [number, number], side: Label, text: string): Box {
	const wide = 5.6 * text.length;
	const left = x + side.x - (side["text-anchor"] === "end" ? wide : side["text-anchor"] === "middle" ? wide / 2 : 0);
	return [left, y + side.y - 8, left + wide, y + side.y + 1];
}

function common(a: Box, b: Box): number {
	const wide = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
	const high = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
	return wide > 0 && high > 0 ? wide * high : 0;
}

// Each name stands where it covers the least of the marks and of the names before it.
function labels(spots: (readonly [number, number])[], texts: string[]): Label[] {
	const taken: Box[] = spots.map(([x, y]) => [x - 5.5, y - 5.5, x + 5.5, y + 5.5]);
	const poles: Box[] = [
		[-119, -6, -104, 8],
		[104, -6, 119, 8],
		[-6, -116, 6, -102],
		[-6, 102, 6, 116],
	];
	taken.push(...poles);
	return spots.map((spot, i) => {
		const text = texts[i] as string;
		const costs = SIDES.map((side) => {
			const box = boxOf(spot, side, text);
			return taken.reduce((sum, other) => sum + common(box, other), 0);
		});
		const best = SIDES[costs.indexOf(Math.min(...costs))] as Label;
		taken.push(boxOf(spot, best, text));
		return best;
	});
}

function sky(all: Satellite[]): SVGElement {
	const placed = all
		.filter((s) => s.azimuth_deg !== null && s.elevation_deg !== null)
		.sort((a, b) => Number(a.used) - Number(b.used));
	const rings = [0, 30, 60].map((e) => svg("circle", { class: "ring", cx: 0, cy: 0, r: (SKY * (90 - e)) / 90 }));
	const spokes = [0, 45, 90, 135].map((a) => {
		const [x, y] = place(a, 0);
		return svg("line", { class: "spoke", x1: -x, y1: -y, x2: x, y2: y });
	});
	const names = (["N", "E", "S", "W"] as const).map((text, i) => {
		const [x, y] = place(i * 90, -0);
		return svg("text", { class: "pole", x: x * 1.09, y: y * 1.09 + 4 }, text);
	});
	const heights = [30, 60].map((e) => svg("text", { class: "height", x: 2, y: (-SKY * (90 - e)) / 90 - 2 }, `${e}°`));
	const spots = placed.map((s) => place(s.azimuth_deg as number, s.elevation_deg as number));
	const sides = labels(spots, placed.map(idOf));
	const marks = placed.map((s, i) => {
		const [x, y] = spots[i] as [number, number];
		return svg(
			"g",
			{
				transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
				"data-tip": tipOf(s),
				class: s.used ? "sat used" : "sat",
			},
			svg("circle", { class: "hit", r: 9 }),
			svg("path", { d: gnssOf(s).shape }),
			svg("text", sides[i] as Label, idOf(s)),
		);
	});
	return svg(
		"svg",
		{
			class: "sky",
			viewBox: "-122 -116 244 232",
			role: "img",
			"aria-label": `satellites in the sky: ${placed.length}`,
		},
		...rings,
		...spokes,
		...heights,
		...names,
		...marks,
	);
}

const BAR = 26;
const TALL = 110;
const MOST_DBHZ = 55;

function signals(all: Satellite[]): SVGElement {
	const up = (x: number): number => (TALL * Math.min(x, MOST_DBHZ)) / MOST_DBHZ;
	const width = 30 + BAR * all.length;
	const grid = [0, 20, 40].flatMap((x) => [
		svg("line", { class: "ring", x1: 26, x2: width, y1: TALL - up(x) + 10.5, y2: TALL - up(x) + 10.5 }),
		svg("text", { class: "height", x: 22, y: TALL - up(x) + 14, "text-anchor": "end" }, String(x)),
	]);
	const bars = all.map((s, i) =>
		svg(
			"g",
			{ transform: `translate(${30 + i * BAR} 10)`, "data-tip": tipOf(s), class: s.used ? "sat used" : "sat" },
			svg("rect", { class: "hit", x: 0, y: 0, width: BAR, height: TALL + 26 }),
			svg("rect", {
				class: "snr",
				x: 4.5,
				y: TALL - up(s.snr_dbhz ?? 0),
				width: BAR - 9,
				height: up(s.snr_dbhz ?? 0),
			}),
			svg("text", { x: BAR / 2, y: TALL + 13, "text-anchor": "middle" }, idOf(s)),
		),
	);
	return svg(
		"svg",
		{
			class: "snrs",
			viewBox: `0 0 ${width} ${TALL + 30}`,
			width,
			height: TALL + 30,
			role: "img",
			"aria-label": "signals in dBHz",
		},
		...grid,
		...bars,
	);
}

export function satellites(all: Satellite[]): HTMLElement {
	const list = sorted(all);
	const there = [...new Set(list.map(gnssOf))];
	const key = (shape: string, used: boolean): SVGElement =>
		svg(
			"svg",
			{ class: "satkey", viewBox: "-7 -7 14 14", "aria-hidden": "true" },
			svg("g", { class: used ? "sat used" : "sat" }, svg("path", { d: shape })),
		);
	const count = (g: Gnss): string => {
		const mine = list.filter((s) => gnssOf(s) === g);
		return `${g.name} ${mine.filter((s) => s.used).length} of ${mine.length}`;
	};
	return h(
		"div",
		{ class: "satellites" },
		h(
			"figure",
			null,
			h("figcaption", null, h("span", { class: "title" }, "sky")),
			sky(list),
			h(
				"p",
				{ class: "satkeys" },
				there.map((g) => h("span", null, key(g.shape, true), count(g))),
				h("span", null, key(SHAPES.circle, true), "used"),
				h("span", null, key(SHAPES.circle, false), "in view"),
			),
		),
		h(
			"figure",
			{ class: "signals" },
			h("figcaption", null, h("span", { class: "title" }, "signal"), h("span", { class: "unit" }, "dBHz")),
			h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "signals" }, signals(list)),
			satelliteTable(list),
		),
	);
}

function satelliteTable(list: Satellite[]): HTMLElement {
	const table = new Table<Satellite>("satellites", [
		{ label: "satellite", left: true, cell: idOf, by: (s) => s.gnss * 1000 + s.prn },
		{ label: "system", left: true, minor: true, cell: (s) => gnssOf(s).name },
		{ label: "used", left: true, cell: (s) => (s.used ? "✓ used" : "in view"), by: (s) => Number(s.used) },
		{ label: "elevation", unit: "°", cell: (s) => whole(s.elevation_deg), by: (s) => s.elevation_deg },
		{ label: "azimuth", unit: "°", cell: (s) => whole(s.azimuth_deg), by: (s) => s.azimuth_deg },
		{ label: "signal", unit: "dBHz", cell: (s) => whole(s.snr_dbhz), by: (s) => s.snr_dbhz },
	]);
	table.set(list);
	return table.el;
}

function whole(x: number | null): string {
	return x === null ? DASH : x.toFixed(0);
}

// ---- what it says in words -------------------------------------------------------------------------------------------

const LONG = /^(telegram|timecode|refclock_states|refclock_status)$/;

export function factList(parts: Part[]): Kid {
	const all = new Map<string, Map<string, string[]>>(); // name, text, who says so
	for (const p of inOrder(parts))
		for (const [name, text] of Object.entries(p.facts)) {
			const texts = all.get(name) ?? new Map<string, string[]>();
			texts.set(text, [...(texts.get(text) ?? []), p.via]);
			all.set(name, texts);
		}
	return h(
		"dl",
		{ class: "rows words" },
		[...all].flatMap(([name, texts]) =>
			[...texts].map(([text, vias]) =>
				h(
					"div",
					null,
					h(
						"dt",
						null,
						name.replace(/_/g, " "),
						texts.size > 1 ? h("span", { class: "hint" }, ` · ${vias.join(", ")}`) : null,
					),
					h("dd", { class: LONG.test(name) ? "telegram" : "" }, text || DASH),
				),
			),
		),
	);
}
