// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the letters and words of the client list mean: the texts that stand on hover.

// In the order in which the server writes them; docs/formats.md has the same table.
const FLAGS: readonly (readonly [letter: string, meaning: string])[] = [
	["T", "UDP payload too short for an NTP packet"],
	["1", "NTP version 1"],
	["2", "NTP version 2"],
	["3", "NTP version 3"],
	["4", "NTP version 4"],
	["V", "another version number (0, 6, 7)"],
	["A", "mode 1, symmetric active"],
	["P", "mode 2, symmetric passive"],
	["C", "mode 3, client"],
	["S", "mode 4, server"],
	["B", "mode 5, broadcast"],
	["N", "mode 6, control (ntpq)"],
	["M", "mode 0 or 7"],
	["D", "kiss code AUTH"],
	["Y", "kiss code CRYP"],
	["R", "kiss code RATE: asked to slow down"],
	["*", "the reference id is this server's own address"],
	["5", "NTP version 5 (draft)"],
	["7", "mode 7, private (ntpdc, monlist)"],
	["m", "message authentication code present"],
	["k", "crypto-NAK"],
	["n", "NTS fields present"],
	["x", "kiss code NTSN"],
	["d", "kiss code DENY"],
	["r", "kiss code RSTR"],
	["i", "kiss code INIT, STEP or another"],
	["u", "leap indicator 3: clock not synchronised"],
	["e", "extension fields present"],
	["b", "octets behind the header that are neither field nor MAC"],
	["p", "more than one source port"],
	["t", "came inside a tunnel"],
	["l", "interleaved mode (RFC 9769)"],
];

const meanings = new Map(FLAGS);

export function flagMeaning(letter: string): string {
	return meanings.get(letter) ?? "a flag this page does not know";
}

interface Alert {
	sign: string;
	word: string;
	meaning: string;
}

// A shape and a word beside the colour: colour alone tells some readers nothing.
export const ALERTS: Readonly<Record<string, Alert>> = {
	red: {
		sign: "●",
		word: "red",
		meaning: "10 or more packets, and never answered or never a valid request: blocked?",
	},
	yellow: {
		sign: "▲",
		word: "yellow",
		meaning: "10 or more packets, and under half of them answered, or more often than every 8 s",
	},
	sleep: { sign: "○", word: "sleep", meaning: "silent for more than twice its interval" },
	none: { sign: "", word: "", meaning: "all is well" },
};

export const CLASSES: Readonly<Record<string, string>> = {
	active: "still asking, by its own interval",
	inactive: "has stopped asking, by its own interval",
	abusive: "active, 100 or more packets, 30 s or less between them",
	rapid: "100 or more packets, 60 s or less between them",
	"very-slow": "10 or more packets, 3,000 s or more between them",
	scanner: "sent mode 6 or 7 and never asked for time",
	"one-shot": "sent exactly one packet",
};

export const EXCHANGES: Readonly<Record<string, string>> = {
	answered: "request and response",
	unanswered: "a request without a response",
	late: "answered after the timeout",
	duplicate: "a second answer to one request",
	unsolicited: "an answer that nobody asked for",
	kod: "answered by a kiss-o'-death",
	nak: "answered by a crypto-NAK or an NTS NAK",
	retransmitted: "the same transmit timestamp sent again",
	symmetric: "mode 1 or 2 between peers",
	broadcast: "mode 5",
	malformed: "too short for what it says it is",
	other: "neither question nor answer",
};

const MODES = ["mode 0", "active", "passive", "client", "server", "broadcast", "control", "private"];

export function modeName(mode: number | null | undefined): string {
	return mode === null || mode === undefined ? "–" : (MODES[mode] ?? `mode ${mode}`);
}
