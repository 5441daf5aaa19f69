// Transactions: by hand from the page, in the lesson, and what exactly once is for.

import assert from "node:assert/strict";
import { axe, choose, chosen, openPage, started } from "../page.mjs";

/** The value of a fact in the sheet that is open. */
const fact = (page, name) =>
  page.locator(".inspector").locator("dt", { hasText: name }).first().locator("+ dd");

export const tests = {
  async "a producer with a transactional.id is added, commits and aborts"({ browser }) {
    const page = await openPage(browser, { path: "?lang=en" });
    await started(page);
    await page.getByRole("button", { name: "Add", exact: true }).first().click();
    await page.getByRole("menuitem", { name: /producer/i })
      .or(page.getByRole("button", { name: /^(a )?producer$/i })).first().click();
    await page.getByLabel("Name", { exact: true }).fill("till");
    await page.getByLabel("transactional.id").fill("till-1");
    await page.locator("form button[type=submit]").click();
    await page.getByRole("button", { name: "producer till", exact: true }).waitFor({ state: "attached" });
    await page.fill("#pace", "8");
    await choose(page, "producer till");
    await fact(page, "TransactionState").waitFor();
    await page.fill("#pace", "3");
    await page.getByRole("textbox", { name: "Records in a transaction" }).fill("0");
    await page.keyboard.press("Enter");
    await page.fill("#pace", "8");
    const button = (name) => page.getByRole("button", { name, exact: true });
    const [begin, abort] = [button("Begin a transaction"), button("Abort")];
    await begin.or(abort).first().waitFor();
    if (await abort.count()) await abort.click(); // it was in the middle of one
    await begin.click();
    await abort.click();
    await page.locator(".narration").getByText(/abort/i).first().waitFor();
    await begin.click();
    await button("Commit").click();
    await page.locator(".narration").getByText(/commit/i).first().waitFor();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "a stream processor is added from the page and works with exactly once"({ browser }) {
    const page = await openPage(browser, { path: "?lang=en" });
    await started(page);
    const add = async (kind) => {
      await page.getByRole("button", { name: "Add", exact: true }).first().click();
      await page.getByRole("menuitem", { name: kind }).or(page.getByRole("button", { name: kind }))
        .first().click();
    };
    await add("Create a topic");
    await page.getByLabel("Name", { exact: true }).fill("bills");
    await page.locator("form button[type=submit]").click();
    await page.fill("#pace", "8");
    await page.getByText("bills").first().waitFor({ state: "attached" });
    await add("Add a stream processor");
    const form = page.locator("form");
    await form.getByLabel("Writes to").selectOption("bills");
    await form.getByText("Results and offsets are one transaction").waitFor();
    assert.deepEqual(await axe(page), []);
    await form.getByRole("checkbox", { name: "orders" }).uncheck();
    await form.locator("button[type=submit]").click();
    await form.getByText("Choose at least one topic that it reads.").waitFor();
    await form.getByRole("checkbox", { name: "orders" }).check();
    await form.locator("button[type=submit]").click();
    const name = "stream processor stream-1";
    await page.getByRole("button", { name, exact: true }).waitFor({ state: "attached" });
    await choose(page, name);
    assert.equal(await fact(page, "Transforms with").textContent(), "map");
    await page.locator(".inspector").getByText("exactly_once_v2").first().waitFor();
    await page.locator(".narration").getByText(/commit/i).first().waitFor();
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "the lesson shows where transactions stand"({ browser }) {
    for (const theme of ["light", "dark"]) {
      const page = await chosen(browser, "producer checkout", { theme });
      await page.getByRole("button", { name: "Exactly once, with crashes" }).click();
      await page.getByRole("button", { name: "producer shop", exact: true }).waitFor({ state: "attached" });
      await page.fill("#pace", "7");
      await choose(page, "broker 3");
      await page.locator(".inspector").getByText("shop-1", { exact: true }).waitFor();
      await choose(page, "producer shop");
      await fact(page, "TransactionState").waitFor();
      await page.locator(".narration").getByText(/transaction/).first().waitFor();
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(page.complaints, []);
      await page.finish();
    }
  },

  async "exactly once is refused where it cannot be had, and says what it takes"({ browser }) {
    const page = await openPage(browser, { path: "?lang=en" });
    await started(page);
    await choose(page, "consumer group billing");
    await page.getByRole("button", { name: "Delivery guarantee" }).click();
    await page.getByRole("radio", { name: "exactly once" }).click();
    await page.getByText(/It takes a stream processor/).waitFor();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },
};
