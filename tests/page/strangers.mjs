// SPDX-License-Identifier: GPL-3.0-or-later
//
// Names are chosen by strangers, through the DNS.  Whatever stands in them is shown as text, on every page that shows names.
import { createSocket } from "node:dgram";
import { after, before, test } from "node:test";
import { api, assert, closeBrowser, eventually, open, rows, serve } from "./harness.mjs";

// The loudest clients of the sample, so that they are in sight; and its server.
const NAMES = {
	"198.51.100.99": "<script>globalThis.hacked=1</script>.example",
	"100.85.151.32": "<img src=x onerror=globalThis.hacked=1>",
	"198.18.87.17": '" onmouseover=globalThis.hacked=1 x=".example',
	"198.19.25.114": "javascript:globalThis.hacked=1",
	"198.51.100.87": "{{7*7}}${7*7}&lt;b&gt;&amp;.example",
	"192.0.2.123": "<svg onload=globalThis.hacked=1>.example",
};
const CLIENTS = Object.keys(NAMES).filter((ip) => ip !== "192.0.2.123");

// A DNS server that has these names, and none for anybody else.
function dnsServer() {
	const socket = createSocket("udp4");
	socket.on("message", (query, from) => {
		const labels = [];
		let at = 12;
		for (; query[at]; at += query[at] + 1) labels.push(query.toString("latin1", at + 1, at + 1 + query[at]));
		const question = query.subarray(12, at + 5);
		const name = NAMES[labels.slice(0, 4).reverse().join(".")];
		const head = Buffer.from(query.subarray(0, 12));
		head.writeUInt16BE(name ? 0x8180 : 0x8183, 2); // an answer, or no such name
		head.writeUInt16BE(name ? 1 : 0, 6);
		head.writeUInt32BE(0, 8);
		const parts = [head, question];
		if (name) {
			const target = Buffer.concat([
				...name.split(".").map((l) => Buffer.from([l.length, ...Buffer.from(l)])),
				Buffer.from([0]),
			]);
			const record = Buffer.from([0xc0, 12, 0, 12, 0, 1, 0, 0, 14, 16, 0, target.length]); // PTR IN, an hour
			parts.push(record, target);
		}
		socket.send(Buffer.concat(parts), from.port, from.address);
	});
	return new Promise((resolve) => socket.bind(0, "127.0.0.1", () => resolve(socket)));
}

let dns;
let server;
before(async () => {
	dns = await dnsServer();
	server = await serve({ dns: `127.0.0.1:${dns.address().port}` });
	for (const ip of CLIENTS)
		await eventually(async () => (await api(server.url, `clients/${ip}`)).client.name, `the name of ${ip}`, 60_000);
});
after(async () => {
	await closeBrowser();
	await server?.stop();
	dns?.close();
});

async function unharmed({ page, errors }) {
	assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
	assert.equal(await page.locator("body script, body img, main svg[onload], [onmouseover], [onerror]").count(), 0);
	assert.deepEqual(errors, []);
}

test("hostile names stand in the list as they are", async () => {
	const p = await open(server.url, "#/clients?cols=ip,name,rx");
	await p.page.waitForSelector(".vt-row:not(.blank)");
	const { clients } = await api(server.url, "clients?limit=5");
	assert.ok(
		clients.some((c) => c.name.includes("<script>")),
		"the name comes through the interface as it is",
	);
	const got = await rows(p.page);
	for (const c of clients) assert.equal(got.find((r) => r.ip === c.ip)?.name, c.name ?? "–");
	for (const i of [0, 1, 2, 3, 4]) await p.page.hover(`.vt-row[data-i='${i}'] .vt-cell:nth-child(2)`);
	await unharmed(p);
	await p.close();
});

test("and in the dossier", async () => {
	for (const ip of CLIENTS) {
		const p = await open(server.url, `#/clients?ip=${ip}`);
		await p.page.waitForSelector(".dossier dl");
		const { client } = await api(server.url, `clients/${ip}`);
		assert.equal(await p.page.textContent(".dossier .name"), client.name);
		await unharmed(p);
		await p.close();
	}
});

test("and on the other pages", async () => {
	for (const path of ["#/", "#/delta", "#/errors", "#/live", "#/report", "#/about"]) {
		const p = await open(server.url, path);
		await p.page.waitForTimeout(1500);
		for (const frame of p.page.frames())
			assert.equal(await frame.evaluate(() => globalThis.hacked), undefined, path);
		await unharmed(p);
		await p.close();
	}
});

test("and in what stands on hover", async () => {
	const p = await open(server.url, "#/errors");
	const link = p.page.locator("td a.addr[data-tip*='<']").first();
	await link.waitFor();
	await link.hover();
	assert.equal(await p.page.textContent(".tip"), await link.getAttribute("data-tip"));
	await unharmed(p);
	await p.close();
});

test("a filter in the address is text, too, and so is what is said about it", async () => {
	const hostile = "alert:<img src=x onerror=globalThis.hacked=1>";
	const p = await open(server.url, `#/clients?filter=${encodeURIComponent(hostile)}`);
	await p.page.waitForSelector(".problem:not([hidden])");
	assert.equal(await p.page.inputValue(".filter"), hostile);
	// The browser itself writes refused requests to the console: these are expected.
	await unharmed({ page: p.page, errors: p.errors.filter((e) => !/status of 400/.test(e)) });
	await p.close();
});
