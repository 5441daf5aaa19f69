// Runs every journey in journeys/ against dist/: `node tests/e2e/run.mjs [part of a name]`.
// A journey file exports `tests`: names and functions of ({ browser }) that throw when it is wrong.
// Last line: N passed, N failed

import { readdir } from "node:fs/promises";
import { launch } from "./page.mjs";

const TEST_LIMIT_MS = 60_000;
const wanted = process.argv[2] ?? "";
const folder = new URL("journeys/", import.meta.url);
const browser = await launch();
let passed = 0;
let failed = 0;

for (const file of (await readdir(folder)).filter((name) => name.endsWith(".mjs")).sort()) {
  const { tests } = await import(new URL(file, folder));
  for (const [name, test] of Object.entries(tests)) {
    const title = `${file.replace(/\.mjs$/, "")}: ${name}`;
    if (!title.includes(wanted)) continue;
    const start = Date.now();
    try {
      await within(TEST_LIMIT_MS, test({ browser }));
      passed += 1;
      console.log(`ok     ${title} (${Date.now() - start} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${title}\n${error.stack ?? error}`);
    }
    // A failed test may leave its page open.
    await Promise.all(browser.contexts().map((context) => context.close()));
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);

function within(limit, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limit} ms`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
