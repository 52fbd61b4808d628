// The keys: the help lists what they do, they can be switched off, and all controls can be reached.
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

const map = (page) => page.getByRole('dialog', { name: 'Keys', exact: true });

/** Returns everything on the page that a key can change. */
async function state(ringside) {
  const { page } = ringside;
  // An open dialog hides the rest.
  const role = (name, options = {}) => page.getByRole(name, { includeHidden: true, ...options });
  return JSON.stringify([
    await role('timer', { name: 'Virtual time' }).innerText(),
    await role('status', { name: 'Digest' }).innerText(),
    await role('tab', { selected: true }).allInnerTexts(),
    await role('slider', { name: 'Speed' }).inputValue(),
    await role('button', { name: /^(Play|Pause)$/ }).innerText(),
    await role('region', { name: 'Mechanisms', exact: true }).count(),
    await page.getByText(/^Selected:/).allInnerTexts(),
    await page.getByText('There is no mark').allInnerTexts(),
    await page.getByRole('dialog').allInnerTexts(),
    await role('group', { name: 'Zoom' }).allInnerTexts(),
  ]);
}

/** Returns the browser's name of a key, given its printed name. */
function named(printed) {
  const names = {
    '←': 'ArrowLeft', '→': 'ArrowRight', '↑': 'ArrowUp', '↓': 'ArrowDown',
    PgUp: 'PageUp', PgDn: 'PageDown', Esc: 'Escape', '−': '-',
  };
  const parts = printed.split(' ').map((part) => names[part] ?? part);
  // Letters are pressed without Shift.
  return parts.length === 1 && /^[A-Z]$/.test(printed) ? printed.toLowerCase() : parts.join('+');
}

test('every listed key that needs no focus has an effect, and none when switched off', async ({ page }) => {
  test.setTimeout(240_000);
  const ringside = await Ringside.open(page);
  await page.keyboard.press('?');
  await expect(map(page)).toBeVisible();
  const groups = map(page).getByRole('region');
  await expect(groups).toHaveCount(4);
  const keys = [];
  for (const name of ['Time', 'What is shown', 'Acting']) {
    keys.push(...(await groups.and(page.getByLabel(name)).locator('kbd').allInnerTexts()));
  }
  const tabs = await page.getByRole('tablist', { name: 'View' }).getByRole('tab', { includeHidden: true }).count();
  expect(keys.length).toBeGreaterThan(13 + tabs);
  await page.keyboard.press('Escape');
  await expect(map(page)).toBeHidden();

  const prepare = async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Ringside' }).click();
  };
  const started = async () => {
    await ringside.look('Staleness');
    await ringside.look('Ring');
    await ringside.ask('Put', { value: 'blue' });
    for (let step = 0; step < 6; step += 1) await ringside.press('Step');
    await ringside.choose('E');
    // A part of the run lies ahead, and a part behind.
    for (let back = 0; back < 2; back += 1) await ringside.press('Back');
    await ringside.press('Zoom in');
    await page.getByRole('heading', { name: 'Ringside' }).click();
  };
  for (const printed of keys) {
    await started();
    // The ring is open already, so its key is tested from another lens.
    if (printed === 'R') await ringside.look('Staleness');
    if (printed === 'R') await page.getByRole('heading', { name: 'Ringside' }).click();
    const before = await state(ringside);
    await page.keyboard.press(named(printed));
    await expect.poll(() => state(ringside), { message: printed }).not.toBe(before);
    await prepare();
    await ringside.pause();
    await ringside.showMechanisms(false);
    await page.keyboard.press('0');
    await ringside.press('Reset');
    await ringside.pause();
  }

  await ringside.press('Keys');
  await map(page).getByRole('checkbox', { name: 'Use single keys as shortcuts' }).uncheck();
  await expect(map(page)).toContainText('(switched off)');
  await page.keyboard.press('Escape');
  await started();
  const before = await state(ringside);
  for (const printed of keys) await page.keyboard.press(named(printed));
  expect(await state(ringside)).toBe(before);

  // The setting is remembered, and can be switched on again.
  await page.reload();
  await ringside.pause();
  await ringside.press('Keys');
  const single = map(page).getByRole('checkbox', { name: 'Use single keys as shortcuts' });
  await expect(single).not.toBeChecked();
  await single.check();
  await page.reload();
  await ringside.pause();
  await page.keyboard.press('?');
  await expect(map(page)).toBeVisible();
});

test('a presenter’s remote steps, on request also where the page can scroll', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.ask('Put', { value: 'blue' });
  await page.getByRole('heading', { name: 'Ringside' }).click();
  const first = await ringside.digest.innerText();
  await page.keyboard.press('PageDown');
  await expect(ringside.digest).not.toHaveText(first);
  await page.keyboard.press('PageUp');
  await expect(ringside.digest).toHaveText(first);

  await page.setViewportSize({ width: 1024, height: 700 });
  await page.keyboard.press('PageDown');
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
  await expect(ringside.digest).toHaveText(first);
  await page.evaluate(() => scrollTo(0, 0));
  await ringside.press('Keys');
  await map(page).getByRole('checkbox', { name: /PgUp and PgDn step even/ }).check();
  await page.keyboard.press('Escape');
  await page.keyboard.press('PageDown');
  await expect(ringside.digest).not.toHaveText(first);
});

test('arrow keys lead through tabs and lines', async ({ page }) => {
  const ringside = await Ringside.open(page);
  await ringside.ask('Put', { value: 'blue' });
  await ringside.stepToTheEnd();
  await page.getByRole('tab', { name: 'Ring', exact: true }).focus();
  const views = page.getByRole('tablist', { name: 'View' }).getByRole('tab');
  const count = await views.count();
  for (let tab = 1; tab < count; tab += 1) {
    await page.keyboard.press('ArrowRight');
    await expect(views.nth(tab)).toBeFocused();
    await expect(views.nth(tab)).toHaveAttribute('aria-selected', 'true');
  }
  await page.keyboard.press('Home');
  await expect(views.first()).toBeFocused();
  await page.keyboard.press('End');
  await expect(views.last()).toBeFocused();
  await page.keyboard.press('Home');

  const times = ringside.log.getByRole('button', { name: /^\d/ });
  await times.last().focus();
  await page.keyboard.press('ArrowUp');
  await expect(times.nth(-2)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(times.first()).toBeFocused();
  await page.keyboard.press('End');
  await expect(times.last()).toBeFocused();
});

test('every control can be reached by Tab, and shows its focus', async ({ page }) => {
  test.setTimeout(120_000);
  const ringside = await Ringside.open(page);
  await ringside.ask('Put', { value: 'blue' });
  await ringside.stepToTheEnd();
  await ringside.press('More faults');
  const tabs = await page.getByRole('tablist', { name: 'View' }).getByRole('tab').allInnerTexts();
  for (const tab of tabs) {
    await ringside.look(tab);
    // Every control is marked, and Tab must reach all of them but those inside a group in which arrow keys
    // move the focus.
    const expected = await page.evaluate(() => {
      const wanted = 'button, input, select, textarea, summary, a[href], [tabindex]';
      const all = [...document.querySelectorAll(wanted)].filter((it) => {
        const seen = it.checkVisibility({ visibilityProperty: true }) && !it.closest('dialog, [inert]');
        const moved = it.matches('[role=tab], [type=radio]') || it.closest('[role=log], [role=grid]');
        return seen && !it.disabled && !moved && !it.matches('[tabindex="-1"]:not(button, input, select)');
      });
      all.forEach((it, index) => it.setAttribute('data-reach', index));
      return all.map((it) => it.outerHTML.slice(0, 90));
    });
    await page.evaluate(() => {
      document.activeElement?.blur();
      getSelection().removeAllRanges();
    });
    await page.getByRole('heading', { name: 'Ringside' }).click();
    const reached = new Set();
    const unseen = [];
    for (let press = 0; press < expected.length + 60; press += 1) {
      await page.keyboard.press('Tab');
      const [place, html, shown] = await page.evaluate(() => {
        const it = document.activeElement;
        const style = getComputedStyle(it);
        const label = it.closest('label, .segment, li');
        const around = label ? getComputedStyle(label).outlineStyle : 'none';
        const frame = getComputedStyle(it.parentElement ?? it, '::after');
        const framed = frame.content !== 'none' && frame.borderTopStyle !== 'none';
        const shown =
          style.outlineStyle !== 'none' || style.boxShadow !== 'none' || around !== 'none' || framed;
        return [it.getAttribute('data-reach'), it.outerHTML.slice(0, 90), shown];
      });
      if (place !== null) reached.add(Number(place));
      if (place !== null && !shown) unseen.push(html);
    }
    const missed = expected.filter((_, index) => !reached.has(index));
    expect(missed, `${tab}: not reached by Tab`).toEqual([]);
    expect(unseen, `${tab}: no sign of the focus`).toEqual([]);
    await page.evaluate(() => {
      document.querySelectorAll('[data-reach]').forEach((it) => it.removeAttribute('data-reach'));
    });
  }
});
