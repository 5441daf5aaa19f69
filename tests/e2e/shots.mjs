// Pictures of the page for people to look at: every size, theme and language, into a folder.
// `node tests/e2e/shots.mjs [folder] [path]`, for example: shots.mjs /tmp/look '#s=...'
// The page gets two seconds to come to life.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch, openPage } from "./page.mjs";

const SIZES = { desk: [1280, 800], wide: [1920, 1080], tablet: [768, 1024], phone: [390, 844] };
const [folder = "tests/e2e/shots", path = ""] = process.argv.slice(2);

await mkdir(folder, { recursive: true });
const browser = await launch();
for (const [name, size] of Object.entries(SIZES)) {
  for (const theme of ["light", "dark"]) {
    for (const lang of ["pt-BR", "en"]) {
      const page = await openPage(browser, { size, theme, lang, path });
      await page.waitForTimeout(2_000);
      const file = join(folder, `${name}-${theme}-${lang}.png`);
      await page.screenshot({ path: file });
      console.log(file, page.complaints.join(" | "));
      await page.finish();
    }
  }
}
await browser.close();
