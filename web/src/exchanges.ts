// SPDX-License-Identifier: GPL-3.0-or-later
import { clientLink, flags, timeOfDay } from "./cells.ts";
import { DASH, delta, poll } from "./format.ts";
import { Table, type Col } from "./table.ts";
import type { Exchange } from "./types.ts";
import { modeName } from "./words.ts";

// With clients for a page; without, for the narrow dossier of one, which leaves to the flags what they say: version
// and mode, and a kiss in the place of the stratum that it has not.
export function exchangeTable(withClient: boolean): Table<Exchange> {
	const client: Col<Exchange>[] = [
		{ label: "client", left: true, cell: (x) => clientLink(x.client, x.name), by: (x) => x.client },
		{ label: "name", left: true, cell: (x) => x.name ?? DASH, by: (x) => x.name },
	];
	const kind: Col<Exchange>[] = [
		{ label: "V", cell: (x) => x.version, by: (x) => x.version, tip: "NTP version" },
		{ label: "mode", left: true, cell: (x) => modeName(x.mode), by: (x) => x.mode },
	];
	const kiss: Col<Exchange>[] = [{ label: "KoD", left: true, cell: (x) => x.kiss ?? "", by: (x) => x.kiss }];
	return new Table<Exchange>(
		"exchanges",
		[
			{
				label: "time",
				unit: "UTC",
				cell: (x) => timeOfDay(x.request_time ?? x.response_time, 6),
				by: (x) => x.request_time ?? x.response_time,
			},
			{
				label: "delta",
				cell: (x) => (x.delta_s === null ? (x.response_time ? "no request" : "no answer") : delta(x.delta_s)),
				by: (x) => x.delta_s,
				tip: "response minus request",
			},
			...(withClient ? client : []),
			{ label: "port", cell: (x) => String(x.client_port), by: (x) => x.client_port, minor: !withClient },
			...(withClient ? kind : []),
			{
				label: "stratum",
				cell: (x) => (withClient ? x.stratum : (x.kiss ?? x.stratum)) ?? DASH,
				by: (x) => x.stratum,
				tip: withClient ? "of the answer" : "of the answer, or its kiss code",
			},
			{ label: "poll", cell: (x) => poll(x.poll_log2s), by: (x) => x.poll_log2s, minor: !withClient },
			...(withClient ? kiss : []),
			{ label: "rx flags", left: true, cell: (x) => flags(x.request_flags) },
			{ label: "tx flags", left: true, cell: (x) => flags(x.response_flags) },
			{
				label: "server",
				left: true,
				wraps: !withClient,
				minor: !withClient,
				cell: (x) => x.server,
				by: (x) => x.server,
			},
		],
		"none among the recent packets",
	);
}
