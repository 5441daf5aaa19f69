// Groups: who reads what, what stands still after a crash, and how lag goes.

import assert from "node:assert/strict";
import { axe, choose, openPage, started } from "../page.mjs";

export const tests = {
  async "a group's sheet shows who reads, and what stands still once a member has crashed"({ browser }) {
    for (const theme of ["light", "dark"]) {
      const page = await openPage(browser, { path: "?lang=en", theme });
      await started(page);
      await choose(page, "consumer C2");
      await page.getByRole("button", { name: "Crash", exact: true }).first().click();
      await choose(page, "consumer group billing");
      const sheet = page.locator(".inspector");
      await sheet.getByText("1 of 3", { exact: true }).waitFor();
      const row = sheet.getByRole("row").filter({ hasText: "its process ended" });
      assert.equal(await row.count(), 1, "the table tells what the bands show");
      assert.equal(await sheet.locator(".band .unread:visible").count() > 0, true);
      assert.equal(await sheet.locator(".curves dt").count(), 3, "each partition has its lag");
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.complaints, []);
      await page.finish();
    }
  },
};
