// SPDX-License-Identifier: GPL-3.0-or-later
//
// Names are chosen by strangers.  Whatever stands in them is shown as text, on every page that shows names.
import { after, before, test } from "node:test";
import { api, assert, closeBrowser, eventually, open, rows, serve } from "./harness.mjs";

// The loudest clients of the sample, so that they are in sight; a server too.
const NAMES = {
	"198.51.100.99": "<script>globalThis.hacked=1</script>.example",
	"100.85.151.32": "<img/src=x/onerror=globalThis.hacked=1>",
	"198.18.87.17": '"onmouseover=globalThis.hacked=1//',
	"198.19.25.114": "javascript:globalThis.hacked=1",
	"198.51.100.87": "{{7*7}}${7*7}&lt;b&gt;",
	"192.0.2.123": "<svg/onload=globalThis.hacked=1>",
};

let server;
before(
	async () =>
		(server = await serve({
			hosts: Object.entries(NAMES)
				.map(([ip, name]) => `${ip} ${name}\n`)
				.join(""),
		})),
);
after(async () => {
	await closeBrowser();
	await server?.stop();
});

async function unharmed({ page, errors }) {
	assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
	assert.equal(await page.locator("body script, body img, main svg[onload]").count(), 0);
	assert.deepEqual(errors, []);
}

test("hostile names stand in the list as they are", async () => {
	const p = await open(server.url, "#/clients?cols=ip,name,rx");
	await p.page.waitForSelector(".vt-row:not(.blank)");
	const { clients } = await api(server.url, "clients?limit=5");
	assert.ok(
		clients.some((c) => c.name?.includes("<script>")),
		"the name reaches us unharmed",
	);
	const got = await rows(p.page);
	for (const c of clients) assert.equal(got.find((r) => r.ip === c.ip)?.name, c.name ?? "–");
	for (const i of [0, 1, 2, 3, 4]) await p.page.hover(`.vt-row[data-i='${i}'] .vt-cell:nth-child(2)`);
	await unharmed(p);
	await p.close();
});

test("and in the dossier, the tables of exchanges and the servers", async () => {
	for (const ip of Object.keys(NAMES).filter((x) => x !== "192.0.2.123")) {
		const p = await open(server.url, `#/clients?ip=${ip}`);
		await p.page.waitForSelector(".dossier dl");
		const { client } = await api(server.url, `clients/${ip}`);
		assert.equal(await p.page.textContent(".dossier .name"), client.name);
		await unharmed(p);
		await p.close();
	}
	for (const path of ["#/", "#/delta", "#/errors", "#/live", "#/about"]) {
		const p = await open(server.url, path);
		await p.page.waitForTimeout(1500);
		if (path === "#/") assert.ok((await p.page.textContent("[aria-label='servers']")).includes("<svg/onload"));
		await unharmed(p);
		await p.close();
	}
});

test("a filter in the address is text, too", async () => {
	const p = await open(
		server.url,
		`#/clients?filter=${encodeURIComponent("<img/src=x/onerror=globalThis.hacked=1>")}`,
	);
	await eventually(() => p.page.isVisible(".state.over, .problem, .vt-row"), "an answer");
	await p.page.waitForTimeout(500);
	assert.equal(await p.page.evaluate(() => globalThis.hacked), undefined);
	assert.equal(await p.page.locator("body img").count(), 0);
	await p.close();
});
