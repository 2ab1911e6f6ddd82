// SPDX-License-Identifier: GPL-3.0-or-later
//
// Elements of pictures.  Their looks are presentation attributes and classes, never style.
const NS = "http://www.w3.org/2000/svg";

export function svg(tag: string, attrs: Record<string, string | number>, ...kids: (SVGElement | string)[]): SVGElement {
	const el = document.createElementNS(NS, tag);
	for (const [k, v] of Object.entries(attrs)) el.setAttribute(k, String(v));
	el.append(...kids);
	return el;
}
