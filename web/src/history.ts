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

const answers = new Map<string, { at: number; answer: Promise<History> }>();
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

// An answer younger than age_s will do.
export function history(w: Wish, age_s: number, signal?: AbortSignal): Promise<History> {
	const key = JSON.stringify([w.name, w.series, w.from, w.to, w.most]);
	const old = answers.get(key);
	if (old && Date.now() - old.at < age_s * 1000) return old.answer;
	const answer = ask(w, signal);
	answers.delete(key);
	answers.set(key, { at: Date.now(), answer });
	answer.catch(() => answers.get(key)?.answer === answer && answers.delete(key));
	for (const [oldest] of answers) {
		if (answers.size <= KEPT) break;
		answers.delete(oldest);
	}
	return answer;
}
