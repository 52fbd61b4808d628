// The hash trees of two replicas, and the beliefs of nodes about each other.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

const merkle = (page) => page.getByRole('region', { name: 'Merkle trees of two replicas' });
const gossip = (page) => page.getByRole('region', { name: 'Gossip: what each node believes about the others' });
const figure = (page, name) => page.getByRole('figure', { name, exact: true });

/** Plays up to a virtual time in seconds, at ten times real time or as fast as possible. */
async function runTo(page, seconds) {
  const ringside = new Ringside(page);
  while (!(await page.getByText('10×', { exact: true }).isVisible())) await ringside.press('Faster');
  await ringside.press('Play');
  const now = async () => Number.parseFloat(await ringside.clock.innerText());
  await expect.poll(now, { timeout: 60_000 }).toBeGreaterThan(seconds);
  await ringside.pause();
}

/** Makes a replica stale: it is stopped while another value is written. Returns its letter. */
async function makeStale(ringside) {
  await ringside.ask('Put', { value: 'blue' });
  await ringside.stepToTheEnd();
  const replicas = await ringside.replicasOfTheKey();
  const stale = replicas.at(-1);
  await ringside.choose(stale);
  await ringside.press('Crash');
  await ringside.ask('Put', { value: 'green', through: replicas[0] });
  await ringside.stepToTheEnd();
  await ringside.press('Restart');
  return stale;
}

/** Expects that axe-core finds no violation, and that nothing is wider than the page. */
async function expectSound(page, region) {
  const itself = await region.evaluate((it) => `.${it.classList[0]}`);
  const found = await new AxeBuilder({ page }).include(itself).analyze();
  expect(found.violations).toEqual([]);
  const wider = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(wider)).toBeLessThanOrEqual(0);
}

test('an exchange is followed from the roots down to the key that a crash left stale', async ({
  page,
}) => {
  test.slow();
  const ringside = await Ringside.open(page);
  const stale = await makeStale(ringside);
  await page.keyboard.press('h');
  const view = merkle(page);
  await expect(view).toContainText('Anti-entropy is off');
  await ringside.press('Switch anti-entropy on');
  await expect(view).not.toContainText('Anti-entropy is off');

  const exchange = page.getByRole('combobox', { name: 'Exchange', exact: true });
  await exchange.selectOption({ label: 'Newest with differences' });
  const keys = view.getByRole('group', { name: 'Keys that differ', exact: true }).getByRole('table');
  const row = keys.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'colour' }) });
  await ringside.playUntil(() => expect(row).toBeVisible({ timeout: 45_000 }), { faster: 5 });
  await expect(view).toContainText('1 key differs');
  await expect(row).toContainText('green');
  await expect(row).toContainText('blue');
  await expect(row).toContainText(`brought to ${stale} at`);
  await expect(view.getByRole('img', { name: /differs by colour/ })).toBeVisible();
  await expect(view).toContainText('all keys with all versions');
  await expectSound(page, view);

  // The same exchange again, one comparison after the other.
  await ringside.press('Watch again');
  await expect(view).toContainText('no root has been compared yet');
  const hashes = view.getByRole('group', { name: 'Hashes level by level' });
  const levels = hashes.getByRole('rowheader', { name: /(sent by|compared by)/ });
  await expect(levels).toHaveCount(0);
  const seen = [];
  const comparison = ringside.button('Next comparison');
  for (let times = 0; times < 20 && (await comparison.isEnabled()); times += 1) {
    await comparison.click();
    const now = await levels.count();
    if (seen.at(-1) !== now) seen.push(now);
  }
  // Trees of depth four have five levels, and each message goes one further down.
  expect(seen).toEqual([1, 2, 3, 4, 5]);
  await expect(levels.first()).toContainText('1 different');
  await expect(levels.last()).toContainText('the leaves');
  await expect(row).toContainText('brought to');
  const messages = view.getByRole('group', { name: 'Messages of the exchange' }).getByRole('row');
  const bytes = await messages.evaluateAll((rows) =>
    rows.slice(1).map((it) => Number(it.cells[2].innerText.replace(/\D/g, ''))),
  );
  const moved = view.getByRole('row', { name: /^moved by this exchange/ }).getByRole('cell').first();
  const sum = bytes.reduce((all, one) => all + one, 0);
  expect(Number((await moved.innerText()).replace(/\D/g, ''))).toBe(sum);

  // The current trees of the two replicas do not differ any more.
  await page.keyboard.press('End');
  await exchange.selectOption({ label: 'Current trees' });
  await expect(view).toContainText('no root differs');
});

test('“Next exchange” runs on until one begins', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.look('Merkle');
  await expect(ringside.button('Next exchange')).toBeDisabled();
  await ringside.press('Switch anti-entropy on');
  await ringside.press('Next exchange');
  await expect(merkle(page)).toContainText('it is in progress');
  await expect(merkle(page)).toContainText('on its way');
  await expect(ringside.button('Play')).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expectSound(page, merkle(page));
});

test('a partition is seen in the matrix, and phi crosses the threshold', async ({ page }) => {
  test.slow();
  const ringside = await Ringside.open(page);
  await page.keyboard.press('g');
  const view = gossip(page);
  await expect(view.getByRole('status')).toContainText('Gossip is off');
  await ringside.press('Switch gossip on');
  await runTo(page, 5);
  await expect(view.getByRole('status')).toHaveText('All 20 beliefs are true.');
  const grid = page.getByRole('grid', { name: 'Beliefs by observer and subject' });
  const cell = (observer, subject) =>
    grid
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: observer, exact: true }) })
      .getByRole('gridcell')
      .nth('ABCDE'.indexOf(subject));
  await cell('A', 'E').click();
  await expect(view.getByRole('heading', { name: 'A on E' })).toBeVisible();
  await expect(cell('A', 'E')).toHaveAttribute('aria-selected', 'true');
  await expect(cell('A', 'E')).toContainText(/up, incarnation 0, heartbeat \d+, heard \d/);

  await ringside.look('Ring');
  await ringside.choose('E');
  await ringside.press('Partition');
  await ringside.look('Gossip');
  await runTo(page, 20);
  await expect(cell('A', 'E')).toContainText('suspect, wrong: it is running');
  await expect(cell('E', 'A')).toContainText('suspect, wrong: it is running');
  await expect(cell('A', 'B')).toContainText('up');
  await expect(view.getByRole('status')).toHaveText('8 of 20 beliefs are wrong.');

  const chart = figure(page, 'Phi of E at A');
  await expect(chart.getByRole('img')).toBeVisible();
  const caption = await chart.getByText(/^Silent for/).innerText();
  expect(Number(caption.match(/phi is ([\d.]+)/)[1])).toBeGreaterThan(8);
  expect(caption).toContain('the threshold 8');
  await chart.getByRole('button', { name: 'Table of Phi of E at A' }).click();
  const cells = chart.getByRole('table').getByRole('cell');
  await expect(cells.first()).toBeVisible();
  const values = (await cells.allInnerTexts()).map(Number).filter(Number.isFinite);
  expect(Math.max(...values)).toBeGreaterThan(8);
  // Before the cut E was heard regularly, and phi stayed low.
  expect(values.filter((value) => value < 4).length).toBeGreaterThan(5);
  await expectSound(page, view);

  // By keys alone: to the start of the row, and down.
  await cell('A', 'E').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await expect(cell('B', 'A')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(view.getByRole('heading', { name: 'B on A' })).toBeVisible();
  await ringside.press('Only errors');
  await expect(grid.getByRole('rowheader')).toHaveCount(6);

  await ringside.press('Heal');
  await runTo(page, 26);
  await expect(view.getByRole('status')).toHaveText('All 20 beliefs are true.');
  await expect(view).toContainText('No belief is wrong');
  await ringside.press('Only errors');
  await page.getByRole('combobox', { name: 'Subject' }).selectOption({ label: 'D' });
  await expect(view.getByRole('heading', { name: 'B on D' })).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expectSound(page, view);
});
