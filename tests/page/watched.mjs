// SPDX-License-Identifier: GPL-3.0-or-later
//
// Servers, a server, a receiver: over answers that know all kinds of them (mock.mjs), and over the real program, which
// has a month of history and a receiver behind a gpsd of ours.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { api, assert, closeBrowser, eventually, open, serve, shot } from "./harness.mjs";
import { HOSTILE, KINDS, mock, NOW, TARGETS } from "./mock.mjs";

const DAY = 86_400;
const hash = (t, part = "", more = "") => `#/server?${new URLSearchParams({ t, ...(part ? { part } : {}) })}${more}`;
const GPS = ["gps.example.net", "/dev/ttyACM0"];
const DCF = ["ntp2.example.net", "GENERIC(0)"];

// A page, its title, and what says that it is there.
const PAGES = [
	["servers", "#/servers", "Servers", "tr.opens .reach"],
	["server", hash("ntp2.example.net"), "ntp2.example.net", ".chart.kept .chart-empty[hidden]"],
	[
		"server-sources",
		hash("ntp1.example.net", "", "&range=week"),
		"ntp1.example.net",
		"[aria-label='sources and parts'] tbody a",
	],
	[
		"server-compared",
		hash("ntp1.example.net", "", "&with=ntp2.example.net&with=ntp3.example.net&range=month"),
		"ntp1.example.net",
		".chart.kept .chart-empty[hidden]",
	],
	["gps", hash(...GPS), "/dev/ttyACM0 · gps.example.net", ".sky .sat"],
	["dcf77", hash(...DCF, "&range=week"), "GENERIC(0) · ntp2.example.net", ".telegram"],
	["lantime", hash("lantime.example.net"), "lantime.example.net", ".figure.bad"],
	[
		"lantime-refclock",
		hash("lantime.example.net", "refclock 1", "&range=month"),
		"refclock 1 · lantime.example.net",
		".meter",
	],
	["silent", hash("silent.example.net"), "silent.example.net", ".a-red.alert"],
	["not-watched", hash("old.example.net", "", "&range=month"), "old.example.net", ".chart.kept .chart-empty[hidden]"],
];

let m;
before(async () => (m = await mock()));
after(async () => {
	await closeBrowser();
	await m?.stop();
});

for (const dark of [false, true])
	for (const phone of [false, true])
		test(`pages of watched servers come up and fit: ${dark ? "dark" : "light"}, ${phone ? "phone" : "desktop"}`, async () => {
			for (const [name, path, title, sign] of PAGES) {
				const p = await open(m.url, path, { dark, phone });
				await p.page.locator(sign).first().waitFor({ state: "attached" });
				await p.page.waitForTimeout(400);
				assert.equal(await p.page.textContent("h1"), title);
				assert.equal(await p.page.title(), `${title} · ntpscope`);
				assert.equal(
					await p.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
					0,
					`${name} is too wide`,
				);
				assert.equal(await p.page.locator("main [style]:not(.u-wrap, .u-wrap *, .uplot)").count(), 0, name);
				await shot(p.page, `${name}-${dark ? "dark" : "light"}-${phone ? "phone" : "desktop"}`);
				assert.deepEqual(p.errors, [], name);
				await p.close();
			}
		});

const cells = (page, column) => page.locator(`tr.opens td:nth-child(${column})`).allTextContents();

test("each watched server is a row with its state in a word and a shape, the worst first", async () => {
	const p = await open(m.url, "#/servers");
	await p.page.waitForSelector("tr.opens");
	assert.equal(await p.page.locator("tr.opens").count(), TARGETS.length);
	assert.deepEqual(await cells(p.page, 1), [
		"● silent",
		"◆ critical",
		"▲ warn",
		"▲ warn",
		"○ stale",
		"○ new",
		"✓ ok",
		"✓ ok",
		"✓ ok",
	]);
	const row = async (name) => p.page.locator("tr.opens", { hasText: name }).locator("td").allTextContents();
	const ntp2 = await row("ntp2.example.net");
	assert.equal(ntp2[2], "1");
	assert.match(ntp2[3], /^−?[\d.]+ µs$/);
	assert.match(ntp2[5], /8\/8/);
	assert.match(ntp2[6], /µs$/);
	assert.equal(ntp2[7], "257 k");
	assert.equal(ntp2[8], "ntp traffic mode6");
	assert.equal(ntp2[9], "1");
	assert.match((await row("silent.example.net"))[8], /● ntp/);
	assert.match(await p.page.textContent(".kept-names"), /old\.example\.net last 9 d ago/);
	assert.match(await p.page.textContent(".counted"), /^9 watched · 1 silent/);
	await eventually(
		async () => (await p.page.locator("tr.opens .sparkline .line").count()) >= 6,
		"lines of the last day",
	);
	assert.deepEqual(p.errors, []);
	await p.close();
});

test("the list is sorted and filtered by the address, and so can be sent to a colleague", async () => {
	const p = await open(m.url, "#/servers");
	await p.page.waitForSelector("tr.opens");
	await p.page.locator("[aria-label='watched servers'] th button", { hasText: "offset" }).first().click();
	await eventually(async () => /sort=offset\+down/.test(p.page.url()), "the order is in the address");
	assert.match((await cells(p.page, 2))[0], /ntp3/);
	await p.page.fill(".filter", "state:warn -name:ntp3*");
	await eventually(async () => (await p.page.locator("tr.opens").count()) === 1, "filtered");
	const there = await open(m.url, p.page.url().slice(m.url.length + 1));
	await eventually(async () => (await there.page.locator("tr.opens").count()) === 1, "by its address");
	assert.equal(await there.page.inputValue(".filter"), "state:warn -name:ntp3*");
	await there.page.fill(".filter", "via:gpsd,snmp");
	await eventually(async () => (await there.page.locator("tr.opens").count()) === 2, "by ways");
	await there.page.fill(".filter", "nobody");
	await eventually(async () => /none fits the filter/.test(await there.page.textContent("main")), "none");
	await there.close();
	await p.close();
});

test("with the keyboard: to the filter, down the rows, into a server, and back", async () => {
	const p = await open(m.url, "#/servers");
	await p.page.waitForSelector("tr.opens");
	await p.page.keyboard.press("/");
	await p.page.keyboard.type("ntp");
	await eventually(async () => (await p.page.locator("tr.opens").count()) === 3, "filtered");
	await p.page.keyboard.press("ArrowDown");
	await p.page.keyboard.press("j");
	assert.equal(
		await p.page.evaluate(() => document.activeElement.textContent),
		(await cells(p.page, 2))[1].replace(" receiver", ""),
	);
	const name = await p.page.evaluate(() => document.activeElement.textContent);
	await p.page.keyboard.press("Enter");
	await eventually(async () => (await p.page.textContent("h1")) === name, "its page");
	await p.page.keyboard.press("Escape");
	await eventually(async () => (await p.page.textContent("h1")) === "Servers", "back");
	await p.page.locator("tr.opens", { hasText: "silent" }).locator("td").nth(2).click();
	await eventually(
		async () => (await p.page.textContent("h1")) === "silent.example.net",
		"a click anywhere on the row",
	);
	await p.close();
});

const legend = (page, title) => page.locator(`.legend table[aria-label="${title}"]`);
const cell = (page, title, key) => legend(page, title).locator(`tbody td[data-key='${key}']`).first().textContent();

test("graphs of a server have one cursor, zoom together by drag, and go back by a double click", async () => {
	const p = await open(m.url, hash("ntp2.example.net"));
	await eventually(
		async () => (await p.page.locator(".chart.kept .chart-empty[hidden]").count()) >= 3,
		"graphs have data",
	);
	const over = p.page.locator(".chart.kept .u-over").first();
	await over.scrollIntoViewIfNeeded();
	const box = await over.boundingBox();
	await p.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
	for (const i of [0, 1, 2]) {
		const when = await p.page.locator(".chart.kept .when").nth(i).textContent();
		assert.match(when, /^03-3[01] \d\d:\d\d UTC/, `graph ${i} follows the cursor`);
	}
	assert.match(await cell(p.page, "Offset, server minus us", "at"), /s$/);
	await p.page.mouse.down();
	await p.page.mouse.move(box.x + box.width * 0.7, box.y + 30, { steps: 5 });
	await p.page.mouse.up();
	await eventually(async () => /from=\d+&to=\d+/.test(p.page.url()), "the stretch is in the address");
	const q = new URLSearchParams(p.page.url().split("?")[1]);
	assert.ok(Math.abs(Number(q.get("to")) - Number(q.get("from")) - 0.2 * DAY) < 1200);
	await p.page.waitForSelector("button:text-is('whole range'):visible");
	await p.page
		.locator(".chart.kept .u-over")
		.first()
		.dblclick({ position: { x: 30, y: 40 } });
	await eventually(async () => !/from=/.test(p.page.url()), "back");
	await p.page.click("[data-range='month']");
	await eventually(async () => /range=month/.test(p.page.url()), "a month");
	assert.equal(await p.page.getAttribute("[data-range='month']", "aria-pressed"), "true");
	await p.page.keyboard.press("ArrowLeft");
	await eventually(async () => /from=/.test(p.page.url()), "earlier, with the keyboard");
	assert.deepEqual(p.errors, []);
	await p.close();
});

test("the table below a graph has the figures of the interface", async () => {
	const p = await open(m.url, hash("lantime.example.net"));
	const x = await api(
		m.url,
		`history?name=lantime.example.net&series=temperature_c&from=${Math.round(NOW - DAY)}&to=${Math.round(NOW)}&most=480`,
	);
	await legend(p.page, x.title).scrollIntoViewIfNeeded();
	await eventually(async () => (await cell(p.page, x.title, "max")) === x.summary.max.toFixed(1), "the greatest");
	for (const key of ["avg", "min", "p95", "p99"])
		assert.equal(await cell(p.page, x.title, key), x.summary[key].toFixed(1), key);
	await p.close();
});

test("several servers stand on one axis, by the address", async () => {
	const p = await open(m.url, hash("ntp1.example.net", "", "&with=ntp2.example.net"));
	const names = () => legend(p.page, "Offset, server minus us").locator("tbody th").allTextContents();
	await eventually(async () => (await names()).join() === "ntp1.example.net,ntp2.example.net", "two lines");
	await p.page.click(".compare summary");
	await p.page.locator(".compare label", { hasText: "ntp3.example.net" }).locator("input").check();
	await eventually(async () => (await names()).length === 3, "three lines");
	assert.match(p.page.url(), /with=ntp2.example.net&with=ntp3.example.net/);
	const dashes = await legend(p.page, "Offset, server minus us")
		.locator("line")
		.evaluateAll((all) => all.map((l) => l.getAttribute("stroke-dasharray")));
	assert.equal(new Set(dashes).size >= 2, true, "lines differ by more than colour");
	assert.deepEqual(p.errors, []);
	await p.close();
});

test("a GPS has its satellites in the sky: used ones full, a shape for each system, and their signals", async () => {
	const p = await open(m.url, hash(...GPS));
	await p.page.waitForSelector(".sky .sat");
	const { satellites } = (await api(m.url, `targets?target=${GPS[0]}`)).targets[0].parts[0];
	const placed = satellites.filter((s) => s.azimuth_deg !== null);
	assert.equal(await p.page.locator(".sky .sat").count(), placed.length);
	assert.equal(await p.page.locator(".sky .sat.used").count(), placed.filter((s) => s.used).length);
	assert.equal(await p.page.locator(".snrs .sat").count(), satellites.length);
	const shapes = new Set(
		await p.page.locator(".sky .sat path").evaluateAll((all) => all.map((x) => x.getAttribute("d"))),
	);
	assert.equal(shapes.size, new Set(placed.map((s) => s.gnss)).size);
	// North is up and east on the right; what is high is near the middle.
	const at = async (id) => {
		const text = await p.page.locator(".sky .sat", { hasText: new RegExp(`^${id}$`) }).getAttribute("transform");
		return text.match(/-?[\d.]+/g).map(Number);
	};
	const [x, y] = await at("R2"); // azimuth 10, elevation 44
	assert.ok(Math.abs(Math.hypot(x, y) - (100 * 46) / 90) < 0.2 && x > 0 && y < 0);
	assert.ok((await at("C21"))[0] > 0 && (await at("G7"))[0] < 0);
	assert.equal(await p.page.textContent(".figure[data-series='gps_mode'] dd"), "3D");
	await p.page.locator(".sky .sat", { hasText: "G14" }).hover();
	assert.match(await p.page.textContent(".tip"), /GPS 14: used/);
	await p.close();
});

test("a DCF77 receiver tells its state by name, its telegram, and the hours in which it went wrong", async () => {
	const p = await open(m.url, hash(...DCF, "&range=week"));
	const title = KINDS.find((k) => k.series === "clock_event").title;
	await legend(p.page, title).scrollIntoViewIfNeeded();
	await eventually(async () => (await cell(p.page, title, "max")) === "signal loss", "the worst step by its name");
	assert.equal(await cell(p.page, title, "min"), "nominal");
	assert.equal(
		await legend(p.page, title).locator("[data-key='avg'], [data-key='p95']").count(),
		0,
		"no mean of words",
	);
	assert.equal(await p.page.textContent(".figure[data-series='clock_event'] dd"), "nominal");
	assert.match(await p.page.locator(".telegram").first().textContent(), /--2--1--p/);
	const max = await cell(p.page, "telegrams of the reference clock", "max");
	assert.match(max, /\/h|\/s/);
	assert.match(await p.page.textContent(".alarms"), /signal loss/);
	await p.close();
});

test("on a phone no date, word or figure is broken in two", async () => {
	const p = await open(m.url, "#/servers", { phone: true });
	const time = p.page.locator("[aria-label='alarms that came and went'] tbody td").first();
	await time.waitFor();
	const lines = await time.evaluate((cell) => {
		const range = document.createRange();
		range.selectNodeContents(cell);
		return new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size;
	});
	assert.equal(lines, 2, "a date, and below it a time");
	await p.close();
	const q = await open(m.url, hash("lantime.example.net", "refclock 1"), { phone: true });
	const values = legend(q.page, "Reference clock").locator("tbody td");
	await eventually(async () => (await values.allTextContents()).includes("synchronized"), "a step's name");
	const broken = await q.page
		.locator(".legend:not(.steps) tbody td")
		.evaluateAll((all) => all.filter((c) => getComputedStyle(c).whiteSpace !== "nowrap").length);
	assert.equal(broken, 0, "figures stay in one line");
	await q.close();
});

test("a LANTIME tells of its reference clock, fans, supplies, clients and requests", async () => {
	const p = await open(m.url, hash("lantime.example.net"));
	await p.page.waitForSelector(".figure");
	const figure = (series) => p.page.textContent(`.figure[data-series='${series}'] dd`);
	assert.equal(await figure("ntp_state"), "synchronized");
	assert.equal(await figure("fans_failed"), "▲ 1");
	assert.match(await figure("temperature_c"), /°C$/);
	assert.match(await figure("requests_last_minute"), /^[\d,]+$/);
	await p.page.click("nav.parts a:text-is('refclock 1')");
	await p.page.waitForSelector(".figure[data-series='correlation_percent'] .meter");
	assert.match(await figure("field_strength_percent"), / %$/);
	assert.equal(await figure("refclock_state"), "synchronized");
	await p.close();
});

test("sources stand in a table and lead to a page each", async () => {
	const p = await open(m.url, hash("ntp1.example.net"));
	const row = p.page.locator("[aria-label='sources and parts'] tbody tr", { hasText: "192.0.2.12" });
	await row.first().waitFor();
	assert.match(await row.first().textContent(), /falseticker/);
	await row.first().locator("a").click();
	await eventually(async () => (await p.page.textContent("h1")) === "192.0.2.12 · ntp1.example.net", "its page");
	await p.close();
});

test("what strangers wrote is text on all of these pages", async () => {
	for (const path of [
		"#/servers",
		hash(HOSTILE),
		hash("ntp1.example.net", "", `&with=${encodeURIComponent(HOSTILE)}`),
		hash("<svg onload=globalThis.hacked=1>"),
	]) {
		const p = await open(m.url, path);
		await p.page.waitForTimeout(1200);
		assert.ok((await p.page.textContent("body")).includes("<"), path);
		assert.equal(await p.page.evaluate(() => globalThis.hacked), undefined, path);
		assert.equal(
			await p.page.locator("body script, body img, main svg[onload], [onmouseover], [onerror]").count(),
			0,
		);
		assert.deepEqual(p.errors, [], path);
		await p.close();
	}
});

test("where nobody is watched it says how to begin", async () => {
	const none = await mock({ empty: "all" });
	const p = await open(none.url, "#/servers");
	await eventually(
		async () => /No server is watched. Add watch = HOST/.test(await p.page.textContent("main")),
		"a sentence",
	);
	await shot(p.page, "servers-empty");
	const one = await open(none.url, hash("ntp.example.net"));
	await eventually(async () => /is not watched now/.test(await one.page.textContent("main")), "a server");
	assert.match(await one.page.textContent(".graphs"), /nothing was kept of it yet/);
	assert.deepEqual([...p.errors, ...one.errors], []);
	await one.close();
	await p.close();
	await none.stop();
});

test("a failure is told where it happened, and the rest of the page stays", async () => {
	const broken = await mock({ broken: (path) => path === "/api/v1/history" });
	const p = await open(broken.url, hash("ntp1.example.net"));
	await eventually(
		async () =>
			/cannot read the history: no memory/.test(await p.page.locator(".chart-empty").first().textContent()),
		"in the graph",
	);
	assert.match(await p.page.textContent(".figure[data-series='stratum'] dd"), /2/);
	await p.close();
	await broken.stop();
	const gone = await mock();
	const q = await open(gone.url, "#/servers");
	await q.page.waitForSelector("tr.opens");
	await gone.stop();
	await q.page.waitForSelector(".banner:visible", { timeout: 20_000 });
	assert.equal(await q.page.locator("tr.opens").count(), TARGETS.length, "the last figures stay");
	await q.close();
});

test("while the list of what was kept is made, it is asked for again", async () => {
	let making = true;
	const m = await mock({ making: () => making });
	const p = await open(m.url, "#/servers");
	await p.page.waitForSelector("tr.opens");
	assert.equal(await p.page.getByText("old.example.net").count(), 0);
	making = false;
	await p.page.getByText("old.example.net").first().waitFor({ timeout: 15_000 });
	await p.close();
	await m.stop();
});

test("when the list of the one that is compared fails, it says so and shows the rest", async () => {
	const m = await mock({
		broken: (path, q) => path === "/api/v1/history/series" && q.get("target") === "ntp2.example.net",
	});
	const p = await open(m.url, hash("ntp1.example.net", "", "&with=ntp2.example.net"));
	await p.page.getByText("ntp2.example.net: cannot read the history: no memory").waitFor({ timeout: 15_000 });
	await p.page.waitForSelector(".chart.kept .chart-empty[hidden]", { state: "attached" });
	await p.close();
	await m.stop();
});

// ---- the real program ------------------------------------------------------------------------------------------------

const DEVICE = "/dev/<img src=x onerror=globalThis.hacked=1>";

// A gpsd with one receiver, that says the same to everybody.
function gpsd() {
	const lines = [
		{ class: "VERSION", release: "3.22", proto_major: 3, proto_minor: 14 },
		{
			class: "DEVICES",
			devices: [{ class: "DEVICE", path: DEVICE, driver: "u-blox", activated: "2026-03-01T00:00:00Z" }],
		},
		{ class: "TPV", device: DEVICE, mode: 3 },
		{
			class: "SKY",
			device: DEVICE,
			tdop: 0.9,
			satellites: [
				{ PRN: 5, gnssid: 0, svid: 5, el: 60, az: 210, ss: 44, used: true },
				{ PRN: 11, gnssid: 2, svid: 11, el: 20, az: 90, ss: 30, used: false },
			],
		},
	];
	const server = createServer((c) => {
		c.on("error", () => {});
		const say = () => lines.forEach((l) => c.write(`${JSON.stringify(l)}\r\n`));
		say();
		const timer = setInterval(say, 1000);
		c.on("close", () => clearInterval(timer));
	});
	return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

// A month of two servers, and a DCF77 clock that has bad nights.
function journal(folder) {
	const step = 300;
	const end = Math.floor(Date.now() / 1000 / step) * step;
	const days = new Map();
	for (let t = end - 30 * DAY; t < end; t += step) {
		const time = new Date(t * 1000).toISOString().replace("Z", "000000Z");
		const night = t % DAY < 4 * 3600;
		const wave = Math.sin((2 * Math.PI * t) / DAY);
		const lines = [
			`${time} ntp1.example.net every_s=300 offset_s=${(2e-5 * wave).toFixed(9)} stratum=1 reach_polls=8`,
			`${time} ntp2.example.net every_s=300 offset_s=${(-5e-5 * wave).toFixed(9)} stratum=2 reach_polls=${night ? 5 : 8}`,
			`${time} ntp2.example.net/GENERIC(0) every_s=300 clock_event=${night ? 2 : 0} clock_bad_format_per_s=${night ? 0.004 : 0}`,
		];
		const day = time.slice(0, 10);
		days.set(day, (days.get(day) ?? "") + lines.join("\n") + "\n");
	}
	mkdirSync(folder, { recursive: true });
	for (const [day, text] of days) writeFileSync(join(folder, `${day}.log`), text);
}

test("the real program: a month is drawn as it was kept, and a receiver as its gpsd tells", async () => {
	const dir = mkdtempSync(join(tmpdir(), "ntpscope-watched-"));
	const receiver = await gpsd();
	journal(join(dir, "history"));
	// What stood when the monitor ended stands when it begins.
	const event = {
		time: new Date(Date.now() - 3_600_000).toISOString().replace("Z", "000000Z"),
		target: "gps.example.net",
		part: "",
		via: "gpsd",
		rule: "tdop",
		from: "ok",
		to: "critical",
		value: 9,
		text: "TDOP 9, <b>limit 3</b>",
	};
	writeFileSync(join(dir, "history", "events.log"), `${JSON.stringify(event)}\n`);
	const watch = `127.0.0.1 name=gps.example.net via=gpsd:${receiver.address().port}`;
	const server = await serve({ args: ["--state-dir", dir, "--watch", watch] });
	try {
		await eventually(
			async () => (await api(server.url, "history/series")).series.length >= 8,
			"the history is there",
		);
		const overview = await open(server.url, "#/");
		await eventually(
			async () =>
				/◆ gps.example.net \(gpsd\): TDOP 9, <b>limit 3<\/b>/.test(await overview.page.textContent(".hands")),
			"the alarm needs a hand",
		);
		await shot(overview.page, "real-overview");
		await overview.page.locator(".hand", { hasText: "TDOP" }).click();
		await eventually(async () => (await overview.page.textContent("h1")) === "gps.example.net", "it leads there");
		const p = await open(server.url, "#/servers");
		await eventually(async () => (await p.page.locator(".kept-names li").count()) === 3, "names that were kept");
		const m1 = await open(server.url, hash("ntp2.example.net", "", "&with=ntp1.example.net&range=month"));
		await eventually(
			async () => (await cell(m1.page, "Offset, server minus us", "max")) === "50 µs",
			"its greatest offset",
		);
		assert.equal(await cell(m1.page, "Offset, server minus us", "min"), "−50 µs");
		await shot(m1.page, "real-month");
		const clock = await open(server.url, hash("ntp2.example.net", "GENERIC(0)", "&range=week"));
		await eventually(
			async () => (await cell(clock.page, "State of the reference clock", "max")) === "bad format",
			"its nights",
		);
		const month = `history?name=ntp2.example.net&series=offset_s&from=-${30 * DAY}`;
		const begun = performance.now();
		const x = await api(server.url, month);
		console.log(`a month through the interface: ${(performance.now() - begun).toFixed(1)} ms, ${x.n} buckets`);
		assert.ok(x.n >= 200 && x.n <= 600);

		await eventually(async () => (await p.page.locator("tr.opens").count()) === 1, "the receiver's row", 30_000);
		await p.page.locator("tr.opens a").first().click();
		await p.page.waitForSelector(".sky .sat", { timeout: 30_000 });
		assert.equal(await p.page.locator(".sky .sat.used").count(), 1);
		assert.equal(await p.page.locator(".snrs .sat").count(), 2);
		assert.equal(await p.page.textContent(".figure[data-series='gps_mode'] dd"), "3D");
		assert.ok((await p.page.textContent("dl.words")).includes(DEVICE), "a device's name is text");
		assert.equal(await p.page.evaluate(() => globalThis.hacked), undefined);
		await shot(p.page, "real-gps");
		assert.deepEqual([...p.errors, ...m1.errors, ...clock.errors, ...overview.errors], []);
		for (const x of [p, m1, clock, overview]) await x.close();
	} finally {
		await server.stop();
		receiver.close();
		rmSync(dir, { recursive: true });
	}
});
