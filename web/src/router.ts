// SPDX-License-Identifier: GPL-3.0-or-later
//
// The view is in the address: #/clients?filter=alert%3Ared&sort=last.  So each view can be sent to a colleague,
// and the browser's back button works.
export type Params = URLSearchParams;

export interface View {
	el: HTMLElement;
	title?: () => string; // of what it shows now; the route's otherwise
	setParams?: (p: Params) => void; // the address changed within the page
	key?: (e: KeyboardEvent) => boolean; // true: it was for this page
	destroy: () => void;
}

export interface Route {
	name: string;
	title: string;
	make: (p: Params) => View;
}

export function here(): { name: string; params: Params } {
	const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2);
	return { name: path, params: new URLSearchParams(query) };
}

export function address(name: string, params: Params): string {
	const q = params.toString();
	return `#/${name}${q ? `?${q}` : ""}`;
}

// Changes one or several parameters of the current view; null takes one away.
export function setParams(changes: Record<string, string | null>, replace = false): void {
	const { name, params } = here();
	for (const [key, value] of Object.entries(changes))
		if (value === null || value === "") params.delete(key);
		else params.set(key, value);
	const to = address(name, params);
	if (to === location.hash) return;
	if (replace) {
		history.replaceState(null, "", to);
		dispatchEvent(new HashChangeEvent("hashchange"));
	} else location.hash = to;
}

export function setParam(key: string, value: string | null): void {
	setParams({ [key]: value });
}
