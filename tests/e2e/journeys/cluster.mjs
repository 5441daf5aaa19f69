// The running cluster: it opens playing, can be broken by mouse and by keyboard, and speaks twice.

import assert from "node:assert/strict";
import { axe, openPage, started } from "../page.mjs";

async function running(browser, options = {}) {
  const page = await openPage(browser, { path: "?lang=en", ...options });
  await started(page);
  await page.locator("#play").waitFor();
  return page;
}

const clock = (page) => page.locator("output.clock").innerText();

export const tests = {
  async "opens on a cluster that is running, without a click"({ browser }) {
    const page = await running(browser);
    const before = await clock(page);
    await page.waitForFunction(
      (then) => document.querySelector("output.clock").innerText !== then, before);
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "paints a picture that is not blank"({ browser }) {
    const page = await running(browser);
    await page.waitForFunction(() => {
      const canvas = document.querySelector("canvas");
      if (!canvas?.width) return false;
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const colours = new Set();
      for (let at = 0; at < data.length; at += 4 * 97) {
        colours.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
      }
      return colours.size > 8;
    });
    await page.finish();
  },

  async "a broker is chosen and crashed from the keyboard"({ browser }) {
    const page = await running(browser);
    await page.getByRole("button", { name: "broker 2", exact: true }).focus();
    await page.keyboard.press("Enter");
    const crash = page.getByRole("button", { name: /^Crash/ }).first();
    await crash.waitFor();
    await crash.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^Start/ }).first().waitFor();
    await page.finish();
  },

  async "a click on the picture chooses, and a click crashes"({ browser }) {
    const page = await running(browser);
    const box = await page.getByRole("button", { name: "broker 1", exact: true }).boundingBox();
    await page.mouse.click(box.x + 12, box.y + 12);
    await page.getByRole("button", { name: /^Crash/ }).first().click();
    await page.getByRole("button", { name: /^Start/ }).first().waitFor();
    await page.finish();
  },

  async "a partition moves to a new broker"({ browser }) {
    const page = await running(browser);
    await page.getByRole("button", { name: "Add", exact: true }).first().click();
    await page.getByRole("menuitem", { name: /broker/i })
      .or(page.getByRole("button", { name: /^(a )?broker$/i })).first().click();
    await page.locator("form button[type=submit]").click();
    await page.getByRole("button", { name: "broker 4", exact: true }).waitFor();
    await page.getByText(/Broker 4 is in service/).first().waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "P0 on broker 1", exact: true }).focus();
    await page.keyboard.press("Enter");
    const broker = (id) => page.locator("fieldset").getByRole("button", { name: id, exact: true });
    const move = page.getByRole("button", { name: "Move the replicas" });
    await move.click();
    await page.getByText(/on just these replicas/).waitFor(); // nothing was chosen yet
    await broker("1").click();
    await broker("4").click();
    await move.click();
    await page.getByRole("button", { name: "P0 on broker 4", exact: true }).waitFor();
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "space pauses and plays, a dot steps"({ browser }) {
    const page = await running(browser);
    const play = page.locator("#play");
    await page.keyboard.press("Space");
    await page.waitForFunction(
      () => /Play/.test(document.querySelector("#play").getAttribute("aria-label")));
    const before = await clock(page);
    await page.keyboard.press(".");
    await page.waitForFunction(
      (then) => document.querySelector("output.clock").innerText !== then, before);
    await page.keyboard.press("Space");
    await page.waitForFunction(
      () => /Pause/.test(document.querySelector("#play").getAttribute("aria-label")));
    assert.ok(await play.isVisible());
    await page.finish();
  },

  async "changes its language while it runs"({ browser }) {
    const page = await running(browser);
    await page.getByRole("radio", { name: /PT|Portugu/ }).or(
      page.getByRole("button", { name: /^PT|Portugu/ })).or(page.getByText("PT", { exact: true }))
      .first().click();
    await page.waitForFunction(() => document.documentElement.lang === "pt-BR");
    await page.getByText("Livro de promessas", { exact: false }).first().waitFor();
    assert.equal(await page.locator("canvas").getAttribute("aria-label"), "O cluster, desenhado");
    await page.finish();
  },

  async "axe finds nothing, in both languages and themes"({ browser }) {
    for (const lang of ["en", "pt-BR"]) {
      for (const theme of ["light", "dark"]) {
        const page = await running(browser, { path: `?lang=${lang}`, theme });
        await page.keyboard.press("Space");
        assert.deepEqual(await axe(page), [], `${lang}, ${theme}`);
        await page.finish();
      }
    }
  },
};
