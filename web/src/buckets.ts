// SPDX-License-Identifier: GPL-3.0-or-later
//
// A series has a point a second, a graph some hundred pixels: points are summed up in buckets as wide as the
// stretch in sight needs, so that zooming in shows more.  Nothing is left out: beside means stands the greatest.
import type { Series } from "./types.ts";

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const POINTS = 360;

export type Numbers = (number | null)[];

export function stepFor(range_s: number, width_s: number): number {
	return STEPS_S.find((s) => s >= width_s && range_s / s <= POINTS) ?? 14_400;
}

export class Buckets {
	readonly times: number[] = [];
	private readonly from: number[] = []; // bucket i holds the points from[i] to from[i + 1] - 1

	constructor(
		private readonly series: Series,
		readonly step_s: number,
	) {
		series.columns.time_s.forEach((t, i) => {
			const start = Math.floor(t / step_s) * step_s;
			if (this.times.at(-1) === start) return;
			this.times.push(start);
			this.from.push(i);
		});
		this.from.push(series.n);
	}

	perSecond(name: string): Numbers {
		return this.each(name, (xs) => sum(xs) / (xs.length * this.series.width_s));
	}

	// The busiest point in the bucket, per second.
	peak(name: string): Numbers {
		return this.each(name, (xs) => Math.max(...xs) / this.series.width_s);
	}

	greatest(name: string): Numbers {
		return this.each(name, (xs) => Math.max(...xs));
	}

	middle(name: string): Numbers {
		return this.each(name, (xs) => xs.sort((a, b) => a - b)[xs.length >> 1] ?? null);
	}

	last(name: string): Numbers {
		return this.each(name, (xs) => xs.at(-1) ?? null);
	}

	private each(name: string, f: (xs: number[]) => number | null): Numbers {
		const column = this.series.columns[name] ?? [];
		return this.times.map((_, i) => {
			const xs = column.slice(this.from[i], this.from[i + 1]).filter((x) => x !== null);
			return xs.length ? f(xs) : null;
		});
	}
}

function sum(xs: number[]): number {
	return xs.reduce((a, b) => a + b, 0);
}
