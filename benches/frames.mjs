// How much of the main thread a frame takes: the time in animation-frame callbacks (world, scene
// and paint) of the built page at 1280x720, on its opening and on the reference scene.
// `trunk build --release --features split && node benches/frames.mjs [seconds]`
//
// Prints figures and judges nothing: a shared machine's clock is no gate. Where others work on it,
// too, "script" says more than the percentiles: processor time of all scripts, panels included.

import { launch, openPage, started } from "../tests/e2e/page.mjs";

/** Three brokers, twelve partitions, twenty producers that batch nothing, and slow links: about
 * three hundred messages are on their way. */
const SCENE = `
[cluster]
client_network = { latency = "150ms" }
[[topic]]
name = "orders"
partitions = 12
replication-factor = 3
${Array.from({ length: 20 }, (_, number) => `
[[producer]]
name = "app-${number + 1}"
topic = "orders"
workload = { rate = 50, keys = 64 }
config = { "linger.ms" = 0 }
`).join("")}
[[consumer]]
name = "C1"
group = "billing"
topics = ["orders"]
[[consumer]]
name = "C2"
group = "billing"
topics = ["orders"]
`;
const seconds = Number(process.argv[2]) || 10;

/** Before any script of the page: every frame callback is timed, and frames are counted. */
function watch() {
  const ask = window.requestAnimationFrame.bind(window);
  window.frames60 = { spent: [], from: performance.now() };
  window.requestAnimationFrame = (callback) => ask((now) => {
    const from = performance.now();
    callback(now);
    window.frames60.spent.push(performance.now() - from);
  });
}

const reset = () => { window.frames60 = { spent: [], from: performance.now() }; };
const counted = () => ({ ...window.frames60, for: performance.now() - window.frames60.from });

/** Milliseconds that the page's scripts have had the processor for. */
async function scripts(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find((metric) => metric.name === "ScriptDuration").value * 1000;
}

async function measure(browser, name, prepare) {
  const page = await openPage(browser, {
    path: "?lang=en", size: [1280, 720], tamper: (target) => target.addInitScript(watch),
  });
  await started(page);
  await page.getByRole("tab", { name: "Config" }).waitFor();
  await prepare(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const before = await scripts(session);
  await page.evaluate(reset);
  await page.waitForTimeout(seconds * 1000);
  const { spent, for: whole } = await page.evaluate(counted);
  const script = (await scripts(session) - before) / spent.length;
  spent.sort((a, b) => a - b);
  const rank = (share) => spent[Math.floor(spent.length * share)] ?? 0;
  const told = (share) => `${rank(share).toFixed(2)} ms`.padStart(9);
  const busy = spent.reduce((sum, time) => sum + time, 0) / whole;
  console.log(name.padEnd(26), told(0.5), told(0.95), told(0.99),
    `${script.toFixed(2)} ms`.padStart(9),
    (spent.length / whole * 1000).toFixed(0).padStart(9), `${(busy * 100).toFixed(1)} %`.padStart(9));
  await page.finish();
}

/** Stops of the pace slider: story, 1/1000, ... 1/30, 1/10, 1, 10, 60. */
const at = (stop) => (page) => page.locator("#pace").fill(String(stop));
const [THIRTIETH, TENTH, TEN] = [4, 5, 7];

/** Opens the reference scene, runs it until it is in full swing, and goes on at that pace. */
const reference = (stop) => async (page) => {
  await page.locator("#open-file-field").setInputFiles(
    { name: "reference.toml", mimeType: "application/toml", buffer: Buffer.from(SCENE) });
  await page.getByText("reference.toml").waitFor();
  await at(TEN)(page);
  await page.waitForTimeout(2000);
  await at(stop)(page);
  if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
};

const browser = await launch();
console.log("".padEnd(26), "p50".padStart(9), "p95".padStart(9), "p99".padStart(9),
  "script".padStart(9), "frames/s".padStart(9), "main".padStart(9));
await measure(browser, "opening, story pace", async () => {});
await measure(browser, "opening, 1/10", at(TENTH));
await measure(browser, "reference, 1/30", reference(THIRTIETH));
await measure(browser, "reference, 1/10", reference(TENTH));
await browser.close();
