// The steps of the smoke test, by role and name, for a driver of any engine.
//
// A driver has `open(address)`, `address()`, `click(role, name)`, `type(role, name, text)`,
// `text(role, name)`, which returns undefined if there is no such element, and `errors()`. A name is the
// whole accessible name, or `{ starts }`.
import { expect } from '@playwright/test';

/** The lenses, each with a word that only its own view has. */
const LENSES = {
  Diagram: /Space-time diagram/,
  Versions: /Versions of “fruit”[^]*green pear/,
  Merkle: /Merkle trees of two replicas/,
  Gossip: /what each node believes[^]*incarnation/,
  Twins: /Differs in[^]*compared up to/,
  Staleness: /Playbook[^]*measured/,
  Ring: /As seen by/,
};

/** The time that the page has for an answer. */
const LIMIT = { timeout: 20_000 };

/** The most steps that an operation takes. */
const STEPS = 400;

/** The steps from the partition to the look at each lens. */
const STEPS_AFTER_PARTITION = 10;

/** The notches by which the speed is raised to play. */
const NOTCHES = 9;

/** Plays the story; returns what was seen at its moments, and the link to the last of them. */
export async function play(driver, address) {
  const page = new Page(driver);
  await page.begin(address);
  const moments = [await page.moment()];

  // Not the words that a fresh page has in these fields.
  await driver.type('textbox', 'Key', 'fruit');
  await driver.type('textbox', 'Value', 'green pear');
  await driver.click('button', 'Put');
  const put = await page.outcome(/put fruit = green pear/);
  expect(put).toMatch(/ok: 2 of 3/);
  moments.push({ put: compact(put), ...(await page.moment()) });

  await driver.click('button', 'Get');
  const get = await page.outcome(/get fruit/);
  expect(get).toMatch(/ok: [23] of 3[^]*green pear/);
  moments.push({ get: compact(get), ...(await page.moment()) });

  await driver.click('button', { starts: 'Node B,' });
  await driver.click('button', 'Partition');
  for (let step = 0; step < STEPS_AFTER_PARTITION; step += 1) await driver.click('button', 'Step');
  const log = await page.shows('log', 'Event log', /cut/);
  const partition = await page.moment();
  moments.push({ log: compact(log), ...partition });

  for (const [lens, words] of Object.entries(LENSES)) {
    await driver.click('tab', lens);
    await page.shows('tabpanel', lens, words);
    // Looking at a run does not change it.
    expect(await page.moment()).toEqual(partition);
  }

  await page.playTo(3);
  await driver.click('tab', 'Versions');
  const last = await page.moment();
  const link = await page.link();
  await driver.open(link);
  await page.shows('tabpanel', 'Versions', /./);
  await expect.poll(() => page.moment(), LIMIT).toEqual(last);
  return { moments, link, last };
}

/** Removes the white space, which each engine places by rules of its own between elements. */
const compact = (text) => text.replaceAll(/\s+/g, '');

/** What is read from the page, and actions of several clicks. */
class Page {
  #driver;

  constructor(driver) {
    this.#driver = driver;
  }

  /** Opens the page and sets its run back to the start. */
  async begin(address) {
    await this.#driver.open(address);
    await this.#pause();
    await this.#driver.click('button', 'Reset');
    await expect.poll(() => this.#now(), LIMIT).toBe(0);
  }

  /** Waits until an element has a text that matches; returns the text. */
  async shows(role, name, words) {
    let text;
    const read = async () => (text = await this.#driver.text(role, name)) ?? '';
    await expect.poll(read, { ...LIMIT, message: `${role} ${name}` }).toMatch(words);
    return text;
  }

  /** Returns the virtual time, in microseconds, and the digest of the run until then. */
  async moment() {
    const digest = await this.shows('status', 'Digest', /^[0-9a-f]{16,}$/);
    return { us: await this.#now(), digest };
  }

  /** Steps until the selected operation has ended; returns its text. */
  async outcome(request) {
    let text = await this.shows('region', 'Selected operation', request);
    for (let step = 0; step < STEPS && text.includes('in progress'); step += 1) {
      await this.#driver.click('button', 'Step');
      text = await this.#driver.text('region', 'Selected operation');
    }
    return text;
  }

  /** Plays, faster than at first, until the virtual time is past `second`. */
  async playTo(second) {
    for (let notch = 0; notch < NOTCHES; notch += 1) await this.#driver.click('button', 'Faster');
    await this.#driver.click('button', 'Play');
    await expect.poll(() => this.#now(), { timeout: 60_000 }).toBeGreaterThan(second * 1e6);
    await this.#pause();
  }

  /** Returns the link to the run at this moment. */
  async link() {
    await this.#driver.click('button', 'Copy link');
    await expect.poll(() => this.#driver.address(), LIMIT).toContain('#');
    return this.#driver.address();
  }

  async #pause() {
    const has = async (name) => (await this.#driver.text('button', name)) !== undefined;
    await expect.poll(async () => (await has('Pause')) || (await has('Play')), LIMIT).toBe(true);
    if (await has('Pause')) await this.#driver.click('button', 'Pause');
    await expect.poll(() => has('Play'), LIMIT).toBe(true);
  }

  async #now() {
    const text = (await this.#driver.text('timer', 'Virtual time')) ?? '';
    return Number(text.replaceAll(/\D/g, '') || Number.NaN);
  }
}
