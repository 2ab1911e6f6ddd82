// SPDX-License-Identifier: GPL-3.0-or-later
//
// About: what runs here, what it dropped, how much memory it has, which files it uses.
import { at, flags, note } from "../cells.ts";
import { h, fill, type Kid } from "../dom.ts";
import { bytes, count, DASH, share, span2 } from "../format.ts";
import { poll } from "../poll.ts";
import type { Params, View } from "../router.ts";
import { Table } from "../table.ts";
import type { About, Source, Summary } from "../types.ts";

type Fact = readonly [label: string, value: Kid, tip?: string];

export function about(_params: Params): View {
	const top = h("div", { class: "columns" }, note("asking the server"));
	const sources = new Table<Source>(
		"sources of packets",
		[
			{ label: "source", left: true, cell: (s) => s.name },
			{ label: "kind", left: true, cell: (s) => s.kind },
			{
				label: "state",
				left: true,
				cell: (s) =>
					h(
						"span",
						{ class: s.state === "down" ? "a-red" : "" },
						s.state === "down" ? "● down, trying again" : s.state,
					),
			},
			{ label: "received", cell: (s) => count(s.received_packets), tip: "packets, as the kernel counts them" },
			{ label: "dropped by the kernel", cell: (s) => count(s.dropped_packets), tip: "our buffer was full" },
			{ label: "by the card", cell: (s) => count(s.interface_dropped_packets), tip: "by the card or its driver" },
		],
		"no source",
	);
	const files = new Table<About["files"][number]>(
		"files",
		[
			{ label: "file", left: true, cell: (f) => f.what },
			{ label: "path", left: true, cell: (f) => h("code", null, f.path) },
			{ label: "", left: true, cell: (f) => f.note ?? "" },
		],
		"no file is used",
	);
	const settings = new Table<About["settings"][number]>(
		"settings",
		[
			{ label: "setting", left: true, cell: (s) => h("code", null, s.name) },
			{ label: "value", left: true, cell: (s) => (s.value ? h("code", null, s.value) : DASH) },
		],
		"none",
	);
	const libraries = new Table<About["libraries"][number]>(
		"libraries",
		[
			{ label: "library", left: true, cell: (l) => l.name },
			{ label: "version", left: true, cell: (l) => l.version },
		],
		"none",
	);
	const letters = new Table<About["flags"][number]>(
		"flags",
		[
			{ label: "flag", left: true, cell: (f) => flags(f.letter) },
			{ label: "meaning", left: true, cell: (f) => f.meaning },
		],
		"none",
	);
	const safety = h("ul", { class: "lines" });

	let a: About | null = null;
	let s: Summary | null = null;
	const show = (): void => {
		if (!a || !s) return;
		const made = facts(a, s);
		if (top.textContent !== made.textContent) fill(top, ...made.childNodes);
		sources.set(a.sources);
		files.set(a.files);
		settings.set(a.settings);
		libraries.set(a.libraries);
		letters.set(a.flags);
		fill(
			safety,
			a.safety.map((line) => h("li", null, line)),
		);
	};
	const failed = (message: string): void => {
		if (!a) fill(top, note(message, "bad"));
	};
	const offs = [
		poll<About>(
			"about",
			{},
			5000,
			(x) => {
				a = x;
				show();
			},
			failed,
		),
		poll<Summary>(
			"summary",
			{},
			5000,
			(x) => {
				s = x;
				show();
			},
			failed,
		),
	];
	return {
		el: h(
			"div",
			{ class: "stack" },
			top,
			h("section", null, h("h2", null, "Sources of packets"), sources.el),
			h(
				"div",
				{ class: "columns wide" },
				h("section", null, h("h2", null, "Files"), files.el),
				h("section", null, h("h2", null, "Safety"), safety),
				h("section", null, h("h2", null, "Settings in force"), settings.el),
				h("section", null, h("h2", null, "Flags"), letters.el),
				h(
					"section",
					null,
					h("h2", null, "Built on"),
					libraries.el,
					h(
						"p",
						{ class: "hint" },
						"Graphs of this page: uPlot © Leon Sorokin, MIT licence. ntpscope is free software under the GNU GPL, ",
						"version 3 or later, without any warranty.",
					),
					h(
						"p",
						{ class: "links" },
						h("a", { href: "metrics" }, "metrics"),
						" ",
						h("a", { href: "healthz" }, "healthz"),
					),
				),
			),
		),
		destroy: () => offs.forEach((f) => f()),
	};
}

function facts(a: About, s: Summary): HTMLElement {
	return h(
		"div",
		null,
		group("Program", [
			["version", `${a.program} ${a.version}`],
			["host", a.host],
			["process", String(a.pid)],
			["started", at(a.started_at)],
			["up for", span2(a.uptime_s)],
		]),
		group("Packets", [
			["frames", count(s.packets.frames)],
			["of them NTP", count(s.packets.ntp)],
			["octets", bytes(s.packets.bytes)],
			["NTS key exchange", count(s.packets.nts_ke), "TCP segments of port 4460"],
			["fragments", count(s.packets.fragments)],
			[
				"dropped",
				h(
					"span",
					{ class: s.dropped_packets ? "a-red" : "" },
					s.dropped_packets ? `● ${count(s.dropped_packets)}` : "0",
				),
				"by kernel and cards, before we saw them",
			],
		]),
		group("Memory", [
			["tables", bytes(a.memory.engine_bytes)],
			["whole process", bytes(a.memory.resident_bytes)],
			["orders of the list", bytes(a.memory.views_bytes), "kept for those who page through it"],
			["clients", [count(s.clients["n"]), h("span", { class: "hint" }, ` of ${count(s.clients["capacity"])}`)]],
			["table filled", share((s.clients["n"] ?? 0) / Math.max(1, s.clients["capacity"] ?? 1))],
			["aged out", count(s.clients["aged_out"])],
			["refused", refused(s), "packets of addresses for which there was no room, and about how many addresses"],
			[
				"requests forgotten",
				count(s.clients["forgotten_requests"]),
				"open requests given up early for want of room",
			],
		]),
		group("Names", [
			["reverse DNS", s.names.state === "suspended" ? "suspended: too many clients" : s.names.state],
			["known", count(s.names.known)],
			["waiting", count(s.names.waiting)],
			["queries sent", count(s.names.queries)],
		]),
		group("This page", [
			["connections", `${count(a.http.connections)} of ${count(a.http.connections_max)}`],
			["TLS", a.http.tls ? "on" : "off"],
			["password", a.http.password ? "required" : "not required"],
		]),
	);
}

function refused(s: Summary): string {
	const n = s.clients["refused_packets"] ?? 0;
	return n
		? `${count(n)} of about ${count(s.clients["refused_addresses_estimate"])} addresses`
		: n === 0
			? "0"
			: DASH;
}

function group(title: string, list: readonly Fact[]): HTMLElement {
	return h(
		"section",
		null,
		h("h2", null, title),
		h(
			"dl",
			{ class: "rows" },
			list.map(([label, value, tip]) =>
				h("div", tip ? { "data-tip": tip } : null, h("dt", null, label), h("dd", null, value)),
			),
		),
	);
}
