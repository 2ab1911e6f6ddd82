// SPDX-License-Identifier: GPL-3.0-or-later
//
// Report: the engine's own page, in a frame without scripts, of the last hour, the last day, or all.  It brings its own
// style and its own, stricter Content-Security-Policy, and says from when to when it really is.
import { url } from "../api.ts";
import { h, setAttr, setText } from "../dom.ts";
import { utc } from "../format.ts";
import { setParam, type Params, type View } from "../router.ts";

const SPANS = [
	["hour", "last hour"],
	["day", "last day"],
	["all", "all"],
] as const;

type Span = (typeof SPANS)[number][0];

function spanOf(p: Params): Span {
	return SPANS.find(([s]) => s === p.get("span"))?.[0] ?? "all";
}

const WORDS: Record<Span, string> = {
	hour: "on about the last hour",
	day: "on about the last day",
	all: "on everything since the start",
};

export function report(params: Params): View {
	let span = spanOf(params);
	const state = h("span", { class: "hint" });
	const holder = h("div", { class: "report" });
	let observer: ResizeObserver | null = null;

	const href = (format: string): string => url("report", span === "all" ? { format } : { format, span });

	const buttons = SPANS.map(([value, words]) =>
		h(
			"button",
			{ type: "button", "data-span": value, onclick: () => setParam("span", value === "all" ? null : value) },
			words,
		),
	);
	const links = (["html", "text", "json"] as const).map((format) =>
		h(
			"a",
			format === "json"
				? { class: "button", download: "ntpscope-report.json" }
				: { class: "button", target: "_blank", rel: "noopener" },
			format === "text" ? format : format.toUpperCase(),
		),
	);

	const load = (): void => {
		buttons.forEach((b) => setAttr(b, "aria-pressed", String(b.dataset.span === span)));
		links.forEach((a, i) => setAttr(a, "href", href((["html", "text", "json"] as const)[i] ?? "html")));
		observer?.disconnect();
		setText(state, "counting everything up; counting of packets goes on meanwhile …");
		const frame = h("iframe", {
			title: "report",
			sandbox: "allow-same-origin allow-top-navigation-by-user-activation",
			src: href("html"),
		});
		frame.addEventListener("load", () => {
			const doc = frame.contentDocument;
			if (!doc) {
				setText(state, "the server could not make the report; try again in a moment");
				return;
			}
			if (doc.contentType !== "text/html") {
				setText(state, "the server could not make the report; try again in a moment");
				return;
			}
			setText(state, `as of ${utc(Date.now())} UTC, ${WORDS[span]}`);
			const fit = (): void => {
				frame.style.height = `${doc.documentElement.scrollHeight}px`;
			};
			fit();
			observer = new ResizeObserver(fit);
			observer.observe(doc.documentElement);
		});
		holder.replaceChildren(frame);
	};
	load();

	return {
		el: h(
			"div",
			{ class: "stack" },
			h(
				"div",
				{ class: "bar" },
				h("div", { class: "choice", role: "group", "aria-label": "of which time" }, ...buttons),
				h("button", { type: "button", onclick: load }, "make it again"),
				state,
				h("span", { class: "gap" }),
				...links,
			),
			holder,
		),
		setParams: (p) => {
			const next = spanOf(p);
			if (next === span) return;
			span = next;
			load();
		},
		destroy: () => observer?.disconnect(),
	};
}
