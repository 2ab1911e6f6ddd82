// SPDX-License-Identifier: GPL-3.0-or-later
//
// The columns of the client list: every key of a row, its order of the server where there is one, and how it reads.
import { alert, breakable, classes, flags, old } from "./cells.ts";
import { bytes, count, DASH, delta, every, poll } from "./format.ts";
import type { Client } from "./types.ts";
import type { VirtualColumn } from "./virtual.ts";

// The moment that ages are measured from: the packets' own time, which the answer brings.
export const now: { ms: number | null } = { ms: null };

const n = (key: keyof Client, label: string, width: number, tip: string, sort?: string): VirtualColumn<Client> => ({
	key,
	label,
	width,
	tip,
	...(sort ? { sort } : {}),
	cell: (c) => count(c[key] as number),
});

// prettier-ignore
export const COLUMNS: readonly VirtualColumn<Client>[] = [
	{ key: "ip", label: "address", width: 206, left: true, sort: "ip", up: true,
		tip: "the client's address; click for its dossier", cell: (c) => breakable(c.ip) },
	{ key: "name", label: "name", width: 176, left: true, sort: "name", up: true,
		tip: "by reverse DNS or the hosts file: what its owner says", cell: (c) => c.name ?? DASH },
	{ key: "first", label: "first", unit: "ago", width: 78, sort: "first", up: true,
		tip: "since its first packet", cell: (c) => old(c.first, now.ms) },
	{ key: "last", label: "last", unit: "ago", width: 78, sort: "last",
		tip: "since its latest packet", cell: (c) => old(c.last, now.ms) },
	n("rx", "rx", 90, "packets from the client", "rx"),
	n("tx", "tx", 90, "packets to it", "tx"),
	{ key: "rx_every_s", label: "every", width: 74, sort: "rx_every", up: true,
		tip: "mean time between its packets, over its whole life", cell: (c) => every(c.rx_every_s) },
	{ key: "recent_every_s", label: "recently", width: 74, sort: "recent_every", up: true,
		tip: "the same, moving: weight 0.05 for the latest", cell: (c) => every(c.recent_every_s) },
	{ key: "rx_flags", label: "rx flags", width: 82, left: true, sort: "rx_flags",
		tip: "of all its packets; hover a letter", cell: (c) => flags(c.rx_flags) },
	{ key: "tx_flags", label: "tx flags", width: 68, left: true, sort: "tx_flags",
		tip: "of all packets to it; hover a letter", cell: (c) => flags(c.tx_flags) },
	{ key: "alert", label: "alert", width: 78, left: true, sort: "alert",
		tip: "red, yellow, sleep", cell: (c) => alert(c.alert) },
	n("owed", "owed", 90, "requests that got no answer", "owed"),
	n("peak_1s", "peak 1 s", 80, "most packets from it in one second", "peak"),
	n("peak_10s", "peak 10 s", 84, "most packets from it in ten seconds", "peak_10s"),
	{ key: "delta_mean_s", label: "delta mean", width: 92, sort: "delta",
		tip: "mean time until our answer", cell: (c) => delta(c.delta_mean_s) },
	{ key: "delta_max_s", label: "delta max", width: 86, sort: "delta_max",
		tip: "longest time until our answer", cell: (c) => delta(c.delta_max_s) },
	n("deltas", "deltas", 90, "its answered requests", "deltas"),
	{ key: "poll_log2s", label: "poll", width: 70, sort: "poll", up: true,
		tip: "poll interval that its latest packet states", cell: (c) => poll(c.poll_log2s) },
	{ key: "rx_bytes", label: "rx bytes", width: 84, sort: "rx_bytes",
		tip: "NTP payload from it", cell: (c) => bytes(c.rx_bytes) },
	{ key: "tx_bytes", label: "tx bytes", width: 84, sort: "tx_bytes",
		tip: "NTP payload to it", cell: (c) => bytes(c.tx_bytes) },
	n("kod_rate", "RATE", 68, "kiss codes RATE sent to it", "kod_rate"),
	n("kod_deny", "DENY", 68, "kiss codes DENY sent to it", "kod_deny"),
	n("kod_rstr", "RSTR", 68, "kiss codes RSTR sent to it", "kod_rstr"),
	n("icmp_errors", "ICMP", 68, "ICMP errors that quote it", "icmp"),
	{ key: "last_port", label: "port", width: 64, sort: "port",
		tip: "source port of its latest packet", cell: (c) => (c.last_port === null ? DASH : String(c.last_port)) },
	{ key: "classes", label: "classes", width: 120, left: true, sort: "classes",
		tip: "active, abusive, rapid, very slow, scanner", cell: (c) => classes(c.classes) },
	{ key: "servers", label: "servers", width: 220, left: true, sort: "servers",
		tip: "the servers it used", cell: (c) => c.servers.join("  ") },
];

// What is shown unless somebody chooses: as many of these as there is room for, in the order above; on a phone
// the first LEAST in this order, and it scrolls sideways.
// prettier-ignore
const PRIORITY = [
	"ip", "rx", "last", "alert", "rx_every_s", "tx", "rx_flags", "tx_flags", "name", "first", "owed", "delta_max_s",
	"peak_1s", "icmp_errors", "classes", "recent_every_s", "poll_log2s", "kod_rate", "delta_mean_s", "servers",
	"peak_10s", "rx_bytes", "tx_bytes",
];
const LEAST = 9;
const NARROW = 500;
const MEDIUM = 1000;
const WIDE = 1500;
// Names have as much room as the window allows.  An IPv6 address takes 300 pixels, and has them wherever another
// column can go instead; on a phone it takes two lines.
const ROOM: Readonly<Record<string, readonly [narrow: number, wide: number]>> = {
	ip: [160, 300],
	name: [126, 260],
	rx: [74, 90],
	tx: [74, 90],
};

function widthOf(c: VirtualColumn<Client>, width: number): number {
	const room = ROOM[c.key];
	if (!room) return c.width;
	if (width >= WIDE || (width >= NARROW && c.key === "ip")) return room[1];
	return width < NARROW || (width < MEDIUM && c.key === "name") ? room[0] : c.width;
}

// The chosen columns, fitted to that width.
export function fitted(keys: readonly string[], width: number): VirtualColumn<Client>[] {
	return keys
		.map((k) => COLUMNS.find((c) => c.key === k))
		.filter((c) => c !== undefined)
		.map((c) => ({ ...c, width: widthOf(c, width) }));
}

export function usual(width: number): string[] {
	if (width < NARROW) return PRIORITY.slice(0, LEAST);
	let room = width;
	const keys = PRIORITY.filter((key) => {
		const column = COLUMNS.find((c) => c.key === key);
		if (!column || widthOf(column, width) > room) return false;
		room -= widthOf(column, width);
		return true;
	});
	return COLUMNS.map((c) => c.key).filter((k) => keys.includes(k));
}
