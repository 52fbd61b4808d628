// A page object of the time controls: the scrubber, the marks, the runs, and "Why?".
import { expect } from '@playwright/test';
import { Ringside } from './ringside.mjs';

/** The page, with names for the parts that control time. */
export class Time extends Ringside {
  constructor(page) {
    super(page);
    this.moment = page.getByRole('slider', { name: 'Moment', exact: true });
    this.kind = page.getByRole('combobox', { name: 'Mark', exact: true });
    this.run = page.getByRole('combobox', { name: 'Run', exact: true });
    this.stride = page.getByRole('combobox', { name: 'Step by', exact: true });
    this.changes = page.getByRole('list', { name: 'What changed' });
    this.dialog = page.getByRole('dialog', { name: 'You are about to change the past' });
    this.why = page.getByRole('region', { name: 'Why', exact: true });
    this.toEnd = page.getByRole('button', { name: /^To the furthest moment/ });
  }

  static async open(page, options) {
    await Ringside.open(page, options);
    return new Time(page);
  }

  /** The virtual time in microseconds. */
  async us() {
    return Number((await this.clock.innerText()).replaceAll(/[^0-9]/g, ''));
  }

  /** The time and digest, which identify a moment of a run. */
  async now() {
    return { us: await this.us(), digest: await this.digest.innerText() };
  }

  /** Plays until the virtual time is past `second`; by how much, depends on the speed and on the machine. */
  async playTo(second, { speed = '10×' } = {}) {
    while (!(await this.page.getByText(speed, { exact: true }).isVisible())) {
      await this.press('Faster');
    }
    await this.press('Play');
    // At ten times real time, one poll per second could be ten virtual seconds late.
    const often = { timeout: 30_000, intervals: [30] };
    await expect.poll(() => this.us(), often).toBeGreaterThan(second * 1e6);
    await this.pause();
  }

  async scrubTo(us) {
    await this.moment.fill(String(us));
    await expect.poll(() => this.us()).toBe(us);
  }
}
