// A page object of Ringside: every element is found by its role and its name.
import { expect } from '@playwright/test';

/** The page, with names for its parts. */
export class Ringside {
  constructor(page) {
    this.page = page;
    this.operation = page.getByRole('region', { name: 'Selected operation' });
    this.replicas = page.getByRole('table', { name: 'What each replica holds' });
    this.log = page.getByRole('log', { name: 'Event log' });
    this.digest = page.getByRole('status', { name: 'Digest' });
    this.clock = page.getByRole('timer', { name: 'Virtual time' });
    this.load = page.getByRole('switch', { name: 'Load' });
  }

  /** Opens the page and pauses it; with `quiet`, the load is off, so that only the test acts. */
  static async open(page, { quiet = true, fragment = '' } = {}) {
    const ringside = new Ringside(page);
    await page.goto(`./${fragment}`);
    await expect(page.getByRole('main')).toBeVisible();
    if (!fragment) await ringside.pause();
    if (quiet) {
      await ringside.load.click();
      await expect(ringside.load).toHaveAttribute('aria-checked', 'false');
      // Operations that the load began earlier must not be mistaken for the test's.
      await ringside.press('Reset');
      await ringside.pause();
      await ringside.load.click();
    }
    return ringside;
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  node(letter) {
    return this.page.getByRole('button', { name: new RegExp(`^Node ${letter},`) });
  }

  async press(name) {
    await this.button(name).click();
  }

  /** Selects a lens by its name. */
  async look(name) {
    await this.page.getByRole('tab', { name, exact: true }).click();
  }

  switch(name) {
    return this.page.getByRole('switch', { name, exact: true });
  }

  /** A group of mechanisms, by its name. */
  group(name) {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** Shows or hides the panel of all mechanisms. */
  async showMechanisms(shown = true) {
    const panel = this.page.getByRole('region', { name: 'Mechanisms', exact: true });
    if ((await panel.isVisible()) !== shown) await this.press('Mechanisms');
    await expect(panel).toBeVisible({ visible: shown });
  }

  /** Opens a group of mechanisms and returns it. */
  async openGroup(name) {
    await this.showMechanisms();
    const button = this.button(name);
    if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
    return this.group(name);
  }

  /** Selects exactly these nodes on the ring. */
  async choose(...letters) {
    const clear = this.button('Deselect all');
    if (await clear.isVisible()) await clear.click();
    for (const letter of letters) await this.node(letter).click();
  }

  /** Plays at a speed `faster` notches higher until `holds` returns. */
  async playUntil(holds, { faster = 9 } = {}) {
    for (let times = 0; times < faster; times += 1) await this.press('Faster');
    await this.press('Play');
    await holds();
    await this.press('Pause');
    for (let times = 0; times < faster; times += 1) await this.press('Slower');
  }

  async pause() {
    const [pause, play] = [this.button('Pause'), this.button('Play')];
    await expect(pause.or(play)).toBeVisible();
    if (await pause.isVisible()) await pause.click();
    await expect(play).toBeVisible();
  }

  /** Fills in a key, a value and a coordinator, and presses a button; the value is optional. */
  async ask(what, { key = 'colour', value, through } = {}) {
    await this.page.getByRole('textbox', { name: 'Key', exact: true }).fill(key);
    if (value !== undefined) {
      await this.page.getByRole('textbox', { name: 'Value', exact: true }).fill(value);
    }
    await this.page
      .getByRole('combobox', { name: 'Through' })
      .selectOption({ label: through ?? 'Automatic' });
    await this.press(what);
  }

  /** The number of lit lamps of the selected operation. */
  async litLamps() {
    return this.operation.getByRole('img', { name: /^lamp \d+ of \d+: lit by/ }).count();
  }

  /** The outcome of the selected operation, or undefined while it is in progress. */
  async outcome() {
    const words = this.operation.getByText(/^(ok|failed|no answer)\b/);
    return (await words.count()) > 0 ? words.first().innerText() : undefined;
  }

  /** Steps until the selected operation has ended; returns its outcome and the counts of lit lamps. */
  async stepToTheEnd() {
    const lamps = [];
    for (let steps = 0; steps < 400; steps += 1) {
      const lit = await this.litLamps();
      if (lamps.at(-1) !== lit) lamps.push(lit);
      const words = await this.outcome();
      if (words !== undefined) return { words, lamps };
      await this.press('Step');
    }
    throw new Error('The operation has not ended after 400 steps.');
  }

  /** The letters of the replicas of the selected key, in ring order. */
  async replicasOfTheKey() {
    return this.replicas.getByRole('rowheader').allInnerTexts();
  }
}
