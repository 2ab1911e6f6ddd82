// SPDX-License-Identifier: GPL-3.0-or-later
//
// Report: the engine's own page, in a frame without scripts.  It brings its own style and its own, stricter
// Content-Security-Policy.
import { url } from "../api.ts";
import { h, setText } from "../dom.ts";
import { utc } from "../format.ts";
import type { Params, View } from "../router.ts";

export function report(_params: Params): View {
	const state = h("span", { class: "hint" });
	const holder = h("div", { class: "report" });
	let observer: ResizeObserver | null = null;

	const load = (): void => {
		observer?.disconnect();
		setText(state, "counting everything up; counting of packets goes on meanwhile …");
		const frame = h("iframe", {
			title: "report",
			sandbox: "allow-same-origin allow-top-navigation-by-user-activation",
			src: url("report", { format: "html" }),
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
			setText(state, `as of ${utc(Date.now())} UTC, on everything since the start`);
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
				h("button", { type: "button", onclick: load }, "make it again"),
				state,
				h("span", { class: "gap" }),
				h(
					"a",
					{ class: "button", href: url("report", { format: "html" }), target: "_blank", rel: "noopener" },
					"HTML",
				),
				h(
					"a",
					{ class: "button", href: url("report", { format: "text" }), target: "_blank", rel: "noopener" },
					"text",
				),
				h(
					"a",
					{ class: "button", href: url("report", { format: "json" }), download: "ntpscope-report.json" },
					"JSON",
				),
			),
			holder,
		),
		destroy: () => observer?.disconnect(),
	};
}
