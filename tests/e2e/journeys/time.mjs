// Time: to any moment by mouse, touch and keyboard; branches, undo and redo; two branches compared.

import assert from "node:assert/strict";
import { axe, chosen, openPage, started } from "../page.mjs";

/** What the clock reads, in seconds. */
async function clock(page) {
  const text = await page.locator(".clock").innerText();
  return text.replace(/\s/g, "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

const settled = (page) => page.waitForTimeout(300);

/** A tape of some length, paused. */
async function played(browser, options = {}) {
  const page = await chosen(browser, "broker 2", options);
  await page.keyboard.press("8");
  await page.waitForFunction(() => {
    const text = document.querySelector(".clock").innerText.replace(/\s/g, "");
    return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) > 25;
  });
  await page.locator("#play").click();
  await settled(page);
  return page;
}

/** The place on the scrubber, from 0 to 1. */
async function place(page, part) {
  const { x, y, width, height } = await page.locator("#scrub").boundingBox();
  return [x + width * part, y + height / 2];
}

export const tests = {
  async "the same with one thing changed runs beside it, on one clock"({ browser }) {
    const page = await played(browser);
    const commands = page.getByRole("dialog", { name: "Branches" });
    await page.locator("#branches-open").click();
    await commands.locator(".vary select").nth(1).selectOption("acks");
    await commands.locator(".vary .choice label").nth(1).click();
    assert.deepEqual(await axe(page), []);
    await commands.getByRole("button", { name: "acks=1 beside this" }).click();
    await page.getByRole("img", { name: "The other branch, at the same moment" }).waitFor();
    await page.getByRole("button", { name: /^First difference at 00:01/ }).waitFor();
    await page.getByText("is catching up").waitFor({ state: "detached" });
    const acked = page.locator(".twin-head dl div:first-child dd");
    assert.equal(await acked.count(), 2);
    assert.deepEqual(await axe(page), []);
    // One gesture moves both.
    const before = await acked.allInnerTexts();
    await page.mouse.click(...await place(page, 0.4));
    await page.waitForFunction((before) => {
      const now = [...document.querySelectorAll(".twin-head dl div:first-child dd")];
      return now.every((it, index) => Number(it.innerText) < Number(before[index]));
    }, before);
    await page.getByRole("button", { name: "Swap A and B" }).click();
    await page.locator(".twin-head h2", { hasText: "acks=1" }).first().waitFor();
    assert.match(await page.locator(".twin-head h2").first().innerText(), /A\s*acks=1/);
    await page.getByRole("button", { name: "One picture" }).click();
    assert.equal(await page.locator("canvas").count(), 1);
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "time runs until something is so, and is held there"({ browser }) {
    const page = await openPage(browser, { path: "?lang=en&theme=light" });
    await started(page);
    await page.locator("#until-open").click();
    const plate = page.getByRole("dialog", { name: "Run until…" });
    await plate.getByText("One more record is lost").click();
    await plate.getByRole("button", { name: "Go there" }).click();
    await plate.getByText(/Not within the next/).waitFor();
    const before = await clock(page);
    await plate.getByText("What becomes of record").click();
    await plate.getByLabel("Until it is").selectOption({ index: 3 });
    assert.deepEqual(await axe(page), []);
    await plate.getByRole("button", { name: "Play until then" }).click();
    await plate.getByText(/ · record \d+ of checkout/).waitFor();
    await page.getByText("paused").waitFor();
    const after = await clock(page);
    assert.ok(after > before, `${after} after ${before}`);
    // Of a lag that is no number nothing is looked for.
    await plate.getByText("A lag above a limit").click();
    await plate.getByLabel("More records than").fill("many");
    assert.equal(await plate.getByRole("button", { name: "Go there" }).isDisabled(), true);
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "the scrubber goes to any moment by mouse, and the future is kept"({ browser }) {
    const page = await played(browser);
    const end = await clock(page);
    await page.mouse.move(...await place(page, 0.5));
    await page.mouse.down();
    await page.mouse.move(...await place(page, 0.2), { steps: 4 });
    await page.mouse.up();
    await settled(page);
    const back = await clock(page);
    assert.ok(back < end / 2, `${back} of ${end}`);
    const reached = await page.locator(".rail .played").evaluate((it) => parseFloat(it.style.width));
    const passed = await page.locator(".rail .passed").evaluate((it) => parseFloat(it.style.width));
    assert.ok(reached > passed * 1.5, `${reached} ${passed}`);
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "the scrubber, steps and time that runs back answer to the keyboard"({ browser }) {
    const page = await played(browser);
    const end = await clock(page);
    await page.locator("#scrub").focus();
    await page.keyboard.press("Home");
    await settled(page);
    assert.equal(await clock(page), 0);
    await page.keyboard.press("End");
    await page.waitForTimeout(1_000);
    assert.ok(await clock(page) >= end, "beyond what was played it is played on");
    const before = await clock(page);
    await page.keyboard.press(",");
    await settled(page);
    const stepped = await clock(page);
    assert.ok(stepped < before && before - stepped < 2, `${stepped} before ${before}`);
    await page.keyboard.press("<");
    await settled(page);
    assert.ok(await clock(page) < stepped);
    await page.keyboard.press(">");
    await settled(page);
    const from = await clock(page);
    await page.keyboard.press("7");
    await page.keyboard.press("b");
    await page.waitForTimeout(500);
    assert.ok(await clock(page) < from - 0.1, "time runs back");
    assert.match(await page.locator(".ratio").innerText(), /backwards/);
    await page.keyboard.press("b");
    await page.finish();
  },

  async "the scrubber goes where a finger taps"({ browser }) {
    const page = await played(browser, { size: [390, 844] });
    const end = await clock(page);
    await page.locator("#scrub").evaluate((it) => {
      it.value = "100";
      it.dispatchEvent(new Event("input", { bubbles: true }));
      it.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await settled(page);
    assert.ok(await clock(page) < end / 4);
    const { x, y, width, height } = await page.locator("#scrub").boundingBox();
    assert.ok(x >= 0 && x + width <= 390 && height >= 24, `${x} ${y} ${width} ${height}`);
    await page.finish();
  },

  async "a deed in the past begins a branch; undo, redo, rename, compare, delete"({ browser }) {
    const page = await played(browser);
    await page.mouse.click(...await place(page, 0.4));
    await settled(page);
    const parted = await clock(page);
    await page.keyboard.press("k");
    await settled(page);
    await page.locator("#branches-open").click();
    const rows = page.locator(".branches .branch");
    assert.equal(await rows.count(), 2);
    assert.match(await rows.nth(1).innerText(), /Crash: broker 2/);
    await page.keyboard.press("8");
    await page.locator("#play").click();
    await page.waitForTimeout(600);
    await page.locator("#play").click();

    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByText("First difference").waitFor();
    assert.match(await page.locator(".compare .verdict").innerText(), /Crash: broker 2/);
    assert.deepEqual(await axe(page), []);

    await page.getByRole("button", { name: "Rename" }).nth(1).click();
    await page.locator(".branches ol input").fill("without a leader");
    await page.keyboard.press("Enter");
    await page.getByText("without a leader").first().waitFor();

    await page.keyboard.press("Control+z");
    await settled(page);
    assert.ok(Math.abs(await clock(page) - parted) < 0.01, "it is the moment of the deed");
    await page.keyboard.press("Control+Shift+z");
    await settled(page);
    assert.ok(await clock(page) > parted);

    await page.getByRole("button", { name: "Delete" }).first().click();
    await settled(page);
    assert.equal(await rows.count(), 1);
    assert.deepEqual(page.complaints, []);
    await page.finish();
  },

  async "the scrubber is sound for axe in every theme and both languages"({ browser }) {
    for (const [theme, lang] of [["light", "pt-BR"], ["dark", "en"]]) {
      const page = await openPage(browser, { theme, lang });
      await started(page);
      await page.locator("#scrub").waitFor();
      assert.deepEqual(await axe(page), []);
      await page.finish();
    }
  },
};
