import { launch, openPage, started } from './page.mjs';
const browser = await launch();
for (const [n,size,theme,lang] of [['a',[1280,800],'light','en'],['b',[390,844],'dark','pt-BR'],['c',[1920,1080],"light","pt-BR"]]) {
  const page = await openPage(browser, {size, theme, lang});
  await started(page);
  await page.waitForTimeout(1000);
  await page.fill('#pace', '7');
  await page.waitForTimeout(3000);
  await page.keyboard.press('n'); await page.keyboard.press('n'); await page.keyboard.press('n');
  await page.keyboard.press('k');
  await page.waitForTimeout(3500);
  await page.screenshot({path:`/tmp/t_${n}1.png`});
  const box = await page.locator('#scrub').boundingBox();
  await page.mouse.click(box.x + box.width * 0.45, box.y + box.height/2);
  await page.waitForTimeout(600);
  await page.screenshot({path:`/tmp/t_${n}2.png`});
  console.log(n, page.complaints.join('|'), await page.locator('.clock').innerText());
  await page.finish?.();
}
await browser.close();
