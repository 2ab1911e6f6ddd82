// SPDX-License-Identifier: GPL-3.0-or-later
//
// What was kept, fetched a series at a time: a few requests side by side, and an answer is good for a while.
import { get } from "./api.ts";
import type { History } from "./watched.ts";

export interface Wish {
	name: string;
	series: string;
	from: number; // seconds; negative: before now
	to: number | null; // null: now
	most: number;
}

const SIDE_BY_SIDE = 4; // a browser opens six connections, and the stream of events has one of them
const KEPT = 400;

// One request for all who want the same; it is given up when the last of them has gone.
interface Shared {
	at: number;
	readers: number;
	control: AbortController;
	answer: Promise<History>;
}

const answers = new Map<string, Shared>();
const waiting: (() => void)[] = [];
let running = 0;

function turn(): Promise<void> {
	if (running < SIDE_BY_SIDE) {
		running++;
		return Promise.resolve();
	}
	return new Promise((resolve) => waiting.push(resolve));
}

function done(): void {
	const next = waiting.shift();
	if (next) next();
	else running--;
}

async function ask(w: Wish, signal?: AbortSignal): Promise<History> {
	await turn();
	try {
		return await get<History>(
			"history",
			{
				name: w.name,
				series: w.series,
				from: String(w.from),
				...(w.to === null ? {} : { to: String(w.to) }),
				most: w.most,
			},
			signal,
		);
	} finally {
		done();
	}
}

function begin(key: string, w: Wish): Shared {
	const control = new AbortController();
	const shared = { at: Date.now(), readers: 0, control, answer: ask(w, control.signal) };
	answers.delete(key);
	answers.set(key, shared);
	shared.answer.catch(() => forget(key, shared));
	for (const [oldest] of answers) {
		if (answers.size <= KEPT) break;
		answers.delete(oldest);
	}
	return shared;
}

function forget(key: string, shared: Shared): void {
	if (answers.get(key) === shared) answers.delete(key);
}

// An answer younger than age_s will do.
export function history(w: Wish, age_s: number, signal?: AbortSignal): Promise<History> {
	const key = JSON.stringify([w.name, w.series, w.from, w.to, w.most]);
	const old = answers.get(key);
	const shared = old && Date.now() - old.at < age_s * 1000 ? old : begin(key, w);
	shared.readers++;
	if (!signal) return shared.answer;
	return new Promise((resolve, reject) => {
		let waits = true;
		const leave = (): void => {
			if (!waits) return;
			waits = false;
			reject(new DOMException("nobody wants it any more", "AbortError"));
			if (--shared.readers > 0) return;
			forget(key, shared);
			shared.control.abort();
		};
		const end = (): void => {
			waits = false;
			signal.removeEventListener("abort", leave);
		};
		shared.answer.finally(end).then(resolve, reject);
		if (signal.aborted) leave();
		else signal.addEventListener("abort", leave, { once: true });
	});
}
