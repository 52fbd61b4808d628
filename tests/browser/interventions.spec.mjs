// Interventions of the user: on single messages, on links, scheduled, at random, and in the scenario itself.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

const log = (ringside) => ringside.page.getByRole('tab', { name: 'Event log' });

/** Puts a value and steps until a write is in flight; returns the page and the name of the first write. */
async function withWrite(page) {
  const ringside = await Ringside.open(page);
  await ringside.ask('Put', { value: 'blue' });
  await page.getByRole('tab', { name: /In flight/ }).click();
  const holds = page.getByRole('button', { name: /^Hold write/ });
  for (let step = 0; step < 12 && (await holds.count()) < 2; step += 1) await ringside.press('Step');
  const name = (await holds.first().getAttribute('aria-label')).slice('Hold '.length);
  return { ringside, name };
}

async function logSays(ringside, words) {
  await log(ringside).click();
  await expect(ringside.log).toContainText(words);
}

/** Opens the less common faults. */
async function moreFaults(ringside) {
  const more = ringside.button('More faults');
  if ((await more.getAttribute('aria-expanded')) === 'false') await more.click();
  return ringside.page.getByRole('region', { name: 'A link, one way' });
}

/** Sets a slider to one of its stops. */
async function slide(slider, stops) {
  await slider.focus();
  await slider.press('Home');
  for (let stop = 0; stop < stops; stop += 1) await slider.press('ArrowRight');
}

test('a message can be duplicated, and the copy is one vote', async ({ page }) => {
  const { ringside, name } = await withWrite(page);
  await ringside.press(`More for ${name}`);
  const before = await page.getByRole('button', { name: `Hold ${name}`, exact: true }).count();
  await ringside.press(`Duplicate ${name}`);
  const copies = page.getByRole('button', { name: `Hold ${name}`, exact: true });
  await expect(copies).toHaveCount(before + 1);
  await logSays(ringside, /goes out a second time, as message/);
  const { words } = await ringside.stepToTheEnd();
  expect(words).toContain('ok: 2 of 3');
});

test('a message can be delayed, and the others overtake it', async ({ page }) => {
  const { ringside, name } = await withWrite(page);
  await ringside.press(`More for ${name}`);
  const row = page.getByRole('listitem').filter({ has: ringside.button(`Hold ${name}`) });
  await slide(row.getByRole('slider', { name: 'by' }), 9);
  await ringside.press(`Delay ${name} by 1 s`);
  await expect(row).toContainText(/in (1\.0|1|9\d\d)/);
  await logSays(ringside, /takes 1s longer/);
  expect((await ringside.stepToTheEnd()).words).toContain('ok: 2 of 3');
});

test('a message of a client cannot be duplicated, and the button says why', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.ask('Get');
  await page.getByRole('tab', { name: /In flight/ }).click();
  await page.getByRole('button', { name: /^More for/ }).first().click();
  const duplicate = page.getByRole('button', { name: /^Duplicate/ });
  await expect(duplicate).toBeDisabled();
  await expect(duplicate).toHaveAttribute('title', /never arrives twice/);
});

test('a link can be cut, slowed and made lossy in one direction, and healed', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.choose('A', 'B');
  const link = await moreFaults(ringside);
  await slide(link.getByRole('slider', { name: 'Slower by' }), 4);
  await slide(link.getByRole('slider', { name: 'Loses' }), 12);
  const listed = page.getByRole('list', { name: 'Slow and lossy links' });
  await expect(listed).toHaveText(/A → B: 50 ms slower, loses 50%/);
  await link.getByRole('button', { name: 'Cut' }).click();
  await expect(link.getByRole('button', { name: 'Cut' })).toBeDisabled();
  await logSays(ringside, 'the link from A to B takes 50ms longer');
  await expect(ringside.log).toContainText('the link from A to B loses 50.0% of its messages');
  await expect(ringside.log).toContainText('the network was cut: A to B blocked');
  await link.getByRole('button', { name: 'Restore link' }).click();
  await expect(listed.getByRole('listitem')).toHaveCount(0);
  await slide(link.getByRole('slider', { name: 'Slower by' }), 3);
  await expect(listed.getByRole('listitem')).toHaveCount(1);
  await ringside.press('Heal');
  await expect(listed.getByRole('listitem')).toHaveCount(0);
  await expect(ringside.button('Heal')).toBeDisabled();
});

test('the chaos slider describes its effect, and ends the faults it began', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await moreFaults(ringside);
  const part = page.getByRole('region', { name: 'At random' });
  await expect(part).toContainText('Chaos is off');
  await slide(part.getByRole('slider', { name: 'Chaos' }), 7);
  await expect(part).toContainText('A fault strikes about every 1 s');
  await ringside.playUntil(async () => {
    await expect(part).toContainText(/In force now: [1-9]\d* faults?/, { timeout: 30_000 });
  });
  await slide(part.getByRole('slider', { name: 'Chaos' }), 0);
  await expect(part).toContainText('Chaos is off');
  for (const letter of 'ABCDE') await expect(ringside.node(letter)).toHaveAccessibleName(/up/);
});

test('a scheduled fault is listed and takes effect in time, and another is cancelled', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.choose('A');
  const delay = page.getByRole('combobox', { name: 'Takes effect' });
  await delay.selectOption({ label: 'In 500 ms of virtual time' });
  await ringside.press('Crash');
  await delay.selectOption({ label: 'In 10 s of virtual time' });
  await ringside.press('Restart');
  await delay.selectOption({ label: 'In 30 s of virtual time' });
  await ringside.press('Wipe');
  const planned = page.getByRole('region', { name: 'Scheduled' });
  await expect(planned.getByRole('listitem')).toHaveCount(3);
  await expect(planned).toContainText(/Crash A.*Restart A.*Wipe A/);
  await planned.getByRole('button', { name: /^Cancel: wipe A/ }).click();
  await expect(planned.getByRole('listitem')).toHaveCount(2);
  await expect(ringside.node('A')).toHaveAccessibleName(/up/);

  // A link carries the schedule, and the faults wait for their time there as well.
  await ringside.press('Copy link');
  await expect(page).toHaveURL(/#/);
  await page.reload();
  await expect(planned.getByRole('listitem')).toHaveCount(2);
  await ringside.playUntil(() => expect(ringside.node('A')).toHaveAccessibleName(/down/));
  await expect(planned.getByRole('listitem')).toHaveCount(1);
  await ringside.playUntil(() => expect(ringside.node('A')).toHaveAccessibleName(/up/));
  await expect(planned).toBeHidden();
  // Back in time they are scheduled again.
  await ringside.press('To the start');
  await ringside.press('Step');
  await expect(planned).toBeVisible();
});

test('the schedule of a scenario is listed and can be cancelled', async ({ page }) => {
  const ringside = await Ringside.open(page, { quiet: false });
  await page.getByRole('combobox', { name: 'Scenario' }).selectOption({ label: 'A partition' });
  await ringside.pause();
  const planned = page.getByRole('region', { name: 'Scheduled' });
  await expect(planned).toContainText('Cut A, B off from the others');
  await planned.getByRole('button', { name: /^Cancel: cut A, B off/ }).click();
  await expect(planned).not.toContainText('Cut A, B');
  await expect(planned).toContainText('Make every link whole');
});

test.describe('the scenario editor', () => {
  const open = async (page) => {
    const ringside = await Ringside.open(page, { quiet: false });
    await ringside.press('Edit scenario');
    const dialog = page.getByRole('dialog', { name: 'Edit scenario' });
    const text = dialog.getByRole('textbox', { name: 'Scenario file' });
    await expect(text).toHaveValue(/"title": "A healthy cluster"/);
    return { ringside, dialog, text };
  };
  const line = (text) => text.evaluate((it) => it.value.slice(it.selectionStart, it.selectionEnd));

  test('opens the edited scenario as the user’s own', async ({ page }) => {
    const { ringside, dialog, text } = await open(page);
    const json = JSON.parse(await text.inputValue());
    json.title = 'Mine';
    json.cluster.nodes = 7;
    json.load.on = false;
    json.events = [{ at: '1s', do: { crash: 'G' } }];
    await text.fill(JSON.stringify(json));
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(ringside.node('G')).toHaveAccessibleName(/up/);
    const chosen = page.getByRole('combobox', { name: 'Scenario' });
    await expect(chosen.getByRole('option', { selected: true })).toHaveText('Mine (your own)');
    await expect(page.getByRole('region', { name: 'Scheduled' })).toContainText('Crash G');
  });

  test('names the field and the line of an error, and loses nothing', async ({ page }) => {
    const { dialog, text } = await open(page);
    const wrong = (await text.inputValue()).replace(/"w": \d+/, '"w": 9');
    await text.fill(wrong);
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(dialog.getByRole('alert')).toHaveText(/^Line \d+, cluster\.w: w is 9/);
    await expect(text).toHaveValue(wrong);
    expect(await line(text)).toContain('"w": 9');

    const loss = wrong.replace('"w": 9', '"w": 2').replace(/"loss": [\d.]+/, '"loss": 7');
    await text.fill(loss);
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(dialog.getByRole('alert')).toHaveText(/^Line \d+, network\.loss: 7 is out of bounds/);
    expect(await line(text)).toContain('"loss": 7');

    const broken = loss.replace('"seed":', '"seed"');
    await text.fill(broken);
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(dialog.getByRole('alert')).toHaveText(/^line \d+, column \d+: not JSON/);
    expect(await line(text)).toContain('"seed"');

    // The text is kept when the dialog is closed and opened again.
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await page.getByRole('button', { name: 'Edit scenario' }).click();
    await expect(text).toHaveValue(broken);
    await dialog.getByRole('button', { name: 'Discard changes' }).click();
    await expect(text).toHaveValue(/"title": "A healthy cluster"/);
    expect(await text.inputValue()).not.toBe(broken);
  });

  test('has a form for the most common settings', async ({ page }) => {
    const { ringside, dialog, text } = await open(page);
    const field = (name) => dialog.getByRole('textbox', { name, exact: true });
    await expect(field('Nodes')).toHaveValue('5');
    await field('Nodes').fill('6');
    await field('Nodes').press('Tab');
    await expect(text).toHaveValue(/"nodes": 6,/);
    await field('Loss, 0 to 1').fill('much');
    await field('Loss, 0 to 1').press('Tab');
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(dialog.getByRole('alert')).toHaveText(/network\.loss/);
    await field('Loss, 0 to 1').fill('0.2');
    await field('Loss, 0 to 1').press('Tab');
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(ringside.node('F')).toBeVisible();
  });
});

for (const colorScheme of ['light', 'dark']) {
  for (const viewport of [{ width: 1366, height: 768 }, { width: 390, height: 844 }]) {
    test.describe(`${colorScheme}, ${viewport.width} wide`, () => {
      test.use({ colorScheme, viewport });

      test('axe finds nothing in the faults and the editor', async ({ page }) => {
        const { ringside, name } = await withWrite(page);
        await ringside.press(`More for ${name}`);
        await ringside.choose('A', 'B');
        const link = await moreFaults(ringside);
        await slide(link.getByRole('slider', { name: 'Loses' }), 12);
        await page.getByRole('combobox', { name: 'Takes effect' }).selectOption({ index: 4 });
        await ringside.press('Crash');
        const check = async (where) => {
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]);
          expect(found, where).toEqual([]);
        };
        await check('the faults');
        await ringside.press('Edit scenario');
        const dialog = page.getByRole('dialog', { name: 'Edit scenario' });
        await dialog.getByRole('textbox', { name: 'Scenario file' }).fill('{');
        await dialog.getByRole('button', { name: 'Open', exact: true }).click();
        await expect(dialog.getByRole('alert')).toContainText('not JSON');
        await check('the editor');
      });
    });
  }
}
