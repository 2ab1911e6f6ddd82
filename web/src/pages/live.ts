// SPDX-License-Identifier: GPL-3.0-or-later
//
// Live: packets as they come, of everybody or of a prefix.
import { clientLink, flags, timeOfDay } from "../cells.ts";
import { h, fill, setText, type Kid } from "../dom.ts";
import { get } from "../api.ts";
import { onPulse, watchPackets } from "../events.ts";
import { count, DASH, delta, poll, rate } from "../format.ts";
import { setParam, setParams, type Params, type View } from "../router.ts";
import type { Exchange, Exchanges, Packet, Packets } from "../types.ts";
import { modeName } from "../words.ts";

const ROWS = 400;
const RATES = [20, 100, 1000];
const HEADS: readonly (readonly [label: string, tip: string, left?: boolean])[] = [
	["time", "UTC, by the packet"],
	["", "→ from the client, ← to it", true],
	["client", "", true],
	["delta", "of an answer: since its request"],
	["flags", "", true],
	["V", "NTP version"],
	["mode", "", true],
	["KoD", "kiss code", true],
	["stratum", "of an answer"],
	["poll", "poll interval it states"],
	["octets", "NTP payload"],
	["port", "the client's"],
	["server", "", true],
	["name", "of the client", true],
];

// Fixed: a table that measures itself anew four times a second cannot be read.
const WIDTHS = [132, 26, 206, 76, 84, 26, 80, 56, 62, 66, 58, 60, 170, 280];

export function live(params: Params): View {
	return new LiveView(params);
}

class LiveView implements View {
	readonly el: HTMLElement;
	private readonly input: HTMLInputElement;
	private readonly pause = h(
		"button",
		{ type: "button", class: "main", "data-tip": "space", onclick: () => this.setPaused(!this.paused) },
		"pause",
	);
	private readonly note = h("span", { class: "hint" });
	private readonly whole = h("span", { class: "hint" });
	private readonly direction: HTMLSelectElement;
	private readonly rate: HTMLSelectElement;
	private readonly body = h("tbody");
	private readonly wrap: HTMLElement;
	private readonly problem = h("p", { class: "problem", role: "alert", hidden: true });
	private prefix = "";
	private perSecond = 100;
	private paused = false;
	private held = 0;
	private leftOut: { at: number; n: number }[] = [];
	private off: () => void = () => undefined;
	private readonly offPulse: () => void;

	constructor(params: Params) {
		this.input = h("input", {
			type: "search",
			class: "filter",
			placeholder: "everybody, or 2001:db8::/32",
			"aria-label": "address or prefix",
			spellcheck: "false",
			autocomplete: "off",
			autocapitalize: "off",
			onchange: () => this.apply(),
			onsearch: () => this.apply(),
			onkeydown: (e: KeyboardEvent) => e.key === "Escape" && this.input.blur(),
		});
		this.rate = h(
			"select",
			{
				"aria-label": "packets a second at most",
				"data-tip": "of more packets a second the latest are shown",
				onchange: () => setParam("rate", this.rate.value),
			},
			RATES.map((r) => h("option", { value: r }, `${count(r)}/s`)),
		);
		this.direction = h(
			"select",
			{ "aria-label": "which direction", onchange: () => this.direct() },
			[
				["", "both ways"],
				["rx", "requests"],
				["tx", "answers"],
			].map(([value, text]) => h("option", { value }, text)),
		);
		this.wrap = h(
			"div",
			{ class: "table-wrap live-wrap", tabindex: "0", role: "region", "aria-label": "packets" },
			h(
				"table",
				{ class: "live" },
				h(
					"colgroup",
					null,
					WIDTHS.map((w) => h("col", { width: w })),
				),
				h(
					"thead",
					null,
					h(
						"tr",
						null,
						HEADS.map(([label, tip, left]) =>
							h(
								"th",
								{ scope: "col", class: left ? "l" : "", ...(tip ? { "data-tip": tip } : {}) },
								label,
							),
						),
					),
				),
				this.body,
			),
		);
		this.el = h(
			"div",
			{ class: "live-page" },
			h(
				"div",
				{ class: "bar" },
				h(
					"form",
					{
						class: "search",
						role: "search",
						onsubmit: (e: Event) => {
							e.preventDefault();
							this.apply();
						},
					},
					this.input,
				),
				this.pause,
				this.direction,
				this.rate,
				h("button", { type: "button", class: "quiet", onclick: () => this.clear() }, "clear"),
				this.note,
				h("span", { class: "gap" }),
				this.whole,
			),
			this.problem,
			this.wrap,
		);
		this.setParams(params);
		this.clear();
		this.offPulse = onPulse((p) => {
			setText(
				this.whole,
				`${rate(p.rates.requests_per_s)} requests/s, ${rate(p.rates.answers_per_s)} answers/s in all`,
			);
			this.say();
		});
	}

	setParams(p: Params): void {
		const prefix = p.get("prefix") ?? "";
		const wanted = Number(p.get("rate") ?? 100);
		const perSecond = RATES.includes(wanted) ? wanted : 100;
		this.input.value = prefix;
		this.rate.value = String(perSecond);
		if (p.get("pause") === null && this.paused && prefix !== this.prefix) this.setPaused(false);
		const same = this.prefix === prefix && this.perSecond === perSecond;
		if (same && this.body.childElementCount) return;
		if (prefix !== this.prefix) this.clear();
		this.prefix = prefix;
		this.perSecond = perSecond;
		this.off();
		this.problem.hidden = true;
		this.off = watchPackets({
			prefix: prefix || "all",
			rate: perSecond,
			got: (packets) => this.take(packets),
			refused: (why) => this.refused(why),
		});
		void this.before(prefix);
	}

	key(e: KeyboardEvent): boolean {
		const typing = e.target instanceof HTMLInputElement || e.target instanceof HTMLSelectElement;
		if (e.key === " " && !typing && !(e.target instanceof HTMLButtonElement)) this.setPaused(!this.paused);
		else if (e.key === "/" && !typing) this.input.focus();
		else return false;
		return true;
	}

	destroy(): void {
		this.off();
		this.offPulse();
	}

	// What came last, so that a quiet network is no blank page.
	private async before(prefix: string): Promise<void> {
		try {
			const { exchanges } = await get<Exchanges>("exchanges", { client: prefix, limit: 60 });
			if (prefix !== this.prefix || !this.body.querySelector(".none")) return;
			const packets = exchanges.flatMap(packetsOf).sort((a, b) => (a.time < b.time ? -1 : 1));
			this.show(packets);
		} catch {
			/* the stream tells */
		}
	}

	private refused(why: string): void {
		setText(this.problem, why);
		this.problem.hidden = false;
		fill(this.body);
	}

	private apply(): void {
		setParams({ prefix: this.input.value.trim() || null });
	}

	private setPaused(paused: boolean): void {
		this.paused = paused;
		this.held = 0;
		setText(this.pause, paused ? "go on" : "pause");
		this.pause.setAttribute("aria-pressed", String(paused));
		this.say();
	}

	private direct(): void {
		this.wrap.setAttribute("data-only", this.direction.value);
	}

	private clear(): void {
		fill(
			this.body,
			h("tr", { class: "none" }, h("td", { class: "l", colspan: HEADS.length }, "waiting for packets")),
		);
	}

	private take(p: Packets): void {
		const at = Date.now();
		this.leftOut.push({ at, n: p.left_out });
		this.leftOut = this.leftOut.filter((x) => at - x.at < 5000);
		if (this.paused) {
			this.held += p.packets.length + p.left_out;
			this.say();
			return;
		}
		this.show(p.packets);
	}

	private show(packets: Packet[]): void {
		if (packets.length === 0) return;
		this.body.querySelector(".none")?.remove();
		// The latest on top.  Who has scrolled down reads: the view must not move away from under the eyes.
		const before = this.wrap.scrollTop > 4 ? this.wrap.scrollHeight : 0;
		this.body.prepend(...packets.slice(-ROWS).reverse().map(row));
		if (before) this.wrap.scrollTop += this.wrap.scrollHeight - before;
		while (this.body.childElementCount > ROWS) this.body.lastElementChild?.remove();
	}

	private say(): void {
		if (this.paused) {
			setText(this.note, this.held ? `paused; ${count(this.held)} packets since` : "paused");
			return;
		}
		const n = this.leftOut.reduce((sum, x) => sum + x.n, 0);
		setText(this.note, n ? `${count(n)} packets of the last 5 s are not shown` : "");
	}
}

const ANSWERS: Readonly<Record<number, number>> = { 1: 2, 3: 4 };

// The request and the answer of an exchange as they were when they came.
function packetsOf(x: Exchange): Packet[] {
	const both = { client: x.client, name: x.name, client_port: x.client_port, server: x.server, version: x.version };
	const list: Packet[] = [];
	if (x.request_time)
		list.push({
			...both,
			number: x.number,
			time: x.request_time,
			to_server: true,
			mode: x.mode,
			stratum: 0,
			poll_log2s: x.poll_log2s ?? 0,
			kiss: null,
			flags: x.request_flags ?? "-",
			payload_bytes: x.request_bytes ?? 0,
			delta_s: null,
		});
	if (x.response_time)
		list.push({
			...both,
			number: x.number,
			time: x.response_time,
			to_server: false,
			mode: x.request_time ? (ANSWERS[x.mode] ?? x.mode) : x.mode,
			stratum: x.stratum ?? 0,
			poll_log2s: x.poll_log2s ?? 0,
			kiss: x.kiss,
			flags: x.response_flags ?? "-",
			payload_bytes: x.response_bytes ?? 0,
			delta_s: x.delta_s,
		});
	return list;
}

function row(p: Packet): HTMLElement {
	const cells: [content: Kid, left?: boolean][] = [
		[timeOfDay(p.time, 6)],
		[p.to_server ? "→" : "←", true],
		[clientLink(p.client, p.name), true],
		[p.to_server ? "" : delta(p.delta_s)],
		[flags(p.flags), true],
		[p.version],
		[modeName(p.mode), true],
		[p.kiss ? h("strong", null, p.kiss) : "", true],
		[p.to_server ? "" : p.stratum],
		[poll(p.poll_log2s)],
		[count(p.payload_bytes)],
		[String(p.client_port)],
		[h("span", { class: "addr" }, p.server), true],
		[p.name ?? DASH, true],
	];
	return h(
		"tr",
		{ class: p.to_server ? "rx" : "tx" },
		cells.map(([content, left]) => h("td", { class: left ? "l" : "" }, content)),
	);
}
