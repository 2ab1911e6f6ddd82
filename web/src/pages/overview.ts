// SPDX-License-Identifier: GPL-3.0-or-later
//
// Overview: how much, how many, how fast, and what needs a hand.
import { levelSign } from "../alarms.ts";
import { filterHref, note } from "../cells.ts";
import { h, fill, setText } from "../dom.ts";
import { onPulse } from "../events.ts";
import { count, delta, rate, share, short } from "../format.ts";
import { poll } from "../poll.ts";
import type { Params, View } from "../router.ts";
import { Servers } from "../servers.ts";
import { Stats } from "../stats.ts";
import { Timeline } from "../timeline.ts";
import type { Attention, Pulse, Summary } from "../types.ts";
import { historyName, serverHref, type Alarms, type Standing } from "../watched.ts";
import { ALERTS } from "../words.ts";

export function overview(params: Params): View {
	const stats = new Stats([
		["req", "requests", "/s", "packets from clients, mean of ten seconds"],
		["ans", "answered", "%", "of the requests of the last whole minute"],
		["u5", "clients", "/5 min", "addresses whose latest packet is at most 5 minutes old"],
		[
			"u20",
			"clients",
			"/20 min",
			"addresses within 20 minutes: steady clients poll each 1,024 s, so this is their number",
		],
		["u24", "clients", "/24 h", "addresses within 24 hours"],
		["p50", "delta p50", "", "half of the answers took no longer than this, in the last whole minute"],
		["p99", "delta p99", "", "99 of 100 answers took no longer than this"],
	]);
	const hands = h("div", { class: "hands" });
	const timeline = new Timeline(params);
	const servers = new Servers();
	const groups = h("div", { class: "facts" });

	const offPulse = onPulse((p) => showPulse(stats, p));
	let asked: Attention[] | null = null;
	let alarms: Standing[] = [];
	const showHands = (): void => void (asked && showAttention(hands, asked, alarms));
	const stopAlarms = poll<Alarms>("alarms", { limit: 0 }, 5000, (a) => {
		alarms = a.standing;
		showHands();
	});
	const stop = poll<Summary>(
		"summary",
		{},
		3000,
		(s) => {
			asked = s.attention;
			showHands();
			servers.set(s.servers);
			showGroups(groups, s);
		},
		(message) => hands.childElementCount === 0 && fill(hands, note(message, "bad")),
	);

	return {
		el: h(
			"div",
			{ class: "stack" },
			stats.el,
			hands,
			timeline.el,
			h(
				"div",
				{ class: "charts" },
				timeline.chart(
					{
						title: "packets per second",
						value: rate,
						axis: short,
						lines: [
							{ key: "requests", label: "requests", color: "accent", area: true },
							{ key: "answers", label: "answers", color: "strong", dash: [4, 3] },
							{ key: "peak", label: "busiest", color: "muted", width: 1 },
						],
					},
					(b) => [b.perSecond("requests"), b.perSecond("answers"), b.peak("requests")],
				),
				timeline.chart(
					{
						title: "delta time",
						value: delta,
						log: true,
						lines: [
							{ key: "p50", label: "p50", color: "accent", width: 2 },
							{ key: "p99", label: "p99", color: "strong", dash: [4, 3] },
							{ key: "max", label: "max", color: "muted", points: true },
						],
					},
					(b) => [b.middle("delta_p50_s"), b.middle("delta_p99_s"), b.greatest("delta_max_s")],
				),
				timeline.chart(
					{
						title: "unique clients",
						value: count,
						axis: short,
						lines: [
							{ key: "u5", label: "5 min", color: "muted" },
							{ key: "u20", label: "20 min", color: "accent", width: 2 },
							{ key: "u1h", label: "1 h", color: "strong", dash: [4, 3] },
						],
					},
					(b) => [b.last("unique_300s"), b.last("unique_1200s"), b.last("unique_3600s")],
				),
				timeline.chart(
					{
						title: "trouble per second",
						value: rate,
						axis: short,
						lines: [
							{ key: "unanswered", label: "unanswered", color: "accent", area: true },
							{ key: "kods", label: "KoD", color: "strong", dash: [4, 3] },
							{ key: "icmp", label: "ICMP", color: "muted", width: 1 },
						],
					},
					(b) => [b.perSecond("unanswered"), b.perSecond("kods"), b.perSecond("icmp_errors")],
				),
			),
			h("section", null, h("h2", null, "Servers"), servers.el),
			h("section", null, h("h2", null, "Clients by kind"), groups),
		),
		setParams: (p) => timeline.setParams(p),
		destroy: () => {
			offPulse();
			stop();
			stopAlarms();
			timeline.destroy();
		},
	};
}

function showPulse(stats: Stats, p: Pulse): void {
	stats.set("req", rate(p.rates.requests_per_s));
	stats.set("ans", share(p.rates.answered_share).replace(" %", ""));
	stats.set("u5", count(p.unique["300_s"]));
	stats.set("u20", count(p.unique["1200_s"]));
	stats.set("u24", count(p.unique["86400_s"]));
	stats.set("p50", delta(p.delta?.p50_s));
	stats.set("p99", delta(p.delta?.p99_s));
}

const ALARMS_SHOWN = 6;

// The rest are told by their number.
function alarmHands(all: Standing[]): HTMLElement[] {
	const worst = [...all]
		.filter((a) => a.level !== "info")
		.sort((a, b) => Number(b.level === "critical") - Number(a.level === "critical"));
	const shown = worst.slice(0, worst.length > ALARMS_SHOWN ? ALARMS_SHOWN - 1 : ALARMS_SHOWN).map((a) => {
		const { sign, color } = levelSign(a.level);
		return h(
			"a",
			{ class: `hand a-${color}`, href: serverHref(a.target, a.part) },
			h("span", { class: "sign", "aria-hidden": "true" }, sign),
			` ${historyName(a.target, a.part)} (${a.via}): ${a.text}`,
		);
	});
	const left = worst.length - shown.length;
	return left ? [...shown, h("a", { class: "hand", href: "#/servers" }, `and ${count(left)} alarms more`)] : shown;
}

function showAttention(el: HTMLElement, list: Attention[], alarms: Standing[]): void {
	const more = alarmHands(alarms);
	if (list.length === 0 && more.length === 0) {
		fill(el, h("span", { class: "hand quiet" }, "nothing needs a hand"));
		return;
	}
	const items = list.map((a) => {
		const sign = ALERTS[a.level === "info" ? "sleep" : a.level]?.sign ?? "○";
		const text = [h("span", { class: "sign", "aria-hidden": "true" }, sign), " ", a.text];
		const cls = `hand a-${a.level}`;
		return a.filter ? h("a", { class: cls, href: filterHref(a.filter) }, text) : h("span", { class: cls }, text);
	});
	const made = h("div", null, h("span", { class: "label" }, "needs a hand"), more, items);
	if (el.textContent !== made.textContent) fill(el, ...made.childNodes);
}

const GROUPS: readonly (readonly [key: string, label: string, filter: string])[] = [
	["n", "in the list", ""],
	["active", "active", "class:active"],
	["abusive", "abusive", "class:abusive"],
	["rapid", "rapid", "class:rapid"],
	["very_slow", "very slow", "class:very-slow"],
	["scanners", "scanners", "class:scanner"],
	["one_shot", "one packet only", "class:one-shot"],
	["alert_red", "alert red", "alert:red"],
	["alert_yellow", "alert yellow", "alert:yellow"],
	["alert_sleep", "asleep", "alert:sleep"],
];

function showGroups(el: HTMLElement, s: Summary): void {
	const total = s.clients["n"] ?? 0;
	if (el.childElementCount === 0)
		fill(
			el,
			GROUPS.map(([key, label, filter]) =>
				h(
					"a",
					{ class: "fact", href: filterHref(filter), "data-key": key },
					h("span", { class: "n" }),
					h("span", { class: "share" }),
					h("span", { class: "what" }, label),
				),
			),
		);
	GROUPS.forEach(([key], i) => {
		const n = s.clients[key] ?? 0;
		const fact = el.children[i] as HTMLElement;
		setText(fact.children[0] as HTMLElement, count(n));
		setText(fact.children[1] as HTMLElement, total && key !== "n" ? share(n / total) : "");
	});
}
