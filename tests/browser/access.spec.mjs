// Accessibility of every view of the page: axe finds nothing, targets are large enough, nothing is cut off at
// 390 px or at 200%, headings and landmarks are in order, and steps are announced.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Ringside } from './ringside.mjs';

/** Opens the page with a key that has versions, a node that is down, and a cut. */
async function lively(page) {
  const ringside = await Ringside.open(page);
  await ringside.ask('Put', { value: 'blue', through: 'A' });
  await ringside.stepToTheEnd();
  await ringside.choose('A');
  await ringside.press('Partition');
  await ringside.ask('Put', { value: 'red', through: 'B' });
  await ringside.stepToTheEnd();
  await ringside.press('Crash');
  return ringside;
}

/** Shows every screen of the page in turn: the views, the mechanisms, the lists and the dialogs. */
async function* screens(ringside) {
  const { page } = ringside;
  const tabs = page.getByRole('tablist', { name: 'View' }).getByRole('tab');
  for (const name of await tabs.allInnerTexts()) {
    await ringside.look(name);
    await expect(page.getByRole('tab', { name, exact: true })).toHaveAttribute('aria-selected', 'true');
    // A view computes some of its contents only once it is open.
    await page.waitForTimeout(400);
    yield name;
  }
  await ringside.look('Ring');
  await page.getByRole('tab', { name: /In flight/ }).click();
  yield 'In flight';
  await page.getByRole('tab', { name: 'Event log' }).click();
  await ringside.press('More faults');
  yield 'More faults';
  await ringside.press('More faults');
  await ringside.operation.getByRole('button', { name: 'Why?' }).click();
  yield 'Why';
  await ringside.showMechanisms();
  const groups = page.getByRole('region', { name: 'Mechanisms', exact: true });
  while ((await groups.locator('button[aria-expanded=false]').count()) > 0) {
    await groups.locator('button[aria-expanded=false]').first().click();
  }
  yield 'Mechanisms';
  await ringside.showMechanisms(false);
  const openers = page.locator('button[aria-haspopup=dialog]');
  for (let opener = 0; opener < (await openers.count()); opener += 1) {
    await openers.nth(opener).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    yield `dialog ${opener}: ${await dialog.getByRole('heading').first().innerText()}`;
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(openers.nth(opener)).toBeFocused();
  }
  await ringside.press('To the start');
  await expect(ringside.clock).toHaveText(/^0\.000000/);
  await ringside.press('Put');
  await expect(page.getByRole('dialog')).toBeVisible();
  yield 'acting in the past';
  await page.keyboard.press('Escape');
}

for (const colorScheme of ['light', 'dark']) {
  for (const viewport of [{ width: 1366, height: 768 }, { width: 390, height: 844 }]) {
    test.describe(`${colorScheme}, ${viewport.width} wide`, () => {
      test.use({ colorScheme, viewport });

      test('axe finds nothing at any screen', async ({ page }) => {
        test.setTimeout(360_000);
        const ringside = await lively(page);
        const wrong = [];
        for await (const screen of screens(ringside)) {
          const { violations } = await new AxeBuilder({ page }).analyze();
          for (const { id, nodes } of violations) {
            wrong.push([screen, id, nodes.slice(0, 3).map((node) => node.html.slice(0, 160))]);
          }
        }
        expect(wrong).toEqual([]);
      });
    });
  }
}

/** Lists the controls that are smaller than 24 by 24 px. */
const tooSmall = (page) =>
  page.evaluate(() => {
    const modal = document.querySelector('dialog[open]');
    const within = modal ?? document;
    const controls = within.querySelectorAll(
      'button, input, select, textarea, summary, a[href], [role=tab], [role=button], [tabindex="0"]',
    );
    const found = [];
    for (const control of controls) {
      const hidden = !control.checkVisibility({ visibilityProperty: true });
      if (hidden || (!modal && control.closest('dialog')) || control.closest('.visually-hidden')) continue;
      // The label of a control is part of its target.
      const target = control.closest('label') ?? control;
      const { width, height } = target.getBoundingClientRect();
      if (width < 23.9 || height < 23.9) {
        found.push(`${Math.round(width)}x${Math.round(height)} ${control.outerHTML.slice(0, 140)}`);
      }
    }
    return found;
  });

/** Lists the elements that make the page scroll sideways, and those that are cut off and cannot be scrolled to. */
const cutOff = (page) =>
  page.evaluate(() => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) {
      found.push(`the page is ${root.scrollWidth} px wide in ${root.clientWidth}`);
    }
    const modal = document.querySelector('dialog[open]');
    const controls = (modal ?? document).querySelectorAll('button, input, select, textarea, h2, h3, th');
    for (const control of controls) {
      const hidden = !control.checkVisibility({ visibilityProperty: true });
      if (hidden || (!modal && control.closest('dialog')) || control.closest('.visually-hidden')) continue;
      if (getComputedStyle(control).clipPath !== 'none') continue;
      const box = control.getBoundingClientRect();
      let scrolls = false;
      for (let around = control.parentElement; around; around = around.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(around);
        const sides = around.getBoundingClientRect();
        if (/auto|scroll/.test(overflowX) && around.scrollWidth > around.clientWidth) scrolls = true;
        const clips = overflowX !== 'visible' && !/auto|scroll/.test(overflowX) && !scrolls;
        if (clips && (box.right > sides.right + 2 || box.left < sides.left - 2)) {
          found.push(`cut off sideways: ${control.outerHTML.slice(0, 120)}`);
          break;
        }
        if (overflowY === 'hidden' && (box.top > sides.bottom || box.bottom < sides.top) && around !== root) {
          found.push(`cut off above or below: ${control.outerHTML.slice(0, 120)}`);
          break;
        }
        if (/auto|scroll/.test(overflowY)) break;
      }
      if (!scrolls && (box.left < -2 || box.right > root.clientWidth + 2)) {
        found.push(`off the page: ${control.outerHTML.slice(0, 120)}`);
      }
    }
    return found;
  });

for (const [words, viewport] of [
  ['a laptop', { width: 1366, height: 768 }],
  ['a phone', { width: 390, height: 844 }],
  ['a laptop at 200%', { width: 683, height: 384 }],
]) {
  test(`targets are 24 px and nothing is cut off: ${words}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.setViewportSize(viewport);
    const ringside = await lively(page);
    const wrong = [];
    for await (const screen of screens(ringside)) {
      for (const small of await tooSmall(page)) wrong.push(`${screen}: ${small}`);
      for (const cut of await cutOff(page)) wrong.push(`${screen}: ${cut}`);
    }
    expect([...new Set(wrong)]).toEqual([]);
  });
}

test('every panel is a named region with a heading, in landmarks', async ({ page }) => {
  const ringside = await lively(page);
  for (const landmark of ['banner', 'main']) await expect(page.getByRole(landmark)).toHaveCount(1);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ringside');
  const wrong = [];
  for await (const screen of screens(ringside)) {
    const found = await page.evaluate(() => {
      const seen = (it) => it.checkVisibility();
      const nameless = [...document.querySelectorAll('section')].filter((section) => {
        const named = section.getAttribute('aria-labelledby') ?? '';
        const heading = named && document.getElementById(named);
        return seen(section) && !section.getAttribute('aria-label') && !heading?.textContent.trim();
      });
      const panels = [...document.querySelectorAll('.panel, .view section, .bottom-bar section')];
      const headless = panels.filter((it) => seen(it) && !it.querySelector('h2, h3, h4'));
      const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5')].filter((it) => {
        return seen(it) && !it.closest('dialog:not([open])');
      });
      const leaps = levels.filter((heading, index) => {
        const level = (it) => Number(it.tagName[1]);
        return index > 0 && level(heading) > level(levels[index - 1]) + 1;
      });
      return [
        ...nameless.map((it) => `nameless: ${it.outerHTML.slice(0, 100)}`),
        ...headless.map((it) => `without a heading: ${it.outerHTML.slice(0, 100)}`),
        ...leaps.map((it) => `leaps a level: ${it.outerHTML.slice(0, 100)}`),
      ];
    });
    wrong.push(...found.map((words) => `${screen}: ${words}`));
  }
  expect([...new Set(wrong)]).toEqual([]);
});

test('steps are announced politely, and nothing is while time runs', async ({ page }) => {
  const ringside = await Ringside.open(page);
  const announced = page.getByRole('status', { name: 'Last step' });
  await ringside.ask('Put', { value: 'blue' });
  await expect(announced).toContainText('You: put colour = blue');
  await ringside.stepToTheEnd();
  await expect(announced).toContainText(/You: ok, stored/);
  await ringside.press('Back');
  await expect(announced).toContainText(/^Back at \d/);
  await ringside.look('Staleness');
  await ringside.press('Step');
  await expect(announced).toContainText(/You: ok, stored/);

  // Steps in quick succession are announced together, at the end.
  await page.evaluate(() => {
    globalThis.announcements = [];
    const region = document.querySelector('[aria-label="Last step"]');
    new MutationObserver(() => globalThis.announcements.push(region.textContent)).observe(region, {
      childList: true, characterData: true, subtree: true,
    });
  });
  const announcements = () => page.evaluate(() => globalThis.announcements.length);
  await ringside.load.click();
  await ringside.press('Play');
  await page.waitForTimeout(1_500);
  const before = await announcements();
  await page.waitForTimeout(1_500);
  expect(await announcements()).toBe(before);
  await ringside.press('Pause');
  await page.waitForTimeout(600);
  const paused = await announcements();
  await page.evaluate(() => {
    const step = [...document.querySelectorAll('button')].find((it) => it.textContent === 'Step');
    for (let press = 0; press < 8; press += 1) step.click();
  });
  await page.waitForTimeout(900);
  expect((await announcements()) - paused).toBeLessThanOrEqual(2);
});

test('reduced motion means discrete steps', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const ringside = await Ringside.open(page);
  const moving = await page.evaluate(() => {
    const long = (it) => {
      const { transitionDuration, animationName, animationDuration } = getComputedStyle(it);
      const seconds = (text) => Math.max(...text.split(',').map((part) => Number.parseFloat(part)));
      return seconds(transitionDuration) > 0.02 || (animationName !== 'none' && seconds(animationDuration) > 0.02);
    };
    return [...document.querySelectorAll('body *')].filter(long).map((it) => it.outerHTML.slice(0, 100));
  });
  expect(moving).toEqual([]);
  // Time stands still until Play is pressed, and then the dots jump a few times per second.
  await expect(ringside.button('Play')).toBeVisible();
  await ringside.load.click();
  await page.evaluate(() => {
    globalThis.cleared = [];
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function cleared(...box) {
      globalThis.cleared.push(performance.now());
      return clear.apply(this, box);
    };
  });
  await ringside.press('Play');
  await page.waitForTimeout(3_000);
  await ringside.press('Pause');
  const painted = await page.evaluate(() => globalThis.cleared.length);
  expect(painted).toBeGreaterThan(3);
  expect(painted).toBeLessThan(20);
});

test('forced colours leave every state distinguishable', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  const ringside = await lively(page);
  await expect(ringside.node('A')).toHaveAccessibleName(/down/);
  await expect(ringside.node('A')).toContainText(/down/i);
  await expect(page.getByRole('region', { name: 'The ring' })).toContainText(/cut:/);
});
