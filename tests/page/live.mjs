// SPDX-License-Identifier: GPL-3.0-or-later
//
// The live view, on a capture that is replayed while we look; and a server that goes away and comes back.
import { after, before, test } from "node:test";
import { join } from "node:path";
import { assert, closeBrowser, eventually, open, ROOT, serve } from "./harness.mjs";

const SPEED = 400; // the sample's day takes three and a half minutes, at some 400 packets a second

let server;
before(async () => (server = await serve({ speed: SPEED, ended: false })));
after(async () => {
	await closeBrowser();
	await server?.stop();
});

function shown(page) {
	return page.evaluate(() =>
		[...document.querySelectorAll(".live tbody tr:not(.none)")].map((tr) =>
			[...tr.children].map((td) => td.textContent),
		),
	);
}

test("packets appear as they come, the latest on top, in both directions", async () => {
	const p = await open(server.url, "#/live");
	await eventually(async () => (await shown(p.page)).length > 50, "rows come");
	const list = await shown(p.page);
	const times = list.map((r) => r[0]);
	assert.deepEqual(times.slice(0, 40), [...times.slice(0, 40)].sort().reverse());
	assert.ok(list.some((r) => r[1] === "→") && list.some((r) => r[1] === "←"));
	assert.match(await p.page.textContent(".status"), /pool-server-day/);
	await p.page.selectOption("select[aria-label='which direction']", "tx");
	assert.equal(await p.page.locator(".live tbody tr.rx:visible").count(), 0);
	assert.deepEqual(p.errors, []);
	await p.close();
});

test("space pauses, tells how many came meanwhile, and goes on", async () => {
	const p = await open(server.url, "#/live");
	await eventually(async () => (await shown(p.page)).length > 10, "rows come");
	await p.page.keyboard.press("Space");
	const still = (await shown(p.page))[0];
	await eventually(
		async () => /paused; [\d,]+ packets since/.test(await p.page.textContent(".bar .hint")),
		"it counts",
	);
	assert.deepEqual((await shown(p.page))[0], still);
	await p.page.keyboard.press("Space");
	await eventually(async () => (await shown(p.page))[0][0] !== still[0], "it goes on");
	assert.deepEqual(p.errors, []);
	await p.close();
});

test("a prefix lets only its clients through, and stands in the address", async () => {
	const p = await open(server.url, "#/live");
	await p.page.fill(".filter", "2001:db8::/32");
	await p.page.press(".filter", "Enter");
	await eventually(async () => (await shown(p.page)).length > 10, "rows come");
	assert.ok((await shown(p.page)).every((r) => r[2].startsWith("2001:db8:")));
	assert.match(p.page.url(), /prefix=2001%3Adb8/);
	assert.deepEqual(p.errors, []);
	await p.close();
});

test("the overview and the list move while packets come", async () => {
	const p = await open(server.url, "#/");
	const read = () => p.page.textContent(".fact[data-key='n'] .n");
	await eventually(async () => /\d/.test(await read()), "a number");
	const first = await read();
	await eventually(async () => (await read()) !== first, "another number");
	assert.deepEqual(p.errors, []);
	await p.close();
});

test("a server that is gone is told, the figures stay; when it is back all goes on", async () => {
	const mine = await serve();
	const p = await open(mine.url, "#/clients");
	await p.page.waitForSelector(".vt-row:not(.blank)");
	const first = await p.page.textContent(".vt-row[data-i='0']");
	await mine.stop();
	await p.page.waitForSelector(".banner:not([hidden])", { timeout: 20_000 });
	assert.match(await p.page.textContent(".banner"), /No answer from the server\. These are the figures of 20\d\d-/);
	assert.equal(await p.page.textContent(".vt-row[data-i='0']"), first);
	const again = await serve({ port: mine.port });
	await p.page.waitForSelector(".banner", { state: "hidden", timeout: 20_000 });
	await p.close();
	await again.stop();
});

test("before the first packet the pages say so", async () => {
	const mine = await serve({ capture: join(ROOT, "tests/captures/derived-header-only.pcap") });
	const p = await open(mine.url, "#/clients");
	await p.page.waitForSelector(".state.over:not([hidden])");
	assert.match(await p.page.textContent(".state.over"), /No client yet/);
	await p.page.goto(`${mine.url}/#/`);
	await eventually(async () => /no packet yet/.test(await p.page.textContent(".bar .hint")), "no packet yet");
	for (const path of ["#/delta", "#/errors", "#/live", "#/about"]) {
		await p.page.goto(`${mine.url}/${path}`);
		await p.page.waitForTimeout(700);
	}
	assert.deepEqual(p.errors, []);
	await p.close();
	await mine.stop();
});

test("a prefix that is none says why, and another one goes on", async () => {
	const p = await open(server.url, "#/live?prefix=192.0.2.0%2F99");
	await p.page.waitForSelector(".problem:not([hidden])");
	assert.match(await p.page.textContent(".problem"), /prefix|192\.0\.2\.0\/99/);
	assert.ok(await p.page.isHidden(".banner"));
	await p.page.fill(".filter", "");
	await p.page.press(".filter", "Enter");
	await eventually(async () => (await shown(p.page)).length > 10, "rows come");
	assert.ok(await p.page.isHidden(".problem"));
	// The browser itself writes refused requests to the console: these are expected.
	assert.deepEqual(
		p.errors.filter((e) => !/status of 400/.test(e)),
		[],
	);
	await p.close();
});
