// Two runs side by side that differ in one setting, and their first difference; and a fork beside its origin.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

/** The twins lens, with names for its parts. */
function twins(page) {
  const view = page.getByRole('tabpanel', { name: 'Twins' });
  return {
    view,
    differsIn: view.getByRole('combobox', { name: 'Differs in' }),
    value: view.getByRole('combobox', { name: 'In the twin' }),
    first: view.getByRole('group', { name: 'First difference' }),
    side: (name) => view.getByRole('region', { name }),
    figures: view.getByRole('table', { name: 'Measured so far' }),
    chart: view.getByRole('combobox', { name: 'Chart' }),
  };
}

/** Opens a run with R = 1 and its twin with R = 2, and plays until they first differ. */
async function oneAgainstTwo(page) {
  const ringside = await Ringside.open(page, { quiet: false });
  await page.getByRole('spinbutton', { name: 'R', exact: true }).fill('1');
  await page.getByRole('spinbutton', { name: 'R', exact: true }).press('Enter');
  await page.keyboard.press('Escape');
  await ringside.look('Twins');
  const both = twins(page);
  await both.differsIn.selectOption({ label: 'R' });
  await both.value.selectOption({ label: '2' });
  await ringside.playUntil(
    () => expect(both.first).toContainText('First difference', { timeout: 60_000 }),
    { faster: 4 },
  );
  await expect(both.view.getByRole('status')).toHaveText('');
  return { ringside, both };
}

test('R = 1 beside R = 2 shows the first difference, both indicators and one chart', async ({ page }) => {
  test.slow();
  const { ringside, both } = await oneAgainstTwo(page);
  for (const name of ['This run: R = 1', 'Twin: R = 2']) {
    const side = both.side(name);
    await expect(side.getByRole('img', { name: /\d of 5 nodes up/ })).toBeVisible();
    for (const sli of ['Stale reads', 'Read latency, p99', 'Repair debt']) {
      await expect(side.getByRole('term').filter({ hasText: sli })).toBeVisible();
    }
  }
  await expect(both.first).toContainText(/at \d+\.\d{3} s: Client \d+: (get|put) \w+/);
  await expect(both.first).toContainText(/This run.*after .*Twin: R = 2.*after/s);
  await expect(both.first).toContainText(/operations? compared up to/);

  // The chart has one line per run, and its table one column per run.
  await both.chart.selectOption({ label: 'Read latency, p99' });
  const picture = both.view.getByRole('img', { name: /^Read latency, p99: this run .* the other / });
  await expect(picture).toBeVisible();
  await both.view.getByRole('button', { name: 'Table of Read latency, p99' }).click();
  for (const head of ['this run', 'the other']) {
    await expect(both.view.getByRole('columnheader', { name: head, exact: true })).toBeVisible();
  }
  // One answer comes sooner than two.
  const row = both.figures.getByRole('row', { name: /^Read latency, p50/ });
  const [here, there] = await row.getByRole('cell').allInnerTexts();
  expect(Number.parseFloat(here)).toBeLessThan(Number.parseFloat(there));
  await expect(row).toContainText('≠');

  // A button leads to the first difference and selects its operation.
  const words = await both.first.innerText();
  const [, asked] = words.match(/: Client \d+: ((?:get|put|delete) \w+)/);
  await both.first.getByRole('button', { name: /^Go to the first difference/ }).first().click();
  await expect(ringside.operation).toContainText(asked.split(' ')[1]);
  await expect(ringside.button('Play')).toBeVisible();
  // The other run is there as well, and the first difference is still the same.
  await expect(both.view.getByRole('status')).toHaveText('');
  await expect(both.first).toContainText(asked);
});

test('a command is also applied to the twin, at the same instant', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.look('Twins');
  const both = twins(page);
  await both.differsIn.selectOption({ label: 'W' });
  await both.value.selectOption({ label: '3' });
  await ringside.ask('Put', { value: 'green' });
  await ringside.stepToTheEnd();
  for (let step = 0; step < 40; step += 1) await ringside.press('Step');
  for (const name of ['This run: W = 2', 'Twin: W = 3']) {
    await expect(both.side(name)).toContainText('green');
    await expect(both.side(name)).toContainText('put colour:');
  }
  await ringside.press('Back');
  await expect(both.side('Twin: W = 3')).toContainText('green');
  // The setting of the twin stays, and equal values are reported.
  await page.getByRole('spinbutton', { name: 'W', exact: true }).fill('3');
  await page.getByRole('spinbutton', { name: 'W', exact: true }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'You are about to change the past' });
  await dialog.getByRole('button', { name: 'Replace what comes after' }).click();
  await expect(both.view).toContainText('Both have W = 3 now');
});

test('a fork is compared with the run that it left', async ({ page }) => {
  test.slow();
  const ringside = await Ringside.open(page, { quiet: false });
  const seconds = async () => Number.parseFloat((await ringside.clock.innerText()).replace(/\s/g, ''));
  await ringside.playUntil(() => expect.poll(seconds, { timeout: 60_000 }).toBeGreaterThan(0.8), { faster: 4 });
  await page.keyboard.press('Home');
  await expect(ringside.clock).toContainText('0.000');
  await page.getByRole('spinbutton', { name: 'R', exact: true }).fill('1');
  await page.getByRole('spinbutton', { name: 'R', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Fork: keep it' }).click();
  await ringside.look('Twins');
  const both = twins(page);
  await both.differsIn.selectOption({ label: 'Run 1' });
  await expect(both.view).toContainText('Both runs at the same moment');
  await ringside.playUntil(
    () => expect(both.first).toContainText('First difference', { timeout: 60_000 }),
    { faster: 4 },
  );
  await expect(both.side('Run 1')).toBeVisible();
  await expect(both.value).toHaveCount(0);
});

test('the view has a key, and Escape leads back', async ({ page }) => {
  await Ringside.open(page);
  await page.keyboard.press('t');
  await expect(page.getByRole('tab', { name: 'Twins' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('heading', { name: 'Twins' })).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByRole('tab', { name: 'Ring' })).toHaveAttribute('aria-selected', 'true');
});

for (const viewport of [{ width: 1366, height: 768 }, { width: 390, height: 844 }]) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`${viewport.width} wide, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });

      test('axe finds nothing, and nothing is cut off', async ({ page }) => {
        test.slow();
        const { both } = await oneAgainstTwo(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map((it) => it.target)])).toEqual([]);
        const wide = await both.view.evaluate((it) => it.scrollWidth - it.clientWidth);
        expect(wide).toBeLessThanOrEqual(0);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
      });
    });
  }
}
