// SPDX-License-Identifier: GPL-3.0-or-later
//
// Errors: ICMP, kiss-o'-death, NAK, malformed, and the clients concerned.
import { clientLink, filterHref } from "../cells.ts";
import { get, isAbort } from "../api.ts";
import type { Line } from "../chart.ts";
import { h, fill, setText } from "../dom.ts";
import { count, DASH, delta, rate, share, short } from "../format.ts";
import { poll } from "../poll.ts";
import type { Params, View } from "../router.ts";
import { Stats } from "../stats.ts";
import { Table } from "../table.ts";
import { Timeline } from "../timeline.ts";
import type { Client, ClientsPage, Counts, Summary } from "../types.ts";
import { EXCHANGES } from "../words.ts";

const LISTED = 12;
const LISTS_MS = 20_000; // each puts the whole list in order

// A kiss code and the flag that marks the clients that got it.
const KISS_FLAG: Readonly<Record<string, string>> = {
	RATE: "R",
	DENY: "d",
	RSTR: "r",
	AUTH: "D",
	CRYP: "Y",
	NTSN: "x",
	INIT: "i",
	STEP: "i",
	other: "i",
};

interface IcmpRow {
	ip_version: number;
	type: number;
	code: number;
	name: string;
	packets: number;
	sources: number;
	clients: number;
	lower_bounds: boolean;
}

interface ReportErrors {
	errors: {
		packets: number;
		sources: number;
		clients: number;
		clients_ipv6: number;
		share_of_ipv6_clients: number | null;
		about_answers: number;
		by_type: IcmpRow[];
		after_answer: { n: number; p50_s: number | null; max_s: number | null } | null;
	};
}

const rateLines: Line[] = [
	{ key: "mean", label: "mean", color: "accent", area: true },
	{ key: "peak", label: "busiest", color: "muted", width: 1 },
];

type Entry = readonly [name: string, n: number];

export function errors(params: Params): View {
	const stats = new Stats([
		["icmp", "ICMP errors", "", "that quote an NTP packet"],
		["kod", "KoD", "", "exchanges that ended in a kiss-o'-death"],
		["nak", "NAK", "", "crypto-NAK and NTS NAK"],
		["malformed", "malformed", "", "packets too short for what they say they are"],
		["unanswered", "unanswered", "", "requests without an answer"],
		["unsolicited", "unsolicited", "", "answers that nobody asked for"],
	]);
	const timeline = new Timeline(params);
	const kisses = new Table<Entry>(
		"kiss codes",
		[
			{ label: "code", left: true, cell: ([k]) => k, by: ([k]) => k },
			{ label: "packets", cell: ([, n]) => count(n), by: ([, n]) => n },
			{
				label: "clients",
				left: true,
				cell: ([k]) => (KISS_FLAG[k] ? h("a", { href: filterHref(`txflag:${KISS_FLAG[k]}`) }, "list") : DASH),
			},
		],
		"no kiss-o'-death yet",
	);
	const classes = new Table<readonly [...Entry, number]>(
		"exchanges by class",
		[
			{
				label: "class",
				left: true,
				cell: ([k]) => h("span", { "data-tip": EXCHANGES[k] ?? k }, k),
				by: ([k]) => k,
			},
			{ label: "exchanges", cell: ([, n]) => count(n), by: ([, n]) => n },
			{
				label: "share",
				unit: "%",
				cell: ([, n, all]) => share(all ? n / all : null).replace(" %", ""),
				by: ([, n]) => n,
			},
		],
		"no exchange yet",
	);
	const icmp = new IcmpPart();
	const most = clientTable("ICMP errors", (c) => c.icmp_errors, "no client is quoted in an ICMP error");
	const owed = clientTable("owed", (c) => c.owed, "no client is owed an answer");
	const kod = clientTable("RATE", (c) => c.kod_rate, "no client was told to slow down");

	const offs = [
		poll<Summary>("summary", {}, 3000, (s) => {
			stats.set("icmp", count(s.packets.icmp_errors));
			stats.set("kod", count(s.exchanges["kod"] ?? 0));
			stats.set("nak", count(s.exchanges["nak"] ?? 0));
			stats.set("malformed", count(s.packets.malformed));
			stats.set("unanswered", count(s.exchanges["unanswered"] ?? 0));
			stats.set("unsolicited", count(s.exchanges["unsolicited"] ?? 0));
			kisses.set(entries(s.kisses));
			const all = entries(s.exchanges).reduce((n, [, m]) => n + m, 0);
			classes.set(entries(s.exchanges).map(([k, n]) => [k, n, all] as const));
		}),
		poll<ClientsPage>("clients", { sort: "icmp", order: "desc", limit: LISTED }, LISTS_MS, (p) =>
			most.set(p.clients.filter((c) => c.icmp_errors > 0)),
		),
		poll<ClientsPage>("clients", { sort: "owed", order: "desc", limit: LISTED }, LISTS_MS, (p) =>
			owed.set(p.clients.filter((c) => c.owed > 0)),
		),
		poll<ClientsPage>("clients", { sort: "rx", order: "desc", filter: "txflag:R", limit: LISTED }, LISTS_MS, (p) =>
			kod.set(p.clients),
		),
	];
	return {
		el: h(
			"div",
			{ class: "stack" },
			stats.el,
			timeline.el,
			h(
				"div",
				{ class: "charts three" },
				timeline.chart({ title: "ICMP errors per second", value: rate, axis: short, lines: rateLines }, (b) => [
					b.perSecond("icmp_errors"),
					b.peak("icmp_errors"),
				]),
				timeline.chart(
					{ title: "kiss-o'-death per second", value: rate, axis: short, lines: rateLines },
					(b) => [b.perSecond("kods"), b.peak("kods")],
				),
				timeline.chart(
					{ title: "requests given up per second", value: rate, axis: short, lines: rateLines },
					(b) => [b.perSecond("unanswered"), b.peak("unanswered")],
				),
			),
			h(
				"div",
				{ class: "columns" },
				h("section", null, h("h2", null, "Exchanges by class"), classes.el),
				h("section", null, h("h2", null, "Kiss codes"), kisses.el, links()),
				h("section", null, h("h2", null, "ICMP errors by type"), icmp.el),
			),
			h(
				"div",
				{ class: "columns" },
				h("section", null, h("h2", null, "Most quoted in ICMP errors"), most.el),
				h("section", null, h("h2", null, "Owed most answers"), owed.el),
				h("section", null, h("h2", null, "Loudest that got RATE"), kod.el),
			),
		),
		setParams: (p) => timeline.setParams(p),
		destroy: () => {
			for (const f of offs) f();
			icmp.destroy();
			timeline.destroy();
		},
	};
}

function entries(counts: Counts): Entry[] {
	return Object.entries(counts)
		.filter(([, n]) => n > 0)
		.sort((a, b) => b[1] - a[1]);
}

function links(): HTMLElement {
	const list: readonly (readonly [string, string])[] = [
		["crypto-NAK", "flag:k"],
		["NTS NAK", "flag:x"],
		["too short", "flag:T"],
		["strange trailer", "flag:b"],
		["mode 6", "rxflag:N"],
		["mode 7", "rxflag:7"],
		["loop: their source is us", "rxflag:*"],
		["other versions", "flag:V"],
	];
	return h(
		"p",
		{ class: "links" },
		h("span", { class: "label" }, "clients with"),
		list.map(([text, filter]) => [" ", h("a", { href: filterHref(filter) }, text)]),
	);
}

function clientTable(label: string, n: (c: Client) => number, empty: string): Table<Client> {
	return new Table<Client>(
		label,
		[
			{ label: "client", left: true, cell: (c) => clientLink(c.ip, c.name), by: (c) => c.ip },
			{ label, cell: (c) => count(n(c)), by: n },
			{ label: "rx", cell: (c) => count(c.rx), by: (c) => c.rx },
			{ label: "tx", cell: (c) => count(c.tx), by: (c) => c.tx },
		],
		empty,
	);
}

// The table by type is made from everything that was counted, by a process of its own: on demand, not each second.
class IcmpPart {
	readonly el: HTMLElement;
	private readonly text = h("p", { class: "hint" }, "counting …");
	private readonly table = new Table<IcmpRow>(
		"ICMP errors by type",
		[
			{
				label: "type",
				cell: (r) => `v${r.ip_version} ${r.type}/${r.code}`,
				by: (r) => (r.ip_version * 256 + r.type) * 256 + r.code,
				up: true,
				tip: "IP version, type / code",
			},
			{ label: "what", left: true, wraps: true, cell: (r) => r.name, by: (r) => r.name },
			{ label: "packets", cell: (r) => count(r.packets), by: (r) => r.packets },
			{
				label: "sources",
				cell: (r) => (r.lower_bounds ? "≥ " : "") + count(r.sources),
				by: (r) => r.sources,
				tip: "different senders: routers, as a rule",
			},
			{
				label: "clients",
				cell: (r) => (r.lower_bounds ? "≥ " : "") + count(r.clients),
				by: (r) => r.clients,
				tip: "different addresses in the quoted packets",
			},
		],
		"none",
	);
	private readonly control = new AbortController();

	constructor() {
		this.el = h(
			"div",
			null,
			this.table.el,
			h(
				"div",
				{ class: "bar" },
				this.text,
				h("button", { type: "button", class: "quiet", onclick: () => void this.load() }, "count again"),
			),
		);
		void this.load();
	}

	destroy(): void {
		this.control.abort();
	}

	private async load(): Promise<void> {
		try {
			const { errors: e } = await get<ReportErrors>("report", { format: "json" }, this.control.signal);
			this.table.set([...e.by_type].sort((a, b) => b.packets - a.packets));
			const v6 =
				e.share_of_ipv6_clients === null ? "" : ` · ${share(e.share_of_ipv6_clients)} of all IPv6 clients`;
			const after = e.after_answer?.p50_s
				? ` · half of them within ${delta(e.after_answer.p50_s)} of our answer`
				: "";
			fill(
				this.text,
				e.packets
					? `${count(e.clients)} clients, ${count(e.sources)} senders${v6}${after}`
					: "no ICMP error so far",
			);
		} catch (e) {
			if (!isAbort(e)) setText(this.text, e instanceof Error ? e.message : String(e));
		}
	}
}
