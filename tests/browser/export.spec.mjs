// Export of links, scenarios, pictures, series and histories, and import of scenario files.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

/** Opens the dialog. */
async function openExport(page) {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Presses a button of the dialog that saves a file; returns its name and its bytes. */
async function save(page, name) {
  const dialog = page.getByRole('dialog', { name: 'Export' });
  if (!(await dialog.isVisible())) await openExport(page);
  const downloading = page.waitForEvent('download', { timeout: 60_000 });
  await dialog.getByRole('button', { name, exact: true }).click();
  const download = await downloading;
  const path = await download.path();
  return { name: download.suggestedFilename(), path, bytes: readFileSync(path) };
}

/** Drops a file on the page. */
async function dropFile(page, name, text) {
  const transfer = await page.evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name, { type: 'application/json' }));
      return transfer;
    },
    [name, text],
  );
  await page.dispatchEvent('main', 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer });
  await expect(page.getByText('Drop a scenario file to open it')).toBeVisible();
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  await expect(page.getByText('Drop a scenario file to open it')).toHaveCount(0);
}

const ringsideRun = (...more) => {
  const run = ['run', '--quiet', '-p', 'ringside-cli', '--', ...more];
  return execFileSync('cargo', run, { cwd: '..', encoding: 'utf8' });
};

/** A run with a put and a crash by hand. */
async function aRunByHand(page) {
  const ringside = await Ringside.open(page, { quiet: false });
  for (let step = 0; step < 30; step += 1) await ringside.press('Step');
  await ringside.ask('Put', { value: 'blue' });
  for (let step = 0; step < 30; step += 1) await ringside.press('Step');
  await ringside.node('B').click();
  await ringside.press('Crash');
  for (let step = 0; step < 40; step += 1) await ringside.press('Step');
  return ringside;
}

test('a scenario that is saved and dropped on the page leads to the same digest at the same time', async ({
  page,
}) => {
  test.slow();
  const ringside = await aRunByHand(page);
  const [digest, clock] = [await ringside.digest.innerText(), await ringside.clock.innerText()];
  const file = await save(page, 'Save scenario');
  expect(file.name).toMatch(/^ringside-.*\.json$/);
  const scenario = JSON.parse(file.bytes);
  expect(scenario.events.map((event) => Object.keys(event.do)[0])).toEqual(['put', 'crash']);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await dropFile(page, file.name, file.bytes.toString());
  await expect(page.getByRole('combobox', { name: 'Scenario' })).toHaveValue('own');
  await expect(page.getByRole('status').filter({ hasText: 'is open' })).toBeVisible();
  await ringside.pause();
  await ringside.press('Reset');
  await ringside.pause();
  await expect(ringside.clock).toContainText('0.000');
  for (let step = 0; step < 400; step += 1) {
    if ((await ringside.digest.innerText()) === digest) break;
    await ringside.press('Step');
  }
  await expect(ringside.digest).toHaveText(digest);
  await expect(ringside.clock).toHaveText(clock);

  // The command line reads the same file.
  const until = `${Number.parseFloat(clock.replace(/\s/g, '')) * 1e6}us`;
  const summary = JSON.parse(ringsideRun('run', file.path, '--until', until, '--json'));
  expect(summary.title).toBe(scenario.title);
});

test('a file that is no scenario is refused with the place of the error, and the run goes on', async ({ page }) => {
  const ringside = await aRunByHand(page);
  const digest = await ringside.digest.innerText();
  await dropFile(page, 'odd.json', '{"format": 2,\n "title": oops}');
  const notice = page.getByRole('status').filter({ hasText: 'odd.json was not opened' });
  await expect(notice).toContainText('line 2');
  const file = await save(page, 'Save scenario');
  const scenario = JSON.parse(file.bytes);
  scenario.cluster.r = 9;
  await page.keyboard.press('Escape');
  await dropFile(page, 'many.json', JSON.stringify(scenario));
  await expect(page.getByText('many.json was not opened')).toContainText('cluster');
  await expect(ringside.digest).toHaveText(digest);
});

test('a scenario file is opened by a button as well', async ({ page }) => {
  const ringside = await Ringside.open(page);
  const file = await save(page, 'Save scenario');
  const scenario = { ...JSON.parse(file.bytes), title: 'From my desk', seed: 77 };
  const dialog = page.getByRole('dialog', { name: 'Export' });
  const choosing = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Open a scenario file' }).click();
  const buffer = Buffer.from(JSON.stringify(scenario));
  await (await choosing).setFiles({ name: 'mine.json', mimeType: 'application/json', buffer });
  await expect(page.getByRole('combobox', { name: 'Scenario' })).toContainText('From my desk (your own)');
  await expect(page.getByRole('textbox', { name: 'Seed' }).or(page.getByRole('spinbutton', { name: 'Seed' }))).toHaveValue('77');
  await expect(ringside.node('A')).toBeVisible();
});

test('a picture of the ring and of a chart is saved as SVG and as PNG', async ({ page }) => {
  const ringside = await aRunByHand(page);
  const svg = await save(page, 'Save as SVG');
  expect(svg.name).toMatch(/-ring\.svg$/);
  const text = svg.bytes.toString();
  for (const part of ['<svg xmlns', '<path', '<image', '>A<', '>down<', 'font-family']) {
    expect(text).toContain(part);
  }
  const isWell = await page.evaluate((text) => {
    const read = new DOMParser().parseFromString(text, 'image/svg+xml');
    return read.querySelector('parsererror') === null;
  }, text);
  expect(isWell).toBe(true);
  const png = await save(page, 'Save as PNG');
  expect(png.name).toMatch(/-ring\.png$/);
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(png.bytes.length).toBeGreaterThan(20_000);

  await page.keyboard.press('Escape');
  await ringside.look('Staleness');
  const dialog = await openExport(page);
  await dialog.getByRole('combobox', { name: 'Picture of' }).selectOption({ label: 'Chart: Latency' });
  const chart = await save(page, 'Save as PNG');
  expect(chart.name).toMatch(/-chart--latency\.png$/);
  expect(chart.bytes.subarray(1, 4).toString()).toBe('PNG');
});

test('the series is a table with units in its head', async ({ page }) => {
  const ringside = await aRunByHand(page);
  const file = await save(page, 'Save series as CSV');
  expect(file.name).toMatch(/-series\.csv$/);
  const [head, ...rows] = file.bytes.toString().trim().split('\n');
  expect(head.split(',')).toEqual(expect.arrayContaining(['from_ms', 'to_ms', 'stale_share']));
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row.split(',')).toHaveLength(head.split(',').length);
  await expect(ringside.button('Play')).toBeVisible();
});

test('the command line judges the history, and the log has clocks', async ({ page }) => {
  test.slow();
  await aRunByHand(page);
  const history = await save(page, 'Save history');
  expect(history.name).toMatch(/-history\.jsonl$/);
  const verdict = JSON.parse(ringsideRun('check', history.path, '--json'));
  expect(verdict.linearizable).toBe(true);
  expect(verdict.keys).toBeGreaterThan(0);
  const log = await save(page, 'Save ShiViz log');
  expect(log.name).toMatch(/-shiviz\.log$/);
  const lines = log.bytes.toString().trim().split('\n');
  expect(lines.length % 2).toBe(0);
  const [, host, clock] = lines[0].match(/^(\S*) ({.*})$/);
  expect(JSON.parse(clock)[host]).toBe(1);
  expect(log.bytes.toString()).toContain('you');
});

test('a link brings back what was open, and the command line reads it', async ({ page, context }) => {
  test.slow();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const ringside = await aRunByHand(page);
  await page.getByRole('textbox', { name: 'Key', exact: true }).fill('k 1&?#é');
  await ringside.look('Twins');
  const choose = (where, name) => where.getByRole('combobox', { name, exact: true });
  await choose(page, 'Differs in').selectOption({ label: 'Read repair' });
  await choose(page, 'In the twin').selectOption({ label: 'before the reply' });
  const dialog = await openExport(page);
  await dialog.getByRole('button', { name: 'Copy the link' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Link copied' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(page.url());
  expect(link).toContain('?lens=twins&key=k%201%26%3F%23');
  const digest = await ringside.digest.innerText();

  const other = await context.newPage();
  await other.addInitScript(() => localStorage.clear());
  await other.goto(link);
  await expect(other.getByRole('tab', { name: 'Twins' })).toHaveAttribute('aria-selected', 'true');
  await expect(other.getByRole('textbox', { name: 'Key', exact: true })).toHaveValue('k 1&?#é');
  await expect(choose(other, 'Differs in')).toHaveValue('Read repair');
  await expect(choose(other, 'In the twin')).toHaveValue('before the reply');
  await expect(new Ringside(other).digest).toHaveText(digest);
  expect(JSON.parse(ringsideRun('run', link, '--json')).digest).toBe(digest);
});

for (const viewport of [{ width: 1366, height: 768 }, { width: 390, height: 844 }]) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`${viewport.width} wide, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });

      test('axe finds nothing in the dialog, and the head stays in its line', async ({ page }) => {
        await Ringside.open(page);
        await openExport(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map((it) => it.target)])).toEqual([]);
        const head = await page.locator('header').first().boundingBox();
        if (viewport.width > 1000) expect(head.height).toBeLessThan(60);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
      });
    });
  }
}
