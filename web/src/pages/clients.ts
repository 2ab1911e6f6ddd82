// SPDX-License-Identifier: GPL-3.0-or-later
//
// Clients: the list, however long, and the dossier of the row that was opened.
import { ApiError, get, url } from "../api.ts";
import { dossierHref } from "../cells.ts";
import { COLUMNS, fitted, now, usual } from "../columns.ts";
import { h, fill, setText } from "../dom.ts";
import { Dossier } from "../dossier.ts";
import { count, clock, millis } from "../format.ts";
import { filterTable } from "../help.ts";
import { setParams, type Params, type View } from "../router.ts";
import type { Client, ClientsPage } from "../types.ts";
import { Virtual, type Page } from "../virtual.ts";

const REFRESH_MS = 3000;
const TYPING_MS = 350;
const TURN_MS = 150;
const DEFAULT_SORT = "rx";

interface Query {
	sort: string;
	desc: boolean;
	filter: string;
	cols: string[] | null; // null: the usual ones
}

function read(p: Params): Query {
	const sort =
		COLUMNS.find((c) => c.sort !== undefined && c.sort === (p.get("sort") ?? DEFAULT_SORT)) ??
		COLUMNS.find((c) => c.sort === DEFAULT_SORT);
	const order = p.get("order") ?? (sort?.up ? "asc" : "desc");
	const cols =
		p
			.get("cols")
			?.split(",")
			.filter((k) => COLUMNS.some((c) => c.key === k)) ?? [];
	return {
		sort: sort?.sort ?? DEFAULT_SORT,
		desc: order === "desc",
		filter: p.get("filter") ?? "",
		cols: cols.length ? cols : null,
	};
}

export function clients(params: Params): View {
	return new ClientsView(params);
}

class ClientsView implements View {
	readonly el: HTMLElement;
	private q: Query;
	private readonly input: HTMLInputElement;
	private readonly counted = h("span", { class: "counted", "aria-live": "polite" });
	private readonly ordered = h("button", {
		class: "quiet",
		type: "button",
		hidden: true,
		"data-tip": "rows keep their places while you look; click for the order of now",
	});
	private readonly problem = h("p", { class: "problem", role: "alert", hidden: true });
	private readonly json = h("a", { class: "button", download: true }, "JSON");
	private readonly csv = h("a", { class: "button", download: true }, "CSV");
	private readonly nothing = h("p", { class: "state over", hidden: true });
	private readonly list: Virtual<Client>;
	private readonly choice: HTMLElement;
	private readonly syntax: HTMLDetailsElement;
	private dossier: Dossier | null = null;
	private total: number | null = null;
	private made: string | null = null;
	private typing = 0;
	private turning = 0;
	private shownCols = "";
	private readonly resized = new ResizeObserver(() => this.showColumns());
	private readonly timer: number;

	constructor(params: Params) {
		this.q = read(params);
		this.input = h("input", {
			type: "search",
			class: "filter",
			placeholder: "2001:db8::/32  alert:red  flag:R  name:*.example",
			"aria-label": "filter",
			spellcheck: "false",
			autocomplete: "off",
			autocapitalize: "off",
			maxlength: "256",
			enterkeyhint: "search",
			oninput: () => this.typed(),
			onkeydown: (e: KeyboardEvent) => this.inputKey(e),
		});
		this.list = new Virtual<Client>({
			label: "clients",
			load: (offset, limit, view, signal) => this.load(offset, limit, view, signal),
			link: (c) => dossierHref(c.ip),
			onopen: (c) => setParams({ ip: c.ip }),
			onselect: (c) => this.dossier && this.follow(c.ip),
			onsort: (sort, desc) => this.sortBy(sort, desc),
			onshown: (from, to, matched) => this.shown(from, to, matched),
			onerror: (e) => this.failed(e),
		});
		this.choice = h("div", { class: "choices" });
		this.syntax = h(
			"details",
			{ class: "menu" },
			h("summary", null, "syntax"),
			h(
				"div",
				{ class: "sheet" },
				h("p", null, "Terms apart by blanks, all of which must hold. Click one to try it."),
				filterTable((t) => this.pick(t)),
			),
		);
		this.ordered.addEventListener("click", () => void this.list.reload());
		this.el = h(
			"div",
			{ class: "clients" },
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
				this.syntax,
				h("span", { class: "told" }, this.counted, this.ordered),
				h(
					"details",
					{ class: "menu right" },
					h("summary", null, "columns"),
					h("div", { class: "sheet" }, this.choice),
				),
				this.json,
				this.csv,
			),
			this.problem,
			h("div", { class: "vt-frame" }, this.list.el, this.nothing),
		);
		this.take(true, params);
		this.timer = window.setInterval(() => !document.hidden && this.list.refresh(), REFRESH_MS);
		addEventListener("click", this.outside);
		this.resized.observe(this.list.el);
		requestAnimationFrame(() => !matchMedia("(pointer: coarse)").matches && this.list.focus());
	}

	setParams(p: Params): void {
		const old = this.q;
		this.q = read(p);
		const other = old.sort !== this.q.sort || old.desc !== this.q.desc || old.filter !== this.q.filter;
		this.take(other, p);
	}

	destroy(): void {
		clearInterval(this.timer);
		clearTimeout(this.typing);
		removeEventListener("click", this.outside);
		this.resized.disconnect();
		this.dossier?.destroy();
		this.list.destroy();
	}

	key(e: KeyboardEvent): boolean {
		if (e.key === "/" && document.activeElement !== this.input) {
			this.input.focus();
			this.input.select();
			return true;
		}
		if (e.key === "Escape") {
			const open = this.el.querySelector("details[open]");
			if (open) open.removeAttribute("open");
			else if (this.dossier) this.close();
			else return false;
			return true;
		}
		return false;
	}

	private readonly outside = (e: Event): void => {
		for (const d of this.el.querySelectorAll("details[open]"))
			if (e.target instanceof Node && !d.contains(e.target)) d.removeAttribute("open");
	};

	private take(other: boolean, p: Params): void {
		if (document.activeElement !== this.input || this.input.value.trim() !== this.q.filter)
			this.input.value = this.q.filter;
		const query = { filter: this.q.filter, sort: this.q.sort, order: this.q.desc ? "desc" : "asc" };
		this.json.href = url("clients.json", query);
		this.csv.href = url("clients.csv", query);
		this.list.setSort(this.q.sort, this.q.desc);
		this.showColumns();
		if (other) {
			this.problem.hidden = true;
			void this.list.reload();
		}
		this.openDossier(p.get("ip"));
	}

	private cols(): string[] {
		return this.q.cols ?? usual(this.list.el.clientWidth || innerWidth);
	}

	private showColumns(): void {
		const cols = fitted(this.cols(), this.list.el.clientWidth);
		const text = cols.map((c) => `${c.key}${c.width}`).join();
		if (text === this.shownCols) return;
		this.shownCols = text;
		this.list.setColumns(cols);
		this.drawChoice();
	}

	private openDossier(ip: string | null): void {
		if (this.dossier?.ip === ip) return;
		this.dossier?.destroy();
		this.dossier = ip ? new Dossier(ip, () => this.close()) : null;
		this.el.classList.toggle("with-dossier", ip !== null);
		if (this.dossier) this.el.appendChild(this.dossier.el);
	}

	// With a dossier open, the arrow keys turn its pages.
	private follow(ip: string): void {
		clearTimeout(this.turning);
		this.turning = window.setTimeout(() => this.dossier && setParams({ ip }, true), TURN_MS);
	}

	private close(): void {
		clearTimeout(this.turning);
		setParams({ ip: null });
		this.list.focus();
	}

	private async load(
		offset: number,
		limit: number,
		view: string | undefined,
		signal: AbortSignal,
	): Promise<Page<Client>> {
		const { sort, desc, filter } = this.q;
		const page = await get<ClientsPage>(
			"clients",
			{ sort, order: desc ? "desc" : "asc", filter, offset, limit, view },
			signal,
		);
		now.ms = millis(page.now);
		this.total = page.total;
		this.made = page.made_at;
		this.problem.hidden = true;
		this.nothing.hidden = page.matched > 0;
		setText(
			this.nothing,
			page.total === 0
				? "No client yet: nobody has asked."
				: `None of ${count(page.total)} clients passes this filter.`,
		);
		return { rows: page.clients, matched: page.matched, view: page.view };
	}

	private failed(e: unknown): void {
		this.list.el.classList.remove("waiting");
		if (e instanceof ApiError && e.status === 0) return; // the banner tells
		setText(this.problem, e instanceof Error ? e.message : String(e));
		this.problem.hidden = false;
	}

	private shown(from: number, to: number, matched: number): void {
		if (this.total === null) return;
		const of = this.q.filter
			? `${count(matched)} of ${count(this.total)} addresses`
			: `${count(this.total)} addresses`;
		setText(this.counted, to > 0 ? `${of} · showing ${count(from)}–${count(to)}` : of);
		this.ordered.hidden = from <= 1 || !this.made;
		if (!this.ordered.hidden) setText(this.ordered, `order of ${clock(this.made)}`);
	}

	private sortBy(sort: string, desc: boolean): void {
		const column = COLUMNS.find((c) => c.sort === sort);
		const usualOrder = desc === !column?.up;
		setParams({ sort: sort === DEFAULT_SORT ? null : sort, order: usualOrder ? null : desc ? "desc" : "asc" });
	}

	private typed(): void {
		clearTimeout(this.typing);
		this.typing = window.setTimeout(() => this.apply(true), TYPING_MS);
	}

	// While somebody types the address is replaced, so that "back" does not spell the filter letter by letter.
	private apply(replace = false): void {
		clearTimeout(this.typing);
		setParams({ filter: this.input.value.trim() || null }, replace);
	}

	private pick(term: string): void {
		this.syntax.open = false;
		const has = this.input.value.trim();
		this.input.value = has ? `${has} ${term}` : term;
		this.input.focus();
		this.apply();
	}

	private inputKey(e: KeyboardEvent): void {
		if (e.key === "Escape" && !this.input.value) this.list.focus();
		else if (e.key === "Escape") {
			this.input.value = "";
			this.apply();
		} else if (e.key === "ArrowDown" || e.key === "Enter") {
			this.apply();
			this.list.focus();
		} else return;
		e.preventDefault();
		e.stopPropagation();
	}

	private drawChoice(): void {
		const boxes = COLUMNS.map((c, i) =>
			h(
				"label",
				{ "data-tip": c.tip },
				h("input", {
					type: "checkbox",
					disabled: i === 0,
					checked: this.cols().includes(c.key),
					onchange: (e: Event) => this.choose(c.key, (e.target as HTMLInputElement).checked),
				}),
				" ",
				c.label,
			),
		);
		if (this.choice.childElementCount === 0)
			fill(
				this.choice,
				boxes,
				h(
					"p",
					null,
					h(
						"button",
						{ type: "button", onclick: () => setParams({ cols: COLUMNS.map((c) => c.key).join(",") }) },
						"all",
					),
					" ",
					h("button", { type: "button", onclick: () => setParams({ cols: null }) }, "usual"),
				),
			);
		else
			this.choice
				.querySelectorAll("input")
				.forEach((box, i) => (box.checked = this.cols().includes(COLUMNS[i]?.key ?? "")));
	}

	private choose(key: string, on: boolean): void {
		const cols = COLUMNS.map((c) => c.key).filter((k) => (k === key ? on : this.cols().includes(k)));
		const same = cols.join() === usual(this.list.el.clientWidth).join();
		setParams({ cols: same ? null : cols.join(",") }, true);
	}
}
