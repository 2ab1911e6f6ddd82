// SPDX-License-Identifier: GPL-3.0-or-later
//
// The servers that were asked; addresses that merely spoke as one are counted below.
import { breakable } from "./cells.ts";
import { h, setText } from "./dom.ts";
import { count, DASH, share } from "./format.ts";
import { Table } from "./table.ts";
import type { Server } from "./types.ts";

export class Servers {
	readonly el: HTMLElement;
	private readonly others = h("p", { class: "hint" });
	private readonly table = serverTable();

	constructor() {
		this.el = h("div", null, this.table.el, this.others);
	}

	set(all: Server[]): void {
		const asked = all.filter((s) => s.requests > 0 || s.clients > 1);
		const n = all.length - asked.length;
		this.table.set(asked);
		setText(
			this.others,
			n
				? `and ${count(n)} ${n === 1 ? "address" : "addresses"} that spoke as a server and that nobody asked for time`
				: "",
		);
	}
}

function serverTable(): Table<Server> {
	return new Table<Server>(
		"servers",
		[
			{
				label: "server",
				left: true,
				cell: (s) => h("span", { class: "addr" }, s.ip ? breakable(s.ip) : "all others"),
				by: (s) => s.ip,
			},
			{ label: "name", left: true, cell: (s) => s.name ?? DASH, by: (s) => s.name },
			{ label: "clients", cell: (s) => count(s.clients), by: (s) => s.clients },
			{ label: "requests", cell: (s) => count(s.requests), by: (s) => s.requests, tip: "questions for time" },
			{ label: "answered", unit: "%", cell: (s) => percent(s.answered_share), by: (s) => s.answered_share },
			{
				label: "KoD",
				unit: "%",
				cell: (s) => percent(s.kod_share),
				by: (s) => s.kod_share,
				tip: "answered by a kiss-o'-death",
			},
			{
				label: "lost",
				unit: "%",
				cell: (s) => (s.one_way ? "one way" : percent(s.lost_share)),
				by: (s) => s.lost_share,
				tip: "without any answer",
			},
			{ label: "NAK", cell: (s) => count(s.nak), by: (s) => s.nak },
			{ label: "sent again", cell: (s) => count(s.retransmitted), by: (s) => s.retransmitted },
			{ label: "stratum", cell: (s) => s.stratum ?? DASH, by: (s) => s.stratum, up: true },
			{ label: "refid", left: true, cell: (s) => s.refid ?? DASH, by: (s) => s.refid },
			{ label: "leap", cell: (s) => leap(s.leap), by: (s) => s.leap, left: true },
		],
		"no server yet",
	);
}

function percent(x: number | null): string {
	return share(x).replace(" %", "");
}

function leap(li: number | null): string {
	return li === null ? DASH : (["none", "+1 s", "−1 s", "unsynchronised"][li] ?? String(li));
}
