// Recording of the page for the README: `cargo xtask picture` runs it with the file to write.
//
//   node picture/film.mjs FILE
//
// A built-in scenario is opened, run by the page's own controls, and captured at even steps of virtual
// time.
import { writeFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { headless } from '../browser/headless.mjs';
import { Ringside } from '../browser/ringside.mjs';
import { Time } from '../browser/time.mjs';
import { Film } from './gif.mjs';

const [file] = process.argv.slice(2);
if (!file) throw new Error('Name the file to write.');

/** The duration of a frame, in milliseconds. */
const FRAME = 90;

const film = new Film();
await headless(async (browser, baseURL) => {
  const viewport = { width: 1366, height: 768 };
  await story(await browser.newPage({ viewport, colorScheme: 'light', baseURL }));
});
const bytes = film.encode();
await writeFile(file, bytes);
console.log(`${film.length} frames, ${(bytes.length / 1e6).toFixed(2)} MB`);

/** Writes on both sides of a partition, and then replays the run in small steps. */
async function story(page) {
  await Ringside.open(page, { quiet: false });
  const time = new Time(page);
  await page.getByRole('combobox', { name: 'Scenario' }).selectOption({ label: 'A partition' });
  await time.press('Reset');
  await time.pause();
  await time.press('Decrease R');
  await time.press('Decrease W');
  await time.playTo(2);
  const cut = await time.us();
  await time.ask('Put', { value: 'red', through: 'A' });
  await time.ask('Put', { value: 'green', through: 'C' });
  await time.playTo(8.5);
  await time.press('Increase R');
  await time.press('Increase R');
  const read = await time.us();
  await time.ask('Get');
  await time.stepToTheEnd();
  const end = await time.us();

  await pass(page, cut - 30_000, cut + 50_000, 40);
  await still(page, 900);
  await pass(page, read, end, 24);
  await still(page, 1_600);
  for (const lens of ['Diagram', 'Versions', 'Staleness']) {
    await time.look(lens);
    await page.waitForTimeout(600);
    await still(page, 2_200);
  }
}

/** Moves the scrubber from one moment to another in even steps, and captures each. */
async function pass(page, from, to, frames) {
  const slider = page.getByRole('slider', { name: 'Moment', exact: true });
  for (let frame = 0; frame <= frames; frame += 1) {
    const us = Math.round(from + ((to - from) * frame) / frames);
    await slider.evaluate((element, value) => {
      element.value = String(value);
      element.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }, us);
    await expect.poll(() => new Time(page).us()).toBe(us);
    await still(page, FRAME);
  }
}

/** Adds a screenshot of the page for `ms` milliseconds. */
async function still(page, ms) {
  film.add(await page.screenshot(), ms);
}
