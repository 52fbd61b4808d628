// Films the page for the README: `cargo xtask picture` calls it with the file to write.
//
//   node picture/film.mjs FILE
//
// Nothing is staged: a scenario is opened, run by the page's own controls, and photographed at even steps of
// virtual time.
import { writeFile } from 'node:fs/promises';
import { headless } from '../browser/headless.mjs';
import { Ringside } from '../browser/ringside.mjs';
import { Film } from './gif.mjs';

const [file] = process.argv.slice(2);
if (!file) throw new Error('Name the file to write.');

/** How long a frame stands, in milliseconds. */
const FRAME = 90;

const film = new Film();
await headless(async (browser, baseURL) => {
  const viewport = { width: 1280, height: 720 };
  await story(await browser.newPage({ viewport, colorScheme: 'light', baseURL }));
});
const bytes = film.encode();
await writeFile(file, bytes);
console.log(`${film.length} frames, ${(bytes.length / 1e6).toFixed(2)} MB`);

/** Puts a value, cuts the network, writes on both sides, heals, and looks at what is left of it. */
async function story(page) {
  const ringside = await Ringside.open(page);
  await still(page, 900);
  await ringside.ask('Put', { value: 'blue' });
  await run(ringside, 30);
  await still(page, 700);
  const [first, ...others] = await ringside.replicasOfTheKey();
  await ringside.choose(...others);
  await ringside.press('Partition');
  await ringside.press('Clear choice');
  await still(page, 900);
  await ringside.press('Decrease W');
  await ringside.ask('Put', { value: 'red', through: first });
  await run(ringside, 16);
  await ringside.ask('Put', { value: 'green', through: others[0] });
  await run(ringside, 16);
  await still(page, 900);
  await ringside.press('Heal');
  await ringside.ask('Get', { through: 'Automatic' });
  await run(ringside, 30);
  await still(page, 2_200);
}

/** Lets things happen, and photographs after every third of them. */
async function run(ringside, frames) {
  for (let frame = 0; frame < frames; frame += 1) {
    await ringside.press('Step');
    await still(ringside.page, FRAME);
  }
}

/** Photographs the page. */
async function still(page, ms) {
  film.add(await page.screenshot(), ms);
}
