// SPDX-License-Identifier: GPL-3.0-or-later
//
// The last day of a series in the space of a word: mean, band, and where zero is.
import { h } from "./dom.ts";
import { history } from "./history.ts";
import { quantity } from "./quantity.ts";
import { svg } from "./svg.ts";
import type { History } from "./watched.ts";

const W = 110;
const H = 18;
const DAY = 86_400;
const BUCKETS = 96;
const GOOD_FOR_S = 300;
const DRAWN_MS = 200;

type Got = History | "waiting" | "failed";
const got = new Map<string, Got>();

// What is known by now; ask() brings more.
export function spark(name: string, series: string): HTMLElement {
	const x = got.get(key(name, series));
	const el = h("span", { class: "spark", "data-name": name, "data-series": series });
	if (x && typeof x !== "string") el.append(picture(x));
	return el;
}

function key(name: string, series: string): string {
	return JSON.stringify([name, series]);
}

// Of those in sight, what is not known yet or old; drawn() when something came.
export class Sparks {
	private readonly control = new AbortController();
	private readonly asked = new Map<string, number>();
	private readonly seen: IntersectionObserver;
	private timer = 0;

	constructor(private readonly drawn: () => void) {
		this.seen = new IntersectionObserver((all) => {
			for (const e of all) if (e.isIntersecting) void this.ask(e.target as HTMLElement);
		});
	}

	watch(root: HTMLElement): void {
		this.seen.disconnect();
		for (const el of root.querySelectorAll<HTMLElement>(".spark")) this.seen.observe(el);
	}

	destroy(): void {
		this.control.abort();
		clearTimeout(this.timer);
		this.seen.disconnect();
	}

	private async ask(el: HTMLElement): Promise<void> {
		const name = el.dataset["name"] ?? "";
		const series = el.dataset["series"] ?? "";
		const k = key(name, series);
		if (!series || Date.now() - (this.asked.get(k) ?? 0) < GOOD_FOR_S * 1000) return;
		this.asked.set(k, Date.now());
		try {
			const x = await history(
				{ name, series, from: -DAY, to: null, most: BUCKETS },
				GOOD_FOR_S,
				this.control.signal,
			);
			got.set(k, x);
		} catch {
			if (!got.has(k)) got.set(k, "failed");
		}
		// Many come one after the other.
		if (!this.control.signal.aborted)
			this.timer ||= window.setTimeout(() => ((this.timer = 0), this.drawn()), DRAWN_MS);
	}
}

function picture(x: History): SVGElement {
	const known = [...x.min, ...x.max].filter((y) => y !== null);
	if (known.length === 0) return svg("svg", { class: "sparkline", viewBox: `0 0 ${W} ${H}` });
	const lo = Math.min(0, ...known);
	const hi = Math.max(0, ...known);
	const at = (i: number): string => ((i / Math.max(1, x.n - 1)) * W).toFixed(1);
	const up = (y: number): string => (H - 1 - ((y - lo) / (hi - lo || 1)) * (H - 2)).toFixed(1);
	const kids = [svg("line", { class: "zero", x1: 0, x2: W, y1: up(0), y2: up(0) })];
	for (const [from, to] of runs(x.avg)) {
		const is = Array.from({ length: to - from }, (_, i) => from + i);
		const top = is.map((i) => `${at(i)},${up(x.max[i] ?? 0)}`);
		const bottom = is.map((i) => `${at(i)},${up(x.min[i] ?? 0)}`).reverse();
		kids.push(svg("polygon", { class: "band", points: [...top, ...bottom].join(" ") }));
		kids.push(
			svg("polyline", {
				class: "line",
				points: [...is, to - 1].map((i) => `${at(i)},${up(x.avg[i] ?? 0)}`).join(" "),
			}),
		);
	}
	return svg(
		"svg",
		{
			class: "sparkline",
			viewBox: `0 0 ${W} ${H}`,
			role: "img",
			"aria-label": `last day, ${quantity(x, x.summary.min)} to ${quantity(x, x.summary.max)}`,
			"data-tip": `last day: ${quantity(x, x.summary.min)} to ${quantity(x, x.summary.max)}, average ${quantity(x, x.summary.avg)}`,
		},
		...kids,
	);
}

// Stretches without a gap: [from, to)
function runs(column: (number | null)[]): [number, number][] {
	const out: [number, number][] = [];
	let from = -1;
	column.forEach((y, i) => {
		if (y !== null && from < 0) from = i;
		if (y === null && from >= 0) {
			out.push([from, i]);
			from = -1;
		}
	});
	if (from >= 0) out.push([from, column.length]);
	return out;
}
