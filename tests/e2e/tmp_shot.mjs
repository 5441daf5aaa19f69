import { launch, openPage, started } from './page.mjs';
const browser = await launch();
for (const [n,size,theme,lang] of [['a',[1280,800],'light','en'],['b',[390,844],'dark','pt-BR']]) {
  const page = await openPage(browser, {size, theme, lang});
  await started(page);
  await page.waitForTimeout(500);
  await page.fill('#pace', '7');
  await page.waitForTimeout(2500);
  const box = await page.locator('#scrub').boundingBox();
  await page.mouse.click(box.x + box.width * 0.4, box.y + box.height/2);
  await page.keyboard.press('n'); await page.keyboard.press('n'); await page.keyboard.press('n');
  await page.keyboard.press('n');
  await page.keyboard.press('k');
  await page.waitForTimeout(1500);
  await page.keyboard.press(' ');
  await page.evaluate(() => document.querySelector('#branches-open').click());
  await page.waitForTimeout(300);
  await page.getByRole('button', {name: /^(Compare|Comparar)$/}).click();
  await page.waitForTimeout(1500);
  await page.screenshot({path:`/tmp/t_${n}1.png`});
  await page.evaluate(() => document.querySelector('.dialog-body')?.scrollBy(0, 500));
  await page.evaluate(() => document.querySelector('.dialog')?.scrollBy(0, 500));
  await page.waitForTimeout(200);
  await page.screenshot({path:`/tmp/t_${n}2.png`});
  console.log(n, page.complaints.join('|'), await page.locator('.clock').innerText());
  await page.finish?.();
}
await browser.close();
