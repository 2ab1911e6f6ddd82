// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the page's tests share: the real program on a replayed capture, and a browser that tells of every error.
//
//   NTPSCOPE        the program; without a `monitor`, or without playwright-core or chromium, tests skip (77)
//   NTPSCOPE_BUILD  where screenshots go, in page/
//   NTPSCOPE_URL    a monitor that runs already, in its place (for work on the page)
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export { assert, sleep };
export const ROOT = new URL("../..", import.meta.url).pathname;
export const SAMPLE = join(ROOT, "samples/pool-server-day.pcap.zst");
export const SHOTS = join(process.env.NTPSCOPE_BUILD ?? join(ROOT, "build"), "page");

const PATIENCE_MS = 60_000;
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
// No GPU here, no sandbox inside a container, and nothing that asks the network on its own.
const FLAGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

function skip(why) {
	console.log(`skipped: ${why}`);
	process.exit(77);
}

function playwright() {
	try {
		return createRequire(join(ROOT, "web/"))("playwright-core");
	} catch {
		return skip("no playwright-core; (cd web && npm ci) brings it");
	}
}

const { chromium } = playwright();
if (!CHROMIUM) skip("no chromium; tools/bootstrap.sh page brings it");
if (!process.env.NTPSCOPE_URL && spawnSync(process.env.NTPSCOPE ?? "ntpscope", ["monitor", "--help"]).status !== 0)
	skip("this ntpscope has no monitor");

export function freePort() {
	return new Promise((resolve) => {
		const s = createServer().listen(0, "127.0.0.1", () => {
			const { port } = s.address();
			s.close(() => resolve(port));
		});
	});
}

// Starts the monitor and waits until it answers; with {ended: true} until the whole capture was counted.
export async function serve({ capture = SAMPLE, speed = 0, dns, port, ended = true, args = [], headers = {} } = {}) {
	if (process.env.NTPSCOPE_URL) return { url: process.env.NTPSCOPE_URL, port: 0, stop: async () => {} };
	const at = port ?? (await freePort());
	const options = ["--replay", capture, "--speed", String(speed), "--listen", `127.0.0.1:${at}`];
	if (dns) options.push("--resolve", "on", "--dns-server", dns, "--dns-rate", "10000", "--dns-private");
	else options.push("--resolve", "off");
	options.push("--log-level", "warning", ...args);
	const child = spawn(process.env.NTPSCOPE ?? "ntpscope", ["monitor", ...options], {
		stdio: ["ignore", "inherit", "pipe"],
	});
	let said = "";
	child.stderr.on("data", (d) => (said += d));
	const url = `http://127.0.0.1:${at}`;
	const stop = async () => {
		if (child.exitCode === null && child.signalCode === null) {
			const gone = new Promise((resolve) => child.once("exit", resolve));
			child.kill("SIGTERM");
			await gone;
		}
	};
	const deadline = Date.now() + PATIENCE_MS;
	for (;;) {
		if (child.exitCode !== null) throw new Error(`the monitor ended with ${child.exitCode}: ${said}`);
		try {
			const s = await (await fetch(`${url}/api/v1/summary`, { headers })).json();
			if (!ended || s.sources.every((x) => x.state === "ended")) break;
		} catch {
			/* not yet */
		}
		if (Date.now() > deadline) {
			await stop();
			throw new Error(`the monitor does not answer on ${url}: ${said}`);
		}
		await sleep(100);
	}
	return { url, port: at, stop, child };
}

export async function api(url, path) {
	const response = await fetch(`${url}/api/v1/${path}`);
	assert.equal(response.status, 200, path);
	return response.json();
}

let browser = null;

export async function closeBrowser() {
	await browser?.close();
	browser = null;
}

// A fresh profile.  `errors` holds what the console, the page and the Content-Security-Policy complained about.
export async function open(url, path = "", { dark = false, phone = false, zone = "UTC", credentials } = {}) {
	browser ??= await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
	const context = await browser.newContext({
		viewport: phone ? { width: 390, height: 844 } : { width: 1366, height: 800 },
		colorScheme: dark ? "dark" : "light",
		timezoneId: zone,
		deviceScaleFactor: 1,
		isMobile: phone,
		hasTouch: phone,
		acceptDownloads: true,
		httpCredentials: credentials,
	});
	const page = await context.newPage();
	const errors = [];
	page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
	page.on("pageerror", (e) => errors.push(String(e)));
	page.on("request", (r) => !r.url().startsWith(url) && errors.push(`asks elsewhere: ${r.url()}`));
	await page.exposeFunction("tellViolation", (what) => errors.push(`policy: ${what}`));
	await page.addInitScript(() =>
		document.addEventListener("securitypolicyviolation", (e) =>
			globalThis.tellViolation(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`),
		),
	);
	page.setDefaultTimeout(15_000);
	await page.goto(`${url}/${path}`, { waitUntil: "load" });
	return { page, errors, close: () => context.close() };
}

// The rows of the client list that exist now, in order, each cell under its column's key.
export function rows(page) {
	return page.evaluate(() => {
		const keys = [...document.querySelectorAll(".vt-head > *")].map((e) => e.dataset.key);
		return [...document.querySelectorAll(".vt-row:not(.blank)")]
			.map((r) => ({
				i: Number(r.dataset.i),
				...Object.fromEntries(keys.map((k, n) => [k, r.children[n]?.textContent])),
			}))
			.sort((a, b) => a.i - b.i);
	});
}

// Waits until f() holds: pages change when answers come, not when we look.
export async function eventually(f, what, ms = 15_000) {
	const deadline = Date.now() + ms;
	let last;
	for (;;) {
		try {
			last = await f();
			if (last) return last;
		} catch (e) {
			last = e;
		}
		if (Date.now() > deadline) assert.fail(`${what}: never came true (${last})`);
		await sleep(50);
	}
}

export async function shot(page, name) {
	mkdirSync(SHOTS, { recursive: true });
	await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}
