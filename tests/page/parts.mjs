// SPDX-License-Identifier: GPL-3.0-or-later
//
// Parts of the page without a browser: numbers as text, the curve of the long scroll bar, sums over stretches; and
// dist/ is what the sources give.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";

const WEB = new URL("../../web/", import.meta.url).pathname;
let esbuild;
try {
	esbuild = createRequire(WEB)("esbuild");
} catch {
	console.log("skipped: no esbuild; (cd web && npm ci) brings it");
	process.exit(77);
}

async function load(name) {
	const made = await esbuild.build({
		absWorkingDir: WEB,
		entryPoints: [`src/${name}.ts`],
		bundle: true,
		write: false,
		format: "esm",
		platform: "neutral",
	});
	return import(`data:text/javascript;base64,${Buffer.from(made.outputFiles[0].text).toString("base64")}`);
}

const f = await load("format");
const { Buckets, stepFor } = await load("buckets");
const { Curve } = await load("virtual");
const w = await load("watched");
const { atAxis, inColumn, quantity } = await load("quantity");
const { history } = await load("history");

test("durations have three digits and a unit", () => {
	const table = [
		[0, "0 s"],
		[31.2e-6, "31.2 µs"],
		[0.000112, "112 µs"],
		[0.0005, "500 µs"],
		[0.99949e-6, "999 ns"],
		[1.5, "1.5 s"],
		[null, "–"],
		[-0.12, "-120 ms"],
	];
	for (const [x, text] of table) assert.equal(f.delta(x), text);
	for (const [x, text] of [
		[0.021, "21 ms"],
		[64.2, "64.2 s"],
		[1024, "1,024 s"],
		[36_000, "10 h"],
		[864_000, "10 d"],
		[null, "–"],
	])
		assert.equal(f.every(x), text);
	for (const [x, text] of [
		[0, "0 s"],
		[119, "119 s"],
		[120, "2 min"],
		[7200, "2 h"],
		[172_800, "2 d"],
		[-3, "0 s"],
	])
		assert.equal(f.span(Math.max(0, x)), text);
	assert.equal(f.span2(273_600), "3 d 4 h");
});

test("a share is 100 % only when nothing is missing", () => {
	for (const [x, text] of [
		[1, "100 %"],
		[0.99999, "> 99.9 %"],
		[0.9961, "99.6 %"],
		[0, "0.0 %"],
		[0.0004, "0.040 %"],
		[1e-7, "< 0.001 %"],
		[null, "–"],
	])
		assert.equal(f.share(x), text);
});

test("times keep their nanoseconds", () => {
	assert.equal(f.utc("2026-03-01T12:34:56.123456789Z", 9), "2026-03-01 12:34:56.123456789");
	assert.equal(f.clock("2026-03-01T12:34:56.123456789Z", 6), "12:34:56.123456");
	assert.equal(f.millis("2026-03-01T00:00:00.000999999Z"), Date.UTC(2026, 2, 1));
	assert.equal(f.millis("nonsense"), null);
});

test("the scroll bar's curve is exact at both ends, rises everywhere, and goes back and forth", () => {
	const view = 700;
	for (const rows of [0, 1, 29, 30, 1000, 499_999, 500_001, 1_000_000, 10_000_000, 60_000_000]) {
		const c = new Curve(rows * 24, view);
		const end = Math.max(0, c.real - view);
		assert.equal(c.toRows(0), 0);
		assert.ok(Math.abs(c.toRows(end) - Math.max(0, rows * 24 - view)) < 1e-3, `the end of ${rows}`);
		assert.ok(c.real <= 12_000_000);
		let last = -1;
		for (let i = 0; i <= 1000; i++) {
			const s = (end * i) / 1000;
			const r = c.toRows(s);
			assert.ok(r >= last, `${rows} rows at ${i}`);
			assert.ok(Math.abs(c.toScroll(r) - s) < 1e-3, `${rows} rows at ${i}: ${s} ${c.toScroll(r)}`);
			last = r;
		}
	}
});

test("sums over stretches leave nothing out", () => {
	const n = 1000;
	const time_s = Array.from({ length: n }, (_, i) => 1_000_003 + i);
	const requests = time_s.map((_, i) => (i === 777 ? 5000 : i % 7));
	const delta = time_s.map((_, i) => (i % 10 === 3 ? null : i));
	const b = new Buckets({ width_s: 1, n, columns: { time_s, requests, delta } }, 10);
	assert.equal(Math.max(...b.peak("requests")), 5000);
	assert.equal(Math.max(...b.greatest("delta")), 999);
	const means = b.perSecond("requests");
	const sizes = b.times.map((t) => time_s.filter((x) => x >= t && x < t + 10).length);
	assert.ok(Math.abs(means.reduce((a, m, i) => a + m * sizes[i], 0) - requests.reduce((a, x) => a + x, 0)) < 1e-6);
	assert.deepEqual(b.perSecond("none")[0], null);
	for (const [range, width, step] of [
		[60, 1, 1],
		[3600, 1, 10],
		[86_400, 60, 300],
		[604_800, 60, 1800],
		[3600, 60, 60],
	])
		assert.equal(stepFor(range, width), step);
});

test("values of series are told in the unit that they have", () => {
	const steps = {
		series: "clock_event",
		title: "",
		unit: "",
		steps: ["nominal", "no reply", "bad format"],
		first_step: 0,
	};
	for (const [unit, x, text] of [
		["s", -0.0000123, "−12.3 µs"],
		["s", 86_400, "24 h"],
		["per_s", 0.0042, "15.1 /h"],
		["per_s", 0.0952, "0.0952 /s"],
		["per_s", 1234.5, "1,235 /s"],
		["per_s", 0, "0 /s"],
		["ppm", -11.2345, "−11.23 ppm"],
		["ppm", -0, "0 ppm"],
		["ppm", -0.000127, "−0.00013 ppm"],
		["percent", 88, "88 %"],
		["c", -4, "−4.0 °C"],
		["bytes", 536_870_912, "537 MB"],
		["", 257_475, "257,475"],
		["s", null, "–"],
	])
		assert.equal(quantity({ unit }, x), text);
	assert.equal(quantity(steps, 2), "bad format");
	assert.equal(quantity(steps, 9), "9", "a step that this page does not know is its number");
	assert.equal(inColumn({ ...steps, steps: null, unit: "ppm" }, 4.5), "4.50");
	assert.equal(inColumn({ ...steps, steps: null }, 1_771_000), "1.77 M");
});

test("an axis has one unit, and no value twice", () => {
	const axis = (unit, ...values) => values.map((x) => atAxis({ unit }, x, Math.max(...values.map(Math.abs))));
	assert.deepEqual(axis("per_s", 0, 0.005, 0.01, 0.015), ["0", "0.005", "0.01", "0.015"]);
	assert.deepEqual(axis("per_s", 0, 0.002, 0.004), ["0", "7.2 /h", "14.4 /h"]);
	assert.deepEqual(axis("per_s", 0, 0.5, 1, 1.5), ["0", "0.5", "1", "1.5"]);
	assert.deepEqual(axis("per_s", 0, 1000, 20_000), ["0", "1,000", "20 k"]);
	assert.deepEqual(axis("s", -0.00005, 0, 0.00005), ["−50 µs", "0 s", "50 µs"]);
});

const NOW = Date.UTC(2026, 2, 1);
const part = (more = {}) => ({
	part: "",
	via: "ntp",
	time: new Date(NOW - 10_000).toISOString(),
	every_s: 64,
	ok: true,
	ok_at: new Date(NOW).toISOString(),
	why: "",
	values: {},
	facts: {},
	satellites: [],
	...more,
});

test("a server's state is the worst that is known of it", () => {
	const word = (parts, level = "ok") => w.judge(parts, level, NOW).word;
	const bad = { ok: false, why: "timeout" };
	assert.equal(word([part()]), "ok");
	assert.equal(word([part()], "info"), "ok", "what is for information is no trouble");
	assert.equal(word([part()], "warn"), "warn");
	assert.equal(word([part(), part({ via: "mode6", ...bad })]), "partly");
	assert.equal(word([part(bad)], "critical"), "silent");
	assert.equal(word([part({ ...bad, ok_at: null })]), "new");
	assert.equal(word([part({ time: new Date(NOW - 300_000).toISOString() })], "critical"), "stale");
	assert.equal(word([part({ time: new Date(NOW - 250_000).toISOString() })]), "ok", "an answer may be late");
	assert.match(w.judge([part(), part({ via: "mode6", ...bad })], "ok", NOW).meaning, /mode6: timeout/);
});

test("what several ways know, the best of them says", () => {
	const parts = [
		part({ via: "mode6", values: { offset_s: 2, stratum: 1 } }),
		part({ values: { offset_s: 1, stratum: null } }),
	];
	assert.equal(w.value(parts, "offset_s"), 1);
	assert.equal(w.value(parts, "stratum"), 1);
	assert.equal(w.value(parts, "delay_s"), null);
	assert.deepEqual(w.reachBits([part({ values: { reach_polls: 5 } })]), { n: 5, bits: null });
	assert.equal(w.reachBits([part({ facts: { reach: "376" } })]).bits.at(-1), false);
	assert.equal(w.reachBits([part()]), null);
});

test("the filter of the list of servers", () => {
	const t = { target: "ntp1.example.net", parts: [part(), part({ via: "gpsd" })] };
	const fits = (text) => w.matches(t, { word: "warn" }, text);
	for (const text of [
		"",
		"NTP1",
		"state:warn",
		"state:ok,warn via:gpsd",
		"name:*.example.net",
		"name:ntp?.*",
		"-via:snmp",
	])
		assert.equal(fits(text), true, text);
	for (const text of ["ntp2", "state:ok", "-ntp1", "name:example", "via:gpsd state:ok", "name:(", "other:ntp1"])
		assert.equal(fits(text), false, text);
});

// A stand-in for the server: answers come when they are let go.
function slowServer() {
	const asked = [];
	globalThis.fetch = (url, { signal }) =>
		new Promise((resolve, reject) => {
			asked.push({ url, signal, answer: (body) => resolve(new Response(JSON.stringify(body))) });
			signal.addEventListener("abort", () => reject(signal.reason));
		});
	return asked;
}

test("who shares an answer has it when the one who asked first has gone", async () => {
	const asked = slowServer();
	const [first, second] = [new AbortController(), new AbortController()];
	const wish = { name: "a.example", series: "offset_s", from: -60, to: null, most: 10 };
	const gone = history(wish, 30, first.signal);
	const stays = history(wish, 30, second.signal);
	await new Promise((r) => setTimeout(r));
	first.abort();
	await assert.rejects(gone, { name: "AbortError" });
	assert.equal(asked.length, 1);
	asked[0].answer({ n: 7 });
	assert.equal((await stays).n, 7);
	assert.equal((await history(wish, 30)).n, 7);
	assert.equal(asked.length, 1);
});

test("a request that nobody waits for any more is given up, and made anew for who wants it then", async () => {
	const asked = slowServer();
	const one = new AbortController();
	const wish = { name: "b.example", series: "offset_s", from: -60, to: null, most: 10 };
	const gone = history(wish, 30, one.signal);
	await new Promise((r) => setTimeout(r));
	one.abort();
	await assert.rejects(gone, { name: "AbortError" });
	assert.ok(asked[0].signal.aborted);
	const next = history(wish, 30, new AbortController().signal);
	await new Promise((r) => setTimeout(r));
	assert.equal(asked.length, 2);
	asked[1].answer({ n: 8 });
	assert.equal((await next).n, 8);
});

test("dist is what the sources give", () => {
	const { status, stderr } = spawnSync(process.execPath, ["build.mjs", "--check"], { cwd: WEB, encoding: "utf8" });
	assert.equal(status, 0, stderr);
});
