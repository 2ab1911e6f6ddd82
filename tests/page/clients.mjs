// SPDX-License-Identifier: GPL-3.0-or-later
//
// The client list in a real browser, on the real program: sort, filter, dossier, keys, exports.
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { api, assert, closeBrowser, eventually, open, rows, serve, shot } from "./harness.mjs";

const TWICE = ["ip", "last", "rx_every_s", "alert", "delta_max_s"];

let server;
before(async () => (server = await serve()));
after(async () => {
	await closeBrowser();
	await server?.stop();
});

async function list(path = "#/clients", options) {
	const p = await open(server.url, path, options);
	await p.page.waitForSelector(".vt-row:not(.blank), .state.over:not([hidden])");
	return p;
}

async function ended({ errors, close }) {
	assert.deepEqual(errors, []);
	await close();
}

function firstIs(page, ip) {
	return eventually(async () => (await rows(page))[0]?.ip === ip, `the first row is ${ip}`);
}

test("the list is what the interface says, loudest first", async () => {
	const p = await list();
	const want = await api(server.url, "clients?limit=20");
	const got = await rows(p.page);
	assert.deepEqual(
		got.slice(0, 20).map((r) => r.ip),
		want.clients.map((c) => c.ip),
	);
	assert.deepEqual(
		got.slice(0, 20).map((r) => r.rx),
		want.clients.map((c) => c.rx.toLocaleString("en-US")),
	);
	assert.match(
		await p.page.textContent(".counted"),
		new RegExp(`^${want.total.toLocaleString("en-US")} addresses · showing 1–\\d+$`),
	);
	await ended(p);
});

test("each sortable column sorts by click, and the other way round by another", async () => {
	const all = (await list()).page;
	await all.goto(
		`${server.url}/#/clients?cols=ip,name,first,last,rx,tx,rx_every_s,recent_every_s,alert,owed,peak_1s,peak_10s,` +
			"delta_mean_s,delta_max_s,deltas,poll_log2s,rx_bytes,tx_bytes,kod_rate,kod_deny,kod_rstr,icmp_errors," +
			"last_port,classes,servers,rx_flags,tx_flags",
	);
	const keys = await all.evaluate(() =>
		[...document.querySelectorAll(".vt-head [data-key]")]
			.filter((e) => e.querySelector("button"))
			.map((e) => e.dataset.key),
	);
	assert.ok(keys.length === 27, keys.join());
	for (const key of keys.filter((k) => k !== "rx")) {
		// Both ways by a second click: that of one column is that of all.
		for (const times of TWICE.includes(key) ? [1, 2] : [1]) {
			await all.click(`.vt-head [data-key="${key}"] button`);
			const order = await eventually(
				() => all.getAttribute(`.vt-head [data-key="${key}"]`, "aria-sort"),
				`${key} is marked`,
			);
			const want = await api(
				server.url,
				`clients?sort=${key}&order=${order === "ascending" ? "asc" : "desc"}&limit=3`,
			);
			await firstIs(all, want.clients[0].ip);
			assert.deepEqual(
				(await rows(all)).slice(0, 3).map((r) => r.ip),
				want.clients.map((c) => c.ip),
				`${key}, click ${times}`,
			);
		}
	}
	await all.context().close();
});

test("a filter narrows the list, stays in the address, and survives a reload", async () => {
	const p = await list();
	const want = await api(server.url, "clients?filter=alert:red&limit=10");
	assert.ok(want.matched > 0 && want.matched < want.total);
	await p.page.fill(".filter", "alert:red");
	await p.page.press(".filter", "Enter");
	const told = new RegExp(
		`^${want.matched.toLocaleString("en-US")} of ${want.total.toLocaleString("en-US")} addresses`,
	);
	await eventually(async () => told.test(await p.page.textContent(".counted")), "the count follows");
	const got = await rows(p.page);
	assert.ok(got.length > 0 && got.every((r) => r.alert === "● red"));
	assert.match(p.page.url(), /#\/clients\?filter=alert%3Ared$/);
	await p.page.reload();
	await eventually(async () => told.test(await p.page.textContent(".counted")), "the reload shows the same");
	assert.equal(await p.page.inputValue(".filter"), "alert:red");
	await ended(p);
});

test("a prefix and a minus are understood", async () => {
	const p = await list("#/clients?filter=" + encodeURIComponent("198.51.100.0/24 -alert:none"));
	const want = await api(server.url, `clients?filter=${encodeURIComponent("198.51.100.0/24 -alert:none")}`);
	assert.ok(want.matched > 0 && want.matched < 100);
	const got = await eventually(async () => (await rows(p.page)).length > 0 && rows(p.page), "rows");
	assert.ok(got.every((r) => r.ip.startsWith("198.51.100.") && r.alert));
	assert.match(await p.page.textContent(".counted"), new RegExp(`^${want.matched} of `));
	await ended(p);
});

test("what is no filter is told in words, and the list stays", async () => {
	const p = await list();
	await p.page.fill(".filter", "alert:purple");
	await p.page.press(".filter", "Enter");
	await p.page.waitForSelector(".problem:not([hidden])");
	assert.match(await p.page.textContent(".problem"), /no such alert/);
	assert.ok((await rows(p.page)).length > 10);
	// The browser itself writes failed requests to the console: this one is expected.
	assert.deepEqual(
		p.errors.filter((e) => !/status of 400/.test(e)),
		[],
	);
	await p.close();
});

test("a filter that nobody passes says so", async () => {
	const p = await list("#/clients?filter=rx%3E999999999");
	assert.match(await p.page.textContent(".state.over"), /^None of [\d,]+ clients passes this filter\.$/);
	await ended(p);
});

test("a flag's letter says what it means, on hover", async () => {
	const p = await list();
	await p.page.locator(".vt-row .flags span", { hasText: "C" }).first().hover();
	await eventually(async () => (await p.page.textContent(".tip")) === "C  mode 3, client", "the tip");
	assert.ok(await p.page.isVisible(".tip"));
	await ended(p);
});

test("every flag that the program knows is explained by the page in the program's words", async () => {
	const p = await list();
	const { flags } = await api(server.url, "about");
	const known = await p.page.evaluate(async () => (await fetch("app.js")).text());
	for (const f of flags)
		assert.ok(known.includes(f.meaning) || known.includes(f.meaning.split(":")[0]), `${f.letter}: ${f.meaning}`);
	await ended(p);
});

test("times are UTC, with the viewer's own on hover", async () => {
	const p = await list("#/clients", { zone: "America/New_York" });
	const {
		clients: [c],
	} = await api(server.url, "clients?limit=1");
	await p.page.locator(".vt-row time").first().hover();
	const tip = await p.page.textContent(".tip");
	assert.ok(tip.startsWith(`${c.first.slice(0, 10)} ${c.first.slice(11, 29)} UTC\n`), tip);
	const mine = new Intl.DateTimeFormat("en-US", {
		hour: "numeric",
		minute: "2-digit",
		second: "2-digit",
		timeZone: "America/New_York",
	}).format(Date.parse(c.first.replace(/(\.\d{3})\d*/, "$1")));
	assert.ok(tip.replaceAll("\u202f", " ").includes(mine.replaceAll("\u202f", " ")), `${tip} has ${mine}`);
	await ended(p);
});

test("no address of the list is cut at any width, and the dossier's table fits", async () => {
	for (const [width, height] of [
		[1280, 800],
		[1920, 1000],
		[768, 1024],
		[390, 844],
	]) {
		const p = await open(server.url, "#/clients?filter=2001:db8::/32");
		await p.page.setViewportSize({ width, height });
		await p.page.reload();
		await p.page.waitForSelector(".vt-row:not(.blank)");
		const cut = () =>
			p.page.evaluate(
				() =>
					[...document.querySelectorAll(".vt-row .vt-cell:first-child")].filter(
						(c) => c.scrollWidth > c.clientWidth || c.scrollHeight > c.clientHeight + 1,
					).length,
			);
		assert.equal(await cut(), 0, `addresses at ${width}`);
		assert.ok(
			await p.page.evaluate(() => {
				const row = document.querySelector(".vt-row").getBoundingClientRect();
				return [...document.querySelectorAll(".vt-row .vt-cell:first-child")].every(
					(c) => c.getBoundingClientRect().height <= row.height,
				);
			}),
			`within their rows at ${width}`,
		);
		await shot(p.page, `addresses-${width}`);
		for (const ip of ["2001:db8:9965:b:e305:fd5b:e4af:72f8", "198.51.100.99"]) {
			await p.page.goto(`${server.url}/#/clients?ip=${ip}`);
			await p.page.waitForSelector(".dossier tbody tr:not(.none)");
			const [room, wide] = await p.page
				.locator(".dossier .table-wrap")
				.evaluate((e) => [e.clientWidth, e.scrollWidth]);
			assert.ok(wide <= room, `${ip} at ${width}: exchanges ${wide} in ${room}`);
		}
		await p.close();
	}
});

test("a row opens the dossier: facts, intervals, exchanges; esc closes it", async () => {
	const p = await list();
	const {
		clients: [c],
	} = await api(server.url, "clients?limit=1");
	await p.page.click(".vt-row[data-i='0'] .vt-cell:nth-child(5)");
	await p.page.waitForSelector(".dossier dl");
	assert.equal(await p.page.textContent(".dossier h2"), c.ip);
	assert.match(p.page.url(), new RegExp(`ip=${encodeURIComponent(c.ip)}`));
	const text = (await p.page.textContent(".dossier")).replaceAll("\u00a0", " ");
	for (const part of [c.rx.toLocaleString("en-US"), c.tx.toLocaleString("en-US"), "mode 3, client", ...c.servers])
		assert.ok(text.includes(part), part);
	const facts = await api(server.url, `clients/${encodeURIComponent(c.ip)}?limit=100`);
	assert.equal(await p.page.locator(".dossier tbody tr:not(.none)").count(), facts.exchanges.length);
	if (facts.intervals.length)
		assert.equal(await p.page.locator(".dossier .bars .bar").count(), facts.intervals.length);
	await p.page.keyboard.press("Escape");
	await p.page.waitForSelector(".dossier", { state: "detached" });
	assert.doesNotMatch(p.page.url(), /ip=/);
	await ended(p);
});

test("a dossier has an address of its own", async () => {
	const { clients } = await api(server.url, "clients?limit=1&filter=" + encodeURIComponent("2001:db8::/32"));
	const p = await list(`#/clients?${new URLSearchParams({ ip: clients[0].ip })}`);
	await p.page.waitForSelector(".dossier dl");
	assert.equal(await p.page.textContent(".dossier h2"), clients[0].ip);
	await ended(p);
});

test("the keyboard does it all: / filter, down, enter, down, esc", async () => {
	const p = await list();
	const want = (await api(server.url, "clients?limit=3&filter=class:active")).clients.map((c) => c.ip);
	await p.page.keyboard.press("/");
	await p.page.keyboard.type("class:active");
	await p.page.keyboard.press("Enter");
	await firstIs(p.page, want[0]);
	await eventually(
		() => p.page.evaluate(() => document.activeElement?.classList.contains("vt")),
		"the list has the focus",
	);
	await p.page.keyboard.press("ArrowDown");
	await p.page.keyboard.press("ArrowDown");
	assert.equal(await p.page.getAttribute(".vt-row[aria-selected]", "data-i"), "1");
	await p.page.keyboard.press("Enter");
	await eventually(async () => (await p.page.textContent(".dossier h2")) === want[1], "the second row's dossier");
	await p.page.keyboard.press("ArrowDown");
	await eventually(async () => (await p.page.textContent(".dossier h2")) === want[2], "the next one's dossier");
	await p.page.keyboard.press("Escape");
	await p.page.waitForSelector(".dossier", { state: "detached" });
	await p.page.keyboard.press("End");
	const { matched } = await api(server.url, "clients?limit=0&filter=class:active");
	await eventually(
		async () => Number(await p.page.getAttribute(".vt-row[aria-selected]", "data-i")) === matched - 1,
		"End goes to the last row",
	);
	await p.page.keyboard.press("?");
	assert.ok(await p.page.isVisible("dialog"));
	await p.page.keyboard.press("Escape");
	await p.page.waitForSelector("dialog", { state: "detached" });
	await p.page.keyboard.press("1");
	await eventually(async () => (await p.page.textContent("h1")) === "Overview", "1 is the overview");
	await ended(p);
});

test("the scroll bar reaches every row, and the rows are the right ones", async () => {
	const p = await list("#/clients?sort=ip");
	const { matched } = await api(server.url, "clients?limit=0&sort=ip");
	for (const part of [0.5, 1, 0.25, 0]) {
		await p.page.evaluate((x) => {
			const el = document.querySelector(".vt");
			el.scrollTop = x * (el.scrollHeight - el.clientHeight);
		}, part);
		const got = await eventually(async () => {
			const r = await rows(p.page);
			const blank = await p.page.locator(".vt-row.blank").count();
			const mid = r[r.length >> 1];
			return blank === 0 && mid && Math.abs(mid.i - part * matched) < 60 ? r : null;
		}, `rows at ${part}`);
		const want = await api(server.url, `clients?sort=ip&offset=${got[0].i}&limit=${got.length}`);
		assert.deepEqual(
			got.map((r) => r.ip),
			want.clients.map((c) => c.ip),
		);
	}
	await ended(p);
});

test("CSV and JSON hold the filtered list", async () => {
	const p = await list("#/clients?filter=alert%3Ared");
	const { matched } = await api(server.url, "clients?limit=0&filter=alert:red");
	const fetched = async (text) => {
		const [download] = await Promise.all([
			p.page.waitForEvent("download"),
			p.page.click(`.bar a:text-is("${text}")`),
		]);
		return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
	};
	const [csvName, csv] = await fetched("CSV");
	assert.match(csvName, /\.csv$/);
	const lines = csv.trimEnd().split("\n");
	assert.ok(lines[0].startsWith("ip,name,first,last,rx,tx,"));
	assert.equal(lines.length, matched + 1);
	const [jsonName, json] = await fetched("JSON");
	assert.match(jsonName, /\.json$/);
	const all = JSON.parse(json);
	assert.equal(all.schema, "ntpscope-clients-1");
	assert.equal(all.clients.length, matched);
	assert.ok(all.clients.every((c) => c.alert === "red"));
	await ended(p);
});

test("columns are chosen, and the choice is in the address", async () => {
	const p = await list();
	await p.page.click("summary:text-is('columns')");
	await p.page.check("label:has-text('port') input");
	await eventually(
		async () => (await p.page.locator(".vt-head [data-key='last_port']").count()) === 1,
		"the column is there",
	);
	assert.match(p.page.url(), /cols=[^&]*last_port/);
	const {
		clients: [c],
	} = await api(server.url, "clients?limit=1");
	assert.equal((await rows(p.page))[0].last_port, String(c.last_port));
	await ended(p);
});

test("on a phone the list scrolls sideways under its address, and a dossier fills the screen", async () => {
	const p = await list("#/clients", { phone: true });
	assert.equal(await p.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
	await p.page.tap(".vt-row[data-i='1'] .vt-cell:nth-child(2)");
	await p.page.waitForSelector(".dossier dl");
	assert.equal(Math.round((await p.page.locator(".dossier").boundingBox()).width), 390);
	await p.page.tap(".dossier .close");
	await p.page.waitForSelector(".dossier", { state: "detached" });
	await ended(p);
});
