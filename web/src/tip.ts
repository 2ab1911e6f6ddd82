// SPDX-License-Identifier: GPL-3.0-or-later
//
// What stands on hover: one box for the whole page, shown at once (a browser's own title waits) and on touch, too.
// Elements say it in data-tip.
import { h, setText } from "./dom.ts";

const GAP = 6;

// A cell of fixed width whose text has no room shows it whole.
function cut(target: Element): Element | null {
	const cell = target.closest(".vt-cell, .live td");
	return cell && cell.scrollWidth > cell.clientWidth ? cell : null;
}

export function startTips(): void {
	const box = h("div", { class: "tip", role: "tooltip", hidden: true });
	document.body.appendChild(box);
	let over: Element | null = null;

	const hide = (): void => {
		over = null;
		box.hidden = true;
	};
	const show = (target: EventTarget | null): void => {
		const el = target instanceof Element ? (target.closest("[data-tip]") ?? cut(target)) : null;
		if (!el) return hide();
		if (el === over) return;
		over = el;
		setText(box, el.getAttribute("data-tip") ?? el.textContent ?? "");
		box.hidden = false;
		const at = el.getBoundingClientRect();
		const me = box.getBoundingClientRect();
		const left = Math.max(GAP, Math.min(at.left, innerWidth - me.width - GAP));
		const below = at.bottom + GAP;
		const top = below + me.height > innerHeight ? at.top - me.height - GAP : below;
		box.style.left = `${left}px`; // through the CSSOM: allowed by the Content-Security-Policy
		box.style.top = `${Math.max(GAP, top)}px`;
	};
	document.addEventListener("pointerover", (e) => show(e.target));
	document.addEventListener("focusin", (e) => show(e.target));
	document.addEventListener("focusout", hide);
	document.addEventListener("scroll", hide, { capture: true, passive: true });
	document.addEventListener("keydown", (e) => e.key === "Escape" && hide());
}
