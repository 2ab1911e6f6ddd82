// SPDX-License-Identifier: GPL-3.0-or-later
//
// A row of large figures, each with its unit and what it is.
import { h, setText } from "./dom.ts";
import { DASH } from "./format.ts";

type StatSpec = readonly [key: string, label: string, unit: string, tip: string];

export class Stats {
	readonly el: HTMLElement;
	private readonly values = new Map<string, HTMLElement>();

	constructor(specs: readonly StatSpec[]) {
		this.el = h(
			"dl",
			{ class: "stats" },
			specs.map(([key, label, unit, tip]) => {
				const value = h("span", { class: "n" }, DASH);
				this.values.set(key, value);
				return h(
					"div",
					{ class: "stat", "data-tip": tip, "data-key": key },
					h(
						"dd",
						null,
						value,
						unit ? h("span", { class: "unit" }, unit.startsWith("/") ? unit : ` ${unit}`) : null,
					),
					h("dt", null, label),
				);
			}),
		);
	}

	set(key: string, text: string): void {
		const el = this.values.get(key);
		if (el) setText(el, text);
	}
}
