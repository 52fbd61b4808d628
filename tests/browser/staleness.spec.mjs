// The staleness of a run: the strip, the alerts, the charts, the curve, the playbook and the verdict.
import { execFileSync } from 'node:child_process';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';
import { SUB_PATH } from './server.mjs';

const CHARTS = [
  'Stale reads',
  'Staleness age',
  'Convergence',
  'Repair debt',
  'Conflicts',
  'Latency',
];

const strip = (page) => page.getByRole('region', { name: 'Objectives and verdict' });
const lens = (page) => page.getByRole('region', { name: 'Staleness, predicted and measured' });
const figure = (page, name) => page.getByRole('figure', { name, exact: true });

/** Opens a scenario and pauses it at its start. */
async function openScenario(page, label) {
  const ringside = await Ringside.open(page, { quiet: false });
  await page.getByRole('combobox', { name: 'Scenario' }).selectOption({ label });
  await ringside.press('Reset');
  await ringside.pause();
  return ringside;
}

/** Plays up to a virtual time in seconds, at ten times real time or as fast as possible. */
async function runTo(page, seconds) {
  const ringside = new Ringside(page);
  while (!(await page.getByText('10×', { exact: true }).isVisible())) await ringside.press('Faster');
  await ringside.press('Play');
  const now = async () => Number.parseFloat(await ringside.clock.innerText());
  await expect.poll(now, { timeout: 45_000 }).toBeGreaterThan(seconds);
  await ringside.pause();
}

/** Reads a table, row by row. */
async function cells(table) {
  const rows = await table.getByRole('row').all();
  return Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
}

test('three objectives are always shown, and a cut raises an alert with a runbook', async ({
  page,
}) => {
  test.slow();
  await openScenario(page, 'A partition');
  const objectives = strip(page).getByRole('listitem');
  await expect(objectives).toHaveCount(3);
  for (const objective of await objectives.all()) {
    await expect(objective).toContainText('fine');
    await expect(objective).toContainText(/budget left \d+%/);
  }
  await new Ringside(page).look('Staleness');
  const panel = page.getByRole('region', { name: 'Service level objectives' });
  await expect(page.getByRole('switch', { name: 'Compressed window' })).toHaveAttribute(
    'aria-checked',
    'true',
  );
  await expect(panel).toContainText('1 min stands for 1 h (60×)');
  await expect(panel).toContainText('None yet');
  await runTo(page, 8);
  const alert = page
    .getByRole('list', { name: 'Alerts in force' })
    .getByRole('listitem')
    .filter({ hasText: 'Convergence' })
    .first();
  await expect(alert).toContainText(/warning|page/);
  await expect(alert).toContainText('Look at');
  await expect(alert).toContainText('Cut links');
  await expect(strip(page).getByRole('status')).toContainText('onvergence');

  await page.getByRole('switch', { name: 'Compressed window' }).click();
  await expect(panel).toContainText('The rules look at 1 h');
});

test('each chart has a table, and the numbers are those of the store', async ({ page }) => {
  // The command line may have to be compiled first.
  test.slow();
  const ringside = await openScenario(page, 'Stale reads without any failure');
  await ringside.look('Staleness');
  await runTo(page, 20);
  for (const name of CHARTS) {
    await expect(figure(page, name).getByRole('img')).toHaveAccessibleName(/: .*\d/);
    await ringside.press(`Table of ${name}`);
    const rows = await cells(figure(page, name).getByRole('table'));
    expect(rows[0][0]).toBe('until');
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row).toHaveLength(rows[0].length);
  }
  await expect(figure(page, 'Hints')).toContainText('switch hinted handoff on');

  await ringside.press('Copy link');
  await expect(page.getByRole('status').filter({ hasText: 'link' })).toBeVisible();
  const run = ['run', '--quiet', '-p', 'ringside-cli', '--', 'run', page.url(), '--json'];
  const summary = JSON.parse(execFileSync('cargo', run, { cwd: '..', encoding: 'utf8' }));
  await expect(ringside.digest).toHaveText(summary.digest);
  const { reads, stale } = summary.staleness;
  expect(stale).toBeGreaterThan(0);
  await expect(figure(page, 'Stale reads')).toContainText(`${stale} of ${reads} reads`);
  const { conflict_versions_total: branches } = summary.conflicts;
  await expect(figure(page, 'Conflicts')).toContainText(`${branches} branches in all`);
});

test('a chart’s table and the name of its picture have the same numbers', async ({ page }) => {
  const ringside = await openScenario(page, 'Stale reads without any failure');
  await ringside.look('Staleness');
  await runTo(page, 12);
  const chart = figure(page, 'Latency');
  const said = await chart.getByRole('img').getAttribute('aria-label');
  await ringside.press('Table of Latency');
  const [heads, newest] = await cells(chart.getByRole('table'));
  for (const [place, head] of heads.entries()) {
    const value = newest[place];
    if (place > 0 && value !== '–') expect(said).toContain(`${head} ${value}`);
  }
});

test('the prediction follows R, and the curve is read out in a sentence', async ({ page }) => {
  const ringside = await openScenario(page, 'Stale reads without any failure');
  await ringside.look('Staleness');
  const curve = figure(page, 'How fresh is a read?');
  const says = curve.locator('figcaption');
  await expect(says).toContainText(/PBS predicts/);
  const before = await says.innerText();
  expect(before).toMatch(/\d%/);
  await ringside.press('Increase R');
  await expect(says).not.toHaveText(before);
  await ringside.press('Increase R');
  await expect(says).toContainText('100%');

  await ringside.press('Decrease R');
  await ringside.press('Decrease R');
  await expect(says).toHaveText(before);
  const readOut = page.getByRole('slider', { name: 'Read out at' });
  await readOut.focus();
  await readOut.press('Home');
  await expect(says).toContainText('the moment that a write is acknowledged');
  await runTo(page, 10);
  await ringside.press('Table of How fresh is a read?');
  const rows = await cells(curve.getByRole('table'));
  expect(rows[0]).toEqual(['since the write', 'PBS', 'measured', 'interval', 'reads']);
  const seen = rows.slice(1).reduce((sum, row) => sum + Number(row[4]), 0);
  await expect(lens(page)).toContainText(new RegExp(`reads seen\\s*${seen}`));
});

test('a row of the playbook is applied, marked, and filled while it is in force', async ({ page }) => {
  const ringside = await openScenario(page, 'Stale reads without any failure');
  await ringside.look('Staleness');
  const row = (name) =>
    page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });
  const [first, other] = [row('Apply N = 3, R = 1, W = 1'), row('Apply N = 3, R = 2, W = 2')];
  await expect(first).toHaveAttribute('aria-current', 'true');
  await expect(other.getByRole('cell').nth(3)).toContainText('100%');
  await ringside.press('Apply N = 3, R = 2, W = 2');
  for (const name of ['R', 'W']) {
    await expect(page.getByRole('spinbutton', { name, exact: true })).toHaveValue('2');
  }
  await expect(other).toHaveAttribute('aria-current', 'true');
  await expect(other).toContainText('runs now');
  await expect(first).not.toHaveAttribute('aria-current', 'true');
  await expect(other.getByRole('cell').nth(6)).toHaveText('–');
  await runTo(page, 5);
  await expect(other.getByRole('cell').nth(6)).toHaveText(/\d%/);
});

test('a key that was not linearizable has a witness of operations', async ({ page }) => {
  const ringside = await openScenario(page, 'R + W > N is not linearizable');
  await expect(strip(page)).toContainText('no operations yet');
  await runTo(page, 13);
  await expect(strip(page)).toContainText('Key “cart”');
  await expect(strip(page)).toContainText('not linearizable');
  await ringside.look('Staleness');
  const panel = page.getByRole('region', { name: 'Verdict on “cart”' });
  await expect(panel).toContainText('Not linearizable, after');
  const witness = panel.getByRole('list', { name: 'The operations that contradict each other' });
  const operations = witness.first().getByRole('button');
  expect(await operations.count()).toBeGreaterThanOrEqual(2);
  const sessions = panel.getByRole('list', { name: 'Session guarantees' });
  await expect(sessions).toContainText('monotonic reads');
  await operations.last().click();
  await expect(lens(page)).toBeHidden();
  await expect(ringside.operation).toContainText('cart');
});

test('a key opens the view, Escape closes it, and the focus follows', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await page.getByRole('heading', { name: 'Ringside' }).click();
  await page.keyboard.press('s');
  const shown = (name) => page.getByRole('tabpanel', { name, exact: true });
  await expect(shown('Staleness')).toBeFocused();
  await expect(page.getByRole('region', { name: 'The ring' })).toHaveCount(0);
  await expect(page.getByText('No reads yet').first()).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await expect(shown('Ring')).toBeFocused();
  await expect(page.getByRole('region', { name: 'The ring' })).toBeVisible();
  await expect(ringside.node('A')).toBeVisible();
});

test('PBS predicts below a path as well, and with a preset of the paper', async ({ page }) => {
  await page.goto(SUB_PATH);
  const ringside = new Ringside(page);
  await ringside.pause();
  await ringside.look('Staleness');
  const says = figure(page, 'How fresh is a read?').locator('figcaption');
  await expect(says).toContainText('PBS predicts');
  await ringside.press('Apply N = 3, R = 1, W = 1');
  const latency = page.getByRole('combobox', { name: 'Latency' });
  await latency.selectOption({ label: 'PBS: WAN' });
  await expect(says).toContainText(/ [1-9]\d(\.\d)?%/);
  const far = await says.innerText();
  await latency.selectOption({ label: 'constant' });
  await expect(says).not.toHaveText(far);
  await expect(latency).toHaveValue('constant');
});

test('a new seed is drawn', async ({ page }) => {
  const ringside = await Ringside.open(page, { quiet: false });
  const seed = page.getByRole('textbox', { name: 'Seed' });
  const before = await seed.inputValue();
  await ringside.press('New seed');
  await expect(seed).not.toHaveValue(before);
  await expect(seed).toHaveValue(/^\d{1,6}$/);
});

for (const viewport of [
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
]) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`${viewport.width} px, ${colorScheme}`, () => {
      test.use({ colorScheme, viewport });

      test('axe finds nothing about the staleness of a run in trouble', async ({ page }) => {
        const ringside = await openScenario(page, 'Stale reads without any failure');
        await ringside.look('Staleness');
        await runTo(page, 6);
        await ringside.press('Table of Latency');
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
        expect(found).toEqual([]);
      });
    });
  }
}
