// Faults beyond a crash: islands, one-way cuts, a full disk, and what is planned for later.

import assert from "node:assert/strict";
import { axe, choose, openPage, started } from "../page.mjs";

async function running(browser, options = {}) {
  const page = await openPage(browser, { path: "?lang=en", ...options });
  await started(page);
  await page.locator("#play").waitFor();
  return page;
}

const button = (page, name) => page.getByRole("button", { name, exact: true });

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

  async "a plan ends, and what it asks for in vain is told once"({ browser }) {
    const page = await running(browser);
    await page.keyboard.press("Space");
    await choose(page, "broker 3");
    const field = (name) => page.getByRole("textbox", { name });
    assert.equal(await field("Until, from now").count(), 0, "what is done once has no end");
    await field("Then every").fill("1");
    await page.keyboard.press("Tab");
    const refusals = {
      soon: "soon is not a whole number.",
      0: "must be from 1 to 86,400, not 0.",
      4: "must be from 5 to 86,400, not 4.",
    };
    for (const [typed, why] of Object.entries(refusals)) {
      await field("Until, from now").fill(typed);
      await button(page, "Plan").press("Enter");
      await page.locator(".way .refused").getByText(why).waitFor();
    }
    assert.equal(await page.locator(".planned").count(), 0);
    await field("Until, from now").fill("8");
    await button(page, "Plan").press("Enter");
    await page.locator(".planned").getByText(/then every 1\ss until .+ \(4 times\)/).waitFor();
    assert.equal(await page.locator(".way .refused").innerText(), "");
    assert.deepEqual(await axe(page), []);

    await page.locator("#pace").fill("7");
    await page.keyboard.press("Escape");
    await page.locator("#play").click();
    const told = page.locator(".notice").getByText("Crash: broker 3, planned for");
    await told.getByText("is down").waitFor({ timeout: 60_000 });
    await page.locator(".planned").waitFor({ state: "detached", timeout: 60_000 });
    await page.locator(".notice").getByRole("button", { name: "Close" }).press("Enter");
    await page.locator(".notice").waitFor({ state: "detached" });
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },
};
