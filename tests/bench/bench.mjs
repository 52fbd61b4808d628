// Benchmark of the page in Chromium: work per frame, long tasks, seeks, memory, and the first paint.
//
//   node bench/bench.mjs --ringside PATH [--minutes 60] [--only first|frames|ten|memory]
//
// prints one JSON object; `cargo xtask bench --browser` runs it and makes the table.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { headless } from '../browser/headless.mjs';
import { framesOf, quantile } from './trace.mjs';

const { values: options } = parseArgs({
  options: {
    ringside: { type: 'string' },
    minutes: { type: 'string', default: '60' },
    only: { type: 'string' },
  },
});
if (!options.ringside) throw new Error('Name the command line with --ringside.');

const VIEWPORT = { width: 1366, height: 768 };

/** Scenes: the nodes, and a load whose mean messages in flight are rate x messages x delay. */
const SCENES = [
  { name: '10 nodes', nodes: 10, rate: 480, limits: { 1: 6, 4: 16 } },
  { name: '100 nodes', nodes: 100, rate: 3_200, limits: { 1: 12 } },
  // Two seconds of this run are some 15,000 events.
  { name: 'a diagram of 2 s of 10 nodes', nodes: 10, rate: 480, wider: 4, limits: { 1: 16 } },
];

/** Returns the fragment that opens a run of the healthy scenario with some fields changed. */
function link(settings, until = '1ms') {
  const set = Object.entries(settings).flatMap(([field, value]) => ['--set', `${field}=${value}`]);
  const run = ['run', 'healthy', '--until', until, ...set, '--link'];
  return execFileSync(options.ringside, run, { encoding: 'utf8' }).trim();
}

const button = (page, name) => page.getByRole('button', { name, exact: true });

/** Opens a run in a new window, paused at the moment of its link. */
async function open(browser, base, fragment, { throttle = 1 } = {}) {
  const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage();
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) {
        window.longTasks.push({ at: task.startTime, ms: task.duration });
      }
    }).observe({ type: 'longtask', buffered: true });
    window.addEventListener('TrunkApplicationStarted', (event) => {
      window.programMemory = event.detail?.wasm?.memory;
    });
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttle });
  await page.goto(`${base}${fragment}`);
  await button(page, 'Play').waitFor();
  return { page, devtools };
}

/** Notches of the speed control. */
const [REAL_TIME, FULL_SPEED] = ['12', '24'];

const setSpeed = (page, notch) =>
  page.getByRole('slider', { name: 'Speed', exact: true }).fill(notch);

const seconds = async (page) =>
  Number.parseFloat(await page.getByRole('timer', { name: 'Virtual time' }).innerText());

/** Measures the main thread's work per frame at real time, and the messages in flight. */
async function frames(browser, base, scene, throttle) {
  const fragment = link({
    'cluster.nodes': scene.nodes,
    'network.latency': '{"constant":"100ms"}',
    'network.client_latency': '{"constant":"100ms"}',
    'network.client_timeout': '5s',
    'cluster.request_timeout': '2s',
    'load.rate': scene.rate,
    'load.keys': 1000,
    'load.clients': 20,
  });
  const { page } = await open(browser, base, fragment, { throttle });
  await setSpeed(page, REAL_TIME);
  if (scene.wider) await page.getByRole('tab', { name: 'Diagram', exact: true }).click();
  for (let step = 0; step < (scene.wider ?? 0); step += 1) await button(page, 'Wider window').click();
  await button(page, 'Play').click();
  await page.waitForTimeout(4_000);
  await browser.startTracing(page, {
    categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'],
  });
  await page.waitForTimeout(10_000);
  const work = framesOf(JSON.parse((await browser.stopTracing()).toString()).traceEvents);
  await button(page, 'Pause').click();
  const flying = await page.getByRole('tab', { name: /^In flight \d+/ }).innerText();
  await page.context().close();
  return {
    scene: scene.name,
    throttle,
    flying: Number(flying.match(/\d+/)[0]),
    frames: work.length,
    p50: quantile(work, 0.5),
    p95: quantile(work, 0.95),
    limit: scene.limits[throttle],
  };
}

/** Plays ten virtual minutes at full speed, counts long tasks, and then seeks to random moments. */
async function tenMinutes(browser, base) {
  const { page } = await open(browser, base, link({ 'load.rate': 100 }));
  await page.waitForTimeout(1_000);
  await setSpeed(page, FULL_SPEED);
  const began = await page.evaluate(() => performance.now());
  await button(page, 'Play').click();
  while ((await seconds(page)) < 600) await page.waitForTimeout(250);
  await button(page, 'Pause').click();
  const [took, tasks] = await page.evaluate((from) => {
    const tasks = window.longTasks.filter(({ at }) => at >= from).map(({ ms }) => ms);
    return [performance.now() - from, tasks];
  }, began);
  const seeks = [];
  let random = 1;
  for (let seek = 0; seek < 60; seek += 1) {
    random = (random * 48_271) % 2_147_483_647;
    seeks.push(await seekTo(page, (random / 2_147_483_647) * 600e6));
  }
  await page.context().close();
  return {
    took_s: took / 1e3,
    long_tasks: tasks.length,
    longest_ms: Math.max(0, ...tasks),
    seeks: seeks.length,
    seek_p50: quantile(seeks, 0.5),
    seek_p90: quantile(seeks, 0.9),
    seek_max: Math.max(...seeks),
  };
}

/** Moves the scrubber to a moment, and returns the milliseconds until the page shows it. */
function seekTo(page, us) {
  return page.getByRole('slider', { name: 'Moment', exact: true }).evaluate(
    (slider, to) =>
      new Promise((resolve) => {
        const clock = document.querySelector('[role=timer]');
        const before = clock.textContent;
        const began = performance.now();
        const poll = () => {
          if (clock.textContent !== before) resolve(performance.now() - began);
          else setTimeout(poll, 0);
        };
        slider.value = String(to);
        slider.dispatchEvent(new InputEvent('input', { bubbles: true }));
        poll();
      }),
    us,
  );
}

/** Measures memory while the default scenario plays at real time. */
async function memory(browser, base, minutes) {
  const { page, devtools } = await open(browser, base, link({}));
  await setSpeed(page, REAL_TIME);
  await button(page, 'Play').click();
  const weigh = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    const program = await page.evaluate(() => window.programMemory?.buffer.byteLength ?? 0);
    return { heap: usedSize / 1e6, program: program / 1e6 };
  };
  const settle = Math.min(5, minutes / 2);
  await page.waitForTimeout(settle * 60_000);
  const first = await weigh();
  await page.waitForTimeout((minutes - settle) * 60_000);
  const last = await weigh();
  await page.context().close();
  const sum = ({ heap, program }) => heap + program;
  return { minutes, first, last, growth: sum(last) / sum(first) - 1 };
}

/** Returns the milliseconds from the request to the first interactive paint, throttled four times. */
async function firstPicture(browser, base) {
  const times = [];
  for (let visit = 0; visit < 7; visit += 1) {
    const page = await (await browser.newContext({ viewport: VIEWPORT })).newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.addInitScript(() => {
      const painted = () =>
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            window.firstPicture = performance.now();
          }),
        );
      new MutationObserver((_, observer) => {
        if (!document.querySelector('main button')) return;
        observer.disconnect();
        painted();
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(base);
    await page.waitForFunction(() => window.firstPicture !== undefined);
    times.push(await page.evaluate(() => window.firstPicture));
    await page.context().close();
  }
  return { visits: times.length, p50: quantile(times, 0.5), max: Math.max(...times) };
}

/** The measurements by name; `--only` selects one. */
const MEASURES = {
  first: firstPicture,
  async frames(browser, base) {
    const measured = [];
    for (const scene of SCENES) {
      for (const throttle of Object.keys(scene.limits).map(Number)) {
        measured.push(await frames(browser, base, scene, throttle));
      }
    }
    return measured;
  },
  ten: tenMinutes,
  memory: (browser, base) => memory(browser, base, Number(options.minutes)),
};

const report = await headless(async (browser, base) => {
  const report = {};
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (!options.only || options.only === name) report[name] = await measure(browser, base);
  }
  return report;
});
console.log(JSON.stringify(report));
