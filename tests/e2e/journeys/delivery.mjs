// Delivery: what a consuming application can be told, and what a guarantee is worth in a crash.

import assert from "node:assert/strict";
import { axe, chosen, openPage, started } from "../page.mjs";

export const tests = {
  async "a group is switched between guarantees, and a crash shows what each is worth"({ browser }) {
    for (const theme of ["light", "dark"]) {
      const page = await chosen(browser, "consumer group billing", { theme });
      await page.getByRole("button", { name: "Delivery guarantee" }).click();
      const board = page.getByRole("dialog", { name: "Delivery guarantee" });
      await board.getByRole("radio", { name: "at most once" }).click();
      await board.getByText("This is at most once").waitFor();
      await board.getByText("acks=0", { exact: true }).waitFor();
      await board.getByText("enable.auto.commit=false", { exact: true }).waitFor();
      assert.deepEqual(await axe(page), []);
      await board.getByRole("radio", { name: "at least once" }).click();
      await board.getByText("This is at least once").waitFor();
      await board.getByText("enable.idempotence=true", { exact: true }).waitFor();
      await page.fill("#pace", "8");
      await board.getByRole("button", { name: "Crash at the worst moment" }).click();
      await board.getByText(/after processing and before the commit/).waitFor();
      await board.getByText(/Cost so far: [1-9]\d* repeated, 0 lost/).waitFor();
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.complaints, []);
      await page.finish();
    }
  },

  async "at most once loses for the group what was committed and not processed"({ browser }) {
    const page = await chosen(browser, "consumer group billing");
    await page.getByRole("button", { name: "Delivery guarantee" }).click();
    const board = page.getByRole("dialog", { name: "Delivery guarantee" });
    await board.getByRole("radio", { name: "at most once" }).click();
    await board.getByText("This is at most once").waitFor();
    await board.getByRole("button", { name: "Crash at the worst moment" }).click();
    await board.getByText(/after the commit and before processing/).waitFor();
    await board.getByText(/Cost so far: 0 repeated, [1-9]\d* lost/).waitFor();
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "a consuming application is told when to commit, and what to do out of its order"({ browser }) {
    const page = await chosen(browser, "consumer C1");
    await page.getByLabel("Offsets are committed").selectOption("before processing");
    await page.getByText("a crash after it loses the rest").waitFor();
    await page.getByLabel("It polls").selectOption("when you say so");
    await page.getByRole("button", { name: "Call poll() once" }).waitFor();
    await page.getByText("One record, one partition").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Pause a partition" }).click();
    await page.getByRole("button", { name: "Resume a partition" }).waitFor();
    await page.getByRole("button", { name: "Move the position" }).click();
    await page.getByText("Slow down the next record").click();
    await page.getByText(/is not a (whole )?number/).waitFor();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "a consumer is added with its way of committing and as a static member"({ browser }) {
    const page = await openPage(browser, { path: "?lang=en" });
    await started(page);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("menuitem", { name: /consumer/i }).click();
    const form = page.getByRole("dialog", { name: /consumer/i });
    await form.getByLabel("Offsets are committed").selectOption("after each record");
    await form.getByLabel("group.instance.id").fill("desk-7");
    assert.deepEqual(await axe(page), []);
    await form.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: "consumer C3", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("desk-7", { exact: true }).waitFor();
    await page.getByText("at most one is repeated").waitFor();
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },
};
