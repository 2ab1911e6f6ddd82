// SPDX-License-Identifier: GPL-3.0-or-later
//
// The frame around the pages: navigation, the line of state, keys that work everywhere, and what stands there when
// the server is gone.
import { link, onLink } from "./api.ts";
import { h, fill, setAttr, setText } from "./dom.ts";
import { onPulse, pulse, start } from "./events.ts";
import { count, local, span2, utc } from "./format.ts";
import { showHelp } from "./help.ts";
import { here, type Route, type View } from "./router.ts";
import { startTips } from "./tip.ts";
import { about } from "./pages/about.ts";
import { clients } from "./pages/clients.ts";
import { delta } from "./pages/delta.ts";
import { errors } from "./pages/errors.ts";
import { live } from "./pages/live.ts";
import { overview } from "./pages/overview.ts";
import { report } from "./pages/report.ts";
import { server } from "./pages/server.ts";
import { servers } from "./pages/servers.ts";
import "./style.css";

const ROUTES: readonly Route[] = [
	{ name: "", title: "Overview", make: overview },
	{ name: "clients", title: "Clients", make: clients },
	{ name: "delta", title: "Delta time", make: delta },
	{ name: "servers", title: "Servers", make: servers },
	{ name: "errors", title: "Errors", make: errors },
	{ name: "live", title: "Live", make: live },
	{ name: "report", title: "Report", make: report },
	{ name: "about", title: "About", make: about },
];

// A page of one thing belongs to the page that lists them.
const WITHIN: readonly (Route & { of: string })[] = [{ name: "server", of: "servers", title: "Server", make: server }];

const title = h("h1");
const status = h("div", { class: "status" });
const banner = h("div", { class: "banner", role: "alert", hidden: true });
const main = h("main", { id: "main" });
const links = ROUTES.map((r, i) => h("a", { href: `#/${r.name}`, "data-tip": `key ${i + 1}` }, r.title));

let shown: { route: Route; view: View } | null = null;

function route(): void {
	const { name, params } = here();
	const within = WITHIN.find((x) => x.name === name);
	const r = within ?? ROUTES.find((x) => x.name === name) ?? (ROUTES[0] as Route);
	const of = ROUTES.findIndex((x) => x.name === (within?.of ?? r.name));
	if (shown?.route === r) {
		shown.view.setParams?.(params);
		showTitle();
		return;
	}
	shown?.view.destroy();
	links.forEach((a, i) => setAttr(a, "aria-current", i === of ? (within ? "true" : "page") : null));
	links[of]?.scrollIntoView({ inline: "center", block: "nearest" });
	const view = r.make(params);
	shown = { route: r, view };
	showTitle();
	fill(main, view.el);
	main.className = `page-${r.name || "overview"}`;
	scrollTo(0, 0);
}

function showTitle(): void {
	if (!shown) return;
	const text = shown.view.title?.() ?? shown.route.title;
	setText(title, text);
	document.title = `${text} · ntpscope`;
}

function showStatus(): void {
	const p = pulse;
	if (!p) return;
	fill(
		status,
		h(
			"span",
			{ class: "source", "data-tip": `watching ${p.sources.join(", ")}` },
			p.sources.join(", ") || "no source",
		),
		h("span", { "data-tip": "up for" }, span2(p.uptime_s)),
		h(
			"a",
			{
				href: "#/about",
				class: p.dropped_packets > 0 ? "bad" : "",
				"data-tip": "packets that the kernel or the card dropped before we saw them",
			},
			p.dropped_packets > 0 ? "▲ " : "",
			`${count(p.dropped_packets)} dropped`,
		),
	);
}

function showLink(): void {
	document.body.classList.toggle("stale", link.gone);
	banner.hidden = !link.gone;
	if (!link.gone) return;
	const since = link.lastMs
		? `These are the figures of ${utc(link.lastMs)} UTC (${local(link.lastMs)} your time). `
		: "";
	fill(
		banner,
		h("strong", null, link.why ? `■ ${link.why}. ` : "■ No answer from the server. "),
		since,
		"Trying again every few seconds.",
	);
}

function key(e: KeyboardEvent): void {
	if (e.ctrlKey || e.metaKey || e.altKey) return;
	const typing =
		e.target instanceof HTMLInputElement ||
		e.target instanceof HTMLSelectElement ||
		e.target instanceof HTMLTextAreaElement;
	if (document.querySelector("dialog[open]")) return;
	if (shown?.view.key?.(e)) {
		e.preventDefault();
		return;
	}
	if (typing) return;
	const r = ROUTES[Number(e.key) - 1];
	if (r) location.hash = `#/${r.name}`;
	else if (e.key === "?") showHelp();
	else return;
	e.preventDefault();
}

function run(): void {
	document.body.append(
		h(
			"a",
			{
				class: "skip",
				href: "#main",
				onclick: (e: Event) => {
					e.preventDefault();
					main.querySelector<HTMLElement>("[tabindex='0'], a, button, input")?.focus();
				},
			},
			"to the content",
		),
		h(
			"header",
			null,
			h("a", { class: "brand", href: "#/" }, "ntpscope"),
			h("nav", { "aria-label": "pages" }, links),
			h(
				"button",
				{ class: "quiet help", type: "button", "data-tip": "keys and filters (?)", onclick: showHelp },
				"? keys",
			),
		),
		h("div", { class: "frame" }, h("div", { class: "head" }, title, status), banner, main),
	);
	startTips();
	addEventListener("hashchange", route);
	addEventListener("keydown", key);
	onLink(showLink);
	onPulse(showStatus);
	route();
	start();
}

run();
