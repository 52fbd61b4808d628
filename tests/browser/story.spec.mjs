// A first lesson: put, cut, fail, heal, get, and share the run.
import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

test('a put with W = 2 shows two lamps lit before "ok"', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await expect(page.getByRole('spinbutton', { name: 'W', exact: true })).toHaveValue('2');
  await ringside.ask('Put', { value: 'blue' });
  const { words, lamps } = await ringside.stepToTheEnd();
  expect(words).toContain('ok: 2 of 3 replicas acknowledged, 2 needed');
  expect(lamps).toEqual([0, 1, 2]);
});

test('cut off from two of three replicas, the same put fails; once healed, a get finds its value', async ({
  page,
}) => {
  const ringside = await Ringside.open(page);
  await ringside.ask('Get');
  await ringside.stepToTheEnd();
  const [alone, ...others] = await ringside.replicasOfTheKey();
  expect(others).toHaveLength(2);

  await ringside.ask('Put', { value: 'blue', through: alone });
  expect((await ringside.stepToTheEnd()).words).toContain('ok: 2 of 3');

  for (const letter of others) await ringside.node(letter).click();
  await ringside.press('Partition');
  await expect(ringside.log).toContainText('the network was cut');
  await ringside.ask('Put', { value: 'red', through: alone });
  const failed = await ringside.stepToTheEnd();
  expect(failed.words).toContain('failed: only 1 of 3 replicas answered in time, 2 needed');
  expect(failed.lamps).toEqual([0, 1]);

  await ringside.press('Heal');
  await ringside.ask('Get', { through: alone });
  expect((await ringside.stepToTheEnd()).words).toContain('ok: 2 of 3');
  const returned = ringside.operation.getByRole('listitem').filter({ hasText: 'replaces' });
  await expect(returned).toHaveCount(1);
  await expect(returned).toContainText('red');
});

test('reloading the copied link restores the same digest', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const ringside = await Ringside.open(page, { quiet: false });
  await ringside.ask('Put', { value: 'blue' });
  await ringside.node('B').click();
  await ringside.press('Crash');
  for (let step = 0; step < 25; step += 1) await ringside.press('Step');
  await ringside.press('Copy link');
  await expect(page.getByRole('status').filter({ hasText: 'Link copied' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(page.url());
  const digest = await ringside.digest.innerText();
  const clock = await ringside.clock.innerText();
  expect(digest).toMatch(/^[0-9a-f]{32}$/);

  const other = await context.newPage();
  for (const again of [page, other]) {
    await (again === page ? page.reload() : other.goto(link));
    const reopened = new Ringside(again);
    await expect(reopened.digest).toHaveText(digest);
    await expect(reopened.clock).toHaveText(clock);
    await expect(reopened.button('Play')).toBeVisible();
    await expect(reopened.node('B')).toHaveAccessibleName(/down/);
    await expect(reopened.operation).toContainText('put colour = blue');
  }
});

test('the page and the command line see the same run, to the last byte', async ({ page }) => {
  // The command line may have to be compiled first.
  test.slow();
  const ringside = await Ringside.open(page, { quiet: false });
  await ringside.ask('Put', { value: 'blue' });
  for (let step = 0; step < 15; step += 1) await ringside.press('Step');
  await ringside.node('C').click();
  await ringside.press('Wipe');
  for (let step = 0; step < 15; step += 1) await ringside.press('Step');
  await ringside.press('Copy link');
  await expect(page.getByRole('status').filter({ hasText: 'link' })).toBeVisible();
  const run = ['run', '--quiet', '-p', 'ringside-cli', '--', 'run', page.url(), '--json'];
  const summary = JSON.parse(execFileSync('cargo', run, { cwd: '..', encoding: 'utf8' }));
  await expect(ringside.digest).toHaveText(summary.digest);
});

test('a damaged link is reported, and the default scenario opens', async ({ page }) => {
  await page.goto('./#AQxxxx-this-is-no-run');
  await expect(page.getByRole('alert')).toContainText('damaged');
  await expect(page.getByRole('combobox', { name: 'Scenario' })).toContainText('A healthy cluster');
  await expect(new Ringside(page).node('E')).toBeVisible();
  await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});
