// SPDX-License-Identifier: GPL-3.0-or-later
//
// The server as this page sees it: docs/openapi.yaml has the law.  Addresses are relative, so that the page works
// behind a proxy that puts it under a path of its own.

export class ApiError extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

const BASE = "api/v1/";
const TIMEOUT_MS = 15_000;

// The last time that the server answered anything, and whether it is gone now.
export const link = { gone: false, lastMs: 0, why: "" };
const watchers = new Set<() => void>();

export function onLink(f: () => void): void {
	watchers.add(f);
}

export function heard(): void {
	link.lastMs = Date.now();
	setGone(false, "");
}

export function lost(why = ""): void {
	setGone(true, why);
}

function setGone(gone: boolean, why: string): void {
	if (link.gone === gone && link.why === why) return;
	link.gone = gone;
	link.why = why;
	for (const f of watchers) f();
}

export function url(path: string, query?: Record<string, string | number | undefined>): string {
	const q = new URLSearchParams();
	for (const [key, value] of Object.entries(query ?? {}))
		if (value !== undefined && value !== "") q.set(key, String(value));
	const text = q.toString();
	return BASE + path + (text ? `?${text}` : "");
}

export async function get<T>(
	path: string,
	query?: Record<string, string | number | undefined>,
	signal?: AbortSignal,
): Promise<T> {
	let response: Response;
	const timeout = AbortSignal.timeout(TIMEOUT_MS);
	try {
		response = await fetch(url(path, query), {
			signal: signal ? anySignal(signal, timeout) : timeout,
			headers: { Accept: "application/json" },
		});
	} catch (e) {
		if (signal?.aborted) throw e;
		lost();
		throw new ApiError(0, timeout.aborted ? "the server takes too long" : "the server does not answer");
	}
	heard();
	if (!response.ok) throw new ApiError(response.status, await whatItSays(response));
	return (await response.json()) as T;
}

function anySignal(a: AbortSignal, b: AbortSignal): AbortSignal {
	const both = new AbortController();
	for (const s of [a, b]) {
		if (s.aborted) both.abort();
		s.addEventListener("abort", () => both.abort(), { once: true });
	}
	return both.signal;
}

// Errors are {"schema", "error"}; whatever else comes (a proxy's page) is told by its status.
export async function whatItSays(response: Response): Promise<string> {
	try {
		const body = (await response.json()) as { error?: unknown };
		if (typeof body.error === "string") return body.error;
		if (body.error && typeof (body.error as { message?: unknown }).message === "string")
			return (body.error as { message: string }).message;
	} catch {
		/* no JSON */
	}
	return `the server says ${response.status} ${response.statusText}`;
}

export function isAbort(e: unknown): boolean {
	return e instanceof DOMException && e.name === "AbortError";
}
