// SPDX-License-Identifier: GPL-3.0-or-later
//
// Asks again and again, one request at a time, while the tab is looked at.  An answer for which soon() is true is not
// the one that is waited for: after a moment it is asked again.
import { get, isAbort } from "./api.ts";

const SOON_MS = 1500;

export function poll<T>(
	path: string,
	query: Record<string, string | number | undefined>,
	each_ms: number,
	got: (t: T) => void,
	failed?: (message: string) => void,
	soon?: (t: T) => boolean,
): () => void {
	const control = new AbortController();
	let timer = 0;
	const round = async (): Promise<void> => {
		let wait = each_ms;
		try {
			if (!document.hidden) {
				const answer = await get<T>(path, query, control.signal);
				if (soon?.(answer)) wait = SOON_MS;
				got(answer);
			}
		} catch (e) {
			if (isAbort(e) || control.signal.aborted) return;
			failed?.(e instanceof Error ? e.message : String(e));
		}
		if (!control.signal.aborted) timer = window.setTimeout(() => void round(), wait);
	};
	void round();
	return () => {
		control.abort();
		clearTimeout(timer);
	};
}
