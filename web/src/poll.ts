// SPDX-License-Identifier: GPL-3.0-or-later
//
// Asks again and again, one request at a time, while the tab is looked at.
import { get, isAbort } from "./api.ts";

export function poll<T>(
	path: string,
	query: Record<string, string | number | undefined>,
	each_ms: number,
	got: (t: T) => void,
	failed?: (message: string) => void,
): () => void {
	const control = new AbortController();
	let timer = 0;
	const round = async (): Promise<void> => {
		try {
			if (!document.hidden) got(await get<T>(path, query, control.signal));
		} catch (e) {
			if (isAbort(e) || control.signal.aborted) return;
			failed?.(e instanceof Error ? e.message : String(e));
		}
		if (!control.signal.aborted) timer = window.setTimeout(() => void round(), each_ms);
	};
	void round();
	return () => {
		control.abort();
		clearTimeout(timer);
	};
}
