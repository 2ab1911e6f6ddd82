// SPDX-License-Identifier: GPL-3.0-or-later
//
// Elements.  Strangers choose names and codes that we show, so text becomes text nodes and nothing else: there is no
// innerHTML anywhere in this page, and no style attribute (the Content-Security-Policy forbids both their dangers).

export type Kid = Node | string | number | null | undefined | false | Kid[];
type Props = Record<string, unknown>;

// h("a", {class: "x", href: "#", onclick: f}, "text", child)
export function h<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	props?: Props | null,
	...kids: Kid[]
): HTMLElementTagNameMap[K] {
	const el = document.createElement(tag);
	if (props) setProps(el, props);
	add(el, kids);
	return el;
}

function setProps(el: Element, props: Props): void {
	for (const [key, value] of Object.entries(props)) {
		if (value === null || value === undefined || value === false) continue;
		if (key.startsWith("on") && typeof value === "function")
			el.addEventListener(key.slice(2), value as EventListener);
		else el.setAttribute(key, value === true ? "" : String(value));
	}
}

function add(el: Node, kids: Kid[]): void {
	for (const kid of kids) {
		if (kid === null || kid === undefined || kid === false) continue;
		if (Array.isArray(kid)) add(el, kid);
		else el.appendChild(kid instanceof Node ? kid : document.createTextNode(String(kid)));
	}
}

export function fill(el: Element, ...kids: Kid[]): void {
	el.replaceChildren();
	add(el, kids);
}

// Writes only what changed: a page that refreshes each second must not take a selection away.
export function setText(el: Node, text: string): void {
	if (el.textContent !== text) el.textContent = text;
}

export function setAttr(el: Element, name: string, value: string | null): void {
	if (value === null) el.removeAttribute(name);
	else if (el.getAttribute(name) !== value) el.setAttribute(name, value);
}
