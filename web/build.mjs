// SPDX-License-Identifier: GPL-3.0-or-later
//
// Makes dist/ from src/: `make page` at the top.  The same sources and the same package-lock.json give the same bytes.
// `node build.mjs --check` builds into memory and fails when dist/ is something else.
import { build } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 150_000; // octets gzipped, of all that a first visit loads
const here = new URL(".", import.meta.url).pathname;
const check = process.argv.includes("--check");

const made = await build({
	absWorkingDir: here,
	entryPoints: { app: "src/main.ts" },
	outdir: "dist",
	bundle: true,
	minify: true,
	write: false,
	format: "iife",
	target: ["es2022", "chrome110", "firefox110", "safari16.4"],
	charset: "utf8",
	legalComments: "none",
	banner: { js: "/* ntpscope, GPL-3.0-or-later; uPlot (c) Leon Sorokin, MIT: see web/LICENSES */" },
});
const files = made.outputFiles.map((f) => [f.path.split("/").pop(), Buffer.from(f.contents)]);
for (const name of ["index.html", "favicon.svg"]) files.push([name, readFileSync(`${here}src/${name}`)]);

let total = 0;
let differs = false;
for (const [name, bytes] of files) {
	const packed = gzipSync(bytes, { level: 9 }).length;
	total += packed;
	console.log(`${name.padEnd(12)} ${String(bytes.length).padStart(7)}  gzipped ${String(packed).padStart(6)}`);
	const path = `${here}dist/${name}`;
	if (check) {
		let old;
		try {
			old = readFileSync(path);
		} catch {
			old = Buffer.alloc(0);
		}
		if (!old.equals(bytes)) {
			console.error(`web/dist/${name} is not what the sources give: run make page`);
			differs = true;
		}
	} else {
		mkdirSync(`${here}dist`, { recursive: true });
		writeFileSync(path, bytes);
	}
}
console.log(`all                   gzipped ${String(total).padStart(6)} of ${LIMIT}`);
if (total > LIMIT) {
	console.error("web: the page is too heavy");
	process.exit(1);
}
process.exit(differs ? 1 : 0);
