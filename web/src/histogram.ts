// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bars over bins of unequal width, which the labels below name.
import { h } from "./dom.ts";
import { count, every } from "./format.ts";
import { svg } from "./svg.ts";

const LABEL = 44; // room for one
const WIDTH = 400;
const HEIGHT = 90;
const BASE = 74;

export function histogram(bins: { from_s: number; to_s: number; n: number }[]): HTMLElement {
	const most = Math.max(1, ...bins.map((b) => b.n));
	const step = Math.min(24, WIDTH / bins.length);
	const pic = svg("svg", {
		viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
		class: "bars",
		role: "img",
		"aria-label": "histogram of intervals",
	});
	bins.forEach((b, i) => {
		const tall = b.n === 0 ? 0 : Math.max(1.5, ((BASE - 12) * b.n) / most);
		const x = i * step;
		pic.appendChild(
			svg("rect", { class: "bar", x: x + 1, y: BASE - tall, width: Math.max(1, step - 2), height: tall }),
		);
		pic.appendChild(
			svg("rect", {
				class: "hit",
				x,
				y: 0,
				width: step,
				height: BASE,
				"data-tip": `${every(b.from_s)} to ${every(b.to_s)}: ${count(b.n)}`,
			}),
		);
	});
	pic.appendChild(
		svg("line", {
			class: "base",
			x1: 0,
			x2: Math.max(WIDTH / 2, bins.length * step),
			y1: BASE + 0.5,
			y2: BASE + 0.5,
		}),
	);
	const labels = Math.max(Math.ceil(bins.length / 5), Math.ceil(LABEL / step));
	bins.forEach((b, i) => {
		if (i % labels === 0) pic.appendChild(svg("text", { x: i * step, y: HEIGHT - 3 }, every(b.from_s)));
	});
	pic.appendChild(svg("text", { x: 0, y: 9 }, `most: ${count(most)}`));
	return h("div", { class: "histogram" }, pic);
}
