// The life of a log: segments that are deleted, records deleted on demand, and compaction.

import assert from "node:assert/strict";
import { axe, choose, chosen } from "../page.mjs";

/** Plays a lesson from the sheet that is open, and chooses its log once that is there. */
async function play(page, lesson, producer) {
  await page.getByRole("button", { name: lesson }).click();
  await page.getByRole("button", { name: producer, exact: true }).waitFor({ state: "attached" });
  await page.fill("#pace", "8");
  await choose(page, "P0 on broker 1");
}

export const tests = {
  async "a lesson shows segments that age and are deleted"({ browser }) {
    for (const theme of ["light", "dark"]) {
      const page = await chosen(browser, "P0 on broker 1", { theme });
      await play(page, "How old records go", "producer shop");
      const sheet = page.locator(".inspector");
      const table = sheet.getByRole("table").filter({ hasText: "Base offset" });
      await table.getByText(/goes in|due/).first().waitFor();
      await sheet.getByText(/segments?, .* retention\.ms/).waitFor();
      await sheet.getByText("Deleted files still on disk").waitFor();
      assert.equal(await table.getByText("active", { exact: true }).count(), 1);
      await page.locator(".narration").getByText(/deletes the .*oldest segment/).waitFor();
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.complaints, []);
      await page.finish();
    }
  },

  async "records are deleted from the page, and what cannot be is refused in words"({ browser }) {
    for (const theme of ["light", "dark"]) {
      const page = await chosen(browser, "P0 on broker 1", { theme });
      const sheet = page.locator(".inspector");
      await page.fill("#pace", "8");
      await page.getByText("What becomes of old records").click();
      const before = sheet.getByLabel("Before offset");
      await before.fill("soon");
      await page.getByRole("button", { name: "Delete records" }).click();
      await sheet.getByText(/is not a (whole )?number/).waitFor();
      await before.fill("100000");
      await page.getByRole("button", { name: "Delete records" }).click();
      await page.getByRole("tab", { name: "Events" }).click();
      const events = page.getByRole("tabpanel", { name: "Events" });
      await events.getByText(/refuses to delete .* \(OFFSET_OUT_OF_RANGE\)/).first().waitFor();
      await page.getByRole("tab", { name: "Inspector" }).click();
      await page.getByText("What becomes of old records").click();
      await sheet.getByLabel("Before offset").fill("-1");
      await page.getByRole("button", { name: "Delete records" }).click();
      const start = sheet.locator("dt", { hasText: "LogStartOffset" }).first().locator("+ dd");
      await page.waitForFunction((dd) => Number(dd.textContent) > 0, await start.elementHandle());
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.complaints, []);
      await page.finish();
    }
  },

  async "a config below Kafka's least is taken and marked as of teaching scale"({ browser }) {
    const page = await chosen(browser, "P0 on broker 1");
    await page.getByText("What becomes of old records").click();
    const config = page.locator("section.config", { hasText: "segment.bytes" }).first();
    await config.getByRole("textbox").fill("500");
    await page.keyboard.press("Enter");
    await config.getByText("Teaching scale: Kafka itself takes 1,048,576 at least.").waitFor();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "the cleaner passes over a log and says what it took"({ browser }) {
    for (const theme of ["light", "dark"]) {
      const page = await chosen(browser, "P0 on broker 1", { theme });
      await play(page, "The last record of each key", "producer pricing");
      const sheet = page.locator(".inspector");
      await sheet.getByText(/\d+ records became \d+/).waitFor();
      const table = sheet.getByRole("table").filter({ hasText: "Base offset" });
      await table.getByText("clean", { exact: true }).first().waitFor();
      await page.locator(".narration").getByText(/compacts P0 up to/).waitFor();
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.complaints, []);
      await page.finish();
    }
  },
};
