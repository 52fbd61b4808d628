// Each control acts on the running cluster, and can be used without a mouse.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

const size = (page, name) => page.getByRole('spinbutton', { name, exact: true });

test('N, R and W act at once, and impossible values cannot be chosen', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.press('Increase R');
  await ringside.press('Increase W');
  await expect(size(page, 'R')).toHaveValue('3');
  await expect(page.getByText('R + W − N = 3')).toBeVisible();
  await expect(ringside.button('Increase R')).toBeDisabled();
  await expect(ringside.log).toContainText('N, R, W are now 3, 3, 3');

  await ringside.press('Decrease N');
  for (const name of ['N', 'R', 'W']) await expect(size(page, name)).toHaveValue('2');
  await ringside.press('Decrease R');
  await ringside.press('Decrease W');
  await expect(page.getByText('R + W − N = 0')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Quorums' })).toContainText(/can miss/);
  await expect(ringside.button('Decrease R')).toBeDisabled();

  await size(page, 'N').fill('99');
  await size(page, 'N').press('Enter');
  await expect(size(page, 'N')).toHaveValue('5');
  await ringside.ask('Put', { value: 'blue' });
  expect((await ringside.stepToTheEnd()).words).toContain('ok: 1 of 5');
});

test('crash, restart and wipe act on the selected node', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.ask('Put', { value: 'blue' });
  await ringside.stepToTheEnd();
  const [first] = await ringside.replicasOfTheKey();
  const node = ringside.node(first);
  await expect(node).toHaveAccessibleName(/up, 1 key/);
  await expect(ringside.button('Crash')).toBeDisabled();
  await node.click();
  await expect(node).toHaveAttribute('aria-pressed', 'true');
  await ringside.press('Crash');
  await expect(node).toHaveAccessibleName(/down, 1 key/);
  await expect(ringside.button('Crash')).toBeDisabled();
  await ringside.press('Restart');
  await expect(node).toHaveAccessibleName(/up, 1 key/);
  await ringside.press('Wipe');
  await expect(node).toHaveAccessibleName(/down, 0 keys/);
  await ringside.press('Restart');
  await ringside.ask('Get', { through: first });
  expect((await ringside.stepToTheEnd()).words).toContain('one version');
  await expect(node).toHaveAccessibleName(/up, 1 key/);
});

test('a cut link is shown as cut until "Heal"', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.node('A').click();
  await ringside.node('B').click();
  await ringside.press('Partition');
  const ring = page.getByRole('region', { name: 'The ring' });
  await expect(ring).toContainText(/cut/i);
  await ringside.press('Heal');
  await expect(ring).not.toContainText(/cut:/i);
  await expect(ringside.button('Heal')).toBeDisabled();
});

test('a message can be held, released and dropped', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.ask('Put', { value: 'blue' });
  for (let step = 0; step < 12; step += 1) {
    await page.getByRole('tab', { name: /In flight/ }).click();
    if ((await page.getByRole('button', { name: /^Hold write/ }).count()) === 2) break;
    await ringside.press('Step');
  }
  await page.getByRole('button', { name: /^Hold write/ }).first().click();
  await page.getByRole('button', { name: /^Drop write/ }).last().click();
  await expect(page.getByRole('button', { name: /^Release write/ })).toHaveCount(1);
  expect(await ringside.outcome()).toBeUndefined();
  await page.getByRole('button', { name: /^Release write/ }).click();
  await expect(page.getByRole('button', { name: /^Hold write/ })).toHaveCount(1);
  expect((await ringside.stepToTheEnd()).words).toContain('ok: 2 of 3');
});

test('Space plays and pauses, but not while typing', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await page.getByRole('heading', { name: 'Ringside' }).click();
  await page.keyboard.press('Space');
  await expect(ringside.button('Pause')).toBeVisible();
  await page.keyboard.press('Space');
  await expect(ringside.button('Play')).toBeVisible();
  await page.getByRole('textbox', { name: 'Key', exact: true }).fill('two');
  await page.keyboard.press('Space');
  await expect(ringside.button('Play')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Key', exact: true })).toHaveValue('two ');
});

test('the clock stands still while paused, and moves at the selected speed while playing', async ({ page }) => {
  const ringside = await Ringside.open(page, { quiet: false });
  const before = await ringside.clock.innerText();
  await page.waitForTimeout(300);
  expect(await ringside.clock.innerText()).toBe(before);
  await page.getByRole('slider', { name: 'Speed' }).focus();
  await page.keyboard.press('End');
  await ringside.press('Play');
  await expect.poll(async () => Number.parseFloat(await ringside.clock.innerText())).toBeGreaterThan(20);
});

test('a whole operation can be done by keyboard', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await page.getByRole('textbox', { name: 'Key', exact: true }).focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('fruit');
  await page.keyboard.press('Tab');
  await page.keyboard.type('plum');
  await page.keyboard.press('Enter');
  await expect(ringside.operation).toContainText('put fruit = plum');
  await ringside.button('Step').focus();
  for (let step = 0; step < 60 && !(await ringside.outcome()); step += 1) {
    await page.keyboard.press('Enter');
  }
  expect(await ringside.outcome()).toContain('ok: 2 of 3');
});

test('a legend entry hides its kind, and its state shows that', async ({ page }) => {
  const ringside = await Ringside.open(page);
  const entry = ringside.button('write');
  await expect(entry).toHaveAttribute('aria-pressed', 'true');
  await entry.click();
  await expect(entry).toHaveAttribute('aria-pressed', 'false');
});

test('a scenario and a seed can be chosen, and Reset goes back to the start', async ({ page }) => {
  const ringside = await Ringside.open(page, { quiet: false });
  await page.getByRole('combobox', { name: 'Scenario' }).selectOption({ label: 'A partition' });
  await ringside.pause();
  while (!(await page.getByText('10×', { exact: true }).isVisible())) await ringside.press('Faster');
  await ringside.press('Play');
  // The scenario cuts the network at two seconds and heals it at eight.
  await expect(ringside.button('Heal')).toBeEnabled();
  await expect(ringside.button('Heal')).toBeDisabled({ timeout: 20_000 });
  await ringside.pause();
  await ringside.press('Reset');
  await expect(ringside.clock).toHaveText(/^0\.000000\s*s$/);
  await expect(ringside.button('Play')).toBeVisible();
});

test('an invalid seed is rejected, and stays in the field', async ({ page }) => {
  const ringside = await Ringside.open(page, { quiet: false });
  const seed = page.getByRole('textbox', { name: 'Seed' });
  await seed.fill('lucky');
  await seed.press('Enter');
  await expect(page.getByText('Seed: “lucky” is no whole number')).toBeVisible();
  await expect(seed).toHaveValue('lucky');
  const before = await ringside.digest.innerText();
  await seed.fill('99');
  await seed.press('Enter');
  await expect(seed).toHaveValue('99');
  for (let step = 0; step < 5; step += 1) await ringside.press('Step');
  await expect(ringside.digest).not.toHaveText(before);
});

test('an operation that no node accepts says so', async ({ page }) => {
  const ringside = await Ringside.open(page);
  for (const letter of 'ABCDE') await ringside.node(letter).click();
  await ringside.press('Crash');
  await ringside.ask('Put', { value: 'blue' });
  expect((await ringside.stepToTheEnd()).words).toContain('every node that was asked');
  await expect(ringside.operation).toContainText('no replica was asked');
});

for (const colorScheme of ['light', 'dark']) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 1366, height: 768 } });

    test('axe finds nothing in the middle of a failure', async ({ page }) => {
      const ringside = await Ringside.open(page);
      await ringside.ask('Put', { value: 'blue', through: 'A' });
      await ringside.stepToTheEnd();
      await ringside.node('A').click();
      await ringside.press('Partition');
      await ringside.press('Crash');
      await ringside.ask('Put', { value: 'red', through: 'B' });
      await ringside.stepToTheEnd();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    });
  });
}
