// Ringside as a person meets it: everything is found by its role and its name.
import { expect } from '@playwright/test';

/** The page, with the words that a person would use for its parts. */
export class Ringside {
  constructor(page) {
    this.page = page;
    this.operation = page.getByRole('region', { name: 'Operation in hand' });
    this.replicas = page.getByRole('table', { name: 'What each replica holds' });
    this.log = page.getByRole('log', { name: 'Event log' });
    this.digest = page.getByRole('status', { name: 'Digest' });
    this.clock = page.getByRole('timer', { name: 'Virtual time' });
    this.load = page.getByRole('switch', { name: 'Load' });
  }

  /** Opens the page and pauses it; with `quiet`, only the person acts from then on. */
  static async open(page, { quiet = true, fragment = '' } = {}) {
    const ringside = new Ringside(page);
    await page.goto(`./${fragment}`);
    await expect(page.getByRole('main')).toBeVisible();
    if (!fragment) await ringside.pause();
    if (quiet) {
      await ringside.load.click();
      await expect(ringside.load).toHaveAttribute('aria-checked', 'false');
      // What the load began before must not be taken for what the person does.
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

  /** Looks at the run in one of the ways that the page has. */
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

  /** Shows the panel of all mechanisms, or puts it away. */
  async showMechanisms(shown = true) {
    const panel = this.page.getByRole('region', { name: 'Mechanisms', exact: true });
    if ((await panel.isVisible()) !== shown) await this.press('Mechanisms');
    await expect(panel).toBeVisible({ visible: shown });
  }

  /** Opens a group of mechanisms, and gives it. */
  async openGroup(name) {
    await this.showMechanisms();
    const button = this.button(name);
    if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
    return this.group(name);
  }

  /** Chooses nodes on the ring, and no others. */
  async choose(...letters) {
    const clear = this.button('Clear choice');
    if (await clear.isVisible()) await clear.click();
    for (const letter of letters) await this.node(letter).click();
  }

  /** Lets time run, as fast as the speed control goes to the right, until something holds. */
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

  /** Types a key and perhaps a value and a node to go through, and presses a button. */
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

  /** Counts the lamps that are lit, of those of the operation in hand. */
  async litLamps() {
    return this.operation.getByRole('img', { name: /^lamp \d+ of \d+: lit by/ }).count();
  }

  /** Tells how the operation in hand ended; nothing while it goes on. */
  async outcome() {
    const words = this.operation.getByText(/^(ok|failed|no answer)\b/);
    return (await words.count()) > 0 ? words.first().innerText() : undefined;
  }

  /** Steps until the operation in hand has ended; gives how it ended, and the lamps lit on the way. */
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

  /** Lists the letters of the replicas of the key in hand, in ring order. */
  async replicasOfTheKey() {
    return this.replicas.getByRole('rowheader').allInnerTexts();
  }
}
