// SPDX-License-Identifier: GPL-3.0-or-later
//
// The slowest exchanges: of the latest packets with all that is known of them, of the last hour, day or all time with
// what is kept of each.
import { at, clientLink } from "./cells.ts";
import { h, setAttr, setText } from "./dom.ts";
import { exchangeTable } from "./exchanges.ts";
import { DASH, delta, utc } from "./format.ts";
import { poll } from "./poll.ts";
import { setParam, type Params } from "./router.ts";
import { Table } from "./table.ts";
import type { Exchanges, Slow, Worst } from "./types.ts";

const SPANS = [
	["latest", "latest packets"],
	["hour", "last hour"],
	["day", "last day"],
	["all", "all"],
] as const;
const DEFAULT = "hour";
const EACH_MS = 5000;

type Span = (typeof SPANS)[number][0];

function slowTable(): Table<Slow> {
	return new Table<Slow>(
		"slowest exchanges",
		[
			{
				label: "time",
				unit: "UTC",
				left: true,
				cell: (x) => at(x.request_time, 6),
				by: (x) => x.request_time,
				wraps: true,
			},
			{ label: "delta", cell: (x) => delta(x.delta_s), by: (x) => x.delta_s, tip: "response minus request" },
			{
				label: "client",
				left: true,
				cell: (x) => clientLink(x.client, x.name),
				by: (x) => x.client,
				wraps: true,
			},
			{ label: "name", left: true, cell: (x) => x.name ?? DASH, by: (x) => x.name, minor: true },
			{ label: "server", left: true, cell: (x) => x.server ?? "others", by: (x) => x.server, minor: true },
		],
		"no answers in that time",
	);
}

export class WorstSection {
	readonly el: HTMLElement;
	private readonly latest = exchangeTable(true);
	private readonly slow = slowTable();
	private readonly note = h("span", { class: "hint" });
	private readonly buttons = SPANS.map(([span, text]) =>
		h(
			"button",
			{ type: "button", "data-span": span, onclick: () => setParam("worst", span === DEFAULT ? null : span) },
			text,
		),
	);
	private span: Span | null = null;
	private off = (): void => undefined;

	constructor(params: Params) {
		this.el = h(
			"section",
			{ class: "worst" },
			h("h2", null, "Worst exchanges"),
			h(
				"div",
				{ class: "bar" },
				h("div", { class: "choice", role: "group", "aria-label": "worst exchanges of" }, this.buttons),
				this.note,
			),
			this.latest.el,
			this.slow.el,
		);
		this.setParams(params);
	}

	setParams(params: Params): void {
		const span = SPANS.find(([s]) => s === params.get("worst"))?.[0] ?? DEFAULT;
		if (span === this.span) return;
		this.span = span;
		this.buttons.forEach((b) => setAttr(b, "aria-pressed", String(b.dataset.span === span)));
		this.latest.el.hidden = span !== "latest";
		this.slow.el.hidden = span === "latest";
		setText(this.note, "");
		this.slow.set([]);
		this.off();
		this.off =
			span === "latest"
				? poll<Exchanges>("exchanges", { sort: "delta", limit: 50 }, EACH_MS, (x) => this.showLatest(x))
				: poll<Worst>("worst", { span }, EACH_MS, (x) => this.showSpan(x));
	}

	destroy(): void {
		this.off();
	}

	private showLatest(x: Exchanges): void {
		this.latest.set(x.exchanges.filter((e) => e.delta_s !== null));
		setText(this.note, x.since ? `since ${utc(x.since)}` : "");
	}

	private showSpan(x: Worst): void {
		this.slow.set(x.exchanges);
		setText(this.note, x.from && x.to ? `${utc(x.from)} to ${utc(x.to)}, at most ten of each server` : "");
	}
}
