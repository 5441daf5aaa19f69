// Promises and rules: what was lost and why, every rule checked again, and a quorum to break.

import assert from "node:assert/strict";
import { join } from "node:path";
import { axe, dist, openPage, started } from "../page.mjs";

const scenario = (name) => join(dist, "../tests/scenarios", name);

async function playing(browser, file, options = {}) {
  const page = await openPage(browser, { path: "?lang=en", ...options });
  await started(page);
  await page.locator("#open-file-field").setInputFiles(scenario(file));
  await page.getByText("is playing").waitFor();
  await page.fill("#pace", "8");
  return page;
}

export const tests = {
  async "lost records are told one by one, with the config that allows it"({ browser }) {
    for (const theme of ["light", "dark"]) {
      const page = await playing(browser, "leader-crash-acks-1.toml", { theme });
      await page.getByRole("button", { name: "2 records lost" }).first().click();
      const plate = page.getByRole("dialog", { name: "Promise ledger" });
      await plate.getByText("This configuration allows that.").waitFor();
      assert.equal(await plate.getByText("with acks=1 only the leader").count(), 2);
      assert.deepEqual(await axe(page), []);
      await page.finish();
    }
  },

  async "a lost record tells its chain of causes, which leads to the things it names"({ browser }) {
    const page = await playing(browser, "leader-crash-acks-1.toml");
    await page.getByRole("button", { name: "2 records lost" }).first().click();
    const plate = page.getByRole("dialog", { name: "Promise ledger" });
    await plate.getByRole("button", { name: "Why?" }).first().focus();
    await page.keyboard.press("Enter");
    const chain = page.getByRole("dialog", { name: "Why?" });
    const steps = chain.getByRole("list", { name: "Chain of causes" }).getByRole("listitem");
    await steps.first().waitFor();
    assert.match(await steps.first().innerText(), /Command: Freeze: broker 2/);
    assert.match(await steps.last().innerText(), /without the record: it is lost/);
    assert.equal(await steps.filter({ hasText: "Command: Crash: broker 1" }).count(), 1);
    assert.deepEqual(await axe(page), []);
    // Each step is a moment: the tape goes there, points at what it is about, and leads back.
    await page.keyboard.press("Space");
    await page.getByText("paused").waitFor();
    const asked = await page.locator(".clock").innerText();
    await steps.filter({ hasText: "Command: Crash: broker 1" }).getByRole("button").click();
    await page.locator('.spot[aria-label="broker 1"][aria-pressed="true"]').waitFor();
    assert.notEqual(await page.locator(".clock").innerText(), asked);
    await chain.getByRole("button", { name: /^Back to/ }).click();
    await page.waitForFunction((then) =>
      document.querySelector(".clock").innerText === then, asked);
    assert.equal(await steps.count() > 2, true, "the chain stays");
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "every rule is checked again from the beginning"({ browser }) {
    const page = await playing(browser, "leader-crash-acks-all.toml");
    await page.getByRole("button", { name: "Promises kept" }).first().click();
    await page.getByRole("button", { name: "Check every rule" }).click();
    await page.getByText(/Every rule held through/).waitFor();
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "a quorum of three elects another controller when one is crashed"({ browser }) {
    const page = await openPage(browser, { path: "?lang=en" });
    await started(page);
    await page.getByRole("button", { name: "controller", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("group", { name: "Controllers in the quorum" })
      .getByRole("button", { name: "3", exact: true }).click();
    await page.getByText("a quorum of 3 controllers").waitFor();
    await page.fill("#pace", "8");
    const active = page.getByRole("button", { name: /^controller \d$/ });
    await active.first().waitFor();
    const of = async (index) => {
      // While a quorum forms, the picture's things come and go: a key may find nobody.
      const spot = active.nth(index);
      const name = await spot.getAttribute("aria-label");
      const chosen = page.locator(`.spot[aria-label="${name}"][aria-pressed="true"]`);
      for (let turn = 0; turn < 5 && await chosen.count() === 0; turn += 1) {
        await spot.press("Enter");
        await chosen.waitFor({ state: "attached", timeout: 1000 }).catch(() => {});
      }
      await page.getByText("Role in the quorum").waitFor();
      return await page.getByText("active controller", { exact: true }).count() > 0;
    };
    const find = async () => {
      for (let turn = 0; turn < 30; turn += 1) {
        if (await of(turn % 3)) return turn % 3;
      }
      return -1;
    };
    const first = await find();
    assert.notEqual(first, -1, "one of them is active");
    await page.getByRole("button", { name: /^Crash/ }).first().click();
    await page.getByRole("button", { name: /^Start/ }).first().waitFor();
    let second = -1;
    for (let turn = 0; turn < 60 && second < 0; turn += 1) {
      const index = turn % 3;
      if (index === first) continue;
      if (await of(index)) second = index;
    }
    assert.notEqual(second, -1, "another is active now");
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "controllers in the processes of brokers crash with them"({ browser }) {
    const page = await openPage(browser, { path: "?lang=en" });
    await started(page);
    await page.getByRole("button", { name: "controller", exact: true }).focus();
    await page.keyboard.press("Enter");
    const quorum = page.getByRole("group", { name: "Controllers in the quorum" });
    await quorum.getByRole("button", { name: /combined mode/ }).click();
    await page.getByText("broker 1 is the controller, too").waitFor();
    // There are three brokers, so five controllers have no place.
    await page.getByRole("button", { name: "controller", exact: true }).focus();
    await page.keyboard.press("Enter");
    await quorum.getByRole("button", { name: "5", exact: true }).click();
    await page.getByText(/there is no broker 4/).waitFor();
    assert.deepEqual(await axe(page), []);
    await quorum.getByRole("button", { name: "3", exact: true }).click();
    await page.getByText("3 brokers are controllers, too").waitFor();
    await page.fill("#pace", "8");
    await page.getByRole("button", { name: "controller 2", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("broker,controller").waitFor();
    await page.getByRole("button", { name: /^Crash/ }).first().click();
    await page.getByRole("button", { name: /^broker 2.*crashed|^broker 2/ }).first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^Start/ }).first().waitFor();
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "a wrong clock stamps records that the leader refuses"({ browser }) {
    const page = await openPage(browser, { path: "?lang=en" });
    await started(page);
    await page.getByRole("button", { name: "producer checkout" }).first().focus();
    await page.keyboard.press("Enter");
    const clock = page.getByRole("textbox", { name: "Clock ahead by (behind: below 0)" });
    await clock.fill("99999999");
    await clock.press("Enter");
    await page.getByText(/must be from -2,592,000 to 2,592,000/).waitFor();
    await clock.fill("7200");
    await clock.press("Enter");
    await page.getByText(/clock 2\sh.* ahead/).first().waitFor();
    await page.fill("#pace", "7");
    await page.getByText("INVALID_TIMESTAMP").first().waitFor();
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },
};
