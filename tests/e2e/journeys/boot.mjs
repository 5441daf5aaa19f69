// The page before, during and after the arrival of wasm.

import assert from "node:assert/strict";
import { firstLoad, secondPart } from "../../../scripts/check_dist.mjs";
import { axe, dist, launch, openPage, started } from "../page.mjs";

const isWasm = (url) => url.pathname.endsWith(".wasm");
const isScript = (url) => url.pathname.endsWith(".js");

/** Opens the page with files that `match` answered by `answer`, and waits for the error card. */
async function broken(browser, match, answer, options = {}) {
  const page = await openPage(browser, {
    ...options, tamper: (target) => target.route(match, answer), waitUntil: "commit",
  });
  await page.locator("#failed").waitFor({ state: "visible", timeout: 10_000 });
  return page;
}

/** Opens the page on the running picture, and keeps the panels back until `come` is called. */
async function waiting(browser, options) {
  const [part] = secondPart(dist);
  let come;
  const held = new Promise((resolve) => { come = resolve; });
  const page = await openPage(browser, {
    ...options,
    tamper: async (target) => {
      await target.addInitScript(() => {
        window.shifts = [];
        const note = (list) => window.shifts.push(...list.getEntries().map((it) => it.value));
        new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
      });
      await target.route((url) => url.pathname.endsWith(part), async (route) => {
        await held;
        await route.continue();
      });
    },
  });
  await page.getByText("The panels are coming…").waitFor();
  return [page, come];
}

const PLACES = [".head", ".brand", ".brand h1", ".stage-area", "canvas", ".narration",
  ".transport", ".side", ".phone-tabs"];

const shown = (page) => page.evaluate(() => document.querySelector("canvas").toDataURL());

/** The picture, once nothing glides or fades any more. */
async function settled(page) {
  for (let before = await shown(page); ;) {
    await page.waitForTimeout(300);
    const now = await shown(page);
    if (now === before) return now;
    before = now;
  }
}

/** Where things are; runs in the page. */
const places = (names) => Object.fromEntries(names.map((name) => {
  const { x, y, width, height } = document.querySelector(name).getBoundingClientRect();
  return [name, [x, y, width, height].join(" ")];
}));

export const tests = {
  async "boots without a complaint"({ browser }) {
    const page = await openPage(browser);
    await started(page);
    await page.waitForLoadState("networkidle");
    assert.deepEqual(page.complaints, []);
    assert.equal(await page.locator("#failed").isVisible(), false);
    await page.finish();
  },

  async "fetches from its own place only, and only what the size gate weighs"({ browser }) {
    const page = await openPage(browser, { base: "/repository/" });
    await started(page);
    await page.waitForLoadState("networkidle");
    const urls = page.requested.filter((url) => !url.startsWith("data:"));
    const strangers = urls.filter((url) => !url.startsWith(page.address));
    assert.deepEqual(strangers, []);
    const weighed = new Set(firstLoad(dist).map((name) => name.replace(/^index\.html$/, "")));
    const second = secondPart(dist);
    const fetched = urls.map((url) => url.slice(page.address.length));
    const after = fetched.filter((name) => !weighed.has(name));
    assert.deepEqual(after, second);
    assert.ok(second.length > 0, "the page was not cut in two");
    await page.finish();
  },

  async "runs without its second part, and fetches it again when asked"({ browser }) {
    const [part] = secondPart(dist);
    const isPart = (url) => url.pathname.endsWith(part);
    const tamper = (target) => target.route(isPart, (route) => route.abort());
    for (const [size, query] of [
      [[390, 844], ""], [[1024, 768], ""], [[1920, 1080], "&theme=projector"],
    ]) {
      for (const [lang, name] of [["en", "Try again"], ["pt-BR", "Tentar de novo"]]) {
        const other = await openPage(browser, { path: `?lang=${lang}${query}`, size, tamper });
        const button = await other.getByRole("button", { name }).boundingBox();
        const stage = await other.locator("canvas").boundingBox();
        const [top, bottom] = [stage.y, stage.y + stage.height];
        const covered = button.y < bottom && button.y + button.height > top;
        assert.ok(!covered, `the button lies on the picture, ${size}${query}`);
        await other.finish();
      }
    }
    const page = await openPage(browser, { path: "?lang=en", tamper });
    const again = page.getByRole("button", { name: "Try again" });
    await again.waitFor();
    const shot = () => page.locator("canvas").screenshot();
    const before = await shot();
    await page.waitForTimeout(500);
    assert.ok(!before.equals(await shot()), "the picture stands still");
    assert.deepEqual(await axe(page), []);
    await again.focus();
    await page.keyboard.press("Enter");
    await page.getByText("The panels could not be fetched.").waitFor();
    assert.ok(await again.evaluate((button) => button === document.activeElement));
    await page.unroute(isPart);
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "Config" }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "controls");
    assert.equal(await page.locator("#failed").isVisible(), false);
    await page.finish();
  },

  async "hands the running picture over to the panels without a jump"({ browser }) {
    for (const [size, query] of [
      [[390, 844], ""], [[1024, 768], ""], [[1280, 800], ""], [[1920, 1080], ""],
      [[1920, 1080], "&theme=projector"], [[390, 844], "&theme=projector"],
    ]) {
      const [page, come] = await waiting(browser, { path: `?lang=en&freeze=9000${query}`, size });
      const before = await page.evaluate(places, PLACES);
      await page.evaluate(() => { window.canvas = document.querySelector("canvas"); });
      const picture = await settled(page);
      come();
      await page.locator("#play").waitFor();
      await page.waitForTimeout(300);
      const after = await page.evaluate(places, PLACES);
      assert.deepEqual(after, before, `${size}${query}`);
      const same = () => window.canvas === document.querySelector("canvas");
      assert.ok(await page.evaluate(same), "another canvas");
      assert.ok(await shown(page) === picture, `another picture, ${size}${query}`);
      assert.deepEqual(await page.evaluate(() => window.shifts), [], `${size}${query}`);
      assert.deepEqual(page.complaints, []);
      await page.finish();
    }
  },

  async "keeps what was done before the panels came"({ browser }) {
    const [page, come] = await waiting(browser, { path: "?lang=en" });
    const box = await page.locator("canvas").boundingBox();
    await page.mouse.click(box.x + 282, box.y + 51); // on the first broker's number
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(["?"], "early.txt"));
      const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
      document.querySelector("canvas").dispatchEvent(drop);
    });
    come();
    await page.getByRole("heading", { name: "broker 1" }).waitFor();
    await page.getByText("early.txt").first().waitFor();
    await page.finish();
  },

  async "works under a path, with a query and a fragment"({ browser }) {
    const page = await openPage(browser, { base: "/some/where/", path: "?lang=en#s=1" });
    await started(page);
    assert.deepEqual(page.complaints, []);
    assert.equal(await page.getAttribute("html", "lang"), "en");
    await page.finish();
  },

  async "works in a frame"({ browser }) {
    const page = await openPage(browser, { waitUntil: "commit" });
    await page.setContent(`<iframe src="${page.address}" width="800" height="600"></iframe>`);
    const frame = await (await page.waitForSelector("iframe")).contentFrame();
    await frame.waitForFunction(() => "wasmBindings" in window);
    assert.equal(await frame.locator("#failed").isVisible(), false);
    await page.finish();
  },

  async "shows the shell before wasm arrives, in the asked language and theme"({ browser }) {
    for (const [lang, theme, word, paper] of [
      ["pt-BR", "light", "Ligando o cluster…", "rgb(255, 255, 255)"],
      ["en-GB", "dark", "Starting the cluster…", "rgb(24, 32, 41)"],
    ]) {
      let release;
      const held = new Promise((resolve) => { release = resolve; });
      const page = await openPage(browser, {
        lang, theme, waitUntil: "commit",
        tamper: (target) => target.route(isScript, async (route) => {
          await held;
          await route.continue();
        }),
      });
      const shell = page.locator("#shell");
      await shell.getByText(word).waitFor({ state: "visible" });
      assert.equal(await shell.locator("#still").isVisible(), true);
      assert.equal(await shell.evaluate((node) => getComputedStyle(node).backgroundColor), paper);
      assert.deepEqual(await axe(page), []);
      release();
      await started(page);
      await page.finish();
    }
  },

  async "says what to do without JavaScript"() {
    const browser = await launch(["--blink-settings=scriptEnabled=false"]);
    const page = await openPage(browser);
    for (const lang of ["pt-BR", "en"]) {
      const words = page.locator(`#shell noscript p[lang=${lang}]`);
      await words.waitFor({ state: "visible", timeout: 5_000 });
    }
    assert.equal(await page.locator("#coming").isVisible(), false);
    await page.finish();
    await browser.close();
  },

  async "shows the error card when wasm is blocked"({ browser }) {
    const page = await broken(browser, isWasm, (route) => route.abort());
    for (const title of ["não conseguiu começar", "could not start"]) {
      assert.equal(await page.getByRole("heading", { name: title }).isVisible(), true);
    }
    assert.equal(await page.getByText("python3 -m http.server").first().isVisible(), false);
    assert.deepEqual(await axe(page), []);
    await page.finish();
  },

  async "shows the error card when wasm is missing, broken or cut short"({ browser }) {
    for (const answer of [
      (route) => route.fulfill({ status: 404, body: "not found" }),
      (route) => route.fulfill({ contentType: "application/wasm", body: "<html>filtered</html>" }),
      async (route) => {
        const whole = await (await route.fetch()).body();
        const half = whole.subarray(0, whole.length / 2);
        await route.fulfill({ contentType: "application/wasm", body: half });
      },
    ]) {
      const page = await broken(browser, isWasm, answer);
      assert.notEqual(await page.locator("#failed pre").textContent(), "");
      await page.finish();
    }
  },

  async "shows the error card when the script is blocked or throws"({ browser }) {
    const planted = { contentType: "text/javascript", body: "throw new Error('planted')" };
    for (const answer of [(route) => route.abort(), (route) => route.fulfill(planted)]) {
      const page = await broken(browser, isScript, answer, { theme: "dark" });
      assert.deepEqual(await axe(page), []);
      await page.finish();
    }
  },

  async "shows the error card in a browser without WebAssembly"({ browser }) {
    const page = await openPage(browser, {
      tamper: (target) => target.addInitScript(() => { delete window.WebAssembly; }),
    });
    await page.locator("#failed").waitFor({ state: "visible", timeout: 10_000 });
    await page.finish();
  },

  async "shows the message of a panic, once, and takes the focus"({ browser }) {
    const page = await openPage(browser);
    await started(page);
    await page.evaluate(() => {
      window.kafkascopeFailed("panicked at <b>here</b>");
      window.kafkascopeFailed("and again");
    });
    assert.equal(await page.locator("#failed pre").textContent(), "panicked at <b>here</b>");
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "BUTTON");
    await page.finish();
  },

  async "an unknown address leads to the page"({ browser }) {
    const page = await openPage(browser, { path: "no/such/place#kept" });
    await page.waitForURL(`${page.address}#kept`);
    await started(page);
    await page.finish();
  },
};
