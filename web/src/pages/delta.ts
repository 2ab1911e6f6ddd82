// SPDX-License-Identifier: GPL-3.0-or-later
//
// Delta time: how long our answers took, each of the recent ones, percentiles over time, against load, and the worst.
import { Chart, Group } from "../chart.ts";
import { h } from "../dom.ts";
import { onPulse } from "../events.ts";
import { count, delta as time, millis, rate, short } from "../format.ts";
import { poll } from "../poll.ts";
import type { Params, View } from "../router.ts";
import { Stats } from "../stats.ts";
import { Timeline } from "../timeline.ts";
import type { Exchange, Exchanges, Series } from "../types.ts";
import { WorstSection } from "../worst.ts";

const DOTS = 4000;
const LEVELS = 40;

export function delta(params: Params): View {
	const stats = new Stats([
		["p50", "p50", "", "half of the answers of the last whole minute took no longer"],
		["p90", "p90", "", "90 of 100 took no longer"],
		["p99", "p99", "", "99 of 100 took no longer"],
		["max", "max", "", "the slowest"],
		["n", "answers", "", "answered exchanges in that time"],
	]);
	const timeline = new Timeline(params);
	const single = new Group(timeline.group.key);
	const byLoad = new Group();
	const dots = new Chart(single, {
		title: "each of the latest exchanges",
		value: time,
		log: true,
		note: "One dot an exchange, as in Wireshark's IO graph of ntp.delta_time.",
		lines: [{ key: "delta", label: "delta", color: "accent", points: true }],
	});
	const load = new Chart(byLoad, {
		title: "delta against load",
		value: time,
		log: true,
		x: rate,
		xUnit: "requests/s",
		note: "The stretch above in levels of requests per second: of each the middle p50 and p99, and the greatest max.",
		lines: [
			{ key: "p50", label: "p50", color: "accent", width: 2 },
			{ key: "p99", label: "p99", color: "strong", dash: [4, 3] },
			{ key: "max", label: "max", color: "muted", points: true },
		],
	});
	const worst = new WorstSection(params);
	timeline.onSeries((s) => showLoad(load, byLoad, s));
	const offs = [
		onPulse(({ delta: d }) => {
			stats.set("p50", time(d?.p50_s));
			stats.set("p90", time(d?.p90_s));
			stats.set("p99", time(d?.p99_s));
			stats.set("max", time(d?.max_s));
			stats.set("n", count(d?.n));
		}),
		poll<Exchanges>("exchanges", { limit: DOTS }, 5000, (x) => showDots(dots, single, x.exchanges)),
	];
	return {
		el: h(
			"div",
			{ class: "stack" },
			stats.el,
			timeline.el,
			h(
				"div",
				{ class: "charts" },
				timeline.chart(
					{
						title: "percentiles",
						value: time,
						log: true,
						lines: [
							{ key: "p50", label: "p50", color: "accent", width: 2 },
							{ key: "p90", label: "p90", color: "accent", dash: [4, 3] },
							{ key: "p99", label: "p99", color: "strong", dash: [2, 2] },
							{ key: "max", label: "max", color: "muted", points: true },
						],
						note: "Where a point stands for several: the middle of their percentiles, the greatest max.",
					},
					(b) => [
						b.middle("delta_p50_s"),
						b.middle("delta_p90_s"),
						b.middle("delta_p99_s"),
						b.greatest("delta_max_s"),
					],
				),
				timeline.chart(
					{
						title: "requests per second",
						value: rate,
						axis: short,
						lines: [
							{ key: "requests", label: "mean", color: "accent", area: true },
							{ key: "peak", label: "busiest", color: "muted", width: 1 },
						],
					},
					(b) => [b.perSecond("requests"), b.peak("requests")],
				),
				dots.el,
				load.el,
			),
			worst.el,
		),
		setParams: (p) => {
			timeline.setParams(p);
			worst.setParams(p);
		},
		destroy: () => {
			for (const f of offs) f();
			timeline.destroy();
			worst.destroy();
			single.destroy();
			byLoad.destroy();
		},
	};
}

function showDots(chart: Chart, group: Group, list: Exchange[]): void {
	const points = list
		.filter((x) => x.delta_s !== null)
		.map((x) => [(millis(x.response_time) ?? 0) / 1000, x.delta_s as number] as const)
		.sort((a, b) => a[0] - b[0]);
	const first = points[0]?.[0];
	const last = points.at(-1)?.[0];
	if (first !== undefined && last !== undefined) group.setWindow(first, Math.max(last, first + 1));
	chart.setData([points.map((p) => p[0]), points.map((p) => p[1])]);
}

function middle(sorted: number[]): number | null {
	return sorted[Math.floor(sorted.length / 2)] ?? null;
}

function showLoad(chart: Chart, group: Group, s: Series): void {
	const points: { load: number; p50: number; p99: number; max: number }[] = [];
	s.columns.time_s.forEach((_, i) => {
		const p50 = s.columns["delta_p50_s"]?.[i];
		const p99 = s.columns["delta_p99_s"]?.[i];
		const max = s.columns["delta_max_s"]?.[i];
		if (typeof p50 === "number" && typeof p99 === "number" && typeof max === "number")
			points.push({ load: (s.columns["requests"]?.[i] ?? 0) / s.width_s, p50, p99, max });
	});
	const least = Math.min(...points.map((p) => p.load));
	const most = Math.max(...points.map((p) => p.load));
	const width = Math.max((most - least) / LEVELS, 1 / s.width_s);
	const levels: (typeof points)[] = [];
	for (const p of points) (levels[Math.floor((p.load - least) / width)] ??= []).push(p);
	const x: number[] = [];
	const lines: (number | null)[][] = [[], [], []];
	levels.forEach((level, i) => {
		x.push(least + (i + 0.5) * width);
		const sorted = (key: "p50" | "p99"): number[] => level.map((p) => p[key]).sort((a, b) => a - b);
		lines[0]?.push(middle(sorted("p50")));
		lines[1]?.push(middle(sorted("p99")));
		lines[2]?.push(Math.max(...level.map((p) => p.max)));
	});
	if (x.length) group.setWindow(Math.max(0, least - width), most + width);
	chart.setData([x, ...lines]);
}
