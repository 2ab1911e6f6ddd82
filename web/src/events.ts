// SPDX-License-Identifier: GPL-3.0-or-later
//
// One stream of server-sent events for the whole page, since a browser opens six connections to a server at most:
// it brings the pulse each second, and packets when somebody wants them.  It closes while nobody looks at the tab.
import { heard, lost, url, whatItSays } from "./api.ts";
import type { Packets, Pulse } from "./types.ts";

const SILENCE_MS = 6000; // the pulse comes each second: this long without one means that the server is gone
const RETRY_MS = 2000;

let source: EventSource | null = null;
let timer = 0;

interface Wanted {
	prefix: string;
	rate: number;
	got: (p: Packets) => void;
	refused: (why: string) => void;
}
let wanted: Wanted | null = null;

const listeners = new Set<(p: Pulse) => void>();
export let pulse: Pulse | null = null;

export function onPulse(f: (p: Pulse) => void): () => void {
	listeners.add(f);
	if (pulse) f(pulse);
	return () => listeners.delete(f);
}

// Packets of clients in that prefix ("all": everybody), until the function that comes back is called.
export function watchPackets(mine: Wanted): () => void {
	wanted = mine;
	open();
	return () => {
		if (wanted !== mine) return;
		wanted = null;
		open();
	};
}

export function start(): void {
	document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
	addEventListener("pagehide", close);
	addEventListener("pageshow", (e) => e.persisted && open());
	open();
}

function close(): void {
	source?.close();
	source = null;
	clearTimeout(timer);
}

function expect(): void {
	clearTimeout(timer);
	timer = window.setTimeout(() => {
		lost();
		open();
	}, SILENCE_MS);
}

function open(): void {
	close();
	if (document.hidden) return;
	const s = new EventSource(address());
	source = s;
	expect();
	s.addEventListener("summary", (e) => {
		heard();
		expect();
		pulse = JSON.parse((e as MessageEvent<string>).data) as Pulse;
		for (const f of listeners) f(pulse);
	});
	s.addEventListener("packets", (e) => wanted?.got(JSON.parse((e as MessageEvent<string>).data) as Packets));
	// The browser's own retries end for good at an answer that is no stream (a proxy's error page, say); ours do not.
	s.addEventListener("error", () => {
		if (source !== s) return;
		close();
		timer = window.setTimeout(open, RETRY_MS);
		void askWhy();
	});
}

function address(): string {
	return url("events", wanted ? { prefix: wanted.prefix, rate: wanted.rate } : {});
}

// An event source does not tell why it failed: the same question, asked plainly, does.
async function askWhy(): Promise<void> {
	const asked = wanted;
	const control = new AbortController();
	try {
		const response = await fetch(address(), { signal: control.signal });
		const why = response.ok ? "" : await whatItSays(response);
		control.abort();
		if (!why) return;
		if (asked && asked === wanted && response.status === 400) {
			wanted = null;
			asked.refused(why);
			open();
		} else lost(why);
	} catch {
		lost();
	}
}
