// What is on screen, given away: links, files, what the browser keeps.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { axe, choose, openPage, started } from "../page.mjs";

const fragment = (page) => page.evaluate(() => location.hash);
const written = (page) => page.waitForFunction(() => location.hash.startsWith("#s="));
const clock = (page) => page.locator(".clock").textContent();
const shown = (page) => page.evaluate(() => document.querySelector("canvas").toDataURL());

/** The picture, once nothing glides or fades any more. */
async function settled(page) {
  for (let before = await shown(page); ;) {
    await page.waitForTimeout(400);
    const now = await shown(page);
    if (now === before) return now;
    before = now;
  }
}

/** A frozen page on which broker 1 was crashed, and is chosen. */
async function crashed(browser, options = {}) {
  const page = await openPage(browser, { path: "?lang=en&freeze=9000", ...options });
  await started(page);
  await page.locator("#play").waitFor();
  await choose(page, "broker 1");
  await page.keyboard.press("k");
  await page.getByRole("button", { name: "Start", exact: true }).first().waitFor();
  await written(page);
  return page;
}

/** Lets a file go over the page. */
const drop = (page, name, text) => page.evaluate(([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector("canvas").dispatchEvent(event);
}, [name, text]);

export const tests = {
  async "a copied link shows the same picture to somebody else"({ browser }) {
    const page = await crashed(browser);
    await page.locator("#share-open").click();
    const link = await page.locator("#share-link").inputValue();
    assert.deepEqual(await axe(page), []);
    await page.locator(".qr").waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the link" }).click();
    await page.getByText("Copied.").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    await page.getByRole("button", { name: "Close" }).first().click();
    const picture = await settled(page);
    // Another profile, whose browser speaks another language: the link's is spoken.
    const path = new URL(link).hash;
    const other = await openPage(browser, { path, lang: "pt-BR" });
    await started(other);
    await other.getByRole("heading", { name: "broker 1" }).waitFor();
    assert.equal(await clock(other), await clock(page));
    assert.equal(await other.getAttribute("html", "lang"), "en");
    assert.equal(await other.evaluate(() => localStorage.getItem("kafkascope.lang")), null);
    assert.ok(await settled(other) === picture, "another picture");
    assert.deepEqual(other.complaints, []);
    await other.finish();
    await page.finish();
  },

  async "a link pasted into the page opens, and the session before comes back"({ browser }) {
    const page = await crashed(browser);
    const own = await fragment(page);
    const old = readFileSync(new URL("../../links/v1-opening.txt", import.meta.url), "utf8").trim();
    const pages = await page.evaluate(() => history.length);
    await page.evaluate((line) => { location.hash = `#s=${line}`; }, old);
    await page.getByText("The link is open.").waitFor();
    assert.match(await clock(page), /00:09\.500/);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.waitForFunction((own) => location.hash === own, own);
    assert.match(await clock(page), /00:09\.000/);
    assert.equal(await page.evaluate(() => history.length), pages + 1, "the back button is full");
    await page.finish();
  },

  async "what is broken, newer or no session is said, and changes nothing"({ browser }) {
    const page = await crashed(browser);
    const own = await fragment(page);
    for (const [name, text, words] of [
      ["cut.kafkascope", own.slice(3, -2), "something was lost or changed"],
      ["empty.kafkascope", "", "something was lost or changed"],
      ["huge.kafkascope", "A".repeat(400_000), "something was lost or changed"],
      ["newer.kafkascope", "CQwMaCQ", "newer version of this page (format 9)"],
    ]) {
      await drop(page, name, text);
      const notice = page.locator(".notice", { hasText: name });
      await notice.getByText(words).waitFor();
      assert.match(await clock(page), /00:09\.000/);
      await notice.getByRole("button", { name: "Close" }).click();
    }
    await drop(page, "good.kafkascope", own.slice(3));
    await page.getByText("The link is open.").waitFor();
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "a page that begins with a broken link says so and goes on"({ browser }) {
    const page = await openPage(browser, { path: "?lang=en#s=AQcB" });
    await started(page);
    await page.getByText("something was lost or changed").waitFor();
    await page.locator("canvas").waitFor({ state: "visible" });
    assert.equal(await fragment(page), "#s=AQcB", "who asked for it could not ask again");
    await page.finish();
  },

  async "what was done is there at the next visit"({ browser }) {
    const page = await crashed(browser);
    await page.goto("about:blank");
    await page.goto(`${page.address}?lang=en`);
    await page.getByRole("button", { name: "Go on with it" }).click();
    await page.getByText("The link is open.").waitFor();
    assert.match(await clock(page), /00:09\.000/);
    await choose(page, "broker 1");
    await page.getByRole("button", { name: "Start", exact: true }).first().waitFor();
    await page.finish();
  },

  async "blocked storage is said once, and nothing is lost"({ browser }) {
    const page = await crashed(browser, {
      tamper: (target) => target.addInitScript(() => {
        Object.defineProperty(window, "localStorage", { get() { throw new Error("blocked"); } });
      }),
    });
    const said = page.getByText("This browser stores nothing");
    await said.waitFor();
    await page.locator(".notice").getByRole("button", { name: "Close" }).click();
    const before = await fragment(page);
    await page.locator("#step").click();
    await page.waitForFunction((before) => location.hash !== before, before);
    assert.equal(await said.count(), 0, "it is said again");
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "sharing fits on a telephone, in every theme and language"({ browser }) {
    for (const theme of ["light", "dark", "projector"]) {
      for (const lang of ["en", "pt-BR"]) {
        const path = `?lang=${lang}&theme=${theme}&freeze=9000`;
        const page = await openPage(browser, { path, size: [390, 844] });
        await started(page);
        await page.locator("#play").waitFor();
        await page.keyboard.press("s");
        // The panel slides in; then the code is on the screen from edge to edge.
        await page.waitForFunction(() => {
          const { left, right } = document.querySelector(".qr").getBoundingClientRect();
          return left >= 0 && right <= innerWidth;
        });
        assert.deepEqual(await axe(page), []);
        await page.finish();
      }
    }
  },
};
