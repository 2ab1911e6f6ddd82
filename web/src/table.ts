// SPDX-License-Identifier: GPL-3.0-or-later
//
// A small table (some hundred rows at most): sticky head, sort by click.  The long list of clients has virtual.ts.
import { fill, h, type Kid } from "./dom.ts";

export interface Col<T> {
	label: string;
	unit?: string;
	tip?: string;
	left?: boolean; // text; numbers stand on the right
	wraps?: boolean; // gives way where there is little room
	minor?: boolean; // is not there on a phone
	cell: (row: T) => Kid;
	by?: (row: T) => number | string | null; // what it sorts by; its text unless given
	up?: boolean; // sorts from the least at first
}

// What a table is told beside its columns.
interface TableMore<T> {
	open?: (row: T) => string; // where a click on the row leads
	sorted?: (sort: string | null) => void; // somebody sorted it: to be kept in the address
}

export class Table<T> {
	readonly el: HTMLElement;
	private readonly body = h("tbody");
	private readonly heads: HTMLElement[] = [];
	private rows: T[] = [];
	private sort: { col: number; up: boolean } | null = null;

	constructor(
		label: string,
		private readonly cols: Col<T>[],
		private readonly empty = "none",
		private readonly more: TableMore<T> = {},
	) {
		const head = h(
			"tr",
			null,
			cols.map((c, i) => {
				const text = [c.label, c.unit ? h("span", { class: "unit" }, ` ${c.unit}`) : null];
				const th = h(
					"th",
					{ scope: "col", class: classOf({ ...c, wraps: false }), ...(c.tip ? { "data-tip": c.tip } : {}) },
					c.label ? h("button", { type: "button", onclick: () => this.sortBy(i) }, text) : null,
				);
				this.heads.push(th);
				return th;
			}),
		);
		this.el = h(
			"div",
			{ class: "table-wrap", tabindex: "0", role: "region", "aria-label": label },
			h("table", { "aria-label": label }, h("thead", null, head), this.body),
		);
		if (more.open) this.body.addEventListener("click", openRow);
	}

	set(rows: T[]): void {
		this.rows = rows;
		this.draw();
	}

	private sortBy(col: number): void {
		const first = this.cols[col]?.up ?? this.cols[col]?.left ?? false;
		this.order({ col, up: this.sort?.col === col ? !this.sort.up : first });
		this.more.sorted?.(`${this.cols[col]?.label} ${this.sort?.up ? "up" : "down"}`);
	}

	// "offset down", as it was told by sorted(); null: as the rows come.
	setSort(text: string | null): void {
		const [, label, way] = /^(.*) (up|down)$/.exec(text ?? "") ?? [];
		const col = this.cols.findIndex((c) => c.label === label);
		this.order(col < 0 ? null : { col, up: way === "up" });
	}

	private order(sort: { col: number; up: boolean } | null): void {
		if (this.sort?.col === sort?.col && this.sort?.up === sort?.up) return;
		const col = sort?.col ?? -1;
		this.sort = sort;
		this.heads.forEach((th, i) =>
			i === col
				? th.setAttribute("aria-sort", this.sort?.up ? "ascending" : "descending")
				: th.removeAttribute("aria-sort"),
		);
		this.draw();
	}

	private draw(): void {
		const rows = [...this.rows];
		const col = this.sort ? this.cols[this.sort.col] : undefined;
		if (col && this.sort) {
			const by = col.by ?? ((row: T) => h("td", null, col.cell(row)).textContent);
			const sign = this.sort.up ? 1 : -1;
			rows.sort((a, b) => compare(by(a), by(b), sign));
		}
		if (rows.length === 0) {
			fill(this.body, h("tr", { class: "none" }, h("td", { colspan: this.cols.length, class: "l" }, this.empty)));
			return;
		}
		rows.forEach((row, i) => this.drawRow(row, i));
		while (this.body.childElementCount > rows.length) this.body.lastElementChild?.remove();
	}

	// A row that says what it said before stays, and so do a mark that somebody makes in it, and a tip.
	private drawRow(row: T, i: number): void {
		const cells = this.cols.map((c) => h("td", { class: classOf(c) }, c.cell(row)));
		const href = this.more.open?.(row);
		const made = h("tr", href ? { class: "opens", "data-href": href } : null, cells);
		const old = this.body.children[i];
		if (!old) this.body.appendChild(made);
		else if (!old.isEqualNode(made)) exchange(old, made);
	}
}

// Whoever was at a link of the row with the keyboard is at it still.
function exchange(old: Element, made: Element): void {
	const at = [...old.querySelectorAll<HTMLElement>("a, button")].indexOf(document.activeElement as HTMLElement);
	old.replaceWith(made);
	if (at >= 0) made.querySelectorAll<HTMLElement>("a, button")[at]?.focus({ preventScroll: true });
}

// A click beside the links of a row, unless it ends the marking of text.
function openRow(e: MouseEvent): void {
	const el = e.target as Element;
	const href = el.closest<HTMLElement>("tr[data-href]")?.dataset["href"];
	if (href && !el.closest("a, button") && !String(getSelection())) location.hash = href;
}

function classOf<T>(c: Col<T>): string {
	return (c.left ? "l" : "") + (c.wraps ? " wraps" : "") + (c.minor ? " minor" : "");
}

// What is unknown comes last either way.
function compare(a: number | string | null, b: number | string | null, sign: number): number {
	if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
	return sign * (a < b ? -1 : a > b ? 1 : 0);
}
