// SPDX-License-Identifier: GPL-3.0-or-later
//
// The dossier of one address: every fact, its intervals, its latest exchanges.
import { ApiError, url } from "./api.ts";
import { alert, ago, at, classes, note } from "./cells.ts";
import { h, fill, type Kid } from "./dom.ts";
import { exchangeTable } from "./exchanges.ts";
import { bytes, count, DASH, delta, every, millis, poll as pollText, share, span2 } from "./format.ts";
import { histogram } from "./histogram.ts";
import { poll } from "./poll.ts";
import type { Client, Dossier as Facts } from "./types.ts";
import { CLASSES, flagMeaning } from "./words.ts";

export class Dossier {
	readonly el: HTMLElement;
	private readonly facts = h("div", { class: "dossier-facts" });
	private readonly bars = h("div");
	private readonly exchanges = exchangeTable(false);
	private readonly recent = h("p", { class: "hint" });
	private readonly rest: HTMLElement;
	private readonly stop: () => void;

	constructor(
		readonly ip: string,
		onclose: () => void,
	) {
		const json = h("a", { class: "button", href: url(`clients/${encodeURIComponent(ip)}`) }, "JSON");
		this.rest = h(
			"div",
			{ hidden: true },
			h("h3", null, "Intervals between its packets"),
			this.bars,
			h("h3", null, "Latest exchanges"),
			this.recent,
			this.exchanges.el,
		);
		fill(this.facts, note("asking for it"));
		this.el = h(
			"aside",
			{ class: "dossier", "aria-label": `dossier of ${ip}` },
			h(
				"div",
				{ class: "dossier-head" },
				h("h2", { class: "addr" }, ip),
				h("span", { class: "gap" }),
				h("a", { class: "button", href: `#/live?${new URLSearchParams({ prefix: ip })}` }, "live"),
				json,
				h(
					"button",
					{
						type: "button",
						class: "close",
						"aria-label": "close",
						"data-tip": "close (esc)",
						onclick: onclose,
					},
					"✕",
				),
			),
			this.facts,
			this.rest,
		);
		this.stop = poll<Facts>(
			`clients/${encodeURIComponent(ip)}`,
			{ limit: 100 },
			3000,
			(f) => this.show(f),
			(m) => this.failed(m),
		);
	}

	destroy(): void {
		this.stop();
		this.el.remove();
	}

	private failed(message: string | ApiError): void {
		if (this.rest.hidden) fill(this.facts, note(String(message), "bad"));
	}

	private show(f: Facts): void {
		const made = h("div", null, factGroups(f));
		if (!this.facts.firstElementChild?.isEqualNode(made)) fill(this.facts, made);
		fill(
			this.bars,
			f.intervals.length ? histogram(f.intervals) : note("not two packets of it among the recent ones"),
		);
		fill(
			this.recent,
			`${count(f.recent.packets)} of its packets are among the latest of all clients, which reach back to `,
			at(f.recent.since),
			".",
		);
		this.exchanges.set(f.exchanges);
		this.rest.hidden = false;
	}
}

type Fact = readonly [label: string, value: Kid, tip?: string];

function factGroups(f: Facts): Kid {
	const c = f.client;
	const now = millis(f.now);
	const first = millis(c.first);
	const last = millis(c.last);
	const life = first !== null && last !== null ? (last - first) / 1000 : null;
	return [
		h(
			"p",
			{ class: "lead" },
			h("span", { class: "name" }, c.name ?? "no name known"),
			" ",
			alert(c.alert) || h("span", { class: "hint" }, "no alert"),
		),
		group("Packets", [
			[
				"from it",
				[count(c.rx), f.rx_share === null ? "" : h("span", { class: "hint" }, ` ${share(f.rx_share)} of all`)],
			],
			["to it", count(c.tx)],
			["owed", count(c.owed), "requests that got no answer"],
			["octets from it", bytes(c.rx_bytes)],
			["octets to it", bytes(c.tx_bytes)],
			["ICMP errors", capped(c.icmp_errors), "errors that quote it"],
			["KoD RATE · DENY · RSTR", `${capped(c.kod_rate)} · ${capped(c.kod_deny)} · ${capped(c.kod_rstr)}`],
		]),
		group("Time", [
			["first", [h("span", { class: "hint" }, at(c.first)), " ", ago(c.first, now)]],
			["last", [h("span", { class: "hint" }, at(c.last)), " ", ago(c.last, now)]],
			["seen over", span2(life)],
			["every", every(c.rx_every_s), "mean time between its packets"],
			["recently every", every(c.recent_every_s), "moving mean, weight 0.05 for the latest"],
			["states a poll of", pollText(c.poll_log2s)],
			["peak in 1 s · 10 s", `${count(c.peak_1s)} · ${count(c.peak_10s)}`],
		]),
		group("Answers", [
			["deltas", count(c.deltas), "its answered requests"],
			["mean", delta(c.delta_mean_s)],
			["longest", delta(c.delta_max_s)],
			[
				"latest port",
				c.last_port === null
					? DASH
					: [String(c.last_port), c.rx_flags.includes("p") ? h("span", { class: "hint" }, " varies") : ""],
			],
			[
				"servers",
				h(
					"span",
					{ class: "addr" },
					c.servers.map((s, i) => [i ? h("br") : null, s]),
				),
			],
		]),
		group("Flags of its packets", letters(c.rx_flags)),
		group("Flags of packets to it", letters(c.tx_flags)),
		c.classes.length
			? group(
					"Classes",
					c.classes.map((w) => [w, CLASSES[w] ?? ""] as const),
					"words",
				)
			: classes([]),
	];
}

// These counters stop at 65,535 each.
function capped(n: number): string {
	return n >= 65_535 ? "65,535 or more" : count(n);
}

function letters(all: Client["rx_flags"]): Fact[] {
	return all === "-" ? [["–", "none"]] : [...all].map((l) => [l, flagMeaning(l)] as const);
}

function group(title: string, facts: readonly Fact[], kind = title.startsWith("Flags") ? "words" : ""): HTMLElement {
	return h(
		"section",
		{ class: kind },
		h("h3", null, title),
		h(
			"dl",
			null,
			facts.map(([label, value, tip]) =>
				h("div", tip ? { "data-tip": tip } : null, h("dt", null, label), h("dd", null, value)),
			),
		),
	);
}
