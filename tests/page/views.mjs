// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each page, light and dark, on desktop and phone: it comes up with figures, fits, complains of nothing, and loads
// nothing from elsewhere.  The screenshots stay in the build folder, to be looked at.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { api, assert, closeBrowser, eventually, open, serve, shot } from "./harness.mjs";

const LIMIT = 150_000;

// A page, and what says that its figures have come.
const PAGES = [
	["overview", "#/", "Overview", ".fact .n"],
	["clients", "#/clients", "Clients", ".vt-row:not(.blank)"],
	["dossier", "#/clients?ip=198.51.100.99", "Clients", ".dossier dl"],
	["delta", "#/delta", "Delta time", "tbody .addr"],
	["errors", "#/errors", "Errors", "tbody .addr"],
	["live", "#/live", "Live", ".live"],
	["report", "#/report", "Report", "iframe"],
	["about", "#/about", "About", "dl.rows"],
];

let server;
before(async () => (server = await serve()));
after(async () => {
	await closeBrowser();
	await server?.stop();
});

for (const dark of [false, true])
	for (const phone of [false, true])
		test(`all pages come up and fit: ${dark ? "dark" : "light"}, ${phone ? "phone" : "desktop"}`, async () => {
			for (const [name, path, title, sign] of PAGES) {
				const p = await open(server.url, path, { dark, phone });
				await p.page.waitForSelector(sign, { state: "visible" });
				await p.page.waitForTimeout(500);
				assert.equal(await p.page.textContent("h1"), title);
				assert.equal(await p.page.title(), `${title} · ntpscope`);
				assert.equal(
					await p.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
					0,
					`${name} is too wide`,
				);
				const [back, text] = await p.page.evaluate(() => {
					const s = getComputedStyle(document.body);
					return [s.backgroundColor, s.color].map((c) =>
						c
							.match(/\d+/g)
							.slice(0, 3)
							.reduce((a, b) => a + Number(b), 0),
					);
				});
				assert.equal(back < text, dark, `${name}: ${dark ? "dark" : "light"} is followed`);
				await shot(p.page, `${name}-${dark ? "dark" : "light"}-${phone ? "phone" : "desktop"}`);
				assert.deepEqual(p.errors, [], name);
				await p.close();
			}
		});

test("the overview shows the figures of the interface", async () => {
	const p = await open(server.url, "#/");
	const s = await api(server.url, "summary");
	await eventually(
		async () =>
			(await p.page.textContent(".stat[data-key='u24'] .n")) ===
			s.clients.unique["86400_s"].toLocaleString("en-US"),
		"clients of 24 h",
	);
	await eventually(
		async () => (await p.page.textContent(".fact[data-key='n'] .n")) === s.clients.n.toLocaleString("en-US"),
		"clients in the list",
	);
	for (const a of s.attention) assert.ok((await p.page.textContent(".hands")).includes(a.text), a.text);
	for (const x of s.servers.slice(0, 2))
		assert.ok((await p.page.textContent("[aria-label='servers']")).includes(x.ip), x.ip);
	await p.close();
});

test("what needs a hand leads to the clients in question", async () => {
	const { attention } = await api(server.url, "summary");
	const one = attention.find((a) => a.filter);
	if (!one) return;
	const p = await open(server.url, "#/");
	await p.page.click(`.hand:has-text("${one.text}")`);
	await eventually(async () => (await p.page.inputValue(".filter")) === one.filter, "the filter is set");
	await p.close();
});

test("the slowest exchanges are those of the chosen time", async () => {
	const p = await open(server.url, "#/delta");
	for (const [words, span] of [
		["last hour", "hour"],
		["last day", "day"],
		["all", "all"],
	]) {
		await p.page.click(`.worst button:text-is('${words}')`);
		const { exchanges } = await api(server.url, `worst?span=${span}`);
		assert.ok(exchanges.length >= 20, span);
		await eventually(
			async () =>
				JSON.stringify(await p.page.locator(".worst tbody a.addr:visible").allTextContents()) ===
				JSON.stringify(exchanges.map((x) => x.client)),
			`those of ${span}`,
		);
	}
	const [hour, all] = await Promise.all(["hour", "all"].map((span) => api(server.url, `worst?span=${span}`)));
	assert.ok(hour.exchanges[0].delta_s < 1 && all.exchanges[0].delta_s > 1, "the hour has its own");
	assert.ok(hour.exchanges.every((x) => x.response_time >= hour.from && x.response_time <= hour.to));
	await p.page.click(".worst button:text-is('latest packets')");
	await p.page.waitForSelector("[aria-label='exchanges'] tbody tr:not(.none):visible");
	assert.ok(p.page.url().includes("worst=latest"), "the choice is in the address");
	assert.deepEqual(p.errors, []);
	await p.close();
});

test("a graph reads out all lines, drag zooms all graphs of the page, double-click goes back", async () => {
	const p = await open(server.url, "#/?range=86400");
	await eventually(
		async () => (await p.page.locator(".chart .chart-empty[hidden]").count()) >= 3,
		"graphs have data",
	);
	const over = p.page.locator(".chart .u-over").first();
	const box = await over.boundingBox();
	await p.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
	for (const i of [0, 1, 2, 3]) {
		const when = await p.page.locator(".chart .when").nth(i).textContent();
		assert.match(when, /^\d\d:\d\d:\d\d UTC$/, `graph ${i} follows the cursor`);
	}
	assert.match(await p.page.locator(".chart .v").first().textContent(), /\d/);
	await p.page.mouse.move(box.x + box.width * 0.4, box.y + 40);
	await p.page.mouse.down();
	await p.page.mouse.move(box.x + box.width * 0.6, box.y + 50, { steps: 5 });
	await p.page.mouse.up();
	await p.page.waitForSelector("button:text-is('whole range'):visible");
	assert.match(await p.page.textContent(".bar .hint"), /a point stands for 60 s/);
	await over.dblclick({ position: { x: 30, y: 40 } });
	await p.page.waitForSelector("button:text-is('whole range')", { state: "hidden" });
	assert.match(await p.page.textContent(".bar .hint"), /a point stands for 5 min/);
	assert.deepEqual(p.errors, []);
	await p.close();
});

test("the report in its frame is the engine's, without scripts", async () => {
	const p = await open(server.url, "#/report");
	await eventually(async () => /^as of/.test(await p.page.textContent(".bar .hint")), "the report is there");
	const frame = p.page.frames().find((f) => f.url().includes("/api/v1/report"));
	assert.match(await frame.evaluate(() => document.body.innerText), /192\.0\.2\.123/);
	const style = await frame.evaluate(() => getComputedStyle(document.querySelector("table")).borderCollapse);
	assert.equal(style, "collapse", "its style sheet is not refused");
	assert.deepEqual(p.errors, []);
	await p.close();
});

test("the report is of the last hour, the last day or all, by three buttons", async () => {
	const p = await open(server.url, "#/report");
	const made = async (span) => {
		const query = span === "all" ? "format=html" : `format=html&span=${span}`;
		await eventually(async () => p.page.frames().some((f) => f.url().endsWith(`/report?${query}`)), span);
		await eventually(async () => /^as of/.test(await p.page.textContent(".bar .hint")), `${span} is there`);
		assert.equal(await p.page.getAttribute(`[data-span='${span}']`, "aria-pressed"), "true");
		assert.equal(await p.page.locator(".choice [aria-pressed='true']").count(), 1);
		assert.ok(
			(await p.page.getAttribute("a[download]", "href")).includes(span === "all" ? "json" : `span=${span}`),
		);
		return p.page
			.frames()
			.find((f) => f.url().includes("/api/v1/report"))
			.evaluate(() => document.body.innerText);
	};
	assert.doesNotMatch(await made("all"), /Part of the time/);
	await p.page.click("[data-span='hour']");
	const hour = await made("hour");
	assert.match(hour, /Part of the time: 59 min 57 s of counting/);
	assert.match(hour, /2026-03-01 23:00:00Z/);
	assert.match(p.page.url(), /#\/report\?span=hour/);
	await shot(p.page, "report-hour");
	// With the keyboard: the next button, and back by the browser.
	await p.page.focus("[data-span='hour']");
	await p.page.keyboard.press("Tab");
	await p.page.keyboard.press("Enter");
	assert.match(await made("day"), /it is all that there is/);
	await p.page.goBack();
	await made("hour");
	const there = await open(server.url, "#/report?span=hour");
	await eventually(
		async () => (await there.page.getAttribute("[data-span='hour']", "aria-pressed")) === "true",
		"URL",
	);
	assert.deepEqual([...p.errors, ...there.errors], []);
	await there.close();
	await p.close();
});

test("page, script and style together weigh less than 150 kB compressed", async () => {
	let total = 0;
	for (const path of ["", "app.js", "app.css", "favicon.svg"]) {
		const response = await fetch(`${server.url}/${path}`);
		assert.equal(response.status, 200, path);
		total += gzipSync(Buffer.from(await response.arrayBuffer()), { level: 9 }).length;
	}
	assert.ok(total < LIMIT, `${total} octets`);
});

test("the policy is strict: nothing inline, nothing from elsewhere", async () => {
	const policy = (await fetch(`${server.url}/`)).headers.get("content-security-policy") ?? "";
	assert.match(policy, /default-src '(self|none)'/);
	assert.doesNotMatch(policy, /unsafe|data:|blob:|https?:|\*/);
});

test("behind a password all of it works, the stream of events, too", async () => {
	const dir = mkdtempSync(join(tmpdir(), "ntpscope-page-"));
	writeFileSync(join(dir, "password"), "correct horse\n", { mode: 0o600 });
	const headers = { Authorization: `Basic ${Buffer.from("ntpscope:correct horse").toString("base64")}` };
	const mine = await serve({ headers, args: ["--password-file", join(dir, "password")] });
	assert.equal((await fetch(`${mine.url}/`)).status, 401);
	const p = await open(mine.url, "#/", { credentials: { username: "ntpscope", password: "correct horse" } });
	await eventually(async () => /pool-server-day/.test(await p.page.textContent(".status")), "the pulse");
	await eventually(async () => /\d/.test(await p.page.textContent(".fact .n")), "figures");
	assert.deepEqual(p.errors, []);
	await p.close();
	await mine.stop();
	rmSync(dir, { recursive: true });
});

test("small tables sort by click, and the other way round", async () => {
	const p = await open(server.url, "#/errors");
	const table = p.page.locator("table[aria-label='exchanges by class']");
	const column = async () => table.locator("tbody tr td:nth-child(1)").allTextContents();
	await eventually(async () => (await column()).length > 5, "rows");
	const words = await column();
	await table.locator("th button").first().click();
	assert.deepEqual(await column(), [...words].sort());
	assert.equal(await table.locator("th").first().getAttribute("aria-sort"), "ascending");
	await table.locator("th button").first().click();
	assert.deepEqual(await column(), [...words].sort().reverse());
	assert.deepEqual(p.errors, []);
	await p.close();
});
