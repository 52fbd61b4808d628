// Time travel: scrubbing, jumps between marks, commands in the past, and explanations.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Time } from './time.mjs';

/** The notch of the speed control at which virtual time is real time. */
const REAL_TIME = '12';

test('a past moment is restored exactly, and so is the run after it', async ({ page }) => {
  const time = await Time.open(page, { quiet: false });
  await time.playTo(3);
  await time.node('B').click();
  await time.press('Crash');
  await expect(time.node('B')).toHaveAccessibleName(/down/);
  const then = await time.now();
  await time.playTo(9);
  const last = await time.now();
  expect(last.digest).not.toBe(then.digest);

  await time.scrubTo(then.us);
  await expect(time.digest).toHaveText(then.digest);
  await expect(time.node('B')).toHaveAccessibleName(/down/);
  await expect(time.toEnd).toContainText('ahead');
  await time.scrubTo(1_000_000);
  await expect(time.node('B')).toHaveAccessibleName(/up/);
  await expect(time.changes).toContainText('B up');

  // From the past, the run continues as it did before.
  await time.scrubTo(then.us - 100_000);
  await page.getByRole('slider', { name: 'Speed', exact: true }).fill(REAL_TIME);
  await time.press('Play');
  await expect(time.node('B')).toHaveAccessibleName(/down/);
  await time.pause();
  await time.toEnd.click();
  await expect.poll(() => time.us()).toBe(last.us);
  await expect(time.digest).toHaveText(last.digest);
  await time.press('To the start');
  await expect.poll(() => time.us()).toBe(0);
});

test('jumps lead from mark to mark of a kind, and list what changed', async ({ page }) => {
  const time = await Time.open(page, { quiet: false });
  await page.getByRole('combobox', { name: 'Scenario' }).selectOption({ label: 'A partition' });
  await time.pause();
  await time.playTo(10);
  await time.kind.selectOption({ value: 'fault' });
  await time.press('Previous mark');
  await expect.poll(() => time.us()).toBe(8_000_000);
  await time.press('Previous mark');
  await expect.poll(() => time.us()).toBe(2_000_000);
  await expect(page.getByText('Fault at 2.000 s')).toBeVisible();
  await expect(time.changes).toContainText(/links? .*still cut|links? .*cut/);
  await time.press('Previous mark');
  await expect(page.getByText('There is no fault before this.')).toBeVisible();
  await time.press('Next mark');
  await expect.poll(() => time.us()).toBe(8_000_000);
  await expect(page.getByText('6.00 s later')).toBeVisible();
  await expect(time.changes).toContainText(/mended/);
  await expect(time.changes).toContainText(/\d+ reads/);
  // Marks of another kind are at other moments.
  await time.kind.selectOption({ value: 'failed operation' });
  await time.press('Previous mark');
  await expect(page.getByText(/Failed operation at [2-8]\.\d{3} s/)).toBeVisible();
  await expect(time.operation).toContainText('failed');
});

test('the dialog does not open while nothing lies ahead', async ({ page }) => {
  const time = await Time.open(page);
  await time.ask('Put', { value: 'blue' });
  await time.stepToTheEnd();
  await time.node('B').click();
  await time.press('Crash');
  await expect(time.node('B')).toHaveAccessibleName(/down/);
  await expect(time.dialog).toBeHidden();
});

test('a command in the past opens the dialog, which can be cancelled', async ({ page }) => {
  const time = await Time.open(page);
  await time.ask('Put', { value: 'blue' });
  await time.stepToTheEnd();
  const last = await time.now();
  await time.scrubTo(0);
  await time.choose('A', 'B');
  await time.press('Crash');
  await expect(time.dialog).toBeVisible();
  await expect(time.button('Fork: keep it')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(time.dialog).toBeHidden();
  await expect(time.node('A')).toHaveAccessibleName(/up/);
  await time.press('Crash');
  await time.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(time.dialog).toBeHidden();
  await time.toEnd.click();
  await expect(time.digest).toHaveText(last.digest);
});

test('replacing what comes after is one decision for all commands, and final', async ({
  page,
}) => {
  const time = await Time.open(page);
  await time.ask('Put', { value: 'blue' });
  await time.stepToTheEnd();
  await time.scrubTo(0);
  await time.choose('A', 'B');
  await time.press('Crash');
  await time.dialog.getByRole('button', { name: 'Replace what comes after' }).click();
  for (const letter of 'AB') await expect(time.node(letter)).toHaveAccessibleName(/down/);
  await expect(time.node('C')).toHaveAccessibleName(/up/);
  await expect(time.toEnd).toContainText('newest');
  await expect(time.run).toBeHidden();
  await time.press('Restart');
  await expect(time.node('A')).toHaveAccessibleName(/up/);
  await expect(time.dialog).toBeHidden();
});

test('a fork keeps the original run, and both can be continued', async ({ page }) => {
  const time = await Time.open(page, { quiet: false });
  await time.playTo(4);
  const old = await time.now();
  await time.scrubTo(1_500_000);
  const fork = await time.now();
  await time.press('Decrease R');
  await time.dialog.getByRole('button', { name: 'Fork: keep it' }).click();
  await expect(time.run).toHaveValue('1');
  await expect(time.run).toContainText('Run 2 (forked at 1.5 s)');
  await expect(page.getByRole('spinbutton', { name: 'R', exact: true })).toHaveValue('1');
  await time.playTo(3);
  const other = await time.now();

  await time.run.selectOption({ label: 'Run 1' });
  await expect(time.digest).toHaveText(fork.digest);
  await expect(page.getByRole('spinbutton', { name: 'R', exact: true })).toHaveValue('2');
  await time.toEnd.click();
  await expect.poll(() => time.us()).toBe(old.us);
  await expect(time.digest).toHaveText(old.digest);

  await time.run.selectOption({ label: 'Run 2 (forked at 1.5 s)' });
  await expect(time.digest).toHaveText(other.digest);
});

test('the explanation of a stale read in a partition names the link and the time of its cut', async ({
  page,
}) => {
  const time = await Time.open(page);
  await time.press('Decrease R');
  await time.press('Decrease W');
  await time.ask('Put', { key: 'cart', value: 'bread' });
  await time.stepToTheEnd();
  const [first, , last] = await time.replicasOfTheKey();
  // The put must reach all replicas before the network is cut.
  for (let steps = 0; steps < 20; steps += 1) await time.press('Step');
  await time.choose(last);
  await time.press('Partition');
  const cut = ((await time.us()) / 1e6).toFixed(3);
  await time.ask('Put', { key: 'cart', value: 'milk', through: first });
  await time.stepToTheEnd();
  await time.ask('Get', { key: 'cart', through: last });
  const end = await time.stepToTheEnd();
  expect(end.words).toContain('ok: 1 of 3');
  for (let steps = 0; steps < 5; steps += 1) await time.press('Step');

  await time.kind.selectOption({ value: 'stale read' });
  await time.press('Previous mark');
  await expect(page.getByText(/^Stale read at/)).toBeVisible();
  await time.operation.getByRole('button', { name: 'Why?' }).click();
  await expect(time.why).toContainText('get cart: this read was stale');
  const sentence = time.why.getByRole('button', { name: `link from ${first} to ${last} was cut` });
  await expect(sentence).toContainText(`was cut at ${cut} s`);
  await expect(time.why.getByRole('listitem')).not.toHaveCount(0);

  // A sentence leads to the moment at which it happened, and stays on the page.
  const asked = time.why.getByRole('button', { name: /asked for a get of cart/ });
  const before = await time.us();
  await asked.click();
  await expect.poll(() => time.us()).toBeLessThan(before);
  await expect(sentence).toBeVisible();
  await time.press('Close why');
  await expect(time.why).toBeHidden();
  await expect(time.operation.getByRole('button', { name: 'Why?' })).toBeFocused();
  await expect(time.log).toBeVisible();
});

test('a write can be explained from the event log', async ({ page }) => {
  const time = await Time.open(page);
  await time.ask('Put', { value: 'blue' });
  await time.stepToTheEnd();
  const row = time.log.getByRole('listitem').filter({ hasText: 'ok, stored as' });
  await row.hover();
  await row.getByRole('button', { name: /^Why/ }).click();
  await expect(time.why).toContainText('this write was acknowledged');
});

test('steps go by event, by message of the selected operation, and by operation', async ({ page }) => {
  const time = await Time.open(page, { quiet: false });
  await time.playTo(2);
  await time.stride.selectOption({ value: 'operation' });
  const asked = time.operation.getByText(/ at \d+\.\d+ s/);
  await time.press('Step');
  // The client and the time; the coordinator follows once there is one.
  const [words] = (await asked.innerText()).split(' →');
  const first = { ...(await time.now()), asked: new RegExp(`^${words} `) };
  await time.press('Step');
  await expect(asked).not.toHaveText(first.asked);
  await time.press('Back');
  await expect(time.digest).toHaveText(first.digest);
  await expect(asked).toHaveText(first.asked);

  await time.stride.selectOption({ value: 'message' });
  const digests = [first.digest];
  for (let step = 0; step < 4; step += 1) {
    await time.press('Step');
    await expect(time.digest).not.toHaveText(digests.at(-1));
    digests.push(await time.digest.innerText());
    await expect(asked).toHaveText(first.asked);
  }
  for (let step = 3; step > 0; step -= 1) {
    await time.press('Back');
    await expect(time.digest).toHaveText(digests[step]);
  }

  await time.stride.selectOption({ value: 'event' });
  const before = await time.now();
  await time.press('Step');
  await expect(time.digest).not.toHaveText(before.digest);
  await time.press('Back');
  await expect(time.digest).toHaveText(before.digest);
});

test('keys go back and forth as well, but not while typing', async ({ page }) => {
  const time = await Time.open(page);
  await time.ask('Put', { value: 'blue' });
  await time.stepToTheEnd();
  await time.choose('E');
  await time.press('Crash');
  await expect(time.node('E')).toHaveAccessibleName(/down/);
  await page.getByRole('heading', { name: 'Ringside' }).click();
  const last = await time.now();
  await page.keyboard.press('ArrowLeft');
  await expect(time.digest).not.toHaveText(last.digest);
  await page.keyboard.press('ArrowRight');
  await expect(time.digest).toHaveText(last.digest);
  await page.keyboard.press('PageUp');
  await expect(time.digest).not.toHaveText(last.digest);
  await page.keyboard.press('PageDown');
  await expect(time.digest).toHaveText(last.digest);
  await page.keyboard.press('Home');
  await expect.poll(() => time.us()).toBe(0);
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByText(/^Fault at/)).toBeVisible();
  await expect(time.node('E')).toHaveAccessibleName(/down/);
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(page.getByText('There is no mark before this.')).toBeVisible();
  await page.keyboard.press('End');
  await expect(time.toEnd).toContainText('newest');

  const stays = await time.now();
  await page.getByRole('textbox', { name: 'Key', exact: true }).focus();
  for (const key of ['ArrowLeft', 'Home', 'PageUp']) await page.keyboard.press(key);
  expect(await time.now()).toEqual(stays);
});

for (const colorScheme of ['light', 'dark']) {
  for (const viewport of [{ width: 1366, height: 768 }, { width: 390, height: 844 }]) {
    test.describe(`${colorScheme}, ${viewport.width} wide`, () => {
      test.use({ colorScheme, viewport });

      test('axe finds nothing in a jump, an explanation and the dialog', async ({ page }) => {
        const time = await Time.open(page);
        const check = async (where) => {
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
          expect(found, where).toEqual([]);
        };
        await time.ask('Put', { value: 'blue' });
        await time.stepToTheEnd();
        await time.choose('E');
        await time.press('Crash');
        await time.operation.getByRole('button', { name: 'Why?' }).click();
        await time.press('To the start');
        await time.press('Next mark');
        await expect(page.getByText(/^Fault at/)).toBeVisible();
        await check('the jump and the explanation');
        await time.press('To the start');
        await expect(time.node('E')).toHaveAccessibleName(/up/);
        await time.press('Crash');
        await expect(time.dialog).toBeVisible();
        await check('the dialog');
        await time.dialog.getByRole('button', { name: 'Cancel' }).click();
      });
    });
  }
}
