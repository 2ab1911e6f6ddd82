// SPDX-License-Identifier: GPL-3.0-or-later
//
// A table of any length of which only the rows in sight exist.  The server sorts and pages; here pages are fetched
// as they come into sight, and kept for a while.
//
// A browser's boxes end at some ten million pixels, and ten million rows are 240 million.  So the scroll bar's
// range is at most SCROLL_MAX, and its position stands for a row through a curve of three straight pieces: exact
// over the first and the last EXACT pixels, compressed in the middle.  Small steps (a wheel, a finger) move the
// rows by as much as the bar moved, whatever the curve says; once they rest, the bar is set to where the curve
// wants it.
import { fill, h, setAttr, type Kid } from "./dom.ts";

export interface VirtualColumn<T> {
	key: string;
	label: string;
	unit?: string;
	tip: string;
	width: number; // pixels; the table's own zoom is the browser's
	left?: boolean;
	sort?: string; // the server's word for this order
	up?: boolean; // sorts from the least at first
	cell: (row: T) => Kid;
}

export interface Page<T> {
	rows: T[];
	matched: number;
	view: string;
}

interface Options<T> {
	label: string;
	load: (offset: number, limit: number, view: string | undefined, signal: AbortSignal) => Promise<Page<T>>;
	link: (row: T) => string;
	onopen: (row: T) => void;
	onselect: (row: T) => void; // by key
	onsort: (key: string, desc: boolean) => void;
	onshown: (from: number, to: number, matched: number) => void;
	onerror: (e: unknown) => void;
}

const SCROLL_MAX = 12_000_000;
const EXACT = 600_000;
const PAGE = 100;
const PAGES_KEPT = 60;
const OVERSCAN = 6;
const REST_MS = 140;
const ORDER_SHARE = 20; // of the server's time, one part at most goes into orders for this list

// Where row pixels lie behind a scroll position, and back.  Exported for its test.
export class Curve {
	readonly real: number; // pixels that the scroll bar runs over
	constructor(
		readonly all: number,
		readonly view: number,
	) {
		this.real = Math.min(all, SCROLL_MAX);
	}

	private ends(): [scroll: number, virtual: number] {
		return [Math.max(0, this.real - this.view), Math.max(0, this.all - this.view)];
	}

	toRows(scroll: number): number {
		const [s, v] = this.ends();
		if (s === v) return Math.min(Math.max(0, scroll), v);
		if (scroll <= EXACT) return Math.max(0, scroll);
		if (scroll >= s - EXACT) return Math.min(v, v - (s - scroll));
		return EXACT + ((scroll - EXACT) * (v - 2 * EXACT)) / (s - 2 * EXACT);
	}

	toScroll(rows: number): number {
		const [s, v] = this.ends();
		if (s === v || rows <= EXACT) return rows;
		if (rows >= v - EXACT) return s - (v - rows);
		return EXACT + ((rows - EXACT) * (s - 2 * EXACT)) / (v - 2 * EXACT);
	}
}

export class Virtual<T> {
	readonly el: HTMLElement;
	private readonly head = h("div", { class: "vt-head", role: "row", "aria-rowindex": "1" });
	private readonly body = h("div", { class: "vt-body", role: "rowgroup" });
	private cols: VirtualColumn<T>[] = [];
	private pool = new Map<number, HTMLElement>();
	private pages = new Map<number, T[]>();
	private view: string | undefined;
	private orderedMs = 0;
	private orderTookMs = 0;
	private matched = 0;
	private top = 0; // row pixels above the sight
	private lastScroll = 0;
	private curve = new Curve(0, 0);
	private selected = -1;
	private sort = { key: "", desc: true };
	private loading = new Map<number, AbortController>();
	private rest = 0;
	private frame = 0;
	private readonly resized: ResizeObserver;
	private dead = false;

	constructor(private readonly o: Options<T>) {
		this.el = h("div", { class: "vt", role: "grid", tabindex: "0", "aria-label": o.label }, this.head, this.body);
		this.el.addEventListener("scroll", () => this.scrolled(), { passive: true });
		this.el.addEventListener("keydown", (e) => this.key(e));
		this.body.addEventListener("click", (e) => this.clicked(e));
		this.resized = new ResizeObserver(() => this.layout());
		this.resized.observe(this.el);
	}

	destroy(): void {
		this.dead = true;
		this.resized.disconnect();
		this.cancel();
		clearTimeout(this.rest);
		cancelAnimationFrame(this.frame);
	}

	setColumns(cols: VirtualColumn<T>[]): void {
		this.cols = cols;
		this.el.style.setProperty(
			"--cols",
			cols.map((c, i) => (i === cols.length - 1 ? `minmax(${c.width}px, 1fr)` : `${c.width}px`)).join(" "),
		);
		this.el.style.setProperty("--width", `${cols.reduce((n, c) => n + c.width, 0)}px`);
		setAttr(this.el, "aria-colcount", String(cols.length));
		this.drawHead();
		this.redraw();
	}

	// The order that the heads show; the list itself comes by reload().
	setSort(key: string, desc: boolean): void {
		this.sort = { key, desc };
		this.drawHead();
	}

	// Another list: from the top, what was shown stays until the new one is there.
	async reload(): Promise<void> {
		this.cancel();
		this.view = undefined;
		this.el.classList.add("waiting");
		const done = await this.fetchPage(0, true);
		if (done) this.el.classList.remove("waiting");
	}

	// The same list with the figures of now; where the top is in sight, in the order of now.  A list so long that its order
	// takes the server a while is put in order less often.
	refresh(): void {
		if (this.loading.size > 0 || this.el.classList.contains("waiting")) return;
		const [from, to] = this.sight();
		const first = Math.floor(from / PAGE);
		const last = Math.floor(Math.max(from, to - 1) / PAGE);
		if (from === 0 && Date.now() > this.orderedMs + ORDER_SHARE * this.orderTookMs) this.view = undefined;
		for (let p = first; p <= last; p++) void this.fetchPage(p, false);
	}

	row(index: number): T | undefined {
		return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
	}

	focus(): void {
		this.el.focus({ preventScroll: true });
	}

	private cancel(): void {
		for (const c of this.loading.values()) c.abort();
		this.loading.clear();
	}

	private async fetchPage(page: number, fresh: boolean): Promise<boolean> {
		if (this.loading.has(page) || this.dead) return false;
		const control = new AbortController();
		this.loading.set(page, control);
		const anew = this.view === undefined;
		const start = Date.now();
		try {
			const got = await this.o.load(page * PAGE, PAGE, this.view, control.signal);
			if (control.signal.aborted || this.dead) return false;
			this.loading.delete(page);
			if (anew) {
				this.orderedMs = Date.now();
				this.orderTookMs = this.orderedMs - start;
			}
			this.take(page, got, fresh);
			return true;
		} catch (e) {
			if (this.loading.get(page) === control) this.loading.delete(page);
			if (!control.signal.aborted && !this.dead) this.o.onerror(e);
			return false;
		}
	}

	private take(page: number, got: Page<T>, fresh: boolean): void {
		if (fresh || (this.view !== undefined && got.view !== this.view) || this.view === undefined) {
			// Another order: what else is kept belongs to the old one.  Rows in sight stay until theirs come.
			const [from, to] = this.sight();
			for (const p of [...this.pages.keys()])
				if (fresh || (p + 1) * PAGE <= from || p * PAGE >= to) this.pages.delete(p);
		}
		this.view = got.view;
		this.pages.delete(page);
		this.pages.set(page, got.rows);
		for (const p of this.pages.keys()) {
			if (this.pages.size <= PAGES_KEPT) break;
			this.pages.delete(p);
		}
		const length = got.matched !== this.matched;
		this.matched = got.matched;
		if (fresh) {
			this.selected = -1;
			this.top = 0;
			this.el.scrollTop = this.lastScroll = 0;
		}
		if (fresh) this.redraw();
		if (length || fresh) this.layout();
		for (const [i, el] of this.pool) if (Math.floor(i / PAGE) === page) this.fillRow(el, i);
		this.draw();
	}

	private rowHeight(): number {
		return parseFloat(getComputedStyle(this.el).getPropertyValue("--row")) || 24;
	}

	private headHeight(): number {
		return this.head.offsetHeight;
	}

	private viewHeight(): number {
		return Math.max(0, this.el.clientHeight - this.headHeight());
	}

	private layout(): void {
		this.curve = new Curve(this.matched * this.rowHeight(), this.viewHeight());
		this.body.style.height = `${this.curve.real}px`;
		setAttr(this.el, "aria-rowcount", String(this.matched + 1));
		this.top = Math.min(this.top, Math.max(0, this.curve.all - this.viewHeight()));
		this.settle();
	}

	private scrolled(): void {
		const now = this.el.scrollTop;
		const step = now - this.lastScroll;
		if (step === 0) return; // sideways, or our own doing
		this.lastScroll = now;
		const end = Math.max(0, this.curve.all - this.viewHeight());
		if (this.curve.all <= SCROLL_MAX || Math.abs(step) > 1.5 * this.viewHeight()) this.top = this.curve.toRows(now);
		else this.top = Math.min(end, Math.max(0, this.top + step));
		if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
		clearTimeout(this.rest);
		this.rest = window.setTimeout(() => this.settle(), REST_MS);
	}

	// The bar goes to where the curve wants it, and what is in sight is fetched.
	private settle(): void {
		const want = Math.round(this.curve.toScroll(this.top));
		if (Math.abs(want - this.el.scrollTop) >= 1) this.el.scrollTop = want;
		this.lastScroll = this.el.scrollTop;
		this.draw();
		this.fetchSight();
	}

	private sight(): [from: number, to: number] {
		const height = this.rowHeight();
		const from = Math.floor(this.top / height);
		return [from, Math.min(this.matched, Math.ceil((this.top + this.viewHeight()) / height))];
	}

	private fetchSight(): void {
		const [from, to] = this.sight();
		const first = Math.floor(Math.max(0, from - OVERSCAN) / PAGE);
		const last = Math.floor(Math.max(0, to + OVERSCAN - 1) / PAGE);
		for (const [p, c] of this.loading)
			if (p < first || p > last) {
				c.abort();
				this.loading.delete(p);
			}
		for (let p = first; p <= last && p * PAGE < this.matched; p++)
			if (!this.pages.has(p)) void this.fetchPage(p, false);
	}

	private redraw(): void {
		for (const el of this.pool.values()) el.remove();
		this.pool.clear();
		this.draw();
	}

	private draw(): void {
		this.frame = 0;
		const height = this.rowHeight();
		const [from, to] = this.sight();
		const first = Math.max(0, from - OVERSCAN);
		const last = Math.min(this.matched, to + OVERSCAN);
		const shift = this.el.scrollTop - this.top; // body pixels = row pixels + shift
		for (const [i, el] of this.pool)
			if (i < first || i >= last) {
				el.remove();
				this.pool.delete(i);
			}
		for (let i = first; i < last; i++) {
			let el = this.pool.get(i);
			if (!el) {
				el = this.makeRow(i);
				this.pool.set(i, el);
				this.body.appendChild(el);
			}
			el.style.transform = `translateY(${Math.round(i * height + shift)}px)`;
		}
		this.mark();
		this.o.onshown(this.matched ? from + 1 : 0, to, this.matched);
	}

	private makeRow(i: number): HTMLElement {
		const el = h("div", {
			class: `vt-row${i % 2 ? " odd" : ""}`,
			role: "row",
			"aria-rowindex": i + 2,
			id: `r${i}`,
			"data-i": i,
		});
		this.fillRow(el, i);
		return el;
	}

	// Replaces only the cells that say something else now: a mark that somebody makes, or a tip, stays.
	private fillRow(el: HTMLElement, i: number): void {
		const row = this.row(i);
		el.classList.toggle("blank", !row);
		if (!row) {
			// while the bar is dragged, rows fly by: one cell is enough
			fill(el, h("div", { class: "vt-cell l", role: "gridcell" }, `row ${(i + 1).toLocaleString("en-US")}`));
			return;
		}
		this.cols.forEach((c, n) => {
			const cell = h("div", { class: `vt-cell${c.left ? " l" : ""}`, role: "gridcell" });
			fill(
				cell,
				n === 0 ? h("a", { class: "addr", href: this.o.link(row), tabindex: "-1" }, c.cell(row)) : c.cell(row),
			);
			const old = el.children[n];
			if (!old) el.appendChild(cell);
			else if (!old.isEqualNode(cell)) el.replaceChild(cell, old);
		});
	}

	private drawHead(): void {
		fill(
			this.head,
			this.cols.map((c) => {
				const on = c.sort !== undefined && c.sort === this.sort.key;
				const text = [
					c.label,
					c.unit ? h("span", { class: "unit" }, ` ${c.unit}`) : null,
					h("span", { class: "arrow", "aria-hidden": "true" }, on ? (this.sort.desc ? " ▾" : " ▴") : ""),
				];
				return h(
					"div",
					{
						class: `vt-cell${c.left ? " l" : ""}${on ? " on" : ""}`,
						role: "columnheader",
						"data-tip": c.tip,
						"data-key": c.key,
						...(on ? { "aria-sort": this.sort.desc ? "descending" : "ascending" } : {}),
					},
					c.sort
						? h("button", { type: "button", onclick: () => this.sortBy(c) }, text)
						: h("span", { class: "fixed" }, text),
				);
			}),
		);
	}

	private sortBy(c: VirtualColumn<T>): void {
		if (!c.sort) return;
		this.o.onsort(c.sort, c.sort === this.sort.key ? !this.sort.desc : !c.up);
	}

	private clicked(e: MouseEvent): void {
		if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.shiftKey || !(e.target instanceof Element)) return;
		if (getSelection()?.type === "Range") return; // somebody marks text to copy it
		const i = Number(e.target.closest("[data-i]")?.getAttribute("data-i") ?? -1);
		const row = this.row(i);
		if (!row) return;
		e.preventDefault();
		this.selected = i;
		this.mark();
		this.o.onopen(row);
	}

	private mark(): void {
		for (const [i, el] of this.pool) setAttr(el, "aria-selected", i === this.selected ? "true" : null);
		setAttr(this.el, "aria-activedescendant", this.pool.has(this.selected) ? `r${this.selected}` : null);
	}

	private key(e: KeyboardEvent): void {
		if (e.ctrlKey || e.metaKey || e.altKey || (e.target instanceof Element && e.target.closest("button, input")))
			return;
		const page = Math.max(1, Math.floor(this.viewHeight() / this.rowHeight()) - 1);
		const steps: Record<string, number> = {
			ArrowDown: 1,
			ArrowUp: -1,
			j: 1,
			k: -1,
			PageDown: page,
			PageUp: -page,
			Home: -Infinity,
			End: Infinity,
		};
		const step = steps[e.key];
		if (step !== undefined) {
			const start = this.selected >= 0 ? this.selected : this.sight()[0] - (step > 0 ? 1 : 0);
			this.select(Math.min(this.matched - 1, Math.max(0, start + step)));
		} else if (e.key === "Enter") {
			const row = this.row(this.selected);
			if (row) this.o.onopen(row);
		} else {
			return;
		}
		e.preventDefault();
	}

	private select(i: number): void {
		this.selected = i;
		const height = this.rowHeight();
		const above = i * height;
		if (above < this.top) this.top = above;
		else if (above + height > this.top + this.viewHeight()) this.top = above + height - this.viewHeight();
		this.settle();
		const row = this.row(i);
		if (row) this.o.onselect(row);
	}
}
