// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keys, and the short syntax of the filter.
import { h } from "./dom.ts";

const KEYS: readonly (readonly [string, string])[] = [
	["1 … 8", "the pages, in their order"],
	["/", "to the filter"],
	["↑ ↓  j k", "row by row; Page Up, Page Down, Home, End"],
	["enter", "open the row's dossier; apply the filter"],
	["esc", "close the dossier; leave the filter"],
	["space", "Live: pause and go on"],
	["?", "this list"],
];

const FILTERS: readonly (readonly [string, string])[] = [
	["2001:db8::/32", "an address or a prefix"],
	["alert:red,yellow", "alert: none, sleep, yellow, red"],
	["flag:R", "a flag in either direction; rxflag: or txflag: in one"],
	["class:abusive", "active, inactive, abusive, rapid, very-slow, scanner, one-shot"],
	["name:*.example", "the name, with * and ?; without them a part of it"],
	["rx>1000", "also tx, every (every<8s), owed, last (last<5m) and first (first>1d): those two are ages"],
	["-flag:4", "the opposite of a term"],
	["mobile", "a part of the address or of the name"],
];

export function filterTable(pick?: (term: string) => void): HTMLElement {
	return h(
		"table",
		{ class: "plain" },
		h(
			"tbody",
			null,
			FILTERS.map(([term, meaning]) =>
				h(
					"tr",
					null,
					h(
						"td",
						{ class: "l" },
						pick
							? h("button", { type: "button", class: "term", onclick: () => pick(term) }, term)
							: h("code", null, term),
					),
					h("td", { class: "l" }, meaning),
				),
			),
		),
	);
}

export function showHelp(): void {
	const dialog = h(
		"dialog",
		{ "aria-label": "keys and filters" },
		h("h2", null, "Keys"),
		h(
			"table",
			{ class: "plain" },
			h(
				"tbody",
				null,
				KEYS.map(([k, what]) =>
					h("tr", null, h("td", { class: "l" }, h("kbd", null, k)), h("td", { class: "l" }, what)),
				),
			),
		),
		h("h2", null, "Filter of the client list"),
		h("p", null, "Terms apart by blanks, all of which must hold:"),
		filterTable(),
		h("h2", null, "Graphs"),
		h(
			"p",
			null,
			"Hover reads out all lines, drag zooms, double-click goes back. All graphs of a page move together.",
		),
		h("form", { method: "dialog" }, h("button", null, "close")),
	);
	dialog.addEventListener("close", () => dialog.remove());
	dialog.addEventListener("click", (e) => e.target === dialog && dialog.close());
	document.body.appendChild(dialog);
	dialog.showModal();
}
