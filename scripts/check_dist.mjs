// Weighs the built page and looks for foreign addresses in it: `node scripts/check_dist.mjs dist`.
// The weights are gzip, because that is how static hosts send wasm. Last line: N passed, N failed

import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

/** Bytes after gzip above which a change does not go in: of the first load's wasm, of the whole
 * first load, and of what the page fetches by itself once the first picture is there. */
const WASM_LIMIT = 260_000;
const FIRST_LOAD_LIMIT = 370_000;
const SECOND_PART_LIMIT = 680_000;

const FOREIGN_TAG =
  /<(?:script|link|img|iframe|source|video)\b[^>]*?\b(?:src|href)=["']?(?:https?:)?\/\/[^>]*>/gi;
const FOREIGN_CSS = /(?:url\(|@import)\s*["']?(?:https?:)?\/\/[^;)]*/gi;
const FOREIGN_CODE = /(?:from|import\(?|fetch\()\s*["'](?:https?:)?\/\/[^"']*/gi;

const read = (folder, name) => readFileSync(join(folder, name), "latin1");
const all = (text, pattern) => [...text.matchAll(pattern)].map((found) => found[1]);

/** What the page fetches before it runs, by following the references from index.html. */
export function firstLoad(folder) {
  const found = new Set(["index.html"]);
  for (const name of found) {
    const kind = extname(name);
    const references =
      kind === ".html" ? linked(read(folder, name))
      : kind === ".css" ? all(read(folder, name), /url\(\s*["']?([^"')]+)/g)
      : kind === ".js" ? all(read(folder, name), /from\s*["'](\.[^"']+)/g)
      : [];
    for (const reference of references) {
      if (!/^(?:data:|[a-z]+:\/\/|\/\/|#)/i.test(reference)) found.add(join(reference));
    }
  }
  return [...found];
}

function linked(html) {
  return [
    ...all(html, /<link\b[^>]*?\bhref=["']?([^"'\s>]+)/g),
    ...all(html, /<(?:script|img)\b[^>]*?\bsrc=["']?([^"'\s>]+)/g),
    ...all(html, /["'](\.\/[^"']+\.(?:js|wasm))["']/g),
  ];
}

/** What the page fetches by itself after the first picture: the parts that scripts/split.sh cut off. */
export function secondPart(folder) {
  const scripts = firstLoad(folder).filter((name) => extname(name) === ".js");
  const parts = (name) => all(read(folder, name), /new URL\("\.\/([^"]+\.wasm)", import\.meta\.url\)/g);
  // The uncut page is the last resort of wasm-bindgen's loader: it is part of the first load.
  return scripts.flatMap(parts).filter((name) => !firstLoad(folder).includes(name));
}

/** Foreign addresses from which the page would fetch something. */
export function foreign(folder) {
  return firstLoad(folder).flatMap((name) => {
    const kind = extname(name);
    const patterns =
      kind === ".html" ? [FOREIGN_TAG, FOREIGN_CSS, FOREIGN_CODE]
      : kind === ".css" ? [FOREIGN_CSS]
      : kind === ".js" ? [FOREIGN_CODE]
      : [];
    const hits = patterns.flatMap((pattern) => read(folder, name).match(pattern) ?? []);
    return hits.map((hit) => `${name}: ${hit}`);
  });
}

function main(folder) {
  const weigh = (name) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length;
  const weights = {};
  for (const name of firstLoad(folder)) {
    const kind = extname(name).slice(1);
    weights[kind] = (weights[kind] ?? 0) + weigh(name);
  }
  const later = secondPart(folder).reduce((sum, name) => sum + weigh(name), 0);
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const kb = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`;
  console.log("First load, gzip:");
  for (const [kind, weight] of [...Object.entries(weights).sort(), ["total", total]]) {
    console.log(`  ${kind.padEnd(6)}${kb(weight)}`);
  }

  console.log(`Fetched after the first picture: ${kb(later).trim()}`);

  const strangers = foreign(folder);
  const gates = [
    [`wasm is at most ${kb(WASM_LIMIT).trim()}`, weights.wasm > 0 && weights.wasm <= WASM_LIMIT],
    [`the first load is at most ${kb(FIRST_LOAD_LIMIT).trim()}`, total <= FIRST_LOAD_LIMIT],
    [`what comes after the first picture is at most ${kb(SECOND_PART_LIMIT).trim()}`,
      later > 0 && later <= SECOND_PART_LIMIT],
    [`nothing comes from another origin ${strangers.join("; ")}`.trim(), strangers.length === 0],
  ];
  for (const [name, holds] of gates) console.log(`${holds ? "ok    " : "FAILED"} ${name}`);
  const failed = gates.filter(([, holds]) => !holds).length;
  console.log(`${gates.length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv[2] ?? "dist");
