// Faults beyond a crash: islands, one-way cuts, a full disk, and what is planned for later.

import assert from "node:assert/strict";
import { axe, openPage, started } from "../page.mjs";

async function running(browser, options = {}) {
  const page = await openPage(browser, { path: "?lang=en", ...options });
  await started(page);
  await page.locator("#play").waitFor();
  return page;
}

const button = (page, name) => page.getByRole("button", { name, exact: true });

async function choose(page, name) {
  await button(page, name).focus();
  await page.keyboard.press("Enter");
}

export const tests = {
  async "the network is split into islands and healed"({ browser }) {
    const page = await running(browser);
    await button(page, "Split the network").click();
    // Nobody is on the second island yet: that is refused, with a reason.
    await button(page, "Split").click();
    await page.getByText("An island needs a node in it").waitFor();
    await page.getByRole("checkbox", { name: "broker 1" }).check();
    await button(page, "Split").click();
    await page.locator("#split").waitFor({ state: "detached" });
    await button(page, "Heal all cuts").click();
    await button(page, "Heal all cuts").waitFor({ state: "detached" });
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "a full disk halts a broker, which starts only when there is space"({ browser }) {
    const page = await running(browser);
    await choose(page, "broker 2");
    await button(page, "Fill the disk").click();
    await button(page, "Start").waitFor({ timeout: 60_000 });
    await button(page, "Free the disk").click();
    await button(page, "Start").click();
    await button(page, "Crash").waitFor();
    await page.finish();
  },

  async "something is planned for later and struck out"({ browser }) {
    const page = await running(browser);
    await page.keyboard.press("Space");
    await choose(page, "broker 3");
    await button(page, "Plan").click();
    await page.getByText("Crash: broker 3").waitFor();
    assert.deepEqual(await axe(page), []);
    await button(page, "Remove: Crash: broker 3").click();
    await page.getByText("Crash: broker 3").waitFor({ state: "detached" });
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },
};
