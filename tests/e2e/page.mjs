// What every journey needs: the built page in a browser, in a given language, theme and size.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "../../scripts/serve.mjs";

export const dist = join(dirname(fileURLToPath(import.meta.url)), "../../dist");

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FLAGS = [
  "--disable-background-networking", "--disable-component-update", "--disable-lcd-text",
  "--disable-quic", "--disable-sync", "--font-render-hinting=none",
  "--force-color-profile=srgb", "--no-first-run",
];

/** Starts the browser that scripts/setup.sh found, with `flags` of its own. */
export function launch(flags = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    chromiumSandbox: false, // root and many machines have none, and it meets our own page only
    args: [...FLAGS, ...flags],
  });
}

/** Serves dist/ under `base`; `tamper(page)` may block or change what the page will fetch. */
export async function openPage(browser, options = {}) {
  const { base = "/", path = "", lang = "pt-BR", theme = "light", size = [1280, 800] } = options;
  if (!existsSync(join(dist, "index.html"))) throw new Error("no dist/: ./run --build");
  const server = await serve(dist, { base });
  const context = await browser.newContext({
    locale: lang,
    colorScheme: theme,
    reducedMotion: options.reducedMotion ?? "no-preference",
    viewport: { width: size[0], height: size[1] },
  });
  const page = await context.newPage();
  page.complaints = [];
  page.requested = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("request", (request) => page.requested.push(request.url()));
  page.address = server.address;
  page.finish = async () => {
    await context.close();
    await server.stop();
  };
  await options.tamper?.(page);
  await page.goto(server.address + path, { waitUntil: options.waitUntil ?? "load" });
  return page;
}

/** Resolves when wasm has started. */
export function started(page) {
  return page.waitForFunction(() => "wasmBindings" in window);
}

/** Violations that axe finds on the page as it stands, one line each; none is an empty list. */
export async function axe(page) {
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(
    (values) => window.axe.run(document, { runOnly: { type: "tag", values } }),
    AXE_TAGS,
  );
  return violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${rule.help}`));
}

/** Chooses a thing of the picture with the keyboard. */
export async function choose(page, name) {
  await page.getByRole("button", { name, exact: true }).first().focus();
  await page.keyboard.press("Enter");
}

/** Opens the running page in English and chooses a thing of the picture. */
export async function chosen(browser, name, options = {}) {
  const page = await openPage(browser, { path: "?lang=en", ...options });
  await started(page);
  await choose(page, name);
  return page;
}
